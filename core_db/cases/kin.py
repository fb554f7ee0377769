"""Who keeps house with whom, as the register says it: a flat is no family, and a name on one door speaks for nobody."""

from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select

from core_db.people.model import HOUSEHOLDS

#: What members are to the head of a household (GB/T 4761) who are no relatives of his: tenants, nurses, colleagues.
NO_RELATIVE, OTHER = "99", "97"


def of_one_family(one: Any, other: Any, community_id: str) -> ColumnElement[bool]:
    """That two residencies are of one family: by its number, or because it is said what each is to the head.

    Whoever came without either was put into the one household of the flat that has no number. In a dormitory a
    household is whoever sleeps in it.
    """
    here = HOUSEHOLDS.c.community_id == community_id
    families = select(HOUSEHOLDS.c.id).where(here, HOUSEHOLDS.c.kind == "family")
    numbered = families.where(HOUSEHOLDS.c.number.is_not(None))
    said = and_(*(stay.c.relation.is_not(None) & (stay.c.relation != OTHER) for stay in (one, other)))
    related = and_(*(or_(stay.c.relation.is_(None), stay.c.relation != NO_RELATIVE) for stay in (one, other)))
    by_number, by_word = one.c.household_id.in_(numbered), one.c.household_id.in_(families) & said
    return and_(one.c.household_id == other.c.household_id, related, or_(by_number, by_word))
