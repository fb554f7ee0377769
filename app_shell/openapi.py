"""The OpenAPI document: problems declared once, headers and security where a route uses them."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

if TYPE_CHECKING:
    from app_shell.routing import Access

PROBLEM: Mapping[str, Any] = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string", "description": "Address of a page that explains the code."},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What to tell the person, in the caller's language."},
        "code": {"type": "string"},
        "allowed": {
            "type": "array",
            "items": {"type": "string"},
            "description": "409: what is possible now.",
        },
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "message"],
                "properties": {"field": {"type": "string"}, "message": {"type": "string"}},
            },
        },
    },
}

MEANINGS: Mapping[int, str] = {
    400: "Cannot be understood",
    401: "Not signed in",
    403: "Seen, but not yours to do",
    404: "Not there, or not yours to see",
    405: "Not with this method",
    409: "Not now; `allowed` says what is",
    412: "Changed since the version in If-Match",
    413: "Too large",
    422: "Cannot be read; `errors` says what",
    428: "If-Match is missing",
    429: "Too often; see Retry-After",
    503: "Busy or storage away; see Retry-After",
}

KEY_HEADER: Mapping[str, Any] = {
    "name": "Idempotency-Key", "in": "header", "required": False,
    "description": "Whatever is sent under one key counts once; the same answer is given for 24 hours. Send one where "
    "you may have to send again: without it, what is sent twice is done twice.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
}  # fmt: skip
VERSION_HEADER: Mapping[str, Any] = {
    "name": "If-Match", "in": "header", "required": True,
    "description": "The ETag of the version you saw.",
    "schema": {"type": "string", "pattern": '^"[0-9]{1,9}"$'},
}  # fmt: skip

SCHEMES: Mapping[str, Any] = {
    "bearer": {"type": "http", "scheme": "bearer", "description": "The token of `POST /api/v1/session`."},
}


def problem_answer(status: int) -> dict[str, Any]:
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {"description": MEANINGS[status], "content": content}


def described(
    method: str, *, access: "Access", keyed: bool | None = None, versioned: bool = False,
    answers: type | Any = None, **kwargs: Any,
) -> dict[str, Any]:  # fmt: skip
    """A route's arguments with what its document says besides.

    `keyed`: takes an Idempotency-Key (every POST unless said otherwise). `versioned`: demands If-Match.
    `answers`: a model of what it answers, for the document only; nothing is checked against it at run time.
    """
    keyed = method == "POST" if keyed is None else keyed
    headers = [dict(KEY_HEADER)] * keyed + [dict(VERSION_HEADER)] * versioned
    extra: dict[str, Any] = {"security": [] if access == "public" else _SECURITY}
    if headers:
        extra["parameters"] = headers
    responses: dict[int | str, dict[str, Any]] = dict(_REFUSALS)
    success = kwargs.get("status_code") or 200
    if answers is not None:
        responses[success] = {"model": answers, "description": "Done"}
    kwargs["responses"] = responses | kwargs.get("responses", {})
    kwargs["openapi_extra"] = extra | kwargs.get("openapi_extra", {})
    return kwargs


#: The same of every route, and so made once.
_REFUSALS: Mapping[int | str, dict[str, Any]] = {status: problem_answer(status) for status in MEANINGS}
_SECURITY: list[dict[str, list[str]]] = [{"bearer": []}, {"cookie": []}]


def document_of(app: FastAPI, *, cookie: str) -> dict[str, Any]:
    """The document with what all routes share."""
    document = get_openapi(
        title=app.title, version=app.version, description=app.description, routes=app.routes,
        openapi_version="3.1.0",
    )  # fmt: skip
    components = document.setdefault("components", {})
    components.setdefault("schemas", {})["Problem"] = PROBLEM
    components["securitySchemes"] = {
        **SCHEMES, "cookie": {"type": "apiKey", "in": "cookie", "name": cookie},
    }  # fmt: skip
    return document


def operations_of(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The document's operations as the page for people shows them."""
    return [
        {
            "id": operation["operationId"], "method": method.upper(), "path": path,
            "summary": operation.get("description") or operation.get("summary", ""),
            "parameters": [
                [about["name"], about["in"], "✓" if about.get("required") else ""]
                for about in operation.get("parameters", ())
            ],
            "body": _body_of(operation), "answers": sorted(operation["responses"]),
        }
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]  # fmt: skip


def _body_of(operation: Mapping[str, Any]) -> str:
    content = operation.get("requestBody", {}).get("content", {})
    return ", ".join(
        f"{kind}: {about.get('schema', {}).get('$ref', '').rsplit('/', 1)[-1]}"
        for kind, about in content.items()
    )
