"""The part of version 0001 about which protocol is current, and who made it so."""

import sqlalchemy as sa
from alembic import op


def create() -> None:
    """Create it."""
    op.create_table(
        "protocol_change",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("jurisdiction", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("proposed_by_id", sa.Uuid(), nullable=True),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_by_id", sa.Uuid(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("why_box", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["digest"], ["protocol_text.digest"], name=op.f("fk_protocol_change_digest_protocol_text")
        ),
        sa.ForeignKeyConstraint(["proposed_by_id"], ["staff.id"], name=op.f("fk_protocol_change_proposed_by_id_staff")),
        sa.ForeignKeyConstraint(["settled_by_id"], ["staff.id"], name=op.f("fk_protocol_change_settled_by_id_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_protocol_change")),
        sa.UniqueConstraint("jurisdiction", "number", name=op.f("uq_protocol_change_jurisdiction")),
    )


TABLES = ("protocol_change",)
"""In the order they are dropped."""
