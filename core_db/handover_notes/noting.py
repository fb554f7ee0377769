"""Leaving a note for whoever comes next, reading it, and saying that it is done."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, false, literal, or_, select
from sqlmodel import Session

from core_db.access import Permission
from core_db.accounts import sits_or_comes, staff_in_sight
from core_db.audit import record
from core_db.foundation.actor import COMMITTEE, Actor, Grant, Role
from core_db.foundation.clock import Clock
from core_db.foundation.errors import NotFound, NotPermitted
from core_db.foundation.ids import new_id
from core_db.foundation.lean import dataclass
from core_db.foundation.outbox import emit
from core_db.handover_notes.drafts import NoteDraft
from core_db.handover_notes.errors import NobodyThere, NoteOver
from core_db.handover_notes.model import NOTES, HandOverNote
from core_db.places import PLACES, Place, neighbourhood_meant, neighbourhoods_named
from core_db.places.rights import right_in
from plugins.sdk.events import NoteDone, NoteEvent, NoteRead, NoteWritten

MOST = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteSeen:
    """A note as its reader sees it. `for_me`: it is for him, or for a post he holds."""

    id: str
    community_id: str
    #: What its neighbourhood is called, where whoever reads it works for several.
    community_name: str
    text: str
    written_by: str
    written_name: str
    written_at: datetime
    to_id: str | None
    to_name: str
    to_role: Role | None
    read_at: datetime | None
    read_name: str
    done_at: datetime | None
    done_name: str
    for_me: bool
    is_mine: bool


_COLUMNS = [
    name for name in NoteSeen.__dataclass_fields__ if name not in ("community_name", "for_me", "is_mine")
]


def write_note_on(session: Session, draft: NoteDraft, *, actor: Actor, clock: Clock) -> HandOverNote:
    """Leave a note for a colleague, where he works, or for whoever holds a post of a neighbourhood."""
    place = _where(session, draft, actor=actor, clock=clock)
    to = _addressee(session, draft.to, actor=actor, clock=clock)

    right = _right(session, place.id, actor)
    note = HandOverNote(
        id=new_id(), community_id=place.id, text=draft.text, written_by=actor.id, written_name=actor.signing(right),
        written_for=actor.acts_for(right), written_at=clock.now(), **to,
    )  # fmt: skip
    session.add(note)
    session.flush()

    _tell(session, NoteWritten(community_id=note.community_id, note_id=note.id), actor=actor, clock=clock)
    return note


def mark_note_read(session: Session, note_id: str, *, actor: Actor, clock: Clock) -> HandOverNote:
    """Say that one has read a note that is for oneself; the first to say so stands there."""
    note = _in_sight(session, note_id, actor)
    if not _is_his(session, note, actor, clock.now()):
        raise NotPermitted()
    if note.read_at is not None:
        return note

    right = _right(session, note.community_id, actor)
    note.read_at, note.read_name, note.read_for = clock.now(), actor.signing(right), actor.acts_for(right)
    session.flush()

    _tell(session, NoteRead(community_id=note.community_id, note_id=note.id), actor=actor, clock=clock)
    return note


def end_note(session: Session, note_id: str, *, actor: Actor, clock: Clock) -> HandOverNote:
    """Say that what a note asked for is done: whoever it is for, or whoever wrote it."""
    note = _in_sight(session, note_id, actor)
    if not (_is_his(session, note, actor, clock.now()) or note.written_by in actor.people):
        raise NotPermitted()
    if note.done_at is not None:
        raise NoteOver()

    right = _right(session, note.community_id, actor)
    note.done_at, note.done_name, note.done_for = clock.now(), actor.signing(right), actor.acts_for(right)
    session.flush()

    _tell(session, NoteDone(community_id=note.community_id, note_id=note.id), actor=actor, clock=clock)
    return note


def notes_for_me(session: Session, *, actor: Actor, clock: Clock) -> Sequence[NoteSeen]:
    """What waits for the actor, or for a post he holds, the oldest first: for the desk."""
    mine = _for_me(actor) | _left_to(actor, clock.now())
    return _notes(session, mine & NOTES.c.done_at.is_(None), actor, clock.now())


def notes_here(session: Session, *, actor: Actor, clock: Clock) -> Sequence[NoteSeen]:
    """All notes of the actor's neighbourhood that are not done: whoever comes in late reads them too."""
    return _notes(session, NOTES.c.done_at.is_(None), actor, clock.now())


def addressees(session: Session, *, actor: Actor, clock: Clock) -> Sequence[tuple[str, str]]:
    """The colleagues a note can be for, as `person:<account>` with their names."""
    return [(f"person:{one.id}", one.name) for one in staff_in_sight(session, actor=actor, clock=clock)]


def _notes(session: Session, which: ColumnElement[bool], actor: Actor, now: datetime) -> Sequence[NoteSeen]:
    here = NOTES.c.community_id.in_(actor.places_as(COMMITTEE))
    columns = [NOTES.c[name] for name in _COLUMNS]
    found = select(*columns, _left_to(actor, now).label("left")).where(here, which)
    rows = session.execute(found.order_by(NOTES.c.written_at, NOTES.c.id).limit(MOST)).all()
    several = len({*actor.places_as(COMMITTEE)}) > 1
    names = dict(neighbourhoods_named(session, {row.community_id for row in rows})) if several else {}
    return [_seen(row, names.get(row.community_id, ""), actor) for row in rows]


def _seen(row: Row[Any], community_name: str, actor: Actor) -> NoteSeen:
    kept = {name: value for name, value in row._mapping.items() if name != "left"}
    return NoteSeen(
        **kept,
        community_name=community_name,
        for_me=row.left or _is_for(row, actor),
        is_mine=row.written_by in actor.people,
    )


def _left_to(actor: Actor, now: datetime) -> ColumnElement[bool]:
    """What was left for somebody who sits there no more is for whoever keeps the secretary's post."""
    nodes = actor.places_as((Role.SECRETARY,))
    if not nodes:
        return false()
    there = sits_or_comes(NOTES.c.to_id, NOTES.c.community_id, now=now)
    return NOTES.c.community_id.in_(nodes) & NOTES.c.to_id.is_not(None) & ~there


def _is_his(session: Session, note: HandOverNote, actor: Actor, now: datetime) -> bool:
    if _is_for(note, actor) or not actor.has(Role.SECRETARY):
        return _is_for(note, actor)
    its = (NOTES.c.id == note.id, NOTES.c.community_id == note.community_id)
    return session.execute(select(NOTES.c.id).where(*its, _left_to(actor, now))).first() is not None


def _for_me(actor: Actor) -> ColumnElement[bool]:
    posts = [
        (NOTES.c.community_id == grant.place_id) & (NOTES.c.to_role == grant.role)
        for grant in actor.grants
        if grant.role in COMMITTEE
    ]
    return or_(NOTES.c.to_id.in_(actor.people), *posts)


def _is_for(note: Any, actor: Actor) -> bool:
    """For himself, or for a post that he holds there: the same post elsewhere makes it none of his."""
    return note.to_id in actor.people or (note.community_id, note.to_role) in {
        (grant.place_id, grant.role) for grant in actor.grants
    }


def _in_sight(session: Session, note_id: str, actor: Actor) -> HandOverNote:
    note = session.get(HandOverNote, note_id)
    if note is None or note.community_id not in actor.places_as(COMMITTEE):
        raise NotFound()
    return note


def _where(session: Session, draft: NoteDraft, *, actor: Actor, clock: Clock) -> Place:
    """Where the colleague works that it is for; of a post, or of who works in several, it is said."""
    kind, _, who = draft.to.partition(":")
    here = PLACES.c.id.in_(actor.places_as(COMMITTEE))
    there = select(PLACES.c.id).where(here, sits_or_comes(literal(who), PLACES.c.id, now=clock.now()))
    works_in = {*session.execute(there).scalars()} if kind == "person" else set()
    named, among = draft.community_id, works_in or None
    place = neighbourhood_meant(session, named, Permission.NOTE_KEEP, actor=actor, among=among)
    if works_in and place.id not in works_in:
        raise NobodyThere()
    return place


def _addressee(session: Session, to: str, *, actor: Actor, clock: Clock) -> dict[str, Any]:
    kind, _, who = to.partition(":")
    if kind == "post":
        if who not in COMMITTEE:
            raise NobodyThere()
        return {"to_role": Role(who)}
    name = dict(addressees(session, actor=actor, clock=clock)).get(to)
    if name is None:
        raise NobodyThere()
    return {"to_id": who, "to_name": name}


def _right(session: Session, community_id: str, actor: Actor) -> Grant | None:
    return right_in(session, community_id, Permission.NOTE_KEEP, actor=actor)


def _tell(session: Session, fact: NoteEvent, *, actor: Actor, clock: Clock) -> None:
    action = "handover_note." + fact.type.split(".")[-2]
    reference = f"handover-note/{fact.note_id}"
    right = _right(session, fact.community_id, actor)
    record(
        session,
        action=action,
        actor=actor,
        clock=clock,
        object="handover_notes",
        reference=reference,
        right=right,
    )
    emit(session, fact, actor=actor, at=clock.now(), audience=[f"staff:{fact.community_id}"], right=right)
