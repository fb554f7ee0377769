"""What organisations are called in figures: by their name of today, and with their place where two bear the same."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import cast

from sqlalchemy import Table, func, select
from sqlmodel import Session

from core_db.foundation.tables import among
from core_db.people import Organisation
from core_db.places import PLACES

ORGANISATIONS = cast(Table, Organisation.__table__)  # type: ignore[attr-defined]
TOWNS = PLACES.alias("towns")


def organisation_names(session: Session, ids: Sequence[str], lang: str) -> Mapping[str, str]:
    """Their names by id; a name that several of them bear is told with the town, or with the place if it has none."""
    if not ids:
        return {}
    where = func.coalesce(TOWNS.c.name, PLACES.c.name)
    statement = (
        select(ORGANISATIONS.c.id, ORGANISATIONS.c.name, where)
        .join(PLACES, PLACES.c.id == ORGANISATIONS.c.place_id)
        .join(TOWNS, TOWNS.c.id == PLACES.c.town_id, isouter=True)
        .where(among(ORGANISATIONS.c.id, ids))
    )
    found = session.execute(statement).all()
    borne = Counter(name for _id, name, _where in found)
    begin, end = (" (", ")") if lang == "en" else ("（", "）")
    return {id_: f"{name}{begin}{place}{end}" if borne[name] > 1 else name for id_, name, place in found}
