"""A made-up district of so many people, laid into an empty database at one go; what there is to be asked, as ids.

Names, homes and tags are drawn; numbers are not sealed, because what is measured reads fifty of them and not a million.
SQLite is given no figures about its tables (ANALYZE), as an installation gives it none. On PostgreSQL rows are copied
into tables without their indexes, and each index is built once behind them; keys are not looked up row by row, for
whatever is drawn here fits.
"""

import json
import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Table, create_engine, insert, text

from app_shell.demo.people import MEN, SURNAMES, WOMEN
from bench.serving import Installation
from core_db import migrations
from core_db.foundation.clock import SystemClock
from core_db.foundation.ids import new_id
from core_db.foundation.settings import Settings
from core_db.groups.model import GROUPS
from core_db.people import name_columns
from core_db.people.queries import PERSONS, RESIDENCIES
from core_db.places import PLACES, PlaceKind
from core_db.tags import ASSIGNMENTS, DEFINITIONS, TagClass

#: People of a neighbourhood, of a home, and homes of a building.
OF_ONE, OF_A_HOME, OF_A_BUILDING = 3_900, 3, 24
#: Neighbourhoods that are written together, and rows of a statement where nothing can be copied.
TOGETHER, AT_ONCE = 20, 20_000
BY_NEIGHBOURHOOD: tuple[Table, ...] = (PLACES, PERSONS, RESIDENCIES, ASSIGNMENTS)
Rows = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True)
class Laid:
    """What was built: who asks, and for what."""

    #: A neighbourhood, some people of it, and a group there.
    community: str
    people: Sequence[str]
    group: str
    #: By the name of a town: its place, and its group.
    towns: dict[str, tuple[str, str]]
    #: How many people there are, and how many live in each town.
    size: int
    sizes: dict[str, int]

    def keep(self, file: Path) -> None:
        file.write_text(json.dumps(asdict(self), ensure_ascii=False), encoding="utf-8")

    @classmethod
    def kept(cls, file: Path) -> "Laid":
        said = json.loads(file.read_text(encoding="utf-8"))
        return cls(**said | {"towns": {name: tuple(pair) for name, pair in said["towns"].items()}})


def settings_of(here: Installation) -> Settings:
    return Settings(
        database_url=here.url, database_owner_url=here.owner, data_dir=here.folder, secret_key="b" * 64, demo=True
    )  # fmt: skip


def lay_out(here: Installation, people: int, towns: dict[str, int]) -> Laid:
    """Tables, and so many people in them, `towns` of whom live in each town."""
    migrations.bring_up(settings_of(here))
    engine = create_engine((here.owner or here.url).replace("postgresql://", "postgresql+psycopg://"))
    try:
        laid = _lay_out(engine, people, towns)
        if engine.dialect.name != "sqlite":
            with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.execute(text("VACUUM ANALYZE"))
        return laid
    finally:
        engine.dispose()


def _lay_out(engine: Engine, people: int, towns: dict[str, int]) -> Laid:
    dice, district, definition = random.Random(20261126), new_id(), new_id()
    nodes = {name: new_id() for name in towns} | {"": new_id()}
    communities = [new_id() for _ in range(max(1, people // OF_ONE))]
    lies_in = [name for name, size in towns.items() for _ in range(max(1, size // OF_ONE))]
    rules = {"all_of": [definition], "age_from": 80}
    groups = {place: _group(new_id(), place, rules) for place in (communities[0], *nodes.values())}

    def drawn() -> Iterator[Rows]:
        for n, community in enumerate(communities):
            town = nodes[lies_in[n]] if n < len(lies_in) else nodes[""]
            yield _neighbourhood(community, n, {"district_id": district, "town_id": town}, definition, dice)

    known: list[str] = []
    with engine.begin() as connection:
        _insert(connection, PLACES, [*_above(district, *nodes.values())])
        _insert(connection, DEFINITIONS, [_definition(definition, district)])
    with _quickly(engine) as write:
        for rows in _together(drawn()):
            known = known or [row["id"] for row in rows["persons"][:200]]
            for table in BY_NEIGHBOURHOOD:
                write(table, rows[table.name])
    with engine.begin() as connection:
        _insert(connection, GROUPS, [*groups.values()])
    at = {name: (nodes[name], groups[nodes[name]]["id"]) for name in towns}
    return Laid(communities[0], known, groups[communities[0]]["id"], at, people, towns)


# -- writing ----------------------------------------------------------------------------------------


def _together(drawn: Iterator[Rows]) -> Iterator[Rows]:
    """Some neighbourhoods' rows at a time."""
    waiting: Rows = {}
    for n, rows in enumerate(drawn, start=1):
        for name, some in rows.items():
            waiting.setdefault(name, []).extend(some)
        if n % TOGETHER == 0:
            yield waiting
            waiting = {}
    if waiting:
        yield waiting


def _insert(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    for begin in range(0, len(rows), AT_ONCE):
        connection.execute(insert(table), rows[begin : begin + AT_ONCE])


@contextmanager
def _quickly(engine: Engine) -> Iterator[Callable[[Table, list[dict[str, Any]]], None]]:
    """How many rows are written: on PostgreSQL into tables without indexes, which come back behind the last row."""
    if engine.dialect.name == "sqlite":

        def write(table: Table, rows: list[dict[str, Any]]) -> None:
            with engine.begin() as connection:
                _insert(connection, table, rows)

        yield write
        return
    with engine.connect() as connection:
        for setting in (
            "session_replication_role = replica",
            "maintenance_work_mem = '512MB'",
            "synchronous_commit = off",
        ):
            connection.execute(text(f"SET {setting}"))
        indexes = _taken_away(connection)
        connection.commit()

        def copy(table: Table, rows: list[dict[str, Any]]) -> None:
            _copy(connection, table, rows)
            connection.commit()

        yield copy
        for definition in indexes:
            connection.execute(text(definition))
            connection.commit()


def _taken_away(connection: Connection) -> list[str]:
    """Drop what is no key; how each is made again."""
    names = [table.name for table in BY_NEIGHBOURHOOD]
    said = text(
        "SELECT indexrelid::regclass::text AS name, pg_get_indexdef(indexrelid) AS made FROM pg_index "
        "WHERE indrelid::regclass::text = ANY(:names) AND NOT indisprimary "
        "AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = indexrelid)"
    )
    found = connection.execute(said, {"names": names}).all()
    for one in found:
        connection.execute(text(f"DROP INDEX {one.name}"))
    return [one.made for one in found]


def _copy(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    columns = [*rows[0]]
    raw: Any = connection.connection.driver_connection
    with raw.cursor() as cursor, cursor.copy(f"COPY {table.name} ({', '.join(columns)}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row([value.value if isinstance(value, Enum) else value for value in row.values()])


# -- drawing ----------------------------------------------------------------------------------------


def _above(district: str, *towns: str) -> Iterator[dict[str, Any]]:
    yield _place(district, PlaceKind.DISTRICT, "区", None, "1", {"district_id": district})
    for n, town in enumerate(towns):
        yield _place(
            town, PlaceKind.TOWN, f"街道{n}", district, f"1 {n}", {"district_id": district, "town_id": town}
        )


def _neighbourhood(
    community: str, n: int, above: dict[str, str], definition: str, dice: random.Random
) -> dict[str, list[dict[str, Any]]]:  # fmt: skip
    above = above | {"community_id": community}
    sort = f"1 {n:05d}"
    rows: dict[str, list[dict[str, Any]]] = {
        "places": [],
        "persons": [],
        "residencies": [],
        "tag_assignments": [],
    }
    rows["places"].append(_place(community, PlaceKind.COMMUNITY, f"{n}村", above["town_id"], sort, above))
    building = ""
    for number in range(OF_ONE // OF_A_HOME):
        if number % OF_A_BUILDING == 0:
            building, name = new_id(), f"{number // OF_A_BUILDING + 1}号"
            inside = above | {"building_id": building}
            sort_of = f"{sort} {number // OF_A_BUILDING + 1:08d}"
            rows["places"].append(_place(building, PlaceKind.BUILDING, name, community, sort_of, inside))
        room = f"{number % OF_A_BUILDING // 4 + 1}{number % 4 + 1:02d}室"
        home = new_id()
        rows["places"].append(
            _place(home, PlaceKind.HOME, room, building, f"{sort_of} {room}", inside, label=f"{name} {room}")
        )
        for _ in range(OF_A_HOME):
            _settle(rows, community, home, definition, dice)
    return rows


def _settle(
    rows: dict[str, list[dict[str, Any]]], community: str, home: str, definition: str, dice: random.Random
) -> None:
    born, sex = dice.randint(1932, 2025), dice.choice("12")
    given = dice.choice((MEN if sex == "1" else WOMEN)[0 if born < 1965 else 1 if born < 1990 else 2].split())
    person, now = new_id(), SystemClock().now()
    rows["persons"].append({
        "id": person, "community_id": community, **name_columns(dice.choice(SURNAMES) + given), "sex": sex,
        "birth_year": born, "source": "bench", "created_at": now, "updated_at": now,
    })  # fmt: skip
    rows["residencies"].append({
        "id": new_id(), "person_id": person, "home_id": home, "role": "family", "valid_from": date(2020, 1, 1),
    })  # fmt: skip
    if dice.random() < (0.25 if born < 1960 else 0.01):
        rows["tag_assignments"].append({
            "id": new_id(), "community_id": community, "person_id": person, "definition_id": definition,
            "source": "bench", "assigned_by": "bench", "assigned_name": "bench", "assigned_at": now,
            "valid_from": date(2026, 1, 1),
        })  # fmt: skip


def _place(
    own: str,
    kind: PlaceKind,
    name: str,
    parent: str | None,
    sort: str,
    above: dict[str, str],
    label: str = "",
) -> dict[str, Any]:
    nodes = {"district_id": None, "town_id": None, "community_id": None, "building_id": None} | above
    return {
        "id": own, "kind": kind, "name": name, "label": label or name, "parent_id": parent, "sort": sort,
        "created_at": SystemClock().now(), **nodes,
    }  # fmt: skip


def _definition(own: str, district: str) -> dict[str, Any]:
    return {
        "id": own, "place_id": district, "code": "lives_alone", "name": "独居", "name_en": "", "kind": TagClass.FAMILY,
        "sensitive": False, "legal_basis": "", "active_from": date(2020, 1, 1), "made_by": "bench",
        "made_at": SystemClock().now(),
    }  # fmt: skip


def _group(own: str, place: str, rules: dict[str, Any]) -> dict[str, Any]:
    now = SystemClock().now()
    return {
        "id": own,
        "place_id": place,
        "name": "高龄独居",
        "rules": rules,
        "made_by": "bench",
        "made_at": now,
    }
