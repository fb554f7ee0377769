"""Sending a page's form: a refusal comes back into the form, with the words typed."""

from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import Request

from app_shell.api import once_from_form
from app_shell.context import current_lang
from app_shell.forms import Filled, Typed, in_words
from app_shell.words import _
from app_shell.work import Work
from core_db.foundation.errors import CannotBeRead, DomainError, KeyUsedForAnother

#: Refusals that stand above the form; whatever else is refused is a page of its own.
SHOWN_IN_FORM = (403, 409, 412, 422, 429, 503)


def _is_a_page(refusal: DomainError) -> bool:
    """Whether it is said on a page of its own: for a new code there is one to type it on."""
    return refusal.has_a_page or refusal.status not in SHOWN_IN_FORM


async def sent(form: Filled[Any], writing: Awaitable[str]) -> tuple[str | None, int]:
    """The address to go on to, or None and the status with which the form comes back."""
    try:
        return await writing, 303
    except CannotBeRead as refusal:
        form.faults.update(in_words(refusal.faults))
    except KeyUsedForAnother:
        form.faults[""] = _("这张表之前已经送出过。如果要再送一次，请看一遍，再按一次按钮。")
    except DomainError as refusal:
        if _is_a_page(refusal):
            raise
        form.faults[""] = refusal.sentence(current_lang())
        return None, refusal.status
    return None, 422


def version_in(text: str) -> int:
    """The version a form was made for; what is no version is stale by nature."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


async def sent_once(
    request: Request, work: Work, typed: Typed, use_case: Callable[..., Any], *args: Any, **kwargs: Any
) -> tuple[str | None, int]:
    """A button's form sent under its key, however often: None, or why it was refused and with which status."""
    try:
        await once_from_form(request, work, typed, use_case, *args, to=lambda _done: "", **kwargs)
    except DomainError as refusal:
        if _is_a_page(refusal):
            raise
        return refusal.sentence(current_lang()), refusal.status
    return None, 303
