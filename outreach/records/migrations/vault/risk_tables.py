"""The part of version 0001 about what is talked about together: assessments, changes of danger, safety plans."""

import sqlalchemy as sa
from alembic import op


def create() -> None:
    """Create them."""
    op.create_table(
        "assessment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("refers_to_id", sa.Uuid(), nullable=True),
        sa.Column("answers_until", sa.Date(), nullable=True),
        sa.Column("result_box", sa.LargeBinary(), nullable=False),
        sa.Column("answers_box", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state in ('begun', 'made', 'skipped')", name=op.f("ck_assessment_state")),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_assessment_case_id_case_file")),
        sa.ForeignKeyConstraint(
            ["refers_to_id"], ["assessment.id"], name=op.f("fk_assessment_refers_to_id_assessment")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment")),
        sa.UniqueConstraint("case_id", "number", name=op.f("uq_assessment_case_id")),
    )
    op.create_index("ix_assessment_answers_until", "assessment", ["answers_until"])
    op.create_table(
        "danger_change",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("change_box", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_danger_change_case_id_case_file")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_danger_change")),
    )
    op.create_index(op.f("ix_danger_change_case_id"), "danger_change", ["case_id"])
    op.create_table(
        "safety_plan",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("has_words", sa.Boolean(), nullable=False),
        sa.Column("plan_box", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_safety_plan_case_id_case_file")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_safety_plan")),
        sa.UniqueConstraint("case_id", "number", name=op.f("uq_safety_plan_case_id")),
    )


TABLES = ("safety_plan", "danger_change", "assessment")
"""In the order they are dropped."""
