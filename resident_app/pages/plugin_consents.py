"""我的授权: what each plugin here wants to read of me, or of a child I act for, and agreeing purpose by purpose."""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import Request
from starlette.responses import Response

from app_shell.forms import Typed, TypedForm
from app_shell.pages import Page, redirect, render
from app_shell.plugin_pages import At
from app_shell.plugin_words import PurposeShown, plugin_shown
from app_shell.routing import Access, SecureRouter
from app_shell.words import _
from app_shell.work import WorkDep
from core_db.foundation.errors import NotFound
from core_db.mydata import PurposeOf, agree_to_purpose, my_plugin_consents, withdraw_from_purpose
from resident_app.children import Child

router = SecureRouter("/me/plugins")


class PluginConsentsPage(Page, template="consents/plugins.html"):
    """Every plugin that is on where I live, with its purposes; and what stands of it where I lived."""

    plugins: Sequence[Mapping[str, Any]]
    #: They are of more than one neighbourhood, so each says of which.
    says_where: bool
    child: str | None


class PurposePage(Page, template="consents/purpose.html"):
    """One sensitive purpose, asked by itself."""

    plugin: Mapping[str, Any]
    purpose: PurposeShown
    child: str | None


@router.get("", access=Access.RESIDENT)
async def index(request: Request, work: WorkDep, child: Child = None) -> Response:
    found = await work.read(my_plugin_consents, child_id=child)
    plugins = [plugin_shown(one, work.lang) for one in found]
    says_where = len({one.community_id for one in found}) > 1 or any(not one.lives_there for one in found)
    return render(request, PluginConsentsPage(plugins=plugins, says_where=says_where, child=child))


@router.get("/{plugin_id}/{purpose}", access=Access.RESIDENT)
async def show(
    request: Request, plugin_id: str, purpose: str, work: WorkDep, at: At = None, child: Child = None
) -> Response:
    for found in await work.read(my_plugin_consents, child_id=child):
        plugin = plugin_shown(found, work.lang)
        if found.lives_there and found.plugin_id == plugin_id and at in (None, found.community_id):
            its = next((one for one in plugin["purposes"] if one.id == purpose), None)
            if its is not None and not its.is_duty:
                return render(request, PurposePage(plugin=plugin, purpose=its, child=child))
    raise NotFound()


@router.post("/{plugin_id}/{purpose}/agreement", access=Access.RESIDENT)
async def agree(request: Request, plugin_id: str, purpose: str, typed: TypedForm, work: WorkDep) -> Response:
    what, child = _which(plugin_id, purpose, typed)
    await work.write(agree_to_purpose, what, child_id=child)
    return redirect(request, _back(child), flash=_("记下您的同意了，随时可以收回。"))


@router.post("/{plugin_id}/{purpose}/withdrawal", access=Access.RESIDENT)
async def withdraw(
    request: Request, plugin_id: str, purpose: str, typed: TypedForm, work: WorkDep
) -> Response:
    what, child = _which(plugin_id, purpose, typed)
    await work.write(withdraw_from_purpose, what, child_id=child)
    return redirect(request, _back(child), flash=_("已收回，马上生效；它只凭这一项存的，也会删掉。"))


def _which(plugin_id: str, purpose: str, typed: Typed) -> tuple[PurposeOf, str | None]:
    """Which purpose in which neighbourhood, with the text that was read; and the child it is about."""
    what = PurposeOf(
        plugin_id=plugin_id, community_id=typed.get("community_id", ""), purpose=purpose,
        text_version=typed.get("text_version", ""),
    )  # fmt: skip
    return what, typed.get("child_id") or None


def _back(child: str | None) -> str:
    return "/me/plugins" + (f"?child={child}" if child else "")
