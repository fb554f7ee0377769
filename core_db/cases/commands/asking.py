"""A question that must not wait on those it is about: it goes to the committee and to the town at once."""

from sqlmodel import Session

from core_db.cases.behind import Party
from core_db.cases.changing import Change, finish, move_to, write_entry
from core_db.cases.commands.deciding import raise_to
from core_db.cases.commands.submitting import file_case, place_of
from core_db.cases.drafts import CaseDraft
from core_db.cases.file import CaseFile, open_file
from core_db.cases.reference import reference_of
from core_db.cases.timing import limit_of, start_handling_clock
from core_db.cases.words import (
    CaseStatus,
    Channel,
    EntryType,
    Nature,
    PlatformWord,
    Visibility,
    platform_says,
)
from core_db.foundation.actor import Actor, system_actor
from core_db.foundation.clock import Clock
from core_db.foundation.reach import widen
from plugins.sdk import events

#: Questions on who read my data: sensitive, 15 working days.
DATA_QUESTION = "1209"
PLATFORM = system_actor("questions")


def ask_above(session: Session, text: str, community_id: str, *, actor: Actor, clock: Clock) -> CaseFile:
    """Raise a question about one's data: private, unnamed to workers, registered and before the town at once.

    It goes to the neighbourhood that it is about, whether one lives there, lived there once, or lives nowhere here.
    """
    now, reference = clock.now(), reference_of(session)
    draft = CaseDraft(text=text, nature=Nature.CONSULT, visibility=Visibility.PRIVATE, anonymous=True)
    place = place_of(session, community_id)
    widen(session, community_id)
    party = Party("requester", actor.id, actor.person_id, actor.name)

    category = reference.category(DATA_QUESTION)
    filed = file_case(
        session, draft, place, category, [party], channel=Channel.APP, actor=actor, at=now,
        known={"visibility": Visibility.PRIVATE},
    )  # fmt: skip
    change = Change(
        session=session, file=open_file(session, filed.case.id, actor=PLATFORM, for_change=True), actor=PLATFORM, at=now
    )  # fmt: skip
    _register(change)
    raise_to(change, "town", platform_says(PlatformWord.ASKED_ABOVE))
    return change.file


def _register(change: Change) -> None:
    """Its time runs from the question on, not from when somebody takes it up; nobody has been in touch yet."""
    change.case.accepted_at = change.at
    start_handling_clock(change, limit_of(change))
    move_to(change, CaseStatus.ACCEPTED)
    write_entry(change, EntryType.ACCEPTED)
    finish(change, events.CaseAccepted)
