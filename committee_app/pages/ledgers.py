"""A committee's forms: what is due when, filling one for many people at once, handing it in, and its table."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from fastapi import Query, Request
from starlette.responses import Response

from app_shell.api import once_from_form
from app_shell.forms import Filled, Typed, TypedForm, fill, fresh_key, shown
from app_shell.pages import Page, redirect, render
from app_shell.routing import Access, Id, SecureRouter
from app_shell.words import _
from app_shell.work import Work, WorkDep
from committee_app.pages.report_forms import excel
from committee_app.reading import Word
from committee_app.report_words import Options, RowDrawn, rows_drawn
from core_db.foundation.clock import local_date
from core_db.foundation.lean import dataclass
from core_db.ledgers import (
    AnswersDraft,
    CellShown,
    ColumnDraft,
    DueLine,
    FillShown,
    LookDraft,
    OpenDraft,
    Saved,
    SheetDraft,
    answer_cells,
    ask_for_sheet,
    choices_in,
    column_answers,
    covered_now,
    every_row,
    fill_shown,
    forms_due,
    hand_in,
    open_fill,
    sheet_of,
    uncover_cell,
)
from core_db.ledgers.words import FILL_WORDS, YES_NO, FillStatus

router = SecureRouter("/ledgers")
#: Answers written in one transaction, so that nobody waits behind a column of thousands.
PIECE = 200


class DuePage(Page, template="ledgers/index.html"):
    """What is due, the earliest first; what was handed in below it."""

    lines: Sequence[DueLine]
    states: Mapping[FillStatus, str]
    today: Any


@dataclass(frozen=True, kw_only=True)
class Held:
    """A cell that was not written, in words: what stands there, whose that is, what was typed."""

    label: str
    there: str
    typed: str
    href: str


class FillPage(Page, template="ledgers/show.html"):
    """A page of a form that is filled: known cells with their sources, the others to type."""

    shown: FillShown
    state: str
    rows: Sequence[RowDrawn]
    columns: Options
    #: Tags, each with how many bear it, and saved groups, whose rows alone can be looked at and answered for.
    choices: Options
    whom: str
    held: Sequence[Held]
    labels: Mapping[str, str]
    form: Filled[Any] | None
    at: str
    key: str
    before_href: str | None
    next_href: str | None


class CellPage(Page, template="ledgers/cell.html"):
    """One cell in full, on this answer and nowhere else."""

    cell: CellShown


Start = Query(default=0, ge=0, le=1_000_000)


@router.get("", access=Access.COMMITTEE)
async def index(request: Request, work: WorkDep) -> Response:
    en = work.lang == "en"
    page = DuePage(
        lines=await work.read(forms_due), states={one: pair[en] for one, pair in FILL_WORDS.items()},
        today=local_date(work.clock.now()),
    )  # fmt: skip
    return render(request, page)


@router.post("", access=Access.COMMITTEE)
async def begin(request: Request, typed: TypedForm, work: WorkDep) -> Response:
    form = fill(OpenDraft, typed)
    done = await shown(form, work.write(open_fill, form.draft)) if form.draft else None
    if done is None:
        return redirect(request, "/ledgers", flash=next(iter(form.faults.values())))
    return redirect(request, f"/ledgers/{done.id}")


@router.get("/{fill_id}", access=Access.COMMITTEE)
async def show(
    request: Request, fill_id: Id, work: WorkDep, start: int = Start, whom: Word = None
) -> Response:  # fmt: skip
    return await _page(request, work, fill_id, start, whom=whom or "")


@router.post("/{fill_id}/answers", access=Access.COMMITTEE)
async def answer(request: Request, fill_id: Id, typed: TypedForm, work: WorkDep) -> Response:
    start, whom = _start(typed), typed.get("whom", "")
    form = fill(AnswersDraft, typed, answers=_answers(typed))
    saved = await shown(form, work.write(answer_cells, fill_id, form.draft)) if form.draft else None
    if saved is None or saved.differing:
        return await _page(request, work, fill_id, start, form=form, at="answers", saved=saved, whom=whom)
    return redirect(request, _at(fill_id, start, whom), flash=_saved_in_words(saved))


@router.post("/{fill_id}/column", access=Access.COMMITTEE)
async def column(request: Request, fill_id: Id, typed: TypedForm, work: WorkDep) -> Response:
    """One question for everybody at once, a piece a transaction: what was kept stays, sent again it is the same."""
    start, form = _start(typed), fill(ColumnDraft, typed)
    saved = await shown(form, _column(work, fill_id, form.draft)) if form.draft else None
    if saved is None or saved.differing:
        form.faults = {
            "pasted" if name.startswith("a_") else name: said for name, said in form.faults.items()
        }
        return await _page(request, work, fill_id, start, form=form, at="column", saved=saved)
    return redirect(request, f"/ledgers/{fill_id}?start={start}", flash=_saved_in_words(saved))


@router.post("/{fill_id}/handing-in", access=Access.COMMITTEE)
async def send(request: Request, fill_id: Id, typed: TypedForm, work: WorkDep) -> Response:
    covered = await work.read(covered_now, fill_id)
    to = await once_from_form(request, work, typed, hand_in, fill_id, covered, to=lambda _done: "/ledgers")
    return redirect(request, to, flash=_("报送了。"))


@router.post("/{fill_id}/uncovering", access=Access.COMMITTEE)
async def uncover(request: Request, fill_id: Id, typed: TypedForm, work: WorkDep) -> Response:
    """One cell on the answer to this very request: no address and no notice ever holds it."""
    subject, _space, field = typed.get("cell", "").partition(" ")
    form = fill(LookDraft, typed, subject_id=subject, field_id=field)
    found = await shown(form, work.write(uncover_cell, fill_id, form.draft)) if form.draft else None
    if found is None:
        return await _page(request, work, fill_id, 0, form=form, at="look")
    return render(request, CellPage(cell=found))


@router.get("/{fill_id}/sheet", access=Access.COMMITTEE)
async def sheet(fill_id: Id, work: WorkDep) -> Response:
    """The table with everything sealed masked."""
    found = await work.read(sheet_of, fill_id)
    return excel(await asyncio.to_thread(found.made), found.called)


@router.post("/{fill_id}/export", access=Access.COMMITTEE)
async def ask(request: Request, fill_id: Id, typed: TypedForm, work: WorkDep) -> Response:
    form = fill(SheetDraft, typed)
    done = await shown(form, work.write(ask_for_sheet, fill_id, form.draft)) if form.draft else None
    if done is None:
        return await _page(request, work, fill_id, 0, form=form, at="export")
    return redirect(request, "/exports", flash=_("已提交，等书记批准。"))


def _start(typed: Typed) -> int:
    said = typed.get("start", "0")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 7 else 0


def _answers(typed: Typed) -> list[dict[str, str]]:
    """The cells of a sent form: `a_<question>_<row>`."""
    named = [(name.split("_"), typed[name]) for name in typed if name.startswith("a_")]
    return [
        {"field_id": parts[1], "subject_id": parts[2], "value": value}
        for parts, value in named
        if len(parts) == 3
    ]


async def _column(work: Work, fill_id: str, draft: ColumnDraft) -> Saved:
    answers = column_answers(draft, await work.read(every_row, fill_id, draft.field_id, whom=draft.whom))
    total = Saved(fill_id=fill_id, version=draft.version)
    for start in range(0, len(answers), PIECE):
        piece = AnswersDraft(version=draft.version, answers=tuple(answers[start : start + PIECE]))
        saved = await work.write(answer_cells, fill_id, piece)
        total.kept, total.told, total.waiting = (
            total.kept + saved.kept, total.told + saved.told, total.waiting + saved.waiting,
        )  # fmt: skip
        total.differing += saved.differing
    return total


def _saved_in_words(saved: Saved) -> str:
    said = [_("记下了 {n} 格。").replace("{n}", str(saved.kept + saved.told))]
    if saved.told:
        said.append(_("其中 {n} 格写进了名册，别的表不用再填。").replace("{n}", str(saved.told)))
    if saved.waiting:
        said.append(_("{n} 格等书记批准。").replace("{n}", str(saved.waiting)))
    return "".join(said)


def _held(found: FillShown, saved: Saved | None, form: Filled[Any] | None, lang: str) -> list[Held]:
    """What was not written, each with its way on: look again here, or put the register right."""
    rows = {row.subject_id: row for row in found.rows}
    fields = {field.id: field for field in found.fields}
    held = []
    for one in saved.differing if saved else ():
        row, field = rows.get(one.subject_id), fields[one.field_id]
        there = YES_NO[one.there][lang == "en"] if one.there in YES_NO else one.there
        said_by = (
            _("{who}填的是“{there}”").format(who=one.by, there=there) if one.by else _("名册里已经有别的内容")
        )
        register = (
            next((cell.register for cell in row.cells if cell.field_id == field.id), None) if row else None
        )
        href = (
            f"/people/{row.person_id}/correction?field={register}" if row and register and not one.by else ""
        )
        typed = form.typed.get(f"a_{one.field_id}_{one.subject_id}", "") if form else ""
        held.append(
            Held(label=f"{row.title if row else ''} {field.name}", there=said_by, typed=typed, href=href)
        )
    return held


async def _choices(work: Work, fill_id: str) -> Options:
    """By what rows can be chosen: a number of people stands before any list of them."""
    found = await work.read(choices_in, fill_id)
    tags = [
        (f"tag {word.id}", _("{name}（{n} 人）").format(name=word.within(work.lang), n=count))
        for word, count in found.tags
    ]
    return [
        *tags,
        *((f"group {one.id}", _("人群：{name}").replace("{name}", one.name)) for one in found.groups),
    ]


def _at(fill_id: str, start: int, whom: str) -> str:
    """A page of the rows, or of those that were chosen."""
    return f"/ledgers/{fill_id}?start={start}" + (f"&whom={quote(whom)}" if whom else "")


async def _page(
    request: Request, work: Work, fill_id: str, start: int, *, form: Filled[Any] | None = None, at: str = "",
    saved: Saved | None = None, whom: str = "",
) -> Response:  # fmt: skip
    found, lang = await work.read(fill_shown, fill_id, start=start, whom=whom), work.lang
    shown_now = len(found.rows)
    page = FillPage(
        shown=found, state=FILL_WORDS[found.fill.status][lang == "en"], rows=rows_drawn(found, lang), at=at, form=form,
        columns=[(one.id, one.name) for one in found.own], choices=await _choices(work, fill_id),
        whom=whom,
        held=_held(found, saved, form, lang), key=fresh_key(),
        labels={
            "field_id": _("哪一项"), "value": _("还没填的人都填"), "whom": _("只填哪些人"),
            "pasted": _("或者粘贴一列"), "reason": _("做什么用"),
            "answers": "", "version": "",
        },
        before_href=_at(fill_id, max(0, start - shown_now), whom) if start else None,
        next_href=_at(fill_id, start + shown_now, whom) if start + shown_now < found.total else None,
    )  # fmt: skip
    status = 409 if saved is not None else 422 if form is not None else 200
    return render(request, page, status=status)
