"""What is filled in about an event of life. What a family has in common is filled in once."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from core_db.foundation.drafts import Draft, Maybe
from core_db.people.drafts import CameFor, Line, Permit, Telephone
from core_db.people.words import RELATION_WORDS, LivesAs

#: Most people one form takes in; a larger household takes two.
MOST_MEMBERS = 8
Relation = Literal[
    "01", "02", "10", "20", "30", "40", "50", "60", "70", "97", "99"
]  # GB/T 4761 in the groups of `RELATION_WORDS`
assert frozenset(RELATION_WORDS) == frozenset(Relation.__args__)  # type: ignore[attr-defined]
Day = Annotated[date | None, BeforeValidator(lambda value: value or None)]


class MemberDraft(Draft):
    """One of a family: what is his own. Birth date and sex may come with the number."""

    name: str = Field(min_length=1, max_length=60)
    relation: Relation | None = None
    id_number: Line = None
    phone: Annotated[Telephone | None, Maybe] = None
    sex: Literal["0", "1", "2", "9"] = "0"
    birth: Day = None
    #: None: that of the family.
    came_for: Annotated[CameFor | None, Maybe] = None


class FamilyMoveIn(Draft):
    """People who move into a home together: home, day and what they share once, and each with his own."""

    home_id: str
    since: date
    role: LivesAs = LivesAs.OWNER
    #: A household that is there already and that they join; else they are a new one.
    household_id: Annotated[str | None, Maybe] = None
    ethnic_group: Line = None
    #: Whether their hukou is in this neighbourhood; the rest of a hukou is filled in on each one's page.
    hukou: Literal["here", "elsewhere", "unknown"] = "unknown"
    #: On what they live here, where their hukou is elsewhere, and why they came.
    permit: Annotated[Permit | None, Maybe] = None
    came_for: Annotated[CameFor | None, Maybe] = None
    #: Whoever is in the register and lives elsewhere in the neighbourhood leaves that home.
    leaves_old_home: bool = False
    source: str = Field(default="", max_length=60)
    members: Annotated[tuple[MemberDraft, ...], Field(min_length=1, max_length=MOST_MEMBERS)]


class BirthDraft(Draft):
    """A child born to somebody of the register; home, household and what is the parent's are not asked again."""

    name: str = Field(min_length=1, max_length=60)
    sex: Literal["1", "2"]
    birth: date
    relation: Relation
    id_number: Line = None
    #: Empty: that of the parent.
    ethnic_group: Line = None
    hukou_with_parent: bool = False
    source: str = Field(default="", max_length=60)


class MoveOutDraft(Draft):
    """Who leaves a home, and the last day there."""

    last_day: date
    whole_household: bool = False
    reason: Line = None


class DeathDraft(Draft):
    """The day somebody died, and what it was read from."""

    died_on: date
    source: str = Field(default="", max_length=60)
