"""How sensitive a column is, said beside the column, so that no table grows a field that nobody thought about.

`held(F1)` is the note a column carries. From F2 on a value is kept sealed or as a digest, never readable:
`sealed_column` also says within whose keys it is sealed and `blind_column` what it finds, and rotation reads
both from here (`core_db.upkeep.rotating`). A test reads every table and is red for a column without its class.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from sqlalchemy import Column, LargeBinary

from core_db.foundation.lean import dataclass


class FieldClass(StrEnum):
    """How sensitive a field is. F0 and F1 are stored readable; F2 and up are sealed; F5 is never shown."""

    F0 = "F0"
    F1 = "F1"
    F2 = "F2"
    F3 = "F3"
    F4 = "F4"
    F5 = "F5"


F0, F1, F2, F3, F4, F5 = FieldClass
#: What everybody of the neighbourhood may read, and what staff may: stored readable.
READABLE = (F0, F1)


@dataclass(frozen=True, slots=True)
class Sealed:
    """Within whose keys a column is sealed: those of the row's own neighbourhood, or of one scope for all."""

    column: str | None = None
    scope: str | None = None

    def community_of(self, row: Mapping[str, Any]) -> str:
        return str(row[self.column]) if self.column is not None else str(self.scope)


def held(field_class: FieldClass, **more: Any) -> dict[str, Any]:
    """What a column says of itself: for `sa_column_kwargs`, and for a column that is written out."""
    return {"info": {"field_class": field_class, **more}}


def sealed_column(field_class: FieldClass, *, column: str | None = None, scope: str | None = None) -> Any:
    """Ciphertext, sealed within the neighbourhood that `column` names, or within one `scope`."""
    return Column(LargeBinary, nullable=True, **held(field_class, sealed=Sealed(column, scope)))


def blind_column(field_class: FieldClass, *, of: str, unique: bool = False) -> Any:
    """The blind index of the sealed column `of`: equal values are equal here, and nothing else is told."""
    return Column(LargeBinary, nullable=True, unique=unique or None, **held(field_class, blind_of=of))


def digest_column(
    field_class: FieldClass, *, primary_key: bool = False, index: bool = False, unique: bool = False,
    nullable: bool = False,
) -> Any:  # fmt: skip
    """A digest by which a value is known again and not read: tokens, codes, numbers of a day."""
    return Column(
        LargeBinary, nullable=nullable, primary_key=primary_key, index=index, unique=unique or None,
        **held(field_class, digest=True),
    )  # fmt: skip
