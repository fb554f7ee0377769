"""What a plugin is told of its own fields in a case: what was filled in for them, and of nobody else's."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from core_db.access import read_sealed
from core_db.cases.asked_fields import MARK
from core_db.cases.filled_fields import FILLED, filled_place, sealed_in
from core_db.cases.model import PARTIES
from core_db.foundation.fields import FieldClass
from core_db.installs.naming import PURPOSE, reference_for
from core_db.installs.sheets import PurposeSeen
from plugins.host.gateway.gates import Asking
from plugins.host.gateway.noting import note_fields


def filled_by_plugin(asking: Asking, case: Any, purpose: PurposeSeen) -> Mapping[str, str]:
    """By the plugin's own keys; that it was read is written for each who stands behind the case."""
    own = f"{MARK}{asking.plugin_id}."
    rows = asking.session.execute(select(FILLED).where(FILLED.c.case_id == case.id)).all()
    mine = [row for row in rows if row.key.startswith(own)]
    if not mine:
        return {}
    whose = _behind(asking, case)
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
    )  # fmt: skip


def _behind(asking: Asking, case: Any) -> list[str]:
    parties = select(PARTIES.c.person_id, PARTIES.c.account_id).where(PARTIES.c.case_id == case.id)
    found = asking.session.execute(parties.order_by(PARTIES.c.id)).all()
    return [one.person_id or one.account_id for one in found]
