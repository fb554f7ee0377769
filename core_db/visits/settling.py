"""Deciding between two words that different people said of one field of a visit."""

from sqlmodel import Session

from core_db.access import Permission, require_at
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock
from core_db.foundation.errors import NotFound
from core_db.foundation.ids import is_id
from core_db.foundation.sealing import keyring_of
from core_db.places import scope_of
from core_db.places.telling import tell_staff
from core_db.visits.drafts import SettlingDraft
from core_db.visits.errors import DecidedAlready
from core_db.visits.model import Visit, VisitWord, WordState
from core_db.visits.saying import keep_word, put, text_place, word_place
from core_db.visits.sight import visit_in_sight
from plugins.sdk.events import VisitCorrected


def settle_words(
    session: Session, word_id: str, draft: SettlingDraft, *, actor: Actor, clock: Clock
) -> Visit:
    """Keep what stands, take the other word, or let both texts stand one after the other."""
    word = session.get(VisitWord, word_id) if is_id(word_id) else None
    if word is None or word.word_sealed is None:
        raise NotFound()
    visit, place = visit_in_sight(session, word.visit_id, actor=actor)
    require_at(actor, Permission.VISIT_RECORD, scope_of(place))
    # Whoever decided it meanwhile has held the visit before.
    word = session.get(VisitWord, word_id, populate_existing=True)
    if word is None or word.state is not WordState.DIFFERS:
        raise DecidedAlready()

    now = clock.now()
    word.state = WordState.SETTLED
    session.add(word)
    if draft.choice != "keep":
        value = (
            _both(session, visit, word)
            if draft.choice == "both" and word.field == "text"
            else _said(session, word)
        )
        keep_word(session, visit, word.field, value, WordState.TAKEN, actor=actor, at=now)
        put(session, visit, word.field, value)
        visit.updated_at = now
    session.add(visit)
    session.flush()

    fact = VisitCorrected(community_id=place.id, visit_id=visit.id, fields=[word.field.partition(".")[0]])
    tell_staff(session, fact, place, Permission.VISIT_RECORD, actor=actor, at=now)
    return visit


def _said(session: Session, word: VisitWord) -> str:
    """What somebody said, to be sealed again in its place. It is shown to nobody here."""
    sealed = word.word_sealed or b""
    return keyring_of(session).unseal(session, sealed, word_place(word)).in_the_clear()


def _both(session: Session, visit: Visit, word: VisitWord) -> str:
    if visit.text_sealed is None:
        return _said(session, word)
    place = text_place(visit.id, visit.community_id)
    standing = keyring_of(session).unseal(session, visit.text_sealed, place).in_the_clear()
    return f"{standing}\n{_said(session, word)}"
