"""Which forms exist for whom: those asked from above him, and those asked at and below his own node."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, or_, select, true
from sqlmodel import Session

from core_db.access import MAY_AT, Permission
from core_db.foundation.actor import COMMITTEE, Actor, ActorKind
from core_db.foundation.errors import NotFound
from core_db.foundation.ids import is_id
from core_db.ledgers.model import FILLS, FORMS, ReportFill, ReportForm
from core_db.ledgers.words import FormStatus
from core_db.places import PLACES, Place, lies_below


def issuing_nodes(actor: Actor) -> tuple[str, ...]:
    """The nodes at which the actor may ask for forms."""
    return actor.places_as(MAY_AT[Permission.FORM_ISSUE])


def chain_of(session: Session, place_ids: Sequence[str]) -> frozenset[str]:
    """The places themselves and the nodes above them."""
    return frozenset(one for above in chains_of(session, place_ids).values() for one in above)


def chains_of(session: Session, place_ids: Sequence[str]) -> Mapping[str, frozenset[str]]:
    """Of each place itself and the nodes above it: a form that one of them asks for is asked of it."""
    above = (PLACES.c.community_id, PLACES.c.town_id, PLACES.c.district_id)
    rows = session.execute(select(PLACES.c.id, *above).where(PLACES.c.id.in_(place_ids)))
    return {row.id: frozenset(filter(None, row)) for row in rows}


def forms_visible_to(session: Session, actor: Actor) -> ColumnElement[bool]:
    """The forms that exist for somebody. A draft exists for whoever may publish it."""
    if actor.kind is ActorKind.SYSTEM:
        return true()
    own = issuing_nodes(actor)
    nodes = dict.fromkeys((*own, *actor.places_as(COMMITTEE)))
    if not nodes:
        return false()
    above = chain_of(session, tuple(nodes))
    ways: list[ColumnElement[bool]] = [and_(FORMS.c.place_id.in_(above), FORMS.c.status != FormStatus.DRAFT)]
    if own:
        # What a neighbourhood keeps for itself is its own affair.
        below = select(PLACES.c.id).where(lies_below(own), PLACES.c.kind.in_(("district", "town")))
        ways.append(or_(FORMS.c.place_id.in_(own), FORMS.c.place_id.in_(below)))
    return or_(*ways)


def form_in_sight(session: Session, form_id: str, *, actor: Actor, held: bool = False) -> ReportForm:
    """A form that exists for the actor; 404 for any other. `held`: nobody else changes it meanwhile."""
    statement = select(ReportForm).where(FORMS.c.id == form_id, forms_visible_to(session, actor))
    if held:
        statement = statement.with_for_update()
    form: ReportForm | None = session.execute(statement).scalar_one_or_none() if is_id(form_id) else None
    if form is None:
        raise NotFound()
    return form


def place_of(session: Session, place_id: str) -> Place:
    place = session.get(Place, place_id)
    if place is None:
        raise NotFound()
    return place


def fills_visible_to(session: Session, actor: Actor) -> ColumnElement[bool]:
    """A neighbourhood's own fills, and those of forms that the actor asked for."""
    if actor.kind is ActorKind.SYSTEM:
        return true()
    committee = actor.places_as(COMMITTEE)
    ways: list[ColumnElement[bool]] = [FILLS.c.community_id.in_(committee)] if committee else []
    if own := issuing_nodes(actor):
        below = select(PLACES.c.id).where(lies_below(own))
        ways.append(and_(FILLS.c.community_id.in_(below), FILLS.c.form_id.in_(_asked_by(own))))
    return or_(*ways) if ways else FILLS.c.community_id.in_(())


def _asked_by(nodes: Sequence[str]) -> Select[Any]:
    below = select(PLACES.c.id).where(lies_below(tuple(nodes)), PLACES.c.kind.in_(("district", "town")))
    return select(FORMS.c.id).where(or_(FORMS.c.place_id.in_(nodes), FORMS.c.place_id.in_(below)))


def fill_in_sight(session: Session, fill_id: str, *, actor: Actor, held: bool = False) -> ReportFill:
    """A fill that exists for the actor; 404 for any other."""
    statement = select(ReportFill).where(FILLS.c.id == fill_id, fills_visible_to(session, actor))
    if held:
        statement = statement.with_for_update()
    fill: ReportFill | None = session.execute(statement).scalar_one_or_none() if is_id(fill_id) else None
    if fill is None:
        raise NotFound()
    return fill
