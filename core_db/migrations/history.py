"""Where a database stands in the history of the tables, and how it gets to its end.

An existing SQLite file is copied aside first. PostgreSQL does not wait long for locks: other people's
requests would queue up behind an upgrade that waits.
"""

from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, inspect, make_url, text

from core_db.foundation.clock import Clock, SystemClock
from core_db.foundation.database import Engines, open_engines
from core_db.foundation.settings import Settings
from core_db.migrations.policies import admit, make_role, put_up_walls
from core_db.revisions import head, known

_UPGRADE_LOCK = 715_002


class SchemaMisfit(RuntimeError):
    """The database and this program do not know the same tables. `zh` and `en` say what to do."""

    zh = "数据库的版本与程序不符。"
    en = "The database and this program do not fit each other."

    def __init__(self, found: str | None, wanted: str) -> None:
        self.found, self.wanted = found, wanted
        super().__init__(self.sentence("en"))

    def sentence(self, lang: str) -> str:
        chosen = self.en if lang == "en" else self.zh
        return chosen.format(found=self.found or "—", wanted=self.wanted)


class OlderSchema(SchemaMisfit):
    """The database is behind this program."""

    zh = "数据库停在“{found}”，程序需要“{wanted}”：请先运行 shequyun upgrade。"
    en = "The database stands at “{found}”, this program needs “{wanted}”: run `shequyun upgrade` first."


class NewerSchema(SchemaMisfit):
    """The database is ahead of this program."""

    zh = "数据库已到“{found}”，本程序只认识到“{wanted}”：请安装更新的版本。"
    en = (
        "The database stands at “{found}”, which this program (up to “{wanted}”) does not know: "
        "install a newer release."
    )


def current(engines: Engines) -> str | None:
    """The revision the database is at, None when it is empty."""
    with engines.read.connect() as connection:
        return _revision_of(connection)


def pending(engines: Engines) -> list[str]:
    """The revisions still to be walked, oldest first. Raises NewerSchema for a database from the future."""
    found, revisions = current(engines), list(known())
    if found is None:
        return revisions
    if found not in revisions:
        raise NewerSchema(found, head())
    return revisions[revisions.index(found) + 1 :]


def must_fit_on(connection: Connection) -> None:
    """The same for somebody who holds a connection already."""
    found = _revision_of(connection)
    if found != head():
        raise NewerSchema(found, head()) if found not in (None, *known()) else OlderSchema(found, head())


def must_fit(engines: Engines) -> None:
    """Raise OlderSchema or NewerSchema unless the database is exactly what this program knows."""
    with engines.read.connect() as connection:
        must_fit_on(connection)


def bring_up(settings: Settings, *, clock: Clock | None = None) -> Path | None:
    """Tables, walls and the role that serves, as the owner. Returns the copy made of an existing SQLite file."""
    engines = open_engines(settings.as_owner)
    try:
        copy = upgrade(engines, clock=clock)
        if settings.database_owner_url and not engines.is_sqlite:
            _let_in(engines, settings)
        return copy
    finally:
        engines.dispose()


def _let_in(engines: Engines, settings: Settings) -> None:
    serving = make_url(settings.database_url)
    if serving.username in (None, engines.write.url.username):
        return
    role, password = str(serving.username), serving.password
    with engines.write.begin() as connection:
        _wait_for_our_turn(connection)
        make_role(connection, role, str(password) if password else None)
        admit(connection, role)


def upgrade(engines: Engines, *, clock: Clock | None = None) -> Path | None:
    """Walk to the newest revision in one transaction. Returns the copy made of an existing SQLite file."""
    _make_sure_it_exists(engines)
    if not pending(engines):
        if not engines.is_sqlite:
            with engines.write.begin() as connection:
                _wait_for_our_turn(connection)
                put_up_walls(connection)
        return None
    from core_db.migrations.walking import walk_to

    moment = (clock or SystemClock()).now()
    copy = _copy_aside(engines, moment) if engines.is_sqlite else None
    with engines.write.begin() as connection:
        _wait_for_our_turn(connection)
        walk_to(connection, head())
        if not engines.is_sqlite:
            put_up_walls(connection)
    return copy


def _make_sure_it_exists(engines: Engines) -> None:
    """A reader may not create the file, so the writer opens it first."""
    with engines.write.connect() as connection:
        connection.exec_driver_sql("SELECT 1")


def _wait_for_our_turn(connection: Connection) -> None:
    """Two processes that start together upgrade one after the other; the second finds nothing to do."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _UPGRADE_LOCK})
        connection.exec_driver_sql("SET LOCAL lock_timeout = '5s'")


def _copy_aside(engines: Engines, moment: datetime) -> Path | None:
    found = current(engines)
    file = Path(str(engines.write.url.database))
    if found is None or not file.exists():
        return None
    # To the microsecond: an upgrade that was killed is begun again at once, and finds the copy it made.
    copy = file.with_name(f"{file.name}.before-upgrade-{moment:%Y%m%d-%H%M%S-%f}")
    raw = engines.write.raw_connection()
    try:
        raw.cursor().execute("VACUUM INTO ?", (str(copy),))
    finally:
        raw.close()
    return copy


def _revision_of(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return found
