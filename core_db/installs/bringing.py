"""The categories of cases that a plugin brings: offered where it is on, and nowhere else."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from core_db.cases.offering import (
    Brought,
    bring_categories,
    end_categories,
    offer_categories,
    offer_no_more,
)
from core_db.foundation.clock import Clock
from core_db.installs.model import INSTALLS, InstalledPlugin
from core_db.installs.sheets import category_code, pair_of
from core_db.installs.words import InstallState, PluginState


def categories_of(plugin_id: str, manifest: Mapping[str, Any]) -> tuple[Brought, ...]:
    """The categories that a plugin brings, as its manifest says them."""
    said = (manifest.get("contributes") or {}).get("case_categories") or ()
    return tuple(
        Brought(code=category_code(plugin_id, one["id"]), zh=zh, en=en, hours=int(one["sla_hours"]))
        for one in said
        for zh, en in [pair_of(one["name"])]
    )


def offer_its_categories(session: Session, plugin: Any, community_id: str, *, clock: Clock) -> None:
    """It is on in a neighbourhood: cases there may be filed under what it brings."""
    if brought := categories_of(plugin.id, plugin.manifest):
        bring_categories(session, brought, clock=clock)
        offer_categories(session, [one.code for one in brought], community_id)


def withdraw_its_categories(session: Session, plugin: Any, community_id: str) -> None:
    """It is off there: no more cases are filed so; open ones keep their category and go on."""
    if brought := categories_of(plugin.id, plugin.manifest):
        offer_no_more(session, [one.code for one in brought], community_id)


def settle_its_categories(
    session: Session, plugin: InstalledPlugin, *, before: Mapping[str, Any] | None = None, clock: Clock
) -> None:
    """Offer what it brings where it is on, after it changed everywhere; what it brought `before` and no more, ends."""
    brought = categories_of(plugin.id, plugin.manifest)
    was = {one.code for one in categories_of(plugin.id, before or plugin.manifest)}
    if not brought and not was:
        return
    end_categories(session, was - {one.code for one in brought}, clock=clock)
    bring_categories(session, brought, clock=clock)
    codes = [one.code for one in brought]
    offer_no_more(session, codes)
    if plugin.state is not PluginState.INSTALLED:
        return
    on = (INSTALLS.c.plugin_id == plugin.id) & (INSTALLS.c.state == InstallState.ENABLED)
    for community_id in session.execute(select(INSTALLS.c.community_id).where(on)).scalars().all():
        offer_categories(session, codes, community_id)


def end_its_categories(session: Session, plugin: InstalledPlugin, *, clock: Clock) -> None:
    """It leaves the platform."""
    end_categories(session, [one.code for one in categories_of(plugin.id, plugin.manifest)], clock=clock)
