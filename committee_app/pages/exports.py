"""The register in full as a file: asking for it, deciding about it, and fetching what one asked for."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

from fastapi import Path, Request
from starlette.responses import Response

from app_shell.forms import Filled, TypedForm, fill, shown
from app_shell.pages import Page, redirect, render
from app_shell.routing import Access, SecureRouter
from app_shell.words import _
from app_shell.work import Work, WorkDep
from committee_app.register_words import Options, code_sets
from committee_app.workbooks import XLSX
from core_db.access import Permission
from core_db.foundation.actor import Role
from core_db.foundation.lean import dataclass
from core_db.places import neighbourhoods_to_choose
from core_db.reveals import (
    ExportDraft,
    ExportRefusalDraft,
    RegisterExport,
    approval_number,
    approve_export,
    ask_for_export,
    exports_shown,
    fetch_export,
    is_asked_by,
    refuse_export,
)
from core_db.reveals.words import EXPORT_WORDS, EXPORTABLE, REVEALABLE_WORDS, ExportStatus, Revealable

router = SecureRouter("/exports")

#: 128 random bits; what does not look like them is looked for nowhere.
ExportId = Annotated[str, Path(max_length=64)]


@dataclass(frozen=True, kw_only=True)
class ExportLine:
    """An export in words, and what one may do about it."""

    id: str
    title: str
    facts: Sequence[tuple[str, str]]
    asked_at: datetime
    expires_at: datetime | None
    may_decide: bool
    may_fetch: bool


class ExportsPage(Page, template="exports/index.html"):
    """What was asked for, and the form to ask; a form that came back stands where it belongs."""

    lines: Sequence[ExportLine]
    fields: Sequence[tuple[str, str]]
    code_sets: Options
    #: The neighbourhoods one works for, where they are several.
    neighbourhoods: Options
    labels: dict[str, str]
    at: str
    form: Filled[Any] | None


@router.get("", access=Access.COMMITTEE)
async def index(request: Request, work: WorkDep) -> Response:
    return await _page(request, work)


@router.post("", access=Access.COMMITTEE)
async def ask(request: Request, work: WorkDep, typed: TypedForm) -> Response:
    form = fill(ExportDraft, typed)
    done = await shown(form, work.write(ask_for_export, form.draft)) if form.draft else None
    if done is None:
        return await _page(request, work, form=form)
    return redirect(request, "/exports", flash=_("已提交，等书记批准。"))


@router.get("/{export_id}", access=Access.COMMITTEE)
async def fetch(export_id: ExportId, work: WorkDep) -> Response:
    """The file, for whoever asked, within its day."""
    found = await work.read(fetch_export, export_id)
    headers = {"Cache-Control": "no-store", "Content-Disposition": f'attachment; filename="{found.name}"'}
    return Response(found.content, headers=headers, media_type=XLSX)


@router.post("/{export_id}/approval", access=Access.SECRETARY)
async def approve(request: Request, export_id: ExportId, work: WorkDep) -> Response:
    await work.write(approve_export, export_id)
    return redirect(request, "/exports", flash=_("已批准，文件生成后申请人可以下载一天。"))


@router.post("/{export_id}/refusal", access=Access.SECRETARY)
async def refuse(request: Request, export_id: ExportId, work: WorkDep, typed: TypedForm) -> Response:
    form = fill(ExportRefusalDraft, typed)
    done = await shown(form, work.write(refuse_export, export_id, form.draft)) if form.draft else None
    if done is None:
        return await _page(request, work, at=export_id, form=form)
    return redirect(request, "/exports", flash=_("已答复申请人。"))


async def _page(request: Request, work: Work, *, at: str = "", form: Filled[Any] | None = None) -> Response:
    found = await work.read(exports_shown)
    several = await work.read(neighbourhoods_to_choose, Permission.REGISTER_EXPORT)
    page = ExportsPage(
        lines=[_line(one, work, dict(several)) for one in found], at=at, form=form, neighbourhoods=several,
        fields=[(str(one), REVEALABLE_WORDS[one].within(work.lang)) for one in EXPORTABLE],
        code_sets=code_sets(),
        labels={
            "community_id": _("哪个居民区"),
            "fields": _("要哪些信息"), "code_set": _("人户状态用的代码"), "reason": _("做什么用"), "note": _("原因"),
        },
    )  # fmt: skip
    return render(request, page, status=422 if form else 200)


def _line(export: RegisterExport, work: Work, several: Mapping[str, str]) -> ExportLine:
    lang, is_mine = work.lang, export.asked_by == work.actor.id
    what = _("、").join(REVEALABLE_WORDS[Revealable(one)].within(lang) for one in export.fields)
    facts = [(_("谁要的"), export.asked_name), (_("要哪些信息"), what), (_("做什么用"), export.reason)]
    if export.community_id in several:
        facts.insert(1, (_("哪个居民区"), several[export.community_id]))
    if export.fill_id:
        facts.insert(1, (_("范围"), _("一张填好的报表")))
    if export.decided_name:
        facts.append((_("谁决定的"), export.decided_name))
    if export.note:
        facts.append((_("原因"), export.note))
    until = export.expires_at
    return ExportLine(
        id=export.id, title=f"{approval_number(export)} · {EXPORT_WORDS[export.status].within(lang)}", facts=facts,
        asked_at=export.asked_at, expires_at=until,
        may_decide=export.status is ExportStatus.ASKED and not is_asked_by(export, work.actor)
        and work.actor.has(Role.SECRETARY),
        may_fetch=is_mine and until is not None and work.clock.now() < until,
    )  # fmt: skip
