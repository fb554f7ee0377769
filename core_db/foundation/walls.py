"""The walls between neighbourhoods: for each table that belongs to one, which rows a reach opens.

One table of them for both databases. On PostgreSQL they are policies of row-level security (`core_db.migrations`
puts them up), for reading and for writing. On SQLite, which has none, they are conditions that every read through
a model carries. A new table with a community joins here, or the tests are red.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, Table, bindparam, event, or_, select
from sqlalchemy.orm import ORMExecuteState, with_loader_criteria
from sqlmodel import Session, SQLModel

from core_db.foundation.reach import Reach

CASES, PARTIES, DISPATCHES = "cases", "case_parties", "case_dispatches"


@dataclass(frozen=True, slots=True)
class ByPlace:
    """Rows that name their neighbourhood, or nodes above it; `own` names whose they are besides."""

    nodes: tuple[str, ...] = ("community_id",)
    own: tuple[str, ...] = ()
    #: Everybody may read them: they say nothing about a person.
    public: bool = False


@dataclass(frozen=True, slots=True)
class ByCase:
    """Rows behind a case's wall: `case` names it, `own` whose they are besides."""

    case: str = "case_id"
    own: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Behind:
    """Rows that hang on a row of another table with a wall."""

    column: str
    table: str


@dataclass(frozen=True, slots=True)
class Facts:
    """Written where one reaches, or where no neighbourhood is concerned; read by the relay alone."""


Wall = ByPlace | ByCase | Behind | Facts
ABOVE = ("community_id", "town_id", "district_id")
WALLS: Mapping[str, Wall] = {
    #: Besides, whoever stands behind a case reaches it, and the organisation it is handed to.
    CASES: ByPlace(ABOVE),
    "case_counts": ByPlace(ABOVE),
    PARTIES: ByCase(own=("account_id",)),
    DISPATCHES: ByCase(own=("organisation_id",)),
    "case_entries": ByCase(),
    "case_clocks": ByCase(),
    "clock_pauses": Behind("clock_id", "case_clocks"),
    "case_extensions": ByCase(),
    "case_evaluations": ByCase(own=("account_id",)),
    "case_supports": ByCase(own=("account_id",)),
    "photos": ByCase(own=("account_id",)),
    "persons": ByPlace(),
    "households": ByPlace(),
    "residencies": Behind("person_id", "persons"),
    "home_bindings": ByPlace(own=("account_id",)),
    "data_keys": ByPlace(),
    "places": ByPlace(("id", *ABOVE), public=True),
    "outbox": Facts(),
}
#: Who stands behind a case: tables that name it, whose column opens it, and what has to be true of the row.
PARTS = ((PARTIES, "account_id", None), (DISPATCHES, "organisation_id", "is_current"))

#: What the residents' app never reads: it signs staff in nowhere, and the register's numbers are the committee's.
#: A statement that names one of them is refused on its reading connections, whatever else it asks for.
CLOSED_TO_RESIDENTS: frozenset[tuple[str, str]] = frozenset(
    (table, column)
    for table, columns in {
        "accounts": ("password_hash", "totp_sealed", "totp_step"),
        "persons": ("phone_sealed", "phone_blind", "id_number_sealed", "id_number_blind", "birth_sealed"),
        "platform_feedback": ("text", "contact_sealed"),
        "sign_in_codes": ("code_hash",),
    }.items()
    for column in columns
)


# -- on SQLite --------------------------------------------------------------------------------------


class NoReach(RuntimeError):
    """A session reads what belongs to a neighbourhood, and nobody decided how far it reaches."""


def opens(table: Table, wall: ByPlace) -> ColumnElement[bool]:
    """The rows a reach opens; takes it as the value `reach`."""
    keys: BindParameter[Any] = bindparam("reach", expanding=True)
    ways = [table.c[name].in_(keys) for name in (*wall.nodes, *wall.own)]
    if table.name == CASES:
        ways += [table.c.id.in_(_with_part(*part)) for part in PARTS]
    return or_(*ways)


def _with_part(name: str, column: str, when: str | None) -> Select[Any]:
    part = SQLModel.metadata.tables[name]
    found = select(part.c.case_id).where(part.c[column].in_(bindparam("reach", expanding=True)))
    return found if when is None else found.where(part.c[when].is_(True))


def walled_models() -> dict[type[Any], ByPlace]:
    """Every model whose rows name a neighbourhood and are not for everybody, with its wall."""
    found: dict[type[Any], ByPlace] = {}
    for mapper in SQLModel._sa_registry.mappers:
        table = mapper.local_table
        wall = WALLS.get(table.name) if isinstance(table, Table) else None
        if isinstance(wall, ByPlace) and not wall.public:
            found[mapper.class_] = wall
    return found


@cache
def _condition(model: Any) -> Any:
    """What a statement about the model carries; None where nothing is to be narrowed."""
    wall = walled_models().get(model)
    if wall is None:
        return None
    return with_loader_criteria(model, opens(model.__table__, wall), include_aliases=True)


@lru_cache(maxsize=512)
def _narrowed(statement: Any, models: frozenset[Any]) -> Any:
    return statement.options(*(_condition(model) for model in models))


def _models(state: ORMExecuteState) -> Iterator[Any]:
    return (mapper.class_ for mapper in state.all_mappers)


def narrow(state: ORMExecuteState) -> None:
    """Before a statement about models runs: what the session does not reach is not there."""
    if not state.is_orm_statement or state.is_insert:
        return
    models = frozenset(one for one in _models(state) if _condition(one) is not None)
    if not models:
        return
    reach: Reach | None = state.session.info.get("reach")
    if reach is None:
        raise NoReach(", ".join(sorted(model.__name__ for model in models)))
    if reach.across is None:
        state.statement = _narrowed(state.statement, models)
        given: Any = state.parameters or {}
        state.parameters = {**given, "reach": (*reach.text.split(","),)}


class WalledSession(Session):
    """A session on SQLite, whose reads through models keep to its reach."""


event.listen(WalledSession, "do_orm_execute", narrow)
