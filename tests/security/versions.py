"""The versions of everything of the register in the matrix's world, as whoever may see it would read them."""

from collections import Counter

from sqlmodel import Session, select

from core_db.overview.households import STEPS
from core_db.people import Household, RegisterChange, Residency
from core_db.places import PlaceChange


def versions_of_the_register(session: Session) -> dict[str, int]:
    """By the id of a person, a household, a place or an entry; what was never changed is at its first, and left out."""
    lines: Counter[str] = Counter()
    in_home: Counter[str] = Counter()
    whose = dict(session.exec(select(Residency.id, Residency.person_id)).all())
    homes = dict(session.exec(select(Residency.id, Residency.home_id)).all())
    households = dict(session.exec(select(Household.id, Household.home_id)).all())
    for place_id, of_id in session.exec(select(PlaceChange.place_id, PlaceChange.of_id)):
        lines[of_id or place_id] += 1
        in_home[place_id] += of_id in households
    for person_id, of_id, field in session.exec(
        select(RegisterChange.person_id, RegisterChange.of_id, RegisterChange.field)
    ):
        lines[person_id] += 1
        if field in STEPS and of_id is not None:
            in_home[homes.get(of_id) or households[of_id]] += 1
    found = {of_id: 1 + count for of_id, count in lines.items()}
    # Of a time in a home it is that of whoever lives there.
    found |= {one: found[person_id] for one, person_id in whose.items() if person_id in found}
    return found | {one: 1 + in_home[home_id] for one, home_id in households.items()}
