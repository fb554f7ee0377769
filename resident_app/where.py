"""Where it is: the buildings of one's neighbourhood, the doors of one of them, and the poster one came from."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import field

from sqlmodel import Session

from app_shell.context import current_lang
from app_shell.words import _
from core_db.cases import AskedField, reference_of
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock
from core_db.foundation.grams import plain
from core_db.foundation.lean import dataclass
from core_db.places import buildings_of, home_neighbourhoods_to_choose, homes_of, place_by_code

Option = tuple[str, str]
#: A building as people say it: “12号楼”, “12号3楼”, “building 12”; no day of a month, no line of the underground.
_SAID = re.compile(r"(?<![\d月])(\d{1,4})\s*号(?!线)|\b(?:building|block)\s+(\d{1,4})\b", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Where:
    """What can be picked, and what is picked."""

    buildings: Sequence[Option]
    doors: Sequence[Option]
    building: str
    door: str
    #: Homes in several neighbourhoods: which is meant is said, and not taken for granted.
    has_to_say: bool = False
    #: The place on the poster that was scanned, and whether one lives there.
    scanned: str | None = None
    is_elsewhere: bool = False
    #: What can be asked for here and not everywhere: the categories that an app brings, or asks more in.
    own: Sequence[Option] = ()
    #: And what is asked for besides in each of them.
    asked: Mapping[str, Sequence[AskedField]] = field(default_factory=dict)

    def named(self, category: str) -> Option | None:
        """The category picked, where it is one of these."""
        return next((one for one in self.own if one[0] == category), None)

    @property
    def place_id(self) -> str | None:
        return self.door or self.building or None

    def said_elsewhere(self, text: str) -> tuple[str, str] | None:
        """The one building that the words name, and the other that is picked; None where nothing is amiss."""
        numbers = {zh or en for zh, en in _SAID.findall(plain(text))}
        said = [one for one in self.buildings if any(re.search(rf"(?<!\d){n}号$", one[1]) for n in numbers)]
        picked = next((label for value, label in self.buildings if value == self.building), None)
        if len(said) != 1 or not self.doors or picked is None or said[0][0] == self.building:
            return None
        return said[0][1], picked

    @property
    def is_from_poster(self) -> bool:
        return self.scanned is not None and not self.is_elsewhere


def where_choices(
    session: Session,
    *,
    building: str = "",
    door: str = "",
    code: str = "",
    actor: Actor,
    clock: Clock,
) -> Where:
    """The register's places; picked is the one on the poster, or else one's own building, unless one has to say."""
    poster = place_by_code(session, code) if code else None
    elsewhere = poster is not None and poster.community_id not in actor.communities
    if poster is not None and not elsewhere and not building:
        building = poster.id
    named = dict(home_neighbourhoods_to_choose(session, actor=actor, clock=clock))
    options, reference = _buildings(session, actor, named), reference_of(session)
    own = reference.with_own_form(*actor.communities)
    known = {value for value, _label in options}
    usual = actor.homes[0].building_id if actor.homes and not named else ""
    picked = building if building in known else usual
    doors = (
        [(home.id, home.name) for home in homes_of(session, picked)]
        if picked not in actor.communities
        else []
    )
    return Where(
        buildings=options, doors=doors, building=picked, door=door, has_to_say=bool(named),
        scanned=poster.label if poster is not None else None, is_elsewhere=elsewhere,
        own=[(one.code, one.name(current_lang())) for one in own],
        asked={one.code: reference.fields_of(one.code, *actor.communities) for one in own},
    )  # fmt: skip


def own_categories(
    session: Session, *, actor: Actor, clock: Clock  # noqa: ARG001
) -> list[tuple[str, str, str]]:  # fmt: skip
    """Neighbourhood, code and name of what can be asked for where one lives and not everywhere."""
    reference = reference_of(session)
    return [
        (community, one.code, one.name(current_lang()))
        for community in actor.communities
        for one in reference.with_own_form(community)
    ]


def _buildings(session: Session, actor: Actor, named: Mapping[str, str]) -> list[Option]:
    """Of several neighbourhoods each building is called with its own: both have a first one."""
    options: list[Option] = []
    for community in named or actor.communities:
        before = f"{named[community]} " if named else ""
        options += [(place.id, before + place.label) for place in buildings_of(session, community)]
        options.append((community, before + _("不在楼里（小区道路、绿化、门口等）")))
    return options
