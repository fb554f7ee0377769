"""Begin a migration: what the models say and the history does not yet, written down for you to correct.

.venv/bin/python -m scripts.write_migration "Cases get a due day"
"""

import re
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

from alembic.autogenerate import produce_migrations, render_python_code
from alembic.migration import MigrationContext
from sqlalchemy import LargeBinary
from sqlmodel.sql.sqltypes import AutoString

from core_db import migrations
from core_db.foundation.clock import SystemClock, local_date
from core_db.foundation.database import Engines, open_engines
from core_db.foundation.outbox import BigKey
from core_db.foundation.settings import Settings
from core_db.foundation.tables import Json, PlainText, UtcTime, Worded
from core_db.migrations.tables import all_tables, is_compared

VERSIONS = Path(__file__).resolve().parent.parent / "core_db/migrations/versions"
NAMED = ((PlainText, "PLAIN"), (Json, "JSON"), (BigKey, "BIG_KEY"))
#: Alembic keeps the name of a revision in so many characters.
LONGEST = 32

HEAD = '''"""{subject}."""

from typing import Final

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: Final = "{revision}"
down_revision: Final = "{before}"
branch_labels = None
depends_on = None

#: Text compared byte by byte on both databases.
PLAIN = sa.String().with_variant(sa.String(collation="C"), "postgresql")
#: SQLite keeps a moment as fixed-width text in UTC.
MOMENT = sa.String(27).with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
BIG_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
'''


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


def operations(engines: Engines) -> str:
    """The operations that lead from the end of the history to the models, as Python; empty when it is there."""
    options = {
        "render_item": spelled, "sqlalchemy_module_prefix": "sa.", "alembic_module_prefix": "op.",
        "include_object": is_compared, "target_metadata": all_tables(),
    }  # fmt: skip
    with engines.write.connect() as connection:
        script = produce_migrations(MigrationContext.configure(connection, opts=options), all_tables())
    assert script.upgrade_ops is not None
    return (
        ""
        if script.upgrade_ops.is_empty()
        else str(render_python_code(script.upgrade_ops, render_item=spelled))
    )


def revision_of(subject: str, today: date) -> str:
    """`Cases get a due day` → `2026_11_25_cases_get_a_due_day`, not longer than it may be."""
    words = re.sub(r"[^a-z0-9]+", "_", subject.lower()).strip("_")
    return f"{today:%Y_%m_%d}_{words}"[:LONGEST].rstrip("_")


def main() -> None:
    if len(sys.argv) != 2 or not sys.argv[1].strip():
        raise SystemExit('What does it do? .venv/bin/python -m scripts.write_migration "Cases get a due day"')
    subject = sys.argv[1].strip().rstrip(".")
    with tempfile.TemporaryDirectory() as folder:
        engines = open_engines(Settings(database_url=f"sqlite:///{folder}/history.db", data_dir=Path(folder)))
        migrations.upgrade(engines)
        steps = operations(engines)
        engines.dispose()
    if not steps:
        raise SystemExit("The history ends where the models stand: there is nothing to write.")
    revision = revision_of(subject, local_date(SystemClock().now()))
    target = VERSIONS / f"{revision}.py"
    head = HEAD.format(subject=subject, revision=revision, before=migrations.head())
    lines = [line for line in steps.splitlines() if not line.strip().startswith("#")]
    target.write_text(head + "\n".join(lines).rstrip() + "\n", encoding="utf-8")
    for step in (("format", "--quiet"), ("check", "--fix", "--quiet", "--exit-zero")):
        subprocess.run([Path(sys.executable).parent / "ruff", *step, target], check=True)
    print(f"{target}: read it and correct it; it must suit the release before it, and both databases.")


if __name__ == "__main__":
    main()
