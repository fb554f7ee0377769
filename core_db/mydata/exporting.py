"""A copy of everything about oneself: asked for, made by a job, fetched within a week by whoever asked, then gone."""

import json
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, cast

from sqlalchemy import delete, select, update
from sqlmodel import Session

from core_db.accounts.budgets import budget_key, spend
from core_db.accounts.fresh_code import require_fresh
from core_db.accounts.model import BindingStatus
from core_db.accounts.sessions import BINDINGS, where_told
from core_db.cases.photos import photo_path
from core_db.cases.reference import reference_of
from core_db.foundation.actor import Actor, ActorKind
from core_db.foundation.clock import Clock, local_date
from core_db.foundation.door import Door
from core_db.foundation.errors import NotFound
from core_db.foundation.fields import FieldClass
from core_db.foundation.ids import is_id, new_id
from core_db.foundation.lean import dataclass
from core_db.foundation.outbox import emit
from core_db.foundation.reach import Across, across
from core_db.foundation.sealed_file import SealedWriter, new_key, read_unsealed, sealed_into
from core_db.foundation.sealing import keyring_of
from core_db.installs.model import SUBJECTS
from core_db.mydata.acting import acts_for, entry_of
from core_db.mydata.collecting import Found, Gathered, gathered_about, unsealed
from core_db.mydata.errors import ExportUnderWay
from core_db.mydata.model import EXPORTS, DataExport
from core_db.mydata.one_by_one import OneByOne
from core_db.mydata.places import export_place
from core_db.mydata.readable import page_of
from core_db.mydata.subject import Subject, subject_of_account, subject_of_child
from plugins.sdk.events import DataExportAsked, DataExportReady

EVERYTHING = across(Across.JOB)
KeptOf = Callable[[str, str, str], Sequence[Mapping[str, Any]]]
KEPT_FOR = timedelta(days=7)
#: Copies an account may ask for in a day: its own and its children's.
A_DAY = 5
FOLDER = "exports"


@dataclass(frozen=True, kw_only=True)
class ExportSeen:
    """A copy as whoever asked for it sees it."""

    id: str
    child_id: str | None
    asked_at: datetime
    ready_at: datetime | None
    expires_at: datetime | None
    size: int


def ask_for_export(session: Session, *, lang: str, actor: Actor, clock: Clock) -> ExportSeen:
    """Ask for a copy of everything about oneself."""
    return file_export(session, child_id=None, lang=lang, actor=actor, clock=clock)


def file_export(
    session: Session, *, child_id: str | None, lang: str, actor: Actor, clock: Clock
) -> ExportSeen:
    """Have a copy made of oneself, or of a child whose guardian the caller has made sure one is."""
    require_fresh(actor, clock=clock)
    now = clock.now()
    spend(session, budget_key(session, "export", actor.id), limit=A_DAY, window=timedelta(days=1), now=now)
    waiting = (EXPORTS.c.account_id == actor.id) & EXPORTS.c.ready_at.is_(None)
    if session.execute(select(EXPORTS.c.id).where(waiting, _of(child_id))).first() is not None:
        raise ExportUnderWay()

    export = DataExport(id=new_id(), account_id=actor.id, child_id=child_id, language=lang, asked_at=now)
    session.add(export)
    session.flush()
    fact = DataExportAsked(community_id=where_told(actor), account_id=actor.id, export_id=export.id)
    emit(session, fact, actor=actor, at=now, audience=[f"account:{actor.id}"], right=None)
    return _seen(export)


def my_exports(session: Session, *, actor: Actor, clock: Clock) -> list[ExportSeen]:
    """The copies one asked for that are being made or can still be fetched, the newest first."""
    lasting = EXPORTS.c.expires_at.is_(None) | (EXPORTS.c.expires_at > clock.now())
    statement = select(EXPORTS).where(EXPORTS.c.account_id == actor.id, lasting)
    rows = session.execute(statement.order_by(EXPORTS.c.id.desc())).all()
    return [_seen(row) for row in rows if is_still_his(session, row, on=local_date(clock.now()))]


def open_export(
    session: Session, export_id: str, *, folder: Path, actor: Actor, clock: Clock
) -> tuple[ExportSeen, Iterator[bytes]]:
    """A copy of one's own that is ready, and its bytes; to everybody else it does not exist."""
    row = session.get(DataExport, export_id) if is_id(export_id) else None
    if row is None or row.account_id != actor.id or row.key_sealed is None or row.expires_at is None:
        raise NotFound()
    if not is_still_his(session, row, on=local_date(clock.now())):
        raise NotFound()
    require_fresh(actor, clock=clock)
    path = export_path(folder, export_id)
    if row.expires_at <= clock.now() or not path.exists():
        raise NotFound()
    # The key opens a file, not a field; that its contents were read stands in the record since it was made.
    key = keyring_of(session).unseal(session, row.key_sealed, export_place(export_id)).in_the_clear()
    return _seen(row), read_unsealed(path, key)


def export_path(folder: Path, export_id: str) -> Path:
    return folder / FOLDER / f"{export_id}.sealed"


# -- the job ----------------------------------------------------------------------------------------


def nothing_kept(_plugin_id: str, _community_id: str, _pair: str) -> Sequence[Mapping[str, Any]]:
    """Where no plugin runs, none keeps anything."""
    return ()


def make_exports(door: Door, folder: Path, *, kept_of: KeptOf = nothing_kept, clock: Clock) -> int:
    """Make every copy that waits, one after another; a run that was cut short begins that copy anew.

    One that cannot be made keeps no other waiting.

    `kept_of` gives the rows that a plugin keeps of somebody in a neighbourhood, by the plugin's own id for him.
    """
    waiting = door.read_now(partial(_waiting, on=local_date(clock.now())), reach=EVERYTHING)
    made = OneByOne("make-exports")
    made.go(waiting, lambda row: _make(door, folder, row, kept_of, clock=clock))
    made.tell()
    return len(waiting)


def _waiting(session: Session, *, on: date) -> list[Any]:
    """Copies to be made, but for those of a child for which whoever asked acts no longer."""
    asked = select(EXPORTS).where(EXPORTS.c.ready_at.is_(None)).order_by(EXPORTS.c.asked_at)
    return [row for row in session.execute(asked).all() if is_still_his(session, row, on=on)]


def is_still_his(session: Session, row: Any, *, on: date) -> bool:
    """Whether a copy is of himself, or of a child for which he acts today, and not only when he asked.

    Whoever was taken for another when he asked is not handed the copy of that other.
    """
    mistaken = select(BINDINGS.c.id).where(
        BINDINGS.c.account_id == row.account_id, BINDINGS.c.status == BindingStatus.REVOKED,
        BINDINGS.c.decided_at >= row.asked_at,
    )  # fmt: skip
    if session.execute(mistaken.limit(1)).first() is not None:
        return False
    return row.child_id is None or acts_for(session, row.child_id, row.account_id, on=on) is not None


def drop_old_exports(door: Door, folder: Path, *, clock: Clock) -> int:
    """Drop copies whose week is over: the file first, so that no file is left without its row."""
    over = select(EXPORTS.c.id).where(EXPORTS.c.expires_at <= clock.now())
    ids = door.read_now(lambda session: session.execute(over).scalars().all(), reach=EVERYTHING)
    drop_exports(door, folder, ids)
    return len(ids)


def drop_exports(door: Door, folder: Path, ids: Sequence[str]) -> None:
    for export_id in ids:
        export_path(folder, export_id).unlink(missing_ok=True)
    if ids:
        door.write_now(
            lambda session: session.execute(delete(EXPORTS).where(EXPORTS.c.id.in_(ids))), reach=EVERYTHING
        )


def _make(door: Door, folder: Path, row: Any, kept_of: KeptOf, *, clock: Clock) -> None:
    now = clock.now()
    known = door.read_now(partial(_known_to_plugins, row=row), reach=EVERYTHING)
    by_plugins = [
        {"plugin": one.plugin_id, "rows": list(kept_of(one.plugin_id, one.community_id, one.pair))}
        for one in known
    ]
    gathered = door.read_now(
        lambda session: gathered_about(session, replace(_subject(session, row), at=now)), reach=EVERYTHING
    )
    found, key = (
        door.write_now(partial(_unseal, gathered=gathered, row=row, clock=clock), reach=EVERYTHING),
        new_key(),
    )
    categories = door.read_now(_category_names, reach=EVERYTHING)
    with sealed_into(export_path(folder, row.id), key) as sealed:
        page = page_of(
            found, by_plugins, categories=categories, child_id=row.child_id, made_at=now, lang=row.language
        )
        _write_zip(sealed, found, by_plugins, page, folder, made_at=now)
    door.write_now(partial(_is_ready, row=row, key=key, size=sealed.size, at=now), reach=EVERYTHING)


def _category_names(session: Session) -> dict[str, tuple[str, str]]:
    """Of what cases are filed under, and were once."""
    reference = reference_of(session)
    every = {**reference.former, **reference.categories}
    return {code: (one.name_zh, one.name_en) for code, one in every.items()}


def _unseal(session: Session, *, gathered: Gathered, row: Any, clock: Clock) -> Found:
    # It is he who reads, through a job that does nothing else.
    reader = Actor(kind=ActorKind.RESIDENT, id=row.account_id, name="")
    return unsealed(session, gathered, reference=f"export/{row.id}", actor=reader, clock=clock)


def _known_to_plugins(session: Session, *, row: Any) -> Sequence[Any]:
    """By which ids plugins know him."""
    his = SUBJECTS.c.subject_id.in_(_subject(session, row).ids)
    return session.execute(select(SUBJECTS).where(his).order_by(SUBJECTS.c.plugin_id, SUBJECTS.c.pair)).all()


def _subject(session: Session, row: Any) -> Subject:
    if row.child_id is not None:
        return subject_of_child(session, entry_of(session, row.child_id))
    return subject_of_account(session, row.account_id)


def _is_ready(session: Session, *, row: Any, key: str, size: int, at: datetime) -> None:
    sealed = keyring_of(session).seal(session, key, export_place(row.id), FieldClass.F2)
    # Asked for anew while it was made, it is made anew: entries that it took for one person are two by now.
    waits = (EXPORTS.c.id == row.id) & EXPORTS.c.ready_at.is_(None) & (EXPORTS.c.asked_at == row.asked_at)
    ready = {"ready_at": at, "expires_at": at + KEPT_FOR, "size": size, "key_sealed": sealed}
    if session.execute(update(EXPORTS).where(waits).values(ready).returning(EXPORTS.c.id)).first() is None:
        return
    fact = DataExportReady(community_id="", account_id=row.account_id, export_id=row.id)
    maker = Actor(kind=ActorKind.SYSTEM, id="system:exports", name="exports")
    emit(session, fact, actor=maker, at=at, audience=[f"account:{row.account_id}"], right=None)


def _write_zip(
    target: SealedWriter,
    found: Found,
    by_plugins: Sequence[Mapping[str, Any]],
    page: str,
    folder: Path,
    *,
    made_at: datetime,
) -> None:
    with zipfile.ZipFile(cast(BinaryIO, target), "w", zipfile.ZIP_DEFLATED) as archive:
        contents = {"made_at": made_at, "data": found, "kept_by_plugins": by_plugins}
        archive.writestr("data.json", json.dumps(contents, ensure_ascii=False, indent=2, default=_as_text))
        archive.writestr("index.html", page)
        for photo in found["photos"]:
            path = photo_path(folder, photo["id"])
            if path.exists():
                # Packed as well, though it gets no smaller: not every reader takes a file whose length comes after it.
                archive.write(path, f"photos/{photo['id']}.jpg", zipfile.ZIP_DEFLATED, compresslevel=1)


def _as_text(value: Any) -> str:
    return value.isoformat() if isinstance(value, date | datetime) else str(value)


def _of(child_id: str | None) -> Any:
    return EXPORTS.c.child_id.is_(None) if child_id is None else EXPORTS.c.child_id == child_id


def _seen(row: Any) -> ExportSeen:
    return ExportSeen(
        id=row.id, child_id=row.child_id, asked_at=row.asked_at, ready_at=row.ready_at, expires_at=row.expires_at,
        size=row.size,
    )  # fmt: skip
