"""The part of version 0001 about letters: themselves, their codes, stacks, and cold mail."""

import sqlalchemy as sa
from alembic import op

_STATES = (
    "('planned', 'making', 'ready', 'handing', 'unsure', 'printed', 'short', 'counted', 'mailing', 'mailed', 'undone')"
)


def create() -> None:
    """Create them."""
    _create_letters()
    _create_batches()
    _create_codes()
    _create_approvals()


def _create_letters() -> None:
    op.create_table(
        "letter",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("destination_id", sa.Uuid(), nullable=False),
        sa.Column("released_by_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("release_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("letter_box", sa.LargeBinary(), nullable=False),
        sa.Column("is_handed", sa.Boolean(), nullable=False),
        sa.Column("goes_alone", sa.Boolean(), nullable=False),
        sa.Column("pdf_box", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_letter_case_id_case_file")),
        sa.ForeignKeyConstraint(
            ["destination_id"], ["destination.id"], name=op.f("fk_letter_destination_id_destination")
        ),
        sa.ForeignKeyConstraint(["released_by_id"], ["staff.id"], name=op.f("fk_letter_released_by_id_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter")),
    )
    op.create_index(op.f("ix_letter_case_id"), "letter", ["case_id"])
    op.create_index("ix_letter_due", "letter", ["state", "release_at"])


def _create_codes() -> None:
    op.create_table(
        "letter_code",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("letter_id", sa.Uuid(), nullable=False),
        sa.Column("token", sa.LargeBinary(), nullable=False),
        sa.Column("is_void", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_letter_code_letter_id_letter")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_code")),
        sa.UniqueConstraint("token", name=op.f("uq_letter_code_token")),
    )
    op.create_index(op.f("ix_letter_code_letter_id"), "letter_code", ["letter_id"])
    op.create_table(
        "voided_page",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code_id", sa.Uuid(), nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=True),
        sa.Column("voided_by_id", sa.Uuid(), nullable=False),
        sa.Column("voided_on", sa.Date(), nullable=False),
        sa.Column("why_box", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["code_id"], ["letter_code.id"], name=op.f("fk_voided_page_code_id_letter_code")),
        sa.ForeignKeyConstraint(["batch_id"], ["letter_batch.id"], name=op.f("fk_voided_page_batch_id_letter_batch")),
        sa.ForeignKeyConstraint(["voided_by_id"], ["staff.id"], name=op.f("fk_voided_page_voided_by_id_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voided_page")),
        sa.UniqueConstraint("code_id", name=op.f("uq_voided_page_code_id")),
    )
    op.create_index(op.f("ix_voided_page_batch_id"), "voided_page", ["batch_id"])


def _create_batches() -> None:
    op.create_table(
        "letter_batch",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("prepared_by_id", sa.Uuid(), nullable=False),
        sa.Column("prepared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_by_id", sa.Uuid(), nullable=True),
        sa.Column("fetched_by_id", sa.Uuid(), nullable=True),
        sa.Column("state_on", sa.Date(), nullable=False),
        sa.Column("printer", sa.String(length=12), nullable=False),
        sa.Column("handing_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("counted", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(f"state in {_STATES}", name=op.f("ck_letter_batch_state")),
        sa.CheckConstraint("released_by_id <> prepared_by_id", name=op.f("ck_letter_batch_two_people")),
        sa.ForeignKeyConstraint(["prepared_by_id"], ["staff.id"], name=op.f("fk_letter_batch_prepared_by_id_staff")),
        sa.ForeignKeyConstraint(["released_by_id"], ["staff.id"], name=op.f("fk_letter_batch_released_by_id_staff")),
        sa.ForeignKeyConstraint(["fetched_by_id"], ["staff.id"], name=op.f("fk_letter_batch_fetched_by_id_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_batch")),
        sa.UniqueConstraint("number", name=op.f("uq_letter_batch_number")),
    )
    op.create_index("ix_letter_batch_state", "letter_batch", ["state"])
    op.create_table(
        "batch_letter",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("letter_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state in ('planned', 'made', 'out', 'mailed')", name=op.f("ck_batch_letter_state")),
        sa.ForeignKeyConstraint(["batch_id"], ["letter_batch.id"], name=op.f("fk_batch_letter_batch_id_letter_batch")),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_batch_letter_letter_id_letter")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch_letter")),
        sa.UniqueConstraint("batch_id", "place", name=op.f("uq_batch_letter_batch_id")),
    )
    live = sa.text("state <> 'out'")
    op.create_index(
        "uq_batch_letter_live", "batch_letter", ["letter_id"], unique=True, sqlite_where=live, postgresql_where=live
    )


def _create_approvals() -> None:
    op.create_table(
        "mail_approval",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("destination_id", sa.Uuid(), nullable=False),
        sa.Column("asked_by_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("settled_by_id", sa.Uuid(), nullable=True),
        sa.Column("settled_on", sa.Date(), nullable=True),
        sa.Column("words_box", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state in ('open', 'agreed', 'refused')", name=op.f("ck_mail_approval_state")),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_mail_approval_case_id_case_file")),
        sa.ForeignKeyConstraint(
            ["destination_id"], ["destination.id"], name=op.f("fk_mail_approval_destination_id_destination")
        ),
        sa.ForeignKeyConstraint(["asked_by_id"], ["staff.id"], name=op.f("fk_mail_approval_asked_by_id_staff")),
        sa.ForeignKeyConstraint(["settled_by_id"], ["staff.id"], name=op.f("fk_mail_approval_settled_by_id_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_approval")),
    )
    op.create_index(op.f("ix_mail_approval_case_id"), "mail_approval", ["case_id"])
    op.create_index("ix_mail_approval_open", "mail_approval", ["state", "asked_at"])


TABLES = ("mail_approval", "voided_page", "letter_code", "batch_letter", "letter_batch", "letter")
"""In the order they are dropped."""
