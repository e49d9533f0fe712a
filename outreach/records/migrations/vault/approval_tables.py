"""The part of version 0001 about decisions that wait for a second person."""

import sqlalchemy as sa
from alembic import op


def create() -> None:
    """Create it."""
    op.create_table(
        "approval_wish",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("asked_by_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("settled_by_id", sa.Uuid(), nullable=True),
        sa.Column("settled_on", sa.Date(), nullable=True),
        sa.Column("meeting_id", sa.Uuid(), nullable=True),
        sa.Column("wish_box", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state in ('open', 'agreed', 'refused')", name=op.f("ck_approval_wish_state")),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_approval_wish_case_id_case_file")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_approval_wish_meeting_id_meeting")),
        *(
            sa.ForeignKeyConstraint([name], ["staff.id"], name=op.f(f"fk_approval_wish_{name}_staff"))
            for name in ("asked_by_id", "settled_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval_wish")),
    )
    op.create_index("ix_approval_wish_waiting", "approval_wish", ["state", "asked_at"])


TABLES = ("approval_wish",)
"""In the order they are dropped."""
