"""What somebody has to do now: the lists that matter to him, read in one snapshot, numbers first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from app_shell.words import _
from committee_app.lists import LISTS
from committee_app.rows import NEXT, CaseRow, rows_of
from core_db.accounts import open_bindings
from core_db.cases import CasePage, Verb, case_counts, cases
from core_db.cases.words import CaseStatus
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock

#: How many of a list the desk shows; the rest is one click away. What comes in is seen to come in.
SHOWN, SHOWN_OF_NEW = 6, 20
#: How many are read to be put in order.
READ = 100
BINDINGS_AT_MOST = 50


@dataclass(frozen=True, kw_only=True)
class DeskPart:
    """One kind of work: how much of it there is, the first of it, and where the rest is."""

    id: str
    title: str
    what_to_do: str
    count: str
    tone: str | None
    rows: Sequence[CaseRow]
    all_href: str


@dataclass(frozen=True, kw_only=True)
class DeskFound:
    """What was read for a desk; rows as the base gives them."""

    lists: Mapping[str, CasePage]
    counts: Mapping[str, int]
    bindings: int = 0


def read_desk(
    session: Session, names: Sequence[str], *, bindings: bool = False, actor: Actor, clock: Clock, lang: str
) -> DeskFound:
    """The named lists, how many cases are in each status, and the homes that wait to be bound."""
    now = clock.now()
    lists = {
        name: cases(session, LISTS[name].filter_at(now, limit=READ), actor=actor, clock=clock, lang=lang)
        for name in names
    }
    asked = open_bindings(session, limit=BINDINGS_AT_MOST, actor=actor, clock=clock) if bindings else ()
    return DeskFound(lists=lists, counts=case_counts(session, actor=actor, clock=clock), bindings=len(asked))


def parts_of(
    found: DeskFound, *, now: datetime, lang: str, following: Mapping[CaseStatus, Verb] = NEXT
) -> list[DeskPart]:
    return [_part(name, page, now=now, lang=lang, following=following) for name, page in found.lists.items()]


def _part(
    name: str, page: CasePage, *, now: datetime, lang: str, following: Mapping[CaseStatus, Verb]
) -> DeskPart:
    kind = LISTS[name]
    rows = kind.order(rows_of(page, now=now, lang=lang, query={"list": name}, following=following))
    return DeskPart(
        id=name, title=_(kind.title), what_to_do=_(kind.what_to_do) if kind.what_to_do else "",
        count=f"{READ}+" if page.next else str(len(rows)), tone=kind.tone if rows else None,
        all_href=f"/cases?list={name}",
        rows=rows[: SHOWN_OF_NEW if name == "to-accept" else SHOWN],
    )  # fmt: skip
