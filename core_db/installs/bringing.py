"""What a plugin brings to cases, its categories and its fields: offered where it is on, and nowhere else."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from core_db.cases.asked_fields import PROFILE
from core_db.cases.asking_fields import BroughtField, ask_fields, ask_fields_no_more, bring_fields
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

#: Of a manifest's `schema`, what holds for what is filled in.
_RULES = ("type", "format", "enum", "maxLength", "minimum", "maximum")
_CASE = "case."


def categories_of(plugin_id: str, manifest: Mapping[str, Any]) -> tuple[Brought, ...]:
    """The categories that a plugin brings, as its manifest says them."""
    said = (manifest.get("contributes") or {}).get("case_categories") or ()
    return tuple(
        Brought(code=category_code(plugin_id, one["id"]), zh=zh, en=en, hours=int(one["sla_hours"]))
        for one in said
        for zh, en in [pair_of(one["name"])]
    )


def fields_of(plugin_id: str, manifest: Mapping[str, Any]) -> tuple[BroughtField, ...]:
    """The fields that a plugin brings to forms, as its manifest says them."""
    said = (manifest.get("contributes") or {}).get("form_fields") or ()
    return tuple(_field(plugin_id, one) for one in said if _is_readable(one))


def offer_its_categories(session: Session, plugin: Any, community_id: str, *, clock: Clock) -> None:
    """It is on in a neighbourhood: cases there may be filed under what it brings, and its fields are asked for."""
    if brought := categories_of(plugin.id, plugin.manifest):
        bring_categories(session, brought, clock=clock)
        offer_categories(session, [one.code for one in brought], community_id)
    if fields := fields_of(plugin.id, plugin.manifest):
        bring_fields(session, plugin.id, fields)
        ask_fields(session, plugin.id, community_id)


def withdraw_its_categories(session: Session, plugin: Any, community_id: str) -> None:
    """It is off there: no more cases are filed so; open ones keep their category and go on."""
    if brought := categories_of(plugin.id, plugin.manifest):
        offer_no_more(session, [one.code for one in brought], community_id)
    if fields_of(plugin.id, plugin.manifest):
        ask_fields_no_more(session, plugin.id, community_id)


def settle_its_categories(
    session: Session, plugin: InstalledPlugin, *, before: Mapping[str, Any] | None = None, clock: Clock
) -> None:
    """Offer what it brings where it is on, after it changed everywhere; what it brought `before` and no more, ends."""
    _settle_fields(session, plugin, before=before)
    brought = categories_of(plugin.id, plugin.manifest)
    was = {one.code for one in categories_of(plugin.id, before or plugin.manifest)}
    if not brought and not was:
        return
    end_categories(session, was - {one.code for one in brought}, clock=clock)
    bring_categories(session, brought, clock=clock)
    codes = [one.code for one in brought]
    offer_no_more(session, codes)
    for community_id in _where_on(session, plugin):
        offer_categories(session, codes, community_id)


def end_its_categories(session: Session, plugin: InstalledPlugin, *, clock: Clock) -> None:
    """It leaves the platform."""
    end_categories(session, [one.code for one in categories_of(plugin.id, plugin.manifest)], clock=clock)
    if fields_of(plugin.id, plugin.manifest):
        bring_fields(session, plugin.id, ())
        ask_fields_no_more(session, plugin.id)


def _settle_fields(
    session: Session, plugin: InstalledPlugin, *, before: Mapping[str, Any] | None = None
) -> None:
    brought = fields_of(plugin.id, plugin.manifest)
    if not brought and not fields_of(plugin.id, before or plugin.manifest):
        return
    bring_fields(session, plugin.id, brought)
    ask_fields_no_more(session, plugin.id)
    for community_id in _where_on(session, plugin) if brought else ():
        ask_fields(session, plugin.id, community_id)


def _where_on(session: Session, plugin: InstalledPlugin) -> list[str]:
    if plugin.state is not PluginState.INSTALLED:
        return []
    on = (INSTALLS.c.plugin_id == plugin.id) & (INSTALLS.c.state == InstallState.ENABLED)
    return list(session.execute(select(INSTALLS.c.community_id).where(on)).scalars())


def _is_readable(said: Mapping[str, Any]) -> bool:
    """What was installed before its rules were checked may say more than anybody could hold people to."""
    form = str(said["form"])
    return (form == PROFILE or form.startswith(_CASE)) and "type" in said["schema"]


def _field(plugin_id: str, said: Mapping[str, Any]) -> BroughtField:
    own = str(said["form"]).removeprefix(_CASE)
    rules = {name: value for name in _RULES if (value := said["schema"].get(name)) is not None}
    choices = {option: list(pair_of(words)) for option, words in (said.get("choices") or {}).items()}
    zh, en = pair_of(said["label"])
    category = own if own.isdigit() or own == PROFILE else category_code(plugin_id, own)
    return BroughtField(
        key=said["key"], category=category, zh=zh, en=en,
        sensitivity=said["class"], rules=rules | {"required": bool(said.get("required")), "choices": choices},
    )  # fmt: skip
