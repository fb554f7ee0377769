"""Write the first migration anew from the models; only until the first release: then it is history.

.venv/bin/python -m scripts.write_first_migration
"""

import subprocess
import sys
from pathlib import Path
from typing import Any

from alembic.autogenerate import produce_migrations, render_python_code
from alembic.migration import MigrationContext
from sqlalchemy import LargeBinary, create_engine
from sqlmodel.sql.sqltypes import AutoString

from core_db.foundation.outbox import BigKey
from core_db.foundation.tables import Json, PlainText, UtcTime, Worded
from core_db.migrations.tables import all_tables

HOUSE = Path(__file__).resolve().parent.parent
TARGET = HOUSE / "core_db/migrations/versions/2026_11_23_first_tables.py"
NAMED = ((PlainText, "PLAIN"), (Json, "JSON"), (BigKey, "BIG_KEY"))

HEAD = '''"""The first tables: places, people, accounts, cases, and what carries their facts out."""

from typing import Final

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: Final = "2026_11_23_first_tables"
down_revision: Final = None
branch_labels = None
depends_on = None

#: Text compared byte by byte on both databases.
PLAIN = sa.String().with_variant(sa.String(collation="C"), "postgresql")
#: SQLite keeps a moment as fixed-width text in UTC.
MOMENT = sa.String(27).with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
BIG_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

#: The search index is of each database's own kind.
SEARCH = {
    "sqlite": ("CREATE VIRTUAL TABLE case_search USING fts5(grams, content='', detail='none')",),
    "postgresql": (
        "CREATE TABLE case_search (seq bigint PRIMARY KEY, grams tsvector NOT NULL)",
        "CREATE INDEX ix_case_search_grams ON case_search USING gin (grams) WITH (fastupdate=off)",
    ),
}


def upgrade() -> None:  # noqa: PLR0915 - one table after the other, as they were that day
'''

TAIL = """
    for statement in SEARCH[op.get_bind().dialect.name]:
        op.execute(statement)
"""


def spelled(kind: str, thing: Any, _context: object) -> str | bool:
    """Our column types by the names the migration gives them, so that it imports nothing of ours."""
    if kind != "type":
        return False
    for known, name in NAMED:
        if thing is known:
            return name
    if isinstance(thing, UtcTime):
        return "MOMENT"
    if isinstance(thing, Worded):
        return "sa.String(40)"
    if isinstance(thing, AutoString):
        return "sa.String()"
    return "sa.LargeBinary()" if isinstance(thing, LargeBinary) else False


def operations() -> str:
    """The operations that turn nothing into all tables, as Python."""
    options = {"render_item": spelled, "sqlalchemy_module_prefix": "sa.", "alembic_module_prefix": "op."}
    with create_engine("sqlite://").connect() as connection:
        context = MigrationContext.configure(connection, opts={**options, "target_metadata": all_tables()})
        script = produce_migrations(context, all_tables())
    assert script.upgrade_ops is not None
    return str(render_python_code(script.upgrade_ops, render_item=spelled))


def main() -> None:
    lines = [line for line in operations().splitlines() if not line.strip().startswith("#")]
    TARGET.write_text(HEAD + "\n".join(lines).rstrip() + "\n" + TAIL, encoding="utf-8")
    for step in (("format", "--quiet"), ("check", "--fix", "--quiet")):
        subprocess.run([Path(sys.executable).parent / "ruff", *step, TARGET], check=True)


if __name__ == "__main__":
    main()
