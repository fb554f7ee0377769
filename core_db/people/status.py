"""Working the residence status of a person out, for the neighbourhood that asks."""

from collections.abc import Iterable

from sqlmodel import Session, select

from core_db.people.words.status import ResidenceStatus
from core_db.places import Division


def residence_status(
    *, lives_here: bool, hukou_code: str | None, own_codes: Iterable[str]
) -> ResidenceStatus:
    """Compared by division codes: a shorter one that fits says nothing of the neighbourhood."""
    hukou_here = _is_here(hukou_code, own_codes)
    if hukou_here is None:
        return ResidenceStatus.UNKNOWN
    if lives_here:
        return ResidenceStatus.BOTH_HERE if hukou_here else ResidenceStatus.LIVES_HERE_ONLY
    return ResidenceStatus.HUKOU_HERE_ONLY if hukou_here else ResidenceStatus.UNKNOWN


def codes_of(session: Session, community_id: str) -> list[str]:
    """The division codes that a neighbourhood has had: an old one in a hukou is the same neighbourhood."""
    statement = select(Division.code).where(Division.place_id == community_id)
    return list(session.exec(statement.order_by(Division.valid_from.desc())))  # type: ignore[attr-defined]


def _is_here(code: str | None, own_codes: Iterable[str]) -> bool | None:
    own = list(own_codes)
    if not code or not own:
        return None
    if code in own:
        return True
    return None if any(one.startswith(code) for one in own) else False
