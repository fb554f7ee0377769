"""Reading cases. Every read starts at `visible_to`: what you may not see is not there.

Lists select columns into small frozen rows, page by keyset (newest first by `seq`), and are never unbounded.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, text
from sqlmodel import Session

from core_db.cases.file import CaseFile, allowed_verbs, open_file, public_in, visible_to
from core_db.cases.model import CASES, COUNTS, DISPATCHES, ENTRIES, PARTIES
from core_db.cases.numbering import parse_number
from core_db.cases.photos import photos_of
from core_db.cases.reference import reference_of
from core_db.cases.search import found_by
from core_db.cases.transitions import ENDED, OPEN
from core_db.cases.views import case_view, file_view, moment
from core_db.cases.words import ENTRY_SENTENCES, ByRole, CaseStatus, EntryType, Verb
from core_db.foundation.actor import COMMITTEE, Actor, ActorKind, Role
from core_db.foundation.clock import Clock
from core_db.foundation.errors import CannotBeRead
from core_db.foundation.grams import grams

LIST_COLUMNS = (
    CASES.c.seq, CASES.c.id, CASES.c.number, CASES.c.community_id, CASES.c.status, CASES.c.category_code,
    CASES.c.nature, CASES.c.summary, CASES.c.text, CASES.c.place_id, CASES.c.place_label, CASES.c.place_note,
    CASES.c.visibility, CASES.c.anonymous, CASES.c.lead_id, CASES.c.lead_name, CASES.c.due_at,
    CASES.c.clock_state, CASES.c.clock_unit, CASES.c.clock_limit, CASES.c.clock_reason, CASES.c.supporters,
    CASES.c.resolved, CASES.c.satisfied, CASES.c.urgent, CASES.c.escalated_to, CASES.c.created_at,
    CASES.c.updated_at, CASES.c.contact_due_at, CASES.c.contacted_at, CASES.c.needs_review, CASES.c.review_on,
    CASES.c.returns, CASES.c.version,
)  # fmt: skip
LONGEST_PAGE = 100
#: How many hits a search looks at; past that people refine their words.
SEARCH_AT_MOST = 1_000
SIMILAR_FROM = 200


@dataclass(frozen=True, kw_only=True)
class CaseFilter:
    """What a list is narrowed to. `after` is the cursor: the `seq` of the last case seen."""

    status: tuple[str, ...] = ()
    category: str | None = None
    handler: str | None = None
    mine: bool = False
    overdue: bool = False
    due_before: datetime | None = None
    to_review: bool = False
    late_contact: bool = False
    escalated: bool = False
    q: str | None = None
    building: str | None = None
    community: str | None = None
    after: int | None = None
    limit: int = 50


@dataclass(frozen=True, kw_only=True)
class CasePage:
    """A page of a list: rows as the contract shows them, the rows themselves, and where to go on."""

    items: list[dict[str, Any]]
    rows: Sequence[Any]
    next: str | None


def cases(session: Session, wanted: CaseFilter, *, actor: Actor, clock: Clock, lang: str = "zh") -> CasePage:
    """The cases the actor may see and asked for, newest first."""
    statement = _ordered(session, _narrowed(session, _listed(actor), wanted, actor, clock.now()), wanted)
    return _page(session, statement, wanted, actor=actor, now=clock.now(), lang=lang)


def own_cases(
    session: Session, wanted: CaseFilter, *, actor: Actor, clock: Clock, lang: str = "zh"
) -> CasePage:
    """The cases the resident raised, newest first."""
    mine = select(PARTIES.c.case_id).where(PARTIES.c.account_id == actor.id)
    statement: Select[Any] = select(*LIST_COLUMNS).where(CASES.c.id.in_(mine))
    statement = _ordered(session, _narrowed(session, statement, wanted, actor, clock.now()), wanted)
    return _page(session, statement, wanted, actor=actor, now=clock.now(), lang=lang)


def public_cases(
    session: Session, wanted: CaseFilter, *, actor: Actor, clock: Clock, lang: str = "zh"
) -> CasePage:
    """The public cases of the neighbourhoods the resident lives in; never with the reporter."""
    statement: Select[Any] = select(*LIST_COLUMNS).where(public_in(actor.communities))
    statement = _ordered(session, _narrowed(session, statement, wanted, actor, clock.now()), wanted)
    page = _page(session, statement, wanted, actor=actor, now=clock.now(), lang=lang)
    for item in page.items:
        item["place"]["note"] = None
        item.pop("reporter", None)
    return page


def case_file(session: Session, case_id: str, *, actor: Actor, clock: Clock) -> CaseFile:
    """One case with parties and dispatches, or NotFound."""
    return open_file(session, case_id, actor=actor)


def case_shown(
    session: Session, case_id: str, *, actor: Actor, clock: Clock, lang: str = "zh"
) -> dict[str, Any]:
    """One case as the contract shows it."""
    file = open_file(session, case_id, actor=actor)
    return shown(session, file, actor=actor, now=clock.now(), lang=lang)


def shown(session: Session, file: CaseFile, *, actor: Actor, now: datetime, lang: str) -> dict[str, Any]:
    """A case as its reader sees it, with the verbs open to him."""
    view = file_view(file, reference_of(session), actor=actor, now=now, lang=lang)
    return view | {"allowed": [str(verb) for verb in allowed_verbs(file, actor)]}


def verbs_open(session: Session, case_id: str, *, actor: Actor, clock: Clock) -> list[Verb]:
    """What the actor may do to the case now."""
    return allowed_verbs(open_file(session, case_id, actor=actor), actor)


def case_timeline(
    session: Session, case_id: str, *, actor: Actor, clock: Clock, lang: str = "zh"
) -> list[dict[str, Any]]:
    """The history the reader may read, oldest first, told in his words."""
    file = open_file(session, case_id, actor=actor)
    pictures = photos_of(session, case_id)
    statement = (
        select(ENTRIES)
        .where(ENTRIES.c.case_id == case_id)
        .where(ENTRIES.c.audience.in_(_audiences(file, actor)))
        .order_by(ENTRIES.c.position)
    )
    items = [_entry_view(row, file, actor, lang, pictures) for row in session.execute(statement)]
    return [item for item in items if item["sentence"] is not None]


def case_counts(session: Session, *, actor: Actor, clock: Clock) -> dict[str, int]:
    """How many cases are in each status at the actor's nodes; from counters, never over the table."""
    counts = COUNTS
    levels = (
        (COMMITTEE, counts.c.community_id),
        (frozenset({Role.TOWN_DISPATCHER}), counts.c.town_id),
        (frozenset({Role.DISTRICT_DISPATCHER, Role.DISTRICT_ANALYST}), counts.c.district_id),
    )
    ways = [column.in_(places) for roles, column in levels if (places := actor.places_as(roles))]
    if not ways:
        return _counts_of_organisation(session, actor)
    statement = select(counts.c.status, func.sum(counts.c.count)).where(or_(*ways)).group_by(counts.c.status)
    found = {status: int(total) for status, total in session.execute(statement)}
    return {str(status): found.get(str(status), 0) for status in CaseStatus}


def similar_cases(
    session: Session, said: str, *, place_id: str | None = None, actor: Actor, clock: Clock, lang: str = "zh",
    limit: int = 5,
) -> list[dict[str, Any]]:  # fmt: skip
    """Open public cases near the actor that say much the same: join one instead of filing again."""
    wanted = set(grams(said))
    if not wanted or not actor.communities:
        return []
    statement = (
        select(*LIST_COLUMNS, CASES.c.building_id)
        .where(public_in(actor.communities), CASES.c.status.in_(sorted(OPEN)))
        .order_by(CASES.c.seq.desc())
        .limit(SIMILAR_FROM)
    )
    scored = [(_likeness(row, wanted, place_id), row) for row in session.execute(statement)]
    best = sorted((pair for pair in scored if pair[0] >= 0.25), key=lambda pair: (-pair[0], -pair[1].seq))[
        :limit
    ]
    reference, now = reference_of(session), clock.now()
    return [case_view(row, reference, now=now, lang=lang, for_neighbours=True) for _, row in best]


def _likeness(row: Any, wanted: set[str], place_id: str | None) -> float:
    theirs = set(grams(row.text))
    shared = len(wanted & theirs) / max(1, min(len(wanted), len(theirs)))
    return shared + (0.1 if place_id and place_id in (row.place_id, row.building_id) else 0.0)


# -- how a list is put together -----------------------------------------------------------------------


def _listed(actor: Actor) -> Select[Any]:
    return select(*LIST_COLUMNS).where(visible_to(actor))


def _narrowed(
    session: Session, statement: Select[Any], wanted: CaseFilter, actor: Actor, now: datetime
) -> Select[Any]:
    for condition in _conditions(wanted, actor, now):
        statement = statement.where(condition)
    if wanted.q:
        statement = _searched(session, statement, wanted, actor)
    if wanted.after is not None:
        statement = statement.where(CASES.c.seq < wanted.after)
    return statement


def _conditions(wanted: CaseFilter, actor: Actor, now: datetime) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.status:
        found.append(CASES.c.status.in_([_status(one) for one in wanted.status]))
    if wanted.category:
        # A class stands for its sub-classes, whose codes begin with it.
        code = wanted.category
        found.append(
            CASES.c.category_code == code
            if len(code) > 2
            else CASES.c.category_code.between(code, code + "99")
        )
    if wanted.handler:
        current = select(DISPATCHES.c.case_id).where(
            DISPATCHES.c.organisation_id == wanted.handler, DISPATCHES.c.is_current.is_(True)
        )
        found.append(CASES.c.id.in_(current))
    if wanted.overdue or wanted.due_before is not None:
        found.append(CASES.c.clock_state == "running")
        found.append(CASES.c.due_at < (now if wanted.overdue else wanted.due_before))
        if not wanted.overdue:
            found.append(CASES.c.due_at >= now)
    if wanted.to_review:
        found.append(CASES.c.needs_review.is_(True))
    if wanted.late_contact:
        found.append(
            and_(
                CASES.c.contacted_at.is_(None),
                CASES.c.contact_due_at < now,
                CASES.c.status.not_in(sorted(ENDED)),
            )
        )
    if wanted.escalated:
        found.append(CASES.c.escalated_to.is_not(None))
    if wanted.building:
        found.append(CASES.c.building_id == wanted.building)
    if wanted.community:
        found.append(CASES.c.community_id == wanted.community)
    if wanted.mine:
        mine = select(ENTRIES.c.case_id).where(ENTRIES.c.by_id == actor.id)
        found.append(CASES.c.id.in_(mine))
    return found


def _status(said: str) -> CaseStatus:
    try:
        return CaseStatus(said)
    except ValueError:
        raise CannotBeRead({"status": ("没有这个状态。", "There is no such status.")}) from None


def _searched(session: Session, statement: Select[Any], wanted: CaseFilter, actor: Actor) -> Select[Any]:
    assert wanted.q is not None
    number = parse_number(wanted.q)
    if number is not None:
        return statement.where(CASES.c.number == str(number))
    within = _search_scope(wanted, actor)
    if within is None:
        return statement.where(CASES.c.text.contains(wanted.q, autoescape=True))
    found = found_by(session, wanted.q, within=within, most=SEARCH_AT_MOST, before=wanted.after)
    if found is None:
        return statement.where(CASES.c.seq < 0)
    condition, params = found
    statement = statement.where(text(condition).bindparams(**params))
    # The index knows pairs of characters; the words themselves are looked for once more in the few hits.
    for word in wanted.q.split():
        statement = statement.where(
            or_(
                CASES.c.text.icontains(word, autoescape=True), CASES.c.number.icontains(word, autoescape=True),
                CASES.c.place_label.icontains(word, autoescape=True),
                CASES.c.place_note.icontains(word, autoescape=True),
            )
        )  # fmt: skip
    return statement


def _search_scope(wanted: CaseFilter, actor: Actor) -> str | None:
    """The one place a search can be narrowed to; None for those who see single cases only."""
    if wanted.community:
        return wanted.community
    if actor.kind is ActorKind.RESIDENT:
        return actor.communities[0] if actor.communities else None
    places = actor.places_as({*COMMITTEE, Role.TOWN_DISPATCHER, Role.DISTRICT_DISPATCHER})
    return places[0] if len(places) == 1 else None


def _ordered(session: Session, statement: Select[Any], wanted: CaseFilter) -> Select[Any]:
    if not 1 <= wanted.limit <= LONGEST_PAGE:
        raise CannotBeRead(
            {"limit": (f"一页最多 {LONGEST_PAGE} 条。", f"A page has 1 to {LONGEST_PAGE} items.")}
        )
    return statement.order_by(CASES.c.seq.desc()).limit(wanted.limit + 1)


def _page(
    session: Session, statement: Select[Any], wanted: CaseFilter, *, actor: Actor, now: datetime, lang: str
) -> CasePage:
    found = session.execute(statement).all()
    rows, more = found[: wanted.limit], len(found) > wanted.limit
    names = _requesters(session, rows, actor)
    reference = reference_of(session)
    items = [case_view(row, reference, now=now, lang=lang, requester=names.get(row.id)) for row in rows]
    return CasePage(items=items, rows=rows, next=str(rows[-1].seq) if more else None)


def _requesters(session: Session, rows: Sequence[Any], actor: Actor) -> Mapping[str, str]:
    """Names of requesters, for the committee of the neighbourhood alone, and one's own for a resident."""
    nodes = set(actor.places_as(COMMITTEE))
    ids = [row.id for row in rows if row.community_id in nodes and not row.anonymous]
    own = actor.kind is ActorKind.RESIDENT
    if not ids and not own:
        return {}
    statement = select(PARTIES.c.case_id, PARTIES.c.name).where(PARTIES.c.role == "requester")
    if own:
        wanted = [row.id for row in rows]
        statement = statement.where(PARTIES.c.account_id == actor.id, PARTIES.c.case_id.in_(wanted))
    else:
        statement = statement.where(PARTIES.c.case_id.in_(ids))
    return dict(session.execute(statement).tuples().all())


def _counts_of_organisation(session: Session, actor: Actor) -> dict[str, int]:
    statement = select(CASES.c.status, func.count()).where(visible_to(actor)).group_by(CASES.c.status)
    found = {str(status): int(total) for status, total in session.execute(statement)}
    return {str(status): found.get(str(status), 0) for status in CaseStatus}


# -- how an entry is told -----------------------------------------------------------------------------


def _audiences(file: CaseFile, actor: Actor) -> tuple[str, ...]:
    if actor.kind is ActorKind.SYSTEM or file.is_staffed_by(actor):
        return ("public", "all", "handlers", "staff", "requester")
    if file.is_party(actor):
        return ("public", "all", "requester")
    if file.dispatch_of(actor) is not None:
        return ("public", "all", "handlers")
    return ("public",)


def _entry_view(
    row: Any, file: CaseFile, actor: Actor, lang: str, pictures: Mapping[int, list[str]]
) -> dict[str, Any]:
    words = ENTRY_SENTENCES[EntryType(row.type)]
    for_staff = actor.kind is not ActorKind.RESIDENT
    said = words.staff if for_staff else words.resident
    view: dict[str, Any] = {
        "position": row.position,
        "type": str(row.type),
        "at": moment(row.at),
        "by": _by(row, file, actor),
        "sentence": said.within(lang) if said is not None else None,
    }
    if row.text is not None:
        view["text"] = row.text
    if row.reason_code is not None:
        view["reason_code"] = row.reason_code
    if row.status is not None:
        view["status"] = str(row.status)
    if row.position in pictures:
        view["photos"] = pictures[row.position]
    return view


def _by(row: Any, file: CaseFile, actor: Actor) -> dict[str, Any]:
    """Role always; a name only where the reader may know it: never a requester's to handlers or neighbours."""
    from_residents = row.by_role in (ByRole.REQUESTER, ByRole.PROXY, ByRole.NEIGHBOUR)
    if from_residents:
        if row.by_id == actor.id or (file.sees_requester(actor) and row.by_role != ByRole.NEIGHBOUR):
            return {"role": row.by_role, "name": row.by_name}
        return {"role": row.by_role}
    if file.is_staffed_by(actor) or actor.kind is ActorKind.SYSTEM:
        return {"role": row.by_role, "name": row.by_name}
    return {"role": row.by_role}
