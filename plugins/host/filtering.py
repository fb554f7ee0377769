"""Asking filters: those of a neighbourhood one after another, each with what the one before made of it.

A veto comes back to whoever wanted it, with the plugin's name and its sentence. What a filter breaks the point
decides: without it, or not at all.
"""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from core_db.cases.asked_fields import MARK, PROFILE
from core_db.foundation.points import Asked, NotLookedAt, Vetoed, Words
from core_db.installs.sheets import category_code
from plugins.host.calling import OFF, Calls, Wanted
from plugins.host.gateway.casework import own_name
from plugins.host.known import Hook, Running
from plugins.host.places import Places
from plugins.sdk.calls import Answered
from plugins.sdk.manifest_parts import Words as Said
from plugins.sdk.points import POINTS, FormValidate, Point

#: What the host puts into a draft; a filter may not change it.
OURS = frozenset({"community_id", "resident_id", "fields", "form"})


class Filtering:
    """The `Askers` of the base's points."""

    def __init__(self, running: Mapping[str, Running], places: Places, calls: Calls) -> None:
        self._running = running
        self._places = places
        self._calls = calls

    @property
    def points(self) -> frozenset[str]:
        """Where anybody listens who is on anywhere."""
        on = self._places.plugins
        return frozenset(
            hook.more["point"]
            for plugin in self._running.values()
            if plugin.id in on
            for hook in plugin.hooks["filter"]
        )

    async def ask(self, point: str, asked: Asked, *, lang: str) -> Words:
        """The draft as those who listen leave it. Raises Vetoed and NotLookedAt."""
        draft = asked.draft
        for plugin, hook in self._listening(point, asked.community_id):
            draft = await self._asked(plugin, hook, POINTS[point], asked, draft, lang=lang)
        return draft

    def _listening(self, point: str, community_id: str) -> list[tuple[Running, Hook]]:
        """By priority, the smallest first, then by id; not those who were not given what the point is asked with."""
        scope = POINTS[point].asked_with
        here = [
            (plugin, hook)
            for plugin in self._running.values()
            if self._places.is_on(plugin.id, community_id)
            and (not scope or self._places.holds(plugin.id, community_id, scope))
            for hook in plugin.of("filter", point=point)
        ]
        return sorted(here, key=lambda one: (one[1].more["priority"], one[0].id))

    async def _asked(
        self, plugin: Running, hook: Hook, point: type[Point], asked: Asked, draft: Words, *, lang: str
    ) -> Words:  # fmt: skip
        seen = await self._draft_for(plugin, point, asked, draft)
        if seen is None:
            return draft
        wanted = Wanted(
            kind="filter", name=hook.name, seconds=hook.seconds, community_id=asked.community_id,
            given=({"name": point.name, "data": seen},),
        )  # fmt: skip
        answered = await self._calls.call(plugin, wanted)
        if answered is OFF or (answered.ok and answered.value is None):
            return draft
        if answered.why == "veto":
            raise Vetoed(plugin=plugin.name(lang), said=answered.said)
        changed = _changed(point, answered)
        if changed is None:
            if point.on_fault == "refuse":
                raise NotLookedAt(plugin=plugin.name(lang))
            return draft
        return {**draft, **_in_our_words(plugin, draft, changed)}

    async def _draft_for(
        self, plugin: Running, point: type[Point], asked: Asked, draft: Words
    ) -> dict[str, Any] | None:  # fmt: skip
        """The draft as this plugin sees it, by its own names; None where it is a form in which it may read nothing."""
        shown = {"community_id": asked.community_id, **draft}
        if shown.get("category"):
            shown["category"] = own_name(plugin.id, shown["category"])
        if asked.about is not None and "resident_id" in point.model_fields:
            kind, subject = asked.about
            shown["resident_id"] = await self._calls.gateway.subject_of(
                plugin.id, asked.community_id, kind, subject
            )
        if "fields" not in draft:
            return shown
        own = await self._calls.gateway.own_fields(plugin.id, asked, point.name)
        if point is FormValidate:
            # What others found wrong is between them and whoever filled it in.
            shown |= {"form": _form(plugin, draft["form"]), "faults": {}}
        return None if own is None and point is FormValidate else shown | {"fields": own or {}}


def _form(plugin: Running, form: str) -> str:
    """As plugin.toml says it."""
    return form if form == PROFILE else f"case.{own_name(plugin.id, form)}"


def _in_our_words(plugin: Running, draft: Words, changed: Words) -> Words:
    """A category that it brings by the platform's code; what is wrong with its fields by their whole names."""
    found = dict(changed)
    if found.get("category") in {one.id for one in plugin.manifest.contributes.case_categories}:
        found["category"] = category_code(plugin.id, found["category"])
    if "faults" in found:
        own = {f"{MARK}{plugin.id}.{key}": Said(**one) for key, one in found["faults"].items()}
        found["faults"] = draft["faults"] | {
            key: (one.within("zh"), one.within("en")) for key, one in own.items()
        }
    return found


def _changed(point: type[Point], answered: Answered) -> Words | None:
    """What of the draft may be taken over; None where it failed, or gave what is no draft."""
    if not answered.ok:
        return None
    try:
        draft = point.model_validate(answered.value)
    except ValidationError:
        return None
    if isinstance(draft, FormValidate) and not draft.faults.keys() <= draft.fields.keys():
        return None
    return draft.model_dump(exclude=set(OURS))
