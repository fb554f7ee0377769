"""Division codes against the divisions we have: was there such a one, and if not, which place of it is wrong."""

from datetime import date

from sqlalchemy import select
from sqlmodel import Session, col

from core_db.places.model import Division

Pair = tuple[str, str]
#: A code and those above it: its length, the length above, and how the places between are called.
_PARTS = ((12, 9, "第 10–12 位", "Places 10–12"), (9, 6, "第 7–9 位", "Places 7–9"))


def division_fault(session: Session, code: str, *, on: date | None = None) -> Pair | None:
    """What is wrong with a code of 6, 9 or 12 digits; None where nothing is, or where we know nothing of its county.

    Without a day it is enough that the division once was: a hukou book keeps the code of the day it was written.
    """
    statement = select(Division).where(col(Division.code) == code).order_by(col(Division.valid_from))
    found = session.execute(statement).scalars().all()
    if not found:
        return _unknown(session, code)
    if on is None or any(
        one.valid_from <= on and (one.valid_to is None or on <= one.valid_to) for one in found
    ):
        return None
    spans = "、".join(f"{one.valid_from}—{one.valid_to or ''}" for one in found)
    return (
        f"{found[0].name}的代码 {code} 在 {on} 不在用（{spans}）。",
        f"The code {code} of {found[0].name} was not in use on {on} ({spans}).",
    )


def _unknown(session: Session, code: str) -> Pair | None:
    """The longest part of it that is known says where it goes wrong."""
    for length, above, zh, en in _PARTS:
        if len(code) < length:
            continue
        parent = session.execute(select(Division).where(col(Division.code) == code[:above])).scalars().first()
        if parent is not None:
            said = code[above:length]
            return f"{zh}：{parent.name}里没有 {said}。", f"{en}: there is no {said} in {parent.name}."
    return None
