"""The part of version 0001 about the provider: its copies, its sweeps, phone checks, and ticks of queues."""

import sqlalchemy as sa
from alembic import op


def create() -> None:
    """Create them."""
    op.create_table(
        "provider_copy",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("token", sa.LargeBinary(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("gone_on", sa.Date(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("sid_box", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider_copy")),
        sa.UniqueConstraint("token", name=op.f("uq_provider_copy_token")),
    )
    op.create_index("ix_provider_copy_due", "provider_copy", ["due_at"])
    op.create_table(
        "provider_sweep",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("swept_at", sa.DateTime(timezone=True), nullable=False),
        *(
            sa.Column(name, sa.Integer(), nullable=False)
            for name in ("seen", "deleted", "under_way", "not_taken_in", "left")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider_sweep")),
    )
    op.create_table(
        "phone_lookup",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("destination_id", sa.Uuid(), nullable=False),
        sa.Column("looked_up_on", sa.Date(), nullable=False),
        sa.Column("cost_mills", sa.Integer(), nullable=False),
        sa.Column("lookup_box", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_phone_lookup_case_id_case_file")),
        sa.ForeignKeyConstraint(
            ["destination_id"], ["destination.id"], name=op.f("fk_phone_lookup_destination_id_destination")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phone_lookup")),
    )
    op.create_index(op.f("ix_phone_lookup_case_id"), "phone_lookup", ["case_id"])
    op.create_index(op.f("ix_phone_lookup_destination_id"), "phone_lookup", ["destination_id"])
    op.create_table(
        "queue_tick",
        sa.Column("name", sa.String(length=16), nullable=False),
        sa.Column("ticked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_queue_tick")),
    )
