"""What the state of a case would allow and is used up: it is offered to nobody, and refused with a sentence."""

from collections.abc import Collection
from datetime import datetime

from sqlmodel import Session

from core_db.cases.file import CaseFile
from core_db.cases.timing import has_rested, is_late
from core_db.cases.words import Verb


def spent(session: Session, file: CaseFile, allowed: Collection[Verb], *, at: datetime) -> set[Verb]:
    """Of these verbs those for which it is too late, or which there is only once."""
    used: set[Verb] = set()
    if Verb.SUSPENSION in allowed and has_rested(session, file.case.id):
        used.add(Verb.SUSPENSION)
    # What was asked for in time is still answered.
    if Verb.EXTENSION in allowed and is_late(file.case, at) and not file.case.asks_extension:
        used.add(Verb.EXTENSION)
    return used
