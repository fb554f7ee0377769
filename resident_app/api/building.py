"""My building over the API: for its lead, doors and names."""

from starlette.responses import Response

from app_shell.api import answer
from app_shell.routing import Access, ApiRouter
from app_shell.shapes import Shape
from app_shell.work import WorkDep
from core_db.accounts import my_building

router = ApiRouter()


class DoorShape(Shape):
    id: str
    door: str
    names: list[str]


class BuildingShape(Shape):
    id: str
    label: str
    doors: list[DoorShape]


@router.get("/my-building", access=Access.RESIDENT, answers=BuildingShape)
async def show(work: WorkDep, at: str | None = None) -> Response:
    """The doors and names of the building one leads; 404 for everybody else. `at` names one of several."""
    found = await work.read(my_building, at)
    doors = [{"id": one.id, "door": one.door, "names": list(one.names)} for one in found.doors]
    return answer({"id": found.building.id, "label": found.building.label, "doors": doors})
