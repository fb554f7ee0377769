"""What every fact has."""

from typing import ClassVar

from pydantic import BaseModel, ConfigDict


class Event(BaseModel):
    """Parent of every fact. `community_id` is the neighbourhood it happened in.

    Where somebody acted in another's right, `acted_by` is his account and `acted_for` the other's, if the verb says so.
    """

    # What checks a fact is made when the first of its kind is told: there are many kinds, and few happen often.
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    type: ClassVar[str]

    community_id: str
    acted_by: str | None = None
    acted_for: str | None = None

    @property
    def subject(self) -> str:
        """What it is about, as `case/<id>`."""
        raise NotImplementedError
