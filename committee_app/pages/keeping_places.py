"""Keeping places and households: correcting, verifying, ending a place; a household's fields, head and relations."""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import Request
from starlette.responses import Response

from app_shell.forms import Filled, TypedForm, fill, shown
from app_shell.pages import Page, redirect, render
from app_shell.routing import Access, Id, SecureRouter
from app_shell.words import _
from app_shell.work import Work, WorkDep
from committee_app.place_words import PAGE_OF, in_words
from committee_app.reading import Word
from committee_app.register_words import (
    Options,
    born_in_words,
    done_or_waiting,
    relation_in_words,
    relations,
    sources,
)
from core_db.foundation.clock import local_date
from core_db.foundation.errors import CannotBeRead, NotFound
from core_db.life_events import regroup_household
from core_db.overview import (
    HouseholdFile,
    MemberSeen,
    PlaceFacts,
    PlaceField,
    facts_kept,
    home_file,
    household_file,
)
from core_db.people import (
    HeadDraft,
    HouseholdCorrection,
    RegisterProposal,
    RegroupDraft,
    RelationDraft,
    change_head,
    correct_household,
    correct_place,
    correct_relation,
    end_dwelling,
    undo_change_kept_there,
)
from core_db.places import (
    PlaceCorrection,
    PlaceEnding,
    PlaceNaming,
    children_of,
    rename_place,
    verify_place,
)

router = SecureRouter()


class CorrectPlacePage(Page, template="places/correct.html"):
    """One field of a place or a household: what it says now, masked, and what it should say."""

    #: The page to go back to, and where the form goes.
    back: tuple[str, str]
    action: str
    #: Where one tap says that it is right; nowhere for a household.
    verification: str
    field: str
    label: str
    now: str
    codes: Options
    is_day: bool
    sources: Options
    labels: Mapping[str, str]
    form: Filled[Any] | None


class NamePage(Page, template="places/name.html"):
    """What a place is called."""

    back: tuple[str, str]
    place_id: str
    now: str
    sources: Options
    labels: Mapping[str, str]
    form: Filled[PlaceNaming] | None


class EndPlacePage(Page, template="places/ending.html"):
    """A place that is there no more: since when, why, and what stands there instead."""

    back: tuple[str, str]
    place_id: str
    others: Options
    sources: Options
    today: str
    labels: Mapping[str, str]
    form: Filled[PlaceEnding] | None


class MembersPage(Page, template="places/members.html"):
    """Who heads a household, and what each other is to him."""

    household_id: str
    title: str
    #: The members by person and by residency; the second without the head, who is related to nobody else.
    people: Options
    others: Options
    relations: Options
    sources: Options
    labels: Mapping[str, str]
    form: Filled[Any] | None
    relation_form: Filled[Any] | None
    #: All members by residency, and the other households of the home, to be joined.
    stays: Options
    beside: Options
    regroup_form: Filled[Any] | None
    #: Whose page one came from, by his time in the home.
    who: str


@router.get("/places/{place_id}/correction", access=Access.COMMITTEE)
async def ask_what_a_place_is(request: Request, place_id: Id, work: WorkDep, field: Word = None) -> Response:
    return await _place_page(request, work, place_id, field)


@router.post("/places/{place_id}/correction", access=Access.COMMITTEE)
async def put_a_place_right(request: Request, place_id: Id, typed: TypedForm, work: WorkDep) -> Response:
    form, done = fill(PlaceCorrection, typed), None
    if form.draft is not None:
        done = await shown(form, work.write(correct_place, place_id, form.draft))
    if done is None:
        return await _place_page(request, work, place_id, typed.get("field"), form=form, status=422)
    flash = done_or_waiting(done.proposal, _("已更正。"))
    return redirect(request, f"/{PAGE_OF[done.place.kind]}/{place_id}", flash=flash)


@router.post("/places/{place_id}/verification", access=Access.COMMITTEE)
async def say_it_is_right(request: Request, place_id: Id, typed: TypedForm, work: WorkDep) -> Response:
    """One tap: today somebody looked and all of it, or this one field, is right."""
    done = await work.write(verify_place, place_id, typed.get("field") or None)
    flash = _("已记下：今天核对过，没有变化。")
    return redirect(request, f"/{PAGE_OF[done.kind]}/{place_id}", flash=flash)


@router.get("/places/{place_id}/name", access=Access.COMMITTEE)
async def ask_what_it_is_called(request: Request, place_id: Id, work: WorkDep) -> Response:
    return await _name_page(request, work, place_id)


@router.post("/places/{place_id}/name", access=Access.COMMITTEE)
async def call_it_otherwise(request: Request, place_id: Id, typed: TypedForm, work: WorkDep) -> Response:
    form, done = fill(PlaceNaming, typed), None
    if form.draft is not None:
        done = await shown(form, work.write(rename_place, place_id, form.draft))
    if done is None:
        return await _name_page(request, work, place_id, form=form, status=422)
    return redirect(request, f"/{PAGE_OF[done.kind]}/{place_id}", flash=_("已改名。"))


@router.get("/places/{place_id}/ending", access=Access.COMMITTEE)
async def ask_when_it_ended(request: Request, place_id: Id, work: WorkDep) -> Response:
    return await _end_page(request, work, place_id)


@router.post("/places/{place_id}/ending", access=Access.COMMITTEE)
async def end(request: Request, place_id: Id, typed: TypedForm, work: WorkDep) -> Response:
    form, done = fill(PlaceEnding, typed), None
    if form.draft is not None:
        done = await shown(form, work.write(end_dwelling, place_id, form.draft))
    if done is None:
        return await _end_page(request, work, place_id, form=form, status=422)
    flash = done_or_waiting(done.proposal, _("已登记：不再有这里。"))
    return redirect(request, f"/{PAGE_OF[done.place.kind]}/{place_id}", flash=flash)


@router.post("/places/changes/{change_id}/undoing", access=Access.COMMITTEE)
async def take_back(request: Request, change_id: Id, work: WorkDep) -> Response:
    done = await work.write(undo_change_kept_there, change_id)
    flash = done_or_waiting(done.proposal, _("已撤销。"))
    if done.household_id is not None:
        return redirect(request, f"/households/{done.household_id}", flash=flash)
    place = await work.read(facts_kept, done.place_id)
    return redirect(request, f"/{PAGE_OF[place.kind]}/{place.id}", flash=flash)


@router.get("/households/{household_id}/correction", access=Access.COMMITTEE)
async def ask_what_a_household_is(
    request: Request, household_id: Id, work: WorkDep, field: Word = None
) -> Response:
    return await _household_page(request, work, household_id, field)


@router.post("/households/{household_id}/correction", access=Access.COMMITTEE)
async def put_a_household_right(
    request: Request, household_id: Id, typed: TypedForm, work: WorkDep
) -> Response:
    form, done = fill(HouseholdCorrection, typed), None
    if form.draft is not None:
        done = await shown(form, work.write(correct_household, household_id, form.draft))
    if done is None:
        return await _household_page(request, work, household_id, typed.get("field"), form=form, status=422)
    flash = done_or_waiting(done.proposal, _("已更正。"))
    return redirect(request, f"/households/{household_id}", flash=flash)


@router.get("/households/{household_id}/members", access=Access.COMMITTEE)
async def ask_who_is_who(
    request: Request, household_id: Id, work: WorkDep, who: Word = None
) -> Response:  # fmt: skip
    """`who`: the time in the home of one of them, whose page one comes from; he is chosen to go over."""
    return await _members_page(request, work, household_id, who=who or "")


@router.post("/households/{household_id}/head", access=Access.COMMITTEE)
async def have_another_head(request: Request, household_id: Id, typed: TypedForm, work: WorkDep) -> Response:
    form, done = fill(HeadDraft, typed), None
    if form.draft is not None:
        done = await shown(form, work.write(change_head, household_id, form.draft))
    if done is None:
        return await _members_page(request, work, household_id, form=form, status=422)
    return redirect(request, f"/households/{household_id}", flash=_("已换户主，请核对各人与户主的关系。"))


@router.post("/households/{household_id}/relation", access=Access.COMMITTEE)
async def put_a_relation_right(
    request: Request, household_id: Id, typed: TypedForm, work: WorkDep
) -> Response:
    form, done, stay = fill(RelationDraft, typed), None, typed.get("residency_id", "")
    file = await work.read(household_file, household_id)
    if stay not in {one.stay.id for one in file.members}:
        form.faults["residency_id"] = _("请选这一户现在的一位成员。")
    elif form.draft is not None:
        done = await shown(form, work.write(correct_relation, stay, form.draft))
    if done is None:
        return await _members_page(request, work, household_id, relation_form=form, status=422)
    return redirect(request, f"/households/{household_id}", flash=_("已更正。"))


@router.post("/households/{household_id}/regrouping", access=Access.COMMITTEE)
async def regroup(request: Request, household_id: Id, typed: TypedForm, work: WorkDep) -> Response:
    form, done = fill(RegroupDraft, typed, residency_ids=typed.getlist("residency_ids")), None
    if form.draft is not None:
        done = await shown(form, work.write(regroup_household, household_id, form.draft))
    if done is None:
        return await _members_page(request, work, household_id, regroup_form=form, status=422)
    if isinstance(done, RegisterProposal):
        return redirect(request, f"/households/{household_id}", flash=done_or_waiting(done, ""))
    return redirect(request, f"/households/{done.id}/members", flash=_("已登记，请核对各人与户主的关系。"))


# -- pages ------------------------------------------------------------------------------------------


async def _place_page(
    request: Request, work: Work, place_id: str, field: str | None, *,
    form: Filled[PlaceCorrection] | None = None, status: int = 200,
) -> Response:  # fmt: skip
    place: PlaceFacts = await work.read(facts_kept, place_id)
    page = _correct_page(
        place.fields, field, work.lang, back=(f"/{PAGE_OF[place.kind]}/{place.id}", place.label),
        action=f"/places/{place.id}/correction", verification=f"/places/{place.id}/verification", form=form,
    )  # fmt: skip
    return render(request, page, status=status)


async def _household_page(
    request: Request, work: Work, household_id: str, field: str | None, *,
    form: Filled[HouseholdCorrection] | None = None, status: int = 200,
) -> Response:  # fmt: skip
    file: HouseholdFile = await work.read(household_file, household_id)
    page = _correct_page(
        file.fields, field, work.lang, back=(f"/households/{file.id}", file.label),
        action=f"/households/{file.id}/correction", verification="", form=form,
    )  # fmt: skip
    return render(request, page, status=status)


def _correct_page(
    fields: Sequence[PlaceField], name: str | None, lang: str, *, back: tuple[str, str], action: str,
    verification: str, form: Filled[Any] | None,
) -> CorrectPlacePage:  # fmt: skip
    seen = next((one for one in fields if one.field == name), fields[0] if not name else None)
    if seen is None:
        raise CannotBeRead({"field": ("这里没有这一项。", "There is no such field here.")})
    codes = [(code, pair[lang == "en"]) for code, pair in (seen.spec.codes or {}).items()]
    return CorrectPlacePage(
        back=back, action=action, verification=verification, field=seen.field, label=seen.spec.words[lang == "en"],
        now=in_words(seen.spec, seen.value, lang) or "—", codes=codes, is_day=seen.field == "valid_from",
        sources=sources(), form=form,
        labels={"value": _("应改为"), "source": _("从哪里知道的"), "reason": _("说明")},
    )  # fmt: skip


async def _name_page(
    request: Request, work: Work, place_id: str, *, form: Filled[PlaceNaming] | None = None, status: int = 200
) -> Response:
    place: PlaceFacts = await work.read(facts_kept, place_id)
    if place.is_over:
        raise NotFound()
    page = NamePage(
        back=(f"/{PAGE_OF[place.kind]}/{place.id}", place.label), place_id=place_id, now=place.name,
        sources=sources(), form=form,
        labels={"name": _("现在叫什么"), "source": _("从哪里知道的"), "reason": _("说明")},
    )  # fmt: skip
    return render(request, page, status=status)


async def _end_page(
    request: Request, work: Work, place_id: str, *, form: Filled[PlaceEnding] | None = None, status: int = 200
) -> Response:
    place: PlaceFacts = await work.read(facts_kept, place_id)
    if place.is_over:
        raise NotFound()
    beside = await work.read(_beside, place_id)
    page = EndPlacePage(
        back=(f"/{PAGE_OF[place.kind]}/{place.id}", place.label), place_id=place_id, others=beside,
        sources=sources(), today=str(local_date(work.clock.now())), form=form,
        labels={"last_day": _("存在到哪天"), "successor_id": _("现在由哪里接替"), "source": _("从哪里知道的"),
                "reason": _("为什么")},
    )  # fmt: skip
    return render(request, page, status=status)


def _beside(session: Any, place_id: str, *, actor: Any, clock: Any) -> Options:
    """The places of its kind beside it."""
    place = facts_kept(session, place_id, actor=actor, clock=clock)
    above = place.way[-1].id if place.way else place.community_id
    return [
        (one.id, one.label)
        for one in children_of(session, above)
        if one.id != place_id and one.kind == place.kind
    ]


def _told_apart(one: MemberSeen, lang: str) -> str:
    """A member with what he is to the head and the year he was born in: two may have one name."""
    relation = relation_in_words(one.stay.relation, lang) if one.stay.relation else ""
    return " · ".join(word for word in (one.stay.name, relation, born_in_words(one.stay.birth_year)) if word)


async def _members_page(
    request: Request, work: Work, household_id: str, *, form: Filled[Any] | None = None,
    relation_form: Filled[Any] | None = None, regroup_form: Filled[Any] | None = None, who: str = "",
    status: int = 200,
) -> Response:  # fmt: skip
    file: HouseholdFile = await work.read(household_file, household_id)
    if file.ended_on is not None:
        raise NotFound()
    home = await work.read(home_file, file.home_id)
    page = MembersPage(
        stays=[(one.stay.id, _told_apart(one, work.lang)) for one in file.members], who=who, regroup_form=regroup_form,
        beside=[
            (one.id, " · ".join(word for word in (one.number, one.head) if word) or _("没有户号"))
            for one in home.households if one.ended_on is None and one.id != household_id
        ],
        household_id=household_id, title=_("{home} 的一户").replace("{home}", file.label),
        people=[(one.stay.person_id, _told_apart(one, work.lang)) for one in file.members],
        others=[(one.stay.id, _told_apart(one, work.lang)) for one in file.members if not one.is_head],
        relations=[pair for pair in relations(work.lang) if pair[0] not in ("01", "02")], sources=sources(),
        labels={"person_id": _("由谁当户主"), "residency_id": _("哪一位"), "relation": _("与户主关系"),
                "residency_ids": _("哪几位"), "into": _("到哪一户"), "head_id": _("新的一户由谁当户主"),
                "source": _("从哪里知道的"), "reason": _("说明")},
        form=form, relation_form=relation_form,
    )  # fmt: skip
    return render(request, page, status=status)
