"""`shequyun plugin approve-duty`: the operator finds that a plugin does by public duty what it says it does by one.

Such a purpose asks no resident; each reads it in his list all the same. Until it is approved it reads nothing.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from app_shell.commands.house import CLOCK, COMMAND, EVERYTHING, opened_door
from app_shell.commands.voice import Json, Mistake, answer, language, out
from core_db.foundation.errors import NotFound
from core_db.foundation.settings import Settings
from core_db.installs import approve_duty
from core_db.installs.sheets import DUTY
from plugins.host.operating import PluginId, manifest_of

NONE = (
    "这个应用没有按法定职责办的用途，不用同意。",
    "This plugin does nothing by public duty, so there is nothing to approve.",
)


def approve_what_is_duty(plugin_id: PluginId, json: Json = False) -> None:
    """同意它按法定职责办、不问居民的用途 / approve what it does by public duty, asking no resident."""
    with opened_door(Settings()) as door:
        manifest = door.read_now(partial(manifest_of, plugin_id=plugin_id), reach=EVERYTHING)
        if manifest is None:
            raise NotFound()
        done = duties_in(manifest)
        if not done:
            raise Mistake(*NONE)
        door.write_now(
            partial(approve_duty, plugin_id=plugin_id, actor=COMMAND, clock=CLOCK), reach=EVERYTHING
        )
    answer(
        f"{plugin_id} 的这些用途从现在起不问居民，居民在“我的授权”里看得到，已记入审计：",
        f"From now on {plugin_id} asks nobody for these; residents read them in their list, and it is on record:",
        json=json, id=plugin_id, purposes=[one["id"] for one in done],
    )  # fmt: skip
    if not json:
        for one in done:
            out().print(f"- {one['text'][language()]}（{', '.join(one['fields'])}）")


def duties_in(manifest: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """The purposes of a manifest that rest on a public duty and not on consent."""
    return [one for one in manifest.get("purposes") or () if one.get("basis") == DUTY]
