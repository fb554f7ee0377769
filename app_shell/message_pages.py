"""Messages of plugins to whoever is signed in, in both apps. They are marked as read by a press, never by a look."""

from collections.abc import Sequence
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response

from app_shell.pages import Page, redirect, render
from app_shell.plugin_words import within
from app_shell.routing import Access, SecureRouter
from app_shell.words import _
from app_shell.work import WorkDep
from core_db.foundation.lean import dataclass
from core_db.installs import messages_read, my_messages


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageShown:
    """A message in the visitor's language."""

    id: str
    text: str
    source: str
    sent_at: datetime
    is_new: bool


class MessagesPage(Page, template="plugins/messages.html"):
    """What plugins told me, the newest first."""

    messages: Sequence[MessageShown]
    unread: int


def message_pages() -> SecureRouter:
    """`/me/messages` of one app."""
    router = SecureRouter("/me/messages")

    @router.get("", access=Access.SIGNED_IN)
    async def index(request: Request, work: WorkDep) -> Response:
        messages = [
            MessageShown(
                id=one.id, text=within(one.text, work.lang), source=within(one.from_, work.lang), sent_at=one.sent_at,
                is_new=one.read_at is None,
            )
            for one in await work.read(my_messages)
        ]  # fmt: skip
        page = MessagesPage(messages=messages, unread=sum(one.is_new for one in messages))
        return render(request, page)

    @router.post("/reading", access=Access.SIGNED_IN)
    async def read(request: Request, work: WorkDep) -> Response:
        await work.write(messages_read)
        return redirect(request, "/me/messages", flash=_("都记为看过了。"))

    return router
