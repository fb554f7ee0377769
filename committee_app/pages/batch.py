"""Several cases at once: each is a write of its own, and the answer says for each what came of it."""

import hashlib
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from sqlmodel import Session
from starlette.responses import Response

from app_shell.api import filtered_once
from app_shell.forms import TypedForm
from app_shell.pages import Page, render
from app_shell.routing import Access, SecureRouter
from app_shell.words import _
from app_shell.work import Work, WorkDep
from committee_app.reading import narrowed_to
from committee_app.refusals import attempt
from core_db.cases import VERBS, CaseFile, Verb, case_shown
from core_db.cases.words import VERB_WORDS
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock
from core_db.foundation.drafts import Draft, read_draft
from core_db.foundation.errors import CannotBeRead, DomainError
from core_db.foundation.idempotency import Answer, Asked, once
from core_db.foundation.ids import is_id
from core_db.foundation.lean import dataclass

router = SecureRouter("/cases")

AT_MOST = 100
IN_BATCH = (Verb.ACCEPTANCE, Verb.DISPATCH)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of one case."""

    number: str
    text: str
    href: str
    done: bool
    sentence: str


class BatchPage(Page, template="cases/batch.html"):
    """What came of each case of a batch."""

    label: str
    outcomes: Sequence[Outcome]
    done: int
    #: Why nothing was tried at all.
    fault: str | None = None
    #: The list again, with what was chosen in it.
    back_href: str = "/cases"


@router.post("/batch", access=Access.COMMITTEE)
async def batch(request: Request, work: WorkDep, typed: TypedForm) -> Response:
    """Accept or dispatch the chosen cases, one by one."""
    verb = Verb.DISPATCH if typed.get("verb") == Verb.DISPATCH else Verb.ACCEPTANCE
    label = VERB_WORDS[verb].label.within(work.lang)
    chosen = [one for one in dict.fromkeys(typed.getlist("ids")) if is_id(one)][:AT_MOST]
    fault, draft = _draft(verb, typed.get("lead", ""))
    if not chosen:
        fault = _("请先勾选要办的案件。")
    if fault is not None or draft is None:
        page = BatchPage(
            label=label, outcomes=(), done=0, fault=fault, back_href=_back(typed.get("back", ""), chosen)
        )
        return render(request, page, status=422)
    key = typed.get("idempotency_key", "")
    outcomes = [
        await _one(work, verb, case_id, draft, seen=typed.get(f"version-{case_id}", ""), key=key)
        for case_id in chosen
    ]
    return render(request, BatchPage(label=label, outcomes=outcomes, done=sum(one.done for one in outcomes)))


def _back(query: str, chosen: Sequence[str]) -> str:
    again = narrowed_to(query).page | {"ids": list(chosen)}
    return f"/cases?{urlencode(again, doseq=True)}"


def _draft(verb: Verb, lead: str) -> tuple[str | None, Draft | None]:
    """What is filled in for all of them."""
    words = {"lead": lead} if verb is Verb.DISPATCH else {}
    if verb is Verb.DISPATCH and not lead:
        return _("批量派遣要先选主办单位。"), None
    try:
        return None, read_draft(VERBS[verb].draft, words)
    except CannotBeRead:
        return _("批量派遣要先选主办单位。"), None


async def _one(work: Work, verb: Verb, case_id: str, draft: Draft, *, seen: str, key: str) -> Outcome:
    version = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else -1
    came_of = await attempt(_asked_and_written(work, verb, case_id, draft, version=version, key=key))
    shown: Any = await attempt(work.read(case_shown, case_id, lang=work.lang))
    refused = isinstance(came_of, DomainError)
    sentence = _why(came_of, work.lang) if isinstance(came_of, DomainError) else _("已完成")
    if isinstance(shown, DomainError):
        return Outcome(number="", text=_("看不到这一件"), href="/cases", done=False, sentence=sentence)
    return Outcome(
        number=shown["number"],
        text=shown["text"][:60],
        href=f"/cases/{case_id}",
        done=not refused,
        sentence=sentence,
    )


def _why(refusal: DomainError, lang: str) -> str:
    """What is wrong with this one; a fault of a field is its own sentence."""
    if isinstance(refusal, CannotBeRead):
        return " ".join(refusal.sentences(lang).values())
    return refusal.sentence(lang)


async def _asked_and_written(
    work: Work, verb: Verb, case_id: str, draft: Draft, *, version: int, key: str
) -> bool:
    """Whoever is asked before such a write of one case is asked here too: `_write` alone does not say which it is."""
    digest = hashlib.sha256(f"{verb}|{version}|{draft.model_dump_json()}".encode()).digest()
    asked = Asked(
        account_id=work.actor.id, route="POST /cases/batch", key=f"{key}:{case_id}"[:255], digest=digest
    )
    arguments = await filtered_once(work, VERBS[verb].use_case, (case_id, draft), asked)
    return await work.write(_write, verb, arguments, version=version, asked=asked if key else None)


def _write(
    session: Session,
    verb: Verb,
    arguments: tuple[Any, ...],
    *,
    version: int,
    asked: Asked | None,
    actor: Actor,
    clock: Clock,
) -> bool:
    """One case's write. Sent twice under the same form's key it counts once."""

    def make() -> Answer:
        file: CaseFile = VERBS[verb].use_case(session, *arguments, version=version, actor=actor, clock=clock)
        return Answer(status=303, body=file.case.id.encode())

    answer = make() if asked is None else once(session, asked, make, now=clock.now())
    return answer.status == 303
