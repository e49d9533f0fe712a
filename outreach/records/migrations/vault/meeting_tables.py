"""The part of version 0001 about meetings."""

import sqlalchemy as sa
from alembic import op


def create() -> None:
    """Create them."""
    _create_meetings()
    op.create_table(
        "meeting_check",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("check_box", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_meeting_check_case_id_case_file")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_meeting_check_meeting_id_meeting")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_check")),
    )
    op.create_index(op.f("ix_meeting_check_meeting_id"), "meeting_check", ["meeting_id"])
    _create_alarms()
    op.create_table(
        "interpreter_veto",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("veto_box", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_interpreter_veto_case_id_case_file")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interpreter_veto")),
        sa.UniqueConstraint("case_id", name=op.f("uq_interpreter_veto_case_id")),
    )
    _create_what_colleagues_keep()


def _create_meetings() -> None:
    op.create_table(
        "meeting",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("destination_id", sa.Uuid(), nullable=False),
        sa.Column("lead_id", sa.Uuid(), nullable=False),
        sa.Column("second_id", sa.Uuid(), nullable=True),
        sa.Column("buddy_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("stage", sa.Integer(), nullable=False),
        sa.Column("wall_starts", sa.String(length=16), nullable=False),
        sa.Column("wall_ends", sa.String(length=16), nullable=False),
        sa.Column("zone", sa.String(length=40), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("check_in_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_look_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("buddy_after", sa.Integer(), nullable=False),
        sa.Column("supervisor_after", sa.Integer(), nullable=False),
        sa.Column("meeting_box", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state in ('planned', 'confirmed', 'under_way', 'over', 'told', 'called_off')",
            name=op.f("ck_meeting_state"),
        ),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_meeting_case_id_case_file")),
        sa.ForeignKeyConstraint(
            ["destination_id"], ["destination.id"], name=op.f("fk_meeting_destination_id_destination")
        ),
        *(
            sa.ForeignKeyConstraint([each], ["staff.id"], name=op.f(f"fk_meeting_{each}_staff"))
            for each in ("lead_id", "second_id", "buddy_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting")),
    )
    op.create_index("ix_meeting_look", "meeting", ["next_look_at"])
    op.create_index(op.f("ix_meeting_case_id"), "meeting", ["case_id"])
    op.create_index(op.f("ix_meeting_lead_id"), "meeting", ["lead_id"])


def _create_alarms() -> None:
    op.create_table(
        "meeting_alarm",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("about_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by_id", sa.Uuid(), nullable=True),
        sa.Column("settled_as", sa.String(length=12), nullable=True),
        sa.CheckConstraint("kind in ('buddy', 'supervisor', 'duress')", name=op.f("ck_meeting_alarm_kind")),
        sa.CheckConstraint("settled_as in ('answered', 'safe', 'help_sent')", name=op.f("ck_meeting_alarm_settled_as")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_meeting_alarm_meeting_id_meeting")),
        sa.ForeignKeyConstraint(["settled_by_id"], ["staff.id"], name=op.f("fk_meeting_alarm_settled_by_id_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_alarm")),
        sa.UniqueConstraint("meeting_id", "kind", "about_at", name=op.f("uq_meeting_alarm_meeting_id")),
    )


def _create_what_colleagues_keep() -> None:
    op.create_table(
        "calendar_feed",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_calendar_feed_staff_id_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_feed")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_calendar_feed_token_hash")),
    )
    op.create_index(op.f("ix_calendar_feed_staff_id"), "calendar_feed", ["staff_id"])
    op.create_table(
        "danger_phrase",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("phrase_box", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_danger_phrase_staff_id_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_danger_phrase")),
        sa.UniqueConstraint("staff_id", name=op.f("uq_danger_phrase_staff_id")),
    )


TABLES = ("danger_phrase", "calendar_feed", "interpreter_veto", "meeting_alarm", "meeting_check", "meeting")
"""In the order they are dropped."""
