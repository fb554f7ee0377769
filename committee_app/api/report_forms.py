"""Asking neighbourhoods for forms over the API: the registry, a form with its work and its doubles, what came in."""

import asyncio
import hashlib
from dataclasses import asdict
from typing import Any

from fastapi import Request
from pydantic import Field
from sqlmodel import Session
from starlette.responses import Response

from app_shell.api import answer, listed, once
from app_shell.forms import TypedForm
from app_shell.routing import Access, ApiRouter, Id
from app_shell.work import Work, WorkDep
from committee_app.api.asked import Word
from committee_app.api.report_shapes import (
    AssistItemShape,
    AssistItemsShape,
    CatalogueShape,
    DecidedFillShape,
    FormLineShape,
    FormLinesShape,
    FormShownShape,
    TemplateKeptShape,
)
from committee_app.workbooks import WORKBOOK, workbook
from core_db.foundation.drafts import Draft
from core_db.ledgers import (
    CATALOGUE,
    Burden,
    FieldsDraft,
    FormDraft,
    FormLine,
    FormShown,
    ItemDraft,
    PublishDraft,
    ReportForm,
    ReturnDraft,
    accept_fill,
    add_fields,
    columns_found,
    draft_form,
    end_form,
    figures_of,
    form_shown,
    forms_listed,
    items_in_force,
    keep_item,
    keep_template,
    looked_through,
    publish_form,
    remove_field,
    return_fill,
)
from core_db.ledgers.words import CYCLE_WORDS, FAMILY_WORDS, FORM_WORDS, ROW_WORDS

router = ApiRouter("/report-forms")

#: A template that is larger is refused before it is kept anywhere.
TEMPLATE_AT_MOST = 1024 * 1024
_FILE = {"type": "string", "contentMediaType": "application/octet-stream"}
_FORM = {"type": "object", "required": ["file"], "properties": {"file": _FILE}}
_BODY = {"required": True, "content": {"multipart/form-data": {"schema": _FORM}}}


class FieldRemoval(Draft):
    """Which question is taken out."""

    field_id: str = Field(max_length=64)


@router.get("", access=Access.ISSUER, answers=FormLinesShape)
async def index(work: WorkDep) -> Response:
    """The forms in sight, those in force first."""
    return answer(listed([_line(one, work.lang) for one in await work.read(forms_listed)], next_after=None))


@router.post("", access=Access.ISSUER, status_code=201, answers=FormShownShape)
async def begin(request: Request, draft: FormDraft, work: WorkDep) -> Response:
    """Begin a form at one's own node. It asks nothing yet, and nobody below sees it."""
    return await once(request, work, draft_form, draft, render=_with(work))


@router.get("/catalogue", access=Access.ISSUER, answers=CatalogueShape)
async def catalogue(work: WorkDep) -> Response:
    """What the base knows: asked for by its key it comes filled, and nobody types it."""
    items = [
        {
            "key": key, "name": one.words[work.lang == "en"], "row_kinds": sorted(one.rows),
            "is_sealed": one.is_sealed,
        }
        for key, one in CATALOGUE.items()
    ]  # fmt: skip
    return answer(listed(items, next_after=None))


@router.get("/assistance", access=Access.ISSUER, answers=AssistItemsShape)
async def assistance(work: WorkDep) -> Response:
    """The lists of assistance that hold here: a form that stands on none of them is flagged."""
    found = await work.read(items_in_force)
    return answer(listed([asdict(one) for one in found], next_after=None))


@router.post("/assistance", access=Access.DISPATCHER, status_code=201, answers=AssistItemShape)
async def keep(request: Request, draft: ItemDraft, work: WorkDep) -> Response:
    """Put an item on the list of a district or a town, from a day on."""
    return await once(request, work, keep_item, draft, render=_item)


@router.get("/{form_id}", access=Access.ISSUER, answers=FormShownShape)
async def show(form_id: Id, work: WorkDep) -> Response:
    """One form: its questions, the work it makes of a year, what repeats, and how far the neighbourhoods are."""
    return answer(_shown(await work.read(form_shown, form_id), work.lang))


@router.post("/{form_id}/fields", access=Access.ISSUER, answers=FormShownShape)
async def add(request: Request, form_id: Id, draft: FieldsDraft, work: WorkDep) -> Response:
    """Add questions: keys of the catalogue, or one of one's own; that which means a key becomes it."""
    return await once(request, work, add_fields, form_id, draft, render=_with(work), status=200)


@router.post("/{form_id}/fields/removal", access=Access.ISSUER, answers=FormShownShape)
async def remove(request: Request, form_id: Id, draft: FieldRemoval, work: WorkDep) -> Response:
    """Take a question out of a form that is not published."""
    return await once(request, work, remove_field, form_id, draft.field_id, render=_with(work), status=200)


@router.post("/{form_id}/publication", access=Access.ISSUER, answers=FormShownShape)
async def publish(request: Request, form_id: Id, draft: PublishDraft, work: WorkDep) -> Response:
    """Ask for it from its first day on; whoever publishes says that he saw the work of just this `version`."""
    return await once(request, work, publish_form, form_id, draft, render=_with(work), status=200)


@router.post("/{form_id}/ending", access=Access.ISSUER, answers=FormShownShape)
async def end(request: Request, form_id: Id, work: WorkDep) -> Response:
    """Ask for it no longer; what came stays."""
    return await once(request, work, end_form, form_id, render=_with(work), status=200)


@router.post(
    "/{form_id}/template", access=Access.ISSUER, answers=TemplateKeptShape, openapi_extra={"requestBody": _BODY}
)  # fmt: skip
async def template(request: Request, form_id: Id, typed: TypedForm, work: WorkDep) -> Response:
    """The issuer's own empty table, 1 MiB at most: what comes in is handed out in its layout."""
    files = typed.files("file")
    content = await files[0].read(TEMPLATE_AT_MOST + 1) if files else b""
    headings = await work.read(columns_found, form_id)
    missing = await asyncio.to_thread(looked_through, content, headings)
    of_form = _with(work)

    def render(session: Session, form: ReportForm) -> dict[str, Any]:
        return {**of_form(session, form), "without_column": missing}

    return await once(
        request, work, keep_template, form_id, content, render=render, status=200,
        content=hashlib.sha256(content).digest(),
    )  # fmt: skip


@router.get("/{form_id}/sheet", access=Access.ISSUER, responses=WORKBOOK)
async def sheet(form_id: Id, work: WorkDep, period: Word = "") -> Response:
    """What neighbourhoods handed in of a form without people, in the issuer's layout."""
    found = await work.read(figures_of, form_id, period)
    return workbook(await asyncio.to_thread(found.made), f"{found.name}.xlsx")


@router.post("/fills/{fill_id}/acceptance", access=Access.ISSUER, answers=DecidedFillShape)
async def accept(request: Request, fill_id: Id, work: WorkDep) -> Response:
    """What was handed in is taken as it is."""
    return await once(request, work, accept_fill, fill_id, render=_decided, status=200)


@router.post("/fills/{fill_id}/return", access=Access.ISSUER, answers=DecidedFillShape)
async def send_back(request: Request, fill_id: Id, draft: ReturnDraft, work: WorkDep) -> Response:
    """It goes back to be changed, and the neighbourhood reads why; nothing of it is lost."""
    return await once(request, work, return_fill, fill_id, draft, render=_decided, status=200)


def _with(work: Work) -> Any:
    def render(session: Session, form: ReportForm) -> dict[str, Any]:
        return _shown(form_shown(session, form.id, actor=work.actor, clock=work.clock), work.lang)

    return render


def _line(one: FormLine, lang: str) -> dict[str, Any]:
    form, en = one.form, lang == "en"
    words: dict[str, Any] = {
        "family": FAMILY_WORDS, "cycle": CYCLE_WORDS, "row_kind": ROW_WORDS, "status": FORM_WORDS,
    }  # fmt: skip
    coded = {
        name: {"code": getattr(form, name), "name": of[getattr(form, name)][en]} for name, of in words.items()
    }
    same = set(FormLineShape.model_fields) - set(words) - {"issuer", "is_outside", "may_change"}
    return {name: getattr(form, name) for name in same} | coded | {
        "issuer": one.issuer, "is_outside": one.is_outside, "may_change": one.may_change,
    }  # fmt: skip


def _shown(found: FormShown, lang: str) -> dict[str, Any]:
    en = lang == "en"
    return _line(found.line, lang) | {
        "fields": [
            {
                "id": one.id, "position": one.position, "name": one.name, "catalogue": one.catalogue,
                "kind": one.kind, "is_sensitive": one.is_sensitive,
            }
            for one in found.fields
        ],
        "assist_item": found.item, "burden": _burden(found.burden, lang),
        "overlaps": [asdict(one) for one in found.overlaps],
        "meant": [{"field_id": one.field_id, "name": one.name, "words": one.words[en]} for one in found.meant],
        "period": found.period.name, "due_on": found.period.due_on, "towns": [asdict(one) for one in found.towns],
        "waiting": [
            {
                "id": one.fill.id, "community": one.community, "period": one.fill.period, "rows": one.fill.rows,
                "handed_in_by": one.fill.handed_in_by, "handed_in_at": one.fill.handed_in_at,
            }
            for one in found.waiting
        ],
    }  # fmt: skip


def _burden(burden: Burden, lang: str) -> dict[str, Any]:
    return burden.stored | {"typed": burden.typed, "rate_source": burden.rate_source[lang == "en"]}


def _decided(_session: Session, fill: Any) -> dict[str, Any]:
    return {name: getattr(fill, name) for name in DecidedFillShape.model_fields}


def _item(_session: Session, item: Any) -> dict[str, Any]:
    return {name: getattr(item, name) for name in AssistItemShape.model_fields}
