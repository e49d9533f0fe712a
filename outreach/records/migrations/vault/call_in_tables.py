"""The part of version 0001 about call-ins: closings that were signed."""

import sqlalchemy as sa
from alembic import op

TABLES = ("notice_closing",)


def create() -> None:
    """Create them."""
    op.create_table(
        "notice_closing",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("closing_box", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_notice_closing_case_id_case_file")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_notice_closing_task_id_task")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_closing")),
    )
    op.create_index(op.f("ix_notice_closing_task_id"), "notice_closing", ["task_id"])
