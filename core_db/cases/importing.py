"""Bringing in the cases of an older system, with their own times: raised, taken up, answered, closed.

Each goes through the same use cases as a living one, on a clock put to its moments. What the old list
does not tell is not made up: no deadline without a target, no first contact without an answer. Written
few at a time, so that nobody waits behind an import; running it again adds nothing twice.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from datetime import datetime
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlmodel import Session

from core_db.cases.behind import Party
from core_db.cases.changing import PUBLIC, begin, finish, move_to, write_entry
from core_db.cases.commands.finishing import close_case
from core_db.cases.commands.handling import hand_in_case, report_progress
from core_db.cases.commands.submitting import PLACES, file_case
from core_db.cases.commands.voicing import write_message, write_note
from core_db.cases.drafts import (
    ClosureDraft,
    HandlingDraft,
    MessageDraft,
    OnBehalfDraft,
    ProgressDraft,
    TextDraft,
)
from core_db.cases.imported import Line, check_mapping, read_line
from core_db.cases.model import CASES
from core_db.cases.reference import OTHER, CategoryInForce, reference_of, suggester_of
from core_db.cases.timing import limit_of, start_handling_clock
from core_db.cases.words import (
    CaseStatus,
    Channel,
    ClosureOutcome,
    EntryType,
    HandlingOutcome,
    Nature,
    PlatformWord,
    Verb,
    Visibility,
    platform_says,
)
from core_db.foundation.actor import Actor, ActorKind
from core_db.foundation.clock import Clock, RehearsedClock
from core_db.foundation.door import Door
from core_db.foundation.errors import NotFound, NotPermitted
from core_db.foundation.ids import id_born_at
from core_db.foundation.later import settle
from core_db.foundation.lean import dataclass
from core_db.foundation.reach import reach_of
from core_db.places.model import PlaceKind
from core_db.sheets import RowRefused, SheetRow
from plugins.sdk import events

#: How many rows one write takes: some tens of milliseconds.
AT_ONCE = 10
TARGET_OF_OLD = platform_says(PlatformWord.OLD_TARGET)


@dataclass
class ImportReport:
    """What an import did, or would do: every row is counted in exactly one of these."""

    added: int = 0
    #: There already, from an earlier run.
    known: int = 0
    refused: list[RowRefused] = field(default_factory=list)
    dry_run: bool = False
    #: Columns that were not mapped to anything.
    columns_left: tuple[str, ...] = ()

    @property
    def read(self) -> int:
        return self.added + self.known + len(self.refused)

    def add(self, other: "ImportReport") -> None:
        """Take up what became of another neighbourhood's rows of the same list."""
        self.added, self.known = self.added + other.added, self.known + other.known
        self.refused += other.refused
        self.columns_left = other.columns_left or self.columns_left

    @property
    def as_figures(self) -> dict[str, object]:
        return {"read": self.read, "added": self.added, "known": self.known, "refused": len(self.refused),
                "dry_run": self.dry_run}  # fmt: skip


def import_cases(
    door: Door, rows: Iterable[SheetRow], *, community_id: str, mapping: Mapping[str, str],
    timezone: ZoneInfo | str = "Asia/Shanghai", dry_run: bool = False, actor: Actor, clock: Clock,
    tell: Callable[[ImportReport], None] | None = None,
) -> ImportReport:  # fmt: skip
    """Enter the rows of a list as cases of a neighbourhood. `tell` hears after each write how far it is."""
    if actor.kind is not ActorKind.SYSTEM:
        raise NotPermitted()
    place = door.read_now(lambda session: _neighbourhood(session, community_id), reach=reach_of(actor))
    zone = ZoneInfo(timezone) if isinstance(timezone, str) else timezone
    report, seen = ImportReport(dry_run=dry_run), dict[str, int]()
    for some in _few_at_a_time(rows):
        if not report.read:
            check_mapping(mapping, some[0].cells)
            report.columns_left = tuple(name for name in some[0].cells if name not in mapping.values())
        lines = list(_readable(some, mapping, zone=zone, now=clock.now(), seen=seen, report=report))
        _take(door, lines, place, report, actor=actor)
        if tell is not None:
            tell(report)
    return report


def _neighbourhood(session: Session, community_id: str) -> Any:
    found = session.execute(select(PLACES).where(PLACES.c.id == community_id)).first()
    if found is None or found.kind is not PlaceKind.COMMUNITY:
        raise NotFound()
    return found


def _few_at_a_time(rows: Iterable[SheetRow]) -> Iterator[list[SheetRow]]:
    waiting = iter(rows)
    while some := list(islice(waiting, AT_ONCE)):
        yield some


def _readable(
    rows: Sequence[SheetRow], mapping: Mapping[str, str], *, zone: ZoneInfo, now: datetime, seen: dict[str, int],
    report: ImportReport,
) -> Iterator[Line]:  # fmt: skip
    """The rows that can become cases; the others are noted with their reasons."""
    for row in rows:
        line = read_line(row, mapping, zone=zone, now=now)
        if isinstance(line, RowRefused):
            report.refused.append(line)
        elif line.external_id in seen:
            first = seen[line.external_id]
            report.refused.append(
                RowRefused(row.number, f"与第 {first} 行重复。", f"it repeats row {first}.")
            )
        else:
            seen[line.external_id] = row.number
            yield line


def _take(door: Door, lines: Sequence[Line], place: Any, report: ImportReport, *, actor: Actor) -> None:
    if not lines:
        return
    if report.dry_run:
        added = door.read_now(
            lambda session: len(_new_among(session, lines, place.id)), reach=reach_of(actor)
        )
    else:
        added = door.write_now(
            lambda session: _enter_all(session, lines, place, actor=actor), reach=reach_of(actor)
        )
    report.added += added
    report.known += len(lines) - added


def _new_among(session: Session, lines: Sequence[Line], community_id: str) -> list[Line]:
    statement = select(CASES.c.external_id).where(
        CASES.c.community_id == community_id, CASES.c.external_id.in_([line.external_id for line in lines])
    )
    known = set(session.execute(statement).scalars())
    return [line for line in lines if line.external_id not in known]


def _enter_all(session: Session, lines: Sequence[Line], place: Any, *, actor: Actor) -> int:
    fresh = _new_among(session, lines, place.id)
    entered = [(line, _enter(session, line, place, actor=actor)) for line in fresh]
    # All of them are written with one statement before the first of them is opened again.
    settle(session)
    for line, case_id in entered:
        _relive(session, line, case_id, place.id, actor=actor)
    return len(fresh)


def _enter(session: Session, line: Line, place: Any, *, actor: Actor) -> str:
    """The case as it was raised."""
    case_id = id_born_at(int(line.created_at.timestamp() * 1000))
    draft = OnBehalfDraft.model_construct(
        text=line.text, channel="desk", on_behalf_of=None, category=None, nature=Nature.OTHER, place_id=None,
        place_note=line.place or None, visibility=Visibility.PRIVATE, anonymous=False, photos=(),
    )  # fmt: skip
    known: dict[str, Any] = {"id": case_id, "external_id": line.external_id}
    if line.replied_at is None:
        known["contact_due_at"] = None
    parties = [Party("requester", None, None, line.reporter)] if line.reporter else []
    file_case(
        session, draft, place, _category(session, line, place.id), parties, channel=Channel.IMPORT, actor=actor,
        at=line.created_at, known=known,
    )  # fmt: skip
    return case_id


def _category(session: Session, line: Line, community_id: str) -> CategoryInForce:
    """The category the old list names, if it is one of ours; else what the words suggest."""
    reference = reference_of(session)
    named = _named(reference.offered_at(community_id), line.category)
    if named is not None:
        return named
    return reference.category(suggester_of(session, community_id).likeliest(line.text) or OTHER)


def _named(categories: Mapping[str, CategoryInForce], said: str) -> CategoryInForce | None:
    if said in categories:
        return categories[said]
    wanted = said.casefold()
    return next((one for one in categories.values() if wanted in (one.name_zh, one.name_en.casefold())), None)


def _relive(session: Session, line: Line, case_id: str, community_id: str, *, actor: Actor) -> None:
    """What happened to it afterwards, each at its own time."""
    clock = RehearsedClock(line.created_at)
    if line.closed_at is not None or line.due_at is not None or line.reply:
        _register(session, case_id, line, actor=actor, clock=clock)
    if line.category and _named(reference_of(session).offered_at(community_id), line.category) is None:
        said = platform_says(PlatformWord.OLD_CATEGORY, line.category)
        write_note(session, case_id, TextDraft(text=said), actor=actor, clock=clock)
    if line.replied_before_its_end:
        clock.move_to(line.replied_at or line.created_at)
        report_progress(session, case_id, _progress(line.reply), actor=actor, clock=clock)
    if line.closed_at is not None:
        clock.move_to(line.closed_at)
        _end(session, case_id, line, actor=actor, clock=clock)
    if line.replied_after_its_end and line.replied_at is not None:
        clock.move_to(line.replied_at)
        draft = MessageDraft.model_construct(text=line.reply, photos=())
        write_message(session, case_id, draft, actor=actor, clock=clock)


def _register(session: Session, case_id: str, line: Line, *, actor: Actor, clock: Clock) -> None:
    """Taken up when it was raised; its clock runs to the old system's target, or not at all."""
    change = begin(session, case_id, Verb.ACCEPTANCE, version=None, actor=actor, clock=clock)

    change.case.accepted_at = change.at
    change.case.contacted_at = line.replied_at
    if line.due_at is not None:
        start_handling_clock(change, limit_of(change), due_at=line.due_at)
        change.case.clock_reason = TARGET_OF_OLD
    move_to(change, CaseStatus.ACCEPTED)
    write_entry(change, EntryType.ACCEPTED, audience=PUBLIC)

    finish(change, events.CaseAccepted)


def _end(session: Session, case_id: str, line: Line, *, actor: Actor, clock: Clock) -> None:
    answer_is_elsewhere = line.replied_before_its_end or line.replied_after_its_end
    answer = (
        line.reply if line.reply and not answer_is_elsewhere else platform_says(PlatformWord.NO_OLD_ANSWER)
    )
    if line.reply and answer_is_elsewhere:
        answer = platform_says(PlatformWord.OLD_ANSWER_ELSEWHERE)
    handed_in = HandlingDraft.model_construct(outcome=HandlingOutcome.ANSWERED, text=answer, photos=())
    hand_in_case(session, case_id, handed_in, actor=actor, clock=clock)
    closing = ClosureDraft(outcome=ClosureOutcome.ANSWERED, text=platform_says(PlatformWord.OLD_END))
    close_case(session, case_id, closing, actor=actor, clock=clock)


def _progress(text: str) -> ProgressDraft:
    return ProgressDraft.model_construct(text=text, photos=(), visible_to_resident=True)
