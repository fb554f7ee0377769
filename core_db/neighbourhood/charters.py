"""The charter of a building group: each version a row of its own, the newest in force."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlmodel import Session

from core_db.access import Permission
from core_db.audit import record
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock, local_date
from core_db.foundation.errors import CannotBeRead
from core_db.foundation.ids import new_id
from core_db.foundation.lean import dataclass
from core_db.foundation.outbox import emit
from core_db.foundation.recorded import Because, Cause, SaysSoAlready
from core_db.neighbourhood.drafts import CharterDraft
from core_db.neighbourhood.keeping import kept, note_step
from core_db.neighbourhood.model import CHARTERS, GroupCharter
from core_db.neighbourhood.reading import found
from core_db.neighbourhood.words import EntryKind
from core_db.places.rights import right_in
from plugins.sdk.events import CharterAdopted


@dataclass(frozen=True, slots=True, kw_only=True)
class CharterSeen:
    """A version of a charter."""

    version: int
    text: str
    adopted_on: date
    source: str
    by_name: str


def adopt_charter(
    session: Session, group_id: str, draft: CharterDraft, *, actor: Actor, clock: Clock
) -> GroupCharter:
    """A group has a new version of its charter; the earlier ones stay to be read."""
    kind = EntryKind.BUILDING_GROUP
    _row, node = kept(session, kind, group_id, actor=actor)
    today = local_date(clock.now())
    adopted = draft.adopted_on or today
    if adopted > today:
        raise CannotBeRead({"adopted_on": ("日期不能在今天以后。", "The day cannot lie ahead.")})
    last = next(iter(charters_now(session, node.id, group_id)), None)
    if last is not None and last.text == draft.text:
        raise SaysSoAlready()

    number, now = (last.version if last else 0) + 1, clock.now()
    right = right_in(session, node.id, Permission.NEIGHBOURHOOD_KEEP, actor=actor)
    charter = GroupCharter(
        id=new_id(), community_id=node.id, group_id=group_id, version=number, text=draft.text, adopted_on=adopted,
        source=draft.source, at=now, by_id=actor.id, by_name=actor.signing(right),
        acted_for=actor.acts_for(right),
    )  # fmt: skip
    session.add(charter)
    session.flush()
    because = Because(cause=Cause.CORRECTED, source=draft.source)
    note_step(session, node, group_id, "charter", str(number - 1) if last else None, str(number), because, actor=actor,
              at=now)  # fmt: skip
    record(
        session, action="charter.adopted", actor=actor, clock=clock, object=str(kind),
        reference=f"{kind}/{group_id}",
        right=right,
    )  # fmt: skip
    fact = CharterAdopted(community_id=node.id, kind=str(kind), entry_id=group_id, version=number)
    emit(session, fact, actor=actor, at=now, audience=[f"staff:{node.id}", f"place:{node.id}"], right=right)
    return charter


def charters_of(session: Session, group_id: str, *, actor: Actor, clock: Clock) -> Sequence[CharterSeen]:
    """The versions of a group's charter, the newest first."""
    _row, node = found(session, EntryKind.BUILDING_GROUP, group_id, actor=actor)
    return charters_now(session, node.id, group_id)


def charters_now(session: Session, community_id: str, group_id: str) -> Sequence[CharterSeen]:
    """The versions of the charter of a group that is in sight already."""
    statement = (
        select(
            CHARTERS.c.version,
            CHARTERS.c.text,
            CHARTERS.c.adopted_on,
            CHARTERS.c.source,
            CHARTERS.c.by_name,
        )
        .where(CHARTERS.c.community_id == community_id, CHARTERS.c.group_id == group_id)
        .order_by(CHARTERS.c.version.desc())
        .limit(50)
    )
    return [CharterSeen(**row._mapping) for row in session.execute(statement)]
