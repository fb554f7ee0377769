"""How every verb changes a case: find, check, change, tell, the same way each time.

A change begins with `begin`, writes entries and decisions, moves the status, and ends with `finish`, which
raises the version and tells the fact to exactly those who may learn of it.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import and_, delete, insert, select
from sqlmodel import Session

from core_db.access import may, require, right_used
from core_db.cases.errors import HisOwnWord, NotNow
from core_db.cases.file import PERMISSION_OF, CaseFile, fits, open_file
from core_db.cases.model import ENTRIES, EXTENSIONS, CaseEntry
from core_db.cases.photos import attach_photos, loose_photos
from core_db.cases.possible import possible_verbs
from core_db.cases.said import said_by, shown_by
from core_db.cases.transitions import RATEABLE, WITH_HANDLER
from core_db.cases.words import BY_ROLE_WORDS, ENTRY_SENTENCES, ByRole, CaseStatus, EntryType, Verb, Words
from core_db.foundation.actor import COMMITTEE, Actor, ActorKind, Grant, Role
from core_db.foundation.clock import Clock
from core_db.foundation.errors import DomainError, Stale
from core_db.foundation.later import Later, later
from core_db.foundation.lean import dataclass
from core_db.foundation.outbox import emit
from core_db.foundation.reach import widen
from plugins.sdk.events import CaseEvent, CaseHidden

_ENTRY = insert(ENTRIES).returning(ENTRIES.c.position)
_COUNTED = ("community_id", "status", "lane", "town_id", "district_id")


def _summed(rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """One row for each counter, always in the same order, so that writers do not lock each other out."""
    sums: Counter[tuple[Any, ...]] = Counter()
    for row in rows:
        sums[tuple(row[name] for name in _COUNTED)] += row["by"]
    return [dict(zip((*_COUNTED, "by"), (*key, by), strict=True)) for key, by in sorted(sums.items())]


_COUNT = Later(
    40,
    "INSERT INTO case_counts (community_id, status, lane, town_id, district_id, count) VALUES {rows} "
    "ON CONFLICT (community_id, status, lane) DO UPDATE SET count = case_counts.count + excluded.count",
    columns=(*_COUNTED, "by"),
    fold=_summed,
)

#: Who may read an entry, and who learns of a fact: everybody of the case, neighbours of a public one too.
PUBLIC, ALL, HANDLERS, STAFF, REQUESTER = "public", "all", "handlers", "staff", "requester"
_READ_BY_HIM = (PUBLIC, ALL, REQUESTER)
#: What whoever a case was raised for says of it himself, once he has an account.
HIS_WORD = (Verb.EVALUATION, Verb.REOPENING)


class Before(NamedTuple):
    """Who read the case before a change, besides those who always do."""

    handlers: frozenset[str]
    is_public: bool


_NOBODY_BEFORE = Before(frozenset(), is_public=False)


@dataclass
class Change:
    """A verb under way."""

    session: Session
    file: CaseFile
    actor: Actor
    at: datetime
    #: The delegated right he acts in, where his own does not suffice.
    right: Grant | None = None
    #: The case stands elsewhere from here on: the next entry holds where.
    is_moved: bool = False
    #: Those who could read it before: who loses sight of it is told so, or his open page would show it on.
    before: "Before | None" = None

    @property
    def case(self) -> Any:
        return self.file.case


def begin(
    session: Session, case_id: str, verb: Verb, *, version: int | None, actor: Actor, clock: Clock
) -> Change:
    """Find the case and check that the actor may, that nobody was faster, and that the verb fits the state."""
    file = open_file(session, case_id, actor=actor, for_change=True)
    before = Before(file.handlers, file.is_public)
    require(actor, PERMISSION_OF[verb], file)
    # The history, the counters and the facts are the neighbourhood's, whoever may write in them.
    widen(session, file.community_id)
    _must_be_fresh(session, file, version, actor)
    at = clock.now()
    if actor.kind is not ActorKind.SYSTEM and not fits(verb, file, actor):
        raise _does_not_fit(session, file, verb, actor, at=at)
    if role_of(actor, file) is ByRole.COMMITTEE:
        # What waited for the committee's look has been looked at.
        file.case.needs_review = file.case.has_new_message = False
    right = right_used(actor, lambda one: may(one, PERMISSION_OF[verb], file))
    return Change(session=session, file=file, actor=actor, at=at, right=right, before=before)


def _does_not_fit(session: Session, file: CaseFile, verb: Verb, actor: Actor, *, at: datetime) -> DomainError:
    verbs = possible_verbs(session, file, actor, at=at)
    is_anothers = file.is_party(actor) and not file.judges(actor)
    if verb in HIS_WORD and is_anothers and file.case.status in RATEABLE:
        return HisOwnWord(extra={"allowed": [str(one) for one in verbs]})
    return NotNow(file.case.status, verbs, to_resident=actor.kind is ActorKind.RESIDENT)


def refused(change: Change, why: DomainError) -> DomainError:
    """A refusal of now, with what is possible instead."""
    verbs = possible_verbs(change.session, change.file, change.actor, at=change.at)
    why.extra["allowed"] = [str(verb) for verb in verbs]
    return why


#: What is said about a case without changing it: nobody's edit grows stale by it.
_ONLY_SAID = (
    EntryType.NOTED, EntryType.URGED, EntryType.MESSAGE, EntryType.SUPPORTED, EntryType.WARNED, EntryType.OVERDUE,
    EntryType.CONTACT_OVERDUE, EntryType.ABSORBED, EntryType.REVIEW_OPENED, EntryType.INSTRUCTED, EntryType.RECOUNTED,
)  # fmt: skip

#: Nor by what the platform raises.
_BY_ITSELF = and_(ENTRIES.c.type == EntryType.ESCALATED, ENTRIES.c.by_role == ByRole.SYSTEM)


def _must_be_fresh(session: Session, file: CaseFile, version: int | None, actor: Actor) -> None:
    if version is None or file.case.version == version:
        return
    last = session.execute(
        select(CaseEntry)
        .where(ENTRIES.c.case_id == file.case.id, ENTRIES.c.type.not_in(_ONLY_SAID), ~_BY_ITSELF)
        .order_by(ENTRIES.c.position.desc())
        .limit(1)
    ).scalar_one()
    told = ENTRY_SENTENCES[last.type]
    among_staff = file.is_staffed_by(actor) and last.by_role in (
        ByRole.COMMITTEE,
        ByRole.TOWN,
        ByRole.DISTRICT,
    )
    # Residents and handlers are told the office, never the person: as in the history they read.
    who = last.by_name if among_staff else BY_ROLE_WORDS[ByRole(last.by_role)]
    said = told.staff if actor.kind is ActorKind.STAFF else told.resident or told.staff
    extra = {"version": file.case.version, "changed": str(last.type)}
    # It stands within brackets of another sentence.
    what = Words(said.zh.rstrip("。"), said.en.rstrip("."))
    raise Stale(extra=extra, who=who, what=what)


def role_of(actor: Actor, file: CaseFile) -> ByRole:
    """In what role the actor acts on this case, as its history tells it."""
    if actor.kind is ActorKind.SYSTEM:
        return ByRole.SYSTEM
    if actor.kind is ActorKind.PLUGIN:
        return ByRole.PLUGIN
    if actor.kind is ActorKind.RESIDENT:
        return ByRole(file.part_of(actor) or ByRole.NEIGHBOUR)
    if any(g.role in COMMITTEE and g.place_id == file.community_id for g in actor.grants):
        return ByRole.COMMITTEE
    if file.dispatch_of(actor) is not None or actor.has(Role.CONTRACTOR):
        return ByRole.CONTRACTOR
    return ByRole.TOWN if actor.has(Role.TOWN_DISPATCHER) else ByRole.DISTRICT


def write_entry(
    change: Change, type: EntryType, *, text: str | None = None, reason_code: str | None = None,
    audience: str = ALL, photos: Iterable[str] = (), until: datetime | None = None,
) -> None:  # fmt: skip
    """Add a line to the history, with the photos it shows and the moment it names."""
    mine, shown = (
        change.file.dispatch_of(change.actor),
        loose_photos(change.session, photos, actor=change.actor),
    )
    entry = {
        "case_id": change.case.id, "type": type, "at": change.at, "by_role": role_of(change.actor, change.file),
        "by_id": change.actor.id, "by_name": change.actor.signing(change.right),
        "for_id": change.right.giver_id if change.right else None,
        "by_organisation_id": mine.organisation_id if mine else None, "audience": audience, "text": text or None,
        "reason_code": reason_code, "status": change.case.status, "due_at": change.case.due_at, "until": until,
        "said": said_by(change.case) if change.is_moved else None,
        "shown": shown_by((one.id, one.digest) for one in shown),
    }  # fmt: skip
    change.is_moved = False
    position = change.session.connection().execute(_ENTRY, entry).scalar_one()
    _note_contact(change, entry)
    attach_photos(change.session, shown, case_id=change.case.id, position=position)


def _note_contact(change: Change, entry: Mapping[str, Any]) -> None:
    """The first word of the committee that the one who raised it reads: he was contacted."""
    if entry["by_role"] == ByRole.COMMITTEE and entry["audience"] in _READ_BY_HIM:
        change.case.contacted_at = change.case.contacted_at or change.at


def move_to(change: Change, status: CaseStatus) -> None:
    """Set the status, and keep the counts of the neighbourhood true."""
    case = change.case
    if case.status is status:
        return
    count(change.session, case, case.status, -1)
    count(change.session, case, status, +1)
    case.status = status
    if status not in WITH_HANDLER:
        let_asking_lapse(change)


def change_hands(change: Change, lead_id: str | None, lead_name: str | None) -> None:
    """Somebody else has it from now on. Why it was late before him stands in the history, in the words of that day."""
    if lead_id != change.case.lead_id:
        change.case.overdue_reason = None
    change.case.lead_id, change.case.lead_name = lead_id, lead_name


def let_asking_lapse(change: Change) -> None:
    """Whoever asked for a later day has the case no more, or was answered otherwise."""
    if change.case.asks_extension:
        change.case.asks_extension = False
        unanswered = (EXTENSIONS.c.case_id == change.case.id) & EXTENSIONS.c.approved.is_(None)
        change.session.execute(delete(EXTENSIONS).where(unanswered))


def count(session: Session, case: Any, status: CaseStatus, by: int) -> None:
    """One case more or less in a status. Each writer has a lane of its own, so that writers do not wait."""
    later(
        session,
        _COUNT,
        {
            "community_id": case.community_id, "status": str(status), "lane": session.info.get("lane", 0), "by": by,
            "town_id": case.town_id, "district_id": case.district_id,
        },
    )  # fmt: skip


def finish(change: Change, event: type[CaseEvent], *, audience: str = PUBLIC, **data: Any) -> CaseFile:
    """The last beat of a changing verb: a new version, and the fact."""
    change.case.version += 1
    change.case.updated_at = change.at
    # For lists, which open no dispatches: by it they know whose a returned case is.
    change.case.returns = change.file.returns_of_round
    if event is not CaseHidden and _is_by_whoever_has_it(change):
        # Whoever was asked to hurry has done something about it.
        change.case.urged_at = None
    change.session.flush()
    tell(change, event, audience=audience, **data)
    return change.file


def _is_by_whoever_has_it(change: Change) -> bool:
    """An assisting unit does not answer for the lead, and what goes on by itself was done by nobody."""
    mine = change.file.dispatch_of(change.actor)
    return change.actor.kind is not ActorKind.SYSTEM and (mine is None or mine.is_lead)


def tell(change: Change, event: type[CaseEvent], *, audience: str = PUBLIC, **data: Any) -> None:
    """Tell a fact about the case to those who may learn of it."""
    case = change.case
    said = {"community_id": case.community_id, "case_id": case.id, "category": case.category_code, **data}
    fact = event.model_validate({**said, "status": str(case.status)})
    keys = audience_keys(change.file, audience, before=change.before)
    emit(change.session, fact, actor=change.actor, at=change.at, audience=keys, right=change.right)


def audience_keys(file: CaseFile, audience: str, *, before: Before | None = None) -> list[str]:
    """The keys under which live pages and listeners of these readers listen; also of those who read it before."""
    case = file.case
    before = before or _NOBODY_BEFORE
    keys = [f"staff:{node}" for node in (case.community_id, case.town_id, case.district_id)]
    if audience in (PUBLIC, ALL, HANDLERS):
        keys += [f"organisation:{one}" for one in sorted(file.handlers | before.handlers)]
    if audience in (PUBLIC, ALL, REQUESTER):
        keys += [f"account:{one}" for one in file.party_accounts]
    if audience == PUBLIC and (file.is_public or before.is_public):
        keys.append(f"public:{case.community_id}")
    return keys
