"""Posts (岗位): who holds which role since when, given by whom and why; filling one, ending it, handing it over."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import Request
from starlette.responses import Response

from app_shell.api import cursor, keys_of, once_from_form
from app_shell.forms import Filled, TypedForm, fill, fresh_key, shown
from app_shell.pages import Page, redirect, render
from app_shell.routing import Access, Id, SecureRouter
from app_shell.signin import forget_session
from app_shell.words import _
from app_shell.work import Work, WorkDep
from committee_app.reading import Word
from core_db.accounts import (
    HandOverDraft,
    HiringDraft,
    PostSeen,
    RoleDraft,
    Somebody,
    assign_role,
    building_of,
    end_role,
    hand_over,
    hash_password,
    hire,
    one_time_password,
    post_seen,
    posts_held,
    renew_sign_in,
    residents_to_lead,
    seats,
    staff_in_sight,
)
from core_db.accounts.words import ROLE_WORDS
from core_db.foundation.actor import DISPATCHERS, Role
from core_db.people import organisations_for

router = SecureRouter("/posts")
Options = Sequence[tuple[str, str]]


class PostsPage(Page, template="posts/index.html"):
    """The posts below one, those in force or those that are over."""

    posts: Sequence[PostSeen]
    words: Mapping[Role, str]
    over: bool
    may_lead: bool
    next_href: str | None


class PostPage(Page, template="posts/show.html"):
    """One post: its facts, whom it can be handed to, and its end."""

    post: PostSeen
    word: str
    staff: Options
    form: Filled[HandOverDraft] | None
    key: str


class FillPage(Page, template="posts/new.html"):
    """A post for somebody who is on the staff already."""

    staff: Options
    roles: Options
    places: Options
    organisations: Options
    form: Filled[RoleDraft] | None
    key: str


class HirePage(Page, template="posts/hiring.html"):
    """Somebody new, with the first post."""

    roles: Options
    places: Options
    organisations: Options
    form: Filled[HiringDraft] | None


class HiredPage(Page, template="posts/hired.html"):
    """The password for the first sign-in, on this answer and nowhere else."""

    heading: str
    name: str
    username: str
    password: str


class LeadsPage(Page, template="posts/leads.html"):
    """Looking for the resident who is to lead his building."""

    q: str
    residents: Sequence[Somebody]
    fault: str | None
    key: str


def role_words(lang: str) -> dict[Role, str]:
    return {role: pair[lang == "en"] for role, pair in ROLE_WORDS.items()}


@router.get("", access=Access.POSTS)
async def index(request: Request, work: WorkDep, after: Word = None, over: bool = False) -> Response:
    found, following = await work.read(posts_held, over=over, after=keys_of(after, str, str), limit=50)
    onward = f"/posts?{'over=true&' if over else ''}after={cursor(*following)}" if following else None
    # Whoever fills the posts of the staff alone is shown no resident.
    may_lead = work.actor.has(Role.SECRETARY, *DISPATCHERS)
    page = PostsPage(posts=found, words=role_words(work.lang), over=over, may_lead=may_lead, next_href=onward)
    return render(request, page)


@router.get("/new", access=Access.POSTS)
async def new(request: Request, work: WorkDep) -> Response:
    return await _fill_page(request, work, None)


@router.post("", access=Access.POSTS)
async def fill_post(request: Request, typed: TypedForm, work: WorkDep) -> Response:
    form = fill(RoleDraft, typed)
    done = None
    if form.draft is not None:
        done = await shown(
            form,
            once_from_form(request, work, typed, assign_role, form.draft, to=lambda post: post.account_id),
        )
    if done is None:
        return await _fill_page(request, work, form)
    forget_session(done)
    return redirect(request, "/posts", flash=_("岗位安排好了。"))


@router.get("/hiring", access=Access.POSTS)
async def ask_whom_to_hire(request: Request, work: WorkDep) -> Response:
    return await _hire_page(request, work, None)


@router.post("/hiring", access=Access.POSTS)
async def take_on(request: Request, typed: TypedForm, work: WorkDep) -> Response:
    """The password is made here, and shown on the answer to this very request: nothing keeps it."""
    form, password = fill(HiringDraft, typed), one_time_password()
    post = None
    if form.draft is not None:
        digest = await asyncio.to_thread(hash_password, password)
        post = await shown(form, work.write(hire, form.draft, password_hash=digest))
    if post is None or form.draft is None:
        return await _hire_page(request, work, form)
    page = HiredPage(
        heading=_("账号建好了"), name=form.draft.name, username=form.draft.username, password=password
    )
    return render(request, page)


@router.get("/leads", access=Access.ISSUER)
async def look_for_lead(request: Request, work: WorkDep, q: Word = None) -> Response:
    return await _leads_page(request, work, q or "", None)


@router.post("/leads", access=Access.ISSUER)
async def make_lead(request: Request, typed: TypedForm, work: WorkDep) -> Response:
    building = await work.read(building_of, typed.get("account_id", ""))
    form, done = fill(RoleDraft, typed, role=Role.BUILDING_LEAD, place_id=building), None
    if form.draft is not None:
        done = await shown(
            form,
            once_from_form(request, work, typed, assign_role, form.draft, to=lambda post: post.account_id),
        )
    if done is None:
        return await _leads_page(request, work, typed.get("q", ""), next(iter(form.faults.values())))
    return redirect(request, "/posts", flash=_("楼组长安排好了。"))


@router.get("/{assignment_id}", access=Access.POSTS)
async def show(request: Request, assignment_id: Id, work: WorkDep) -> Response:
    return await _post_page(request, work, assignment_id, None)


@router.post("/{assignment_id}/ending", access=Access.POSTS)
async def end(request: Request, assignment_id: Id, work: WorkDep) -> Response:
    form: Filled[Any] = Filled(draft=None, typed={})  # type: ignore[arg-type]
    ended = await shown(form, work.write(end_role, assignment_id))
    if ended is None:
        return await _post_page(request, work, assignment_id, form)
    forget_session(ended.account_id)
    return redirect(request, "/posts", flash=_("岗位已经结束，他已退出登录。"))


@router.post("/{assignment_id}/sign-in-anew", access=Access.POSTS)
async def start_sign_in_anew(request: Request, assignment_id: Id, work: WorkDep) -> Response:
    """For who lost his telephone or forgot his password; as at hiring, nothing keeps what is shown here."""
    form: Filled[Any] = Filled(draft=None, typed={})  # type: ignore[arg-type]
    password, post = one_time_password(), await work.read(post_seen, assignment_id)
    digest = await asyncio.to_thread(hash_password, password)
    if await shown(form, work.write(renew_sign_in, assignment_id, password_hash=digest)) is None:
        return await _post_page(request, work, assignment_id, form)
    forget_session(post.account_id)
    page = HiredPage(
        heading=_("可以重新登录了"), name=post.name, username=post.username or "", password=password
    )
    return render(request, page)


@router.post("/{assignment_id}/hand-over", access=Access.POSTS)
async def hand_on(request: Request, assignment_id: Id, typed: TypedForm, work: WorkDep) -> Response:
    form, left = fill(HandOverDraft, typed), await work.read(post_seen, assignment_id)
    done = None
    if form.draft is not None:
        done = await shown(
            form,
            once_from_form(
                request, work, typed, hand_over, assignment_id, form.draft, to=lambda post: post.account_id
            ),
        )
    if done is None:
        return await _post_page(request, work, assignment_id, form)
    forget_session(done, left.account_id)
    return redirect(request, "/posts", flash=_("已经移交。原来的人已退出登录。"))


async def _post_page(
    request: Request, work: Work, assignment_id: str, form: Filled[HandOverDraft] | None
) -> Response:
    post = await work.read(post_seen, assignment_id)
    staff = [one for one in await _staff(work) if one[0] != post.account_id]
    page = PostPage(post=post, word=role_words(work.lang)[post.role], staff=staff, form=form, key=fresh_key())
    return render(request, page, status=422 if form else 200)


async def _fill_page(request: Request, work: Work, form: Filled[RoleDraft] | None) -> Response:
    roles, places, organisations = await _choices(work)
    page = FillPage(
        staff=await _staff(work), roles=roles, places=places, organisations=organisations, form=form, key=fresh_key()
    )  # fmt: skip
    return render(request, page, status=422 if form else 200)


async def _hire_page(request: Request, work: Work, form: Filled[HiringDraft] | None) -> Response:
    roles, places, organisations = await _choices(work)
    page = HirePage(roles=roles, places=places, organisations=organisations, form=form)
    return render(request, page, status=422 if form else 200)


async def _leads_page(request: Request, work: Work, q: str, fault: str | None) -> Response:
    residents = await work.read(residents_to_lead, q) if q else ()
    page = LeadsPage(q=q, residents=residents, fault=fault, key=fresh_key())
    return render(request, page, status=422 if fault else 200)


async def _staff(work: Work) -> Options:
    return [(one.id, f"{one.name}（{one.about}）") for one in await work.read(staff_in_sight)]


async def _choices(work: Work) -> tuple[Options, Options, Options]:
    """The roles one may give, the places at which, and whom a contractor can work for."""
    open_seats, words = await work.read(seats), role_words(work.lang)
    roles = dict.fromkeys(role for seat in open_seats for role in seat.roles)
    firms = await work.read(organisations_for)
    return (
        [(str(role), words[role]) for role in roles],
        [(seat.place_id, seat.name) for seat in open_seats],
        [(firm.id, firm.name) for firm in firms],
    )
