"""Short forms for events of life: a family moves in, one or all move out, a child is born, somebody died."""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import Request
from starlette.responses import Response

from app_shell.api import once_from_form
from app_shell.forms import Filled, Typed, TypedForm, fill, fresh_key, shown
from app_shell.pages import Page, redirect, render
from app_shell.routing import Access, Id, SecureRouter
from app_shell.words import _
from app_shell.work import Work, WorkDep
from committee_app.reading import Word
from committee_app.register_words import (
    Options,
    choices,
    done_or_waiting,
    lives_as_in_words,
    relations,
    sources,
    stay_choices,
)
from core_db.foundation.clock import local_date
from core_db.foundation.errors import NotFound
from core_db.life_events import (
    BirthDraft,
    Born,
    DeathDraft,
    Died,
    FamilyMoveIn,
    LeftHome,
    MemberDraft,
    MovedIn,
    MoveOutDraft,
    move_family_in,
    move_household_out,
    register_birth,
    register_death,
)
from core_db.overview import home_file
from core_db.people import (
    SEX_WORDS,
    LivesAs,
    PersonFile,
    RegisterField,
    RegisterProposal,
    StayField,
    person_file,
)
from core_db.places import PlaceKind, place_in_sight, places_to_name

router = SecureRouter()
#: Rows of the family form at first; one more comes with a button, up to what the draft takes.
ROWS, MOST_ROWS = 4, 8
#: Where one finds what waits for a second person.
WAITING = "/register/proposals"
MEMBER = ("name", "relation", "id_number", "phone", "sex", "birth", "came_for")


class MoveInPage(Page, template="people/moving_in.html"):
    """A family: the home, the day and what they share once; then each one's own, a row a person."""

    homes: Options
    home: tuple[str, str] | None
    #: Who lives there already, to be joined.
    households: Options
    q: str
    rows: Sequence[int]
    roles: Options
    relations: Options
    sexes: Options
    groups: Options
    sources: Options
    hukous: Options
    permits: Options
    came_for: Options
    today: str
    labels: Mapping[str, str]
    form: Filled[Any] | None
    key: str


class MoveOutPage(Page, template="people/moving_out.html"):
    """Who leaves which home, and the last day."""

    person_id: str
    name: str
    stays: Options
    together: int
    today: str
    labels: Mapping[str, str]
    form: Filled[MoveOutDraft] | None


class BirthPage(Page, template="people/birth.html"):
    """A child of this parent; what is the parent's is proposed."""

    person_id: str
    name: str
    home: str
    relations: Options
    sexes: Options
    groups: Options
    sources: Options
    today: str
    labels: Mapping[str, str]
    form: Filled[BirthDraft] | None
    key: str


class DeathPage(Page, template="people/death.html"):
    """The day, and what follows from it."""

    person_id: str
    name: str
    doors: Sequence[str]
    sources: Options
    today: str
    labels: Mapping[str, str]
    form: Filled[DeathDraft] | None


@router.get("/register/moving-in", access=Access.COMMITTEE)
async def ask_who_moves_in(request: Request, work: WorkDep, q: Word = None, home: Word = None) -> Response:
    return await _move_in_page(request, work, q=q or "", home_id=home)


@router.post("/register/moving-in", access=Access.COMMITTEE)
async def move_in(request: Request, typed: TypedForm, work: WorkDep) -> Response:
    """Register the family; the button for another row only shows one more."""
    home_id = typed.get("home_id")
    if "more" in typed:
        again: Filled[Any] = Filled(draft=None, typed=typed)
        return await _move_in_page(request, work, home_id=home_id, form=again, rows=_rows(typed) + 1)
    form, to = _family(typed), None
    if form.draft is not None:
        writing = once_from_form(request, work, typed, move_family_in, form.draft, to=_where_they_are)
        to = await shown(form, writing)
    if to is None or form.draft is None:
        return await _move_in_page(request, work, home_id=home_id, form=form, rows=_rows(typed), status=422)
    said = _("已登记 {n} 人。").replace("{n}", str(len(form.draft.members)))
    return redirect(request, to, flash=_said_at(to, said))


@router.get("/people/{person_id}/moving-out", access=Access.COMMITTEE)
async def ask_who_moves_out(request: Request, person_id: Id, work: WorkDep) -> Response:
    return await _move_out_page(request, work, person_id)


@router.post("/people/{person_id}/moving-out", access=Access.COMMITTEE)
async def move_out(request: Request, person_id: Id, typed: TypedForm, work: WorkDep) -> Response:
    form = fill(MoveOutDraft, typed)
    file, done = await work.read(person_file, person_id), None
    now = [one for one in file.stays if not one.is_over]
    # Whoever lives in one home alone leaves that one.
    chosen = typed.get("stay") or (now[0].id if len(now) == 1 else None)
    stay = next((one for one in now if one.id == chosen), None)
    if stay is None:
        form.faults["stay"] = _("请选他要离开的住处。")
    elif form.draft is not None:
        done = await shown(form, work.write(move_household_out, stay.id, form.draft))
    if done is None:
        return await _move_out_page(request, work, person_id, form=form, status=422)
    said = done_or_waiting(done, "") if isinstance(done, RegisterProposal) else _left(done)
    return redirect(request, f"/people/{person_id}", flash=said)


@router.get("/people/{person_id}/birth", access=Access.COMMITTEE)
async def ask_who_was_born(request: Request, person_id: Id, work: WorkDep) -> Response:
    return await _birth_page(request, work, person_id)


@router.post("/people/{person_id}/birth", access=Access.COMMITTEE)
async def be_born(request: Request, person_id: Id, typed: TypedForm, work: WorkDep) -> Response:
    form, to = fill(BirthDraft, typed), None
    if form.draft is not None:
        writing = once_from_form(
            request, work, typed, register_birth, person_id, form.draft,
            to=_where_the_child_is,
        )  # fmt: skip
        to = await shown(form, writing)
    if to is None:
        return await _birth_page(request, work, person_id, form=form, status=422)
    return redirect(request, to, flash=_said_at(to, _("已登记出生。")))


@router.get("/people/{person_id}/death", access=Access.COMMITTEE)
async def ask_when_he_died(request: Request, person_id: Id, work: WorkDep) -> Response:
    return await _death_page(request, work, person_id)


@router.post("/people/{person_id}/death", access=Access.COMMITTEE)
async def die(request: Request, person_id: Id, typed: TypedForm, work: WorkDep) -> Response:
    form, done = fill(DeathDraft, typed), None
    if form.draft is not None:
        done = await shown(form, work.write(register_death, person_id, form.draft))
    if done is None:
        return await _death_page(request, work, person_id, form=form, status=422)
    said = done_or_waiting(done, "") if isinstance(done, RegisterProposal) else _died(done)
    return redirect(request, f"/people/{person_id}", flash=said)


# -- reading the family form ------------------------------------------------------------------------


def _rows(typed: Typed) -> int:
    """As many rows as were shown."""
    shown_rows = [n for n in range(1, MOST_ROWS + 1) if f"name-{n}" in typed]
    return max(shown_rows, default=ROWS)


def _family(typed: Typed) -> Filled[Any]:
    """What the family shares, and each row in which anything was typed; a fault stands beside its own field."""
    members: list[MemberDraft] = []
    faults: dict[str, str] = {}
    for n in range(1, _rows(typed) + 1):
        words = {name: typed.get(f"{name}-{n}", "").strip() for name in MEMBER}
        said = {name: value for name, value in words.items() if value}
        if not {"name", "id_number", "phone", "birth"} & set(said):
            continue
        row = fill(MemberDraft, said)  # type: ignore[arg-type]
        faults |= {f"{name or 'name'}-{n}": fault for name, fault in row.faults.items()}
        if row.draft is not None:
            members.append(row.draft)
    form: Filled[Any] = fill(FamilyMoveIn, typed, members=tuple(members))
    if "members" in form.faults:
        form.faults.pop("members")
        faults.setdefault("name-1", _("至少写一个人。"))
    form.faults |= faults
    if form.faults:
        form.draft = None
    return form


def _where_they_are(done: MovedIn | RegisterProposal) -> str:
    return WAITING if isinstance(done, RegisterProposal) else f"/people/{done.person_ids[0]}"


def _where_the_child_is(done: Born | RegisterProposal) -> str:
    return WAITING if isinstance(done, RegisterProposal) else f"/people/{done.person_id}"


def _said_at(to: str, said: str) -> str:
    """What was done; or, where one goes on to what waits, that it waits."""
    return done_or_waiting(to if to == WAITING else None, said)


def _died(done: Died) -> str:
    return _("已登记去世。解除账号绑定 {n} 个，未办结的诉求 {m} 件，都已写明。").format(
        n=done.bindings_ended, m=len(done.open_cases)
    )


def _left(done: LeftHome) -> str:
    return _("已登记迁出 {n} 人，解除账号绑定 {m} 个。").format(n=len(done.person_ids), m=done.bindings_ended)


# -- pages ------------------------------------------------------------------------------------------


async def _move_in_page(
    request: Request, work: Work, *, q: str = "", home_id: str | None = None, form: Filled[Any] | None = None,
    rows: int = ROWS, status: int = 200,
) -> Response:  # fmt: skip
    home, homes, households, lang = None, [], [], work.lang
    if home_id:
        place = await work.read(place_in_sight, home_id)
        if place.kind is not PlaceKind.HOME:
            raise NotFound()
        home = (place.id, place.label)
        there = (await work.read(home_file, home_id)).households
        households = [
            (one.id, " · ".join(filter(None, (one.number, one.head)))) for one in there if not one.ended_on
        ]
    elif q:
        named = await work.read(places_to_name, q=q, limit=20)
        homes = [(one.id, one.label) for one in named.items if one.kind is PlaceKind.HOME]
    page = MoveInPage(
        homes=homes, home=home, households=households, q=q, rows=range(1, min(rows, MOST_ROWS) + 1),
        roles=[(str(one), lives_as_in_words(one, lang)) for one in LivesAs], relations=relations(lang),
        sexes=_sexes(lang),
        groups=choices(RegisterField.ETHNIC_GROUP, lang), sources=sources(),
        permits=stay_choices(StayField.PERMIT, lang), came_for=stay_choices(StayField.CAME_FOR, lang),
        hukous=[("here", _("都在本居民区")), ("elsewhere", _("在别处")), ("unknown", _("还不知道"))],
        today=_today(work), form=form, labels=_family_labels(rows), key=_key(form),
    )  # fmt: skip
    return render(request, page, status=status)


def _family_labels(rows: int) -> dict[str, str]:
    each = {"name": _("姓名"), "relation": _("与户主关系"), "id_number": _("身份证号码"), "phone": _("手机号码"),
            "sex": _("性别"), "birth": _("出生日期"), "came_for": _("来沪事由（与全家不同才选）")}  # fmt: skip
    own = {f"{name}-{n}": f"{word}（{n}）" for n in range(1, rows + 1) for name, word in each.items()}
    return own | each | {
        "household_id": _("住进哪一户"), "since": _("从哪天起住"), "role": _("房屋是"),
        "ethnic_group": _("民族（全家相同才选）"), "hukou": _("户籍"), "permit": _("居住证件"),
        "came_for": _("来沪事由"),
        "leaves_old_home": _("原来在本居民区别处住的，从那里迁出"), "source": _("从哪里知道的"),
    }  # fmt: skip


async def _move_out_page(
    request: Request,
    work: Work,
    person_id: str,
    *,
    form: Filled[MoveOutDraft] | None = None,
    status: int = 200,
) -> Response:
    file = await work.read(person_file, person_id)
    page = MoveOutPage(
        person_id=person_id, name=file.name, stays=[(one.id, one.label) for one in file.stays if not one.is_over],
        together=len(file.members), today=_today(work), form=form,
        labels={"stay": _("离开哪里"), "last_day": _("住到哪天"), "whole_household": _("全家一起迁出"),
                "reason": _("说明")},
    )  # fmt: skip
    return render(request, page, status=status)


async def _birth_page(
    request: Request, work: Work, person_id: str, *, form: Filled[BirthDraft] | None = None, status: int = 200
) -> Response:
    file, lang = await work.read(person_file, person_id), work.lang
    page = BirthPage(
        person_id=person_id, name=file.name, home=next((one.label for one in file.stays if not one.is_over), ""),
        relations=relations(lang), groups=choices(RegisterField.ETHNIC_GROUP, lang), sources=sources(),
        sexes=_sexes(lang),
        today=_today(work), form=form, key=_key(form),
        labels={"name": _("孩子姓名"), "sex": _("性别"), "birth": _("出生日期"), "relation": _("孩子是户主的"),
                "id_number": _("身份证号码"), "ethnic_group": _("民族"), "hukou_with_parent": _("户籍随这位家长"),
                "source": _("从哪里知道的")},
    )  # fmt: skip
    return render(request, page, status=status)


async def _death_page(
    request: Request, work: Work, person_id: str, *, form: Filled[DeathDraft] | None = None, status: int = 200
) -> Response:
    file: PersonFile = await work.read(person_file, person_id)
    page = DeathPage(
        person_id=person_id, name=file.name, doors=[label for _id, label in file.doors], sources=sources(),
        today=_today(work), form=form, labels={"died_on": _("去世日期"), "source": _("从哪里知道的")},
    )  # fmt: skip
    return render(request, page, status=status)


def _sexes(lang: str) -> Options:
    return [(str(code), pair[lang == "en"]) for code, pair in SEX_WORDS.items() if code in ("1", "2")]


def _key(form: Filled[Any] | None) -> str:
    """The form's own: sent twice, it registers once."""
    return (form.typed.get("idempotency_key") if form is not None else None) or fresh_key()


def _today(work: Work) -> str:
    return str(local_date(work.clock.now()))
