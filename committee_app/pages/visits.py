"""Visits (走访): the day's round, taking it along, recording a visit and reading one."""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import Request
from starlette.responses import Response

from app_shell.api import once_from_form
from app_shell.forms import Filled, Typed, TypedForm, fill, fresh_key, shown
from app_shell.pages import Page, redirect, render
from app_shell.routing import Access, SecureRouter
from app_shell.words import _
from app_shell.work import Work, WorkDep
from committee_app.door_to_door import door_in_words, way_on, way_on_along
from committee_app.reading import Word
from committee_app.visit_words import Choices, VisitRow, cards, choices, labels, visit_row
from core_db.finding import Found, find_people
from core_db.foundation.sealing import masked_name
from core_db.visits import (
    CanvassesAlong,
    CanvassSeen,
    Door,
    Round,
    Stop,
    SubjectSeen,
    VisitDraft,
    VisitLine,
    canvass_progress,
    canvasses_along,
    door_written,
    record_visit,
    round_today,
    subject_to_visit,
    visit_seen,
    visits_of,
)
from core_db.visits.words import (
    ANSWER_WORDS,
    CHANNEL_WORDS,
    PURPOSE_WORDS,
    RESULT_WORDS,
    TICK_WORDS,
    VisitPurpose,
)

router = SecureRouter("/visits")
AT_A_TIME = 30
#: Stops that one takes along, and doors of canvasses: more nobody walks in a day.
TAKEN_ALONG = 60
ANSWER = "answer-"


class RoundPage(Page, template="visits/index.html"):
    """Who is due today, stair by stair."""

    round: Round
    building: str
    why: Mapping[VisitPurpose, str]


class AwayPage(Page, template="visits/away.html"):
    """What is taken along: doors, initials, questions, and a form for each door. It works without a network."""

    stops: Sequence[tuple[Stop, str, str]]
    left_behind: int
    along: CanvassesAlong
    canvassed: Sequence[tuple[CanvassSeen, Sequence[tuple[Door, str]]]]
    building: str
    #: The home and the canvass whose form stands open.
    home: str
    canvass: str
    results: Sequence[Mapping[str, str]]
    answers: Sequence[Mapping[str, str]]
    ticks: Choices
    labels: Mapping[str, str]


class NewVisitPage(Page, template="visits/new.html"):
    """First whom, then what was found."""

    q: str
    people: Sequence[Found]
    subject: SubjectSeen | None
    earlier: Sequence[VisitRow]
    plan_id: str
    canvass_id: str
    questions: Sequence[str]
    answers: Sequence[Mapping[str, str]]
    results: Sequence[Mapping[str, str]]
    channels: Choices
    purposes: Choices
    purpose: str
    ticks: Choices
    labels: Mapping[str, str]
    form: Filled[VisitDraft] | None
    key: str


class VisitsPage(Page, template="visits/recent.html"):
    """Visits of the neighbourhood, the newest first."""

    visits: Sequence[VisitRow]
    next_href: str | None


@router.get("", access=Access.COMMITTEE)
async def index(request: Request, work: WorkDep, building: Word = None) -> Response:
    found = await work.read(round_today, building_id=building)
    why = {one: word.within(work.lang) for one, word in PURPOSE_WORDS.items()}
    return render(request, RoundPage(round=found, building=building or "", why=why))


@router.get("/away", access=Access.COMMITTEE)
async def away(
    request: Request, work: WorkDep, building: Word = None, home: Word = None, canvass: Word = None
) -> Response:
    """What a telephone keeps of it (sw.js) holds no whole name and no number."""
    found = await work.read(round_today)
    along = await work.read(canvasses_along, building_id=building or None, most=TAKEN_ALONG)
    doors = [(one.canvass, [(door, fresh_key()) for door in one.doors]) for one in along.canvasses]
    taken = [(stop, masked_name(stop.door.name), fresh_key()) for stop in found.stops[:TAKEN_ALONG]]
    page = AwayPage(
        stops=taken, left_behind=max(0, found.due - TAKEN_ALONG), along=along, canvassed=doors,
        building=building or "", home=home or "", canvass=canvass or "",
        results=cards(RESULT_WORDS, work.lang), answers=cards(ANSWER_WORDS, work.lang),
        ticks=choices(TICK_WORDS, work.lang), labels=labels(),
    )  # fmt: skip
    return render(request, page)


@router.get("/recent", access=Access.COMMITTEE)
async def recent(
    request: Request, work: WorkDep, person: Word = None, home: Word = None, after: Word = None
) -> Response:
    found = await work.read(visits_of, person_id=person, home_id=home, after=after, limit=AT_A_TIME)
    onward = None
    if len(found) == AT_A_TIME:
        onward = f"/visits/recent?person={person or ''}&home={home or ''}&after={found[-1].id}"
    return render(request, VisitsPage(visits=[visit_row(one, work.lang) for one in found], next_href=onward))


@router.get("/new", access=Access.COMMITTEE)
async def new(
    request: Request, work: WorkDep, q: Word = None, person: Word = None, home: Word = None, plan: Word = None,
    canvass: Word = None,
) -> Response:  # fmt: skip
    about = {
        "person_id": person or "",
        "home_id": home or "",
        "plan_id": plan or "",
        "canvass_id": canvass or "",
    }
    return await _new_page(request, work, about, q=q or "", form=None)


@router.post("", access=Access.COMMITTEE)
async def record(request: Request, typed: TypedForm, work: WorkDep) -> Response:
    form, to = fill(VisitDraft, typed, answers=answers_in(typed)), None
    if form.draft is not None:
        writing = once_from_form(
            request, work, typed, record_visit, form.draft, to=lambda made: f"/visits/{made.id}"
        )
        to = await shown(form, writing)
    if to is None:
        about = {name: typed.get(name, "") for name in ("person_id", "home_id", "plan_id", "canvass_id")}
        return await _new_page(request, work, about, q="", form=form)
    to, said = await _onward(work, typed, to)
    return redirect(request, to, flash=said)


def answers_in(typed: Typed) -> dict[str, str]:
    """What was answered to the questions of a canvass; what was not asked is left out."""
    return {
        name.removeprefix(ANSWER): typed[name] for name in typed if name.startswith(ANSWER) and typed[name]
    }


async def _onward(work: Work, typed: Typed, to: str) -> tuple[str, str]:
    """Where one goes on, with a sentence of what was kept: of a canvass to the next door, else to the visit.

    Where two people wrote different things, always to the visit: the telephone tells of it by that page.
    """
    is_along, visit_id = typed.get("back") == "away", to.removeprefix("/visits/")
    if not typed.get("canvass_id"):
        if (await work.read(visit_seen, visit_id)).differing:
            return to, _("走访已记下。另一个人也记了这一次，有几处不一样，请定下哪一句。")
        return "/visits/away" if is_along else to, _("走访已记下。")
    written = await work.read(door_written, visit_id)
    onward = way_on_along(written, typed.get("building", "")) if is_along else way_on(written)
    return onward, door_in_words(written, work.lang)


async def _new_page(
    request: Request, work: Work, about: Mapping[str, str], *, q: str, form: Filled[VisitDraft] | None
) -> Response:
    people = await work.read(find_people, q) if q else ()
    subject: SubjectSeen | None = None
    earlier: Sequence[VisitLine] = ()
    questions: Sequence[str] = ()
    if about["person_id"] or about["home_id"]:
        whom: dict[str, Any] = {name: about[name] or None for name in ("person_id", "home_id")}
        subject = await work.read(subject_to_visit, **whom)
        earlier = await work.read(visits_of, person_id=subject.person_id, home_id=whom["home_id"], limit=3)
    if about["canvass_id"]:
        questions = (await work.read(canvass_progress, about["canvass_id"])).canvass.questions
    page = NewVisitPage(
        q=q, people=people, subject=subject, earlier=[visit_row(one, work.lang) for one in earlier],
        plan_id=about["plan_id"], canvass_id=about["canvass_id"], questions=questions,
        answers=cards(ANSWER_WORDS, work.lang), results=cards(RESULT_WORDS, work.lang),
        channels=choices(CHANNEL_WORDS, work.lang), purposes=choices(PURPOSE_WORDS, work.lang),
        purpose=str(VisitPurpose.CANVASS if about["canvass_id"] else VisitPurpose.CARE),
        ticks=choices(TICK_WORDS, work.lang), labels=labels(), form=form,
        key=form.typed.get("idempotency_key") or fresh_key() if form else fresh_key(),
    )  # fmt: skip
    return render(request, page, status=422 if form else 200)
