"""Many cases at once, for benches only: up to a size, spread over every neighbourhood of a prepared district.

Written past the door with each database's own bulk way, and still consistent: the counts are those of the
rows, each case has its history, its requester and its words in the search, and its number is taken.

python -m bench.seed URL 1000000
"""

import itertools
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, func, select

from app_shell.demo.phrases import kinds
from core_db.cases.configured import CATEGORIES
from core_db.cases.model import CASES, CLOCKS, COUNTS, ENTRIES, PARTIES
from core_db.cases.search import place_word
from core_db.foundation.clock import LOCAL
from core_db.foundation.database import open_engines
from core_db.foundation.grams import grams
from core_db.foundation.ids import id_born_at
from core_db.foundation.numbers import RunningNumber
from core_db.foundation.settings import Settings
from core_db.places import PLACES, PlaceKind

AT_ONCE = 20_000
DAYS = 5 * 365
#: Numbers of a day begin here, past those that the demo took.
FIRST_NUMBER = 5_000
#: Of a thousand cases: most are over, as in an archive of five years.
STATUSES = (("closed", 960), ("submitted", 12), ("accepted", 18), ("not_accepted", 10))
TEXTS = 3_000

#: What a constraint stands on is left, for what refers to it stands on it too.
INDEXES_OF_POSTGRES = """
    SELECT found.relname, pg_get_indexdef(found.oid) FROM pg_index JOIN pg_class found ON found.oid = indexrelid
    JOIN pg_class about ON about.oid = indrelid
    WHERE about.relname IN ({tables}) AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = found.oid)
"""
#: All that is referred to was read from there a moment ago; who is no superuser has it looked up once more.
WITHOUT_LOOKING_UP = """
    SELECT set_config('session_replication_role', 'replica', true) FROM pg_roles WHERE rolname = current_user AND rolsuper
"""
INDEXES_OF_SQLITE = """
    SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN ({tables})
"""

#: The columns we write; every other column of a case is empty or has its default.
CASE_COLUMNS = (
    "seq", "id", "number", "community_id", "town_id", "district_id", "place_id", "building_id", "place_label",
    "category_code", "nature", "summary", "text", "status", "visibility", "anonymous", "channel", "urgent",
    "clock_state", "clock_unit", "clock_limit", "due_at", "supporters", "returns", "needs_review", "closure",
    "created_at", "updated_at", "contacted_at", "contact_due_at", "accepted_at", "handled_at", "closed_at", "version",
)  # fmt: skip
ENTRY_COLUMNS = (
    "case_id",
    "type",
    "at",
    "by_role",
    "by_id",
    "by_name",
    "audience",
    "text",
    "status",
    "due_at",
)
PARTY_COLUMNS = ("id", "case_id", "role", "name")
CLOCK_COLUMNS = (
    "id", "case_id", "kind", "unit", "limit", "reason", "started_at", "due_at", "ended_at", "warned", "look_at",
)  # fmt: skip


@dataclass
class Batch:
    """Rows that are written together."""

    cases: list[Sequence[Any]] = field(default_factory=list)
    entries: list[Sequence[Any]] = field(default_factory=list)
    parties: list[Sequence[Any]] = field(default_factory=list)
    clocks: list[Sequence[Any]] = field(default_factory=list)
    search: list[tuple[int, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Spot:
    """Where a case may be: a building where there are any, else the neighbourhood."""

    place_id: str
    label: str
    community_id: str
    town_id: str
    district_id: str
    building_id: str | None
    words: str


def seed_cases(url: str, size: int, *, data_dir: Path = Path("var")) -> int:
    """Fill up to so many cases; returns how many were added."""
    engines = open_engines(Settings(database_url=url, data_dir=data_dir))
    engine = engines.write
    try:
        maker = _Maker.of(engine, random.Random(20261123))
        wanted = max(0, size - maker.there)
        taken_away = _take_indexes_away(engine)
        for start in range(0, wanted, AT_ONCE):
            _write(engine, maker.batch(min(AT_ONCE, wanted - start)))
        _write_counts(engine, maker)
        _make_again(engine, taken_away)
        _finish(engine)
        return wanted
    finally:
        engines.dispose()


class _Maker:
    """Makes rows; keeps what has to be counted."""

    def __init__(
        self, chance: random.Random, spots: list[list[Spot]], codes: list[str], next_seq: int, there: int
    ) -> None:
        self.chance, self.spots, self.codes, self.there = chance, spots, codes, there
        self.seq = itertools.count(next_seq)
        self.last_seq = next_seq - 1
        self.counts: Counter[tuple[str, str, str, str]] = Counter()
        self.numbers: Counter[str] = Counter()
        self.now = datetime.now(UTC)
        self.texts = _texts(chance)
        self._statuses = [status for status, share in STATUSES for _ in range(share)]

    @classmethod
    def of(cls, engine: Engine, chance: random.Random) -> "_Maker":
        with engine.connect() as connection:
            there, last = connection.execute(
                select(func.count(), func.max(CASES.c.seq)).select_from(CASES)
            ).one()
            codes = list(
                connection.execute(
                    select(CATEGORIES.c.code).where(CATEGORIES.c.parent.is_not(None))
                ).scalars()
            )
            rows = connection.execute(
                select(PLACES).where(PLACES.c.kind.in_((PlaceKind.COMMUNITY, PlaceKind.BUILDING)))
            ).all()
        return cls(chance, _spots(rows), codes, (last or 0) + 1, there)

    def batch(self, size: int) -> Batch:
        batch = Batch()
        for seq in itertools.islice(self.seq, size):
            self._add(batch, seq)
            self.last_seq = seq
        return batch

    def _add(self, batch: Batch, seq: int) -> None:
        chance = self.chance
        spot = chance.choice(chance.choice(self.spots))
        status = chance.choice(self._statuses)
        # What is still open was raised lately.
        ago = chance.uniform(0.1, 3) if status in ("submitted", "accepted") else chance.uniform(4, DAYS)
        at = self.now - timedelta(days=ago)
        accepted, due, closed = at + timedelta(hours=2), at + timedelta(days=3), at + timedelta(days=2)
        case_id, number, tokens = id_born_at(int(at.timestamp() * 1000)), *self._number(at)
        text, summary, words = chance.choice(self.texts)
        is_over, is_taken = status == "closed", status in ("closed", "accepted")
        state = "met" if is_over else "running" if is_taken else "none"
        batch.cases.append((
            seq, case_id, number, spot.community_id, spot.town_id, spot.district_id, spot.place_id, spot.building_id,
            spot.label, chance.choice(self.codes), "help", summary, text, status,
            "public" if chance.random() < 0.3 else "private", False, "app", False, state,
            "workday" if is_taken else None, "3" if is_taken else None, due if is_taken else None, 0, 0, False,
            "resolved" if is_over else None, at, closed if is_over else at, accepted if is_taken else None, due,
            accepted if is_taken else None, closed if is_over else None,
            closed if status in ("closed", "not_accepted") else None, 1 + 3 * is_over + (status == "accepted"),
        ))  # fmt: skip
        self._tell(batch, case_id, status, at, accepted, due, closed)
        batch.parties.append((id_born_at(0), case_id, "requester", "居民"))
        batch.search.append((seq, f"{words} {spot.words} {tokens}"))
        self.counts[spot.community_id, spot.town_id, spot.district_id, status] += 1

    def _number(self, at: datetime) -> tuple[str, str]:
        day = f"{at.astimezone(LOCAL):%Y%m%d}"
        running = FIRST_NUMBER + self.numbers[day]
        self.numbers[day] += 1
        return f"BS-{day}-{running:04d}", f"bs {day} {running:04d}"

    def _tell(
        self,
        batch: Batch,
        case_id: str,
        status: str,
        at: datetime,
        accepted: datetime,
        due: datetime,
        closed: datetime,
    ) -> None:
        told: list[tuple[str, datetime, str, str, datetime | None]] = [
            ("submitted", at, "requester", "submitted", None)
        ]
        if status in ("closed", "accepted"):
            told.append(("accepted", accepted, "committee", "accepted", due))
            ended = closed if status == "closed" else None
            batch.clocks.append(
                (
                    id_born_at(0),
                    case_id,
                    "handling",
                    "workday",
                    "3",
                    "一般情况",
                    accepted,
                    due,
                    ended,
                    0,
                    None if ended else due,
                )
            )
        if status == "closed":
            told.append(("handled", closed, "contractor", "handled", due))
            told.append(("closed", closed, "committee", "closed", due))
        if status == "not_accepted":
            told.append(("refused", closed, "committee", "not_accepted", None))
        batch.entries.extend(
            (case_id, kind, moment, role, "system:seed", "", "public", None, after, until)
            for kind, moment, role, after, until in told
        )


def _spots(rows: Sequence[Any]) -> list[list[Spot]]:
    """The places of each neighbourhood in which there is a town and a district above it."""
    by_community: dict[str, list[Spot]] = {}
    for row in sorted(rows, key=lambda one: one.kind is PlaceKind.BUILDING, reverse=True):
        known = by_community.setdefault(row.community_id, [])
        if row.kind is PlaceKind.BUILDING or not known:
            words = " ".join(place_word(node) for node in (row.community_id, row.town_id, row.district_id))
            known.append(
                Spot(
                    row.id, row.label, row.community_id, row.town_id, row.district_id,
                    row.id if row.kind is PlaceKind.BUILDING else None, words + " " + " ".join(set(grams(row.label))),
                )
            )  # fmt: skip
    return list(by_community.values())


def _texts(chance: random.Random) -> list[tuple[str, str, str]]:
    """Texts with their summaries and words, made once."""
    found = []
    for _ in range(TEXTS):
        kind = chance.choice(kinds())
        number = chance.randint(1, 60)
        text = chance.choice(kind.texts).format(
            b=f"{number}号", b2=f"{number + 1}号", f=f"{chance.randint(2, 6)}楼", n=chance.randint(2, 5), t="昨天晚上",
            r=f"{number}号{chance.randint(1, 6)}0{chance.randint(1, 4)}室",
        )  # fmt: skip
        found.append((text, text if len(text) <= 60 else text[:59] + "…", " ".join(set(grams(text)))))
    return found


# -- writing -----------------------------------------------------------------------------------------


def _tables(batch: Batch) -> Iterator[tuple[str, Sequence[str], list[Sequence[Any]]]]:
    yield CASES.name, CASE_COLUMNS, batch.cases
    yield PARTIES.name, PARTY_COLUMNS, batch.parties
    yield ENTRIES.name, ENTRY_COLUMNS, batch.entries
    yield CLOCKS.name, CLOCK_COLUMNS, batch.clocks


def _write(engine: Engine, batch: Batch) -> None:
    connection = engine.raw_connection()
    with closing(connection):
        writer = _write_sqlite if engine.dialect.name == "sqlite" else _write_postgres
        writer(connection.driver_connection, batch)


def _write_sqlite(connection: Any, batch: Batch) -> None:
    # The file can be made again, so nobody waits for the disk.
    connection.execute("PRAGMA synchronous=OFF")
    # All that is referred to was read from there a moment ago.
    connection.execute("PRAGMA foreign_keys=OFF")
    connection.execute("BEGIN IMMEDIATE")
    for table, columns, rows in _tables(batch):
        names = ", ".join(f'"{column}"' for column in columns)
        marks = ", ".join("?" * len(columns))
        spelled = ([_spelled(value) for value in row] for row in rows)
        connection.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", spelled)
    connection.executemany("INSERT INTO case_search (rowid, grams) VALUES (?, ?)", batch.search)
    connection.execute("COMMIT")


def _spelled(value: Any) -> Any:
    return value.strftime("%Y-%m-%dT%H:%M:%S.%fZ") if isinstance(value, datetime) else value


def _write_postgres(connection: Any, batch: Batch) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")
        cursor.execute(WITHOUT_LOOKING_UP)
        for table, columns, rows in _tables(batch):
            names = ", ".join(f'"{column}"' for column in columns)
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        cursor.execute(
            "CREATE TEMP TABLE IF NOT EXISTS new_search (seq bigint, grams text) ON COMMIT DELETE ROWS"
        )
        with cursor.copy("COPY new_search (seq, grams) FROM STDIN") as copy:
            for found in batch.search:
                copy.write_row(found)
        cursor.execute(
            "INSERT INTO case_search SELECT seq, array_to_tsvector(string_to_array(grams, ' ')) FROM new_search"
        )
    connection.commit()


def _write_counts(engine: Engine, maker: _Maker) -> None:
    from sqlalchemy import text

    add_counts = text(
        f"INSERT INTO {COUNTS.name} (community_id, status, lane, town_id, district_id, count) "
        "VALUES (:community_id, :status, 0, :town_id, :district_id, :n) "
        f"ON CONFLICT (community_id, status, lane) DO UPDATE SET count = {COUNTS.name}.count + :n"
    )
    take_numbers = text(
        f"INSERT INTO {RunningNumber.__tablename__} (series, next) VALUES (:series, :next) "
        "ON CONFLICT (series) DO UPDATE SET next = :next"
    )
    counts = [
        {"community_id": community, "town_id": town, "district_id": district, "status": status, "n": n}
        for (community, town, district, status), n in maker.counts.items()
    ]
    numbers = [{"series": f"case:BS-{day}", "next": FIRST_NUMBER + n} for day, n in maker.numbers.items()]
    with engine.begin() as connection:
        if counts:
            connection.execute(add_counts, counts)
            connection.execute(take_numbers, numbers)
        if engine.dialect.name == "postgresql":
            connection.execute(
                text("SELECT setval(pg_get_serial_sequence('cases', 'seq'), :last)"), {"last": maker.last_seq}
            )


def _take_indexes_away(engine: Engine) -> Sequence[str]:
    """An index is built many times faster over what is there than row by row; returns how they are made again."""
    asked = INDEXES_OF_SQLITE if engine.dialect.name == "sqlite" else INDEXES_OF_POSTGRES
    written = (*(table for table, _, _ in _tables(Batch())), "case_search")
    with engine.begin() as connection:
        found = connection.exec_driver_sql(
            asked.format(tables=", ".join(f"'{table}'" for table in written))
        ).all()
        for name, _ in found:
            connection.exec_driver_sql(f'DROP INDEX "{name}"')
    return [made for _, made in found]


def _make_again(engine: Engine, indexes: Sequence[str]) -> None:
    for made in indexes:
        with engine.begin() as connection:
            if engine.dialect.name == "postgresql":
                connection.exec_driver_sql("SET LOCAL maintenance_work_mem = '1GB'")
            connection.exec_driver_sql(made)


def _finish(engine: Engine) -> None:
    from core_db.cases.search import create_search

    with engine.begin() as connection:
        create_search(connection)
    if engine.dialect.name == "sqlite":
        connection = engine.raw_connection()
        with closing(connection):
            # So many cases have seen some nights.
            connection.driver_connection.execute("INSERT INTO case_search (case_search) VALUES ('optimize')")
            connection.driver_connection.commit()
            connection.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return
    plain = create_engine(engine.url, isolation_level="AUTOCOMMIT")
    with plain.connect() as vacuuming:
        vacuuming.exec_driver_sql("VACUUM (ANALYZE)")
    plain.dispose()


if __name__ == "__main__":
    begun = time.perf_counter()
    added = seed_cases(sys.argv[1], int(sys.argv[2]))
    print(f"{added:,} cases in {time.perf_counter() - begun:.0f} s")
