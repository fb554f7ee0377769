"""Facts about what a neighbourhood holds besides homes and people. Ids and codes alone; never a name or a finding."""

from typing import ClassVar

from plugins.sdk.events.base import Event


class EntryEvent(Event):
    """Something happened to an organisation, a facility, a grid, a building group or a committee's own entry.

    `kind` is the word of its address, as `facilities`; `community_id` is its node, which for an organisation may be a
    town.
    """

    kind: str
    entry_id: str

    @property
    def subject(self) -> str:
        return f"{self.kind}/{self.entry_id}"


class EntryChanged(EntryEvent):
    """An entry was made, says something else, or is no more; which fields, never what they say."""

    type: ClassVar[str] = "cn.shequyun.entry.changed.v1"
    cause: str
    fields: tuple[str, ...]


class EntryVerified(EntryEvent):
    """Somebody looked, and an entry is right, or one field of it."""

    type: ClassVar[str] = "cn.shequyun.entry.verified.v1"
    field: str | None = None


class CoverageChanged(EntryEvent):
    """Other buildings belong to a grid or a building group."""

    type: ClassVar[str] = "cn.shequyun.entry.covered.v1"
    added: tuple[str, ...]
    left: tuple[str, ...]


class SeatFilled(EntryEvent):
    """Somebody serves on a committee, in a grid or in a building group from now on; who, the register says."""

    type: ClassVar[str] = "cn.shequyun.seat.filled.v1"
    seat_id: str
    title: str


class SeatVacated(EntryEvent):
    """Somebody serves there no more."""

    type: ClassVar[str] = "cn.shequyun.seat.vacated.v1"
    seat_id: str


class CharterAdopted(EntryEvent):
    """A building group has another version of its charter."""

    type: ClassVar[str] = "cn.shequyun.charter.adopted.v1"
    version: int


class FacilityInspected(EntryEvent):
    """A facility was inspected, and it passed or not."""

    type: ClassVar[str] = "cn.shequyun.facility.inspected.v1"
    passed: bool


class CommunityTypeSet(Event):
    """A district configured a type of community; `community_id` is the district."""

    type: ClassVar[str] = "cn.shequyun.community_type.set.v1"
    code: str

    @property
    def subject(self) -> str:
        return f"community-type/{self.code}"
