"""A case as the contract shows it: plain dictionaries, ready for JSON, made from a row and who asks.

The same shapes feed pages. Who raised it appears only where the reader may see it.
"""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from fractions import Fraction
from typing import Any

from core_db.cases.behind import NOBODY, Behind, behind
from core_db.cases.calendar import ClockUnit
from core_db.cases.file import CaseFile, is_staffed
from core_db.cases.reference import Reference
from core_db.cases.timing import Rest
from core_db.cases.transitions import ENDED
from core_db.cases.words import UNIT_WORDS, CaseStatus, in_words, is_the_platforms, numbered
from core_db.foundation.actor import Actor
from core_db.foundation.at_hand import at_hand
from core_db.foundation.tables import text_of


def moment(at: datetime | None) -> str | None:
    """RFC 3339, in UTC: `2026-11-23T02:00:00.000Z`."""
    said = text_of(at)
    return None if said is None else f"{said[:23]}Z"


def amount(limit: str) -> str:
    """`3`, `0.5`: a stored fraction as people write it."""
    value = Fraction(limit)
    return str(value.numerator) if value.denominator == 1 else f"{float(value):g}"


def limit_words(unit: str, limit: str, lang: str) -> str:
    """`5个工作日内`."""
    words = UNIT_WORDS[ClockUnit(unit)].within(lang)
    return numbered(f"within {{n}} {words}" if lang == "en" else f"{{n}}{words}内", amount(limit))


def clock_state(state: str, due_at: datetime | None, now: datetime) -> str:
    """What lists and pages call the clock now: a running one past its moment is overdue."""
    return "overdue" if state == "running" and due_at is not None and now > due_at else state


def clock_view(
    row: Any, reference: Reference, *, now: datetime, lang: str, resting: Rest | None = None
) -> dict[str, Any] | None:
    """The case's own clock, with the reason for its length, or for standing still."""
    if row.clock_state == "none" or row.clock_unit is None:
        return None
    state = clock_state(row.clock_state, row.due_at, now)
    usual = _usual_of(row, reference, lang)
    promised = in_words(row.clock_reason, lang) if row.clock_reason else usual
    reason = promised if resting is None else resting.reason
    late_because = row.overdue_reason if state == "overdue" else None
    return _clock(state, row.clock_unit, row.clock_limit, reason) | {"overdue_reason": late_because}


def _clock(state: str, unit: str, limit: str, reason: str) -> dict[str, Any]:
    return {"state": state, "unit": ClockUnit(unit).name, "limit": amount(limit), "reason": reason}


def _usual_reason(row: Any, reference: Reference, unit: str, limit: str, lang: str) -> str:
    category = reference.category(row.category_code)
    words = (
        category.name(lang), category.limit_of(row.condition).name(lang) if row.condition else "",
        limit_words(unit, limit, lang),
    )  # fmt: skip
    return " · ".join(filter(None, words))


def condition_view(row: Any, reference: Reference, lang: str) -> dict[str, Any]:
    """Under which condition of its category it stands, and what that asks for before it is closed."""
    limit = reference.category(row.category_code).limit_of(row.condition)
    return {"code": limit.condition, "name": limit.name(lang), "closing": limit.closing(lang) or None}


def assisting_view(
    row: Any, parts: Iterable[Any], reference: Reference, *, now: datetime, lang: str
) -> list[dict[str, Any]]:
    """The units that assist, each with how far it is and its own clock."""
    return [
        {
            "handler": {"id": part.organisation_id, "name": part.organisation_name},
            "status": part.status,
            "due_at": moment(part.due_at),
            "clock": _clock(
                _state_of(part, now), part.unit, part.limit, _usual_reason(row, reference, part.unit, part.limit, lang)
            ),
        }
        for part in parts
    ]  # fmt: skip


def _state_of(part: Any, now: datetime) -> str:
    """A unit's clock: what rested in time, and what was done in time, is not late."""
    rests = part.paused_at is not None and part.paused_at <= part.due_at
    if part.ended_at is not None:
        return "met" if rests or part.ended_at <= part.due_at else "overdue"
    if rests:
        return "paused"
    return "overdue" if now > part.due_at else "running"


def handler_view(row: Any) -> dict[str, Any] | None:
    if row.lead_name is None:
        return None
    return {"id": row.lead_id or row.community_id, "name": row.lead_name}


@at_hand
class Reader(StrEnum):
    """As who somebody reads a case, which decides what of it he reads."""

    CONCERNED = "concerned"
    """Who stands behind it, and those who answer for it: everything that a case shows."""
    HANDLER = "handler"
    """A firm it is dispatched to: how it was judged only once it is over."""
    NEIGHBOUR = "neighbour"
    """Neither the note on the place, nor how it was judged, nor what was written to whoever raised it."""


def case_view(
    row: Any, reference: Reference, *, now: datetime, lang: str, reader: Reader = Reader.CONCERNED,
    of: Behind = NOBODY, assisting: Iterable[Any] = (), resting: Rest | None = None, awaits_word: bool = False,
) -> dict[str, Any]:  # fmt: skip
    """The contract's `Case`, from a list row or a whole case; `assisting` are its rows of `assisting_parts`.

    `resting` is why it rests, of `rests_of`, `awaits_word` whether it is of `awaiting_among`.
    """
    neighbour = reader is Reader.NEIGHBOUR
    view = {
        "id": row.id,
        "number": row.number,
        "status": str(row.status),
        "category": {"code": row.category_code, "name": reference.category(row.category_code).name(lang)},
        "condition": condition_view(row, reference, lang),
        "nature": str(row.nature),
        "text": row.text,
        "place": {
            "id": row.place_id,
            "label": row.place_label,
            "note": None if neighbour else row.place_note,
        },
        "visibility": str(row.visibility),
        "handler": handler_view(row),
        "due_at": moment(row.due_at),
        "clock": _clock_for(reader, row, reference, now=now, lang=lang, resting=resting),
        "review_on": _review_on(row),
        "awaits_requester": resting is not None and resting.awaits_requester,
        "assisting": assisting_view(row, assisting, reference, now=now, lang=lang),
        "supporters": row.supporters,
        "rating": _rating_for(reader, row),
        "is_judged": row.satisfied is not None,
        "awaits_word": awaits_word,
        "urgent": row.urgent,
        "urged": not neighbour and row.urged_at is not None,
        "escalated_to": row.escalated_to,
        "created_at": moment(row.created_at),
        "updated_at": moment(row.updated_at),
        "version": row.version,
    }
    return view if of is NOBODY else view | _behind_view(of)


def _behind_view(of: Behind) -> dict[str, Any]:
    """Whoever it is for and, where another raised it for him, who that is; and what the reader is of the two."""
    told: dict[str, Any] = {} if of.requester is None else {"reporter": {"name": of.requester}}
    if of.proxy is None:
        return told
    told["proxy"] = {"name": of.proxy}
    return told if of.part is None else told | {"party": {"role": str(of.part), "judges": of.judges}}


def _clock_for(
    reader: Reader, row: Any, reference: Reference, *, now: datetime, lang: str, resting: Rest | None
) -> dict[str, Any] | None:
    """Neighbours do not read why it rests, is late or was put off: that was written to whoever raised it."""
    if reader is not Reader.NEIGHBOUR:
        return clock_view(row, reference, now=now, lang=lang, resting=resting)
    clock = clock_view(row, reference, now=now, lang=lang)
    if clock is None:
        return None
    told = {} if is_the_platforms(row.clock_reason) else {"reason": _usual_of(row, reference, lang)}
    return clock | {"overdue_reason": None} | told


def _usual_of(row: Any, reference: Reference, lang: str) -> str:
    return _usual_reason(row, reference, row.clock_unit, row.clock_limit, lang)


def _review_on(row: Any) -> str | None:
    return row.review_on.isoformat() if row.status is CaseStatus.SUSPENDED and row.review_on else None


def _rating_for(reader: Reader, row: Any) -> dict[str, Any] | None:
    hidden = reader is Reader.NEIGHBOUR or (reader is Reader.HANDLER and row.status not in ENDED)
    return (
        None
        if hidden or row.satisfied is None
        else {"resolved": str(row.resolved), "satisfied": row.satisfied}
    )


def file_view(
    file: CaseFile,
    reference: Reference,
    *,
    assisting: Iterable[Any] = (),
    resting: Rest | None = None,
    awaits_word: bool = False,
    actor: Actor,
    now: datetime,
    lang: str,
) -> dict[str, Any]:
    """A whole case for one reader."""
    mine = actor.id if file.is_party(actor) else None
    sees = file.sees_requester(actor)
    of = behind(file.parties, account_id=mine, closed=file.closed_accounts) if sees else NOBODY
    staff = file.is_staffed_by(actor)
    row = file.case
    view = case_view(
        row, reference, now=now, lang=lang, of=of, assisting=assisting, resting=resting, awaits_word=awaits_word,
        reader=reader_of(row, actor, is_his=file.is_party(actor), has_a_part=file.dispatch_of(actor) is not None),
    )  # fmt: skip
    if staff:
        view |= {"channel": str(row.channel), "needs_review": row.needs_review}
    return view


def reader_of(case: Any, actor: Actor, *, is_his: bool, has_a_part: bool) -> Reader:
    """As who somebody reads it. A firm's man has a seat where he has it, and nowhere else."""
    if is_his or is_staffed(case, actor):
        return Reader.CONCERNED
    return Reader.HANDLER if has_a_part else Reader.NEIGHBOUR
