"""A plugin's own fields about residents: what is asked of whom, what was filled in, by him or by the plugin.

Kept by class, as in cases: P2 and P3 sealed. He reads and writes all of it; the plugin its own, once he agreed;
nobody else anything. What the plugin filled in goes with the consent it was filled in on.

Whoever speaks for him has an own row of a field, and the newest stands; one that says nothing stands as well.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from sqlalchemy import ColumnElement, delete, select, update
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
    found: dict[str, dict[str, Any]] = {}
    if asked and people:
        rows = select(PROFILE_FIELDS).where(its, PROFILE_FIELDS.c.person_id.in_(people))
        in_turn = (PROFILE_FIELDS.c.key, PROFILE_FIELDS.c.filled_at, PROFILE_FIELDS.c.id)
        for row in session.execute(rows.order_by(*in_turn)):
            found.setdefault(row.person_id, {})[row.key] = row
    return {one: [row for row in stands.values() if says_something(row)] for one, stands in found.items()}


def says_something(row: Any) -> bool:
    """Whether a row is an answer, and not that there is none any more."""
    return row.value is not None or sealed_in_profile(row) is not None


def own_key(row: Any) -> str:
    """A field as the plugin itself calls it."""
    return str(row.key).removeprefix(f"{MARK}{row.plugin_id}.")


def keep_profile(
    session: Session, community_id: str, person_id: str, filled: Mapping[AskedField, str], *, said_by: str | None,
    at: datetime,
) -> None:  # fmt: skip
    """Have these fields say this about somebody; an empty one says nothing any more. `said_by` None: the plugin."""
    its = (PROFILE_FIELDS.c.community_id == community_id) & (PROFILE_FIELDS.c.person_id == person_id)
    these = its & PROFILE_FIELDS.c.key.in_([one.key for one in filled])
    own = (PROFILE_FIELDS.c.said_by == (said_by or "")) | PROFILE_FIELDS.c.is_by_plugin
    session.execute(delete(PROFILE_FIELDS).where(these, own))
    of_others = set(session.execute(select(PROFILE_FIELDS.c.key).where(these)).scalars())
    by_him = {"said_by": said_by or "", "is_by_plugin": said_by is None, "filled_at": at}
    rows = [
        _row(session, community_id, person_id, field, text) | by_him
        for field, text in filled.items()
        if text or field.key in of_others
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
    if not text:
        return row
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


def drop_what_he_said(
    session: Session, account_id: str, person_ids: Collection[str], *, since: datetime
) -> None:  # fmt: skip
    """What an account said of people for whom it did not speak goes, and what stood before it stands again.

    So does what was said `since` and nobody remembers by whom: rather nothing stands there than another's illness.
    """
    his = (PROFILE_FIELDS.c.said_by == account_id) | _nobody_knows_by_whom(since)
    session.execute(delete(PROFILE_FIELDS).where(PROFILE_FIELDS.c.person_id.in_(person_ids), his))


def carry_what_they_said(
    session: Session, accounts: Collection[str], left_id: str, person_id: str, *, since: datetime
) -> None:  # fmt: skip
    """What these accounts said while an entry stood for two people is about the other of them: it goes there."""
    here = PROFILE_FIELDS.c.person_id == left_id
    theirs = here & PROFILE_FIELDS.c.said_by.in_(accounts)
    session.execute(update(PROFILE_FIELDS).where(theirs).values(person_id=person_id))
    session.execute(delete(PROFILE_FIELDS).where(here, _nobody_knows_by_whom(since)))


def _nobody_knows_by_whom(since: datetime) -> ColumnElement[bool]:
    by_somebody = (PROFILE_FIELDS.c.said_by == "") & ~PROFILE_FIELDS.c.is_by_plugin
    return by_somebody & (PROFILE_FIELDS.c.filled_at >= since)


def take_back_what_it_filled_in(
    session: Session, plugin_id: str, community_id: str, person_id: str
) -> None:  # fmt: skip
    """What a plugin wrote of somebody goes with his consent; what he wrote himself stays his."""
    its = (PROFILE_FIELDS.c.plugin_id == plugin_id) & (PROFILE_FIELDS.c.community_id == community_id)
    by_it = its & PROFILE_FIELDS.c.is_by_plugin
    session.execute(delete(PROFILE_FIELDS).where(by_it, PROFILE_FIELDS.c.person_id == person_id))
