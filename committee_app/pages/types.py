"""Neighbourhoods by their type: figures for town and district, and the district's list of types."""

from collections.abc import Mapping, Sequence

from fastapi import Request
from starlette.responses import Response

from app_shell.forms import Filled, TypedForm, fill, shown
from app_shell.pages import Page, redirect, render
from app_shell.routing import Access, SecureRouter
from app_shell.words import _
from app_shell.work import Work, WorkDep
from committee_app.reading import Word
from committee_app.roles import seat_of
from core_db.foundation.actor import Role
from core_db.foundation.clock import local_date
from core_db.insight import FiguresByType, TypeRow, figures_by_type
from core_db.neighbourhood import CommunityTypeDraft, set_community_type

router = SecureRouter("/figures/types")


class TypesPage(Page, template="figures/types.html"):
    """What there is of each type, and the form of whoever may configure them."""

    found: FiguresByType
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    #: Code, word, and from when to when.
    types: Sequence[Sequence[str]]
    may_set: bool
    labels: Mapping[str, str]
    today: str
    form: Filled[CommunityTypeDraft] | None


@router.get("", access=Access.FIGURES)
async def show(request: Request, work: WorkDep, place_id: Word = None) -> Response:
    return await _page(request, work, place_id or seat_of(work.actor))


@router.post("", access=Access.DISPATCHER)
async def configure(request: Request, typed: TypedForm, work: WorkDep) -> Response:
    form = fill(CommunityTypeDraft, typed)
    done = None
    if form.draft is not None:
        done = await shown(form, work.write(set_community_type, form.draft))
    if done is None:
        return await _page(request, work, seat_of(work.actor), form=form, status=422)
    return redirect(request, "/figures/types", flash=_("已设定。"))


async def _page(
    request: Request, work: Work, place_id: str, *, form: Filled[CommunityTypeDraft] | None = None,
    status: int = 200,
) -> Response:  # fmt: skip
    found, lang = await work.read(figures_by_type, place_id), work.lang
    words = {one.code: one.said(lang) for one in found.types}
    page = TypesPage(
        found=found, heads=[_("社区类型"), _("居村"), _("登记的人"), _("没有结束的"),
            _("上个月提出的") if found.suppressed else _("三十天里提出的"),
        ],
        rows=[_row(one, words) for one in found.rows], form=form, today=str(local_date(work.clock.now())),
        types=[
            (one.code, one.said(lang), str(one.valid_from), str(one.valid_to or _("没有定"))) for one in found.types
        ],
        may_set=work.actor.has(Role.DISTRICT_DISPATCHER),
        labels={
            "code": _("代码"), "zh": _("汉语名"), "en": _("英文名"), "valid_from": _("从哪天起"),
            "valid_to": _("最后一天"),
        },
    )  # fmt: skip
    return render(request, page, status=status)


def _row(row: TypeRow, words: Mapping[str, str]) -> list[str]:
    name = _("还没有定类型") if row.code is None else words.get(row.code, row.code)
    return [name, str(row.neighbourhoods), *(_count(one) for one in (row.people, row.open, row.raised))]


def _count(count: int | None) -> str:
    return "—" if count is None else str(count)
