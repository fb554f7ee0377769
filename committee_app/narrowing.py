"""How a list of cases is narrowed: the form that does it, and what is said of it, each thing with a way out."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from sqlmodel import Session

from app_shell.words import _
from committee_app.reading import Narrowed
from committee_app.roles import committee_of
from core_db.cases import Reference, reference_of
from core_db.foundation.actor import COMMITTEE, DISPATCHERS, Actor
from core_db.foundation.clock import Clock
from core_db.foundation.errors import NotFound
from core_db.foundation.lean import dataclass
from core_db.people import organisations_for
from core_db.places import building_names, place_in_sight

Options = tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class NarrowingFound:
    """What can be chosen (as tuples, so that their forms are kept once drawn), and what that is called which was."""

    categories: Options
    organisations: Options = ()
    buildings: Options = ()
    names: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Chip:
    """One thing the list is narrowed to, and the list without it."""

    label: str
    href: str


@dataclass(frozen=True, kw_only=True)
class Narrowing:
    """The form with what is chosen in it, what it carries along, and the chips."""

    choices: NarrowingFound
    chosen: Narrowed
    carried: tuple[tuple[str, str], ...]
    chips: Sequence[Chip]


def read_narrowing(
    session: Session, narrowed: Narrowed, *, actor: Actor, clock: Clock, lang: str
) -> NarrowingFound:
    """Categories and organisations, for a committee its buildings, and the names of what the address says."""
    reference = reference_of(session)
    hands_on = actor.has(*COMMITTEE, *DISPATCHERS)
    firms = organisations_for(session, actor=actor, clock=clock) if hands_on else ()
    organisations = tuple((one.id, one.name) for one in firms)
    names = {narrowed.category: reference.category(narrowed.category).name(lang)} | dict(organisations)
    for place in filter(None, (narrowed.building, narrowed.community, narrowed.town)):
        names[place] = _called(session, place, actor=actor, clock=clock)
    return NarrowingFound(
        categories=_categories(reference, lang, *committee_of(actor)), organisations=organisations, names=names,
        buildings=_buildings(session, reference, *committee_of(actor)),
    )  # fmt: skip


def _categories(reference: Reference, lang: str, *community_ids: str) -> Options:
    """The categories there, each under its class; made once of a reading, for every list shows them."""
    made = reference.choices.get((lang, *community_ids))
    if made is None:
        offered = reference.offered_at(*community_ids)
        classes = {one.parent for one in offered.values()}
        made = reference.choices[lang, *community_ids] = tuple(
            (code, offered[code].name(lang) if code in classes else f"　{offered[code].name(lang)}")
            for code in sorted(offered)
        )
    return made


def _buildings(session: Session, reference: Reference, *community_ids: str) -> Options:
    """The buildings there, kept as long as the reading is: a list is looked at more often than one is built."""
    made = reference.choices.get(("buildings", *community_ids))
    if made is None:
        made = reference.choices["buildings", *community_ids] = tuple(building_names(session, *community_ids))
    return made


def _called(session: Session, place_id: str, *, actor: Actor, clock: Clock) -> str:
    """What a place is called, for whoever may name it."""
    try:
        return place_in_sight(session, place_id, actor=actor, clock=clock).label
    except NotFound:
        return "—"


def narrowing_of(found: NarrowingFound, narrowed: Narrowed) -> Narrowing:
    """What the list's page shows of it."""
    words = {
        "q": _("搜索：{word}"), "category": _("类别：{word}"), "handler": _("承办单位：{word}"),
        "building": _("楼栋：{word}"), "community": _("居村：{word}"), "town": _("街镇：{word}"), "mine": _("我经手的"),
    }  # fmt: skip
    kept = narrowed.kept
    chips = [
        Chip(label=word.replace("{word}", _word(found, name, kept[name])), href=_without(kept, name))
        for name, word in words.items()
        if name in kept
    ]
    asked = {"category", "mine", *(("handler",) if found.organisations else ())}
    asked |= {"building"} if found.buildings else set()
    carried = tuple((name, word) for name, word in kept.items() if name not in asked)
    return Narrowing(choices=found, chosen=narrowed, carried=carried, chips=chips)


def _word(found: NarrowingFound, name: str, said: str) -> str:
    return said if name == "q" else found.names.get(said, "—")


def _without(kept: Mapping[str, str], name: str) -> str:
    return "/cases?" + urlencode({key: word for key, word in kept.items() if key != name})
