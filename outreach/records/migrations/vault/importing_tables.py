"""The part of version 0001 about cases brought over from before."""

import sqlalchemy as sa
from alembic import op


def create() -> None:
    """Create it."""
    op.create_table(
        "brought_case",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("row_token", sa.LargeBinary(), nullable=False),
        sa.Column("brought_by_id", sa.Uuid(), nullable=False),
        sa.Column("brought_on", sa.Date(), nullable=False),
        sa.Column("papers_box", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_brought_case_case_id_case_file")),
        sa.ForeignKeyConstraint(["brought_by_id"], ["staff.id"], name=op.f("fk_brought_case_brought_by_id_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_brought_case")),
        sa.UniqueConstraint("case_id", name=op.f("uq_brought_case_case_id")),
        sa.UniqueConstraint("row_token", name=op.f("uq_brought_case_row_token")),
    )


TABLES = ("brought_case",)
"""In the order they are dropped."""
