"""A case as a row of the committee's lists: what, where, how far, who holds it, until when, and what to do next.

A row, and the HTML drawn of it, are kept until the case changes or its clock says something else.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import field
from datetime import date, datetime
from functools import partial
from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup
from sqlmodel import Session
from starlette.requests import Request

from app_shell.context import shell_of, visit_of
from app_shell.moments import said_until
from app_shell.pages import Pages
from app_shell.titles import first_words, whole_of
from committee_app.journey import ClockShown, Tone, clock_of, contact_clock, holder_of, tone_of
from core_db.cases import CaseFilter, Kept, Made, MadePage, made_cases, waits_for_ruling
from core_db.cases.words import ESCALATED_TO_WORDS, STATUS_WORDS, VERB_WORDS, CaseStatus, EscalatedTo, Verb
from core_db.foundation.actor import COMMITTEE, DISPATCHERS, Actor
from core_db.foundation.clock import Clock, day_begins
from core_db.foundation.lean import dataclass

#: In columns: sixty Chinese signs.
ROOM_FOR_TITLE = 120
#: How many rows a process keeps, each with its HTML: about four kilobytes.
ROWS_KEPT = 8_000

#: How a row can have been drawn: one of the LOOKS, what its id begins with, whether it is the current one.
LookOf = tuple[str, str, bool]

#: The verb that most often comes next, for the committee; it is offered, never done by itself.
NEXT: Mapping[CaseStatus, Verb] = {
    CaseStatus.SUBMITTED: Verb.ACCEPTANCE, CaseStatus.PRE_CHECK: Verb.ACCEPTANCE,
    CaseStatus.ACCEPTED: Verb.DISPATCH, CaseStatus.REOPENED: Verb.DISPATCH, CaseStatus.RETURNED: Verb.DISPATCH,
    CaseStatus.DISPATCHED: Verb.URGING, CaseStatus.SIGNED: Verb.URGING, CaseStatus.IN_PROGRESS: Verb.URGING,
    CaseStatus.SELF_HANDLING: Verb.HANDLING, CaseStatus.HANDLED: Verb.VERIFICATION,
    CaseStatus.VERIFIED: Verb.CLOSURE, CaseStatus.SUSPENDED: Verb.RESUMPTION,
}  # fmt: skip
#: The same for a handling organisation.
NEXT_OF_HANDLER: Mapping[CaseStatus, Verb] = {
    CaseStatus.DISPATCHED: Verb.SIGNING, CaseStatus.SIGNED: Verb.PROGRESS, CaseStatus.IN_PROGRESS: Verb.HANDLING,
}  # fmt: skip


#: What whoever is above a committee does next about its cases.
DONE_ABOVE = frozenset({Verb.DISPATCH, Verb.URGING})
#: Next only when waiting has come to its end: nobody is asked to do it at each look.
WHEN_WAITED = frozenset({Verb.URGING, Verb.CLOSURE, Verb.RESUMPTION})


def following_for(actor: Actor) -> Mapping[CaseStatus, Verb]:
    """What most often comes next, for the committee and dispatchers or for a handling organisation."""
    return NEXT if actor.has(*COMMITTEE, *DISPATCHERS) else NEXT_OF_HANDLER


#: Before a case with a low mark is closed, whoever gave it is called and what he said is written down.
FOR_REVIEW = (Verb.NOTE, Verb.MESSAGES)


def at_hand(actor: Actor, view: Mapping[str, Any], own_part: str | None = None) -> list[str]:
    """What to do about a case now, if there is anything: its form stands first, and open.

    A handling organisation goes by how far its own part is.
    """
    if view.get("needs_review"):
        return [str(verb) for verb in FOR_REVIEW if verb in view["allowed"]]
    following = following_for(actor)
    if "extension_asked" in view and following is NEXT and Verb.EXTENSION in view["allowed"]:
        return [str(Verb.EXTENSION)]
    how_far = own_part if own_part and following is NEXT_OF_HANDLER else view["status"]
    verb = following.get(CaseStatus(how_far))
    return [str(verb)] if verb is not None and verb in view["allowed"] and verb not in WHEN_WAITED else []


@dataclass(frozen=True, kw_only=True)
class NextStep:
    label: str
    href: str


@dataclass(frozen=True, kw_only=True)
class CaseRow:
    """What a list shows of a case."""

    id: str
    number: str
    title: str
    #: What was said, where the title is not all of it.
    whole: str | None
    href: str
    status: str
    tone: Tone
    urgent: bool
    has_new_message: bool
    urged: bool
    asks_extension: bool
    badly_rated: bool
    escalated: str | None
    place: str
    category: str
    holder: str | None
    clock: ClockShown | None
    contact: ClockShown | None
    created_at: datetime
    version: int
    next: NextStep | None
    #: Its HTML by the look it was drawn in; see `Drawing`.
    looks: dict[LookOf, str] = field(default_factory=dict, compare=False, repr=False)


RowsFound = MadePage[CaseRow]


def case_rows(
    session: Session, wanted: CaseFilter, *, query: Mapping[str, Any] | None = None,
    following: Mapping[CaseStatus, Verb] = NEXT, actor: Actor, clock: Clock, lang: str,
) -> RowsFound:  # fmt: skip
    """A page of a list; `query` is carried along to the case, so that its neighbours in the list stay beside it."""
    kept = urlencode(query or {}, doseq=True)
    nodes = frozenset(actor.places_as(COMMITTEE))
    make = partial(_make, now=clock.now(), lang=lang, kept=kept, following=following, nodes=nodes)
    shown_as = f"{kept}|{following is NEXT}"
    return made_cases(
        session, wanted, make, _rows_kept, shown_as=shown_as, actor=actor, clock=clock, lang=lang
    )


_rows_kept: Kept[CaseRow] = Kept(ROWS_KEPT)


def _make(view: Mapping[str, Any], row: Any, *, now: datetime, **known: Any) -> Made[CaseRow]:
    made = row_of(view, row, now=now, **known)
    clocks = [one.at for one in (made.clock, made.contact) if one is not None and one.at is not None]
    turns = [said_until(at, now) for at in clocks]
    if view["review_on"] and (day := day_begins(date.fromisoformat(view["review_on"]))) > now:
        turns.append(day)
    return Made(made, until=min(turns, default=None))


def row_of(
    view: Mapping[str, Any], row: Any, *, now: datetime, lang: str, kept: str = "",
    following: Mapping[CaseStatus, Verb] = NEXT, nodes: Collection[str] = (),
) -> CaseRow:  # fmt: skip
    """A case as its row shows it now; `nodes` are those on whose committee the reader sits."""
    status = CaseStatus(view["status"])
    level = view["escalated_to"]
    return CaseRow(
        id=view["id"], number=view["number"], title=title_of(view["text"]),
        whole=whole_of(view["text"], ROOM_FOR_TITLE),
        href=f"/cases/{view['id']}" + (f"?{kept}" if kept else ""),
        status=STATUS_WORDS[status].within(lang), tone=tone_of(status), urgent=view["urgent"],
        has_new_message=row.has_new_message and row.community_id in nodes,
        urged=view["urged"], asks_extension=row.asks_extension,
        badly_rated=row.needs_review and row.community_id in nodes,
        escalated=ESCALATED_TO_WORDS[EscalatedTo(level)].within(lang) if level else None,
        place=view["place"]["label"], category=view["category"]["name"],
        holder=holder_of(view, row, lang),
        clock=clock_of(view, row, now=now, lang=lang), contact=contact_clock(row, now=now, lang=lang),
        created_at=datetime.fromisoformat(view["created_at"]), version=view["version"],
        next=_next(view["id"], _following(status, row, following, nodes), lang),
    )  # fmt: skip


#: The partials a row is drawn by: in a list, in a list of which several can be selected, selected there, on a desk.
LOOKS: Mapping[str, str] = {
    "plain": "cases/_row_plain.html", "pick": "cases/_row_pick.html", "picked": "cases/_row_picked.html",
    "part": "cases/_row_part.html",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """How rows are drawn for somebody: his app's templates, his language."""

    pages: Pages
    lang: str

    def rows(
        self, look: str, rows: Sequence[CaseRow], *, prefix: str = "case-", current: str | None = None,
        picked: Collection[str] = (),
    ) -> Markup:  # fmt: skip
        """The rows in one of the LOOKS, each with an id that begins so; one can be the current, several picked."""
        drawn: list[str] = []
        for row in rows:
            look_of = ("picked" if row.id in picked else look, prefix, row.id == current)
            drawn.append(row.looks.get(look_of) or self._draw(row, look_of))
        return Markup("".join(drawn))  # noqa: S704 - each escaped by its own template

    def _draw(self, row: CaseRow, look_of: LookOf) -> str:
        look, prefix, is_current = look_of
        given = {"row": row, "prefix": prefix, "current": is_current}
        html = row.looks[look_of] = self.pages.html(LOOKS[look], self.lang, **given)
        return html


def drawing_for(request: Request) -> Drawing:
    return Drawing(pages=shell_of(request).pages, lang=visit_of(request).lang)


def title_of(text: str) -> str:
    """The first words of what was said."""
    return first_words(text, ROOM_FOR_TITLE)


def urged_first(rows: Sequence[CaseRow]) -> list[CaseRow]:
    """Of those that stand on one page; otherwise as they stand."""
    return sorted(rows, key=lambda row: not row.urged)


def _is_above_us(status: CaseStatus, row: Any, nodes: Collection[str]) -> bool:
    """The committee has nothing to do until the level above has said whose it is."""
    return row.community_id in nodes and waits_for_ruling(status, row.escalated_to, row.returns)


def _following(
    status: CaseStatus, row: Any, following: Mapping[CaseStatus, Verb], nodes: Collection[str]
) -> Verb | None:
    """Nothing while it is another's turn. Whoever is above the committee acts on what was escalated, and little."""
    verb = following.get(status)
    if following is NEXT_OF_HANDLER or row.community_id in nodes:
        return None if _is_above_us(status, row, nodes) else verb
    return verb if row.escalated_to and verb in DONE_ABOVE else None


def _next(case_id: str, verb: Verb | None, lang: str) -> NextStep | None:
    if verb is None:
        return None
    return NextStep(label=VERB_WORDS[verb].label.within(lang), href=f"/cases/{case_id}?do={verb}#do-{verb}")
