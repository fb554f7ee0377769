"""Putting right what is kept of somebody's time in a home: as what he lives there, on which permit, why he came."""

from collections.abc import Mapping, Sequence

from fastapi import Request
from starlette.responses import Response

from app_shell.forms import Filled, TypedForm, fill, shown
from app_shell.pages import Page, redirect, render
from app_shell.routing import Access, Id, SecureRouter
from app_shell.words import _
from app_shell.work import Work, WorkDep
from committee_app.register_words import Options, label_of, sources, stay_choices
from core_db.foundation.lean import dataclass
from core_db.people import STAY_FIELDS, StayCorrection, StayField, correct_residency, stay_in_sight

router = SecureRouter("/residencies")


@dataclass(frozen=True, kw_only=True)
class StayRow:
    """A field of a time in a home: its code now, and the codes to choose from."""

    field: str
    label: str
    now: str
    codes: Options
    may_be_empty: bool


class ResidencyPage(Page, template="people/residency.html"):
    """Somebody's time in a home, a small form for each field; `at` is the one that could not be taken."""

    id: str
    person_id: str
    name: str
    title: str
    rows: Sequence[StayRow]
    sources: Options
    labels: Mapping[str, str]
    form: Filled[StayCorrection] | None
    at: str


@router.get("/{residency_id}/correction", access=Access.COMMITTEE)
async def ask(request: Request, residency_id: Id, work: WorkDep) -> Response:
    return await _page(request, work, residency_id)


@router.post("/{residency_id}/correction", access=Access.COMMITTEE)
async def correct(request: Request, residency_id: Id, typed: TypedForm, work: WorkDep) -> Response:
    form, done = fill(StayCorrection, typed), None
    if form.draft is not None:
        done = await shown(form, work.write(correct_residency, residency_id, form.draft))
    if done is None:
        return await _page(request, work, residency_id, form=form, at=typed.get("field", ""), status=422)
    return redirect(request, f"/people/{done.person_id}", flash=_("已更正。"))


async def _page(
    request: Request, work: Work, residency_id: str, *, form: Filled[StayCorrection] | None = None, at: str = "",
    status: int = 200,
) -> Response:  # fmt: skip
    (file, stay), lang = await work.read(stay_in_sight, residency_id), work.lang
    now = {StayField.LIVES_AS: stay.role, StayField.PERMIT: stay.permit, StayField.CAME_FOR: stay.came_for}
    page = ResidencyPage(
        id=stay.id, person_id=file.id, name=file.name, title=stay.label, sources=sources(), form=form, at=at,
        rows=[
            StayRow(
                field=one, label=label_of(one, lang), now=now[one] or "", codes=stay_choices(one, lang),
                may_be_empty=STAY_FIELDS[one].may_be_empty,
            )
            for one in StayField
        ],
        labels={"value": _("应改为"), "source": _("从哪里知道的"), "reason": _("说明")},
    )  # fmt: skip
    return render(request, page, status=status)
