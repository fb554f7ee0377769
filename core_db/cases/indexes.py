"""What few rows of cases have is indexed for those few alone, in the words in which it is asked for."""

from sqlalchemy import Index, text

from core_db.foundation.tables import partial_index

#: The levels at which cases are worked on.
NODES = ("community", "town", "district")
#: It waits for the level above: what has ended waits for nobody.
ESCALATED = "escalated_to IS NOT NULL AND closed_at IS NULL"

#: Promised a first word, and neither has it come nor is it told that it is late: what was raised in these days alone.
UNHEARD = "contacted_at IS NULL AND contact_due_at IS NOT NULL AND closed_at IS NULL AND NOT contact_late"

#: Written by somebody at work: what residents and the platform itself write is looked for by nobody's id.
BY_STAFF = "by_role IN ('committee', 'contractor', 'town', 'district')"


def few(name: str, which: str, *columns: str, unique: bool = False, of: str = "cases") -> Index:
    """An index over those rows alone for which `which` holds, in the words in which it is asked for."""
    return partial_index(f"ix_{of}_{name}", *columns, unique=unique, where=text(which))
