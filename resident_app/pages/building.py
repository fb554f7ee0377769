"""My building (我的楼): its lead reads the doors and who lives behind them, and nothing else of anybody."""

from collections.abc import Sequence

from fastapi import Request
from starlette.responses import Response

from app_shell.pages import Page, render
from app_shell.routing import Access, SecureRouter
from app_shell.work import WorkDep
from core_db.accounts import Door, LedBuilding, buildings_led, my_building

router = SecureRouter("/my-building")


class BuildingPage(Page, template="building/show.html"):
    """Doors and names; the other buildings he leads, if there are any."""

    building: LedBuilding
    doors: Sequence[Door]
    others: Sequence[LedBuilding]


@router.get("", access=Access.RESIDENT)
async def show(request: Request, work: WorkDep, at: str | None = None) -> Response:
    found = await work.read(my_building, at)
    others = [one for one in await work.read(buildings_led) if one.id != found.building.id]
    return render(request, BuildingPage(building=found.building, doors=found.doors, others=others))
