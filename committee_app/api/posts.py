"""Posts and delegations over the API, beside their pages."""

import asyncio
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from fastapi import Request
from pydantic import Field, SecretStr
from sqlmodel import Session
from starlette.responses import Response

from app_shell.api import After, Limit, answer, cursor, keys_of, listed, once
from app_shell.routing import Access, ApiRouter, Id
from app_shell.signin import forget_session
from app_shell.work import Work, WorkDep
from committee_app.api.shapes import DelegationShape, DelegationsShape, PostShape, PostsShape
from core_db.accounts import (
    Delegation,
    DelegationDraft,
    FirstPasswordDraft,
    HandOverDraft,
    HiringDraft,
    RoleAssignment,
    RoleDraft,
    assign_role,
    delegate_role,
    delegation_seen,
    end_delegation,
    end_role,
    hand_over,
    hash_password,
    hire,
    my_delegations,
    post_seen,
    posts_held,
    renew_sign_in,
)

router = ApiRouter()


class HiringOverApi(HiringDraft):
    """The caller chooses the password for the first sign-in: an answer that is kept for a day must not hold one."""

    password: SecretStr = Field(min_length=8, max_length=200)


@router.get("/posts", access=Access.POSTS, answers=PostsShape)
async def index(work: WorkDep, over: bool = False, after: After = None, limit: Limit = 50) -> Response:
    """The posts below one, by place; `over`: those that have ended."""
    found, following = await work.read(posts_held, over=over, after=keys_of(after, str, str), limit=limit)
    onward = cursor(*following) if following else None
    return answer(listed([asdict(one) for one in found], next_after=onward))


@router.post("/posts", access=Access.POSTS, status_code=201, answers=PostShape)
async def fill_post(request: Request, draft: RoleDraft, work: WorkDep) -> Response:
    """Give somebody a post below one's own."""
    given = await once(request, work, assign_role, draft, render=_post(work))
    forget_session(draft.account_id)
    return given


@router.post("/posts/hiring", access=Access.POSTS, status_code=201, answers=PostShape)
async def take_on(request: Request, draft: HiringOverApi, work: WorkDep) -> Response:
    """Make an account with a first post. The password opens the first sign-in alone, within three days."""
    chosen = FirstPasswordDraft(password=draft.password)
    digest = await asyncio.to_thread(hash_password, chosen.password.get_secret_value())
    return await once(request, work, hire, draft, password_hash=digest, render=_post(work))


@router.post("/posts/{assignment_id}/ending", access=Access.POSTS, answers=PostShape)
async def end(request: Request, assignment_id: Id, work: WorkDep) -> Response:
    """End a post now; whoever held it is signed out everywhere."""
    left = await work.read(post_seen, assignment_id)
    given = await once(request, work, end_role, assignment_id, render=_post(work), status=200)
    forget_session(left.account_id)
    return given


@router.post("/posts/{assignment_id}/sign-in-anew", access=Access.POSTS, answers=PostShape)
async def start_sign_in_anew(
    request: Request, assignment_id: Id, chosen: FirstPasswordDraft, work: WorkDep
) -> Response:
    """Let its holder, who lost his telephone or forgot his password, begin with this password, within three days."""
    digest = await asyncio.to_thread(hash_password, chosen.password.get_secret_value())
    post = await work.read(post_seen, assignment_id)
    given = await once(
        request, work, renew_sign_in, assignment_id, password_hash=digest, render=_post(work), status=200
    )
    forget_session(post.account_id)
    return given


@router.post("/posts/{assignment_id}/hand-over", access=Access.POSTS, status_code=201, answers=PostShape)
async def hand_on(request: Request, assignment_id: Id, draft: HandOverDraft, work: WorkDep) -> Response:
    """Give somebody's post to another in one step; answers with the new one."""
    left = await work.read(post_seen, assignment_id)
    given = await once(request, work, hand_over, assignment_id, draft, render=_post(work))
    forget_session(draft.account_id, left.account_id)
    return given


@router.get("/delegations", access=Access.STAFF, answers=DelegationsShape)
async def delegations(work: WorkDep) -> Response:
    """What one lent and what was lent to one, and is not over."""
    found = await work.read(my_delegations)
    return answer(listed([asdict(one) for one in found], next_after=None))


@router.post("/delegations", access=Access.STAFF, status_code=201, answers=DelegationShape)
async def lend(request: Request, draft: DelegationDraft, work: WorkDep) -> Response:
    """Let another act in one's own post for at most thirty days."""
    given = await once(request, work, delegate_role, draft, render=_delegation(work))
    forget_session(draft.delegate_id)
    return given


@router.post("/delegations/{delegation_id}/ending", access=Access.STAFF, answers=DelegationShape)
async def end_lending(request: Request, delegation_id: Id, work: WorkDep) -> Response:
    """End it now: its giver and its delegate may."""
    lent = await work.read(delegation_seen, delegation_id)
    given = await once(request, work, end_delegation, delegation_id, render=_delegation(work), status=200)
    forget_session(lent.delegate_id)
    return given


def _post(work: Work) -> Callable[[Session, RoleAssignment], dict[str, Any]]:
    return lambda session, made: asdict(post_seen(session, made.id, actor=work.actor, clock=work.clock))


def _delegation(work: Work) -> Callable[[Session, Delegation], dict[str, Any]]:
    return lambda session, made: asdict(delegation_seen(session, made.id, actor=work.actor, clock=work.clock))
