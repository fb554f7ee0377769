"""The words of cases over the API: classes, and every code with what people read for it."""

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session
from starlette.responses import Response

from app_shell.api import answer, listed
from app_shell.case_shapes import CategoryTree, CodesShape
from app_shell.routing import Access, ApiRouter
from app_shell.work import WorkDep
from core_db.cases import AskedField, CategoryInForce, amount, reference_of
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
    CaseStatus,
    Words,
)
from core_db.foundation.actor import COMMITTEE, Actor
from core_db.foundation.clock import Clock

TABLES: dict[str, Mapping[Any, Words]] = {
    "natures": NATURE_WORDS, "visibilities": VISIBILITY_WORDS, "statuses": STATUS_WORDS,
    "channels": CHANNEL_WORDS, "refusal_reasons": REFUSAL_WORDS, "return_reasons": RETURN_WORDS,
    "handling_outcomes": HANDLING_WORDS, "closure_outcomes": CLOSURE_WORDS, "resolved": RESOLVED_WORDS,
    "satisfied": SATISFACTION_WORDS,
}  # fmt: skip


def codes_api(access: Access, statuses: Mapping[CaseStatus, Words] = STATUS_WORDS) -> ApiRouter:
    """The words of cases, for those whom the app is for, and as its pages say them."""
    router, tables = ApiRouter(), TABLES | {"statuses": statuses}

    async def codes(work: WorkDep) -> Response:
        """Every code of the contract with its word in the caller's language."""
        return answer({
            name: [{"code": str(code), "name": words.within(work.lang)} for code, words in table.items()]
            for name, table in tables.items()
        })  # fmt: skip

    router.get("/categories", access=access, answers=CategoryTree)(categories)
    router.get("/codes", access=access, answers=CodesShape)(codes)
    return router


async def categories(work: WorkDep) -> Response:
    """The classes of cases with their sub-classes, in the caller's language."""
    return answer(listed(await work.read(_tree, lang=work.lang), next_after=None))


def _tree(session: Session, *, actor: Actor, clock: Clock, lang: str) -> list[dict[str, Any]]:  # noqa: ARG001 - a query
    """Those that apps bring, where the caller lives or works."""
    tree: dict[str, dict[str, Any]] = {}
    reference, near = reference_of(session), (*actor.communities, *actor.places_as(COMMITTEE))
    offered = reference.offered_at(*near)
    in_force = sorted(offered.values(), key=lambda one: (one.parent or "", one.code))
    for category in in_force:
        node: dict[str, Any] = {
            "code": category.code, "name": category.name(lang), "conditions": _conditions(category, lang),
        }  # fmt: skip
        if asked := reference.fields_of(category.code, *near):
            node["fields"] = [field_shown(one, lang) for one in asked]
        if category.parent is None:
            tree[category.code] = node | {"children": []}
        elif category.parent in tree:
            tree[category.parent]["children"].append(node)
    return list(tree.values())


def _conditions(category: CategoryInForce, lang: str) -> list[dict[str, Any]]:
    return [
        {
            "code": one.condition, "name": one.name(lang), "unit": one.unit.name, "limit": amount(str(one.amount)),
            "closing": one.closing(lang) or None,
        }
        for one in category.limits
    ]  # fmt: skip


def field_shown(asked: AskedField, lang: str) -> dict[str, Any]:
    """A field as a programme builds a form of it."""
    return {
        "key": asked.key, "label": asked.label(lang), "type": asked.kind, "required": asked.is_required,
        "options": [{"code": code, "name": name} for code, name in asked.options(lang)],
        "max_length": asked.longest if asked.kind == "text" else None,
    }  # fmt: skip
