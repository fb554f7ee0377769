"""Fields that are brought from outside: which there are, and in which neighbourhoods they are asked for."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from core_db.cases.asked_fields import (
    ASKED_AT,
    CLASS_OF,
    FIELDS_ASKED_FOR,
    MARK,
    CaseField,
    CaseFieldsAsked,
)
from core_db.cases.reference import forget_reference
from core_db.foundation.lean import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class BroughtField:
    """A field as whoever brings it says it is. `sensitivity`: P0 to P3."""

    key: str
    category: str
    zh: str
    en: str
    sensitivity: str
    rules: Mapping[str, Any]


def bring_fields(session: Session, plugin_id: str, brought: Iterable[BroughtField]) -> None:
    """Have them as they are said to be today; what is brought no more is kept for what was filled in."""
    its_own = select(CaseField).where(FIELDS_ASKED_FOR.c.plugin_id == plugin_id)
    before = {row.key: row for row in session.execute(its_own).scalars()}
    for row in before.values():
        row.is_asked = False
    for rank, one in enumerate(brought):
        key = f"{MARK}{plugin_id}.{one.key}"
        said: dict[str, Any] = {
            "plugin_id": plugin_id, "category_code": one.category, "rank": rank, "label_zh": one.zh,
            "label_en": one.en, "field_class": str(CLASS_OF[one.sensitivity]), "rules": dict(one.rules),
            "is_asked": True,
        }  # fmt: skip
        known = before.get(key) or CaseField(key=key, **said)
        for name, value in said.items():
            setattr(known, name, value)
        session.add(known)
    session.flush()
    forget_reference()


def ask_fields(session: Session, plugin_id: str, community_id: str) -> None:
    """Ask for them in a neighbourhood from now on."""
    there = (ASKED_AT.c.plugin_id == plugin_id) & (ASKED_AT.c.community_id == community_id)
    known = session.execute(select(CaseFieldsAsked).where(there)).scalars().first()
    known = known or CaseFieldsAsked(plugin_id=plugin_id, community_id=community_id)
    known.is_on = True
    session.add(known)
    session.flush()
    forget_reference()


def ask_fields_no_more(session: Session, plugin_id: str, community_id: str | None = None) -> None:
    """Ask for them no more, in a neighbourhood or anywhere; what was filled in stays readable."""
    where = select(CaseFieldsAsked).where(ASKED_AT.c.plugin_id == plugin_id)
    if community_id is not None:
        where = where.where(ASKED_AT.c.community_id == community_id)
    for row in session.execute(where).scalars():
        row.is_on = False
    session.flush()
    forget_reference()
