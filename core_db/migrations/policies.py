"""The walls of `foundation.walls` as policies of PostgreSQL, and the role that serves behind them.

They are not history: whoever upgrades puts them up as this program knows them, all at once. The owner of the
tables passes through them (the functions below are his and look at a case for its rows); so the program does not
serve as the owner, nor as a superuser, nor as anybody whom the policies do not hold.
"""

import hashlib
from collections.abc import Sequence

from sqlalchemy import Connection, text

from core_db.foundation.database import Engines
from core_db.foundation.reach import EVERYWHERE, SETTING
from core_db.foundation.walls import (
    ABOVE,
    CASES,
    PARTS,
    WALLS,
    AtOrBelow,
    Behind,
    ByCase,
    ByPlace,
    Facts,
    Wall,
)

POLICY = "neighbourhoods"
#: In PostgreSQL's own measure, in which a page that is read costs 400.
ITS_COST = 400
#: Asked once a statement, not once a row: that is what the brackets with `select` are for.
_KEYS = f"(SELECT string_to_array(current_setting('{SETTING}', true), ','))::text[]"
#: A neighbourhood below a node that is reached. Asked where the row's own keys open nothing, and only there. Not with
#: EXISTS: the planner would answer that for many rows at once, by reading the whole other table.
_BELOW = f"""(SELECT ARRAY[b.town_id, b.district_id]::text[] && {_KEYS} FROM places b
  WHERE b.id = {{table}}.community_id)"""


class Unguarded(RuntimeError):
    """Serving would go past the walls. `sentence` says why and what to do."""

    zh = "数据库账号“{role}”{why_zh}，居村之间的隔离对它不起作用：请按 docs/operating.md 用专门的服务账号。"
    en = (
        "The database role “{role}” {why_en}, so nothing in the database keeps neighbourhoods apart: "
        "serve as a role of its own, see docs/operating.md."
    )

    def __init__(self, role: str, why_zh: str, why_en: str) -> None:
        self.said = {"role": role, "why_zh": why_zh, "why_en": why_en}
        super().__init__(self.sentence("en"))

    def sentence(self, lang: str) -> str:
        return (self.en if lang == "en" else self.zh).format(**self.said)


def put_up_walls(connection: Connection) -> bool:
    """Policies for every table with a wall, unless they stand as they should. True when they were put up."""
    orders = [
        *_functions(connection),
        *(order for table in WALLS for order in _policies(table, WALLS[table])),
    ]
    mark = hashlib.sha256("\n".join(orders).encode()).hexdigest()
    if _mark(connection) == mark and not missing_walls(connection):
        return False
    # Kept with the function, so that an upgrade knows whether the walls stand as this program wants them.
    for order in (*orders, f"COMMENT ON FUNCTION shequyun_reaches(text) IS '{mark}'"):
        connection.execute(text(order))
    return True


def admit(connection: Connection, role: str) -> None:
    """Let the role work with the rows of every table, and with nothing else: no table is its to make or alter."""
    name = connection.dialect.identifier_preparer.quote_identifier(role)
    tables = f"ALL TABLES IN SCHEMA {_schema(connection)}"
    orders = [
        f"GRANT USAGE ON SCHEMA {_schema(connection)} TO {name}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON {tables} TO {name}",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {_schema(connection)} TO {name}",
        f"REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM {name}",
    ]
    if (connection.dialect.server_version_info or ()) >= (17,):
        # Vacuuming what somebody was erased from; until then that was the owner's alone.
        orders.append(f"GRANT MAINTAIN ON {tables} TO {name}")
    for order in orders:
        connection.execute(text(order))


def make_role(connection: Connection, role: str, password: str | None) -> bool:
    """A role that signs in and may nothing more, unless there is one of the name. True when it was made."""
    known = text("SELECT 1 FROM pg_roles WHERE rolname = :role")
    if connection.execute(known, {"role": role}).first() is not None:
        return False
    name = connection.dialect.identifier_preparer.quote_identifier(role)
    order = f"CREATE ROLE {name} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS"
    if password:
        # Orders about roles take no values, so the server itself spells it.
        spelled = connection.execute(text("SELECT quote_literal(:it)"), {"it": password}).scalar()
        order += f" PASSWORD {spelled}"
    connection.exec_driver_sql(order.replace("%", "%%"))
    return True


# -- looking ----------------------------------------------------------------------------------------

#: A community's id in the table, or a case's: then it needs a wall.
_UNWALLED = """
SELECT t.relname FROM pg_class t JOIN pg_namespace n ON n.oid = t.relnamespace
WHERE n.nspname = current_schema() AND t.relkind IN ('r', 'p')
  AND (EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = t.oid AND NOT a.attisdropped
               AND a.attname IN ('community_id', 'case_id'))
       OR t.relname = ANY (:walled))
  AND NOT (t.relrowsecurity AND EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = t.oid))
ORDER BY t.relname
"""
_ROLE = """
SELECT current_user AS name, r.rolsuper, r.rolbypassrls,
  EXISTS (SELECT 1 FROM pg_class t JOIN pg_namespace n ON n.oid = t.relnamespace
          WHERE n.nspname = current_schema() AND t.relkind IN ('r', 'p')
            AND pg_has_role(current_user, t.relowner, 'MEMBER')) AS owns
FROM pg_roles r WHERE r.rolname = current_user
"""


def missing_walls(connection: Connection) -> Sequence[str]:
    """The tables that belong to a neighbourhood, or to a case, and have no policy."""
    walled = [table for table in WALLS if table != CASES]
    return list(connection.execute(text(_UNWALLED), {"walled": [CASES, *walled]}).scalars())


def must_be_guarded(engines: Engines) -> None:
    """Raise Unguarded unless the walls stand and hold whoever serves. SQLite has no roles."""
    if engines.is_sqlite:
        return
    with engines.read.connect() as connection:
        role = connection.execute(text(_ROLE)).one()
        missing = missing_walls(connection)
    if role.rolsuper:
        raise Unguarded(role.name, "是超级用户", "is a superuser")
    if role.rolbypassrls:
        raise Unguarded(role.name, "可以绕过行级安全（BYPASSRLS）", "passes row-level security (BYPASSRLS)")
    if role.owns:
        raise Unguarded(role.name, "拥有数据表", "owns the tables")
    if missing:
        named = ", ".join(missing)
        raise Unguarded(role.name, f"能看到没有策略的表 {named}", f"sees tables without a policy: {named}")


def _mark(connection: Connection) -> str | None:
    found = text("SELECT obj_description(to_regprocedure('shequyun_reaches(text)'), 'pg_proc')")
    mark: str | None = connection.execute(found).scalar()
    return mark


# -- as PostgreSQL says it --------------------------------------------------------------------------


def _policies(table: str, wall: Wall) -> list[str]:
    orders = [f"DROP POLICY IF EXISTS {name} ON {table}" for name in (POLICY, f"{POLICY}_read")]
    orders.append(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    reading, writing = _reading(wall), _opened(table, wall)
    orders.append(f"CREATE POLICY {POLICY} ON {table} USING ({reading or writing}) WITH CHECK ({writing})")
    if isinstance(wall, ByPlace | AtOrBelow | ByCase) and wall.public:
        orders.append(f"CREATE POLICY {POLICY}_read ON {table} FOR SELECT USING (true)")
    return orders


def _reading(wall: Wall) -> str | None:
    """What may be read or altered, where that is less than what may be written."""
    return _one_of(()) if isinstance(wall, Facts) else None


def _opened(table: str, wall: Wall) -> str:
    if isinstance(wall, ByPlace):
        ways = _one_of((*wall.nodes, *wall.own))
        # The arms are tried in their order: the dear one only where the cheap one says no.
        return f"{ways} OR shequyun_has_part(id)" if table == CASES else ways
    if isinstance(wall, ByCase):
        return f"{_one_of(wall.own)} OR shequyun_reaches({wall.case})"
    if isinstance(wall, Behind):
        return f"{_one_of(())} OR (SELECT true FROM {wall.table} b WHERE b.id = {table}.{wall.column})"
    if isinstance(wall, AtOrBelow):
        return f"{_one_of(('community_id', *wall.own))} OR {_BELOW.format(table=table)}"
    # A fact of the district, as one about the platform itself, names no neighbourhood.
    return f"coalesce(community_id, '') = '' OR {_one_of(('community_id',))} OR {_BELOW.format(table=table)}"


def _one_of(columns: Sequence[str], table: str = "") -> str:
    named = "".join(f", {table}{column}::text" for column in columns)
    return f"ARRAY['{EVERYWHERE}'{named}] && {_KEYS}"


def _functions(connection: Connection) -> list[str]:
    """Whether a case is reached. They run as the owner, whom no policy holds, so that policies do not go in circles."""
    schema = _schema(connection)
    parts = " OR ".join(
        f"EXISTS (SELECT 1 FROM {schema}.{table} p WHERE p.case_id = its_id AND p.{column} = ANY (keys)"
        + (f" AND p.{when})" if when else ")")
        for table, column, when in PARTS
    )
    above = ", ".join(f"c.{column}::text" for column in ABOVE)
    near = f"EXISTS (SELECT 1 FROM {schema}.{CASES} c WHERE c.id = its_id AND ARRAY[{above}] && keys)"
    return [_asks("shequyun_has_part", parts), _asks("shequyun_reaches", parts, first=near)]


def _asks(name: str, whether: str, *, first: str = "false") -> str:
    """A function that asks one after the other: what stands in one expression is all made ready before any is asked.

    What it costs is said, too, 12 to 20 µs: more than PostgreSQL takes for granted, so few rows are to be asked. Its
    plan is made once: readers have each statement planned for what it asks, and these would be so for every row.
    """
    return (
        f"CREATE OR REPLACE FUNCTION {name}(its_id text) RETURNS boolean "
        f"LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL SAFE COST {ITS_COST} "
        "SET plan_cache_mode = force_generic_plan AS $$ "
        f"DECLARE keys text[] := string_to_array(current_setting('{SETTING}', true), ','); "
        f"BEGIN IF {first} THEN RETURN true; END IF; RETURN {whether}; END $$"
    )


def _schema(connection: Connection) -> str:
    schema = connection.execute(text("SELECT current_schema()")).scalar()
    return connection.dialect.identifier_preparer.quote_identifier(str(schema))
