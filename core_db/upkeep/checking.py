"""Does an installation still hold what it promised? Each check is a sentence that is true or false.

It compares what is written twice: counters with rows, the history of a case with its status, the register of
photos with the files, sealed keys with the installation's own.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from hashlib import file_digest
from pathlib import Path

from sqlalchemy import Connection, select, text
from sqlmodel import Session

from core_db import migrations
from core_db.audit import audit_key, verify_record
from core_db.cases.search_held import said_otherwise
from core_db.foundation.database import Engines, reaching
from core_db.foundation.lean import dataclass
from core_db.foundation.reach import Across, across
from core_db.foundation.sealing import DATA_KEYS, Keyring
from core_db.foundation.settings import Settings
from core_db.upkeep.evidence import gather_evidence
from core_db.upkeep.pages import broken_indexes, broken_tables


@dataclass(frozen=True, slots=True)
class Check:
    """A sentence, and what speaks against it."""

    name: str
    zh: str
    en: str
    holds: bool
    found: str = ""

    def sentence(self, lang: str) -> str:
        said = self.zh if lang == "zh" else self.en
        return f"{said} {self.found}".strip()


_COUNTED = """
SELECT community_id, status, sum(counted), sum(stored) FROM (
  SELECT community_id, status, sum(count) AS counted, 0 AS stored FROM case_counts GROUP BY community_id, status
  UNION ALL
  SELECT community_id, status, 0, count(*) FROM cases GROUP BY community_id, status
) AS both_sides GROUP BY community_id, status HAVING sum(counted) <> sum(stored)
"""
_OUT_OF_STEP = """
SELECT cases.number FROM cases JOIN case_entries ON case_entries.position = (
  SELECT max(last.position) FROM case_entries AS last WHERE last.case_id = cases.id AND last.status IS NOT NULL
) WHERE case_entries.status <> cases.status
"""
_SILENT = "SELECT number FROM cases WHERE NOT EXISTS (SELECT 1 FROM case_entries WHERE case_id = cases.id)"
_AHEAD = """
SELECT listener FROM listener_progress WHERE position > (SELECT coalesce(max(position), 0) FROM outbox)
"""
_SUPPORTED = """
SELECT number FROM cases WHERE supporters <> (SELECT count(*) FROM case_supports WHERE case_id = cases.id)
"""
#: Behind what stands behind another itself, and the newest merger of the two; of a pair behind each other one line.
_HIDDEN_TWICE = """
SELECT behind.id, main.id, (
  SELECT max(id) FROM register_merges WHERE undone_at IS NULL AND kept_id IN (behind.id, main.id)
  AND behind_id IN (behind.id, main.id)
) FROM persons AS behind JOIN persons AS main ON main.id = behind.merged_into_id
WHERE main.merged_into_id IS NOT NULL AND (main.merged_into_id <> behind.id OR behind.id < main.id)
"""
_UNFINDABLE = "SELECT (SELECT count(*) FROM cases) - (SELECT count(*) FROM case_search)"


def verify(settings: Settings, engines: Engines, keyring: Keyring) -> Iterator[Check]:
    """All checks, one after the other; the later ones need the tables, so they wait for the first."""
    fits = _fits(engines)
    yield fits
    if not fits.holds:
        return
    with reaching(engines, across(Across.UPKEEP)) as connection:
        yield from (found := list(_database(connection)))
        if _is_unreadable(connection, found):
            return
        yield _none(
            connection, "counters", _COUNTED, "各状态的件数与案件一致。", "The counters agree with the cases."
        )
        yield _none(
            connection, "history", _OUT_OF_STEP, "案件状态与经过一致。", "Every case agrees with its history."
        )
        yield _none(
            connection,
            "supporters",
            _SUPPORTED,
            "支持人数与支持的记录一致。",
            "Every case has as many supporters as it says.",
        )
        yield _none(connection, "beginnings", _SILENT, "每个案件都有经过。", "Every case has a history.")
        yield _none(
            connection,
            "outbox",
            _AHEAD,
            "没有人读到还没发生的事。",
            "Nobody has heard what has not happened.",
        )
        yield _mergers(connection)
        yield _searchable(connection)
        yield _photos(connection, settings.data_dir / "photos")
        yield _keys(connection, keyring)
        yield _record(connection, keyring)
        yield from _evidence(connection, keyring)


def _fits(engines: Engines) -> Check:
    try:
        migrations.must_fit(engines)
    except migrations.SchemaMisfit as misfit:
        return Check("tables", misfit.sentence("zh"), misfit.sentence("en"), False)
    return Check("tables", "数据表与程序相符。", "The tables are those this program knows.", True)


def _database(connection: Connection) -> Iterator[Check]:
    """SQLite can be asked whether its file is whole. PostgreSQL keeps its own promises at every write, but its disk."""
    if connection.dialect.name != "sqlite":
        yield from _read_whole(connection)
        return
    said = [str(row[0]) for row in connection.execute(text("PRAGMA integrity_check(5)"))]
    yield Check(
        "integrity", "数据库文件完好。", "The database file is whole.", said == ["ok"], _few(said, ["ok"])
    )
    orphans = [f"{row[0]}:{row[1]}" for row in connection.execute(text("PRAGMA foreign_key_check"))]
    yield Check(
        "references",
        "没有指向空处的引用。",
        "Nothing refers to what is not there.",
        not orphans,
        _few(orphans),
    )


def _read_whole(connection: Connection) -> Iterator[Check]:
    broken = broken_tables(connection)
    yield Check(
        "integrity", "每张表都从头到尾读过，都读得出来。", "Every table was read from end to end, and can be read.",
        not broken, _few(broken),
    )  # fmt: skip
    indexes = broken_indexes(connection)
    if indexes is not None:
        kinds = ", ".join(indexes.kinds)
        yield Check(
            "indexes", f"索引（{kinds}）完好。", f"The indexes ({kinds}) are whole.", not indexes.broken,
            _few(indexes.broken),
        )  # fmt: skip


def _is_unreadable(connection: Connection, found: Sequence[Check]) -> bool:
    """What PostgreSQL cannot read it cannot compare: the next check would end in its fault, and say less."""
    return connection.dialect.name != "sqlite" and not all(check.holds for check in found)


def _none(connection: Connection, name: str, statement: str, zh: str, en: str) -> Check:
    found = [" ".join(str(part) for part in row) for row in connection.execute(text(statement))]
    return Check(name, zh, en, not found, _few(found))


def _mergers(connection: Connection) -> Check:
    """Merged into each other, neither is shown and no list names them: whoever reads this has to be told what helps."""
    check = _none(
        connection, "mergers", _HIDDEN_TWICE, "并入别人的登记，后面都是一个看得见的登记。",
        "Every entry that was merged stands behind one that is shown.",
    )  # fmt: skip
    if check.holds:
        return check
    return replace(
        check,
        zh=f"{check.zh}请居委会撤回括号里最后的那次合并：“可能重复的登记”页面，"
        "或 POST /api/v1/mergers/编号/undoing。",
        en=f"{check.en} Have the committee take back the merger that is named last (under possible doubles, or POST "
        "/api/v1/mergers/ID/undoing).",
    )


def _searchable(connection: Connection) -> Check:
    """As many as there are, and those that are drawn by each word they say. What is wrong `rebuild` puts right."""
    missing = int(connection.execute(text(_UNFINDABLE)).scalar() or 0)
    found = f"({missing})" if missing else _few(list(said_otherwise(connection)))
    return Check("search", "每个案件都能搜到。", "Every case can be searched.", not found, found)


def _photos(connection: Connection, folder: Path) -> Check:
    """Each file is there and is the one that was kept; of old ones, whose digest nobody kept, by its size alone."""
    rows = connection.execute(text("SELECT id, size, digest FROM photos"))
    missing = [str(row[0]) for row in rows if not _is_there(folder, str(row[0]), int(row[1]), row[2])]
    return Check("photos", "照片文件都在。", "Every photo's file is there.", not missing, _few(missing))


def _is_there(folder: Path, photo_id: str, size: int, digest: bytes | None) -> bool:
    path = folder / photo_id[-2:] / f"{photo_id}.jpg"
    if not path.is_file() or path.stat().st_size != size:
        return False
    with path.open("rb") as file:
        return digest is None or file_digest(file, "sha256").digest() == bytes(digest)


def _keys(connection: Connection, keyring: Keyring) -> Check:
    keys = connection.execute(select(DATA_KEYS)).all()
    shut = [str(key.id) for key in keys if not keyring.opens(key)]
    return Check(
        "keys", "密钥能打开所有加密字段。", "The key opens every sealed field.", not shut, _few(shut)
    )


def _record(connection: Connection, keyring: Keyring) -> Check:
    first = verify_record(connection, key=audit_key(keyring)).first
    found = f"({first.seq}: {first.kind})" if first else ""
    return Check(
        "record", "审计记录没有断开，也没有被改动。", "The record is unbroken.", first is None, found
    )


def _evidence(connection: Connection, keyring: Keyring) -> Iterator[Check]:
    """What stands beside the record, held against it: the reads that residents are told of, and histories."""
    with Session(bind=connection) as session:
        found = gather_evidence(session, keyring)
    altered = [str(position) for position in sorted(found.histories.altered)]
    rewritten = sorted(found.histories.rewritten)
    yield Check(
        "reads", "查看个人信息的记录与审计记录一致。", "Every unmasked read stands in the record.",
        not found.reads, _few([str(seq) for seq in found.reads]),
    )  # fmt: skip
    yield Check(
        "histories", "诉求的经过没有被改动；依规删去的，都有记录。",
        "No history was altered; what was erased, the record says so.", not altered, _few(altered),
    )  # fmt: skip
    yield Check(
        "words", "诉求的内容、地点和照片与经过里留下的一致。", "Every case says and shows what its history holds.",
        not rewritten, _few(rewritten),
    )  # fmt: skip


def _few(found: list[str], but: list[str] | None = None) -> str:
    """The first few of what was found, in brackets."""
    if not found or found == but:
        return ""
    more = f" +{len(found) - 5}" if len(found) > 5 else ""
    return f"({', '.join(found[:5])}{more})"
