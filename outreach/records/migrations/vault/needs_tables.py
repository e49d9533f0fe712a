"""The part of version 0001 about needs, services, releases and referrals."""

import sqlalchemy as sa
from alembic import op


def create() -> None:
    """Create them."""
    op.create_table(
        "local_service",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("is_listed", sa.Boolean(), nullable=False),
        sa.Column("service_box", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_local_service")),
    )
    _of_a_case("need", "need_box", versioned=True)
    _of_a_case("release_given", "release_box", versioned=True)
    _of_a_case("referral", "referral_box", versioned=False)


def _of_a_case(table: str, box: str, *, versioned: bool) -> None:
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column(box, sa.LargeBinary(), nullable=False),
        *([sa.Column("version", sa.Integer(), nullable=False)] if versioned else []),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f(f"fk_{table}_case_id_case_file")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_case_id"), table, ["case_id"])


TABLES = ("referral", "release_given", "need", "local_service")
"""In the order they are dropped."""
