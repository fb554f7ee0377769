"""My consents to plugins, and their messages, over the API."""

from datetime import datetime
from typing import Any

from fastapi import Request
from sqlmodel import Session
from starlette.responses import Response

from app_shell.api import answer, listed, once
from app_shell.plugin_words import within
from app_shell.routing import Access, ApiRouter
from app_shell.shapes import Shape
from app_shell.work import WorkDep
from core_db.foundation.drafts import Draft
from core_db.installs import messages_read, my_messages
from core_db.installs.words import ConsentChannel
from core_db.mydata import (
    PluginConsents,
    PurposeOf,
    agree_to_purpose,
    my_plugin_consents,
    withdraw_from_purpose,
)
from resident_app.children import Child

router = ApiRouter("/me")


class AgreementDraft(Draft):
    """In which of my neighbourhoods, and the text that I read."""

    community_id: str
    text_version: str


class WithdrawalDraft(Draft):
    """In which of my neighbourhoods."""

    community_id: str


class MyPurposeShape(Shape):
    """A purpose; `agreed_at` is null where one did not agree to it as it reads today."""

    id: str
    text: str
    fields: list[str]
    retention_days: int
    #: The hosts to which what is read may go; `*`: any.
    sends_to: list[str]
    is_sensitive: bool
    is_duty: bool
    text_version: str
    agreed_at: datetime | None
    channel: ConsentChannel | None
    reads_otherwise: bool


class MyPluginShape(Shape):
    """A plugin where one lives; where not `lives_there` any more, what one agrees to still and may take back."""

    id: str
    community_id: str
    community_name: str
    lives_there: bool
    name: str
    summary: str
    publisher: str
    contact: str
    purposes: list[MyPurposeShape]


class MyPluginsShape(Shape):
    items: list[MyPluginShape]
    next: None


class MessageShape(Shape):
    id: str
    plugin_id: str
    source: str
    text: str
    sent_at: datetime
    read_at: datetime | None


class MessagesShape(Shape):
    items: list[MessageShape]
    next: None


class DoneShape(Shape):
    done: bool


@router.get("/plugins", access=Access.RESIDENT, answers=MyPluginsShape)
async def index(work: WorkDep, child: Child = None) -> Response:
    """Every plugin that is on where one lives, what it wants to read and why, and what one agreed to.

    Where one lived, what stands of it still. Of the child `child` instead, where one acts for one.
    """
    found = await work.read(my_plugin_consents, child_id=child)
    return answer(listed([_plugin(one, work.lang) for one in found], next_after=None))


@router.post("/plugins/{plugin_id}/{purpose}/agreement", access=Access.RESIDENT, answers=DoneShape)
async def agree(
    request: Request, plugin_id: str, purpose: str, draft: AgreementDraft, work: WorkDep, child: Child = None
) -> Response:
    """Agree to one purpose by itself, as it was read; for the child `child`, where one acts for one."""
    what = PurposeOf(
        plugin_id=plugin_id, community_id=draft.community_id, purpose=purpose, text_version=draft.text_version
    )
    return await once(request, work, agree_to_purpose, what, child_id=child, render=_done, status=200)


@router.post("/plugins/{plugin_id}/{purpose}/withdrawal", access=Access.RESIDENT, answers=DoneShape)
async def withdraw(
    request: Request, plugin_id: str, purpose: str, draft: WithdrawalDraft, work: WorkDep, child: Child = None
) -> Response:
    """Take it back, with effect at once; for the child `child`, however it was given."""
    what = PurposeOf(plugin_id=plugin_id, community_id=draft.community_id, purpose=purpose)
    return await once(request, work, withdraw_from_purpose, what, child_id=child, render=_done, status=200)


@router.get("/messages", access=Access.RESIDENT, answers=MessagesShape)
async def messages(work: WorkDep) -> Response:
    """What plugins told one, the newest first, a hundred at most."""
    items = [
        {
            "id": one.id, "plugin_id": one.plugin_id, "source": within(one.from_, work.lang),
            "text": within(one.text, work.lang), "sent_at": one.sent_at, "read_at": one.read_at,
        }
        for one in await work.read(my_messages)
    ]  # fmt: skip
    return answer(listed(items, next_after=None))


@router.post("/messages/reading", access=Access.RESIDENT, answers=DoneShape)
async def read(request: Request, work: WorkDep) -> Response:
    """All messages that are there have been read."""
    return await once(request, work, messages_read, render=_done, status=200)


def _done(_session: Session, _result: object) -> dict[str, Any]:
    return {"done": True}


def _plugin(found: PluginConsents, lang: str) -> dict[str, Any]:
    return {
        "id": found.plugin_id, "community_id": found.community_id, "community_name": found.community_name,
        "lives_there": found.lives_there, "name": within(found.name, lang), "summary": within(found.summary, lang),
        "publisher": found.publisher, "contact": found.contact,
        "purposes": [
            {
                "id": one.purpose.id, "text": within(one.purpose.text, lang), "fields": list(one.purpose.fields),
                "retention_days": one.purpose.retention_days, "sends_to": list(one.purpose.hosts),
                "is_sensitive": one.purpose.is_sensitive,
                "is_duty": one.purpose.is_duty, "text_version": one.purpose.text_version, "agreed_at": one.agreed_at,
                "channel": one.channel, "reads_otherwise": one.reads_otherwise,
            }
            for one in found.purposes
        ],
    }  # fmt: skip
