"""What is filled in about a place."""

from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from core_db.foundation.drafts import Draft, Maybe
from core_db.places.names import building_name, plain, room_name

Reason = Annotated[Annotated[str, Field(max_length=500)] | None, Maybe]
Source = Annotated[str, Field(max_length=60)]
Use = Literal["self_occupied", "rented", "vacant", "business", "other"]
#: A tall building; a larger one takes two goes.
MOST_HOMES = 200
Name = Annotated[str, Field(min_length=1, max_length=60), AfterValidator(plain)]
BuildingName = Annotated[str, Field(min_length=1, max_length=30), AfterValidator(building_name)]
RoomName = Annotated[str, Field(min_length=1, max_length=30), AfterValidator(room_name)]


class DivisionDraft(Draft):
    """One neighbourhood with the town and the district above it, as the statistics bureau lists it."""

    code: str = Field(pattern=r"^\d{12}$")
    name: str = Field(min_length=1, max_length=60)
    town_code: str = Field(pattern=r"^\d{9}$")
    town: str = Field(min_length=1, max_length=60)
    district_code: str = Field(pattern=r"^\d{6}$")
    district: str = Field(min_length=1, max_length=60)


class Edition(Draft):
    """Which list of divisions it is, and from which day it holds."""

    source: str = Field(min_length=1, max_length=60)
    valid_from: date


class EstateDraft(Draft):
    """A housing estate in a neighbourhood."""

    community_id: str
    name: Name
    built_year: Annotated[Annotated[int, Field(ge=1840, le=2100)] | None, Maybe] = None
    property_firm: Annotated[Annotated[str, Field(max_length=80)] | None, Maybe] = None
    source: Source = ""


class BuildingDraft(Draft):
    """A building of an estate, or of a neighbourhood without estates."""

    parent_id: str
    name: BuildingName
    floors: Annotated[Annotated[int, Field(ge=1, le=150)] | None, Maybe] = None
    lifts: Annotated[Annotated[int, Field(ge=0, le=50)] | None, Maybe] = None
    source: Source = ""


class HomeDraft(Draft):
    """A dwelling in a building."""

    building_id: str
    name: RoomName
    floor: int | None = Field(default=None, ge=-5, le=150)
    area: float | None = Field(default=None, gt=0, le=5000)
    use: Use = "self_occupied"


class HomesDraft(Draft):
    """Dwellings of a building that are entered in one go, and how they are used."""

    building_id: str
    names: Annotated[tuple[RoomName, ...], Field(min_length=1, max_length=MOST_HOMES)]
    use: Use = "self_occupied"
    source: Source = ""


class PlaceCorrection(Draft):
    """What one field of a place should say, and what it was read from. Which fields there are, its kind says."""

    field: str = Field(min_length=1, max_length=40)
    #: Empty takes out what is there.
    value: str = Field(default="", max_length=120)
    source: Source = ""
    reason: Reason = None


class PlaceNaming(Draft):
    """What a place is called from now on; how a name of its kind is written, the use case knows."""

    name: str = Field(min_length=1, max_length=30)
    source: Source = ""
    reason: Reason = None


class PlaceEnding(Draft):
    """The last day on which a place was there (today where none is given), and what stands there instead."""

    last_day: Annotated[date | None, Maybe] = None
    successor_id: Annotated[str | None, Maybe] = None
    source: Source = ""
    reason: str = Field(min_length=1, max_length=500)
