"""Giving a plugin's own roles to colleagues, and taking them back; both are done from the plugin's page."""

from fastapi import Request
from starlette.responses import Response

from app_shell.api import once_from_form
from app_shell.forms import TypedForm, fill, shown
from app_shell.pages import redirect
from app_shell.routing import Access, Id, SecureRouter
from app_shell.words import _
from app_shell.work import WorkDep
from committee_app.pages.plugins import address_of, one_plugin
from committee_app.plugin_deeds import decides_at
from core_db.installs import PluginRoleDraft, give_plugin_role, take_plugin_role

router = SecureRouter("/plugins")


@router.post("/{plugin_id}/roles", access=Access.SECRETARY)
async def give(request: Request, plugin_id: str, work: WorkDep, typed: TypedForm) -> Response:
    place, at = await decides_at(work, plugin_id, typed.get("at"))
    form, to = fill(PluginRoleDraft, typed), None
    if form.draft is not None:
        to = await shown(
            form,
            once_from_form(
                request, work, typed, give_plugin_role, plugin_id, place, form.draft,
                to=lambda _held: address_of(plugin_id, at),
            ),
        )  # fmt: skip
    if to is None:
        return await one_plugin(request, work, plugin_id, place, at, form)
    return redirect(request, to, flash=_("角色给好了，从开始那天起，他就能打开这个应用里相应的页面。"))


@router.post("/{plugin_id}/roles/{held_id}/ending", access=Access.SECRETARY)
async def take(request: Request, plugin_id: str, held_id: Id, work: WorkDep, typed: TypedForm) -> Response:
    place, at = await decides_at(work, plugin_id, typed.get("at"))
    await work.write(take_plugin_role, plugin_id, place, held_id)
    return redirect(request, address_of(plugin_id, at), flash=_("角色收回了，马上生效。"))
