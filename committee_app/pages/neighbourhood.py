"""What a neighbourhood holds: lists, something new, one entry with its history, and keeping its fields right."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from fastapi import Request
from starlette.responses import Response

from app_shell.forms import Filled, TypedForm, fill, shown
from app_shell.pages import Page, redirect, render
from app_shell.routing import Access, Id, SecureRouter
from app_shell.words import _
from app_shell.work import Work, WorkDep
from committee_app.entry_words import (
    FieldLine,
    HistoryLine,
    Options,
    TypedField,
    body_in_words,
    field_line,
    history_line,
    kind_in_words,
    row_meta,
    title_in_words,
    typed_field,
    value_said,
)
from committee_app.pages.handling import handled_in_words
from committee_app.reading import Kind, Word
from committee_app.register_words import sources
from committee_app.roles import own_buildings
from core_db.foundation.clock import local_date
from core_db.foundation.errors import NotFound
from core_db.neighbourhood import (
    COVERS,
    KINDS,
    SERVED,
    CharterSeen,
    Coverage,
    EntryCorrection,
    EntryDraft,
    EntryEnding,
    EntrySeen,
    InspectionSeen,
    SeatSeen,
    TypeSeen,
    charters_of,
    correct_entry,
    coverage_of,
    end_entry,
    entries,
    entry_history,
    entry_seen,
    inspections_of,
    nodes_to_keep,
    register_entry,
    seats_of,
    types_in_force,
    undo_entry_change,
    verify_entry,
)
from core_db.neighbourhood.words import EntryKind

router = SecureRouter("/neighbourhood")


Row = tuple[str, str, tuple[str, ...], bool]


class ListPage(Page, template="neighbourhood/list.html"):
    """The entries of a kind."""

    kind: str
    heading: str
    tabs: Options
    q: str
    due: bool
    #: Id, name, what stands under it, and whether its inspection is over.
    rows: Sequence[Row]
    next_href: str | None
    may_enter: bool


class NewPage(Page, template="neighbourhood/new.html"):
    """Something new of a kind."""

    kind: str
    heading: str
    nodes: Options
    #: Of a facility: the buildings it may stand at.
    places: Options
    fields: Sequence[TypedField]
    sources: Options
    labels: Mapping[str, str]
    form: Filled[EntryDraft] | None


class EntryPage(Page, template="neighbourhood/show.html"):
    """One entry."""

    entry: EntrySeen
    heading: str
    facts: Sequence[tuple[str, str]]
    fields: Sequence[FieldLine]
    history: Sequence[HistoryLine]
    coverage: Coverage | None
    #: Each body of a committee, or none, with who serves there.
    seats: Sequence[tuple[str, Sequence[tuple[SeatSeen, str]]]] | None
    charters: Sequence[CharterSeen] | None
    inspections: Sequence[InspectionSeen] | None
    #: What an organisation handles, by name.
    handles: Sequence[str] | None
    may_end: bool
    form: Filled[EntryEnding] | None


class CorrectEntryPage(Page, template="neighbourhood/correct.html"):
    """One field: what it says now, masked, and what it should say."""

    kind: str
    entry_id: str
    name: str
    field: TypedField
    now: str
    sources: Options
    labels: Mapping[str, str]
    form: Filled[EntryCorrection] | None


@router.get("", access=Access.NEIGHBOURHOOD)
async def begin(request: Request) -> Response:
    """The committees come first."""
    return redirect(request, f"/neighbourhood/{EntryKind.COMMUNITY}")


@router.get("/{kind}", access=Access.NEIGHBOURHOOD)
async def index(
    request: Request, kind: Kind, work: WorkDep, q: Word = None, due: Word = None, after: Word = None
) -> Response:
    which, lang, today = EntryKind(kind), work.lang, local_date(work.clock.now())
    rows, following = await work.read(entries, which, q=q or "", due=bool(due), after=after)
    kept = urlencode({"q": q or "", "due": due or ""})
    page = ListPage(
        kind=kind, heading=kind_in_words(which, lang), q=q or "", due=bool(due),
        tabs=[(str(one), kind_in_words(one, lang)) for one in EntryKind],
        rows=[(one.id, one.name, row_meta(which, one, lang), bool(one.due_on and one.due_on < today)) for one in rows],
        next_href=f"/neighbourhood/{kind}?{kept}&after={following}" if following else None,
        may_enter=which is not EntryKind.COMMUNITY,
    )  # fmt: skip
    return render(request, page)


@router.get("/{kind}/new", access=Access.NEIGHBOURHOOD)
async def new(request: Request, kind: Kind, work: WorkDep) -> Response:
    return await _new_page(request, work, EntryKind(kind))


@router.post("/{kind}", access=Access.NEIGHBOURHOOD)
async def enter(request: Request, kind: Kind, typed: TypedForm, work: WorkDep) -> Response:
    which = EntryKind(kind)
    values = {name: typed.get(name, "") for name in KINDS[which].fields}
    form = fill(EntryDraft, typed, values=values)
    made = None
    if form.draft is not None:
        made = await shown(form, work.write(register_entry, which, form.draft))
    if made is None:
        return await _new_page(request, work, which, form=form, status=422)
    return redirect(request, f"/neighbourhood/{kind}/{made.id}", flash=_("已登记。"))


@router.get("/{kind}/{entry_id}", access=Access.NEIGHBOURHOOD)
async def show(request: Request, kind: Kind, entry_id: Id, work: WorkDep) -> Response:
    return await _show_page(request, work, EntryKind(kind), entry_id)


@router.get("/{kind}/{entry_id}/correction", access=Access.NEIGHBOURHOOD)
async def ask_what_is_right(
    request: Request, kind: Kind, entry_id: Id, work: WorkDep, field: Word = None
) -> Response:
    which = EntryKind(kind)
    return await _correct_page(request, work, which, entry_id, field or next(iter(KINDS[which].fields)))


@router.post("/{kind}/{entry_id}/correction", access=Access.NEIGHBOURHOOD)
async def correct(request: Request, kind: Kind, entry_id: Id, typed: TypedForm, work: WorkDep) -> Response:
    which, form = EntryKind(kind), fill(EntryCorrection, typed)
    done = None
    if form.draft is not None:
        done = await shown(form, work.write(correct_entry, which, entry_id, form.draft))
    if done is None:
        field = typed.get("field", "")
        return await _correct_page(request, work, which, entry_id, field, form=form, status=422)
    return redirect(request, f"/neighbourhood/{kind}/{entry_id}", flash=_("已更正。"))


@router.post("/{kind}/{entry_id}/verification", access=Access.NEIGHBOURHOOD)
async def verify(request: Request, kind: Kind, entry_id: Id, typed: TypedForm, work: WorkDep) -> Response:
    """One tap: today somebody looked, and all of it, or one field, is right."""
    await work.write(verify_entry, EntryKind(kind), entry_id, typed.get("field") or None)
    return redirect(request, f"/neighbourhood/{kind}/{entry_id}", flash=_("已记下：今天核对过，没有变化。"))


@router.post("/{kind}/{entry_id}/ending", access=Access.NEIGHBOURHOOD)
async def end(request: Request, kind: Kind, entry_id: Id, typed: TypedForm, work: WorkDep) -> Response:
    which, form = EntryKind(kind), fill(EntryEnding, typed)
    done = None
    if form.draft is not None:
        done = await shown(form, work.write(end_entry, which, entry_id, form.draft))
    if done is None:
        return await _show_page(request, work, which, entry_id, form=form, status=422)
    return redirect(request, f"/neighbourhood/{kind}/{entry_id}", flash=_("已记下：不再使用。"))


@router.post("/{kind}/{entry_id}/changes/{change_id}/undoing", access=Access.NEIGHBOURHOOD)
async def undo(request: Request, kind: Kind, entry_id: Id, change_id: Id, work: WorkDep) -> Response:
    await work.write(undo_entry_change, EntryKind(kind), entry_id, change_id)
    return redirect(request, f"/neighbourhood/{kind}/{entry_id}", flash=_("已撤销。"))


# -- pages ------------------------------------------------------------------------------------------


async def _new_page(
    request: Request, work: Work, kind: EntryKind, *, form: Filled[EntryDraft] | None = None, status: int = 200
) -> Response:  # fmt: skip
    if kind is EntryKind.COMMUNITY:
        raise NotFound()
    lang = work.lang
    fields = [typed_field(name, spec, (), lang) for name, spec in KINDS[kind].fields.items()]
    labels = {one.name: one.label for one in fields} | {
        "node_id": _("属于"),
        "place_id": _("在哪里"),
        "source": _("从哪里知道的"),
    }
    page = NewPage(
        kind=str(kind), heading=kind_in_words(kind, lang), nodes=await work.read(nodes_to_keep, kind), fields=fields,
        places=await work.read(own_buildings) if kind is EntryKind.FACILITY else (),
        sources=sources(), labels=labels, form=form,
    )  # fmt: skip
    return render(request, page, status=status)


async def types_near(work: Work, entry: EntrySeen) -> Sequence[TypeSeen]:
    """What the district calls types of communities; asked for where one is shown."""
    if entry.kind is not EntryKind.COMMUNITY:
        return ()
    return await work.read(types_in_force, entry.scope.district_id)


async def _show_page(
    request: Request, work: Work, kind: EntryKind, entry_id: str, *, form: Filled[EntryEnding] | None = None,
    status: int = 200,
) -> Response:  # fmt: skip
    entry, lang = await work.read(entry_seen, kind, entry_id), work.lang
    types = await types_near(work, entry)
    history = await work.read(entry_history, kind, entry_id)
    may_keep = entry.may_keep and entry.ended_on is None
    page = EntryPage(
        entry=entry, heading=kind_in_words(kind, lang), facts=_facts(entry),
        fields=[field_line(one, types, lang, may_keep=may_keep) for one in entry.fields],
        history=[history_line(kind, one, types, lang) for one in history],
        coverage=await work.read(coverage_of, kind, entry_id) if kind in COVERS else None,
        seats=_by_body(await work.read(seats_of, kind, entry_id), lang) if kind in SERVED else None,
        charters=await work.read(charters_of, entry_id) if kind is EntryKind.BUILDING_GROUP else None,
        inspections=await work.read(inspections_of, entry_id) if kind is EntryKind.FACILITY else None,
        handles=(
            await work.read(handled_in_words, entry_id, lang=lang) if kind is EntryKind.ORGANISATION else None
        ),
        may_end=may_keep and kind is not EntryKind.COMMUNITY, form=form,
    )  # fmt: skip
    return render(request, page, status=status)


def _facts(entry: EntrySeen) -> list[tuple[str, str]]:
    facts = [
        (_("属于"), entry.node_name),
        (_("全部核对"), str(entry.verified_on) if entry.verified_on else _("还没有核对过")),
    ]
    if entry.kind is EntryKind.FACILITY:
        facts += [
            (_("上次检查"), str(entry.inspected_on) if entry.inspected_on else _("还没有检查过")),
            (_("下次检查不晚于"), str(entry.due_on) if entry.due_on else _("没有定")),
        ]
    return facts


def _by_body(seats: Sequence[SeatSeen], lang: str) -> Sequence[tuple[str, Sequence[tuple[SeatSeen, str]]]]:
    """Who serves, body by body; of what has no bodies under one empty heading."""
    found: dict[str, list[tuple[SeatSeen, str]]] = {}
    for one in seats:
        found.setdefault(one.body, []).append((one, title_in_words(one.title, lang)))
    return [(body_in_words(body, lang), people) for body, people in found.items()]


async def _correct_page(
    request: Request, work: Work, kind: EntryKind, entry_id: str, field: str, *,
    form: Filled[EntryCorrection] | None = None, status: int = 200,
) -> Response:  # fmt: skip
    entry, lang = await work.read(entry_seen, kind, entry_id), work.lang
    kept = next((one for one in entry.fields if one.field == field and not one.is_fixed), None)
    if kept is None:
        raise NotFound()
    types = await types_near(work, entry)
    page = CorrectEntryPage(
        kind=str(kind), entry_id=entry_id, name=entry.name, field=typed_field(field, kept.spec, types, lang),
        now=value_said(field, kept.spec, kept.value, types, lang) or "—", sources=sources(), form=form,
        labels={"value": _("应改为"), "source": _("从哪里知道的"), "reason": _("说明")},
    )  # fmt: skip
    return render(request, page, status=status)
