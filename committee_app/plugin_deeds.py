"""Switching a plugin on and off: what the plugin itself is asked and told, and what the base then writes down.

Pages and API do the same here, in the same order. No transaction waits for a plugin.
"""

from collections.abc import Mapping
from typing import Any, Literal

from fastapi import Request

from app_shell.context import shell_of
from app_shell.plugin_pages import chosen_place, visitor_in
from app_shell.work import Work
from committee_app.roles import committee_of
from core_db.foundation.errors import NotPermitted
from core_db.installs import EnablingDraft, disable_plugin, enable_plugin, may_manage, plugin_here
from core_db.installs.words import InstallState

RUNS = (InstallState.ENABLED, InstallState.HELD, InstallState.FAILED)


async def decides_at(work: Work, plugin_id: str, at: str | None) -> tuple[str, str | None]:
    """In which neighbourhood, if the plugin is installed and he decides there: asked before the plugin hears of it."""
    place, at = chosen_place(committee_of(work.actor), at or None)
    await work.read(plugin_here, plugin_id, place)
    if not await work.read(may_manage, place):
        raise NotPermitted()
    return place, at


async def tested(
    request: Request, work: Work, plugin_id: str, place: str, settings: Mapping[str, Any]
) -> Mapping[str, str]:
    """What the plugin finds wrong with settings, by field; they are kept by nobody yet."""
    with work.standing_aside():
        return await shell_of(request).plugins.check_settings(plugin_id, settings, visitor_in(work, place))


async def switch_on(request: Request, work: Work, plugin_id: str, place: str, draft: EnablingDraft) -> str:
    """Switch it on; if it fails at its start it is off again, and what it said comes back."""
    await work.write(enable_plugin, plugin_id, place, draft)
    with work.standing_aside():
        said = await shell_of(request).plugins.switched_on(plugin_id, visitor_in(work, place))
    if said:
        await work.write(disable_plugin, plugin_id, place)
    return said


async def tell_off(
    request: Request, work: Work, plugin_id: str, place: str, moment: Literal["disable", "uninstall"]
) -> None:
    """Tell a plugin that it is to stop; whatever it does, it is stopped afterwards."""
    here = await work.read(plugin_here, plugin_id, place)
    if here.state in RUNS:
        with work.standing_aside():
            await shell_of(request).plugins.switched_off(plugin_id, moment, visitor_in(work, place))
