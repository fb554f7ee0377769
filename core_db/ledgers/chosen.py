"""Choosing among the rows of a fill: those of people who bear a tag, or who belong to a saved group.

The form covers whom it covers, and is handed in as a whole; whoever fills it looks at some of it and answers for those.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session

from core_db.access import Permission, require_at
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock, local_date
from core_db.foundation.errors import CannotBeRead
from core_db.foundation.lean import dataclass
from core_db.groups import GroupLine, GroupRules, groups_of, members_of, people_by
from core_db.ledgers.covering import PERSONS, RESIDENCIES, people_living
from core_db.ledgers.model import ReportFill, ReportForm
from core_db.ledgers.nodes import fill_in_sight, form_in_sight, place_of
from core_db.ledgers.words import RowKind
from core_db.places import scope_of
from core_db.tags import ASSIGNMENTS, TagWord, holds, words_for

TAG, GROUP = "tag", "group"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """The tags that people of a fill bear, each with how many of them do, and the groups of the committee."""

    tags: Sequence[tuple[TagWord, int]]
    groups: Sequence[GroupLine]


def choices_in(session: Session, fill_id: str, *, actor: Actor, clock: Clock) -> Choices:
    """By what the rows of a fill can be chosen; nothing where a row is the neighbourhood itself."""
    fill = fill_in_sight(session, fill_id, actor=actor)
    require_at(actor, Permission.FORM_FILL, scope_of(place_of(session, fill.community_id)))
    form = form_in_sight(session, fill.form_id, actor=actor)
    if form.row_kind is RowKind.COMMUNITY:
        return Choices(tags=(), groups=())
    today = local_date(clock.now())
    words = _ordinary(session, fill, actor=actor, today=today)
    counts = _bearers_of_each(session, form, fill, list(words), today=today)
    tags = [(word, counts[one]) for one, word in words.items() if counts.get(one)]
    return Choices(tags=tags, groups=groups_of(session, actor=actor, clock=clock))


def chosen_of(
    session: Session, form: ReportForm, fill: ReportFill, subjects: Sequence[str], whom: str | None, *, actor: Actor,
    clock: Clock,
) -> list[str]:  # fmt: skip
    """Those of the rows that are about people with a tag (`tag <id>`) or of a group (`group <id>`); all without one."""
    if not whom:
        return list(subjects)
    kind, _space, its_id = whom.partition(" ")
    if kind == GROUP:
        people = {one.person_id for one in members_of(session, its_id, actor=actor, clock=clock)}
    elif kind == TAG:
        people = _bearers(session, fill, its_id, actor=actor, clock=clock)
    else:
        raise CannotBeRead({"whom": ("请从给出的选项中选一个。", "Please choose one of the options.")})
    wanted = people if form.row_kind is RowKind.PERSON else _households_of(session, subjects, people)
    return [one for one in subjects if one in wanted]


def _bearers(
    session: Session, fill: ReportFill, definition_id: str, *, actor: Actor, clock: Clock
) -> set[str]:
    """Who bears an ordinary tag here today."""
    today = local_date(clock.now())
    if definition_id not in _ordinary(session, fill, actor=actor, today=today):
        raise CannotBeRead({"whom": ("字典里没有这个标签。", "The dictionary has no such tag.")})
    bears = people_by(session, GroupRules(any_of=(definition_id,)), [fill.community_id], today=today)
    statement = select(PERSONS.c.id).where(PERSONS.c.community_id == fill.community_id, bears)
    return set(session.execute(statement).scalars())


def _ordinary(session: Session, fill: ReportFill, *, actor: Actor, today: date) -> dict[str, TagWord]:
    """The tags by which rows may be chosen: a list of those who bear a sensitive one is a look at it."""
    words = words_for(session, fill.community_id, actor=actor, on=today)
    return {one.id: one for one in words if not one.sensitive}


def _bearers_of_each(
    session: Session, form: ReportForm, fill: ReportFill, tags: Sequence[str], *, today: date
) -> dict[str, int]:
    """How many of those whom a form covers bear each tag. Ages aside: they are told one by one, from what is sealed."""
    covered = people_living(session, fill.community_id, form.covers, on=fill.due_on)
    counted = func.count(func.distinct(ASSIGNMENTS.c.person_id))
    statement = (
        select(ASSIGNMENTS.c.definition_id, counted)
        .where(ASSIGNMENTS.c.community_id == fill.community_id, ASSIGNMENTS.c.definition_id.in_(tags), holds(today))
        .where(ASSIGNMENTS.c.person_id.in_(covered))
        .group_by(ASSIGNMENTS.c.definition_id)
    )  # fmt: skip
    return {row[0]: row[1] for row in session.execute(statement)}


def _households_of(session: Session, subjects: Sequence[str], people: set[str]) -> set[Any]:
    """The households among the rows in which one of the people lives."""
    now = select(RESIDENCIES.c.household_id, RESIDENCIES.c.person_id).where(
        RESIDENCIES.c.household_id.in_(subjects), RESIDENCIES.c.valid_to.is_(None)
    )
    return {row.household_id for row in session.execute(now) if row.person_id in people}
