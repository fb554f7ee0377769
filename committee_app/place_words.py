"""What pages of places call things: fields with values and sources, doors, histories, the way down to a place."""

from collections.abc import Sequence
from typing import Any

from app_shell.words import _
from committee_app.register_words import causes, from_to, label_of, value_in_words, who_did
from core_db.foundation.lean import dataclass
from core_db.foundation.recorded import RECORDED, FieldSpec
from core_db.overview import Crumb, Door, PlaceChangeSeen, PlaceField
from core_db.people.words import HOUSEHOLD_KINDS
from core_db.places import NAME, REGISTERED, PlaceKind
from core_db.places.words import USES

#: Where the page of a kind of place stands.
PAGE_OF = {PlaceKind.ESTATE: "estates", PlaceKind.BUILDING: "buildings", PlaceKind.HOME: "homes"}


@dataclass(frozen=True, kw_only=True)
class FactRow:
    """A field of a place or a household."""

    field: str
    label: str
    value: str
    origin: str


@dataclass(frozen=True, kw_only=True)
class PastRow:
    """A line of a history."""

    id: str
    label: str
    change: str
    why: str
    who: str
    at: object
    may_undo: bool


def in_words(spec: FieldSpec, value: str, lang: str) -> str:
    """A value as it is read: the word of its code; that there is one, where it is not shown."""
    return _("已登记，不显示") if value == RECORDED else spec.said(value, lang).removesuffix(".0")


def fact_rows(fields: Sequence[PlaceField], lang: str) -> list[FactRow]:
    return [_fact(one, lang) for one in fields]


def past_rows(history: Sequence[PlaceChangeSeen], lang: str) -> list[PastRow]:
    return [_past(one, lang) for one in history]


def step_rows(steps: Sequence[Any], lang: str) -> list[PastRow]:
    """What happened to the members of a household; each is taken back on his own page."""
    return [
        PastRow(
            id=one.id, label=f"{label_of(one.field, lang)} · {one.name}", change=_step(one, lang), at=one.at,
            why=_why(one.cause, "", one.reason), who=one.by_name, may_undo=False,
        )
        for one in steps
    ]  # fmt: skip


def crumbs(way: Sequence[Crumb]) -> list[tuple[str, str]]:
    """Each place on the way: its page and its name."""
    return [(f"/{PAGE_OF[one.kind]}/{one.id}", one.name) for one in way if one.kind in PAGE_OF]


def floor_in_words(floor: int | None) -> str:
    if floor is None:
        return _("其他")
    return (
        _("{n} 层").replace("{n}", str(floor)) if floor > 0 else _("地下 {n} 层").replace("{n}", str(-floor))
    )


def door_words(door: Door, lang: str) -> tuple[str, str]:
    """The colour of a door, and how it is lived in: a word each, so that grey paper says the same."""
    if door.is_vacant:
        return "mute", _("空置")
    if not door.people:
        return "warn", _("没有登记人")
    said = USES[door.use][lang == "en"] if door.use in USES else ""
    if door.is_group_let:
        said = _("{use}，群租").replace("{use}", said)
    if door.use == "vacant":
        return "warn", _("登记空置，但有人住")
    return ("info" if door.use == "rented" else "ok"), said


def household_kind(kind: str, lang: str) -> str:
    pair = HOUSEHOLD_KINDS.get(kind)
    return pair[lang == "en"] if pair else kind


def step_of_place(field: str) -> str:
    """A line of a place's history that is about no field of it."""
    return {REGISTERED: _("登记了这里"), NAME: _("改名")}.get(field, _("不再有这里"))


def _fact(seen: PlaceField, lang: str) -> FactRow:
    day = _("{day} 核对").replace("{day}", str(seen.verified_on)) if seen.verified_on else _("还没有核对过")
    origin = _("{source}，{day}").format(source=seen.source, day=day) if seen.source else day
    return FactRow(
        field=seen.field, label=seen.spec.words[lang == "en"], value=in_words(seen.spec, seen.value, lang) or "—",
        origin=origin if seen.value else "",
    )  # fmt: skip


def _past(seen: PlaceChangeSeen, lang: str) -> PastRow:
    label = seen.spec.words[lang == "en"] if seen.spec else step_of_place(seen.field)
    before, after = (
        in_words(seen.spec, side, lang) if seen.spec else side for side in (seen.before, seen.after)
    )
    # There was nothing before what was entered.
    change = str(after) if seen.field == REGISTERED else from_to(before, after)
    return PastRow(
        id=seen.id, label=label, change=change, why=_why(seen.cause, seen.source, seen.reason),
        who=who_did(seen), at=seen.at, may_undo=seen.may_undo,
    )  # fmt: skip


def _step(one: Any, lang: str) -> str:
    if one.field == "head":
        return from_to(one.before, one.after)
    return from_to(
        *(value_in_words(one.field, side, lang) if side else "" for side in (one.before, one.after))
    )


def _why(cause: str, source: str, reason: str | None) -> str:
    return _("；").join(part for part in (causes()[cause], source, reason) if part)
