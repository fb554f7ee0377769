"""Plugins over the API: what is installed, what each asks for and did, switching on and off, removing."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import Query, Request
from sqlmodel import Session
from starlette.responses import Response

from app_shell.api import answer, listed, once
from app_shell.context import shell_of
from app_shell.plugin_pages import At, chosen_place, visitor_in
from app_shell.plugin_words import within
from app_shell.routing import Access, ApiRouter, Id
from app_shell.work import Work, WorkDep
from committee_app.api.plugin_shapes import (
    CertificateListShape,
    LetterListShape,
    MonthShape,
    PluginListShape,
    PluginOpened,
    PluginShape,
    RemovalDraft,
    ReplayDraft,
    ReplayedShape,
    RoleHeldShape,
)
from committee_app.plugin_deeds import decides_at, switch_on, tell_off, tested
from committee_app.plugin_reports import months_until, table_of
from committee_app.roles import committee_of
from core_db.foundation.clock import local_date
from core_db.foundation.errors import CannotBeRead, DomainError
from core_db.installs import (
    ConsentSheet,
    EnablingDraft,
    PartDraft,
    PluginHere,
    PluginReport,
    PluginRoleDraft,
    RoleSeen,
    SettingsDraft,
    certificates,
    consent_sheet,
    disable_plugin,
    give_plugin_role,
    plugin_here,
    plugin_report,
    plugin_roles,
    plugins_here,
    remove_plugin,
    report_here,
    role_seen,
    set_plugin,
    switch_part,
    take_plugin_role,
)

router = ApiRouter("/plugins")
Month = Annotated[str, Query(max_length=7)]


class PluginStaysOff(DomainError):
    """It failed at its start."""

    code, status = "plugin-stays-off", 409
    zh, en = "没有启用，应用说：{said}", "It is not on. The app said: {said}"


@router.get("", access=Access.COMMITTEE, answers=PluginListShape)
async def index(work: WorkDep, at: At = None) -> Response:
    """Every plugin that is installed, and how it is in one's neighbourhood; `at` where one has several."""
    place, _at = chosen_place(committee_of(work.actor), at)
    found = await work.read(plugins_here, place)
    return answer(listed([_here(one, work.lang) for one in found], next_after=None))


@router.get("/{plugin_id}", access=Access.COMMITTEE, answers=PluginOpened)
async def show(plugin_id: str, work: WorkDep, at: At = None) -> Response:
    """What a plugin asks for, and what it did here within 24 hours."""
    place, _at = chosen_place(committee_of(work.actor), at)
    report = await work.read(plugin_report, plugin_id, place)
    sheet = await work.read(consent_sheet, plugin_id, place)
    parts = [
        {"key": one.key, "name": within(one.name, work.lang), "cron": one.cron, "is_on": one.is_on}
        for one in report.parts
    ]
    found = await work.read(plugin_roles, plugin_id, place)
    roles = [
        {
            "id": one.id, "name": within(one.name, work.lang), "grants": list(one.grants),
            "held": [_held(held, work.lang) for held in found.held if held.role == one.id],
        }
        for one in found.roles
    ]  # fmt: skip
    here = _here(report.here, work.lang)
    return answer({
        **here, "sheet": _sheet(sheet, work.lang), "report": _report(report), "parts": parts, "roles": roles,
    })  # fmt: skip


@router.get("/{plugin_id}/certificates", access=Access.COMMITTEE, answers=CertificateListShape)
async def deleted(plugin_id: str, work: WorkDep, at: At = None) -> Response:
    """That what it kept of the neighbourhood was deleted, the newest first; `done_at` is null while it is under way."""
    place, _at = chosen_place(committee_of(work.actor), at)
    found = await work.read(certificates, plugin_id, place)
    items = [{"asked_at": one.asked_at, "done_at": one.done_at, "rows": one.rows} for one in found]
    return answer(listed(items, next_after=None))


@router.get("/{plugin_id}/letters", access=Access.COMMITTEE, answers=LetterListShape)
async def letters(request: Request, plugin_id: str, work: WorkDep, at: At = None) -> Response:
    """The facts of the neighbourhood that it did not take, told often enough: the newest first, a hundred at most."""
    place, _at = chosen_place(committee_of(work.actor), at)
    await work.read(plugin_here, plugin_id, place)
    with work.standing_aside():
        found = await shell_of(request).plugins.dead_letters(plugin_id, visitor_in(work, place))
    items = [
        {"id": one.id, "fact": one.fact, "at": one.at, "attempts": one.attempts, "said": one.said}
        for one in found
    ]
    return answer(listed(items, next_after=None))


@router.post("/{plugin_id}/replay", access=Access.SECRETARY, keyed=False, answers=ReplayedShape)
async def replay(
    request: Request, plugin_id: str, draft: ReplayDraft, work: WorkDep, at: At = None
) -> Response:
    """Tell it all of them once more, or the one with the id `letter`. What it took is among them no more."""
    place, _at = await decides_at(work, plugin_id, at)
    with work.standing_aside():
        count = await shell_of(request).plugins.replay(plugin_id, visitor_in(work, place), draft.letter)
    return answer({"count": count})


@router.post("/{plugin_id}/enabling", access=Access.SECRETARY, keyed=False, answers=PluginShape)
async def enable(
    request: Request, plugin_id: str, draft: EnablingDraft, work: WorkDep, at: At = None
) -> Response:
    """Switch it on after the sheet that was read. It sets a state, so it may be sent again and takes no key."""
    place, _at = await decides_at(work, plugin_id, at)
    _refuse(await tested(request, work, plugin_id, place, draft.settings))
    if said := await switch_on(request, work, plugin_id, place, draft):
        raise PluginStaysOff(said=said)
    return answer(_here(await work.read(plugin_here, plugin_id, place), work.lang))


@router.post("/{plugin_id}/settings", access=Access.SECRETARY, keyed=False, answers=PluginShape)
async def keep_settings(
    request: Request, plugin_id: str, draft: SettingsDraft, work: WorkDep, at: At = None
) -> Response:
    """Set it anew, tested by the plugin; a secret that is left out stays. It may be sent again and takes no key."""
    place, _at = await decides_at(work, plugin_id, at)
    _refuse(await tested(request, work, plugin_id, place, draft.settings))
    await work.write(set_plugin, plugin_id, place, draft)
    return answer(_here(await work.read(plugin_here, plugin_id, place), work.lang))


@router.post("/{plugin_id}/disabling", access=Access.SECRETARY, answers=PluginShape)
async def disable(request: Request, plugin_id: str, work: WorkDep, at: At = None) -> Response:
    """Switch it off at once; what it kept stays."""
    place, _at = await decides_at(work, plugin_id, at)
    await tell_off(request, work, plugin_id, place, "disable")
    return await once(
        request, work, disable_plugin, plugin_id, place, render=_rendered(work, place), status=200
    )


@router.post("/{plugin_id}/removal", access=Access.SECRETARY, answers=PluginShape)
async def remove(
    request: Request, plugin_id: str, draft: RemovalDraft, work: WorkDep, at: At = None
) -> Response:
    """Remove it: consents end, and what it kept is deleted now or, with `keeps_data`, after 30 days."""
    place, _at = await decides_at(work, plugin_id, at)
    await tell_off(request, work, plugin_id, place, "uninstall")
    rendered = _rendered(work, place)
    return await once(
        request, work, remove_plugin, plugin_id, place, keep=draft.keeps_data, render=rendered, status=200
    )


@router.post("/{plugin_id}/parts", access=Access.SECRETARY, keyed=False, answers=PluginOpened)
async def switch(plugin_id: str, draft: PartDraft, work: WorkDep, at: At = None) -> Response:
    """Let a report or a job of it rest, or run again. It sets a state, so it may be sent again and takes no key."""
    place, at = await decides_at(work, plugin_id, at)
    await work.write(switch_part, plugin_id, place, draft)
    answered: Response = await show(plugin_id, work, at)
    return answered


@router.post("/{plugin_id}/roles", access=Access.SECRETARY, answers=RoleHeldShape)
async def give_role(
    request: Request, plugin_id: str, draft: PluginRoleDraft, work: WorkDep, at: At = None
) -> Response:
    """Give a colleague of this committee one of the plugin's own roles, while the plugin is on."""
    place, _at = await decides_at(work, plugin_id, at)
    return await once(
        request, work, give_plugin_role, plugin_id, place, draft, render=_role_rendered(work), status=201
    )


@router.post("/{plugin_id}/roles/{held_id}/ending", access=Access.SECRETARY, answers=RoleHeldShape)
async def take_role(
    request: Request, plugin_id: str, held_id: Id, work: WorkDep, at: At = None
) -> Response:  # fmt: skip
    """Take it back at once."""
    place, _at = await decides_at(work, plugin_id, at)
    return await once(
        request, work, take_plugin_role, plugin_id, place, held_id, render=_role_rendered(work), status=200
    )


@router.get("/{plugin_id}/reports/{report_id}", access=Access.COMMITTEE, answers=MonthShape)
async def report(
    request: Request, plugin_id: str, report_id: str, work: WorkDep, at: At = None, month: Month = ""
) -> Response:
    """The figures of a month (`2026-11`; this one where none is named) as a table that the plugin makes."""
    place, _at = chosen_place(committee_of(work.actor), at)
    found = await work.read(report_here, plugin_id, report_id, place)
    months = months_until(local_date(work.clock.now()))
    month = month if month in months else months[0]
    table = await table_of(request, work, plugin_id, report_id, place, month)
    said = {key: table[key] for key in ("caption", "head", "rows")}
    return answer({"name": within(found.name, work.lang), "month": month, **said})


def _refuse(wrong: Any) -> None:
    """What the plugin finds wrong, in its own words in either language."""
    if wrong:
        raise CannotBeRead(
            {f"settings.{name}" if name else "settings": (said, said) for name, said in wrong.items()}
        )


def _rendered(work: Work, place: str) -> Callable[[Session, Any], dict[str, Any]]:
    return lambda session, made: _here(
        plugin_here(session, made.plugin_id, place, actor=work.actor, clock=work.clock), work.lang
    )


def _role_rendered(work: Work) -> Callable[[Session, Any], dict[str, Any]]:
    return lambda session, made: _held(role_seen(session, made, clock=work.clock), work.lang)


def _held(one: RoleSeen, lang: str) -> dict[str, Any]:
    return {
        "id": one.id, "role": one.role, "name": within(one.name, lang), "account_id": one.account_id,
        "holder": one.holder, "valid_from": one.first_day, "valid_to": one.last_day,
    }  # fmt: skip


def _here(one: PluginHere, lang: str) -> dict[str, Any]:
    return {
        "id": one.plugin_id, "name": within(one.name, lang), "summary": within(one.summary, lang),
        "version": one.version, "run_mode": one.run_mode, "plugin_state": one.plugin_state, "state": one.state,
        "cause": one.cause, "scopes": list(one.scopes), "has_other_sheet": one.has_other_sheet,
        "decided_by": one.decided_name, "decided_at": one.decided_at, "keep_until": one.keep_until,
    }  # fmt: skip


def _sheet(sheet: ConsentSheet, lang: str) -> dict[str, Any]:
    return {
        "version": sheet.sheet_version, "publisher": sheet.publisher, "license": sheet.license,
        "contact": sheet.contact, "network": list(sheet.network), "stores_personal": sheet.stores_personal,
        "retention_days": sheet.retention_days, "exports_abroad": sheet.exports_abroad,
        "scopes": [
            {"name": one.name, "words": within(one.words, lang), "is_required": one.is_required} for one in sheet.scopes
        ],
        "purposes": [
            {
                "id": one.id, "text": within(one.text, lang), "fields": list(one.fields),
                "is_sensitive": one.is_sensitive, "is_duty": one.is_duty,
                "retention_days": one.retention_days, "sends_to": list(one.hosts), "text_version": one.text_version,
            }
            for one in sheet.purposes
        ],
    }  # fmt: skip


def _report(report: PluginReport) -> dict[str, Any]:
    return {
        "calls": report.calls, "faults": report.faults, "late": report.late,
        "p95_ms": report.p95.ms if report.p95 else None,
        "p95_is_longer": report.p95 is not None and report.p95.is_longer,
        "subjects": report.subjects, "fields": dict(report.fields),
        "questions": [{"op": op, "decision": how, "count": count} for op, how, count in report.questions],
        "agreed": {one.purpose.id: one.agreed for one in report.purposes},
    }  # fmt: skip
