"""What the operator of the platform reads: how the installation stands."""

import asyncio
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from fastapi import Request
from pydantic import SecretStr
from starlette.responses import Response

from app_shell.context import shell_of
from app_shell.pages import Page, render
from app_shell.routing import Access, SecureRouter
from app_shell.words import _
from app_shell.work import WorkDep
from committee_app.vouching import Vouching, vouching
from core_db.audit import how_vouched, witness_of
from core_db.foundation.settings import Settings
from core_db.upkeep import examine

router = SecureRouter()
#: Settings that are addresses: whoever has to sign in there does so with what stands before the @ or after the ?.
ADDRESSES = ("database_url", "sender_url")


class OperationPage(Page, template="administration/operation.html"):
    """The settings in force, without secrets; what the doctor says; and whether the record is vouched for."""

    vouched: Vouching
    settings: Sequence[tuple[str, str]]
    findings: Sequence[tuple[str, str]]
    version: str


@router.get("/operation", access=Access.OPERATOR)
async def operation(request: Request, work: WorkDep) -> Response:
    shell = shell_of(request)
    found = await asyncio.to_thread(lambda: list(examine(shell.settings, clock=work.clock)))
    findings = [(str(one.weight), one.sentence(work.lang)) for one in found]
    found_outside = await work.read(how_vouched, witness_of(shell.settings))
    page = OperationPage(
        vouched=vouching(found_outside, work.lang), settings=settings_shown(shell.settings), findings=findings,
        version=shell.version,
    )  # fmt: skip
    return render(request, page)


def settings_shown(settings: Settings) -> list[tuple[str, str]]:
    """Each setting by the name an operator gives it. A secret is said to be there, an address is shown bare."""
    return [
        (f"SHEQUYUN_{name.upper()}", _shown(name, getattr(settings, name))) for name in Settings.model_fields
    ]


def _shown(name: str, value: Any) -> str:
    if isinstance(value, SecretStr):
        return _("已设置，不显示")
    if name in ADDRESSES:
        parts = urlsplit(str(value))
        # Whatever could sign in anywhere is cut away: what stands before the @, and after the ?.
        return (
            f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}" if parts.netloc else str(value)
        )
    return str(value) if value not in (None, "") else _("没有设置")
