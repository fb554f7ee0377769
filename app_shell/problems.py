"""Every refusal becomes an answer here: a page for people, problem+json (RFC 9457) for programs."""

import logging
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import quote

import orjson
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException, WebSocketException
from starlette.requests import HTTPConnection, Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Match
from starlette.websockets import WebSocket

from app_shell.anew import asked_anew, came_from
from app_shell.context import VISIT_KEY, begin_visit, shell_of, visit_of
from app_shell.pages import Page, render, wants_fragment
from app_shell.refused import note_refusal
from app_shell.signpost import routes_fitting
from app_shell.words import say
from core_db.accounts import CodeNeeded, NotFreshlySignedIn
from core_db.foundation.actor import ANONYMOUS
from core_db.foundation.drafts import sentences_of
from core_db.foundation.errors import CannotBeRead, DomainError, NotSignedIn, StorageDamaged, TooLarge
from core_db.foundation.ids import new_id
from core_db.foundation.lean import dataclass

LOG = logging.getLogger("shequyun.web")

#: What a status says in general: the title of a problem.
TITLES: Mapping[int, tuple[str, str]] = {
    400: ("请求看不懂", "The request cannot be understood"),
    401: ("请先登录", "Please sign in"),
    403: ("没有权限", "Not permitted"),
    404: ("没有找到", "Not found"),
    405: ("不能这样用", "Not allowed here"),
    406: ("没有这种格式", "Not in this format"),
    409: ("现在不能这样做", "Not now"),
    412: ("内容已经变了", "It has changed meanwhile"),
    413: ("内容太大", "Too large"),
    415: ("不支持这种格式", "Format not supported"),
    422: ("有些内容需要改一下", "Some of it needs a change"),
    428: ("请带上版本", "The version is missing"),
    429: ("操作太频繁", "Too often"),
    500: ("出了点问题", "Something went wrong"),
    502: ("应用暂时用不了", "The app is away"),
    503: ("现在人多，请稍后再试", "Busy just now"),
}
#: Where the status alone would say what is not so.
TITLES_OF: Mapping[str, tuple[str, str]] = {
    StorageDamaged.code: ("暂时不能提交", "Nothing can be sent for now"),
}


class Malformed(DomainError):
    code, status = "malformed", 400
    zh, en = "请求的格式看不懂。", "The request is not in a form that can be read."


class NoSuchAddress(DomainError):
    code, status = "no-such-address", 404
    zh, en = "没有这个网址。", "There is nothing at this address."


class MethodNotAllowed(DomainError):
    code, status = "method-not-allowed", 405
    zh, en = "这个网址不能这样用。", "This address cannot be used in this way."


class Unexpected(DomainError):
    code, status = "unexpected", 500
    zh = "系统出了点问题，不是您的错。您可以过一会儿再试。"
    en = "Something went wrong on our side. Please try again in a while."


#: What the web framework itself refuses, by status.
OF_STATUS: Mapping[int, type[DomainError]] = {
    400: Malformed, 404: NoSuchAddress, 405: MethodNotAllowed, 413: TooLarge,
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Step:
    label: str
    href: str


class ProblemPage(Page, template="errors/problem.html"):
    """Something could not be done: what, and what to do next."""

    status: int
    title: str
    sentence: str
    next_steps: tuple[Step, ...]
    reference: str | None = None


def install(app: FastAPI) -> None:
    """Let every refusal of the app be answered here."""
    for kind in (DomainError, HTTPException, RequestValidationError):
        app.add_exception_handler(kind, _handle)


async def _handle(connection: HTTPConnection, fault: Exception) -> Response:
    if isinstance(connection, WebSocket):
        raise WebSocketException(code=4000 + refusal_of(fault).status, reason=refusal_of(fault).code)
    assert isinstance(connection, Request)
    return await respond(connection, fault)


async def respond(request: Request, fault: Exception) -> Response:
    """The answer to a fault, as the asker reads answers."""
    refusal = refusal_of(fault)
    reference = None
    if VISIT_KEY in request.scope:
        visit, route = visit_of(request), str(getattr(request.scope.get("route"), "path", ""))
        note_refusal(refusal, actor=visit.actor, came=visit.came, route=route)
    if isinstance(refusal, Unexpected):
        reference = _reference(request)
        LOG.error("fault %s: %s %s", reference, request.method, request.url.path, exc_info=fault)
    headers = headers_of(fault, refusal)
    if refusal.status == 405:
        headers["Allow"] = ", ".join(methods_at(request))
    if not wants_page(request):
        if VISIT_KEY not in request.scope:
            begin_visit(request, ANONYMOUS)
        return problem(refusal, visit_of(request).lang, headers=headers, reference=reference)
    return await _page(request, refusal, headers, reference)


def _reference(request: Request) -> str:
    """The number of the request, which the record has too; where nothing was decided, one of its own."""
    return visit_of(request).came.request if VISIT_KEY in request.scope else new_id()


def refusal_of(fault: Exception) -> DomainError:
    """Any fault as a refusal with a code; what nobody foresaw is Unexpected."""
    if isinstance(fault, DomainError):
        return fault
    if isinstance(fault.__cause__, TooLarge):
        return fault.__cause__
    if isinstance(fault, RequestValidationError):
        return _unreadable(fault)
    if isinstance(fault, HTTPException):
        return OF_STATUS.get(fault.status_code, Malformed if fault.status_code < 500 else Unexpected)()
    return Unexpected()


def headers_of(fault: Exception, refusal: DomainError) -> dict[str, str]:
    headers = dict(getattr(fault, "headers", None) or {})
    retry_after = getattr(refusal, "retry_after", None)
    if retry_after is not None:
        headers["Retry-After"] = str(retry_after)
    if refusal.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return headers


def methods_at(request: Request) -> list[str]:
    """Every method known at this address: the framework names those of the first route alone."""
    return sorted({
        method for route in routes_fitting(request.app.router, request.scope["path"])
        if route.matches(request.scope)[0] is not Match.NONE
        for method in getattr(route, "methods", None) or ()
    })  # fmt: skip


def wants_page(request: Request) -> bool:
    """People ask for text/html; the API never answers with a page."""
    if request.url.path.startswith("/api/"):
        return False
    return "text/html" in request.headers.get("accept", "") or wants_fragment(request) is not None


def problem(
    refusal: DomainError, lang: str, *, headers: Mapping[str, str] | None = None, reference: str | None = None
) -> Response:
    """The refusal as problem+json."""
    document: dict[str, Any] = {
        "type": f"/problems/{refusal.code}", "title": title_of(refusal, lang), "status": refusal.status,
        "detail": refusal.sentence(lang), "code": refusal.code, **refusal.extra,
    }  # fmt: skip
    if refusal.status == 422:
        document["errors"] = [
            {"field": field, "message": message} for field, message in refusal.sentences(lang).items()
        ]
    if reference is not None:
        document["reference"] = reference
    return Response(
        orjson.dumps(document),
        refusal.status,
        headers=dict(headers or {}),
        media_type="application/problem+json",
    )


def title_of(kind: DomainError | type[DomainError], lang: str) -> str:
    of_status = TITLES.get(kind.status, TITLES[500 if kind.status >= 500 else 400])
    zh, en = TITLES_OF.get(kind.code, of_status)
    return en if lang == "en" else zh


async def _page(
    request: Request, refusal: DomainError, headers: Mapping[str, str], reference: str | None
) -> Response:
    if isinstance(refusal, NotSignedIn) and request.method == "GET" and wants_fragment(request) is None:
        return RedirectResponse(f"/sign-in?next={quote(_here(request))}", 303)
    if isinstance(refusal, CodeNeeded) and wants_fragment(request) is None:
        return RedirectResponse(f"/me/confirm?next={quote(came_from(request), safe='')}", 303)
    if isinstance(refusal, NotFreshlySignedIn) and wants_fragment(request) is None:
        return asked_anew(request)
    visit = await _visit(request, refusal)
    page = ProblemPage(
        status=refusal.status, title=title_of(refusal, visit.lang), sentence=_said_on_a_page(refusal, visit.lang),
        next_steps=tuple(_next_steps(refusal, visit.lang)), reference=reference,
    )  # fmt: skip
    return render(request, page, refusal.status, headers)


def _said_on_a_page(refusal: DomainError, lang: str) -> str:
    """What cannot be read in an address has no field beside which it could be said."""
    faults = refusal.sentences(lang) if refusal.status == 422 else {}
    return " ".join(dict.fromkeys(faults.values())) or refusal.sentence(lang)


async def _visit(request: Request, refusal: DomainError) -> Any:
    """The decided visit; without one, who it is if the database can be asked, else a stranger."""
    if VISIT_KEY not in request.scope:
        shell = shell_of(request)
        actor = ANONYMOUS if refusal.status >= 500 else await shell.actor_of(request)
        visit = begin_visit(request, actor)
        if refusal.status < 500:
            await shell.pages.prepare(request, visit)
    return visit_of(request)


def _next_steps(refusal: DomainError, lang: str) -> Iterator[Step]:
    if refusal.status == 401:
        yield Step(label=say("去登录", lang), href="/sign-in")
    if isinstance(refusal, CodeNeeded):
        yield Step(label=say("输验证码", lang), href="/me/confirm")
    if isinstance(refusal, NotFreshlySignedIn):
        yield Step(label=say("去确认", lang), href="/me/confirm")
    yield Step(label=say("回到首页", lang), href="/")


def _here(request: Request) -> str:
    url = request.url
    return f"{url.path}?{url.query}" if url.query else url.path


# -- what FastAPI could not read --------------------------------------------------------------------


def _unreadable(fault: RequestValidationError) -> DomainError:
    errors = fault.errors()
    if any(error["type"] == "json_invalid" for error in errors):
        return Malformed()
    faults: dict[str, tuple[str, str]] = {}
    for error in errors:
        faults.setdefault(_field_of(error["loc"]), sentences_of(error))
    return CannotBeRead(faults)


def _field_of(location: Iterable[Any]) -> str:
    """Without the part of the request it stood in: `place_id`, not `body.place_id`.

    A parameter that may be said several times has no numbers in an address, as a list in a body has.
    """
    where, *parts = location
    return ".".join(str(part) for part in (parts[:1] if where == "query" else parts)) or "body"


# -- what a code means ------------------------------------------------------------------------------


def known_refusals() -> dict[str, type[DomainError]]:
    """Every refusal there is, by code."""
    found: dict[str, type[DomainError]] = {}
    waiting = [DomainError]
    while waiting:
        kind = waiting.pop()
        found.setdefault(kind.code, kind)
        waiting.extend(kind.__subclasses__())
    return found


class _Dots(dict[str, str]):
    def __missing__(self, _name: str) -> str:
        return "…"


def meaning_of(kind: type[DomainError], lang: str) -> str:
    """The sentence of a refusal in general, with dots where a case has its own words."""
    return (kind.en if lang == "en" else kind.zh).format_map(_Dots())
