"""What bringing rows in would do, row by row: who is new, what changes from what to what, and what cannot be taken.

Preview and application make the same plan; so nothing happens that was not shown.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import field

from sqlalchemy import select
from sqlmodel import Session

from core_db.foundation.errors import CannotBeRead, DomainError
from core_db.foundation.ids import new_id
from core_db.foundation.lean import dataclass
from core_db.foundation.recorded import MASKED, masked
from core_db.people.changing import said_in_full, says, slot_of, value_before
from core_db.people.errors import PersonExists
from core_db.people.fields import FIELDS, RegisterField, column_of
from core_db.people.importing.matching import Known, NumberOfAnother
from core_db.people.importing.reading import RowSaid
from core_db.people.model import CHANGES, Person, RegisterChange, Residency
from core_db.people.moving import RESIDENCIES
from core_db.people.stay_fields import StayField, column_of_stay

#: Never taken over what is there: another number or day of birth is another person, until somebody corrects it.
_KEPT_ONCE = (RegisterField.ID_NUMBER, RegisterField.BIRTH)
#: What earlier rows of the table said of people whom the register does not have yet, by their ids.
Earlier = Callable[[Session, Sequence[str]], Mapping[str, Mapping[RegisterField, str]]]


@dataclass(frozen=True, slots=True)
class Step:
    """One field that changes: what the register says, and what the row says."""

    field: RegisterField | StayField
    before: str | None
    after: str


@dataclass(slots=True)
class RowPlan:
    """What a row does."""

    said: RowSaid
    person_id: str = ""
    #: His number among those who are known.
    who: int = -1
    is_new: bool = False
    home: str | None = None
    moves_in: bool = False
    #: His time in the home that the row is about, where that goes on already.
    stay_id: str | None = None
    steps: list[Step] = field(default_factory=list)
    #: Fields that were changed here since the table was written, and in the table too.
    conflicts: list[Step] = field(default_factory=list)
    #: Entries that may be the same person.
    like: list[str] = field(default_factory=list)
    wrong: DomainError | None = None
    #: Whose its identity number is, where that is somebody else: whoever reads the plan learns so.
    met_id: str = ""

    @property
    def changes(self) -> bool:
        return self.is_new or self.moves_in or bool(self.steps)


def _nothing_earlier(_session: Session, _ids: Sequence[str]) -> Mapping[str, Mapping[RegisterField, str]]:
    return {}


def plan_rows(
    session: Session, known: Known, rows: Iterable[RowSaid], *, ids: Mapping[int, str] | None = None,
    earlier: Earlier = _nothing_earlier,
) -> list[RowPlan]:  # fmt: skip
    """The plan of some rows of a table, the earlier ones of which `known` has heard already.

    `ids` are those that newcomers are to have by the number of their row, where they were planned before.
    """
    plans = [_matched(known, said, (ids or {}).get(said.number)) for said in rows]
    told = _Told(session, {one.person_id: one.said.values for one in plans if one.is_new}, earlier)
    told.asks([one.person_id for one in plans if not one.is_new and not one.wrong])
    newer, stays = _changed_since(session, plans), _stays_now(session, plans)
    for plan in plans:
        if plan.wrong is None and not plan.is_new:
            _compare(session, known, plan, told, stays, newer.get(plan.person_id, ()))
    _find_namesakes(session, known, [one for one in plans if one.is_new], told)
    return plans


@dataclass(slots=True)
class _Told:
    """What is known of the people of some rows: their entries, or what the table said of them, the same rows too."""

    session: Session
    said: dict[str, Mapping[RegisterField, str]]
    earlier: Earlier
    people: dict[str, Person] = field(default_factory=dict)

    def asks(self, ids: Sequence[str]) -> None:
        """These are going to be looked at."""
        wanted = [one for one in dict.fromkeys(ids) if one not in self.said and one not in self.people]
        self.people |= _people(self.session, wanted)
        if missing := [one for one in wanted if one not in self.people]:
            self.said |= self.earlier(self.session, missing)


def _matched(known: Known, said: RowSaid, meant: str | None) -> RowPlan:
    plan = RowPlan(said)
    try:
        plan.home = known.doors.key_of(said.door) if said.door is not None else None
        who = known.match(said, plan.home)
        if who is None:
            _must_be_known_again(said)
            plan.person_id = meant or new_id()
            plan.is_new, who = True, known.enter(said, plan.home, person_id=plan.person_id)
            plan.moves_in = plan.home is not None
        else:
            plan.person_id = known.id_of(who)
            if plan.home is not None and not known.lives(who, plan.home):
                plan.moves_in = True
                known.lives_at(who, plan.home)
        plan.who = who
    except DomainError as wrong:
        plan.wrong = wrong
        plan.met_id = wrong.person_id if isinstance(wrong, NumberOfAnother) else ""
    return plan


def _must_be_known_again(said: RowSaid) -> None:
    """Who is entered has to be found again when the same table comes a second time."""
    if said.row:
        raise CannotBeRead({"row": ("名册里没有这一行所指的人。", "marks nobody of this register.")})
    if said.kept:
        raise CannotBeRead(dict.fromkeys(said.kept, MASKED))
    known_by = (RegisterField.ID_NUMBER, RegisterField.PHONE)
    if said.door is None and not any(one in said.values for one in known_by):
        raise CannotBeRead({"id_number": (
            "户在人不在的，要有证件号码或手机，否则下次认不出来。",
            "who does not live here needs an identity number or a telephone to be known by.",
        )})  # fmt: skip


def _people(session: Session, ids: Sequence[str]) -> dict[str, Person]:
    statement = select(Person).where(Person.id.in_(sorted(ids)))  # type: ignore[attr-defined]
    return {one.id: one for one in session.execute(statement).scalars()} if ids else {}


# -- what changes -----------------------------------------------------------------------------------


def _compare(
    session: Session,
    known: Known,
    plan: RowPlan,
    told: _Told,
    stays: "_Stays",
    newer: Sequence[RegisterChange],
) -> None:
    """Where the row says something else than the register; of somebody new with an earlier row, than that one."""
    person, before = told.people.get(plan.person_id), told.said.get(plan.person_id, {})
    if amiss := _shown_otherwise(session, plan.said, person, before, {one.field for one in newer}):
        plan.wrong = CannotBeRead(dict.fromkeys(amiss, MASKED))
        return
    if person is None:
        plan.steps = [
            Step(one, before.get(one), value)
            for one, value in plan.said.values.items()
            if before.get(one) != value and not (one in before and _stays(one, plan.said))
        ]
    else:
        plan.steps = [*_steps(session, plan.said, person), *_steps_of_stay(plan, stays)]
        _part_conflicts(session, plan, newer)
    number = next((one.after for one in plan.steps if one.field is RegisterField.ID_NUMBER), None)
    if number and known.with_number(number) not in (None, plan.who):
        plan.wrong, plan.steps = PersonExists(), []
        plan.met_id = _whose(known, number)
        return
    taken = {one.field: one.after for one in plan.steps if isinstance(one.field, RegisterField)}
    known.takes_up(plan.who, taken)
    if taken and person is None:
        told.said[plan.person_id] = {**before, **taken}


def _whose(known: Known, number: str) -> str:
    who = known.with_number(number)
    return known.id_of(who) if who is not None else ""


def _shown_otherwise(
    session: Session, said: RowSaid, person: Person | None, before: Mapping[RegisterField, str], newer: Collection[str]
) -> list[str]:  # fmt: skip
    """Words that are masked, and are not what is shown of those that are there: thrown away, nobody would know."""
    amiss = []
    for one, typed in said.shown.items():
        there = FIELDS[one].shown(before[one]) if one in before else ""
        shown = masked(session, slot_of(person, one)) if person is not None else there
        if one not in newer and not FIELDS[one].says_what_is_there(typed, shown):
            amiss.append(str(one))
    return amiss


def _steps(session: Session, said: RowSaid, person: Person) -> list[Step]:
    found = []
    for one, value in said.values.items():
        stored = getattr(person, column_of(one))
        if stored is not None and _stays(one, said):
            continue
        if not says(session, person, one, value):
            found.append(Step(one, said_in_full(session, person, one), value))
    return found


def _stays(field: RegisterField, said: RowSaid) -> bool:
    """What is there already is not replaced by what this row says."""
    if field is RegisterField.HUKOU_CODE:
        return said.hukou_by_status
    return field in _KEPT_ONCE and not said.row


#: Where somebody lives now, by his id.
_Stays = Mapping[str, Sequence[Residency]]


def _stays_now(session: Session, plans: Sequence[RowPlan]) -> _Stays:
    """The times in homes of those of whose times rows say something, and who do not move in with them."""
    asked = {
        one.person_id for one in plans if one.said.stay and not (one.wrong or one.is_new or one.moves_in)
    }
    found: dict[str, list[Residency]] = {}
    if not asked:
        return found
    now = RESIDENCIES.c.person_id.in_(sorted(asked)) & RESIDENCIES.c.valid_to.is_(None)
    for one in session.execute(select(Residency).where(now).order_by(RESIDENCIES.c.id)).scalars():
        found.setdefault(one.person_id, []).append(one)
    return found


def _steps_of_stay(plan: RowPlan, stays: _Stays) -> list[Step]:
    """What the row says otherwise of the home it names; where it names none, of the only one he lives in."""
    mine = [one for one in stays.get(plan.person_id, ()) if plan.home in (None, one.home_id)]
    if len(mine) != 1:
        return []
    plan.stay_id = mine[0].id
    said = [(one, getattr(mine[0], column_of_stay(one)), value) for one, value in plan.said.stay.items()]
    return [Step(one, before, after) for one, before, after in said if before != after]


# -- what changed here meanwhile --------------------------------------------------------------------


def _changed_since(session: Session, plans: Sequence[RowPlan]) -> Mapping[str, list[RegisterChange]]:
    """Of rows that came from a table of ours: what was changed after it was written, the oldest first."""
    versions = {one.person_id: one.said.version for one in plans if one.said.version and not one.wrong}
    found: dict[str, list[RegisterChange]] = {}
    if not versions:
        return found
    newer = (CHANGES.c.person_id.in_(versions)) & (CHANGES.c.id > min(versions.values()))
    for one in session.execute(select(RegisterChange).where(newer).order_by(CHANGES.c.id)).scalars():
        if one.id > versions[one.person_id]:
            found.setdefault(one.person_id, []).append(one)
    return found


def _part_conflicts(session: Session, plan: RowPlan, newer: Sequence[RegisterChange]) -> None:
    """A cell nobody touched keeps what was changed here since; one that both changed is a conflict."""
    first: dict[str, RegisterChange] = {}
    for change in newer:
        first.setdefault(change.field, change)
    kept = []
    for step in plan.steps:
        here = first.get(step.field)
        if here is None:
            kept.append(step)
        elif value_before(session, here) != step.after:
            plan.conflicts.append(step)
    plan.steps = kept


# -- who may be the same ----------------------------------------------------------------------------


def _find_namesakes(session: Session, known: Known, plans: Sequence[RowPlan], told: _Told) -> None:
    """A new row of a name that is there already may be the same person, unless the days of birth say otherwise."""
    for plan in plans:
        numbered = RegisterField.ID_NUMBER in plan.said.values
        plan.like = [known.id_of(one) for one in known.namesakes(plan.who, numbered=numbered)]
    near = list(dict.fromkeys(one for plan in plans for one in plan.like))
    told.asks(near)
    births = {one: _birth(session, told, one) for one in near}
    for plan in plans:
        born = plan.said.values.get(RegisterField.BIRTH)
        plan.like = [one for one in plan.like if not born or births[one] in (None, born)]


def _birth(session: Session, told: _Told, person_id: str) -> str | None:
    person = told.people.get(person_id)
    if person is None:
        return told.said.get(person_id, {}).get(RegisterField.BIRTH)
    return said_in_full(session, person, RegisterField.BIRTH)
