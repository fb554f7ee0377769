"""How a plain route is answered: its parameters and its body are read as the framework describes them, and no more.

For every request the framework also prepares for generators that are closed after the answer, for tasks that
follow it and for answers made of models. A plain route has none of them, and without those preparations
lists are read in a tenth less of its time.
"""

import json
from collections.abc import Awaitable, Callable
from inspect import unwrap
from typing import Any, get_type_hints

from fastapi import params
from fastapi.dependencies.utils import (
    _should_embed_body_fields,
    _validate_value_with_model_field,
    request_body_to_args,
    request_params_to_args,
)
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic_core import PydanticUndefined
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from app_shell.context import header
from core_db.foundation.errors import DomainError

Answer = Callable[[Request], Awaitable[Response]]


def is_plain(route: APIRoute) -> bool:
    """Whether a route takes parameters, the request and a body of JSON, nothing else, and answers with a response."""
    asked, body = route.dependant, route.body_field
    more = (
        asked.dependencies, asked.response_param_name, asked.background_tasks_param_name,
        asked.security_scopes_param_name, asked.http_connection_param_name, asked.websocket_param_name,
    )  # fmt: skip
    answers = get_type_hints(unwrap(route.endpoint)).get("return")
    is_form = body is not None and isinstance(body.field_info, params.Form)
    return not any(more) and not is_form and isinstance(answers, type) and issubclass(answers, Response)


def plain_answer(route: APIRoute) -> Answer:
    """What the framework's own handler of such a route does."""
    endpoint, request_name = route.endpoint, route.dependant.request_param_name
    whole = _whole_body(route)

    async def answer(request: Request) -> Response:
        given = await _given(route, request, whole)
        if request_name:
            given[request_name] = request
        response: Response = await endpoint(**given)
        return response

    return answer


def straight(answer: Answer) -> ASGIApp:
    """A route's app that answers, refusals too, and leaves what nobody foresaw to whoever stands around all routes."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive, send)
        try:
            response = await answer(request)
        except (DomainError, HTTPException, RequestValidationError) as fault:
            response = await _refusal(request, fault)
        await response(scope, receive, send)

    return app


async def _refusal(request: Request, fault: Exception) -> Response:
    from app_shell.problems import respond

    return await respond(request, fault)


def _whole_body(route: APIRoute) -> Any:
    """The parameter that is the whole body, where one is; which it is the framework would work out at each request."""
    asked = route.dependant.body_params
    alone = len(asked) == 1 and not route._embed_body_fields and not _should_embed_body_fields(asked)
    return asked[0] if alone else None


async def _given(route: APIRoute, request: Request, whole: Any) -> dict[str, Any]:
    """The values of an endpoint's parameters, by their names."""
    asked = route.dependant
    values: dict[str, Any] = {}
    faults: list[Any] = []
    if asked.path_params:
        _take(request_params_to_args(asked.path_params, request.path_params), values, faults)
    if asked.query_params:
        _take(request_params_to_args(asked.query_params, request.query_params), values, faults)
    if asked.header_params:
        _take(request_params_to_args(asked.header_params, request.headers), values, faults)
    if asked.cookie_params:
        _take(request_params_to_args(asked.cookie_params, request.cookies), values, faults)
    if whole is not None:
        value, found = _validate_value_with_model_field(
            field=whole, value=await _body(request), values=values, loc=("body",)
        )
        _take(({whole.name: value}, found), values, faults)
    elif asked.body_params:
        sent, apart = await _body(request), route._embed_body_fields
        read = await request_body_to_args(asked.body_params, received_body=sent, embed_body_fields=apart)
        _take(read, values, faults)
    if faults:
        raise RequestValidationError(faults)
    return values


def _take(read: tuple[dict[str, Any], list[Any]], values: dict[str, Any], faults: list[Any]) -> None:
    values |= read[0]
    faults += read[1]


async def _body(request: Request) -> Any:
    """What JSON says; the bytes of anything else, which fit no model."""
    sent = await request.body()
    if not sent:
        return PydanticUndefined
    kind = (header(request, b"content-type") or "").partition(";")[0].strip().lower()
    if kind != "application/json" and not (kind.startswith("application/") and kind.endswith("+json")):
        return sent
    try:
        return json.loads(sent)
    except (ValueError, RecursionError):
        raise HTTPException(400) from None
