"""A plugin's own fields about residents: what is asked of whom, what was filled in, by him or by the plugin.

Kept by class, as in cases: P2 and P3 sealed. He reads and writes all of it; the plugin its own, once he agreed;
nobody else anything. What the plugin filled in goes with the consent it was filled in on.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from sqlalchemy import delete, select
from sqlmodel import Session

from core_db.cases.asked_fields import MARK, PROFILE, AskedField
from core_db.cases.reference import reference_of
from core_db.foundation.fields import F2, F3, FieldClass
from core_db.foundation.ids import new_id
from core_db.foundation.sealing import SealedPlace, keyring_of
from core_db.installs.model import PROFILE_FIELDS

_SEALED_IN: Mapping[FieldClass, str] = {F2: "profile_personal_sealed", F3: "profile_sensitive_sealed"}


def asked_in_profile(session: Session, plugin_id: str, community_id: str) -> tuple[AskedField, ...]:
    """The fields that a plugin asks for there today."""
    asked = reference_of(session).fields_of(PROFILE, community_id)
    return tuple(one for one in asked if one.plugin_id == plugin_id)


def profile_place(row: Any, column: str) -> SealedPlace:
    """Where a sealed value lives."""
    return SealedPlace(table=PROFILE_FIELDS.name, column=column, row_id=row.id, community_id=row.community_id)


def sealed_in_profile(row: Any) -> tuple[str, bytes] | None:
    """In which column a row's value is sealed, and the value; None where it is readable."""
    column = _SEALED_IN.get(FieldClass(row.field_class))
    sealed = None if column is None else getattr(row, column)
    return None if column is None or sealed is None else (column, sealed)


def profile_rows(
    session: Session, plugin_id: str, community_id: str, people: Sequence[str]
) -> Mapping[str, Sequence[Any]]:  # fmt: skip
    """What was filled in for a plugin's fields that it still asks for, by person."""
    asked = [one.key for one in asked_in_profile(session, plugin_id, community_id)]
    its = (PROFILE_FIELDS.c.community_id == community_id) & PROFILE_FIELDS.c.key.in_(asked)
    found: dict[str, list[Any]] = {}
    if asked and people:
        rows = select(PROFILE_FIELDS).where(its, PROFILE_FIELDS.c.person_id.in_(people))
        for row in session.execute(rows.order_by(PROFILE_FIELDS.c.key)):
            found.setdefault(row.person_id, []).append(row)
    return found


def own_key(row: Any) -> str:
    """A field as the plugin itself calls it."""
    return str(row.key).removeprefix(f"{MARK}{row.plugin_id}.")


def keep_profile(
    session: Session, community_id: str, person_id: str, filled: Mapping[AskedField, str], *, is_by_plugin: bool,
    at: datetime,
) -> None:  # fmt: skip
    """Have these fields say this about somebody; an empty one says nothing any more."""
    keys = [one.key for one in filled]
    its = (PROFILE_FIELDS.c.community_id == community_id) & (PROFILE_FIELDS.c.person_id == person_id)
    session.execute(delete(PROFILE_FIELDS).where(its, PROFILE_FIELDS.c.key.in_(keys)))
    rows = [
        _row(session, community_id, person_id, field, text) | {"is_by_plugin": is_by_plugin, "filled_at": at}
        for field, text in filled.items()
        if text
    ]
    if rows:
        session.execute(PROFILE_FIELDS.insert(), rows)


def _row(
    session: Session, community_id: str, person_id: str, field: AskedField, text: str
) -> dict[str, Any]:  # fmt: skip
    row: dict[str, Any] = {
        "id": new_id(), "plugin_id": field.plugin_id, "community_id": community_id, "person_id": person_id,
        "key": field.key, "field_class": str(field.field_class), "value": None,
    } | dict.fromkeys(_SEALED_IN.values())  # fmt: skip
    column = _SEALED_IN.get(field.field_class, "value")
    kept: str | bytes = text
    if column != "value":
        place = profile_place(SimpleNamespace(**row), column)
        kept = keyring_of(session).seal(session, text, place, field.field_class)
    return row | {column: kept}


# -- letting go -------------------------------------------------------------------------------------


def forget_profiles(session: Session, person_ids: Iterable[str]) -> None:
    """Of people who are being erased."""
    session.execute(delete(PROFILE_FIELDS).where(PROFILE_FIELDS.c.person_id.in_(tuple(person_ids))))


def take_back_what_it_filled_in(
    session: Session, plugin_id: str, community_id: str, person_id: str
) -> None:  # fmt: skip
    """What a plugin wrote of somebody goes with his consent; what he wrote himself stays his."""
    its = (PROFILE_FIELDS.c.plugin_id == plugin_id) & (PROFILE_FIELDS.c.community_id == community_id)
    by_it = its & PROFILE_FIELDS.c.is_by_plugin
    session.execute(delete(PROFILE_FIELDS).where(by_it, PROFILE_FIELDS.c.person_id == person_id))
