"""What people said of the platform: `feedback`. How to reach a writer is opened only when asked for, and recorded."""

from typing import Annotated

import typer

from app_shell.commands.house import CLOCK, COMMAND, EVERYTHING, opened_door
from app_shell.commands.voice import Json, answer, answer_json, language, out
from app_shell.moments import when
from core_db.feedback import FeedbackSeen, newest_feedback, newest_feedback_with_contact
from core_db.foundation.settings import Settings


def feedback(
    limit: Annotated[int, typer.Option(min=1, max=1000, help="最多几条 / how many")] = 20,
    with_contact: Annotated[
        bool,
        typer.Option("--with-contact", help="打开联系方式（会留下记录）/ open contacts; this is recorded"),
    ] = False,
    json: Json = False,
) -> None:
    """看大家对平台的意见，新的在前 / read what people think of the platform, the newest first."""
    with opened_door(Settings()) as door:
        if with_contact:
            found = door.write_now(
                lambda session: newest_feedback_with_contact(
                    session, limit=limit, actor=COMMAND, clock=CLOCK
                ),
                reach=EVERYTHING,
            )
        else:
            found = door.read_now(
                lambda session: newest_feedback(session, limit=limit, actor=COMMAND, clock=CLOCK),
                reach=EVERYTHING,
            )
    if json:
        answer_json({"items": [_as_json(one) for one in found]})
    elif found:
        for one in found:
            out().print(_said(one, language()))
    else:
        answer("还没有意见。", "Nothing has been said yet.", json=False)


def _said(one: FeedbackSeen, lang: str) -> str:
    head = f"{when(one.left_at, lang)} · {one.app} {one.version}"
    if one.contact is not None:
        head += f" · {one.contact}"
    elif one.has_contact:
        head += " · left a contact" if lang == "en" else " · 留了联系方式"
    return f"{head}\n{one.text}\n"


def _as_json(one: FeedbackSeen) -> dict[str, object]:
    return {
        "id": one.id, "left_at": one.left_at, "app": one.app, "version": one.version, "text": one.text,
        "has_contact": one.has_contact, "contact": one.contact,
    }  # fmt: skip
