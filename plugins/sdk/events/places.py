"""Facts about places and households: what is known of them was changed or found right. Ids and codes alone."""

from typing import ClassVar

from plugins.sdk.events.base import Event


class PlaceEvent(Event):
    """Something happened to an estate, a building or a home."""

    place_id: str

    @property
    def subject(self) -> str:
        return f"place/{self.place_id}"


class PlaceChanged(PlaceEvent):
    """The register says something else of a place, or it is there no more; which fields, never what they say."""

    type: ClassVar[str] = "cn.shequyun.place.changed.v1"
    cause: str
    fields: tuple[str, ...]


class PlaceVerified(PlaceEvent):
    """Somebody looked, and the register is right about a place, or about one field of it."""

    type: ClassVar[str] = "cn.shequyun.place.verified.v1"
    field: str | None = None


class HouseholdChanged(Event):
    """A household has other people (`household` among its fields), another number, kind or head, or somebody is
    something else to its head."""

    type: ClassVar[str] = "cn.shequyun.household.changed.v1"
    household_id: str
    home_id: str
    cause: str
    fields: tuple[str, ...]

    @property
    def subject(self) -> str:
        return f"household/{self.household_id}"
