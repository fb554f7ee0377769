"""`shequyun plugin check-upgrade`: which installed plugins another version of the platform would stop, and why.

`shequyun plugin offers`, typed in the other version, says what that one has; in its place, an interface's number is
looked at alone.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer
from packaging.version import InvalidVersion, Version
from sqlalchemy import select
from sqlmodel import Session

from app_shell.commands.house import EVERYTHING, opened_door
from app_shell.commands.voice import Json, Mistake, answer, answer_json, language, out
from core_db.foundation.settings import Settings
from core_db.installs.model import PLUGINS
from plugins.host.offering import WORDS, Reason, offered, what_is_wrong_today, why_it_would_stop


def offers() -> None:
    """这个版本给应用提供什么，给 check-upgrade 用 / what this version offers to plugins, for check-upgrade."""
    out().file.write(orjson.dumps(offered(), option=orjson.OPT_INDENT_2).decode() + "\n")


def check_upgrade(
    to: Annotated[
        str,
        typer.Argument(
            metavar="[OFFERS|API]",
            help="新版本的 plugin offers 存成的文件，或只是接口号，如 1.4；不写就是这个版本 / "
            "what `plugin offers` of the other version said, in a file, or an interface alone; else this version",
        ),
    ] = "",
    json: Json = False,
) -> None:
    """升级后哪些应用会停，为什么 / which plugins would stop with another version, and why."""
    offer = _offer_of(to)
    with opened_door(Settings()) as door:
        rows = door.read_now(_installed, reach=EVERYTHING)
    found = [(row, _reasons(row.manifest, row.declared, offer, is_this=not to)) for row in rows]
    stopped = [(row, why) for row, why in found if why]
    if json:
        told = [
            {"id": row.id, "api": str(row.manifest["api"]), "why": [one.en for one in why]}
            for row, why in stopped
        ]
        answer_json({"stop": told, "count": len(rows), "version": offer["version"], "api": offer["api"]})
    else:
        for row, why in stopped:
            out().print(f"{row.id}: {'; '.join(one.within(language()) for one in why)}")
        answer(
            f"{len(rows)} 个应用，{len(stopped)} 个会停。",
            f"{len(stopped)} of {len(rows)} would stop.",
            json=False,
        )
    if stopped:
        raise typer.Exit(1)


def _offer_of(said: str) -> Mapping[str, Any]:
    """What is to be compared with: of a file, of an interface's number, or of this version."""
    if not said:
        return offered()
    if Path(said).is_file():
        return _read(Path(said))
    try:
        return {**offered(), "version": "", "api": str(Version(said))}
    except InvalidVersion:
        raise Mistake(
            f"“{said}”既不是接口号，也不是文件：在新版本里运行 shequyun plugin offers，存成文件。",
            f"{said!r} is neither an interface nor a file: keep what `shequyun plugin offers` says there.",
        ) from None


def _read(path: Path) -> Mapping[str, Any]:
    try:
        offer = orjson.loads(path.read_bytes())
        lacking = sorted({"version", "api", *WORDS} - offer.keys())
    except (orjson.JSONDecodeError, AttributeError):
        lacking = ["JSON"]
    if lacking:
        raise Mistake(
            f"{path} 不是 plugin offers 的输出：缺 {', '.join(lacking)}。",
            f"{path} is not what `plugin offers` says: it lacks {', '.join(lacking)}.",
        )
    found: Mapping[str, Any] = offer
    return found


def _reasons(
    manifest: Mapping[str, Any], declared: Mapping[str, Any], offer: Mapping[str, Any], *, is_this: bool
) -> list[Reason]:
    """Of this version it is known to the letter what it takes; of another, what it offers."""
    found = list(why_it_would_stop(manifest, declared, offer))
    return found or (list(what_is_wrong_today(manifest)) if is_this else [])


def _installed(session: Session) -> Sequence[Any]:
    its = select(PLUGINS.c.id, PLUGINS.c.manifest, PLUGINS.c.declared).order_by(PLUGINS.c.id)
    return session.execute(its).all()
