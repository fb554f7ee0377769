"""`shequyun plugin trace`: what a plugin asked of the platform, or what it said in its log."""

from functools import partial
from typing import Annotated, Any

import typer
from sqlalchemy import select
from sqlmodel import Session

from app_shell.commands.house import EVERYTHING, opened_door
from app_shell.commands.voice import Json, Mistake, answer_json, note, out
from core_db.foundation.settings import Settings
from core_db.installs.model import CALLS
from plugins.host.loading import all_installed
from plugins.host.operating import PluginId
from plugins.host.said import last_said


def trace(
    plugin_id: PluginId,
    last: Annotated[int, typer.Option(min=1, max=1000, help="最近几条 / how many")] = 50,
    said: Annotated[
        bool, typer.Option("--said", help="它自己在日志里说的 / what it said in its log instead")
    ] = False,
    json: Json = False,
) -> None:
    """它问过平台什么、怎么答的；不含内容 / what it asked and how that was decided; never what was said."""
    if said:
        _tell_what_it_said(plugin_id, last, json=json)
        return
    with opened_door(Settings()) as door:
        found = door.read_now(partial(_asked, plugin_id=plugin_id, last=last), reach=EVERYTHING)
    if json:
        answer_json({"calls": found})
        return
    for one in found:
        fields = ",".join(one["fields"])
        out().print(
            f"{one['at']}  {one['hook']}  {one['op']}  {one['decision']}  {one['subjects']}  {fields}".rstrip()
        )


def _tell_what_it_said(plugin_id: str, last: int, *, json: bool) -> None:
    """Of this machine; the service's log has it of all."""
    with opened_door(Settings()) as door:
        if plugin_id not in door.read_now(all_installed, reach=EVERYTHING):
            raise Mistake(f"没有安装 {plugin_id}。", f"{plugin_id} is not installed.")
    found = last_said(Settings().data_dir, plugin_id, last)
    if json:
        answer_json({"said": found})
        return
    if not found:
        note("它还没有说过什么。", "It has said nothing yet.")
    for one in found:
        left_out = f"  (+{one['unheard']})" if "unheard" in one else ""
        out().print(f"{one['at']}  {one['level']}  {one['said']}{left_out}")


def _asked(session: Session, *, plugin_id: str, last: int) -> list[dict[str, Any]]:
    its = select(CALLS).where(CALLS.c.plugin_id == plugin_id).order_by(CALLS.c.at.desc()).limit(last)
    return [
        {
            "at": row.at.isoformat(timespec="seconds"), "hook": row.hook, "op": row.op, "decision": str(row.decision),
            "subjects": row.subjects, "fields": list(row.fields), "purpose": row.purpose,
        }
        for row in reversed(session.execute(its).all())
    ]  # fmt: skip
