"""What is said of an entry besides its fields: the buildings it covers, who serves, its charter, its inspections."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from fastapi import Request
from starlette.responses import Response

from app_shell.forms import Filled, TypedForm, fill, shown
from app_shell.pages import Page, redirect, render
from app_shell.routing import Access, Id, SecureRouter
from app_shell.words import _
from app_shell.work import Work, WorkDep
from committee_app.entry_words import Options, options_of
from committee_app.reading import LONGEST_WORD, Kind, Word
from committee_app.register_words import sources
from core_db.finding import find_people
from core_db.foundation.clock import local_date
from core_db.foundation.errors import NotFound
from core_db.neighbourhood import (
    CharterDraft,
    CharterSeen,
    Coverage,
    CoverageDraft,
    EntrySeen,
    InspectionDraft,
    SeatDraft,
    adopt_charter,
    charters_of,
    cover_buildings,
    coverage_of,
    entry_seen,
    fill_seat,
    record_inspection,
    vacate_seat,
    who_may_serve,
)
from core_db.neighbourhood.words import BODIES, TITLE_WORDS, EntryKind

router = SecureRouter("/neighbourhood")


class CoveragePage(Page, template="neighbourhood/coverage.html"):
    """Which buildings belong to it."""

    entry: EntrySeen
    coverage: Coverage
    sources: Options
    labels: Mapping[str, str]
    today: str
    form: Filled[CoverageDraft] | None


class SeatPage(Page, template="neighbourhood/seat.html"):
    """Somebody is to serve: who, as what, since when."""

    entry: EntrySeen
    q: str
    who: Options
    titles: Options
    bodies: Options
    sources: Options
    labels: Mapping[str, str]
    today: str
    form: Filled[SeatDraft] | None


class CharterPage(Page, template="neighbourhood/charter.html"):
    """A new version of a charter, beginning from the one in force; the earlier ones below."""

    entry: EntrySeen
    charters: Sequence[CharterSeen]
    labels: Mapping[str, str]
    today: str
    form: Filled[CharterDraft] | None


class InspectionPage(Page, template="neighbourhood/inspection.html"):
    """What an inspection found."""

    entry: EntrySeen
    labels: Mapping[str, str]
    today: str
    form: Filled[InspectionDraft] | None


@router.get("/{kind}/{entry_id}/coverage", access=Access.NEIGHBOURHOOD)
async def ask_what_is_covered(request: Request, kind: Kind, entry_id: Id, work: WorkDep) -> Response:
    return await _coverage_page(request, work, EntryKind(kind), entry_id)


@router.post("/{kind}/{entry_id}/coverage", access=Access.NEIGHBOURHOOD)
async def cover(request: Request, kind: Kind, entry_id: Id, typed: TypedForm, work: WorkDep) -> Response:
    form = fill(CoverageDraft, typed, place_ids=typed.getlist("place_ids"))
    done = None
    if form.draft is not None:
        done = await shown(form, work.write(cover_buildings, EntryKind(kind), entry_id, form.draft))
    if done is None:
        return await _coverage_page(request, work, EntryKind(kind), entry_id, form=form, status=422)
    return redirect(request, f"/neighbourhood/{kind}/{entry_id}", flash=_("已记下覆盖的楼。"))


@router.get("/{kind}/{entry_id}/seats", access=Access.NEIGHBOURHOOD)
async def ask_who_serves(
    request: Request, kind: Kind, entry_id: Id, work: WorkDep, q: Word = None
) -> Response:
    return await _seat_page(request, work, EntryKind(kind), entry_id, q=q or "")


@router.post("/{kind}/{entry_id}/seats", access=Access.NEIGHBOURHOOD)
async def seat(request: Request, kind: Kind, entry_id: Id, typed: TypedForm, work: WorkDep) -> Response:
    form = fill(SeatDraft, typed)
    done = None
    if form.draft is not None:
        done = await shown(form, work.write(fill_seat, EntryKind(kind), entry_id, form.draft))
    if done is None:
        q = typed.get("q", "")[:LONGEST_WORD]
        return await _seat_page(request, work, EntryKind(kind), entry_id, q=q, form=form, status=422)
    return redirect(request, f"/neighbourhood/{kind}/{entry_id}", flash=_("已记下。"))


@router.post("/{kind}/{entry_id}/seats/{seat_id}/ending", access=Access.NEIGHBOURHOOD)
async def vacate(request: Request, kind: Kind, entry_id: Id, seat_id: Id, work: WorkDep) -> Response:
    await work.write(vacate_seat, EntryKind(kind), entry_id, seat_id)
    return redirect(request, f"/neighbourhood/{kind}/{entry_id}", flash=_("已记下卸任。"))


@router.get("/building-groups/{entry_id}/charter", access=Access.NEIGHBOURHOOD)
async def ask_for_charter(request: Request, entry_id: Id, work: WorkDep) -> Response:
    return await _charter_page(request, work, entry_id)


@router.post("/building-groups/{entry_id}/charter", access=Access.NEIGHBOURHOOD)
async def adopt(request: Request, entry_id: Id, typed: TypedForm, work: WorkDep) -> Response:
    form = fill(CharterDraft, typed)
    done = None
    if form.draft is not None:
        done = await shown(form, work.write(adopt_charter, entry_id, form.draft))
    if done is None:
        return await _charter_page(request, work, entry_id, form=form, status=422)
    return redirect(request, f"/neighbourhood/building-groups/{entry_id}", flash=_("新的一版已经记下。"))


@router.get("/facilities/{entry_id}/inspection", access=Access.NEIGHBOURHOOD)
async def ask_what_was_found(request: Request, entry_id: Id, work: WorkDep) -> Response:
    return await _inspection_page(request, work, entry_id)


@router.post("/facilities/{entry_id}/inspection", access=Access.NEIGHBOURHOOD)
async def inspect(request: Request, entry_id: Id, typed: TypedForm, work: WorkDep) -> Response:
    """What failed leads to a case whose words and place are filled in; whoever enters it may change them."""
    form = fill(InspectionDraft, typed)
    done = None
    if form.draft is not None:
        done = await shown(form, work.write(record_inspection, entry_id, form.draft))
    if done is None:
        return await _inspection_page(request, work, entry_id, form=form, status=422)
    if done.passed or not typed.get("case"):
        return redirect(request, f"/neighbourhood/facilities/{entry_id}", flash=_("检查已记下。"))
    entry = await work.read(entry_seen, EntryKind.FACILITY, entry_id)
    where = _("，").join(part for part in (entry.name, entry.value("spot")) if part)
    said = _("{what}检查不合格：{findings}").format(what=where, findings=done.findings or "")
    asked = {"text": said[:LONGEST_WORD], "place": entry.place_id or ""}
    return redirect(
        request, f"/enter?{urlencode(asked)}", flash=_("检查已记下。请看一看下面的话，再录入案件。")
    )


# -- pages ------------------------------------------------------------------------------------------


async def _kept(work: Work, kind: EntryKind, entry_id: str) -> EntrySeen:
    """An entry that may be kept now; there is no form for any other."""
    entry = await work.read(entry_seen, kind, entry_id)
    if entry.ended_on is not None or not entry.may_keep:
        raise NotFound()
    return entry


def _today(work: Work) -> str:
    return str(local_date(work.clock.now()))


async def _coverage_page(
    request: Request, work: Work, kind: EntryKind, entry_id: str, *, form: Filled[CoverageDraft] | None = None,
    status: int = 200,
) -> Response:  # fmt: skip
    page = CoveragePage(
        entry=await _kept(work, kind, entry_id), coverage=await work.read(coverage_of, kind, entry_id),
        sources=sources(), today=_today(work), form=form,
        labels={"place_ids": _("覆盖的楼"), "since": _("从哪天起"), "source": _("从哪里知道的")},
    )  # fmt: skip
    return render(request, page, status=status)


async def _seat_page(
    request: Request, work: Work, kind: EntryKind, entry_id: str, *, q: str, form: Filled[SeatDraft] | None = None,
    status: int = 200,
) -> Response:  # fmt: skip
    entry, lang = await _kept(work, kind, entry_id), work.lang
    people = await work.read(find_people, q) if q else ()
    here = [
        (f"person/{one.id}", f"{one.name} · {one.home}")
        for one in people
        if one.community_id == entry.node_id
    ]
    page = SeatPage(
        entry=entry, q=q, who=[*here, *await work.read(who_may_serve, kind, entry_id)],
        titles=options_of(TITLE_WORDS, lang), sources=sources(), today=_today(work), form=form,
        bodies=options_of(BODIES, lang) if kind is EntryKind.COMMUNITY else (),
        labels={
            "who": _("是谁"), "title": _("职务"), "body": _("在哪个委员会"), "duty": _("分工"), "since": _("从哪天起"),
            "source": _("从哪里知道的"),
        },
    )  # fmt: skip
    return render(request, page, status=status)


async def _charter_page(
    request: Request, work: Work, entry_id: str, *, form: Filled[CharterDraft] | None = None, status: int = 200
) -> Response:  # fmt: skip
    page = CharterPage(
        entry=await _kept(work, EntryKind.BUILDING_GROUP, entry_id), charters=await work.read(charters_of, entry_id),
        today=_today(work), form=form,
        labels={"text": _("公约全文"), "adopted_on": _("哪天通过的"), "source": _("怎么通过的")},
    )  # fmt: skip
    return render(request, page, status=status)


async def _inspection_page(
    request: Request, work: Work, entry_id: str, *, form: Filled[InspectionDraft] | None = None, status: int = 200
) -> Response:  # fmt: skip
    page = InspectionPage(
        entry=await _kept(work, EntryKind.FACILITY, entry_id), today=_today(work), form=form,
        labels={
            "inspected_on": _("哪天检查的"), "passed": _("合格吗"), "findings": _("发现了什么"),
            "next_on": _("下次检查不晚于"),
        },
    )  # fmt: skip
    return render(request, page, status=status)
