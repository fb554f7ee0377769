"""What is filled in when a table is handed in, and when conflicts are decided."""

from typing import Annotated

from pydantic import BeforeValidator, Field

from core_db.foundation.drafts import Draft
from core_db.people.words.status import CodeSet


class SheetDraft(Draft):
    """How the table that comes with it is to be read."""

    #: Where what it says comes from: a visit, a form, another system.
    source: str = Field(default="", max_length=60)
    #: For which register it is, where one keeps several.
    community_id: str | None = None
    #: The code set of its 人户状态; empty for words.
    code_set: Annotated[CodeSet | None, BeforeValidator(lambda said: said or None)] = None


class ChoiceDraft(Draft):
    """Of one row: the fields in which the table is right. In the others what is in the register stays."""

    take: tuple[str, ...] = ()
