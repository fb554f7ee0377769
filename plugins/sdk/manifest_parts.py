"""What the tables of `plugin.toml` are made of: words in both languages, keys, and the fault for what is refused."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

ID = r"^[a-z][a-z0-9-]{2,40}$"
KEY = r"^[a-z][a-z0-9_]{0,40}$"


def perhaps(said: str, known: Iterable[str]) -> str:
    """What was probably meant, for the end of a sentence."""
    near = get_close_matches(said, list(known), n=1)
    return f"; did you mean {near[0]!r}?" if near else ""


def nobody_reads(said: str | None) -> str | None:
    """Refuses a key that nothing would come of."""
    if said is not None:
        raise ValueError("nobody reads this yet, so nothing would come of it: leave it out")
    return said


class Part(BaseModel):
    """Parent of every table of a manifest."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(Part):
    """The same sentence in the languages of those who read it."""

    zh: str | None = Field(default=None, min_length=1, max_length=200)
    en: str | None = Field(default=None, min_length=1, max_length=200)

    @model_validator(mode="after")
    def _said_at_all(self) -> Self:
        if self.zh is None and self.en is None:
            raise ValueError("say it in zh or en at least")
        return self

    def within(self, lang: str) -> str:
        """In this language, else in the other."""
        first, second = (self.en, self.zh) if lang == "en" else (self.zh, self.en)
        return first or second or ""


Key = Annotated[str, Field(pattern=KEY)]
