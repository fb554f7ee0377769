"""What plugins keep: rows of JSON, each plugin's in a file of its own, or in a schema of its own on PostgreSQL.

The host knows of each row whose neighbourhood and of which resident it is. So it gives a plugin no other
neighbourhood's rows, and hands out, expires and deletes a resident's rows without the plugin's help.
"""

import re
import threading
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Engine, delete, func, insert, or_, select, tuple_, update
from sqlmodel import Session

from core_db.foundation.clock import Clock, local_date
from core_db.foundation.database import Engines
from core_db.foundation.lean import dataclass
from core_db.foundation.reach import Across, across
from core_db.installs.model import PLUGINS
from plugins.host.documents_kept import Kept, opened
from plugins.host.documents_where import Shape, fitting
from plugins.sdk.context import Refused

Asked = Mapping[str, Any]
#: Characters one row has at most, and rows one look gives.
LONGEST_ROW, MOST_ROWS = 64_000, 5_000
FOLDER = "x"
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]{0,59}")
Declared = Callable[[str], Any]
#: Rows that are brought up at once, and about how many characters of them.
PIECE, PIECE_SIZE = 200, 2_000_000


@dataclass(frozen=True, slots=True)
class Old:
    """A row of an older shape."""

    community: str
    id: str
    version: int
    row: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How long and how much a plugin keeps, and which of its fields say whose a row is."""

    retention_days: int
    quota: int
    shapes: Mapping[str, Shape]


class Documents:
    """The documents of all plugins of one installation. Safe to share between threads; every call blocks."""

    def __init__(self, folder: Path, engines: Engines, *, declared: Declared, clock: Clock) -> None:
        """`folder` is the installation's data; `declared` gives the row of `x_plugins` for an id, or None."""
        self._folder, self._engines, self._declared, self._clock = folder / FOLDER, engines, declared, clock
        self._opened: dict[str, Kept] = {}
        self._lock = threading.Lock()

    # -- the four of a context ----------------------------------------------------------------------

    def get(self, plugin_id: str, community_id: str, asked: Asked) -> dict[str, Any] | None:
        """One document as `{"id", "version", "row"}`, or None."""
        kept = self._kept(plugin_id)
        with kept.engine.begin() as connection:
            its = kept.rows.of(community_id, _kind(asked)) & (kept.rows.table.c.id == str(asked["id"]))
            row = connection.execute(select(kept.rows.table).where(its, self._lasts(kept))).first()
        return _told(row) if row is not None else None

    def put(self, plugin_id: str, community_id: str, asked: Asked) -> None:
        """Keep a document, instead of one with its id. Refused where it is too long, or its plugin keeps too much."""
        kept, terms, table = self._kept(plugin_id), self._terms(plugin_id), self._kept(plugin_id).rows.table
        kind, row = _kind(asked), dict(asked["row"])
        size = len(str(row))
        if size > LONGEST_ROW:
            raise Refused(f"store.put: a document has {LONGEST_ROW} characters at most")
        subject = terms.shapes.get(kind, Shape()).subject
        values = {
            "community": community_id, "kind": kind, "id": str(asked["id"])[:100], "version": int(asked["version"]),
            "subject": str(row.get(subject) or "") if subject else "", "row": row, "size": size,
            "expires_on": self._expires_on(terms),
        }  # fmt: skip
        with kept.engine.begin() as connection:
            same = kept.rows.of(community_id, kind) & (table.c.id == values["id"])
            connection.execute(delete(table).where(same))
            held = connection.execute(select(func.sum(table.c.size))).scalar() or 0
            if int(held) + size > terms.quota:
                raise Refused(f"store.put: the plugin keeps {terms.quota // 2**20} MB, which is all it may")
            connection.execute(insert(table).values(values))

    def find(self, plugin_id: str, community_id: str, asked: Asked) -> list[dict[str, Any]]:
        """What matches all of it, in order of id."""
        kept = self._kept(plugin_id)
        table = kept.rows.table
        which = fitting(table, kept.is_sqlite, asked["where"])
        with kept.engine.begin() as connection:
            found = select(table).where(kept.rows.of(community_id, _kind(asked)), self._lasts(kept), *which)
            return [_told(row) for row in connection.execute(found.order_by(table.c.id).limit(MOST_ROWS))]

    def delete(self, plugin_id: str, community_id: str, asked: Asked) -> int:
        """Delete what matches all of it; how many that were."""
        kept = self._kept(plugin_id)
        which = fitting(kept.rows.table, kept.is_sqlite, asked["where"])
        return kept.drop(kept.rows.of(community_id, _kind(asked)), *which)

    # -- bringing up --------------------------------------------------------------------------------

    def older(self, plugin_id: str, kind: str, version: int, after: tuple[str, str]) -> list[Old]:
        """The next rows of a kind, of one neighbourhood, that are older than a version; `after` a (community, id)."""
        kept = self._kept(plugin_id)
        at = kept.rows.table.c
        its = (at.kind == kind) & (at.version < version) & (tuple_(at.community, at.id) > after)
        with kept.engine.begin() as connection:
            found = select(kept.rows.table).where(its).order_by(at.community, at.id).limit(PIECE)
            rows = connection.execute(found).all()
        piece: list[Old] = []
        size = 0
        for row in rows:
            if piece and (row.community != piece[0].community or size + row.size > PIECE_SIZE):
                break
            piece.append(Old(row.community, row.id, row.version, row.row))
            size += row.size
        return piece

    def renew(self, plugin_id: str, kind: str, old: Old, version: int, row: dict[str, Any]) -> bool:
        """Write a row in today's shape; False where somebody changed or deleted it meanwhile, whose word counts.

        How long it is kept stays as it was: nobody but the platform has touched it.
        """
        if (size := len(str(row))) > LONGEST_ROW:
            raise Refused(f"a document has {LONGEST_ROW} characters at most")
        kept, subject = self._kept(plugin_id), self._terms(plugin_id).shapes.get(kind, Shape()).subject
        its = kept.rows.of(old.community, kind) & (kept.rows.table.c.id == old.id)
        with kept.engine.begin() as connection:
            now = connection.execute(select(kept.rows.table).where(its).with_for_update()).first()
            if now is None or (now.version, now.row) != (old.version, old.row):
                return False
            # A row that lost its resident on the way is still his.
            whose = str(row.get(subject) or "") if subject else ""
            new = {"version": version, "row": row, "size": size, "subject": whose or now.subject}
            connection.execute(update(kept.rows.table).where(its).values(new))
        return True

    # -- without the plugin's help ------------------------------------------------------------------

    def of_subject(self, plugin_id: str, community_id: str, pair: str) -> list[dict[str, Any]]:
        """Every row of a resident, for his copy: its kind and what it says."""
        if not self.exists(plugin_id):
            return []
        kept = self._kept(plugin_id)
        table = kept.rows.table
        his = (table.c.community == community_id) & (table.c.subject == pair)
        with kept.engine.begin() as connection:
            rows = connection.execute(select(table).where(his).order_by(table.c.kind, table.c.id)).all()
        return [{"kind": row.kind, **row.row} for row in rows]

    def erase(self, plugin_id: str, community_id: str, pair: str = "") -> int:
        """Delete a resident's rows, or without a pair all of the neighbourhood; nothing is left in the file."""
        if not self.exists(plugin_id):
            return 0
        kept = self._kept(plugin_id)
        table = kept.rows.table
        here = table.c.community == community_id
        gone = kept.drop(here, *((table.c.subject == pair,) if pair else ()))
        kept.sweep()
        return gone

    def expire(self, plugin_id: str) -> int:
        """Delete what is over its time; how many that were."""
        if not self.exists(plugin_id):
            return 0
        kept = self._kept(plugin_id)
        gone = kept.drop(kept.rows.table.c.expires_on < self._today)
        if gone:
            kept.sweep()
        return gone

    def prepare(self, plugin_id: str, owner: Engine | None = None) -> None:
        """Make the place where it keeps things, with an index for each field that is looked up often.

        On PostgreSQL whoever serves makes no schema: `owner` is the engine of the tables' owner.
        """
        opened(self._folder, self._engines, plugin_id).make(self._terms(plugin_id).shapes, owner)
        self._forget(plugin_id)

    def drop(self, plugin_id: str, owner: Engine | None = None) -> None:
        """Take the file or the schema away with all that is in it."""
        self._kept_or_not(plugin_id).remove(owner)
        self._forget(plugin_id)

    def exists(self, plugin_id: str) -> bool:
        """Whether it has a place where it keeps things."""
        return self._kept_or_not(plugin_id).is_there()

    def close(self) -> None:
        with self._lock:
            for kept in self._opened.values():
                kept.close()
            self._opened.clear()

    # -- opening ------------------------------------------------------------------------------------

    def _kept(self, plugin_id: str) -> Kept:
        kept = self._kept_or_not(plugin_id)
        if not kept.is_there():
            if not kept.is_sqlite:
                raise Refused(f"store: run `shequyun plugin migrate {plugin_id}` first")
            kept.make(self._terms(plugin_id).shapes, None)
        return kept

    def _kept_or_not(self, plugin_id: str) -> Kept:
        with self._lock:
            if plugin_id not in self._opened:
                self._opened[plugin_id] = opened(self._folder, self._engines, plugin_id)
            return self._opened[plugin_id]

    def _forget(self, plugin_id: str) -> None:
        with self._lock:
            if (kept := self._opened.pop(plugin_id, None)) is not None:
                kept.close()

    def _terms(self, plugin_id: str) -> Terms:
        plugin = self._declared(plugin_id)
        if plugin is None:
            raise Refused(f"store: there is no plugin {plugin_id}")
        said, storage = plugin.manifest.get("data") or {}, plugin.manifest.get("storage") or {}
        return Terms(
            retention_days=int(said.get("retention_days") or 0), quota=int(storage.get("quota_mb") or 100) * 2**20,
            shapes={
                one["name"]: Shape(subject=one.get("subject"), indexed=tuple(one.get("indexed") or ()))
                for one in plugin.declared.get("document") or ()
            },
        )  # fmt: skip

    @property
    def _today(self) -> str:
        return local_date(self._clock.now()).isoformat()

    def _lasts(self, kept: Kept) -> ColumnElement[bool]:
        """What is over its time is not there any more, whether or not it was swept away yet."""
        expires_on = kept.rows.table.c.expires_on
        return or_(expires_on.is_(None), expires_on >= self._today)

    def _expires_on(self, terms: Terms) -> str | None:
        """Each change keeps it for its time anew; without a time it stays."""
        if not terms.retention_days:
            return None
        return (local_date(self._clock.now()) + timedelta(days=terms.retention_days)).isoformat()


def declared_in(door: Any) -> Declared:
    """The rows of `x_plugins`, read through a door when they are wanted."""

    def read(plugin_id: str) -> Any:
        def look(session: Session) -> Any:
            return session.execute(select(PLUGINS).where(PLUGINS.c.id == plugin_id)).first()

        return door.read_now(look, reach=across(Across.JOB))

    return read


def _kind(asked: Asked) -> str:
    kind = str(asked["kind"])
    if _NAME.fullmatch(kind) is None:
        raise Refused("store: a kind of document goes by the name of its class")
    return kind


def _told(row: Any) -> dict[str, Any]:
    return {"id": row.id, "version": row.version, "row": row.row}
