"""What somebody has to do now: the lists that matter to him, read in one snapshot, numbers first."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar
from urllib.parse import urlencode

from markupsafe import Markup
from sqlmodel import Session

from app_shell.words import _
from committee_app.lists import LISTS
from committee_app.rows import CaseRow, Drawing, RowsFound, case_rows, urged_first
from core_db.accounts import count_bindings
from core_db.cases import awaiting_word, case_counts
from core_db.doubles import count_pairs
from core_db.emergency import reviews_waiting
from core_db.foundation.actor import Actor, Role
from core_db.foundation.clock import Clock
from core_db.foundation.lean import dataclass
from core_db.handover_notes import NoteSeen, notes_for_me
from core_db.inquiries import open_inquiries_count
from core_db.installs import unread_messages
from core_db.ledgers import due_soon
from core_db.neighbourhood import inspections_over
from core_db.people import count_proposals
from core_db.register_sheets import count_to_apply
from core_db.reveals import open_alarms
from core_db.tags import count_to_review
from core_db.visits import count_tags_proposed, due_now, missed_now

T = TypeVar("T")
#: How many of a list the desk shows; the rest is one click away. What comes in is seen to come in.
SHOWN, SHOWN_OF_NEW = 6, 20
#: So many are counted one by one where no counter says how many there are.
READ = 100


@dataclass(frozen=True, kw_only=True)
class DeskPart:
    """One kind of work: how much of it there is, the first of it, and where the rest is."""

    id: str
    title: str
    what_to_do: str
    count: str
    tone: str | None
    #: How many of it stand in a part above already, as what presses more; how many stand here, and their HTML.
    above: int = 0
    shown: int
    html: Markup
    all_href: str


@dataclass(frozen=True, kw_only=True)
class DeskFound:
    """What was read for a desk."""

    lists: Mapping[str, RowsFound]
    #: How many are in each status by the counters, where a list is longer than what is read of it.
    counts: Mapping[str, int]
    bindings: int = 0


@dataclass(frozen=True, kw_only=True)
class Arranged:
    """A list as it stands on a desk: what is shown of it there, how many it has, and how many stand above already."""

    name: str
    rows: Sequence[CaseRow]
    count: int
    #: Not where there are more than were counted.
    is_all: bool
    above: int


@dataclass(frozen=True, kw_only=True)
class BesidesCases:
    """What a desk says besides the lists of cases."""

    #: Verified, and nobody has said yet whether it is fixed.
    to_call_back: int
    #: Looks in emergencies that wait for the secretary's review.
    reviews: int
    #: Notes for whoever looks, or for a post he holds; and questions he has still to answer.
    notes: Sequence[NoteSeen]
    inquiries: int
    #: How many alarms about looks wait for a secretary; none for whoever is not one.
    alarms: int
    #: Visits that were missed and are not made good yet.
    missed: int
    #: Forms that are due within a week, or late.
    due: int
    #: Facilities whose inspection is over.
    inspections: int
    #: What waits in the register: title, how much, and where it is done.
    waiting: Sequence[tuple[str, int, str]]


def read_desk(
    session: Session, names: Sequence[str], *, bindings: bool = False, town: str | None = None, actor: Actor,
    clock: Clock, lang: str,
) -> DeskFound:  # fmt: skip
    """The named lists, of one town where one is named, and the homes that wait to be bound."""
    now = clock.now()
    lists = {
        name: case_rows(
            session, LISTS[name].filter_at(now, town=town, limit=READ), query=_address(name, town),
            following=LISTS[name].following, actor=actor, clock=clock, lang=lang,
        )
        for name in names
    }  # fmt: skip
    is_long = any(page.next for page in lists.values())
    return DeskFound(
        lists=lists, counts=case_counts(session, actor=actor, clock=clock) if is_long else {},
        bindings=count_bindings(session, actor=actor, clock=clock) if bindings else 0,
    )  # fmt: skip


def besides_cases(session: Session, *, actor: Actor, clock: Clock) -> BesidesCases:
    """All of it in one snapshot: most of a count that finds little is what goes before and after it."""

    def asked(query: Callable[..., T]) -> T:
        return query(session, actor=actor, clock=clock)

    return BesidesCases(
        to_call_back=asked(awaiting_word), reviews=asked(reviews_waiting), notes=asked(notes_for_me),
        inquiries=asked(open_inquiries_count), alarms=len(asked(open_alarms)) if actor.has(Role.SECRETARY) else 0,
        missed=asked(missed_now), due=asked(due_soon), inspections=asked(inspections_over), waiting=asked(_waiting),
    )  # fmt: skip


def _waiting(session: Session, *, actor: Actor, clock: Clock) -> Sequence[tuple[str, int, str]]:
    """What waits and is no case, plugins' messages among it: its title, how much, and where; only what there is."""
    kinds = (
        (_("等第二个人批准的更改"), count_proposals, "/register/proposals"),
        (_("等您决定的标签建议"), count_tags_proposed, "/tag-proposals"),
        (_("该复核的标签"), count_to_review, "/tags/review"),
        (_("等应用的表"), count_to_apply, "/register/sheets"),
        (_("今天该走访的"), due_now, "/visits"),
        (_("应用的新消息"), unread_messages, "/me/messages"),
    )
    counts = [(title, count(session, actor=actor, clock=clock), href) for title, count, href in kinds]
    return [one for one in counts if one[1]]


def waiting_doubles(session: Session, *, actor: Actor, clock: Clock) -> Sequence[tuple[str, int, str]]:
    """The same of entries that may be one person. It looks through a register, so it is a read of its own."""
    many = count_pairs(session, actor=actor, clock=clock)
    return [(_("可能重复的登记"), many, "/register/doubles")] if many else []


def _address(name: str, town: str | None) -> dict[str, str]:
    """What the address of a list says, of one town alone where one is named."""
    return {"list": name} | ({"town": town} if town else {})


def arranged(found: DeskFound, *, town: str | None = None) -> list[Arranged]:
    """Each case once, where it presses most; what did not fit there may stand where it fits."""
    parts: list[Arranged] = []
    standing: set[str] = set()
    for name, page in found.lists.items():
        rows = [row for row in urged_first(page.items) if row.id not in standing]
        here = rows[: SHOWN_OF_NEW if name == "to-accept" else SHOWN]
        count, is_all = _count(name, page, found.counts, town)
        above = len(page.items) - len(rows)
        parts.append(Arranged(name=name, rows=here, count=count, is_all=is_all, above=above))
        standing.update(row.id for row in here)
    return parts


def _count(name: str, page: RowsFound, counts: Mapping[str, int], town: str | None) -> tuple[int, bool]:
    """Counters know whole lists alone, and of a short one its rows say it. Whether those are all."""
    if not page.next:
        return len(page.items), True
    many = LISTS[name].count_in(counts, {}) if town is None else None
    return (many, True) if many else (READ, False)


def parts_of(found: DeskFound, drawing: Drawing, *, town: str | None = None) -> list[DeskPart]:
    return [
        part_of(
            one.name, one.rows, f"{one.count}{'' if one.is_all else '+'}", drawing, above=one.above, town=town
        )
        for one in arranged(found, town=town)
    ]


def part_of(
    name: str, rows: Sequence[CaseRow], count: str, drawing: Drawing, *, above: int = 0, town: str | None = None
) -> DeskPart:  # fmt: skip
    """The rows of a named list as a part of a desk."""
    kind = LISTS[name]
    return DeskPart(
        id=name, title=_(kind.title), what_to_do=_(kind.what_to_do) if kind.what_to_do else "", count=count,
        tone=kind.tone if rows or above else None, above=above, shown=len(rows),
        html=drawing.rows("part", rows, prefix=f"{name}-"), all_href=f"/cases?{urlencode(_address(name, town))}",
    )  # fmt: skip
