"""Places with who lives there: the buildings, an estate, a building as a board of doors, a home, a household."""

from collections.abc import Mapping, Sequence

from fastapi import Request
from starlette.responses import Response

from app_shell.pages import Page, render
from app_shell.routing import Access, Id, SecureRouter
from app_shell.words import _
from app_shell.work import Work, WorkDep
from committee_app.place_words import (
    FactRow,
    PastRow,
    crumbs,
    door_words,
    fact_rows,
    floor_in_words,
    household_kind,
    past_rows,
    step_rows,
)
from committee_app.reading import Word
from committee_app.register_words import born_in_words, lives_as_in_words, relation_in_words, waiting_rows
from committee_app.visit_words import VisitedRow, visited_row
from core_db.cases.words import STATUS_WORDS
from core_db.foundation.lean import dataclass
from core_db.overview import (
    Board,
    BoundAccount,
    BuildingSeen,
    CaseSeen,
    Door,
    PlaceFacts,
    Stay,
    TagCount,
    building_board,
    estate_file,
    home_file,
    household_file,
    places_kept,
)
from core_db.people import waiting_of
from core_db.places import PlaceKind, places_to_name

router = SecureRouter()
Pairs = Sequence[tuple[str, str]]
#: What of it waits for a second person: the id, what it is of, who proposed it.
Waiting = Sequence[tuple[str, str, str]]
#: Names behind a door that the board shows; how many more there are, it says.
NAMES = 3
#: Tags behind a door that the board shows; how many more there are, it says.
TAGS = 3


@dataclass(frozen=True, kw_only=True)
class DoorCard:
    """A door on the board; on paper its people are their surnames."""

    id: str
    name: str
    tone: str
    words: str
    people: Sequence[tuple[str, str]]
    masked: Sequence[str]
    more: int
    open_cases: int
    #: Each with how many people bear it; never on paper.
    tags: Sequence[tuple[str, int]]
    more_tags: int


@dataclass(frozen=True, kw_only=True)
class StayRow:
    """Somebody's time in a home."""

    person_id: str
    name: str
    as_what: str
    relation: str
    born: str
    since: str
    until: str
    household_id: str | None


@dataclass(frozen=True, kw_only=True)
class HouseholdRow:
    """A household of a home."""

    id: str
    title: str
    meta: Sequence[str]
    is_over: bool


@dataclass(frozen=True, kw_only=True)
class PlaceCard:
    """What every page of a place has: the way down to it, its facts, its past."""

    id: str
    name: str
    label: str
    way: Pairs
    facts: Sequence[FactRow]
    past: Sequence[PastRow]
    end: str
    successor: tuple[str, str] | None


class PlacesPage(Page, template="places/index.html"):
    """The buildings of one's neighbourhoods, by estate; or the doors that a line names."""

    q: str
    homes: Pairs
    estates: Sequence[tuple[BuildingSeen, Sequence[BuildingSeen]]]
    loose: Sequence[BuildingSeen]
    is_cut: bool


class EstatePage(Page, template="places/estate.html"):
    """An estate: what is known of it, and its buildings."""

    place: PlaceCard
    waiting: Waiting
    tags_here: Sequence[tuple[str, int]]
    buildings: Sequence[BuildingSeen]


class BuildingPage(Page, template="places/building.html"):
    """A building as a board of doors, numbers first."""

    place: PlaceCard
    waiting: Waiting
    tags_here: Sequence[tuple[str, int]]
    figures: Sequence[Mapping[str, str]]
    floors: Sequence[tuple[str, Sequence[DoorCard]]]
    printed_on: str


class HomePage(Page, template="places/home.html"):
    """A home: who lives and lived there, its households, what is open, who came, whose account it binds."""

    place: PlaceCard
    waiting: Waiting
    tags_here: Sequence[tuple[str, int]]
    now: Sequence[StayRow]
    before: Sequence[StayRow]
    households: Sequence[HouseholdRow]
    open_cases: Sequence[tuple[str, str, str]]
    past_cases: Sequence[tuple[str, str, str]]
    bound: Sequence[BoundAccount]
    #: The latest visits; `home_id` is where one more is written down.
    visits: Sequence[VisitedRow]
    home_id: str


class HouseholdPage(Page, template="places/household.html"):
    """A household: its members, those who left, and its past."""

    household_id: str
    title: str
    waiting: Waiting
    tags_here: Sequence[tuple[str, int]]
    number: str
    home_id: str
    way: Pairs
    ended_on: str
    facts: Sequence[FactRow]
    members: Sequence[tuple[StayRow, bool]]
    former: Sequence[StayRow]
    open_cases: Sequence[tuple[str, str, str]]
    past: Sequence[PastRow]
    steps: Sequence[PastRow]
    visits: Sequence[VisitedRow]


@router.get("/places", access=Access.COMMITTEE)
async def index(request: Request, work: WorkDep, q: Word = None) -> Response:
    found, homes = await work.read(places_kept, q or ""), []
    if q and not found.estates and not found.loose:
        named = await work.read(places_to_name, q=q, limit=20)
        homes = [(one.id, one.label) for one in named.items if one.kind is PlaceKind.HOME]
    page = PlacesPage(q=q or "", homes=homes, estates=found.estates, loose=found.loose, is_cut=found.is_cut)
    return render(request, page)


@router.get("/estates/{estate_id}", access=Access.COMMITTEE)
async def estate(request: Request, estate_id: Id, work: WorkDep) -> Response:
    found = await work.read(estate_file, estate_id)
    page = EstatePage(
        place=_card(found.place, work.lang), waiting=await _waiting(work, estate_id),
        tags_here=tags_here(found.tags, work.lang),
        buildings=found.buildings
    )  # fmt: skip
    return render(request, page)


@router.get("/buildings/{building_id}", access=Access.COMMITTEE)
async def building(request: Request, building_id: Id, work: WorkDep) -> Response:
    board, lang = await work.read(building_board, building_id), work.lang
    floors = [(floor_in_words(floor), [_door(one, lang) for one in doors]) for floor, doors in board.floors]
    page = BuildingPage(
        place=_card(board.place, lang), waiting=await _waiting(work, building_id),
        tags_here=tags_here(board.tags, lang), figures=_figures(board), floors=floors,
        printed_on=str(work.clock.now().date()),
    )  # fmt: skip
    return render(request, page)


@router.get("/homes/{home_id}", access=Access.COMMITTEE)
async def home(request: Request, home_id: Id, work: WorkDep) -> Response:
    found, lang = await work.read(home_file, home_id), work.lang
    households = [
        HouseholdRow(
            id=one.id, title=one.number or one.head or _("没有户号"), is_over=one.ended_on is not None,
            meta=(household_kind(one.kind, lang), one.head, _("{n} 人").replace("{n}", str(one.people)),
                  _("{day} 结束").replace("{day}", str(one.ended_on)) if one.ended_on else ""),
        )
        for one in found.households
    ]  # fmt: skip
    page = HomePage(
        place=_card(found.place, lang), waiting=await _waiting(work, home_id),
        tags_here=tags_here(found.tags, lang),
        now=[stay_row(one, lang) for one in found.stays if not one.is_over],
        before=[stay_row(one, lang) for one in found.stays if one.is_over], households=households,
        open_cases=case_lines(found.cases, lang, is_open=True),
        past_cases=case_lines(found.cases, lang, is_open=False), bound=found.bound,
        visits=[visited_row(one, lang) for one in found.visits], home_id=home_id,
    )  # fmt: skip
    return render(request, page)


@router.get("/households/{household_id}", access=Access.COMMITTEE)
async def household(request: Request, household_id: Id, work: WorkDep) -> Response:
    found, lang = await work.read(household_file, household_id), work.lang
    number = next((one.value for one in found.fields if one.field == "number"), "")
    page = HouseholdPage(
        household_id=household_id, title=_("{home} 的一户").replace("{home}", found.label), number=number,
        waiting=await _waiting(work, household_id),
        tags_here=tags_here(found.tags, lang), home_id=found.home_id, way=crumbs(found.way),
        ended_on=str(found.ended_on or ""),
        facts=fact_rows(found.fields, lang), members=[(stay_row(one.stay, lang), one.is_head) for one in found.members],
        former=[stay_row(one, lang) for one in found.former], open_cases=case_lines(found.cases, lang, is_open=True),
        past=past_rows(found.history, lang), steps=step_rows(found.steps, lang),
        visits=[visited_row(one, lang) for one in found.visits],
    )  # fmt: skip
    return render(request, page)


async def _waiting(work: Work, of_id: str) -> Waiting:
    return waiting_rows(await work.read(waiting_of, of_id), work.lang)


# -- in words ---------------------------------------------------------------------------------------


def case_lines(
    cases: Sequence[CaseSeen], lang: str, *, is_open: bool | None = None
) -> list[tuple[str, str, str]]:
    """Id, number with summary, and status: of the open cases, of the past ones, or of all."""
    return [
        (one.id, f"{one.number} {one.summary}", STATUS_WORDS[one.status].within(lang))
        for one in cases
        if is_open in (None, one.is_open)
    ]


def tags_here(tags: Sequence[TagCount], lang: str) -> list[tuple[str, int]]:
    """Each tag with how many of those who live here bear it."""
    return [(one.within(lang), one.people) for one in tags]


def stay_row(one: Stay, lang: str) -> StayRow:
    """A time in a home, in words."""
    return StayRow(
        person_id=one.person_id, name=one.name, as_what=lives_as_in_words(one.role, lang),
        relation=relation_in_words(one.relation, lang) if one.household_id else "", since=str(one.valid_from),
        until=str(one.valid_to or _("现在")), household_id=one.household_id, born=born_in_words(one.birth_year),
    )  # fmt: skip


def _card(place: PlaceFacts, lang: str) -> PlaceCard:
    end = _("{day} 起不再有这里。").replace("{day}", str(place.valid_to or "")) if place.is_over else ""
    after = crumbs([place.successor])[0] if place.successor else None
    return PlaceCard(
        id=place.id, name=place.name, label=place.label, way=crumbs(place.way), facts=fact_rows(place.fields, lang),
        past=past_rows(place.history, lang), end=end, successor=after,
    )  # fmt: skip


def _door(door: Door, lang: str) -> DoorCard:
    tone, words = door_words(door, lang)
    shown = door.people[:NAMES]
    return DoorCard(
        id=door.id, name=door.name, tone=tone, words=words, people=[(one.person_id, one.name) for one in shown],
        masked=[one.masked for one in shown], more=len(door.people) - len(shown), open_cases=door.open_cases,
        tags=tags_here(door.tags[:TAGS], lang), more_tags=max(0, len(door.tags) - TAGS),
    )  # fmt: skip


def _figures(board: Board) -> list[Mapping[str, str]]:
    doors = board.doors
    counted = (
        (_("户门"), len(doors)),
        (_("有人住"), sum(bool(one.people) for one in doors)),
        (_("空置"), sum(one.is_vacant for one in doors)),
        (_("出租"), sum(one.use == "rented" for one in doors)),
        (_("登记的人"), sum(len(one.people) for one in doors)),
        (_("正在办的事"), sum(one.open_cases for one in doors)),
    )
    return [{"label": label, "value": str(count)} for label, count in counted]
