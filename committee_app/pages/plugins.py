"""Plugins of a neighbourhood: which there are, how each does, switching off, removing, and that what it kept is gone.

The secretary decides, workers read. Switching on has pages of its own (`plugin_sheets`).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from fastapi import Request
from starlette.responses import Response

from app_shell.context import shell_of
from app_shell.forms import Filled, TypedForm, fresh_key
from app_shell.pages import Page, redirect, render
from app_shell.plugged import DeadLetter, Health
from app_shell.plugin_pages import At, PlaceChoice, chosen_place, visitor_in
from app_shell.plugin_words import field_in_words, kept_in_words, within
from app_shell.routing import Access, SecureRouter
from app_shell.words import _
from app_shell.work import Work, WorkDep
from committee_app.plugin_deeds import RUNS, decides_at, tell_off
from committee_app.plugin_words import (
    RolesInWords,
    part_in_words,
    questions_in_words,
    roles_in_words,
    runs_in_words,
    state_in_words,
    subject_in_words,
)
from committee_app.roles import committee_of
from core_db.installs import (
    Certificate,
    PartKind,
    PluginHere,
    PluginReport,
    PluginRoleDraft,
    Took,
    certificates,
    disable_plugin,
    may_manage,
    plugin_here,
    plugin_report,
    plugin_roles,
    plugins_here,
    remove_plugin,
)
from core_db.installs.words import InstallState, PluginState

router = SecureRouter("/plugins")


class PluginsPage(Page, template="installs/index.html"):
    """Every plugin that is installed: those that are on, then the others."""

    on: Sequence[dict[str, Any]]
    others: Sequence[dict[str, Any]]
    places: Sequence[PlaceChoice]


class InstalledPage(Page, template="installs/show.html"):
    """One plugin here: how it is, what it did in a day, who agreed to what, and what can be decided."""

    plugin: dict[str, Any]
    report: PluginReport
    figures: Sequence[dict[str, Any]]
    health: Health | None
    #: What it asked, how it was decided, how often; which fields of people, how often.
    questions: Sequence[tuple[str, str, int]]
    fields: Sequence[tuple[str, int]]
    purposes: Sequence[tuple[str, str, int]]
    letters: Sequence[tuple[str, DeadLetter]]
    #: Its reports and jobs: key, name, what it is, whether it runs, and where a report is read.
    parts: Sequence[dict[str, Any]]
    #: Its own roles: who holds them, and the form for giving one.
    roles: RolesInWords
    form: Filled[PluginRoleDraft] | None
    key: str
    may_decide: bool
    has_certificate: bool
    at: str | None


class RemovalPage(Page, template="installs/removal.html"):
    """What removing it means, before it is removed."""

    plugin: dict[str, Any]
    at: str | None


class CertificatePage(Page, template="installs/certificate.html"):
    """That what it kept of this neighbourhood was deleted; for the files, on paper."""

    plugin: dict[str, Any]
    place: str
    certificates: Sequence[Certificate]
    printed_at: datetime


@router.get("", access=Access.COMMITTEE)
async def index(request: Request, work: WorkDep, at: At = None) -> Response:
    own = committee_of(work.actor)
    place, at = chosen_place(own, at)
    found = [(one.state, row_of(one, work.lang, at)) for one in await work.read(plugins_here, place)]
    page = PluginsPage(
        on=[row for state, row in found if state in RUNS], others=[row for state, row in found if state not in RUNS],
        places=await _places(request, own, place),
    )  # fmt: skip
    return render(request, page)


@router.get("/{plugin_id}", access=Access.COMMITTEE)
async def show(request: Request, plugin_id: str, work: WorkDep, at: At = None) -> Response:
    place, at = chosen_place(committee_of(work.actor), at)
    return await one_plugin(request, work, plugin_id, place, at)


async def one_plugin(
    request: Request, work: Work, plugin_id: str, place: str, at: str | None,
    form: Filled[PluginRoleDraft] | None = None,
) -> Response:  # fmt: skip
    """The page of a plugin; with what was typed for a role that could not be given."""
    report, host = await work.read(plugin_report, plugin_id, place), shell_of(request).plugins
    health: Health | None = None
    letters: Sequence[DeadLetter] = ()
    if report.here.state is InstallState.ENABLED and report.here.plugin_state is PluginState.INSTALLED:
        with work.standing_aside():
            visitor = visitor_in(work, place)
            health = await host.health(plugin_id, visitor)
            letters = await host.dead_letters(plugin_id, visitor)
    page = InstalledPage(
        plugin=row_of(report.here, work.lang, at), report=report, figures=_figures(report), health=health,
        questions=questions_in_words(report.questions), fields=_fields(report, work.lang),
        purposes=[
            (within(one.purpose.text, work.lang), kept_in_words(one.purpose.retention_days), one.agreed)
            for one in report.purposes
        ],
        letters=[(subject_in_words(one.fact), one) for one in letters], parts=_parts(report, work.lang, at),
        roles=roles_in_words(await work.read(plugin_roles, plugin_id, place), work.lang), form=form, key=fresh_key(),
        may_decide=await work.read(may_manage, place),
        has_certificate=bool(await work.read(certificates, plugin_id, place)), at=at,
    )  # fmt: skip
    return render(request, page, status=422 if form is not None else 200)


@router.post("/{plugin_id}/replay", access=Access.SECRETARY)
async def replay(request: Request, plugin_id: str, work: WorkDep, typed: TypedForm) -> Response:
    place, at = await decides_at(work, plugin_id, typed.get("at"))
    with work.standing_aside():
        count = await shell_of(request).plugins.replay(
            plugin_id, visitor_in(work, place), typed.get("letter", "")
        )
    said = _("已让它重新处理 {n} 条。").replace("{n}", str(count))
    return redirect(request, address_of(plugin_id, at), flash=said)


@router.post("/{plugin_id}/disabling", access=Access.SECRETARY)
async def disable(request: Request, plugin_id: str, work: WorkDep, typed: TypedForm) -> Response:
    place, at = await decides_at(work, plugin_id, typed.get("at"))
    await tell_off(request, work, plugin_id, place, "disable")
    await work.write(disable_plugin, plugin_id, place)
    return redirect(
        request, address_of(plugin_id, at), flash=_("已停用，马上生效。它存的数据还在，重新启用就能接着用。")
    )


@router.get("/{plugin_id}/removal", access=Access.COMMITTEE)
async def ask_removal(request: Request, plugin_id: str, work: WorkDep, at: At = None) -> Response:
    place, at = chosen_place(committee_of(work.actor), at)
    here = await work.read(plugin_here, plugin_id, place)
    return render(request, RemovalPage(plugin=row_of(here, work.lang, at), at=at))


@router.post("/{plugin_id}/removal", access=Access.SECRETARY)
async def remove(request: Request, plugin_id: str, work: WorkDep, typed: TypedForm) -> Response:
    place, at = await decides_at(work, plugin_id, typed.get("at"))
    keeps = typed.get("data") != "delete"
    await tell_off(request, work, plugin_id, place, "uninstall")
    await work.write(remove_plugin, plugin_id, place, keep=keeps)
    if keeps:
        said = _("已移除。它存的数据保留 30 天，到期自动删除；期间重新启用就能接着用。")
        return redirect(request, address_of(plugin_id, at), flash=said)
    said = _("已移除，正在删除它存的数据。删完以后这里有证明。")
    return redirect(request, address_of(plugin_id, at, "/certificate"), flash=said)


@router.get("/{plugin_id}/certificate", access=Access.COMMITTEE)
async def certificate(request: Request, plugin_id: str, work: WorkDep, at: At = None) -> Response:
    place, at = chosen_place(committee_of(work.actor), at)
    here, shell = await work.read(plugin_here, plugin_id, place), shell_of(request)
    page = CertificatePage(
        plugin=row_of(here, work.lang, at), place=(await shell.pages.neighbourhood(shell, place)).name,
        certificates=await work.read(certificates, plugin_id, place), printed_at=work.clock.now(),
    )  # fmt: skip
    return render(request, page)


# -- what these share -------------------------------------------------------------------------------


def address_of(plugin_id: str, at: str | None, more: str = "") -> str:
    return f"/plugins/{plugin_id}{more}" + (f"?at={at}" if at else "")


def row_of(here: PluginHere, lang: str, at: str | None) -> dict[str, Any]:
    """A plugin as these pages speak of it."""
    word, tone = state_in_words(here)
    return {
        "id": here.plugin_id, "name": within(here.name, lang), "summary": within(here.summary, lang), "word": word,
        "tone": tone, "version": here.version, "runs": runs_in_words(here.run_mode), "decided_at": here.decided_at,
        "decided_name": here.decided_name, "href": address_of(here.plugin_id, at), "keep_until": here.keep_until,
        "is_on": here.state is InstallState.ENABLED, "is_removed": here.state in (None, InstallState.REMOVED),
        "is_usable": here.plugin_state is PluginState.INSTALLED, "has_other_sheet": here.has_other_sheet,
    }  # fmt: skip


async def _places(request: Request, own: Sequence[str], current: str) -> Sequence[PlaceChoice]:
    shell = shell_of(request)
    names = [(one, (await shell.pages.neighbourhood(shell, one)).name) for one in own] if len(own) > 1 else ()
    return [PlaceChoice(href=f"/plugins?at={one}", label=name, current=one == current) for one, name in names]


def _figures(report: PluginReport) -> list[dict[str, Any]]:
    return [
        {"value": report.calls, "label": _("24 小时内用了几次")},
        {"value": report.faults, "label": _("出错"), "tone": "warn" if report.faults else None},
        {"value": report.late, "label": _("太慢，没等到"), "tone": "warn" if report.late else None},
        _slowest(report.p95),
        {"value": report.subjects, "label": _("问到的人次")},
    ]


def _slowest(p95: Took | None) -> dict[str, Any]:
    if p95 is not None and p95.is_longer:
        return {"value": p95.ms, "label": _("多快答复：常常超过（毫秒）"), "tone": "warn"}
    return {"value": "—" if p95 is None else p95.ms, "label": _("多快答复：95% 不超过（毫秒）")}


def _parts(report: PluginReport, lang: str, at: str | None) -> list[dict[str, Any]]:
    is_on = report.here.state is InstallState.ENABLED
    return [
        {
            "key": one.key, "name": within(one.name, lang), "word": part_in_words(one.kind), "is_on": one.is_on,
            "href": address_of(report.here.plugin_id, at, f"/reports/{one.id}")
            if one.kind is PartKind.REPORT and one.is_on and is_on else None,
        }
        for one in report.parts
    ]  # fmt: skip


def _fields(report: PluginReport, lang: str) -> list[tuple[str, int]]:
    return [(field_in_words(one, lang), count) for one, count in report.fields]
