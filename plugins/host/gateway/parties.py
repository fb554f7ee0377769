"""Who stands behind a case, as a plugin's reading of it needs them: whom it asks, and in whose record it is written."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import or_, select

from core_db.cases.behind import Part
from core_db.cases.model import PARTIES
from plugins.host.gateway.gates import Asking


def parties_of(asking: Asking, case_id: str) -> Sequence[Any]:
    """Those who stand behind it, whoever it is for first. A proxy who was taken out of it is nobody any more."""
    stays = or_(
        PARTIES.c.role != Part.PROXY.value,
        PARTIES.c.person_id.is_not(None),
        PARTIES.c.account_id.is_not(None),
    )
    statement = select(PARTIES.c.person_id, PARTIES.c.account_id).where(PARTIES.c.case_id == case_id, stays)
    return asking.session.execute(statement.order_by(PARTIES.c.role.desc(), PARTIES.c.id)).all()


def subject_of(party: Any, case_id: str) -> str:
    """Whose a look is: his entry in the register, else his account. Of a name that nobody bears it is the case's."""
    return str(party.person_id or party.account_id or case_id)
