"""The part of version 0001 about who is on call, and pages to staff."""

import sqlalchemy as sa
from alembic import op


def create() -> None:
    """Create them."""
    _create_shifts()
    op.create_table(
        "page_tick",
        sa.Column("tick_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_rung", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("tick_at", name=op.f("pk_page_tick")),
    )
    op.create_table(
        "page_call",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("about", sa.String(length=20), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("called_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rung", sa.Integer(), nullable=False),
        sa.Column("escalates_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_page_call_case_id_case_file")),
        sa.ForeignKeyConstraint(["seen_by_id"], ["staff.id"], name=op.f("fk_page_call_seen_by_id_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_page_call")),
    )
    op.create_index("ix_page_call_waiting", "page_call", ["escalates_at"])
    _create_pages()
    _create_calls()


def _create_shifts() -> None:
    op.create_table(
        "on_call_shift",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("turn", sa.String(length=8), nullable=False),
        sa.Column("begins_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Uuid(), nullable=True),
        sa.Column("taken_away_by_id", sa.Uuid(), nullable=True),
        sa.Column("handed_over_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("turn in ('first', 'second')", name=op.f("ck_on_call_shift_turn")),
        *(
            sa.ForeignKeyConstraint([name], ["staff.id"], name=op.f(f"fk_on_call_shift_{name}_staff"))
            for name in ("staff_id", "made_by_id", "taken_away_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_on_call_shift")),
    )
    op.create_index(op.f("ix_on_call_shift_staff_id"), "on_call_shift", ["staff_id"])
    op.create_index("ix_on_call_shift_ends", "on_call_shift", ["ends_at"])


def _create_pages() -> None:
    op.create_table(
        "staff_page",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("push_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("pushed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fault", sa.String(length=12), nullable=True),
        sa.ForeignKeyConstraint(["call_id"], ["page_call.id"], name=op.f("fk_staff_page_call_id_page_call")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_staff_page_staff_id_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_page")),
        sa.UniqueConstraint("call_id", "staff_id", name=op.f("uq_staff_page_call_id")),
    )
    op.create_index(op.f("ix_staff_page_staff_id"), "staff_page", ["staff_id"])
    op.create_index("ix_staff_page_due", "staff_page", ["push_at"])
    op.create_table(
        "staff_pager",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("topic_box", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_staff_pager_staff_id_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_pager")),
        sa.UniqueConstraint("staff_id", name=op.f("uq_staff_pager_staff_id")),
    )


def _create_calls() -> None:
    op.create_table(
        "night_call",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("came_on", sa.Date(), nullable=False),
        sa.Column("settled_by_id", sa.Uuid(), nullable=True),
        sa.Column("settled_on", sa.Date(), nullable=True),
        sa.Column("call_box", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_night_call_case_id_case_file")),
        sa.ForeignKeyConstraint(["settled_by_id"], ["staff.id"], name=op.f("fk_night_call_settled_by_id_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_night_call")),
    )
    op.create_index(op.f("ix_night_call_case_id"), "night_call", ["case_id"])


TABLES = ("night_call", "staff_pager", "staff_page", "page_call", "page_tick", "on_call_shift")
"""In the order they are dropped."""
