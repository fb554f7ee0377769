"""我的授权: what each plugin of my neighbourhood wants to read of me and why; agreeing to each purpose by itself."""

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
from app_shell.work import Work, WorkDep
from core_db.foundation.errors import NotFound
from core_db.mydata import PurposeOf, agree_to_purpose, my_plugin_consents, withdraw_from_purpose

router = SecureRouter("/me/plugins")


class PluginConsentsPage(Page, template="consents/plugins.html"):
    """Every plugin that is on where I live, with its purposes."""

    plugins: Sequence[Mapping[str, Any]]


class PurposePage(Page, template="consents/purpose.html"):
    """One sensitive purpose, asked by itself."""

    plugin: Mapping[str, Any]
    purpose: PurposeShown


@router.get("", access=Access.RESIDENT)
async def index(request: Request, work: WorkDep) -> Response:
    found = await work.read(my_plugin_consents)
    return render(request, PluginConsentsPage(plugins=[plugin_shown(one, work.lang) for one in found]))


@router.get("/{plugin_id}/{purpose}", access=Access.RESIDENT)
async def show(request: Request, plugin_id: str, purpose: str, work: WorkDep, at: At = None) -> Response:
    for found in await work.read(my_plugin_consents):
        plugin = plugin_shown(found, work.lang)
        if found.plugin_id == plugin_id and at in (None, found.community_id):
            its = next((one for one in plugin["purposes"] if one.id == purpose), None)
            if its is not None and not its.is_duty:
                return render(request, PurposePage(plugin=plugin, purpose=its))
    raise NotFound()


@router.post("/{plugin_id}/{purpose}/agreement", access=Access.RESIDENT)
async def agree(request: Request, plugin_id: str, purpose: str, typed: TypedForm, work: WorkDep) -> Response:
    await work.write(agree_to_purpose, _which(plugin_id, purpose, typed, work))
    return redirect(request, "/me/plugins", flash=_("记下您的同意了，随时可以收回。"))


@router.post("/{plugin_id}/{purpose}/withdrawal", access=Access.RESIDENT)
async def withdraw(
    request: Request, plugin_id: str, purpose: str, typed: TypedForm, work: WorkDep
) -> Response:
    await work.write(withdraw_from_purpose, _which(plugin_id, purpose, typed, work))
    return redirect(request, "/me/plugins", flash=_("已收回，马上生效；它只凭这一项存的，也会删掉。"))


def _which(plugin_id: str, purpose: str, typed: Typed, work: Work) -> PurposeOf:
    """Which purpose in which of my neighbourhoods, and the text that I read."""
    own = work.actor.communities
    place = typed.get("community_id") or (own[0] if own else "")
    if place not in own:
        raise NotFound()
    return PurposeOf(
        plugin_id=plugin_id, community_id=place, purpose=purpose, text_version=typed.get("text_version", "")
    )
