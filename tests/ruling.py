"""Rules by which cases do not count in rates, brought in as a table like whoever runs the platform does."""

from core_db.cases import TableBrought
from core_db.foundation.actor import system_actor
from core_db.foundation.clock import Clock
from core_db.foundation.door import Door
from core_db.insight import EXCLUSION_COLUMNS, import_exclusions, known_of, read_exclusions

HEAD = ",".join(EXCLUSION_COLUMNS)


def rules_brought(door: Door, clock: Clock, *rows: str, head: str = HEAD) -> TableBrought:
    """What came of the rows of a table."""
    return door.write_now(
        lambda session: import_exclusions(
            session,
            read_exclusions("\n".join((head, *rows)), known_of(session, clock=clock)),
            actor=system_actor("tests"),
            clock=clock,
        )
    )
