"""Having data corrected, taking consent back, acting for a child, and leaving, over the API."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from fastapi import Request
from sqlmodel import Session
from starlette.responses import Response

from app_shell.api import answer, listed, once
from app_shell.context import shell_of
from app_shell.routing import Access, ApiRouter, Id
from app_shell.session_api import code_budget
from app_shell.signin import address_of, send_code
from app_shell.work import Work, WorkDep
from core_db.accounts import ask_for_own_code
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock
from core_db.foundation.errors import CannotBeRead, DomainError
from core_db.foundation.sealing import masked_phone
from core_db.mydata import (
    CHILD_DATA,
    CorrectionDraft,
    CorrectionRequest,
    ErasureDraft,
    ExportSeen,
    GuardianDraft,
    Guardianship,
    ask_for_childs_export,
    ask_for_correction,
    ask_for_erasure,
    ask_to_be_guardian,
    correction_seen,
    end_guardianship,
    give_consent,
    guardianship_seen,
    my_consents,
    my_corrections,
    my_guardianships,
    what_leaving_means,
    withdraw_consent,
    withdraw_correction,
    withdraw_erasure,
)
from core_db.mydata.words import PURPOSES
from resident_app.api.data import ExportShape
from resident_app.api.rights_shapes import (
    ConsentsShape,
    CorrectionShape,
    CorrectionsShape,
    DoneShape,
    GuardianshipShape,
    GuardianshipsShape,
    LeavingShape,
    OwnCodeShape,
)

router = ApiRouter("/me/data")


# -- corrections ------------------------------------------------------------------------------------


@router.get("/corrections", access=Access.RESIDENT, answers=CorrectionsShape)
async def corrections(work: WorkDep) -> Response:
    """What one asked to have put right in the register, the newest first; what it should be is masked."""
    return answer(listed([asdict(one) for one in await work.read(my_corrections)], next_after=None))


@router.post("/corrections", access=Access.RESIDENT, status_code=201, answers=CorrectionShape)
async def ask_correction(request: Request, draft: CorrectionDraft, work: WorkDep) -> Response:
    """Say what is wrong about oneself; the committee decides within fifteen working days."""
    return await once(request, work, ask_for_correction, draft, render=_correction(work))


@router.post("/corrections/{request_id}/withdrawal", access=Access.RESIDENT, answers=CorrectionShape)
async def take_back(request: Request, request_id: Id, work: WorkDep) -> Response:
    """One asked by mistake."""
    return await once(request, work, withdraw_correction, request_id, render=_correction(work), status=200)


# -- consents ---------------------------------------------------------------------------------------


@router.get("/consents", access=Access.RESIDENT, answers=ConsentsShape)
async def consents(work: WorkDep) -> Response:
    """The ledger: what stands, then what was taken back, each the newest first."""
    english = work.lang == "en"
    rows = [
        asdict(one)
        | {"name": PURPOSES[one.purpose].name[english], "text": PURPOSES[one.purpose].text[english]}
        for one in await work.read(my_consents, lang=work.lang)
    ]
    return answer(listed(rows, next_after=None))


@router.post("/consents/{purpose}/withdrawal", access=Access.RESIDENT, answers=DoneShape)
async def withdraw(request: Request, purpose: str, work: WorkDep) -> Response:
    """Take a consent back, with effect at once."""
    return await once(request, work, withdraw_consent, purpose, render=_done, status=200)


# -- children ---------------------------------------------------------------------------------------


@router.get("/children", access=Access.RESIDENT, answers=GuardianshipsShape)
async def children(work: WorkDep) -> Response:
    """For whom one acts, or asked to, the newest first."""
    return answer(listed([asdict(one) for one in await work.read(my_guardianships)], next_after=None))


@router.post("/children", access=Access.RESIDENT, status_code=201, answers=GuardianshipShape)
async def ask_guardian(request: Request, draft: GuardianDraft, work: WorkDep) -> Response:
    """Say for which child one acts; the committee compares it with its register."""
    return await once(request, work, ask_to_be_guardian, draft, render=_guardianship(work))


@router.post("/children/{guardianship_id}/ending", access=Access.RESIDENT, answers=GuardianshipShape)
async def end(request: Request, guardianship_id: Id, work: WorkDep) -> Response:
    """One acts for the child no longer."""
    return await once(
        request, work, end_guardianship, guardianship_id, render=_guardianship(work), status=200
    )


@router.post("/children/{child_id}/exports", access=Access.RESIDENT, status_code=201, answers=ExportShape)
async def ask_childs_export(request: Request, child_id: Id, work: WorkDep) -> Response:
    """Ask for a copy of everything about a child one acts for; it is fetched as one's own are."""
    return await once(request, work, ask_for_childs_export, child_id, lang=work.lang, render=_export)


@router.post("/children/{child_id}/consent", access=Access.RESIDENT, answers=DoneShape)
async def agree(request: Request, child_id: Id, work: WorkDep) -> Response:
    """Agree for a child below fourteen that the platform keeps its data."""
    return await once(request, work, give_consent, CHILD_DATA, child_id=child_id, render=_done, status=200)


@router.post("/children/{child_id}/consent/withdrawal", access=Access.RESIDENT, answers=DoneShape)
async def disagree(request: Request, child_id: Id, work: WorkDep) -> Response:
    """Take that back: an account of the child's own opens nothing any more."""
    return await once(
        request, work, withdraw_consent, CHILD_DATA, child_id=child_id, render=_done, status=200
    )


# -- leaving ----------------------------------------------------------------------------------------


@router.get("/erasure", access=Access.RESIDENT, answers=LeavingShape)
async def leaving(work: WorkDep) -> Response:
    """What goes and what stays if one leaves; `due_at` is set once one has said so."""
    return answer(asdict(await work.read(what_leaving_means)))


@router.post("/erasure/code", access=Access.RESIDENT, keyed=False, status_code=202, answers=OwnCodeShape)
async def send_own_code(request: Request, work: WorkDep) -> Response:
    """Send a code to the telephone one signs in with."""
    made = await work.write(ask_for_own_code, address=address_of(request), budget=code_budget(request))
    refusal = await send_code(shell_of(request), work, made)
    if refusal is not None:
        raise refusal
    return answer({"phone": masked_phone(made.phone), "expires_at": made.expires_at}, 202)


@router.post("/erasure", access=Access.RESIDENT, keyed=False, status_code=202, answers=LeavingShape)
async def leave(request: Request, draft: ErasureDraft, work: WorkDep) -> Response:
    """Leave, with the typed word and that code. It takes no key: a code counts once, and so does leaving (409)."""
    demo = shell_of(request).settings.demo
    outcome = await work.write(ask_for_erasure, draft, address=address_of(request), demo=demo)
    if isinstance(outcome, DomainError):
        # Somebody signed in typed a wrong code: that is a field to mend, not a sign-in to begin.
        raise CannotBeRead({"code": (outcome.zh, outcome.en)})
    return answer(asdict(await work.read(what_leaving_means)), 202)


@router.post("/erasure/withdrawal", access=Access.RESIDENT, answers=DoneShape)
async def stay(request: Request, work: WorkDep) -> Response:
    """Stay after all, within the seven days."""
    return await once(request, work, withdraw_erasure, render=_done, status=200)


def _correction(work: Work) -> Callable[[Session, CorrectionRequest], dict[str, Any]]:
    return _as_seen(correction_seen, work.actor, work.clock)


def _guardianship(work: Work) -> Callable[[Session, Guardianship], dict[str, Any]]:
    return _as_seen(guardianship_seen, work.actor, work.clock)


def _as_seen(
    seen: Callable[..., Any], actor: Actor, clock: Clock
) -> Callable[[Session, Any], dict[str, Any]]:
    return lambda session, made: asdict(seen(session, made.id, actor=actor, clock=clock))


def _export(_session: Session, export: ExportSeen) -> dict[str, Any]:
    return {name: value for name, value in asdict(export).items() if name != "child_id"}


def _done(_session: Session, _result: object) -> dict[str, Any]:
    return {"done": True}
