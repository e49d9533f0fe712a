"""The part of version 0001 about what comes in: texts, unknown numbers, her code word."""

import sqlalchemy as sa
from alembic import op


def create() -> None:
    """Create them."""
    op.create_table(
        "inbound_text",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("inbound_box", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_inbound_text_case_id_case_file")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbound_text")),
        sa.UniqueConstraint("case_id", "number", name=op.f("uq_inbound_text_case_id")),
    )
    op.create_table(
        "unknown_text",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("token", sa.LargeBinary(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("came_on", sa.Date(), nullable=False),
        sa.Column("settled_on", sa.Date(), nullable=True),
        sa.Column("settled_as", sa.String(length=12), nullable=True),
        sa.Column("unknown_box", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("settled_as in ('attached', 'dismissed')", name=op.f("ck_unknown_text_settled_as")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unknown_text")),
    )
    op.create_index(op.f("ix_unknown_text_token"), "unknown_text", ["token"])
    op.create_table(
        "code_word",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("failed_tries", sa.Integer(), nullable=False),
        sa.Column("rests_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("word_box", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_code_word_case_id_case_file")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_code_word")),
        sa.UniqueConstraint("case_id", name=op.f("uq_code_word_case_id")),
    )
    op.create_table(
        "code_word_check",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("check_box", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_code_word_check_case_id_case_file")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_code_word_check")),
    )
    op.create_index(op.f("ix_code_word_check_case_id"), "code_word_check", ["case_id"])


TABLES = ("code_word_check", "code_word", "unknown_text", "inbound_text")
"""In the order they are dropped."""
