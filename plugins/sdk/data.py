"""What a plugin keeps and how it is set: documents and settings, both declared as models."""

from collections.abc import Mapping
from typing import Any, ClassVar, TypeVar
from uuid import uuid4

from pydantic import BaseModel, ConfigDict, Field


class Settings(BaseModel):
    """Parent of a plugin's settings. They become the committee's form: titles are its labels, bounds its checks."""

    model_config = ConfigDict(extra="forbid")


class Document(BaseModel):
    """Parent of what a plugin keeps: one row of JSON each, of one neighbourhood, in a file of the plugin's own.

    `Field(json_schema_extra={"subject": True})` marks the field that holds a resident's id, so that the host can hand
    his rows out, erase and expire them; `{"index": True}` one that is looked up often.
    """

    model_config = ConfigDict(extra="forbid", validate_assignment=True)

    #: Of its shape. Older rows go through `upgrade` when they are read.
    version: ClassVar[int] = 1

    id: str = Field(default_factory=lambda: uuid4().hex)

    @classmethod
    def upgrade(cls, old: dict[str, Any], from_version: int) -> dict[str, Any]:
        """A row of an older shape in today's shape."""
        raise NotImplementedError(
            f"{cls.__name__} {from_version} → {cls.version}: say how a row is brought up"
        )

    @classmethod
    def subject_field(cls) -> str | None:
        """The field that holds a resident's id, if there is one."""
        return next(iter(cls._marked("subject")), None)

    @classmethod
    def indexed_fields(cls) -> tuple[str, ...]:
        """The fields that are looked up often."""
        return tuple(cls._marked("index"))

    @classmethod
    def _marked(cls, mark: str) -> list[str]:
        marked = []
        for name, info in cls.model_fields.items():
            extra = info.json_schema_extra
            if isinstance(extra, dict) and extra.get(mark):
                marked.append(name)
        return marked


D = TypeVar("D", bound=Document)


def brought_up(kind: type[D], kept: Mapping[str, Any]) -> D:
    """A row as it is kept (`{"version", "row"}`), as the document it is today. It raises what `upgrade` raises."""
    row = kept["row"]
    return kind.model_validate(row if kept["version"] == kind.version else kind.upgrade(row, kept["version"]))
