"""Looks are reviewed, asked about and told later; questions about them have a class of their own."""

from typing import Final

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: Final = "2026_11_26_looks_are_reviewed"
down_revision: Final = "2026_11_26_posts_and_emergencies"
branch_labels = None
depends_on = None

#: Text compared byte by byte on both databases.
PLAIN = sa.String().with_variant(sa.String(collation="C"), "postgresql")
#: SQLite keeps a moment as fixed-width text in UTC.
MOMENT = sa.String(27).with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
BIG_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

CATEGORY = """
INSERT INTO case_categories (
    code, parent, name_zh, name_en, identifier, first_owner, keywords, emergency, sensitive, contact_limit,
    contact_unit, valid_from
)
SELECT '1209', '12', '个人信息查询疑问', 'Questions on who read my data', 'data_question', 'C/S',
    '个人信息 我的信息 查看记录', false, true, '1', 'workday', CURRENT_DATE
FROM case_categories
WHERE code = '12' AND NOT EXISTS (SELECT 1 FROM case_categories WHERE code = '1209')
"""
LIMIT = """
INSERT INTO category_limits (code, rank, condition_zh, condition_en, "limit", unit, closing_condition)
SELECT '1209', 1, '一般情况', 'Ordinary', '15', 'workday', '已核实并书面答复'
FROM case_categories
WHERE code = '1209' AND NOT EXISTS (SELECT 1 FROM category_limits WHERE code = '1209')
"""


def upgrade() -> None:
    op.create_table(
        "look_alarms",
        sa.Column("id", PLAIN, nullable=False),
        sa.Column("community_id", PLAIN, nullable=False),
        sa.Column("actor_id", PLAIN, nullable=False),
        sa.Column("actor_name", sa.String(), nullable=False),
        sa.Column("looks", sa.Integer(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("noted_by", PLAIN, nullable=True),
        sa.Column("noted_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_look_alarms")),
    )
    op.create_index(
        op.f("ix_look_alarms_community_id_at"), "look_alarms", ["community_id", "at"], unique=False
    )
    op.create_table(
        "look_deferrals",
        sa.Column("id", PLAIN, nullable=False),
        sa.Column("community_id", PLAIN, nullable=False),
        sa.Column("seq", BIG_KEY, nullable=True),
        sa.Column("reference", PLAIN, nullable=True),
        sa.Column("reason_code", sa.String(40), nullable=False),
        sa.Column("began_at", MOMENT, nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        sa.Column("by_id", PLAIN, nullable=False),
        sa.Column("by_name", sa.String(), nullable=False),
        sa.Column("renews_id", PLAIN, nullable=True),
        sa.ForeignKeyConstraint(
            ["renews_id"], ["look_deferrals.id"], name=op.f("fk_look_deferrals_renews_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_look_deferrals")),
    )
    op.create_index(op.f("ix_look_deferrals_began_at"), "look_deferrals", ["began_at"], unique=False)
    op.create_index(op.f("ix_look_deferrals_community_id"), "look_deferrals", ["community_id"], unique=False)
    op.create_index(op.f("ix_look_deferrals_reference"), "look_deferrals", ["reference"], unique=False)
    op.create_index(op.f("ix_look_deferrals_renews_id"), "look_deferrals", ["renews_id"], unique=False)
    op.create_index(op.f("ix_look_deferrals_seq"), "look_deferrals", ["seq"], unique=False)
    op.create_table(
        "look_reasons",
        sa.Column("seq", BIG_KEY, autoincrement=False, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_look_reasons")),
    )
    op.create_table(
        "look_reviews",
        sa.Column("id", PLAIN, nullable=False),
        sa.Column("seq", BIG_KEY, nullable=False),
        sa.Column("outcome", sa.String(40), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("by_id", PLAIN, nullable=False),
        sa.Column("by_name", sa.String(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_look_reviews")),
    )
    op.create_index(op.f("ix_look_reviews_seq"), "look_reviews", ["seq"], unique=False)
    op.create_table(
        "look_questions",
        sa.Column("seq", BIG_KEY, autoincrement=False, nullable=False),
        sa.Column("case_id", PLAIN, nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_look_questions_case_id")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_look_questions")),
    )
    op.create_index(op.f("ix_look_questions_case_id"), "look_questions", ["case_id"], unique=False)
    op.create_table(
        "register_exports",
        sa.Column("id", PLAIN, nullable=False),
        sa.Column("community_id", PLAIN, nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("fields", JSON, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_by", PLAIN, nullable=False),
        sa.Column("asked_name", sa.String(), nullable=False),
        sa.Column("asked_role", PLAIN, nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("decided_by", PLAIN, nullable=True),
        sa.Column("decided_name", sa.String(), nullable=False),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("expires_at", MOMENT, nullable=True),
        sa.Column("file", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_exports")),
    )
    op.create_index(op.f("ix_register_exports_asked_by"), "register_exports", ["asked_by"], unique=False)
    op.create_index(
        op.f("ix_register_exports_community_id_asked_at"),
        "register_exports",
        ["community_id", "asked_at"],
        unique=False,
    )
    op.create_index(op.f("ix_register_exports_status"), "register_exports", ["status"], unique=False)
    op.add_column("access_events", sa.Column("office_id", PLAIN, nullable=True))
    op.create_index(
        op.f("ix_access_events_office_id_seq"), "access_events", ["office_id", "seq"], unique=False
    )
    # An empty database is given its classes by `init`; the others are given the new one here.
    op.execute(CATEGORY)
    op.execute(LIMIT)
