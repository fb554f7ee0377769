"""Sending a page's form: a refusal comes back into the form, with the words typed."""

from collections.abc import Awaitable
from typing import Any

from app_shell.context import current_lang
from app_shell.forms import Filled, in_words
from app_shell.words import _
from core_db.foundation.errors import CannotBeRead, DomainError, KeyUsedForAnother

#: Refusals that stand above the form; whatever else is refused is a page of its own.
SHOWN_IN_FORM = (403, 409, 412, 422, 429, 503)


async def sent(form: Filled[Any], writing: Awaitable[str]) -> tuple[str | None, int]:
    """The address to go on to, or None and the status with which the form comes back."""
    try:
        return await writing, 303
    except CannotBeRead as refusal:
        form.faults.update(in_words(refusal.faults))
    except KeyUsedForAnother:
        form.faults[""] = _("这张表之前已经送出过。如果要再送一次，请看一遍，再按一次按钮。")
    except DomainError as refusal:
        if refusal.status not in SHOWN_IN_FORM:
            raise
        form.faults[""] = refusal.sentence(current_lang())
        return None, refusal.status
    return None, 422


def version_in(text: str) -> int:
    """The version a form was made for; what is no version is stale by nature."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
