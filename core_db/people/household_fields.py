"""A household's own fields: how each is called and read, and where it stands."""

from collections.abc import Mapping
from dataclasses import replace

from core_db.foundation.errors import CannotBeRead
from core_db.foundation.recorded import FieldSpec, Slot, coded, line
from core_db.people.model import Household
from core_db.people.words import HOUSEHOLD_KINDS

HOUSEHOLDS = "households"
HOUSEHOLD_FIELDS: Mapping[str, FieldSpec] = {
    "number": FieldSpec(words=("户号", "Household number"), read=line(40)),
    "kind": replace(coded(("户别", "Kind"), HOUSEHOLD_KINDS, "户别"), may_be_empty=False),
}


def slot_of_household(household: Household, field: str) -> Slot:
    """Where a field of a household stands; CannotBeRead for what is none."""
    spec = HOUSEHOLD_FIELDS.get(field)
    if spec is None:
        raise CannotBeRead({"field": ("这里没有这一项。", "There is no such field here.")})
    return Slot(row=household, table=HOUSEHOLDS, field=field, spec=spec, community_id=household.community_id)
