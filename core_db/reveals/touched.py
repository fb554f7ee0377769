"""What a deferral would touch: which looks, who took them, and what was said before of telling each of them later."""

from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy import ColumnElement, Table, or_, select
from sqlmodel import Session

from core_db.accounts.model import RoleAssignment
from core_db.foundation.actor import Role
from core_db.foundation.errors import NotFound
from core_db.foundation.lean import dataclass
from core_db.reveals.deferrals import deferrals_of
from core_db.reveals.looks import act_of
from core_db.reveals.model import DEFERRALS, EVENTS

ROLES = cast(Table, RoleAssignment.__table__)  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True, kw_only=True)
class Touched:
    """One act of looking, or all looks under something."""

    #: The number an act goes by, whichever of its events was named.
    seq: int | None
    #: Whoever looked, and in whose right.
    looked_by: frozenset[str]
    is_secretarys: bool
    #: Of each look the deferral that ends last, and the one of all of them.
    lasts: Sequence[Any]


def taken_by_a_secretary() -> ColumnElement[bool]:
    """Did whoever looked, or in whose right he did, keep the post of the secretary of that office then?

    Nobody there judges such a look but he.
    """
    held = select(ROLES.c.id).where(
        or_(ROLES.c.account_id == EVENTS.c.actor_id, ROLES.c.account_id == EVENTS.c.acted_for),
        ROLES.c.place_id == EVENTS.c.office_id,
        ROLES.c.role == Role.SECRETARY, ROLES.c.valid_from <= EVENTS.c.at,
        or_(ROLES.c.valid_to.is_(None), ROLES.c.valid_to > EVENTS.c.at),
    )  # fmt: skip
    return or_(EVENTS.c.actor_role == Role.SECRETARY, held.exists())


def touched_by(session: Session, community_id: str, seq: int | None, reference: str | None) -> Touched:
    """What a deferral of this look, or of all under this reference, touches in a neighbourhood."""
    if seq is None:
        under = (EVENTS.c.office_id == community_id) & (EVENTS.c.reference == reference)
        return _touched(session, None, under, _lasts_under(session, community_id, reference or ""))
    act = act_of(session, seq)
    if act is None:
        raise NotFound()
    last = deferrals_of(session, seqs=act.seqs, references=[act.reference]).newest(act.seqs, act.reference)
    return _touched(session, act.seq, EVENTS.c.seq.in_(act.seqs), [last] if last is not None else [])


def _touched(session: Session, seq: int | None, which: ColumnElement[bool], lasts: Sequence[Any]) -> Touched:
    rows = session.execute(select(EVENTS.c.actor_id, EVENTS.c.acted_for).where(which).distinct())
    everybody = (one for row in rows for one in row if one is not None)
    by_one = session.execute(select(EVENTS.c.seq).where(which, taken_by_a_secretary()).limit(1)).first()
    return Touched(seq=seq, looked_by=frozenset(everybody), is_secretarys=by_one is not None, lasts=lasts)


def _lasts_under(session: Session, community_id: str, reference: str) -> list[Any]:
    """A look that was put off alone and with all under its case was put off by whoever went further."""
    of_all = deferrals_of(session, references=[reference]).newest((), reference)
    alone = session.execute(
        select(DEFERRALS)
        .join(EVENTS, EVENTS.c.seq == DEFERRALS.c.seq)
        .where(DEFERRALS.c.community_id == community_id, EVENTS.c.reference == reference)
        .order_by(DEFERRALS.c.until)
    )
    each = {row.seq: row for row in alone}
    further = [row for row in each.values() if of_all is None or row.until > of_all.until]
    return further if of_all is None else [*further, of_all]
