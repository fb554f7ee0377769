"""A plugin's own fields, in a case and about a resident: what was filled in for them, and for nobody else's."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from core_db.access import read_sealed
from core_db.audit import record
from core_db.cases.asked_fields import MARK, PROFILE, read_fields
from core_db.cases.filled_fields import FILLED, filled_place, sealed_in
from core_db.foundation.fields import FieldClass
from core_db.foundation.points import Asked as AskedAtPoint
from core_db.installs.consents import agreed_to
from core_db.installs.naming import PURPOSE, reference_for
from core_db.installs.pairs import person_behind
from core_db.installs.profile import asked_in_profile, keep_profile, own_key, profile_place, sealed_in_profile
from core_db.installs.sheets import PurposeSeen
from core_db.installs.words import Decision
from plugins.host.gateway.gates import Asking
from plugins.host.gateway.noting import Answer, note_call, note_fields
from plugins.host.gateway.parties import parties_of, subject_of
from plugins.sdk.scopes import OWN_FIELDS

#: With which scope a plugin's own fields are read, what its purpose calls them, and as what a reading is written.
_OF_CASE = ("case:read", "fields", "cases.fields")
_OF_PROFILE = (OWN_FIELDS, "profile", "x_profile_fields.profile")


def filled_by_plugin(asking: Asking, case: Any, purpose: PurposeSeen) -> Mapping[str, str]:
    """By the plugin's own keys; that it was read is written for each who stands behind the case."""
    own = f"{MARK}{asking.plugin_id}."
    rows = asking.session.execute(select(FILLED).where(FILLED.c.case_id == case.id)).all()
    mine = [row for row in rows if row.key.startswith(own)]
    if not mine:
        return {}
    whose = [subject_of(one, case.id) for one in parties_of(asking, case.id)]
    for one in whose:
        note_fields(asking, one, purpose.id, ["cases.fields"])
    return {row.key.removeprefix(own): _clear(asking, row, purpose, whose) for row in mine}


def _clear(asking: Asking, row: Any, purpose: PurposeSeen, whose: list[str]) -> str:
    if (sealed := sealed_in(row)) is None:
        return str(row.value)
    return read_sealed(
        asking.session, sealed[1], filled_place(row, sealed[0]), field_class=FieldClass(row.field_class),
        subject_id=whose[0] if whose else row.case_id, purpose=PURPOSE,
        reference=reference_for(asking.plugin_id, purpose.id), actor=asking.standing.actor, clock=asking.clock,
        right=None,
    )  # fmt: skip


# -- in a form that is being sent -------------------------------------------------------------------


def own_in_draft(asking: Asking, asked: AskedAtPoint) -> Mapping[str, str] | None:
    """By the plugin's own keys; None where none are its, or whom the form is about agreed to no purpose for them."""
    own = f"{MARK}{asking.plugin_id}."
    mine = {key.removeprefix(own): text for key, text in asked.draft["fields"].items() if key.startswith(own)}
    scope, field, noted = _OF_PROFILE if asked.draft.get("form") == PROFILE else _OF_CASE
    person_id = asked.about[1] if asked.about is not None and asked.about[0] == "person" else None
    if not mine or person_id is None or not asking.standing.holds(scope):
        return None
    purpose = _agreed_for(asking, field, person_id)
    if purpose is None:
        return None
    note_fields(asking, person_id, purpose.id, [noted])
    answer = Answer(scopes=(scope,), purpose=purpose.id, fields=(field,), subjects=1)
    note_call(asking.session, asking.where, asking.op, Decision.ALLOWED, answer, clock=asking.clock)
    return mine


def _agreed_for(asking: Asking, field: str, person_id: str) -> PurposeSeen | None:
    for one in asking.purposes_for(field):
        if agreed_to(asking.session, asking.plugin_id, asking.community_id, one, [person_id]):
            return one
    return None


# -- about a resident -------------------------------------------------------------------------------


def filled_about(
    asking: Asking, person_id: str, rows: Sequence[Any], purpose: PurposeSeen
) -> Mapping[str, str]:  # fmt: skip
    """By the plugin's own keys; that it was read is written, also where nothing was filled in."""
    note_fields(asking, person_id, purpose.id, ["x_profile_fields.profile"])
    return {own_key(row): _clear_about(asking, row, purpose) for row in rows}


def _clear_about(asking: Asking, row: Any, purpose: PurposeSeen) -> str:
    if (sealed := sealed_in_profile(row)) is None:
        return str(row.value)
    return read_sealed(
        asking.session, sealed[1], profile_place(row, sealed[0]), field_class=FieldClass(row.field_class),
        subject_id=row.person_id, purpose=PURPOSE, reference=reference_for(asking.plugin_id, purpose.id),
        actor=asking.standing.actor, clock=asking.clock,
        right=None,
    )  # fmt: skip


def fill(asking: Asking, asked: Mapping[str, Any]) -> Answer:
    """Have its own fields say this of somebody who agreed; nothing is written of anybody else."""
    asking.must_be_open([OWN_FIELDS])
    purpose = asking.purpose(asked["purpose"], ["profile"])
    person_id = person_behind(asking.session, asking.plugin_id, asking.community_id, str(asked["id"]))
    asking.must_be_himself(person_id)
    answer: dict[str, Any] = {"scopes": (OWN_FIELDS,), "purpose": purpose.id, "fields": ("profile",)}
    known = [person_id] if person_id is not None else []
    if not agreed_to(asking.session, asking.plugin_id, asking.community_id, purpose, known):
        return Answer(value=False, is_withheld=True, **answer)
    assert person_id is not None
    _fill(asking, person_id, asked["values"])
    return Answer(value=True, subjects=1, **answer)


def _fill(asking: Asking, person_id: str, values: Mapping[str, Any]) -> None:
    own = f"{MARK}{asking.plugin_id}."
    given = {f"{own}{key}": value for key, value in values.items()}
    fields = asked_in_profile(asking.session, asking.plugin_id, asking.community_id)
    kept = read_fields(fields, given, must=False)
    filled = {one: kept.get(one.key, "") for one in fields if one.key in given}
    now = asking.clock.now()
    keep_profile(asking.session, asking.community_id, person_id, filled, said_by=None, at=now)
    record(
        asking.session, action="plugin.profile-filled", actor=asking.standing.actor, clock=asking.clock,
        subject_id=person_id, object=f"plugin/{asking.plugin_id}", reference=f"place/{asking.community_id}",
        right=None,
    )  # fmt: skip
