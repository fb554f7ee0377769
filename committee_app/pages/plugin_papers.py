"""What residents who use no telephone agreed to on paper: entered by their committee, and taken back there too."""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import Request
from starlette.responses import Response

from app_shell.forms import Typed, TypedForm
from app_shell.pages import Page, redirect, render
from app_shell.plugin_words import plugin_shown
from app_shell.routing import Access, Id, SecureRouter
from app_shell.words import _
from app_shell.work import WorkDep
from core_db.foundation.errors import NotFound
from core_db.mydata import PurposeOf, agree_on_paper, plugin_consents_of, withdraw_on_paper
from core_db.people import people_in_sight

router = SecureRouter("/people/{person_id}/plugins")


class PapersPage(Page, template="installs/paper.html"):
    """The plugins that are on where somebody lives, and what he agreed to of them."""

    person_id: str
    name: str
    plugins: Sequence[Mapping[str, Any]]


@router.get("", access=Access.COMMITTEE)
async def index(request: Request, person_id: Id, work: WorkDep) -> Response:
    person = next(iter(await work.read(people_in_sight, [person_id])), None)
    if person is None:
        raise NotFound()
    found = await work.read(plugin_consents_of, person_id)
    plugins = [plugin_shown(one, work.lang) for one in found if one.purposes]
    return render(request, PapersPage(person_id=person_id, name=person.name, plugins=plugins))


@router.post("/{plugin_id}/agreement", access=Access.COMMITTEE)
async def agree(request: Request, person_id: Id, plugin_id: str, typed: TypedForm, work: WorkDep) -> Response:
    await work.write(agree_on_paper, person_id, _which(plugin_id, typed))
    return redirect(request, f"/people/{person_id}/plugins", flash=_("已登记，马上生效。"))


@router.post("/{plugin_id}/withdrawal", access=Access.COMMITTEE)
async def withdraw(
    request: Request, person_id: Id, plugin_id: str, typed: TypedForm, work: WorkDep
) -> Response:
    await work.write(withdraw_on_paper, person_id, _which(plugin_id, typed))
    return redirect(request, f"/people/{person_id}/plugins", flash=_("已登记收回，马上生效。"))


def _which(plugin_id: str, typed: Typed) -> PurposeOf:
    return PurposeOf(
        plugin_id=plugin_id, community_id=typed.get("community_id", ""), purpose=typed.get("purpose", ""),
        text_version=typed.get("text_version", ""),
    )  # fmt: skip
