"""Switching a plugin on: what it asks for, agreeing to it, and its settings, tested before they are kept."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from fastapi import Request
from starlette.responses import Response

from app_shell.context import shell_of
from app_shell.forms import Filled, Typed, TypedForm, shown
from app_shell.pages import Page, redirect, render
from app_shell.plugin_pages import At, chosen_place
from app_shell.plugin_words import kept_in_words, sent_in_words, within
from app_shell.routing import Access, SecureRouter
from app_shell.words import _
from app_shell.work import Work, WorkDep
from committee_app.pages.plugins import address_of, row_of
from committee_app.plugin_deeds import switch_on, tested
from committee_app.plugin_settings import PREFIX, SettingField, setting_fields, typed_settings
from committee_app.plugin_words import runs_in_words
from committee_app.roles import committee_of
from core_db.foundation.drafts import read_draft
from core_db.installs import (
    ConsentSheet,
    EnablingDraft,
    SettingsDraft,
    SettingsSeen,
    consent_sheet,
    may_manage,
    plugin_here,
    plugin_settings,
    set_plugin,
)
from core_db.installs.words import RunMode

router = SecureRouter("/plugins/{plugin_id}")


class SheetPage(Page, template="installs/sheet.html"):
    """What a plugin asks for, in words; below it, for whoever decides, agreeing to it."""

    plugin: dict[str, Any]
    sheet: ConsentSheet
    #: What it cannot work without; what it can do more with, by name.
    needed: Sequence[str]
    optional: Sequence[tuple[str, str]]
    given: Sequence[str]
    purposes: Sequence[dict[str, Any]]
    facts: Sequence[tuple[str, str]]
    runs: str
    settings: Sequence[SettingField]
    form: Filled[Any] | None
    may_decide: bool
    at: str | None


class SettingsPage(Page, template="installs/settings.html"):
    """How it is set."""

    plugin: dict[str, Any]
    settings: Sequence[SettingField]
    form: Filled[Any] | None
    at: str | None


@router.get("/sheet", access=Access.COMMITTEE)
async def sheet(request: Request, plugin_id: str, work: WorkDep, at: At = None) -> Response:
    return await _sheet(request, work, plugin_id, *chosen_place(committee_of(work.actor), at))


@router.post("/enabling", access=Access.SECRETARY)
async def enable(request: Request, plugin_id: str, work: WorkDep, typed: TypedForm) -> Response:
    place, at = chosen_place(committee_of(work.actor), typed.get("at") or None)
    form, settings = await _typed(request, work, plugin_id, place, typed)
    if typed.get("agreed") != "yes":
        form.faults["agreed"] = _("请先看完并勾选。")
    said = {
        "scopes": typed.getlist("scopes"),
        "sheet_version": typed.get("sheet_version", ""),
        "settings": settings,
    }
    draft = read_draft(EnablingDraft, said)
    refused = None
    if not form.faults:
        refused = await shown(form, switch_on(request, work, plugin_id, place, draft))
    if refused:
        form.faults[""] = _("没有启用，应用说：{said}").replace("{said}", refused)
    if refused is None or form.faults:
        return await _sheet(request, work, plugin_id, place, at, form=form)
    done = _("已启用。要居民同意的用途，已经出现在他们的“我的授权”里。")
    return redirect(request, address_of(plugin_id, at), flash=done)


@router.get("/settings", access=Access.SECRETARY)
async def settings(request: Request, plugin_id: str, work: WorkDep, at: At = None) -> Response:
    return await _settings(request, work, plugin_id, *chosen_place(committee_of(work.actor), at))


@router.post("/settings", access=Access.SECRETARY)
async def keep_settings(request: Request, plugin_id: str, work: WorkDep, typed: TypedForm) -> Response:
    place, at = chosen_place(committee_of(work.actor), typed.get("at") or None)
    form, values = await _typed(request, work, plugin_id, place, typed)
    writing = partial(
        work.write, set_plugin, plugin_id, place, read_draft(SettingsDraft, {"settings": values})
    )
    if form.faults or await shown(form, writing()) is None:
        return await _settings(request, work, plugin_id, place, at, form=form)
    return redirect(request, address_of(plugin_id, at), flash=_("设置已保存，马上生效。"))


# -- what these share -------------------------------------------------------------------------------


async def _typed(
    request: Request, work: Work, plugin_id: str, place: str, typed: Typed
) -> tuple[Filled[Any], dict[str, Any]]:
    """The settings as typed, tested by the plugin itself; a form with what is wrong with them."""
    kept = await work.read(plugin_settings, plugin_id, place)
    values, faults = typed_settings(_fields(request, work, plugin_id, kept), typed, kept.settings)
    if not faults and kept.schema:
        wrong = await tested(request, work, plugin_id, place, values)
        faults = {PREFIX + name if name else "": said for name, said in wrong.items()}
    return Filled(draft=None, typed=typed, faults=faults), values


def _fields(request: Request, work: Work, plugin_id: str, kept: SettingsSeen) -> list[SettingField]:
    say = partial(shell_of(request).plugins.say, plugin_id, lang=work.lang)
    return setting_fields(kept.schema, kept.settings, kept.has_secrets, say)


async def _sheet(
    request: Request,
    work: Work,
    plugin_id: str,
    place: str,
    at: str | None,
    *,
    form: Filled[Any] | None = None,
) -> Response:
    found = await work.read(consent_sheet, plugin_id, place)
    may_decide = await work.read(may_manage, place)
    kept = await work.read(plugin_settings, plugin_id, place) if may_decide else None
    here = await work.read(plugin_here, plugin_id, place)
    page = SheetPage(
        plugin=row_of(here, work.lang, at), sheet=found, given=here.scopes,
        runs=runs_in_words(found.run_mode), form=form, may_decide=may_decide, at=at,
        needed=[within(one.words, work.lang) for one in found.scopes if one.is_required],
        optional=[(one.name, within(one.words, work.lang)) for one in found.scopes if not one.is_required],
        purposes=_purposes(found, work.lang), facts=_facts(found),
        settings=_fields(request, work, plugin_id, kept) if kept else (),
    )  # fmt: skip
    return render(request, page, status=422 if form else 200)


async def _settings(
    request: Request,
    work: Work,
    plugin_id: str,
    place: str,
    at: str | None,
    *,
    form: Filled[Any] | None = None,
) -> Response:
    kept = await work.read(plugin_settings, plugin_id, place)
    here = row_of(await work.read(plugin_here, plugin_id, place), work.lang, at)
    fields = _fields(request, work, plugin_id, kept)
    return render(
        request,
        SettingsPage(plugin=here, settings=fields, form=form, at=at),
        status=422 if form else 200,
    )


def _purposes(found: ConsentSheet, lang: str) -> list[dict[str, Any]]:
    return [
        {
            "text": within(one.text, lang), "kept": kept_in_words(one.retention_days),
            "sent": sent_in_words(one.hosts), "sensitive": one.is_sensitive,
            "fields": [within(words, lang) for words in one.field_words], "is_duty": one.is_duty,
        }
        for one in found.purposes
    ]  # fmt: skip


def _facts(found: ConsentSheet) -> list[tuple[str, str]]:
    """Who answers for it, where what it reads goes, and what it keeps."""
    network = sent_in_words(found.network) if found.network else _("不访问外部网站")
    if found.run_mode is RunMode.IN_PROCESS:
        network = _("{where}（作者这样说明；它在平台内部运行，平台核对不了）").replace("{where}", network)
    keeps = _("会保存居民的信息：{how}").replace("{how}", kept_in_words(found.retention_days))
    return [
        (_("谁做的"), found.publisher or "—"), (_("有问题找谁"), found.contact or "—"),
        (_("版本和许可"), f"{found.version} · {found.license}"), (_("连到哪里"), network),
        (_("存什么"), keeps if found.stores_personal else _("不保存居民的信息")),
        (_("出境"), _("会把信息传到境外") if found.exports_abroad else _("信息不出境")),
    ]  # fmt: skip
