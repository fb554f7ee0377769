"""A copy of everything in one file: the database, the photos, what plugins keep, and a list of it. Never the key.

Without the installation's key the sealed fields of a copy stay shut; whoever keeps both keeps them apart. All of it is
shut where it is sealed for a key of the operator's (`sealed_copies`).
A copy returns only to an empty place, so that it can never overwrite what is there.
"""

import io
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import pysqlite3.dbapi2 as pysqlite
from sqlalchemy import URL, create_engine, make_url, text

from core_db import migrations
from core_db.foundation.clock import Clock
from core_db.foundation.database import Engines, open_engines, reaching
from core_db.foundation.lean import dataclass
from core_db.foundation.reach import Across, across
from core_db.foundation.sealed_file import SealedWriter
from core_db.foundation.settings import Settings
from core_db.upkeep.damage import damage_found, is_marked
from core_db.upkeep.sealed_copies import opened_copy, public_key, sealing, unpack
from core_db.upkeep.trouble import CopyTrouble

if TYPE_CHECKING:
    import tarfile

    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

MANIFEST, SQLITE, POSTGRES, PHOTOS = "manifest.json", "database.sqlite", "database.pgdump", "photos"
#: What plugins keep, each in a file of its own; on PostgreSQL it lies in schemas of the one database.
PLUGINS = "x"
#: Their files, and what SQLite has beside one that was not shut. Below them lie their programs, of which no copy knows.
THEIR_FILES = "*.db*"
#: What SQLite has beside a database, and plays into whichever lies there next.
LOGS = ("-wal", "-shm", "-journal")
#: Lies beside the photos while a copy is put back.
BEGUN = "restore-begun"
#: Bytes read at once while files are compared.
AT_ONCE = 1 << 20
#: Roles belong to a server, not to a copy.
THEIRS_NOT = ("--no-owner", "--no-privileges")
Tell = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class CopyMade:
    """What a copy holds."""

    made_at: str
    database: str
    revision: str
    cases: int
    photos: int
    size: int = 0


def back_up(
    settings: Settings,
    file: Path,
    *,
    clock: Clock,
    to_key: Path | None = None,
    tell: Tell = lambda _what: None,
) -> CopyMade:
    """Write a copy, sealed where there is a key to seal for. It appears under its name only when it is whole."""
    if file.exists():
        raise CopyTrouble(f"{file} 已经存在，不会覆盖。", f"{file} exists already and is not overwritten.")
    if not file.absolute().parent.is_dir():
        raise CopyTrouble(f"没有文件夹 {file.parent}。", f"there is no folder {file.parent}.")
    to_key = to_key or settings.backup_key
    key = public_key(to_key) if to_key else None
    _must_be_whole(settings)
    engines = open_engines(settings)
    try:
        migrations.must_fit(engines)
        return _write_copy(settings, engines, file, key, clock=clock, tell=tell)
    finally:
        engines.dispose()


def restore(
    settings: Settings, file: Path, *, key: Path | None = None, tell: Tell = lambda _what: None
) -> CopyMade:
    """Put a copy back where nothing is yet. One that was broken off half-way can be begun again."""
    if not file.is_file():
        raise CopyTrouble(f"没有文件 {file}。", f"there is no file {file}.")
    _must_be_empty(settings)
    import tarfile

    try:
        with tempfile.TemporaryDirectory(prefix="shequyun-") as folder:
            with opened_copy(file, key) as archive:
                unpack(archive, Path(folder))
            return _put_back(settings, Path(folder), tell=tell)
    except (tarfile.TarError, json.JSONDecodeError, KeyError, EOFError, FileNotFoundError) as fault:
        raise CopyTrouble(f"{file} 不是本系统的备份。", f"{file} is no copy made by this program.") from fault


def _must_be_whole(settings: Settings) -> None:
    """A copy of a damaged file would stand among the good ones and be taken for one of them."""
    if settings.is_embedded and (is_marked(settings) or damage_found(settings.sqlite_path)):
        raise CopyTrouble(
            "数据库文件有损坏，没有备份。请先运行 shequyun verify 看哪里坏了，用最近一次完好的备份换回来；"
            "要留下现在的文件，请停机后直接复制。",
            "the database file is damaged, so nothing was copied. Run shequyun verify to see what is broken and put "
            "the newest whole backup in its place; to keep the file as it is, stop serving and copy it by hand.",
        )


# -- making -----------------------------------------------------------------------------------------


def _write_copy(
    settings: Settings, engines: Engines, file: Path, key: "X25519PublicKey | None", *, clock: Clock, tell: Tell
) -> CopyMade:  # fmt: skip
    part = file.with_name(file.name + ".part")
    photos = settings.data_dir / PHOTOS
    with tempfile.TemporaryDirectory(prefix="shequyun-", dir=_in_between(settings, file, key)) as folder:
        tell("database")
        database = _dump(settings, engines, Path(folder))
        made = CopyMade(
            made_at=clock.now().isoformat(), database=database.name, revision=migrations.current(engines) or "",
            cases=_count_cases(engines), photos=sum(1 for path in photos.rglob("*") if path.is_file()),
        )  # fmt: skip
        try:
            with open(part, "wb", opener=_private) as raw:
                with sealing(raw, key) as out, _archive(file, out) as archive:
                    _add_text(archive, MANIFEST, json.dumps(asdict(made)))
                    archive.add(database, database.name)
                    tell("photos")
                    if photos.is_dir():
                        archive.add(photos, PHOTOS)
                    tell("plugins")
                    for kept in _plugin_files(settings, Path(folder)):
                        archive.add(kept, f"{PLUGINS}/{kept.name}")
                raw.flush()
                os.fsync(raw.fileno())
        except BaseException:
            part.unlink(missing_ok=True)
            raise
    part.rename(file)
    _flush(file.absolute().parent)
    return CopyMade(**asdict(made) | {"size": file.stat().st_size})


def _in_between(settings: Settings, file: Path, key: "X25519PublicKey | None") -> Path:
    """Where the database lies readable for a moment: beside the copy, but on no disk that is carried away."""
    if key is None:
        return file.absolute().parent
    here = settings.sqlite_path.parent if settings.is_embedded else settings.data_dir
    here.mkdir(parents=True, exist_ok=True)
    return here.absolute()


def _archive(file: Path, out: BinaryIO | SealedWriter) -> "tarfile.TarFile":
    import tarfile

    if {".gz", ".tgz"} & set(file.suffixes):
        return tarfile.open(fileobj=out, mode="w:gz", compresslevel=4)
    return tarfile.open(fileobj=out, mode="w")


def _flush(path: Path) -> None:
    """Have a file, or the names in a folder, on the disk before going on: a power cut takes nothing of it."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _add_text(archive: "tarfile.TarFile", name: str, content: str) -> None:
    import tarfile

    info = tarfile.TarInfo(name)
    raw = content.encode()
    info.size = len(raw)
    archive.addfile(info, io.BytesIO(raw))


def _dump(settings: Settings, engines: Engines, folder: Path) -> Path:
    if engines.is_sqlite:
        target = folder / SQLITE
        raw = engines.write.raw_connection()
        try:
            raw.cursor().execute("VACUUM INTO ?", (str(target),))
        finally:
            raw.close()
        return target
    target = folder / POSTGRES
    _postgres(settings, "pg_dump", "--format=custom", *THEIRS_NOT, f"--file={target}")
    return target


def _plugin_files(settings: Settings, folder: Path) -> list[Path]:
    """A whole copy of each plugin's file, whoever writes in it meanwhile."""
    copies = []
    for path in sorted((settings.data_dir / PLUGINS).glob("*.db")):
        engine = create_engine(f"sqlite:///{path}", module=pysqlite)
        raw = engine.raw_connection()
        try:
            raw.cursor().execute("VACUUM INTO ?", (str(folder / path.name),))
        finally:
            raw.close()
            engine.dispose()
        copies.append(folder / path.name)
    return copies


def _postgres(settings: Settings, program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's own programs; they know best how to copy their database."""
    found = shutil.which(program)
    if found is None:
        raise CopyTrouble(
            f"找不到 {program}：请安装 PostgreSQL 的客户端程序。",
            f"{program} was not found: install PostgreSQL's client programs.",
        )
    address, secret = _owners(settings)
    run = subprocess.run(  # noqa: S603
        [found, *arguments[:-1], f"--dbname={address}", arguments[-1]],
        env=os.environ | secret, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if run.returncode != 0:
        said = (run.stderr.strip().splitlines() or [""])[-1]
        raise CopyTrouble(f"{program} 没有成功：{said}", f"{program} failed: {said}")


def _owners(settings: Settings) -> tuple[str, dict[str, str]]:
    """The owner's address without his password, which everybody on the machine reads in a list of what runs.

    Copies are the owner's: a dump that a policy narrowed would be none.
    """
    url = make_url(settings.as_owner.database_url)
    given = url.password or url.query.get("password")
    # Made anew: `url.set(password=None)` leaves it as it is.
    bare = URL.create("postgresql", url.username, None, url.host, url.port, url.database, url.query)
    return bare.difference_update_query(["password"]).render_as_string(hide_password=False), {
        "PGPASSWORD": str(given)
    } if given else {}


def _count_cases(engines: Engines) -> int:
    with reaching(engines, across(Across.UPKEEP)) as connection:
        return int(connection.execute(text("SELECT count(*) FROM cases")).scalar() or 0)


# -- putting back -----------------------------------------------------------------------------------


def _must_be_empty(settings: Settings) -> None:
    """Nothing is overwritten. Where a restore began, what lies there is compared with the copy once it is open."""
    if not (settings.data_dir / BEGUN).exists():
        photos = settings.data_dir / PHOTOS
        if photos.is_dir() and any(photos.iterdir()):
            raise _holds(settings, PHOTOS)
        if any((settings.data_dir / PLUGINS).glob(THEIR_FILES)):
            raise _holds(settings, PLUGINS)
    if (log := _log_left(settings)) is not None:
        raise CopyTrouble(
            f"{log} 是原来数据库的日志，会混进恢复的数据里；把它也移走，再恢复。",
            f"{log} is the log of a database that lay here and would be played into the copy; move it away too.",
        )
    if _has_database(settings):
        raise CopyTrouble(
            "这里已有数据库，只能恢复到空的地方。",
            "there is a database already; a copy returns only to an empty place.",
        )


def _must_be_its_own(settings: Settings, folder: Path) -> None:
    """What a restore that broke off left is this copy's, as far as it came. What came since is somebody's work.

    Where none began there is nothing: `_must_be_empty` has seen to it.
    """
    for part, files in ((PHOTOS, "**/*"), (PLUGINS, THEIR_FILES)):
        there = settings.data_dir / part
        for path in there.glob(files):
            if path.is_file() and not _begins(folder / part / path.relative_to(there), path):
                raise _holds(settings, part)


def _begins(whole: Path, piece: Path) -> bool:
    """Whether a file says what another one begins with."""
    if not whole.is_file():
        return False
    with whole.open("rb") as copied, piece.open("rb") as there:
        while said := there.read(AT_ONCE):
            if copied.read(len(said)) != said:
                return False
    return True


def _holds(settings: Settings, part: str) -> CopyTrouble:
    there = settings.data_dir / part
    zh, en = ("照片", "photos") if part == PHOTOS else ("应用的数据", "data of plugins")
    return CopyTrouble(
        f"{there} 里已有{zh}，只能恢复到空的地方。",
        f"{there} holds {en}; a copy returns only to an empty place.",
    )


def _has_database(settings: Settings) -> bool:
    if settings.is_embedded:
        return settings.sqlite_path.exists()
    engines = open_engines(settings.as_owner)
    try:
        return migrations.current(engines) is not None
    finally:
        engines.dispose()


def _log_left(settings: Settings) -> Path | None:
    """What SQLite would read as part of whatever database is put there: it lies on where the file alone was moved."""
    if not settings.is_embedded or settings.sqlite_path.exists():
        return None
    beside = (settings.sqlite_path.with_name(settings.sqlite_path.name + end) for end in LOGS)
    return next((one for one in beside if one.exists()), None)


def _put_back(settings: Settings, folder: Path, *, tell: Tell) -> CopyMade:
    made = CopyMade(**json.loads((folder / MANIFEST).read_text(encoding="utf-8")))
    wanted = SQLITE if settings.is_embedded else POSTGRES
    if made.database != wanted:
        raise CopyTrouble(
            "备份来自另一种数据库：SQLite 的备份只能恢复到 SQLite，PostgreSQL 的只能恢复到 PostgreSQL。",
            "the copy is of the other kind of database: SQLite returns to SQLite, PostgreSQL to PostgreSQL.",
        )
    if made.revision not in migrations.known():
        raise CopyTrouble(
            f"备份由更新的程序制作（{made.revision}），请先安装更新的版本。",
            f"a newer release made this copy ({made.revision}); install that release first.",
        )
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    begun = settings.data_dir / BEGUN
    _must_be_its_own(settings, folder)
    begun.touch()
    _flush(settings.data_dir)
    tell("photos")
    for part in (PHOTOS, PLUGINS):
        if (folder / part).is_dir():
            shutil.copytree(folder / part, settings.data_dir / part, dirs_exist_ok=True)
    tell("database")
    _load(settings, folder / made.database)
    begun.unlink()
    migrations.bring_up(settings)
    return made


def _load(settings: Settings, database: Path) -> None:
    if settings.is_embedded:
        settings.sqlite_path.parent.mkdir(parents=True, exist_ok=True)
        part = settings.sqlite_path.with_name(settings.sqlite_path.name + ".part")
        shutil.copyfile(database, part)
        _flush(part)
        part.rename(settings.sqlite_path)
        _flush(settings.sqlite_path.parent)
    else:
        _postgres(settings, "pg_restore", *THEIRS_NOT, "--single-transaction", str(database))
