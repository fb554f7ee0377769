"""What can need a second person: the fields of people and of places, and the events of life, each by one name."""

from collections.abc import Mapping
from enum import StrEnum

from core_db.foundation.recorded import Pair
from core_db.people.fields import EDITABLE, FIELDS
from core_db.people.household_fields import HOUSEHOLD_FIELDS
from core_db.places import ENDED, FIELDS_OF, PlaceKind


class LifeEvent(StrEnum):
    """What happens to people, with consequences of its own."""

    MOVED_IN = "event.moved_in"
    MOVED_OUT = "event.moved_out"
    BORN = "event.born"
    DIED = "event.died"
    REGROUPED = "event.regrouped"


EVENT_WORDS: Mapping[LifeEvent, Pair] = {
    LifeEvent.MOVED_IN: ("迁入登记", "Registering who moves in"),
    LifeEvent.MOVED_OUT: ("迁出登记", "Registering who moves out"),
    LifeEvent.BORN: ("出生登记", "Registering a birth"),
    LifeEvent.DIED: ("去世登记", "Registering a death"),
    LifeEvent.REGROUPED: ("分户、并户", "Splitting or joining households"),
}

_KINDS: Mapping[PlaceKind, Pair] = {
    PlaceKind.ESTATE: ("小区", "Estate"),
    PlaceKind.BUILDING: ("楼栋", "Building"),
    PlaceKind.HOME: ("房屋", "Home"),
}


def name_of(kind: PlaceKind, field: str) -> str:
    """A field of a kind of place among all that can need a second person: `home.use`."""
    return f"{kind}.{field}"


def name_in_household(field: str) -> str:
    """A field of a household among all that can need a second person: `household.number`."""
    return f"household.{field}"


ENDING_WORDS: Pair = ("不再有这里", "It is no more")


def _of_place(kind: PlaceKind, words: Pair) -> Pair:
    zh, en = _KINDS[kind]
    return f"{zh} · {words[0]}", f"{en} · {words[1]}"


#: Each by its name, with its words; in the order in which a form offers them.
RULED: Mapping[str, Pair] = {
    **{str(event): words for event, words in EVENT_WORDS.items()},
    **{str(field): FIELDS[field].words for field in EDITABLE},
    **{
        name_of(kind, field): _of_place(kind, spec.words)
        for kind, specs in FIELDS_OF.items()
        for field, spec in specs.items()
    },
    **{name_of(kind, ENDED): _of_place(kind, ENDING_WORDS) for kind in FIELDS_OF},
    **{
        name_in_household(field): (f"户 · {spec.words[0]}", f"Household · {spec.words[1]}")
        for field, spec in HOUSEHOLD_FIELDS.items()
    },
}
