"""Asking staff once more who they are (再确认一次), without losing what they typed.

A form that was refused for it goes along, and is sent again with one press once he has shown who he is.
"""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote, urlsplit

import orjson
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app_shell.context import TYPED_KEY, shell_of
from app_shell.pages import Page, local_path, render
from core_db.accounts import site_at

#: What a form brings that is no word of his: the page he comes to has its own.
NOT_HIS = ("csrf_token",)
Words = Sequence[tuple[str, str]]


class AnewPage(Page, template="session/anew.html"):
    """Password and code, or a passkey, once more."""

    form: Any
    next: str
    #: Where the words of the form that waits go, and the words; empty where none waits.
    to: str
    held: str
    has_passkeys: bool
    needs_code: bool


class GoOnPage(Page, template="session/go_on.html"):
    """He has shown who he is: the form that waited, to be sent with one press."""

    next: str
    to: str
    words: Words


def asked_anew(request: Request) -> Response:
    """The answer to whoever has to show first who he is: a form waits on the page, a link is pressed again."""
    typed = request.scope.get(TYPED_KEY)
    if typed is None:
        return RedirectResponse(f"/me/confirm?next={quote(came_from(request), safe='')}", 303)
    held = [(name, one) for name in typed if name not in NOT_HIS for one in typed.getlist(name)]
    return anew_page(request, came_from(request), to=request.url.path, held=written(held), status=403)


def anew_page(
    request: Request, onward: str, *, form: Any = None, to: str = "", held: str = "", status: int = 200
) -> Response:
    settings = shell_of(request).settings
    page = AnewPage(
        form=form, next=local_path(onward, "/me"), to=local_path(to, ""), held=held,
        has_passkeys=site_at(settings.committee_url).has_passkeys, needs_code=not settings.demo,
    )  # fmt: skip
    return render(request, page, status)


def written(words: Words) -> str:
    """The words of a form in one field."""
    return orjson.dumps(words).decode()


def words_in(held: str) -> Words:
    """The words in such a field; none in what is no such field."""
    try:
        return [(name, value) for name, value in orjson.loads(held) if isinstance(name + value, str)]
    except (ValueError, TypeError):
        return ()


def came_from(request: Request) -> str:
    """The page of ours on which the button was: there it is pressed again."""
    parts = urlsplit(request.headers.get("referer", ""))
    if parts.netloc != request.url.netloc:
        return "/me"
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
