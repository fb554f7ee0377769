"""The register as tables: one to fill in, handing it in, what it would do, having it done or taken back."""

import asyncio
from collections.abc import Mapping, Sequence

from fastapi import Request
from starlette.responses import Response

from app_shell.forms import Filled, TypedForm, fill, shown
from app_shell.pages import Page, redirect, render
from app_shell.routing import Access, Id, SecureRouter
from app_shell.words import _
from app_shell.work import Work, WorkDep
from committee_app.reading import Word
from committee_app.register_words import (
    Options,
    changed_unseen,
    code_sets,
    label_of,
    sources,
    value_in_words,
)
from committee_app.workbooks import workbook
from core_db.access import Permission
from core_db.foundation.lean import dataclass
from core_db.places import neighbourhoods_to_choose
from core_db.register_sheets import (
    MOST_ROWS,
    WORK,
    ChoiceDraft,
    FaultSeen,
    RowSeen,
    SheetDraft,
    SheetSeen,
    StepSeen,
    apply_sheet,
    choose,
    empty_template,
    give_back,
    hand_in,
    rows_seen,
    sheet_seen,
    sheets_seen,
    undo_sheet,
)
from core_db.register_sheets.words import AT_WORK, SHEET_STATUS_WORDS, VERDICT_WORDS, SheetStatus, Verdict
from core_db.relay import run_soon

router = SecureRouter("/register/sheets")

#: Seconds after which a page asks anew how far the work is.
ASKED_EVERY = "3"


@dataclass(frozen=True, kw_only=True)
class StepWords:
    """A field from what to what, in words."""

    field: str
    label: str
    before: str
    after: str
    note: str
    is_taken: bool


@dataclass(frozen=True, kw_only=True)
class RowWords:
    """A row as its card shows it."""

    id: str
    number: int
    title: str
    door: str
    person_id: str | None
    note: str
    steps: Sequence[StepWords]
    conflicts: Sequence[StepWords]
    faults: Sequence[str]
    like: Sequence[str]


class SheetsPage(Page, template="sheets/index.html"):
    """The tables that were handed in, and the form to hand one in."""

    lines: Sequence[tuple[SheetSeen, str]]
    #: The neighbourhoods whose register one keeps, where they are several.
    registers: Options
    sources: Options
    code_sets: Options
    labels: Mapping[str, str]
    form: Filled[SheetDraft] | None


class SheetPage(Page, template="sheets/show.html"):
    """One table: counts first, then its rows by what they do."""

    sheet: SheetSeen
    status: str
    is_at_work: bool
    #: How far the work is, while there is any.
    progress: str
    may_apply: bool
    figures: Sequence[Mapping[str, object]]
    heading: str
    rows: Sequence[RowWords]
    next_href: str | None
    fault: str


@router.get("", access=Access.COMMITTEE)
async def index(request: Request, work: WorkDep) -> Response:
    return await _index(request, work)


@router.get("/template", access=Access.COMMITTEE)
async def template() -> Response:
    """The table to fill in; the same for everybody."""
    return workbook(await asyncio.to_thread(empty_template), "名册模板.xlsx")


@router.post("", access=Access.COMMITTEE)
async def hand(request: Request, typed: TypedForm, work: WorkDep) -> Response:
    form, files = fill(SheetDraft, typed), typed.files("file")
    done = None
    if form.draft is not None:
        name, content = (files[0].filename or "", await files[0].read()) if files else ("", b"")
        done = await shown(form, work.write(hand_in, form.draft, name, content))
    if done is None:
        return await _index(request, work, form=form, status=422)
    await work.write(run_soon, WORK)
    return redirect(request, f"/register/sheets/{done.id}")


@router.get("/{sheet_id}", access=Access.COMMITTEE)
async def show(request: Request, sheet_id: Id, work: WorkDep, what: Word = "", after: int = 0) -> Response:
    sheet = await work.read(sheet_seen, sheet_id)
    kind = what or _first_kind(sheet)
    rows = await work.read(rows_seen, sheet_id, kind, after=after)
    page = _page(sheet, kind, rows, work.lang)
    headers = {"Refresh": ASKED_EVERY} if page.is_at_work else {}
    return render(request, page, headers=headers)


@router.post("/{sheet_id}/application", access=Access.COMMITTEE)
async def apply(request: Request, sheet_id: Id, work: WorkDep) -> Response:
    await work.write(apply_sheet, sheet_id)
    await work.write(run_soon, WORK)
    return redirect(request, f"/register/sheets/{sheet_id}", flash=_("开始写进名册。"))


@router.post("/{sheet_id}/undoing", access=Access.COMMITTEE)
async def undo(request: Request, sheet_id: Id, work: WorkDep) -> Response:
    await work.write(undo_sheet, sheet_id)
    await work.write(run_soon, WORK)
    return redirect(request, f"/register/sheets/{sheet_id}", flash=_("开始撤销。"))


@router.post("/{sheet_id}/returning", access=Access.COMMITTEE)
async def take_back(sheet_id: Id, work: WorkDep) -> Response:
    """One's own table with its faults marked. A POST, because it is recorded."""
    returned = await work.write(give_back, sheet_id, lang=work.lang)
    return workbook(await asyncio.to_thread(returned.as_file), returned.name)


@router.post("/rows/{row_id}/choice", access=Access.COMMITTEE)
async def decide(request: Request, row_id: Id, typed: TypedForm, work: WorkDep) -> Response:
    row = await work.write(choose, row_id, ChoiceDraft(take=tuple(typed.getlist("take"))))
    return redirect(request, f"/register/sheets/{row.sheet_id}?what=conflicts", flash=_("已记下。"))


# -- pages ------------------------------------------------------------------------------------------


async def _index(
    request: Request, work: Work, *, form: Filled[SheetDraft] | None = None, status: int = 200
) -> Response:
    found = await work.read(sheets_seen)
    page = SheetsPage(
        lines=[(one, _status(one, work.lang)) for one in found], sources=sources(), form=form,
        code_sets=code_sets(), registers=await work.read(neighbourhoods_to_choose, Permission.PEOPLE_KEEP),
        labels={
            "file": _("表格文件"), "community_id": _("哪个居民区"), "source": _("从哪里来的"),
            "code_set": _("人户状态用的代码"),
        },
    )  # fmt: skip
    return render(request, page, status=status)


def _page(sheet: SheetSeen, kind: str, rows: Sequence[RowSeen], lang: str) -> SheetPage:
    is_shown = sheet.status is SheetStatus.SHOWN
    at_work = sheet.status in AT_WORK
    more = len(rows) == MOST_ROWS
    return SheetPage(
        sheet=sheet, status=_status(sheet, lang), is_at_work=at_work, progress=_progress(sheet),
        may_apply=is_shown and sheet.count(Verdict.NEW) + sheet.count(Verdict.CHANGED) > 0,
        figures=_figures(sheet, lang), heading=_kinds(lang).get(kind, ""),
        rows=[_row(one, lang) for one in rows], fault=sheet.fault[lang == "en"] if sheet.fault else "",
        next_href=f"/register/sheets/{sheet.id}?what={kind}&after={rows[-1].number}" if more else None,
    )  # fmt: skip


def _progress(sheet: SheetSeen) -> str:
    """Rows that were read, nobody knows of how many; how many of them are written; people who were gone through."""
    if sheet.status is SheetStatus.UNDOING:
        return _("已查过 {done} 人。").replace("{done}", str(sheet.count("looked_at")))
    if not sheet.row_count:
        return _("马上开始。")
    if sheet.status is SheetStatus.READING:
        return _("已读 {count} 行。").replace("{count}", str(sheet.row_count))
    words = _("已到第 {done} 行，共 {count} 行。")
    return words.replace("{done}", str(sheet.done_to)).replace("{count}", str(sheet.row_count))


def _figures(sheet: SheetSeen, lang: str) -> list[Mapping[str, object]]:
    always = [*map(str, Verdict)]
    names = [name for name in _kinds(lang) if name in always or sheet.count(name)]
    return [
        {
            "value": sheet.count(name), "label": _kinds(lang)[name],
            "href": f"/register/sheets/{sheet.id}?what={name}" if sheet.count(name) else None,
        }
        for name in names
    ]  # fmt: skip


def _kinds(lang: str) -> dict[str, str]:
    kinds = {str(one): pair[lang == "en"] for one, pair in VERDICT_WORDS.items()}
    return kinds | {"conflicts": _("两边都改过"), "like": _("可能已经登记过")}


def _first_kind(sheet: SheetSeen) -> str:
    """What needs a look first."""
    order = ("refused", "conflicts", "changed", "new", "unchanged")
    return next((one for one in order if sheet.count(one)), "refused")


def _row(row: RowSeen, lang: str) -> RowWords:
    moves = (
        _("搬进 {door}").replace("{door}", row.door)
        if row.moves_in and row.verdict is not Verdict.NEW
        else ""
    )
    known = row.person_id if row.verdict is not Verdict.NEW else None
    at = _("第 {n} 行").replace("{n}", str(row.number))
    return RowWords(
        id=row.id, number=row.number, title=f"{at} · {row.name}" if row.name else at, door=row.door,
        person_id=known, note=moves,
        steps=[_step(one, lang) for one in row.steps],
        conflicts=[_step(one, lang) for one in row.conflicts], like=row.like,
        faults=[_fault(one, lang) for one in row.faults],
    )  # fmt: skip


def _fault(fault: FaultSeen, lang: str) -> str:
    said = fault.en if lang == "en" else fault.zh
    return f"{fault.heading}：{said}" if fault.heading else said


def _step(step: StepSeen, lang: str) -> StepWords:
    before, after = (value_in_words(step.field, side, lang) for side in (step.before, step.after))
    return StepWords(
        field=str(step.field), label=label_of(step.field, lang), before=before or "—",
        after=after + changed_unseen(before, after),
        note=_("要第二个人批准") if step.waits else "", is_taken=step.is_taken,
    )  # fmt: skip


def _status(sheet: SheetSeen, lang: str) -> str:
    return SHEET_STATUS_WORDS[sheet.status][lang == "en"]
