"""What a visit says, field by field: words are merged into it one by one, and all of them are kept, sealed."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from core_db.access import Permission
from core_db.foundation.actor import Actor
from core_db.foundation.fields import FieldClass
from core_db.foundation.ids import new_id
from core_db.foundation.sealing import SealedPlace, keyring_of
from core_db.foundation.unsealed import Unsealed
from core_db.places.rights import right_in
from core_db.visits.drafts import VisitCorrection, VisitDraft
from core_db.visits.merging import Said, Verdict, merge
from core_db.visits.model import VISIT_WORDS, Visit, VisitWord, WordState
from core_db.visits.words import Tick, VisitChannel, VisitPurpose, VisitResult

#: Fields that are columns; ticks and answers are a field for each.
PLAIN: Mapping[str, Any] = {"channel": VisitChannel, "result": VisitResult, "purpose": VisitPurpose}
TICK, ANSWER = "tick.", "answer."
YES = "yes"


def text_place(visit_id: str, community_id: str) -> SealedPlace:
    return SealedPlace(table="visits", column="text_sealed", row_id=visit_id, community_id=community_id)


def word_place(row: Any) -> SealedPlace:
    return SealedPlace(
        table="visit_words", column="word_sealed", row_id=row.id, community_id=row.community_id
    )


def words_of(draft: VisitDraft) -> dict[str, str]:
    """What a first record says: what was left empty says nothing."""
    said = {"channel": str(draft.channel), "result": str(draft.result), "purpose": str(draft.purpose)}
    said |= {f"{TICK}{one}": YES for one in draft.ticks}
    said |= {f"{ANSWER}{number}": str(answer) for number, answer in draft.answers.items()}
    if draft.text:
        said["text"] = draft.text
    if draft.next_on:
        said["next_on"] = draft.next_on.isoformat()
    return said


def words_anew(draft: VisitCorrection) -> dict[str, str]:
    """What a correction says: a field that was sent empty is emptied."""
    given = ("channel", "result", "purpose", "next_on", "text")
    said = {name: str(value).strip() for name in given if (value := getattr(draft, name)) is not None}
    if draft.ticks is not None:
        said |= {f"{TICK}{one}": YES if one in draft.ticks else "" for one in Tick}
    if draft.answers is not None:
        said |= {f"{ANSWER}{number}": str(answer) for number, answer in draft.answers.items()}
    return said


def say(
    session: Session,
    visit: Visit,
    said: Mapping[str, str],
    *,
    seen: Mapping[str, int],
    actor: Actor,
    at: datetime,
) -> list[str]:
    """Merge words into a visit; the fields that changed. What differs is kept beside, for a person to decide."""
    chains, changed = chains_of(session, visit), []
    for field, value in said.items():
        word = Said(Unsealed(value), actor.id)
        verdict = merge(chains.get(field, ()), word, seen=seen.get(field, 0))
        if verdict is Verdict.SAME:
            continue
        state = WordState.TAKEN if verdict is Verdict.TAKEN else WordState.DIFFERS
        keep_word(session, visit, field, value, state, actor=actor, at=at)
        if verdict is Verdict.TAKEN:
            put(session, visit, field, value)
        changed.append(field)
    session.add(visit)
    session.flush()
    return changed


def keep_word(
    session: Session, visit: Visit, field: str, value: str, state: WordState, *, actor: Actor, at: datetime
) -> VisitWord:
    """Write a word down, sealed."""
    right = right_in(session, visit.community_id, Permission.VISIT_RECORD, actor=actor)
    row = VisitWord(
        id=new_id(), visit_id=visit.id, community_id=visit.community_id, field=field, state=state,
        by_id=actor.id, by_name=actor.signing(right), acted_for=actor.acts_for(right), at=at,
    )  # fmt: skip
    row.word_sealed = keyring_of(session).seal(session, value, word_place(row), FieldClass.F3)
    session.add(row)
    return row


def chains_of(session: Session, visit: Visit) -> dict[str, Sequence[Said]]:
    """The words that have stood in each field, in their order. They are compared here and shown to nobody."""
    found: dict[str, list[Said]] = {}
    for row in _spoken(session, visit):
        if row.word_sealed is not None:
            value = keyring_of(session).unseal(session, row.word_sealed, word_place(row))
            found.setdefault(row.field, []).append(Said(value, row.by_id))
    return {field: tuple(chain) for field, chain in found.items()}


def how_much_said(session: Session, visit: Any) -> dict[str, int]:
    """How many words have stood in each field: what a correction says it had seen."""
    counted: dict[str, int] = {}
    for row in _spoken(session, visit):
        counted[row.field] = counted.get(row.field, 0) + 1
    return counted


def put(session: Session, visit: Visit, field: str, value: str) -> None:
    """Have a field of the visit say a word."""
    if field in PLAIN:
        setattr(visit, field, PLAIN[field](value))
    elif field == "next_on":
        visit.next_on = date.fromisoformat(value) if value else None
    elif field == "text":
        place = text_place(visit.id, visit.community_id)
        visit.text_sealed = keyring_of(session).seal(session, value, place, FieldClass.F3) if value else None
    elif field.startswith(TICK):
        code = field.removeprefix(TICK)
        visit.ticks = sorted({*visit.ticks, code} if value else {*visit.ticks} - {code})
    else:
        number = field.removeprefix(ANSWER)
        visit.answers = dict(sorted({**visit.answers, number: value}.items()))


def _spoken(session: Session, visit: Any) -> Iterator[Any]:
    statement = select(VISIT_WORDS).where(
        VISIT_WORDS.c.community_id == visit.community_id,
        VISIT_WORDS.c.visit_id == visit.id,
        VISIT_WORDS.c.state == WordState.TAKEN,
    )
    yield from session.execute(statement.order_by(VISIT_WORDS.c.id)).all()
