"""Acting for another (代办): what one lent, what was lent to one, and lending a post of one's own for some days."""

from collections.abc import Mapping, Sequence

from fastapi import Request
from starlette.responses import Response

from app_shell.api import once_from_form
from app_shell.forms import Filled, TypedForm, fill, fresh_key, shown
from app_shell.pages import Page, redirect, render
from app_shell.routing import Access, Id, SecureRouter
from app_shell.signin import forget_session
from app_shell.words import _
from app_shell.work import Work, WorkDep
from committee_app.pages.posts import Options, role_words
from core_db.accounts import (
    DelegationDraft,
    DelegationSeen,
    delegate_role,
    end_delegation,
    my_delegations,
    own_posts,
    staff_in_sight,
)
from core_db.foundation.actor import Role

router = SecureRouter("/delegations")


class DelegationsPage(Page, template="delegations/index.html"):
    """Who acts for whom; and a form for whoever holds a post that can be lent."""

    delegations: Sequence[DelegationSeen]
    me: str
    words: Mapping[Role, str]
    posts: Options
    roles: Options
    staff: Options
    form: Filled[DelegationDraft] | None
    key: str


@router.get("", access=Access.STAFF)
async def index(request: Request, work: WorkDep) -> Response:
    return await _page(request, work, None)


@router.post("", access=Access.STAFF)
async def lend(request: Request, typed: TypedForm, work: WorkDep) -> Response:
    form = fill(DelegationDraft, typed)
    done = None
    if form.draft is not None:
        done = await shown(
            form,
            once_from_form(request, work, typed, delegate_role, form.draft, to=lambda one: one.delegate_id),
        )
    if done is None:
        return await _page(request, work, form)
    forget_session(done)
    return redirect(request, "/delegations", flash=_("已经交给他代办，两个人的名字都会写明。"))


@router.post("/{delegation_id}/ending", access=Access.STAFF)
async def end(request: Request, delegation_id: Id, work: WorkDep) -> Response:
    ended = await work.write(end_delegation, delegation_id)
    forget_session(ended.delegate_id)
    return redirect(request, "/delegations", flash=_("代办已经结束。"))


async def _page(request: Request, work: Work, form: Filled[DelegationDraft] | None) -> Response:
    words, own = role_words(work.lang), await work.read(own_posts)
    roles = dict.fromkeys(role for post in own for role in post.lendable)
    page = DelegationsPage(
        delegations=await work.read(my_delegations), me=work.actor.id, words=words,
        posts=[(post.id, f"{post.place_name} · {words[post.role]}") for post in own],
        roles=[(str(role), words[role]) for role in roles],
        staff=[(one.id, f"{one.name}（{one.about}）") for one in await work.read(staff_in_sight)] if own else [],
        form=form, key=fresh_key(),
    )  # fmt: skip
    return render(request, page, status=422 if form else 200)
