"""A new estate, a new building, new homes in a building: each a short form, reached from what it will lie in."""

import re
from collections.abc import Callable, Mapping
from typing import Annotated, Any

from fastapi import Query, Request
from pydantic import AfterValidator
from starlette.responses import Response

from app_shell.api import once_from_form
from app_shell.forms import Filled, Typed, TypedForm, fill, fresh_key, shown
from app_shell.pages import Page, redirect, render
from app_shell.routing import Access, SecureRouter
from app_shell.words import _
from app_shell.work import Work, WorkDep
from committee_app.place_words import PAGE_OF
from committee_app.reading import Word
from committee_app.register_words import Options, sources
from core_db.foundation.drafts import Draft
from core_db.foundation.errors import NotFound
from core_db.foundation.lean import dataclass
from core_db.overview import places_above
from core_db.places import (
    FIELDS_OF,
    BuildingDraft,
    EstateDraft,
    HomesDraft,
    Place,
    PlaceKind,
    found_building,
    found_estate,
    found_homes,
)
from core_db.places.words import USES

router = SecureRouter()
#: Between the names of several homes: whatever people type between them.
BETWEEN = re.compile(r"[\s,，、;；]+")


@dataclass(frozen=True, kw_only=True)
class Founding:
    """What is filled in of a kind of place, which of its fields says where it lies, and what enters it."""

    draft: type[Draft]
    above: str
    use_case: Callable[..., Any]


FOUNDINGS: Mapping[str, Founding] = {
    PlaceKind.ESTATE: Founding(draft=EstateDraft, above="community_id", use_case=found_estate),
    PlaceKind.BUILDING: Founding(draft=BuildingDraft, above="parent_id", use_case=found_building),
    PlaceKind.HOME: Founding(draft=HomesDraft, above="building_id", use_case=found_homes),
}


def _kind(said: str) -> str:
    if said not in FOUNDINGS:
        raise NotFound()
    return said


Kind = Annotated[str, Query(max_length=20), AfterValidator(_kind)]


class FoundingPage(Page, template="places/new.html"):
    """Something new: where it lies, its name, and what is known of it at once."""

    kind: str
    heading: str
    back: tuple[str, str]
    above: str
    at: str | None
    places: Options
    uses: Options
    sources: Options
    labels: Mapping[str, str]
    form: Filled[Any] | None
    key: str


@router.get("/places/new", access=Access.COMMITTEE)
async def ask_what_is_new(
    request: Request, work: WorkDep, kind: Kind = PlaceKind.BUILDING, at: Word = None
) -> Response:
    return await _page(request, work, kind, at=at)


@router.post("/places/new", access=Access.COMMITTEE)
async def enter(request: Request, typed: TypedForm, work: WorkDep) -> Response:
    kind = _kind(typed.get("kind", ""))
    founding, to = FOUNDINGS[kind], None
    names = {"names": _names(typed)} if kind == PlaceKind.HOME else {}
    form: Filled[Any] = fill(founding.draft, typed, **names)
    if form.draft is not None:
        writing = once_from_form(request, work, typed, founding.use_case, form.draft, to=_where_it_is)
        to = await shown(form, writing)
    if to is None:
        return await _page(request, work, kind, at=typed.get(founding.above), form=form, status=422)
    return redirect(request, to, flash=_("已登记。"))


def _names(typed: Typed) -> list[str]:
    return [one for one in BETWEEN.split(typed.get("names", "")) if one]


def _where_it_is(made: Any) -> str:
    """The page of what was entered; of homes that of their building."""
    if isinstance(made, Place):
        return f"/{PAGE_OF[made.kind]}/{made.id}"
    return f"/buildings/{made[0].building_id}"


async def _page(
    request: Request,
    work: Work,
    kind: str,
    *,
    at: str | None,
    form: Filled[Any] | None = None,
    status: int = 200,
) -> Response:
    founding, lang = FOUNDINGS[kind], work.lang
    places = await work.read(places_above, PlaceKind(kind))
    page = FoundingPage(
        kind=kind, heading=_headings()[kind], back=("/places", _("楼栋和住户")), above=founding.above,
        at=at or (places[0][0] if len(places) == 1 else None), places=places,
        uses=[(code, pair[lang == "en"]) for code, pair in USES.items()], sources=sources(),
        labels=_labels(kind, founding.above, lang), form=form,
        key=(form.typed.get("idempotency_key") if form is not None else None) or fresh_key(),
    )  # fmt: skip
    return render(request, page, status=status)


def _headings() -> dict[str, str]:
    return {
        PlaceKind.ESTATE: _("登记新的小区"), PlaceKind.BUILDING: _("登记新的楼"), PlaceKind.HOME: _("登记新的房屋"),
    }  # fmt: skip


def _labels(kind: str, above: str, lang: str) -> dict[str, str]:
    where = {"community_id": _("属于哪个居民区"), "parent_id": _("在哪里"), "building_id": _("在哪栋楼")}
    fields = {name: spec.words[lang == "en"] for name, spec in FIELDS_OF[PlaceKind(kind)].items()}
    own = {above: where[above], "name": _("名称"), "names": _("门牌"), "source": _("从哪里知道的")}
    return fields | own
