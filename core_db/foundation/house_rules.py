"""What the operator set that use cases hold to, by database: they are handed a session and no settings."""

from weakref import WeakKeyDictionary

from sqlalchemy import Engine
from sqlmodel import Session

from core_db.foundation.lean import dataclass
from core_db.foundation.settings import Settings


@dataclass(frozen=True)
class HouseRules:
    """For how long what has ended may be judged, how cases are numbered, and what puts one before the town."""

    evaluation_days: int
    #: Empty: those of the district.
    number_prefix: str
    #: Reasons for which the platform escalates by itself.
    escalates_on: frozenset[str]


_rules: WeakKeyDictionary[Engine, HouseRules] = WeakKeyDictionary()


def lay_down(settings: Settings, *engines: Engine) -> None:
    """These hold for whatever is done through these engines."""
    for engine in engines:
        _rules[engine] = HouseRules(
            settings.evaluation_days, settings.number_prefix, frozenset(settings.escalates_on.split())
        )


def house_rules_of(session: Session) -> HouseRules:
    return _rules[session.get_bind().engine]
