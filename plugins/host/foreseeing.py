"""`shequyun plugin check-upgrade`: which installed plugins another version of the platform would stop, and why."""

from collections.abc import Sequence
from typing import Annotated

import typer
from sqlalchemy import select
from sqlmodel import Session

from app_shell.commands.house import EVERYTHING, opened_door
from app_shell.commands.voice import Json, answer, answer_json, out
from core_db.foundation.settings import Settings
from core_db.installs.model import PLUGINS
from plugins.sdk.manifest import interfaces


def check_upgrade(
    api: Annotated[
        str, typer.Argument(metavar="API", help="平台将提供的接口，如 1.4 / the interface to come")
    ],
    json: Json = False,
) -> None:
    """升级后哪些应用会停 / which plugins would stop with another interface, and why."""
    with opened_door(Settings()) as door:
        rows = door.read_now(_interfaces, reach=EVERYTHING)
    stopped = [(one, wants) for one, wants in rows if api not in interfaces(wants)]
    if json:
        answer_json({"stop": [{"id": one, "api": wants} for one, wants in stopped], "count": len(rows)})
    else:
        for one, wants in stopped:
            out().print(f"{one}: {wants}")
        answer(
            f"{len(rows)} 个应用，{len(stopped)} 个会停。",
            f"{len(stopped)} of {len(rows)} would stop.",
            json=False,
        )
    if stopped:
        raise typer.Exit(1)


def _interfaces(session: Session) -> Sequence[tuple[str, str]]:
    rows = session.execute(select(PLUGINS.c.id, PLUGINS.c.manifest).order_by(PLUGINS.c.id))
    return [(row.id, str(row.manifest["api"])) for row in rows]
