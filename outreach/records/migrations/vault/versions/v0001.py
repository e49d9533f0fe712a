"""The first tables: staff, cases, people, work, and the ledger."""

import sqlalchemy as sa
from alembic import op

from outreach.records.migrations.vault import (
    approval_tables,
    call_in_tables,
    conversation_tables,
    importing_tables,
    ledger_tables,
    letter_tables,
    meeting_tables,
    needs_tables,
    on_call_tables,
    protocol_tables,
    provider_tables,
    risk_tables,
    texting_tables,
    wall_tables,
)

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create every table."""
    _create_staff()
    _create_cases()
    _create_events()
    _create_people()
    _create_consents()
    _create_tasks()
    _create_texts()
    conversation_tables.create()
    call_in_tables.create()
    ledger_tables.create()
    protocol_tables.create()
    letter_tables.create()
    needs_tables.create()
    on_call_tables.create()
    provider_tables.create()
    risk_tables.create()
    texting_tables.create()
    meeting_tables.create()
    approval_tables.create()
    importing_tables.create()
    wall_tables.create()


def downgrade() -> None:
    """Drop every table."""
    for table in (
        *importing_tables.TABLES,
        *wall_tables.TABLES,
        *approval_tables.TABLES,
        *meeting_tables.TABLES,
        *protocol_tables.TABLES,
        *needs_tables.TABLES,
        *on_call_tables.TABLES,
        "texting_signature",
        "texting_state",
        "texting_stop",
        "queue_tick",
        "phone_lookup",
        "provider_sweep",
        "provider_copy",
        "quarantined_deposit",
        "drained",
        "audit_subject",
        "audit_entry",
        *call_in_tables.TABLES,
        *conversation_tables.TABLES,
        *risk_tables.TABLES,
        *letter_tables.TABLES,
        "text_receipt",
        "text",
        "attempt",
        "task",
        "live_request",
        "text_withdrawal",
        "text_consent",
        "suppressed_phone",
        "phone_token",
        "destination",
        "victim_record",
        "possible_match",
        "match_token",
        "level_event",
        "case_key",
        "case_file",
        "protocol_text",
        "staff_session",
        "enrolment_link",
        "staff",
    ):
        op.drop_table(table)


def _create_staff() -> None:
    op.create_table(
        "staff",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("employer", sa.String(length=20), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("secrets_box", sa.LargeBinary(), nullable=False),
        sa.Column("last_totp_step", sa.Integer(), nullable=False),
        sa.Column("failed_tries", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        sa.UniqueConstraint("email", name=op.f("uq_staff_email")),
    )
    op.create_table(
        "enrolment_link",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_enrolment_link_staff_id_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolment_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_enrolment_link_token_hash")),
    )
    op.create_index(op.f("ix_enrolment_link_staff_id"), "enrolment_link", ["staff_id"])
    op.create_table(
        "staff_session",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("id_hash", sa.LargeBinary(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("has_second_factor", sa.Boolean(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_staff_session_staff_id_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_session")),
        sa.UniqueConstraint("id_hash", name=op.f("uq_staff_session_id_hash")),
    )
    op.create_index(op.f("ix_staff_session_staff_id"), "staff_session", ["staff_id"])


def _create_cases() -> None:
    op.create_table(
        "protocol_text",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("jurisdiction", sa.String(length=64), nullable=False),
        sa.Column("version", sa.String(length=32), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_protocol_text")),
    )
    op.create_table(
        "case_file",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("handle", sa.String(length=40), nullable=False),
        sa.Column("jurisdiction", sa.String(length=64), nullable=False),
        sa.Column("protocol_digest", sa.String(length=64), nullable=False),
        sa.Column("assigned_to_id", sa.Uuid(), nullable=True),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("is_restricted", sa.Boolean(), nullable=False),
        sa.Column("standing_box", sa.LargeBinary(), nullable=False),
        sa.Column("reasons_box", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["assigned_to_id"], ["staff.id"], name=op.f("fk_case_file_assigned_to_id_staff")),
        sa.ForeignKeyConstraint(
            ["protocol_digest"], ["protocol_text.digest"], name=op.f("fk_case_file_protocol_digest_protocol_text")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_file")),
        sa.UniqueConstraint("handle", name=op.f("uq_case_file_handle")),
    )
    op.create_index(op.f("ix_case_file_assigned_to_id"), "case_file", ["assigned_to_id"])
    op.create_table(
        "case_key",
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("key_class", sa.String(length=12), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("wrapped_by", sa.String(length=32), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("commitment", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("owner_id", "key_class", "generation", name=op.f("pk_case_key")),
        sqlite_with_rowid=False,
    )


def _create_events() -> None:
    op.create_table(
        "level_event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("event_token", sa.LargeBinary(), nullable=False),
        sa.Column("body_token", sa.LargeBinary(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("event_box", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_level_event_case_id_case_file")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_level_event")),
        sa.UniqueConstraint("event_token", name=op.f("uq_level_event_event_token")),
    )
    op.create_index(op.f("ix_level_event_case_id"), "level_event", ["case_id"])
    op.create_table(
        "match_token",
        sa.Column("token", sa.LargeBinary(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_match_token_case_id_case_file")),
        sa.PrimaryKeyConstraint("token", "case_id", name=op.f("pk_match_token")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_match_token_case_id"), "match_token", ["case_id"])
    op.create_table(
        "possible_match",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("other_case_id", sa.Uuid(), nullable=False),
        sa.Column("decision", sa.String(length=12), nullable=True),
        sa.Column("decided_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_possible_match_case_id_case_file")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["staff.id"], name=op.f("fk_possible_match_decided_by_id_staff")),
        sa.ForeignKeyConstraint(
            ["other_case_id"], ["case_file.id"], name=op.f("fk_possible_match_other_case_id_case_file")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_possible_match")),
    )
    op.create_index(op.f("ix_possible_match_case_id"), "possible_match", ["case_id"])
    op.create_index(op.f("ix_possible_match_other_case_id"), "possible_match", ["other_case_id"])


def _create_people() -> None:
    op.create_table(
        "victim_record",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("contact_box", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_victim_record_case_id_case_file")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_victim_record")),
        sa.UniqueConstraint("case_id", name=op.f("uq_victim_record_case_id")),
    )
    op.create_table(
        "destination",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("contact_box", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_destination_case_id_case_file")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_destination")),
    )
    op.create_index(op.f("ix_destination_case_id"), "destination", ["case_id"])
    op.create_table(
        "phone_token",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("destination_id", sa.Uuid(), nullable=False),
        sa.Column("token", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_phone_token_case_id_case_file")),
        sa.ForeignKeyConstraint(
            ["destination_id"], ["destination.id"], name=op.f("fk_phone_token_destination_id_destination")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phone_token")),
    )
    op.create_index(op.f("ix_phone_token_case_id"), "phone_token", ["case_id"])
    op.create_index(op.f("ix_phone_token_token"), "phone_token", ["token"])


def _create_consents() -> None:
    op.create_table(
        "suppressed_phone",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("token", sa.LargeBinary(), nullable=False),
        sa.Column("number_box", sa.LargeBinary(), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suppressed_phone")),
    )
    op.create_index(op.f("ix_suppressed_phone_token"), "suppressed_phone", ["token"])
    op.create_table(
        "text_consent",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("destination_id", sa.Uuid(), nullable=False),
        sa.Column("thread_box", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_text_consent_case_id_case_file")),
        sa.ForeignKeyConstraint(
            ["destination_id"], ["destination.id"], name=op.f("fk_text_consent_destination_id_destination")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_text_consent")),
    )
    op.create_index(op.f("ix_text_consent_case_id"), "text_consent", ["case_id"])
    op.create_index(op.f("ix_text_consent_destination_id"), "text_consent", ["destination_id"])
    op.create_table(
        "text_withdrawal",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("withdrawal_box", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_text_withdrawal_case_id_case_file")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_text_withdrawal")),
    )
    op.create_index(op.f("ix_text_withdrawal_case_id"), "text_withdrawal", ["case_id"])
    op.create_table(
        "live_request",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("request_box", sa.LargeBinary(), nullable=False),
        sa.Column("words_box", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_live_request_case_id_case_file")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_live_request")),
    )
    op.create_index(op.f("ix_live_request_case_id"), "live_request", ["case_id"])


def _create_tasks() -> None:
    op.create_table(
        "task",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("step", sa.String(length=40), nullable=False),
        sa.Column("level", sa.String(length=1), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_look_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("escalated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("missed_cause", sa.String(length=16), nullable=True),
        sa.Column("detail_box", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state in ('open', 'done', 'superseded', 'missed', 'closed')", name=op.f("ck_task_state")),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_task_case_id_case_file")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task")),
    )
    op.create_index("ix_task_case_state", "task", ["case_id", "state"])
    op.create_index("ix_task_due", "task", ["state", "next_look_at"])
    op.create_table(
        "attempt",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("task_id", sa.Uuid(), nullable=True),
        sa.Column("attempt_box", sa.LargeBinary(), nullable=False),
        sa.Column("note_box", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_attempt_case_id_case_file")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_attempt_task_id_task")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt")),
    )
    op.create_index(op.f("ix_attempt_case_id"), "attempt", ["case_id"])


def _create_texts() -> None:
    op.create_table(
        "text",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("destination_id", sa.Uuid(), nullable=False),
        sa.Column("released_by_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("release_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("again_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("callback_token", sa.LargeBinary(), nullable=False),
        sa.Column("text_box", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_text_case_id_case_file")),
        sa.ForeignKeyConstraint(
            ["destination_id"], ["destination.id"], name=op.f("fk_text_destination_id_destination")
        ),
        sa.ForeignKeyConstraint(["released_by_id"], ["staff.id"], name=op.f("fk_text_released_by_id_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_text")),
        sa.UniqueConstraint("callback_token", name=op.f("uq_text_callback_token")),
    )
    op.create_index(op.f("ix_text_case_id"), "text", ["case_id"])
    op.create_index("ix_text_due", "text", ["state", "release_at"])
    op.create_table(
        "text_receipt",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("text_id", sa.Uuid(), nullable=False),
        sa.Column("token", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["text_id"], ["text.id"], name=op.f("fk_text_receipt_text_id_text")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_text_receipt")),
        sa.UniqueConstraint("token", name=op.f("uq_text_receipt_token")),
    )
    op.create_index(op.f("ix_text_receipt_text_id"), "text_receipt", ["text_id"])
