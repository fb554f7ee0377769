"""What a round came to is kept when a case is opened again, and told of those that were opened again before."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "2026_11_28_rounds_are_kept"
down_revision: Final = "2026_11_28_given_up"
branch_labels = None
depends_on = None

#: Text compared byte by byte on both databases.
PLAIN = sa.String().with_variant(sa.String(collation="C"), "postgresql")
#: SQLite keeps a moment as fixed-width text in UTC.
MOMENT = sa.String(27).with_variant(sa.TIMESTAMP(timezone=True), "postgresql")
LED = sa.text("lead_id IS NOT NULL")
#: A round lasts from the start of its clock to the start of the next one. What was said last of it counts, and who
#: had it last, unless he gave it back. What was put off before its deadline was neither handled nor late.
BEFORE = """
INSERT INTO case_rounds
    (id, case_id, community_id, town_id, district_id, lead_id, in_time, resolved, satisfied, ended_at)
SELECT rounds.id, rounds.case_id, cases.community_id, cases.town_id, cases.district_id,
    (SELECT d.organisation_id FROM case_dispatches d
     WHERE d.case_id = rounds.case_id AND d.is_lead AND d.status NOT IN ('returned', 'upheld', 'recalled')
       AND d.dispatched_at >= rounds.started_at AND d.dispatched_at < rounds.until
     ORDER BY d.dispatched_at DESC, d.id DESC LIMIT 1),
    CASE
        WHEN EXISTS (SELECT 1 FROM clock_pauses p WHERE p.clock_id = rounds.id AND p.resumed_at IS NULL
                     AND p.paused_at <= rounds.due_at) THEN NULL
        ELSE rounds.ended_at <= rounds.due_at
    END,
    (SELECT e.resolved FROM case_evaluations e
     WHERE e.case_id = rounds.case_id AND e.at > rounds.started_at AND e.at <= rounds.until
     ORDER BY e.at DESC, e.id DESC LIMIT 1),
    (SELECT e.satisfied FROM case_evaluations e
     WHERE e.case_id = rounds.case_id AND e.at > rounds.started_at AND e.at <= rounds.until
     ORDER BY e.at DESC, e.id DESC LIMIT 1),
    rounds.until
FROM (
    SELECT c.id, c.case_id, c.started_at, c.due_at, c.ended_at,
        (SELECT min(later.started_at) FROM case_clocks later
         WHERE later.case_id = c.case_id AND later.kind = 'handling' AND later.started_at > c.started_at) AS until
    FROM case_clocks c
    WHERE c.kind = 'handling' AND c.case_id IN (SELECT case_id FROM case_entries WHERE type = 'reopened')
) AS rounds
JOIN cases ON cases.id = rounds.case_id
WHERE rounds.until IS NOT NULL
"""


def upgrade() -> None:
    op.create_table(
        "case_rounds",
        sa.Column("id", PLAIN, nullable=False),
        sa.Column("case_id", PLAIN, nullable=False),
        *(sa.Column(f"{node}_id", PLAIN, nullable=False) for node in ("community", "town", "district")),
        sa.Column("lead_id", PLAIN, nullable=True),
        sa.Column("in_time", sa.Boolean(), nullable=True),
        sa.Column("resolved", sa.String(40), nullable=True),
        sa.Column("satisfied", sa.Integer(), nullable=True),
        sa.Column("ended_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_case_rounds_case_id"),
        sa.ForeignKeyConstraint(["lead_id"], ["organisations.id"], name="fk_case_rounds_lead_id"),
        sa.PrimaryKeyConstraint("id", name="pk_case_rounds"),
    )
    for column in ("case_id", "community_id", "town_id", "district_id"):
        op.create_index(f"ix_case_rounds_{column}", "case_rounds", [column])
    op.create_index("ix_case_rounds_lead", "case_rounds", ["lead_id"], sqlite_where=LED, postgresql_where=LED)
    op.execute(BEFORE)
