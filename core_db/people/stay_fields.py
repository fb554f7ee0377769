"""What is kept of somebody's time in a home: as what he lives there, on which permit, and why he came.

A permit is of the time and not of the person: whoever moves on lives elsewhere on another, and for another reason.
"""

from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum

from core_db.foundation.errors import CannotBeRead
from core_db.foundation.recorded import FieldSpec, coded
from core_db.people.fields import FIELDS, RegisterField
from core_db.people.words import LIVES_AS_WORDS
from core_db.people.words.codes import CAME_FOR, CAME_FOR_ALSO, PERMITS, PERMITS_ALSO


class StayField(StrEnum):
    """A field of a time in a home; the history of whoever lives there has its lines."""

    LIVES_AS = "lives_as"
    PERMIT = "permit"
    CAME_FOR = "came_for"


STAY_FIELDS: Mapping[StayField, FieldSpec] = {
    StayField.LIVES_AS: replace(
        coded(("居住类型", "Lives there as"), {str(one): pair for one, pair in LIVES_AS_WORDS.items()}, "居住类型"),
        may_be_empty=False,
    ),
    StayField.PERMIT: coded(("居住证件", "Residence permit"), PERMITS, "居住证件", also=PERMITS_ALSO),
    StayField.CAME_FOR: coded(("来沪事由", "Reason for coming"), CAME_FOR, "GB/T 31000", also=CAME_FOR_ALSO),
}  # fmt: skip
#: What a table says of a time that goes on; as what somebody lives there it says when he comes.
TABLED = (StayField.PERMIT, StayField.CAME_FOR)
COLUMN_OF: Mapping[StayField, str] = {StayField.LIVES_AS: "role"}


def column_of_stay(field: StayField) -> str:
    """The column of `residencies` that holds a field."""
    return COLUMN_OF.get(field, str(field))


def stay_field_named(name: str) -> StayField:
    """A field by its name in an address; CannotBeRead for what is none."""
    try:
        return StayField(name)
    except ValueError:
        raise CannotBeRead({"field": ("这里没有这一项。", "There is no such field here.")}) from None


def field_of(name: str) -> RegisterField | StayField:
    """A field of a person or of his time in a home, by the name under which a row keeps it."""
    return StayField(name) if name in list(StayField) else RegisterField(name)


def spec_of(field: RegisterField | StayField) -> FieldSpec:
    """How a field of a person or of his time in a home is read and said."""
    return STAY_FIELDS[field] if isinstance(field, StayField) else FIELDS[field]
