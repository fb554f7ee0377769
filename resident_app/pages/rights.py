"""Having data corrected, taking consent back, and acting for a child: what the page “my data” leads to."""

from collections.abc import Mapping, Sequence

from fastapi import Request
from starlette.responses import Response

from app_shell.forms import Filled, TypedForm, fill, fresh_key, shown
from app_shell.pages import Page, redirect, render
from app_shell.routing import Access, Id, SecureRouter
from app_shell.words import _
from app_shell.work import Work, WorkDep
from core_db.mydata import (
    CHILD_DATA,
    ConsentSeen,
    CorrectionDraft,
    CorrectionSeen,
    GuardianDraft,
    GuardianshipSeen,
    ask_for_childs_export,
    ask_for_correction,
    ask_to_be_guardian,
    end_guardianship,
    give_consent,
    my_consents,
    my_corrections,
    my_guardianships,
    registers_to_choose,
    withdraw_consent,
    withdraw_correction,
)
from core_db.mydata.words import CORRECTABLE, PURPOSES, REQUEST_WORDS, Pair
from core_db.people.words import RELATION_WORDS
from core_db.places import home_neighbourhoods_to_choose
from resident_app.sending import sent_once

router = SecureRouter("/me/data")
TONES = {"asked": "info", "accepted": "ok", "approved": "ok", "refused": "warn"}
GUARDIANS = ("50", "60", "97")


class CorrectionsPage(Page, template="data/corrections.html"):
    """What one asked to have put right, and asking."""

    corrections: Sequence[CorrectionSeen]
    fields: Mapping[str, str]
    #: Asked for where one stands in more than one.
    registers: Mapping[str, str]
    states: Mapping[str, str]
    tones: Mapping[str, str]
    form: Filled[CorrectionDraft] | None


class ConsentsPage(Page, template="data/consents.html"):
    """The ledger of what one agreed to."""

    consents: Sequence[ConsentSeen]
    names: Mapping[str, str]
    texts: Mapping[str, str]


class ChildrenPage(Page, template="data/children.html"):
    """For whom one acts, and asking to."""

    guardianships: Sequence[GuardianshipSeen]
    agreed: frozenset[str]
    relations: Sequence[tuple[str, str]]
    #: Asked for where one has homes in more than one.
    neighbourhoods: Sequence[tuple[str, str]]
    states: Mapping[str, str]
    tones: Mapping[str, str]
    text: str
    form: Filled[GuardianDraft] | None
    fault: str | None
    key: str


# -- corrections ------------------------------------------------------------------------------------


@router.get("/corrections", access=Access.RESIDENT)
async def corrections(request: Request, work: WorkDep) -> Response:
    return await _corrections(request, work)


@router.post("/corrections", access=Access.RESIDENT)
async def ask_correction(request: Request, typed: TypedForm, work: WorkDep) -> Response:
    form = fill(CorrectionDraft, typed)
    if form.draft is None or await shown(form, work.write(ask_for_correction, form.draft)) is None:
        return await _corrections(request, work, form=form)
    return redirect(request, "/me/data/corrections", flash=_("已送到居委会，15 个工作日内答复。"))


@router.post("/corrections/{request_id}/withdrawal", access=Access.RESIDENT)
async def take_back(request: Request, request_id: Id, work: WorkDep) -> Response:
    await work.write(withdraw_correction, request_id)
    return redirect(request, "/me/data/corrections", flash=_("已撤回。"))


async def _corrections(
    request: Request, work: Work, *, form: Filled[CorrectionDraft] | None = None
) -> Response:
    page = CorrectionsPage(
        corrections=await work.read(my_corrections), fields=_said(CORRECTABLE, work.lang),
        registers=dict(await work.read(registers_to_choose)), states=_said(REQUEST_WORDS, work.lang), tones=TONES,
        form=form,
    )  # fmt: skip
    return render(request, page, status=422 if form is not None else 200)


# -- consents ---------------------------------------------------------------------------------------


@router.get("/consents", access=Access.RESIDENT)
async def consents(request: Request, work: WorkDep) -> Response:
    names = _said({purpose: one.name for purpose, one in PURPOSES.items()}, work.lang)
    texts = _said({purpose: one.text for purpose, one in PURPOSES.items()}, work.lang)
    page = ConsentsPage(consents=await work.read(my_consents, lang=work.lang), names=names, texts=texts)
    return render(request, page)


@router.post("/consents/{purpose}/withdrawal", access=Access.RESIDENT)
async def withdraw(request: Request, purpose: str, work: WorkDep) -> Response:
    await work.write(withdraw_consent, purpose)
    return redirect(request, "/me/data/consents", flash=_("已撤回，马上生效。"))


# -- children ---------------------------------------------------------------------------------------


@router.get("/children", access=Access.RESIDENT)
async def children(request: Request, work: WorkDep) -> Response:
    return await _children(request, work)


@router.post("/children", access=Access.RESIDENT)
async def ask_guardian(request: Request, typed: TypedForm, work: WorkDep) -> Response:
    form = fill(GuardianDraft, typed)
    if form.draft is None or await shown(form, work.write(ask_to_be_guardian, form.draft)) is None:
        return await _children(request, work, form=form, status=422)
    return redirect(request, "/me/data/children", flash=_("已送到居委会核对，结果会写在这里。"))


@router.post("/children/{guardianship_id}/ending", access=Access.RESIDENT)
async def end(request: Request, guardianship_id: Id, work: WorkDep) -> Response:
    await work.write(end_guardianship, guardianship_id)
    return redirect(request, "/me/data/children", flash=_("已结束。"))


@router.post("/children/{child_id}/exports", access=Access.RESIDENT)
async def ask_childs_export(request: Request, child_id: Id, typed: TypedForm, work: WorkDep) -> Response:
    fault, status = await sent_once(request, work, typed, ask_for_childs_export, child_id, lang=work.lang)
    if fault is not None:
        return await _children(request, work, fault=fault, status=status)
    return redirect(request, "/me/data", flash=_("已经在做了，一般几分钟就好。做好以后在这里下载。"))


@router.post("/children/{child_id}/consent", access=Access.RESIDENT)
async def agree(request: Request, child_id: Id, work: WorkDep) -> Response:
    await work.write(give_consent, CHILD_DATA, child_id=child_id)
    return redirect(request, "/me/data/children", flash=_("已记下您的同意。"))


@router.post("/children/{child_id}/consent/withdrawal", access=Access.RESIDENT)
async def disagree(request: Request, child_id: Id, work: WorkDep) -> Response:
    await work.write(withdraw_consent, CHILD_DATA, child_id=child_id)
    return redirect(request, "/me/data/children", flash=_("已撤回，马上生效。"))


async def _children(
    request: Request, work: Work, *, form: Filled[GuardianDraft] | None = None, fault: str | None = None,
    status: int = 200,
) -> Response:  # fmt: skip
    standing = [one for one in await work.read(my_consents) if one.withdrawn_at is None]
    relations = _said({code: RELATION_WORDS[code] for code in GUARDIANS}, work.lang)
    page = ChildrenPage(
        guardianships=await work.read(my_guardianships), agreed=frozenset(one.child_id or "" for one in standing),
        relations=list(relations.items()), neighbourhoods=await work.read(home_neighbourhoods_to_choose),
        states=_said(REQUEST_WORDS, work.lang), tones=TONES,
        text=_said({CHILD_DATA: PURPOSES[CHILD_DATA].text}, work.lang)[CHILD_DATA], form=form, fault=fault,
        key=fresh_key(),
    )  # fmt: skip
    return render(request, page, status=status)


def _said(words: Mapping[str, Pair], lang: str) -> dict[str, str]:
    place = 1 if lang == "en" else 0
    return {code: pair[place] for code, pair in words.items()}
