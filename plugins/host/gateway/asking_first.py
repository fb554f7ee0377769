"""Other plugins are asked before one raises a case or sends a message, as everybody else is."""

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session

from app_shell.plugged import Visitor
from core_db.cases import submit_on_behalf
from core_db.cases.drafts import PluginCaseDraft
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock
from core_db.foundation.door import Door
from core_db.foundation.points import Asked as AskedAtPoint
from core_db.foundation.points import filtered
from core_db.foundation.reach import Reach
from core_db.installs.once import result_of
from core_db.installs.pairs import person_behind
from plugins.host.gateway.casework import case_draft
from plugins.host.gateway.gates import standing_of

Asked = Mapping[str, Any]
SENT_AT = "message.send.v1"


async def asked_first(
    door: Door, plugin_id: str, community_id: str, op: str, asked: Asked, *, visitor: Visitor | None, clock: Clock
) -> Asked:  # fmt: skip
    """The question as those who listen leave it. Raises Vetoed and NotLookedAt; without anybody it costs nothing."""
    lang = visitor.lang if visitor is not None else "zh"
    reach = Reach(frozenset({community_id}))
    if op == "cases.open" and door.points.asks_before(submit_on_behalf):
        return await _case(door, plugin_id, community_id, asked, clock=clock, reach=reach, lang=lang)
    if op == "messages.send" and SENT_AT in door.points.names:
        await _message(door, plugin_id, community_id, asked, reach=reach, lang=lang)
    return asked


async def _case(
    door: Door, plugin_id: str, community_id: str, asked: Asked, *, clock: Clock, reach: Reach, lang: str
) -> Asked:  # fmt: skip
    found = await door.read(
        lambda session: _to_be_raised(session, plugin_id, community_id, asked), reach=reach
    )
    if found is None:
        # The gates refuse it, or it is written already: nobody is to hear of it.
        return asked
    draft, raiser = found
    (changed,) = await filtered(
        door, submit_on_behalf, (draft,), actor=raiser, clock=clock, reach=reach, lang=lang
    )
    return {**asked, "title": "", "text": changed.text, "category": changed.category}


def _to_be_raised(
    session: Session, plugin_id: str, community_id: str, asked: Asked
) -> tuple[PluginCaseDraft, Actor] | None:
    standing = standing_of(session, plugin_id, community_id)
    if standing is None or not standing.holds("case:write"):
        return None
    if result_of(session, plugin_id, community_id, "cases.open", str(asked["key"])):
        return None
    pair = asked["resident_id"]
    whose = None if pair is None else person_behind(session, plugin_id, community_id, pair)
    return case_draft(standing, asked, on_behalf_of=whose), standing.actor


async def _message(
    door: Door, plugin_id: str, community_id: str, asked: Asked, *, reach: Reach, lang: str
) -> None:
    person_id = await door.read(
        lambda session: person_behind(session, plugin_id, community_id, str(asked["to"])), reach=reach
    )
    about = ("person", person_id) if person_id is not None and str(asked["to"]).startswith("r_") else None
    draft = {"plugin_id": plugin_id, "template": str(asked["template"])}
    await door.points.ask(
        SENT_AT, AskedAtPoint(community_id=community_id, draft=draft, about=about), lang=lang
    )
