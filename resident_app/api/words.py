"""The words of cases over the API: classes, and every code with what people read for it."""

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session
from starlette.responses import Response

from app_shell.api import answer
from app_shell.routing import Access, ApiRouter
from app_shell.work import WorkDep
from core_db.cases import reference_of
from core_db.cases.words import (
    CHANNEL_WORDS,
    CLOSURE_WORDS,
    HANDLING_WORDS,
    NATURE_WORDS,
    REFUSAL_WORDS,
    RESOLVED_WORDS,
    RETURN_WORDS,
    SATISFACTION_WORDS,
    STATUS_WORDS,
    VISIBILITY_WORDS,
    Words,
)
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock
from resident_app.api.shapes import CategoryTree, CodesShape

router = ApiRouter()

_TABLES: Mapping[str, Mapping[Any, Words]] = {
    "natures": NATURE_WORDS, "visibilities": VISIBILITY_WORDS, "statuses": STATUS_WORDS,
    "channels": CHANNEL_WORDS, "refusal_reasons": REFUSAL_WORDS, "return_reasons": RETURN_WORDS,
    "handling_outcomes": HANDLING_WORDS, "closure_outcomes": CLOSURE_WORDS, "resolved": RESOLVED_WORDS,
    "satisfied": SATISFACTION_WORDS,
}  # fmt: skip


@router.get("/categories", access=Access.SIGNED_IN, answers=CategoryTree)
async def categories(work: WorkDep) -> Response:
    """The classes of cases with their sub-classes, in the caller's language."""
    return answer({"items": await work.read(_tree, lang=work.lang), "next": None})


@router.get("/codes", access=Access.SIGNED_IN, answers=CodesShape)
async def codes(work: WorkDep) -> Response:
    """Every code that answers carry, with its word in the caller's language."""
    return answer({name: _listed(table, work.lang) for name, table in _TABLES.items()})


def _tree(session: Session, *, actor: Actor, clock: Clock, lang: str) -> list[dict[str, Any]]:  # noqa: ARG001
    tree: dict[str, dict[str, Any]] = {}
    in_force = sorted(reference_of(session).categories.values(), key=lambda one: (one.parent or "", one.code))
    for category in in_force:
        node = {"code": category.code, "name": category.name(lang)}
        if category.parent is None:
            tree[category.code] = node | {"children": []}
        elif category.parent in tree:
            tree[category.parent]["children"].append(node)
    return list(tree.values())


def _listed(table: Mapping[Any, Words], lang: str) -> list[dict[str, str]]:
    return [{"code": str(code), "name": words.within(lang)} for code, words in table.items()]
