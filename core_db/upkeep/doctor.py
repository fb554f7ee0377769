"""What is wrong with an installation, in sentences: it looks at the machine, the settings and the database."""

import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

import pysqlite3.dbapi2 as pysqlite
from sqlalchemy import Connection, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from core_db import migrations
from core_db.accounts.apart import both_at_once
from core_db.audit import how_vouched, witness_of
from core_db.foundation.actor import system_actor
from core_db.foundation.clock import Clock, HeldClock, local_date
from core_db.foundation.database import OLDEST_SAFE_SQLITE, Engines, open_engines, reaching
from core_db.foundation.house_keys import (
    SHORTEST,
    HouseKey,
    KeyFileExposed,
    SecretKeyMissing,
    SecretKeyTooShort,
    key_file,
    keys_in,
)
from core_db.foundation.lean import dataclass
from core_db.foundation.reach import Across, across
from core_db.foundation.sealing import DATA_KEYS, keyring_from
from core_db.foundation.settings import Settings
from core_db.mydata.sweeping import OF_WORDS, half_made, may_write_anew
from core_db.upkeep.damage import is_marked

GIB = 1024**3
DOCTOR = system_actor("doctor")
#: A data key is replaced once a year.
OLDEST_KEY = timedelta(days=366)
_LOCAL = {"localhost", "127.0.0.1", "::1", None}


class Weight(StrEnum):
    """How much a finding weighs: `bad` has to be mended, `worth` is worth a look, `good` is as it should be."""

    BAD = "bad"
    WORTH = "worth"
    GOOD = "good"


@dataclass(frozen=True, slots=True)
class Finding:
    weight: Weight
    zh: str
    en: str

    def sentence(self, lang: str) -> str:
        return self.zh if lang == "zh" else self.en


def examine(settings: Settings, *, clock: Clock) -> Iterator[Finding]:
    """Every finding, the good ones too."""
    yield from _machine()
    yield from _folders(settings)
    yield from _key(settings)
    yield from _addresses(settings)
    yield from _database(settings, now=clock.now())


def bad(zh: str, en: str) -> Finding:
    return Finding(Weight.BAD, zh, en)


def worth(zh: str, en: str) -> Finding:
    return Finding(Weight.WORTH, zh, en)


def good(zh: str, en: str) -> Finding:
    return Finding(Weight.GOOD, zh, en)


def _machine() -> Iterator[Finding]:
    python = ".".join(str(part) for part in sys.version_info[:3])
    if sys.version_info < (3, 11):  # noqa: UP036 - somebody may run it with an older one by hand
        yield bad(
            f"Python {python} 太旧，需要 3.11 或更新。",
            f"Python {python} is too old; 3.11 or newer is needed.",
        )
    else:
        yield good(f"Python {python}。", f"Python {python}.")
    version = pysqlite.sqlite_version
    if pysqlite.sqlite_version_info < OLDEST_SAFE_SQLITE:
        yield bad(
            f"SQLite {version} 有会损坏数据的缺陷，需要 3.51.3 或更新。",
            f"SQLite {version} has a corruption bug; 3.51.3 or newer is needed.",
        )
    else:
        yield good(f"SQLite {version}。", f"SQLite {version}.")


def _folders(settings: Settings) -> Iterator[Finding]:
    folder = settings.data_dir
    standing = next((place for place in (folder, *folder.absolute().parents) if place.exists()), Path("/"))
    if not os.access(standing, os.W_OK):
        yield bad(f"无法写入 {standing}。", f"{standing} cannot be written to.")
        return
    free = shutil.disk_usage(standing).free
    if free < GIB:
        yield bad(f"磁盘只剩 {free // 1024**2} MB。", f"only {free // 1024**2} MB are left on the disk.")
    else:
        yield good(
            f"{folder} 可写，剩余 {free // GIB} GB。",
            f"{folder} can be written to, {free // GIB} GB are left.",
        )


def _key(settings: Settings) -> Iterator[Finding]:
    file = key_file(settings)
    if settings.secret_key is not None:
        yield from _long_enough(keys_in(settings.secret_key.get_secret_value()))
    elif not settings.is_embedded and settings.secret_key_file is None:
        yield bad("PostgreSQL 需要设置 SHEQUYUN_SECRET_KEY。", "PostgreSQL demands SHEQUYUN_SECRET_KEY.")
    elif not file.exists() and settings.secret_key_file is not None:
        yield bad(f"没有密钥文件 {file}。", f"there is no key file {file}.")
    elif not file.exists():
        yield worth("还没有密钥，首次启动时生成。", "There is no secret key yet; the first start makes one.")
    elif file.stat().st_mode & 0o077:
        yield bad(f"别人可以读 {file}，请改为 0400。", f"others can read {file}; make it 0400.")
    else:
        yield good(
            "密钥文件只有本人可读；请另存一份。", "Only its owner reads the key file; keep a copy elsewhere."
        )


def _long_enough(keys: Sequence[HouseKey]) -> Iterator[Finding]:
    length = min(len(key.secret) for key in keys)
    if length < SHORTEST:
        yield bad(
            f"密钥只有 {length} 个字符，至少 32 个。",
            f"the secret key has {length} characters; 32 at least.",
        )
    else:
        yield good("密钥已设置。", "The secret key is set.")


def _addresses(settings: Settings) -> Iterator[Finding]:
    for name, url in (("RESIDENT_URL", settings.resident_url), ("COMMITTEE_URL", settings.committee_url)):
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            yield bad(f"SHEQUYUN_{name} 不是网址：{url}", f"SHEQUYUN_{name} is no address: {url}")
            continue
        if parts.hostname in _LOCAL:
            continue
        if settings.demo:
            yield bad(
                f"演示模式开着，而 {url} 不是本机：任何人都能用演示账号登录。",
                f"demo mode is on and {url} is not this machine: anybody can use the demo sign-ins.",
            )
        if parts.scheme == "http":
            yield bad(f"{url} 没有加密，请用 https。", f"{url} is not encrypted; use https.")
    if not settings.demo and settings.sender_url.startswith("console"):
        yield worth(
            "验证码只写在日志里：请设置 SHEQUYUN_SENDER_URL。",
            "Sign-in codes are only written to the log: set SHEQUYUN_SENDER_URL.",
        )


def _database(settings: Settings, *, now: datetime) -> Iterator[Finding]:
    if settings.is_embedded and not settings.sqlite_path.exists():
        yield bad("还没有数据库：请运行 shequyun init。", "There is no database yet: run `shequyun init`.")
        return
    try:
        engines = open_engines(settings)
        try:
            yield from _opened(engines, settings, now=now)
        finally:
            engines.dispose()
    except (SQLAlchemyError, ImportError) as fault:
        reason = str(getattr(fault, "orig", fault)).splitlines()[0]
        yield bad(f"连不上数据库：{reason}", f"the database cannot be reached: {reason}")


def _opened(engines: Engines, settings: Settings, *, now: datetime) -> Iterator[Finding]:
    try:
        migrations.must_fit(engines)
    except migrations.SchemaMisfit as misfit:
        yield bad(misfit.sentence("zh"), misfit.sentence("en"))
        return
    yield good("数据库是最新的。", "The database is up to date.")
    if is_marked(settings):
        yield bad(
            "数据库文件有损坏，已停止写入：修好或恢复备份后运行 shequyun reopen。",
            "the database file is damaged and written to no more: mend or restore it, then run `shequyun reopen`.",
        )
    yield from _guarded(engines, settings)
    with reaching(engines, across(Across.UPKEEP)) as connection:
        yield from _holidays(connection, local_date(now))
        yield from _contents(connection)
        yield from _data_keys(connection, settings, local_date(now))
        if not engines.is_sqlite:
            yield from _words_of_the_erased(connection)
        if not settings.demo:
            yield from _staff(connection)
            yield from _apart(connection, now)
            yield from _witnessed(connection, settings, now)


def _guarded(engines: Engines, settings: Settings) -> Iterator[Finding]:
    """Whether whoever serves is held by the walls between neighbourhoods. SQLite has no roles."""
    if engines.is_sqlite:
        return
    try:
        migrations.must_be_guarded(engines)
    except migrations.Unguarded as unguarded:
        yield bad(unguarded.sentence("zh"), unguarded.sentence("en"))
    else:
        yield good("数据库隔开各居村。", "The database keeps neighbourhoods apart.")
    if settings.unguarded:
        yield bad(
            "SHEQUYUN_UNGUARDED 已打开，只可用于开发。",
            "SHEQUYUN_UNGUARDED is set: that is for development alone.",
        )


def _words_of_the_erased(connection: Connection) -> Iterator[Finding]:
    """Whether the index of words loses the words of who left. SQLite's does so by itself."""
    if half := half_made(connection):
        yield worth(
            f"重做搜索索引时中断过，在清理前不再重做。请用数据库所有者执行 DROP INDEX {', '.join(half)}，"
            f"再执行 REINDEX INDEX CONCURRENTLY {OF_WORDS[1]}。",
            "Making the search index anew was broken off, and is not tried again before that is cleared up: as the "
            f"database's owner, DROP INDEX {', '.join(half)}, then REINDEX INDEX CONCURRENTLY {OF_WORDS[1]}.",
        )
    if may_write_anew(connection):
        yield good(
            "有人注销或诉求到期清空后，搜索索引会重做。",
            "The search index is made anew when somebody leaves, or requests were emptied.",
        )
    else:
        yield worth(
            f"有人注销或诉求到期清空后，请用数据库所有者执行 REINDEX INDEX CONCURRENTLY {OF_WORDS[1]}。",
            "When somebody has left, or requests were emptied: as the database's owner, "
            f"REINDEX INDEX CONCURRENTLY {OF_WORDS[1]}.",
        )


def _holidays(connection: Connection, today: date) -> Iterator[Finding]:
    for year in (today.year, today.year + 1):
        span = {"first": date(year, 1, 1).isoformat(), "last": date(year, 12, 31).isoformat()}
        known = connection.execute(
            text("SELECT count(*) FROM holidays WHERE day BETWEEN :first AND :last"), span
        ).scalar()
        if known:
            yield good(f"{year} 年的节假日已录入。", f"The holidays of {year} are known.")
        elif year == today.year or date(year, 1, 1) - today < timedelta(days=30):
            yield bad(
                f"{year} 年的节假日没有录入，期限会算错：请运行 shequyun import holidays。",
                f"the holidays of {year} are not known and deadlines will be wrong: run `shequyun import holidays`.",
            )
        else:
            yield worth(
                f"{year} 年的节假日还没有录入（通常十一月公布）：公布后运行 shequyun import holidays。",
                f"The holidays of {year} are not known yet (they are published in November): then run "
                "`shequyun import holidays`.",
            )


def _contents(connection: Connection) -> Iterator[Finding]:
    if not connection.execute(text("SELECT count(*) FROM case_categories")).scalar():
        yield bad("没有诉求类别：请运行 shequyun init。", "There are no categories: run `shequyun init`.")
    if not connection.execute(text("SELECT count(*) FROM communities")).scalar():
        yield bad(
            "没有居村：请运行 shequyun import places。",
            "There are no neighbourhoods: run `shequyun import places`.",
        )


def _data_keys(connection: Connection, settings: Settings, today: date) -> Iterator[Finding]:
    keys = connection.execute(select(DATA_KEYS)).all()
    if not keys or (settings.secret_key is None and not key_file(settings).exists()):
        return
    try:
        keyring = keyring_from(settings)
    except (SecretKeyMissing, SecretKeyTooShort, KeyFileExposed):
        return
    if shut := [key for key in keys if not keyring.opens(key)]:
        yield bad(f"{len(shut)} 把数据密钥打不开。", f"{len(shut)} data keys do not open with this key.")
        return
    days = (today - local_date(min(key.made_at for key in keys))).days
    pairs = {(key.community_id, key.field_class) for key in keys}
    if len(pairs) < len(keys):
        yield worth(
            "密钥更换没有做完：请运行 shequyun rotate-keys。",
            "A rotation of keys is unfinished: run `shequyun rotate-keys`.",
        )
    if days > OLDEST_KEY.days:
        yield worth(
            f"最旧的数据密钥已用 {days} 天：请运行 shequyun rotate-keys。",
            f"The oldest data key is {days} days old: run `shequyun rotate-keys`.",
        )
    else:
        yield good(
            f"{len(keys)} 把数据密钥，最旧的 {days} 天。",
            f"{len(keys)} data keys, the oldest {days} days old.",
        )


def _staff(connection: Connection) -> Iterator[Finding]:
    staff = "SELECT count(*) FROM accounts WHERE kind = 'staff' AND closed_at IS NULL"
    if not connection.execute(text(staff)).scalar():
        yield worth(
            "还没有工作人员账号：请运行 shequyun staff。", "There are no staff yet: run `shequyun staff`."
        )
        return
    bare = connection.execute(text(f"{staff} AND totp_sealed IS NULL")).scalar()
    if bare:
        yield worth(
            f"{bare} 个工作人员账号还没有第二重验证，首次登录时设置。",
            f"{bare} staff accounts have no second factor yet; their first sign-in asks for it.",
        )


def _apart(connection: Connection, now: datetime) -> Iterator[Finding]:
    """Nobody is given both any more; who was before, somebody has to decide about who knows him."""
    if both := len(connection.execute(both_at_once(now)).all()):
        yield worth(
            f"{both} 个账号既在居委会任职，又在那里的承办单位任职：请结束其中一个。",
            f"{both} accounts hold a post on a committee and at a firm that works there: end one of the two.",
        )


def _witnessed(connection: Connection, settings: Settings, now: datetime) -> Iterator[Finding]:
    """Whether somebody outside vouches for the record; without one its owner could write it anew."""
    witness = witness_of(settings)
    if witness is None:
        yield worth(
            "审计记录没有外面的见证：请设置 SHEQUYUN_WITNESS_URL 和 SHEQUYUN_WITNESS_KEY。",
            "Nobody outside witnesses the record: set SHEQUYUN_WITNESS_URL and SHEQUYUN_WITNESS_KEY.",
        )
        return
    with Session(bind=connection) as session:
        found = how_vouched(session, witness, actor=DOCTOR, clock=HeldClock(now))
    if found.since is None or (found.last_at is not None and not found.is_red):
        yield good("审计记录有外面的见证。", "The record is witnessed outside.")
    else:
        yield bad(
            f"审计记录已有 24 小时没有见证签名（{witness.url}，从 {found.since:%Y-%m-%d %H:%M} UTC 起），导出已暂停。",
            f"the record has had no cosignature for 24 hours ({witness.url}, since {found.since:%Y-%m-%d %H:%M} UTC); "
            "exports rest.",
        )
