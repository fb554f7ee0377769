"""Asking neighbourhoods for forms: the registry, a form with its work and its doubles, publishing, what came in."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from fastapi import Request
from starlette.responses import Response

from app_shell.api import once_from_form
from app_shell.forms import Filled, Typed, TypedForm, fill, fresh_key, shown
from app_shell.pages import Page, redirect, render
from app_shell.routing import Access, Id, SecureRouter
from app_shell.words import _
from app_shell.work import Work, WorkDep
from committee_app.reading import Word
from committee_app.report_words import Options, field_options, form_facts, form_labels, options_of
from committee_app.roles import own_buildings
from committee_app.workbooks import XLSX
from core_db.foundation.actor import Role
from core_db.foundation.clock import local_date
from core_db.foundation.lean import dataclass
from core_db.groups import groups_of
from core_db.ledgers import (
    FieldsDraft,
    FormDraft,
    FormLine,
    FormShown,
    ItemDraft,
    ItemSeen,
    PublishDraft,
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
    places_to_issue,
    publish_form,
    remove_field,
    return_fill,
)
from core_db.ledgers.words import (
    CYCLE_WORDS,
    FAMILY_WORDS,
    FORM_WORDS,
    KIND_WORDS,
    LIST_WORDS,
    ROW_WORDS,
    FormStatus,
    RowKind,
)
from core_db.tags import tag_dictionary

router = SecureRouter("/report-forms")
#: A template that is larger is refused before it is kept anywhere.
TEMPLATE_AT_MOST = 1024 * 1024


class FormsPage(Page, template="report_forms/index.html"):
    """The forms in sight, those in force first."""

    lines: Sequence[FormLine]
    states: Mapping[FormStatus, str]
    cycles: Mapping[Any, str]


class NewFormPage(Page, template="report_forms/new.html"):
    """A form before its questions."""

    places: Options
    families: Options
    cycles: Options
    rows: Options
    items: Options
    #: The buildings of a neighbourhood's own committee; an office above chooses none of its thousands.
    buildings: Options
    #: Ordinary tags of the dictionaries that serve where he asks, and the groups of his own committee.
    tags: Options
    groups: Options
    today: str
    labels: Mapping[str, str]
    form: Filled[FormDraft] | None
    key: str


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A question of a form, in words."""

    id: str
    name: str
    #: Where its answers come from.
    source: str
    meant: str


class FormPage(Page, template="report_forms/show.html"):
    """One form: its questions, its work, what repeats, and how far the neighbourhoods are."""

    shown: FormShown
    state: str
    facts: Sequence[tuple[str, str]]
    asked: Sequence[Asked]
    choices: Options
    kinds: Options
    labels: Mapping[str, str]
    #: The form that came back, and which of the page's forms that was.
    form: Filled[Any] | None
    at: str
    has_figures: bool


class AssistancePage(Page, template="report_forms/assistance.html"):
    """The lists of assistance that hold here, and putting an item on one."""

    items: Sequence[ItemSeen]
    kinds: Mapping[Any, str]
    places: Options
    options: Options
    today: str
    labels: Mapping[str, str]
    form: Filled[ItemDraft] | None


@router.get("", access=Access.ISSUER)
async def index(request: Request, work: WorkDep) -> Response:
    en = work.lang == "en"
    page = FormsPage(
        lines=await work.read(forms_listed), states={one: pair[en] for one, pair in FORM_WORDS.items()},
        cycles={one: pair[en] for one, pair in CYCLE_WORDS.items()},
    )  # fmt: skip
    return render(request, page)


@router.get("/new", access=Access.ISSUER)
async def new(request: Request, work: WorkDep) -> Response:
    return await _new_page(request, work, None)


@router.post("", access=Access.ISSUER)
async def begin(request: Request, typed: TypedForm, work: WorkDep) -> Response:
    form, to = fill(FormDraft, typed), None
    if form.draft is not None:
        writing = once_from_form(
            request, work, typed, draft_form, form.draft, to=lambda made: f"/report-forms/{made.id}"
        )
        to = await shown(form, writing)
    if to is None:
        return await _new_page(request, work, form)
    return redirect(request, to, flash=_("建好了。现在选要填的项目。"))


@router.get("/assistance", access=Access.ISSUER)
async def assistance(request: Request, work: WorkDep) -> Response:
    return await _assistance_page(request, work, None)


@router.post("/assistance", access=Access.DISPATCHER)
async def keep(request: Request, typed: TypedForm, work: WorkDep) -> Response:
    form = fill(ItemDraft, typed)
    done = await shown(form, work.write(keep_item, form.draft)) if form.draft else None
    if done is None:
        return await _assistance_page(request, work, form)
    return redirect(request, "/report-forms/assistance", flash=_("已列入清单。"))


@router.get("/{form_id}", access=Access.ISSUER)
async def show(request: Request, form_id: Id, work: WorkDep) -> Response:
    return await _page(request, work, form_id)


@router.post("/{form_id}/fields", access=Access.ISSUER)
async def add(request: Request, form_id: Id, typed: TypedForm, work: WorkDep) -> Response:
    form = fill(FieldsDraft, typed)
    done = await shown(form, work.write(add_fields, form_id, form.draft)) if form.draft else None
    if done is None:
        return await _page(request, work, form_id, form=form, at="fields")
    return redirect(
        request, f"/report-forms/{form_id}", flash=_("加上了。名册里有的项目会自动带出来，不用再填。")
    )


@router.post("/{form_id}/fields/removal", access=Access.ISSUER)
async def remove(request: Request, form_id: Id, typed: TypedForm, work: WorkDep) -> Response:
    await work.write(remove_field, form_id, typed.get("field_id", ""))
    return redirect(request, f"/report-forms/{form_id}", flash=_("去掉了。"))


@router.post("/{form_id}/publication", access=Access.ISSUER)
async def publish(request: Request, form_id: Id, typed: TypedForm, work: WorkDep) -> Response:
    form = fill(PublishDraft, typed)
    done = await shown(form, work.write(publish_form, form_id, form.draft)) if form.draft else None
    if done is None:
        return await _page(request, work, form_id, form=form, at="publication")
    return redirect(request, f"/report-forms/{form_id}", flash=_("发布了，居村的待办里看得到。"))


@router.post("/{form_id}/ending", access=Access.ISSUER)
async def end(request: Request, form_id: Id, work: WorkDep) -> Response:
    await work.write(end_form, form_id)
    return redirect(request, f"/report-forms/{form_id}", flash=_("停用了，报过的都还在。"))


@router.post("/{form_id}/template", access=Access.ISSUER)
async def template(request: Request, form_id: Id, typed: TypedForm, work: WorkDep) -> Response:
    """The issuer's own empty table: opened in a child, its headings matched, then kept."""
    form: Filled[Any] = Filled(draft=None, typed=typed)
    missing = await shown(form, _keep_template(form_id, typed, work))
    if missing is None:
        return await _page(request, work, form_id, form=form, at="template")
    said = _("样表收下了，每一项都找到了列。")
    if missing:
        said = _("样表收下了。这些项目没有列，会加在最右边：{names}").replace(
            "{names}", _("、").join(missing)
        )
    return redirect(request, f"/report-forms/{form_id}", flash=said)


@router.get("/{form_id}/sheet", access=Access.ISSUER)
async def sheet(form_id: Id, work: WorkDep, period: Word = None) -> Response:
    """What neighbourhoods handed in of a form without people, in the issuer's layout."""
    found = await work.read(figures_of, form_id, period or "")
    content = await asyncio.to_thread(found.made)
    return excel(content, found.called)


@router.post("/fills/{fill_id}/acceptance", access=Access.ISSUER)
async def accept(request: Request, fill_id: Id, work: WorkDep) -> Response:
    done = await work.write(accept_fill, fill_id)
    return redirect(request, f"/report-forms/{done.form_id}", flash=_("通过了。"))


@router.post("/fills/{fill_id}/return", access=Access.ISSUER)
async def send_back(request: Request, fill_id: Id, typed: TypedForm, work: WorkDep) -> Response:
    form = fill(ReturnDraft, typed)
    done = await shown(form, work.write(return_fill, fill_id, form.draft)) if form.draft else None
    if done is None:
        return await _page(request, work, typed.get("form_id", ""), form=form, at=fill_id)
    return redirect(request, f"/report-forms/{done.form_id}", flash=_("退回了，居村看得到原因。"))


def excel(content: bytes, name: str) -> Response:
    """A table to save; never kept by a cache."""
    headers = {
        "Cache-Control": "no-store",
        "Content-Disposition": f"attachment; filename=\"report.xlsx\"; filename*=UTF-8''{quote(name, safe='')}",
    }
    return Response(content, headers=headers, media_type=XLSX)


async def _keep_template(form_id: str, typed: Typed, work: Work) -> list[str]:
    files = typed.files("template")
    content = await files[0].read(TEMPLATE_AT_MOST + 1) if files else b""
    headings = await work.read(columns_found, form_id)
    missing = await asyncio.to_thread(looked_through, content, headings)
    await work.write(keep_template, form_id, content)
    return missing


async def _new_page(request: Request, work: Work, form: Filled[FormDraft] | None) -> Response:
    lang, items = work.lang, await work.read(items_in_force)
    page = NewFormPage(
        places=[(place_id, name) for place_id, name, _kind in await work.read(places_to_issue)],
        families=options_of(FAMILY_WORDS, lang), cycles=options_of(CYCLE_WORDS, lang), rows=options_of(ROW_WORDS, lang),
        items=[(one.id, f"{LIST_WORDS[one.kind][lang == 'en']} {one.number} · {one.text}") for one in items],
        buildings=await work.read(own_buildings),
        tags=await _ordinary_tags(work),
        groups=[(one.id, one.name) for one in await work.read(groups_of)],
        today=local_date(work.clock.now()).isoformat(),
        labels=form_labels(), form=form,
        key=fresh_key() if form is None else form.typed.get("idempotency_key") or fresh_key(),
    )  # fmt: skip
    return render(request, page, status=422 if form else 200)


async def _ordinary_tags(work: Work) -> Options:
    today = local_date(work.clock.now())
    words = [one for one in await work.read(tag_dictionary) if not one.sensitive and one.is_active(today)]
    return [(one.id, f"{one.within(work.lang)} · {one.place_name}") for one in words]


async def _assistance_page(request: Request, work: Work, form: Filled[ItemDraft] | None) -> Response:
    en = work.lang == "en"
    keeps = work.actor.has(Role.DISTRICT_DISPATCHER)
    page = AssistancePage(
        items=await work.read(items_in_force), kinds={one: pair[en] for one, pair in LIST_WORDS.items()},
        places=[(one[0], one[1]) for one in await work.read(places_to_issue)] if keeps else [],
        options=options_of(LIST_WORDS, work.lang), today=local_date(work.clock.now()).isoformat(), form=form,
        labels={
            "place_id": _("哪里的清单"), "kind": _("哪一张清单"), "number": _("序号"), "text": _("协助做什么"),
            "source": _("出自哪份文件"), "valid_from": _("从哪天起"), "valid_to": _("到哪天止"),
        },
    )  # fmt: skip
    return render(request, page, status=422 if form else 200)


async def _page(
    request: Request, work: Work, form_id: str, *, form: Filled[Any] | None = None, at: str = ""
) -> Response:
    found, lang = await work.read(form_shown, form_id), work.lang
    about, meant = found.line.form, {one.field_id: one.words[lang == "en"] for one in found.meant}
    known = {one.catalogue for one in found.fields}
    page = FormPage(
        shown=found, state=FORM_WORDS[about.status][lang == "en"], facts=form_facts(found, lang),
        asked=[
            Asked(
                id=one.id, name=one.name, meant=meant.get(one.id, ""),
                source=_("名册里有，自动带出") if one.catalogue else
                _("{kind}，由居村填").replace("{kind}", KIND_WORDS[one.kind][lang == "en"]),
            )
            for one in found.fields
        ],
        choices=[one for one in field_options(about.row_kind, lang) if one[0] not in known],
        kinds=options_of(KIND_WORDS, lang), form=form, at=at, has_figures=about.row_kind is RowKind.COMMUNITY,
        labels={
            "catalogue": _("名册和统计里现成的项目"), "name": _("自己的项目"), "kind": _("怎么填"),
            "is_sensitive": _("涉及隐私：答案加密保存，平时不显示"), "seen": _("我看过上面的工作量"),
            "reason": _("退回的原因"),
            "template": _("样表"),
        },
    )  # fmt: skip
    return render(request, page, status=422 if form else 200)
