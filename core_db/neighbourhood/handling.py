"""What an organisation handles: the categories of requests that can be dispatched to it, said anew as a whole."""

from collections.abc import Sequence
from typing import Annotated, Any, cast

from pydantic import Field
from sqlalchemy import Table, delete, insert, select
from sqlmodel import Session

from core_db.access import Permission
from core_db.audit import record
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock
from core_db.foundation.drafts import Draft
from core_db.foundation.outbox import emit
from core_db.foundation.recorded import Because, Cause, SaysSoAlready
from core_db.neighbourhood.errors import HandlesNothing
from core_db.neighbourhood.keeping import OF_THE_AREA, kept, note_step
from core_db.neighbourhood.reading import found
from core_db.neighbourhood.words import EntryKind
from core_db.people.handlers import forget_organisations
from core_db.people.model import OrganisationCategory
from core_db.places.rights import right_in
from plugins.sdk.events import EntryChanged

HANDLED = cast(Table, OrganisationCategory.__table__)  # type: ignore[attr-defined]
#: The step of its history; what it handled before and after, by codes.
CATEGORIES = "categories"
MOST = 200


#: Two digits or four; what an app brings is called by both their names.
_CODE = r"^(\d{2}(\d{2})?|[a-z0-9-]{3,41}\.[a-z0-9_]{1,41})$"


class HandlingDraft(Draft):
    """All categories it handles from now on; a class (two digits) covers its sub-classes, an app's goes by its name."""

    categories: Annotated[tuple[Annotated[str, Field(pattern=_CODE)], ...], Field(max_length=MOST)] = ()


def categories_handled(
    session: Session, entry_id: str, *, actor: Actor, clock: Clock
) -> Sequence[str] | None:
    """The codes of what an organisation in sight handles; None for one of the area, to which nothing is dispatched."""
    row, _node = found(session, EntryKind.ORGANISATION, entry_id, actor=actor)
    return None if row.kind == OF_THE_AREA else _codes(session, row.id)


def say_what_it_handles(
    session: Session, entry_id: str, draft: HandlingDraft, *, actor: Actor, clock: Clock
) -> Any:
    """Have an organisation handle these categories and no others."""
    row, node = kept(session, EntryKind.ORGANISATION, entry_id, actor=actor)
    if row.kind == OF_THE_AREA:
        raise HandlesNothing()
    before, after = _codes(session, row.id), sorted(set(draft.categories))
    if list(before) == after:
        raise SaysSoAlready()

    session.execute(delete(HANDLED).where(HANDLED.c.organisation_id == row.id))
    if after:
        rows = [{"organisation_id": row.id, "category_code": code} for code in after]
        session.execute(insert(HANDLED), rows)
    now, because = clock.now(), Because(cause=Cause.CORRECTED)
    was, is_now = (" ".join(codes) or None for codes in (before, after))
    note_step(session, node, row.id, CATEGORIES, was, is_now, because, actor=actor, at=now)
    forget_organisations()

    kind = str(EntryKind.ORGANISATION)
    right = right_in(session, node.id, Permission.NEIGHBOURHOOD_KEEP, actor=actor)
    record(
        session,
        action="entry.handles",
        actor=actor,
        clock=clock,
        object=kind,
        reference=f"{kind}/{row.id}",
        right=right,
    )
    fact = EntryChanged(
        community_id=node.id, kind=kind, entry_id=row.id, cause=because.cause, fields=(CATEGORIES,)
    )
    emit(session, fact, actor=actor, at=now, audience=[f"staff:{node.id}"], right=right)
    return row


def _codes(session: Session, organisation_id: str) -> Sequence[str]:
    own = select(HANDLED.c.category_code).where(HANDLED.c.organisation_id == organisation_id)
    return session.execute(own.order_by(HANDLED.c.category_code)).scalars().all()
