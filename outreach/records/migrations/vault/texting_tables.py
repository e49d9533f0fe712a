"""The part of version 0001 about whether texts leave at all: who signed, stops by people, rests after failures."""

import sqlalchemy as sa
from alembic import op


def create() -> None:
    """Create them."""
    op.create_table(
        "texting_stop",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("begun_by_id", sa.Uuid(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by_id", sa.Uuid(), nullable=True),
        sa.Column("reason_box", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["begun_by_id"], ["staff.id"], name=op.f("fk_texting_stop_begun_by_id_staff")),
        sa.ForeignKeyConstraint(["ended_by_id"], ["staff.id"], name=op.f("fk_texting_stop_ended_by_id_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_texting_stop")),
    )
    op.create_table(
        "texting_state",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("faults", sa.Integer(), nullable=False),
        sa.Column("rests", sa.Integer(), nullable=False),
        sa.Column("rests_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_off_by_file", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_texting_state")),
    )
    op.create_table(
        "texting_signature",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("statement", sa.String(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signed_by_id", sa.Uuid(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["signed_by_id"], ["staff.id"], name=op.f("fk_texting_signature_signed_by_id_staff")),
        sa.ForeignKeyConstraint(["ended_by_id"], ["staff.id"], name=op.f("fk_texting_signature_ended_by_id_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_texting_signature")),
    )
