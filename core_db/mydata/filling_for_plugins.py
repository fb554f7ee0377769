"""What residents fill in for plugins about themselves or a child they act for: seen, changed and taken away."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from pydantic import Field
from sqlmodel import Session

from core_db.audit import record
from core_db.cases import FORM_AT, about_him, as_judged, form_sent
from core_db.cases.asked_fields import PROFILE, AskedField, read_fields
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock
from core_db.foundation.drafts import Draft
from core_db.foundation.errors import NotFound
from core_db.foundation.lean import dataclass
from core_db.foundation.points import Arguments, Asked, Point, declare
from core_db.foundation.sealing import keyring_of
from core_db.installs import PluginIsOff
from core_db.installs.profile import (
    asked_in_profile,
    keep_profile,
    profile_place,
    profile_rows,
    sealed_in_profile,
)
from core_db.installs.sheets import name_of
from core_db.installs.words import Pair
from core_db.mydata.agreeing_to_plugins import as_whom, plugins_on_in
from core_db.mydata.errors import NotInRegister, SpeaksForItself
from core_db.people import needs_a_guardian


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileAsked:
    """What a plugin asks about somebody in a neighbourhood, what stands there, and which of it the plugin filled in."""

    plugin_id: str
    community_id: str
    name: Pair
    asked: Sequence[AskedField]
    filled: Mapping[str, str]
    by_plugin: frozenset[str]


class ProfileDraft(Draft):
    """All that is to stand there from now on, by key; what is left out stands there no more."""

    community_id: Annotated[str, Field(max_length=40)]
    fields: dict[Annotated[str, Field(max_length=90)], Any] = Field(default_factory=dict, max_length=100)


def my_profile_fields(
    session: Session, *, child_id: str | None = None, actor: Actor, clock: Clock
) -> Sequence[ProfileAsked]:
    """Every plugin that is on where he lives and asks something about him; or about a child he acts for."""
    people = _speaks_for(session, child_id, actor=actor, clock=clock)
    found = []
    for plugin, community_id in plugins_on_in(session, tuple(people)):
        person_id = people[community_id]
        if person_id is not None and (asked := asked_in_profile(session, plugin.id, community_id)):
            rows = profile_rows(session, plugin.id, community_id, [person_id]).get(person_id, ())
            found.append(_seen(session, plugin, community_id, asked, rows))
    return found


def fill_in_my_profile(
    session: Session, plugin_id: str, draft: ProfileDraft, child_id: str | None = None, *, actor: Actor, clock: Clock
) -> None:  # fmt: skip
    """Have a plugin's fields say this about him, or a child he acts for. It lets the plugin read nothing."""
    people = _speaks_for(session, child_id, actor=actor, clock=clock)
    if draft.community_id not in people:
        raise NotFound()
    person_id = people[draft.community_id]
    if person_id is None:
        raise NotInRegister()
    asked = asked_in_profile(session, plugin_id, draft.community_id)
    if not asked:
        raise PluginIsOff()
    filled = read_fields(asked, draft.fields, must=False)
    _keep(session, draft.community_id, person_id, asked, filled, actor=actor, clock=clock)
    record(
        session, action="plugin.profile-filled", actor=actor, clock=clock, object=f"plugin/{plugin_id}",
        reference=f"place/{draft.community_id}", subject_id=person_id, right=None)  # fmt: skip


def _speaks_for(
    session: Session, child_id: str | None, *, actor: Actor, clock: Clock
) -> Mapping[str, str | None]:  # fmt: skip
    """As whom he stands where. From fourteen on a child says of itself what it likes, and to nobody else."""
    people = as_whom(session, child_id, actor=actor, clock=clock)
    if child_id is not None and not needs_a_guardian(session, child_id, on=clock.now()):
        raise SpeaksForItself()
    return people


def _form(session: Session, arguments: Arguments, *, actor: Actor, clock: Clock) -> Asked | None:
    """The form as it was filled in; nobody is asked where he speaks for nobody there, or the plugin asks nothing."""
    plugin_id, draft, *rest = arguments
    people = _speaks_for(session, rest[0] if rest else None, actor=actor, clock=clock)
    filled = about_him(asked_in_profile(session, plugin_id, draft.community_id), draft.fields)
    return form_sent(PROFILE, filled, draft.community_id, person_id=people.get(draft.community_id))


def _keep(
    session: Session, community_id: str, person_id: str, asked: Sequence[AskedField], filled: Mapping[str, str], *,
    actor: Actor, clock: Clock,
) -> None:  # fmt: skip
    """Only what says something else now: what the plugin filled in and he left as it was stays the plugin's."""
    before = profile_rows(session, asked[0].plugin_id, community_id, [person_id]).get(person_id, ())
    said = {row.key: _clear(session, row) for row in before}
    changed = {
        one: filled.get(one.key, "") for one in asked if filled.get(one.key, "") != said.get(one.key, "")
    }
    if changed:
        keep_profile(session, community_id, person_id, changed, said_by=actor.id, at=clock.now())


def _seen(
    session: Session, plugin: Any, community_id: str, asked: Sequence[AskedField], rows: Sequence[Any]
) -> ProfileAsked:  # fmt: skip
    return ProfileAsked(
        plugin_id=plugin.id, community_id=community_id, name=name_of(plugin.manifest), asked=asked,
        filled={row.key: _clear(session, row) for row in rows},
        by_plugin=frozenset(row.key for row in rows if row.is_by_plugin),
    )  # fmt: skip


def _clear(session: Session, row: Any) -> str:
    """It is his own, or a child's for which he speaks: nobody else is shown anything, so nothing is recorded."""
    if (sealed := sealed_in_profile(row)) is None:
        return str(row.value)
    place = profile_place(row, sealed[0])
    return str(keyring_of(session).unseal(session, sealed[1], place).in_the_clear())


declare(fill_in_my_profile, Point(name=FORM_AT, shown=_form, changed=as_judged))
