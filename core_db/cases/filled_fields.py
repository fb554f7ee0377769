"""What was filled in besides the words of a case: kept by class, and shown to each reader as far as it is his to read.

Whoever raised it reads all of it. The committee reads what is public or internal, and of the rest that it is there
until somebody uncovers it (`core_db.reveals`). Whoever handles or dispatches it reads what is public; neighbours
nothing.
"""

from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any, cast

from sqlalchemy import Table as SqlTable
from sqlalchemy import UniqueConstraint, bindparam, select
from sqlmodel import Field, Session

from core_db.cases.asked_fields import AskedField
from core_db.cases.file import CaseFile
from core_db.cases.reference import reference_of
from core_db.foundation.actor import COMMITTEE, Actor
from core_db.foundation.fields import F0, F1, F2, F3, READABLE, FieldClass, sealed_column
from core_db.foundation.ids import new_id
from core_db.foundation.later import Later, later
from core_db.foundation.sealing import SealedPlace, keyring_of
from core_db.foundation.tables import Table, id_column, long_text, text_column
from core_db.foundation.unsealed import HIDDEN


class FilledField(Table, table=True):
    """What was filled in for a field of a case: readable, or sealed as personal or as sensitive."""

    __tablename__ = "case_filled_fields"
    __table_args__ = (UniqueConstraint("case_id", "key"),)

    id: str = Field(sa_column=id_column(primary_key=True))
    case_id: str = Field(sa_column=id_column(refers_to="cases.id", leads=True))
    community_id: str = Field(sa_column=text_column(F0))
    key: str = Field(sa_column=id_column(refers_to="case_fields.key"))
    #: F0 to F3, as it was when it was filled in.
    field_class: str = Field(sa_column=text_column(F0))
    value: str | None = Field(default=None, sa_column=long_text(F1, nullable=True))
    personal_sealed: bytes | None = Field(default=None, sa_column=sealed_column(F2, column="community_id"))
    sensitive_sealed: bytes | None = Field(default=None, sa_column=sealed_column(F3, column="community_id"))


FILLED = cast(SqlTable, FilledField.__table__)  # type: ignore[attr-defined]
_WRITTEN = Later(20, table=FILLED)
_OF_CASE = select(FILLED).where(FILLED.c.case_id == bindparam("its_id"))
#: Where what is no more readable stands, by its class.
_SEALED_IN: Mapping[FieldClass, str] = {F2: "personal_sealed", F3: "sensitive_sealed"}


def filled_place(row: Any, column: str) -> SealedPlace:
    """Where a sealed value lives."""
    return SealedPlace(table=FILLED.name, column=column, row_id=row.id, community_id=row.community_id)


def sealed_in(row: Any) -> tuple[str, bytes] | None:
    """In which column a row's value is sealed, and the value; None where it is readable."""
    column = _SEALED_IN.get(FieldClass(row.field_class))
    sealed = None if column is None else getattr(row, column)
    return None if column is None or sealed is None else (column, sealed)


def keep_filled(session: Session, case: Any, filled: Mapping[AskedField, str]) -> list[Any]:
    """Write what was filled in beside a case that was just raised; the rows."""
    return [_keep(session, case, field, text) for field, text in filled.items()]


def _keep(session: Session, case: Any, field: AskedField, text: str) -> Any:
    row = {
        "id": new_id(), "case_id": case.id, "community_id": case.community_id, "key": field.key,
        "field_class": str(field.field_class), "value": None, "personal_sealed": None, "sensitive_sealed": None,
    }  # fmt: skip
    known = SimpleNamespace(**row)
    column = _SEALED_IN.get(field.field_class, "value")
    kept: str | bytes = text
    if column != "value":
        place = filled_place(known, column)
        kept = keyring_of(session).seal(session, text, place, field.field_class)
    setattr(known, column, kept)
    later(session, _WRITTEN, row | {column: kept})
    return known


def filled_of(session: Session, file: CaseFile) -> Sequence[Any]:
    """The rows of a case; where nothing was ever asked, without a question to the database."""
    if file.filled is None:
        asks = reference_of(session).has_asked(file.community_id)
        file.filled = session.execute(_OF_CASE, {"its_id": file.case.id}).all() if asks else ()
    return file.filled


def filled_view(session: Session, file: CaseFile, *, actor: Actor, lang: str) -> list[dict[str, Any]]:
    """What was filled in as this reader may see it: `key`, `label`, `value` or None where it is hidden, `shown`."""
    his, readable = file.is_party(actor), _readable(file, actor)
    if not his and not readable:
        return []
    seen = []
    for row, field in filled_in_order(session, file):
        text = row.value if his or row.field_class in readable else None
        if his and (sealed := sealed_in(row)) is not None:
            # It is his own: nobody else is shown anything, so nothing is recorded.
            place = filled_place(row, sealed[0])
            text = keyring_of(session).unseal(session, sealed[1], place).in_the_clear()
        if text is not None or readable == READABLE:
            seen.append(_seen(row, field, text, lang))
    return seen


def _readable(file: CaseFile, actor: Actor) -> tuple[FieldClass, ...]:
    """The form says who reads a field: the committee, and where it is public whoever handles or dispatches it."""
    if any(g.role in COMMITTEE and g.place_id == file.community_id for g in actor.grants):
        return READABLE
    return (F0,) if file.is_staffed_by(actor) or file.dispatch_of(actor) is not None else ()


def filled_in_order(session: Session, file: CaseFile) -> list[tuple[Any, AskedField]]:
    """The rows of a case with the field each answers, as the form asked.

    A field that came in the last seconds, and that this process has not read of yet, is left out until it has.
    """
    rows = {row.key: row for row in filled_of(session, file)}
    if not rows:
        return []
    return [(rows[key], field) for key, field in reference_of(session).fields.items() if key in rows]


def _seen(row: Any, field: AskedField, text: str | None, lang: str) -> dict[str, Any]:
    shown = HIDDEN if text is None else field.words_for(text, lang)
    return {"key": row.key, "label": field.label(lang), "value": text, "shown": shown}
