"""What a very case offers to choose from in the forms of its verbs, and what is known of it when they are filled in."""

from collections.abc import Sequence

from core_db.cases.words import CaseStatus
from core_db.foundation.lean import dataclass

Options = Sequence[tuple[str, str]]
#: The usual one of a category's conditions: it is not named beside the category.
USUAL = "default"


@dataclass(frozen=True, kw_only=True)
class Choices:
    """What this very case offers to choose from."""

    status: CaseStatus = CaseStatus.SUBMITTED
    categories: Options = ()
    category: str = ""
    #: What is asked for before a case of its category is closed, as long as nobody has ticked it.
    closing: str = ""
    nature: str = ""
    places: Options = ()
    organisations: Options = ()
    merge_into: Options = ()
    #: The day that waits for an answer, and why it was asked for; nothing for whoever asked himself.
    asked_until: str = ""
    asked_reason: str = ""
    #: Whoever raised it has an account, and can write here.
    can_answer: bool = False
    #: Only the level above may say yes to it.
    is_extended_above: bool = False
    #: It is late, and whoever reads this has it; why, as far as that was said already.
    is_late: bool = False
    overdue_reason: str = ""
    #: Neighbours read it.
    is_public: bool = False
    #: The level that has it already.
    escalated_to: str | None = None
    #: Who handed in the round before, to whom it goes again first.
    before: str = ""
    #: A unit is at it, from which it would be taken.
    is_held: bool = False
    tomorrow: str = ""
    in_a_year: str = ""
