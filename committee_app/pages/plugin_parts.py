"""What a plugin's report shows for a month, taking it away as a file, and which of its parts run."""

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import Annotated

from fastapi import Query, Request
from starlette.responses import Response

from app_shell.forms import TypedForm
from app_shell.pages import Page, redirect, render
from app_shell.plugged import Blocks
from app_shell.plugin_blocks import Whose
from app_shell.plugin_pages import At, chosen_place
from app_shell.plugin_words import within
from app_shell.routing import Access, SecureRouter
from app_shell.words import _
from app_shell.work import WorkDep
from committee_app.pages.plugins import address_of
from committee_app.plugin_deeds import decides_at
from committee_app.plugin_reports import MEDIA_OF, file_of, months_until, table_of
from committee_app.roles import committee_of
from core_db.foundation.clock import local_date
from core_db.foundation.errors import CannotBeRead
from core_db.installs import HandingDraft, PartDraft, hand_out_report, report_here, switch_part

router = SecureRouter("/plugins")
Option = tuple[str, str]


class ReportPage(Page, template="installs/report.html"):
    """A report of a plugin for one month, as a table."""

    name: str
    plugin_name: str
    place: str
    table: Blocks
    whose: Whose
    month: str
    months: Sequence[Option]
    #: Where this report stands.
    here: str
    at: str | None


@router.get("/{plugin_id}/reports/{report_id}", access=Access.COMMITTEE)
async def report(
    request: Request, plugin_id: str, report_id: str, work: WorkDep, at: At = None,
    month: Annotated[str, Query(max_length=7)] = "",
) -> Response:  # fmt: skip
    place, at = chosen_place(committee_of(work.actor), at)
    found = await work.read(report_here, plugin_id, report_id, place)
    months = months_until(local_date(work.clock.now()))
    month = month if month in months else months[0]
    page = ReportPage(
        name=within(found.name, work.lang), plugin_name=within(found.plugin_name, work.lang), place=found.place_name,
        table=await table_of(request, work, plugin_id, report_id, place, month), whose=Whose(plugin_id=plugin_id),
        month=month, months=[(one, one) for one in months], here=f"/plugins/{plugin_id}/reports/{report_id}", at=at,
    )  # fmt: skip
    return render(request, page)


@router.post("/{plugin_id}/reports/{report_id}/file", access=Access.COMMITTEE)
async def take(request: Request, plugin_id: str, report_id: str, work: WorkDep, typed: TypedForm) -> Response:
    """The same table as a file that no program takes for formulas; who took it stands in it and in the record."""
    place, _at = chosen_place(committee_of(work.actor), typed.get("at") or None)
    await work.read(report_here, plugin_id, report_id, place)
    kind, month = typed.get("kind", "xlsx"), typed.get("month", "")
    if kind not in MEDIA_OF or month not in months_until(local_date(work.clock.now())):
        raise CannotBeRead({"month": ("请选一个月份。", "Please choose a month.")})
    table = await table_of(request, work, plugin_id, report_id, place, month)
    mark = await work.write(hand_out_report, plugin_id, report_id, place, HandingDraft(month=month))
    content = await asyncio.to_thread(partial(file_of, table, kind, mark=mark))
    name = f"{plugin_id}-{report_id}-{month}.{kind}"
    headers = {"Cache-Control": "no-store", "Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, headers=headers, media_type=MEDIA_OF[kind])


@router.post("/{plugin_id}/parts", access=Access.SECRETARY)
async def switch(request: Request, plugin_id: str, work: WorkDep, typed: TypedForm) -> Response:
    place, at = await decides_at(work, plugin_id, typed.get("at"))
    draft = PartDraft(part=typed.get("part", "")[:60], is_on=typed.get("is_on") == "yes")
    await work.write(switch_part, plugin_id, place, draft)
    said = _("打开了。") if draft.is_on else _("关掉了，应用的其他部分照常。")
    return redirect(request, address_of(plugin_id, at), flash=said)
