"""The second line where the database has none: on SQLite every read through a model keeps to its reach."""

import pytest
from sqlalchemy import bindparam, update
from sqlalchemy.orm import aliased
from sqlmodel import select

from core_db.cases import dispatch_case
from core_db.cases.drafts import DispatchDraft
from core_db.cases.model import Case, CaseDispatch
from core_db.foundation.reach import NOWHERE, reach_of
from core_db.foundation.walls import NoReach, WalledSession
from core_db.people.model import Person
from tests.foundation.test_walls import EVERYTHING, accepted
from tests.town import HERE, NEXT_DOOR, PROPERTY_FIRM

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@on_sqlite
def test_a_read_of_models_that_forgot_to_narrow_keeps_to_its_reach(door, given):
    here, there = given.a_case(), given.a_case(by=given.resident_next_door())

    hidden = door.read_now(lambda s: s.exec(select(Case.seq).where(Case.id == here.case.id)).one())

    def seen(session):
        people = {one.community_id for one in session.exec(select(Person)).all()}
        ids = list(session.exec(select(Case)).all())
        return people, [one.id for one in ids], session.get(Case, hidden)

    people, cases, got = door.read_now(seen, reach=reach_of(given.worker_next_door()))

    assert people == {NEXT_DOOR.id}
    assert cases == [there.case.id]
    assert got is None
    assert door.read_now(seen, reach=NOWHERE) == (set(), [], None)
    assert len(door.read_now(seen, reach=EVERYTHING)[1]) == 2


@on_sqlite
def test_a_read_under_another_name_or_with_values_of_its_own_keeps_to_its_reach_too(door, given):
    here, there = given.a_case(), given.a_case(by=given.resident_next_door())
    other, ids = aliased(Case), [here.case.id, there.case.id]
    asked_for = select(Case.id).where(Case.id.in_(bindparam("ids", expanding=True))).order_by(Case.seq)

    def seen(session):
        under_another_name = session.exec(select(other.id).order_by(other.seq)).all()
        return list(under_another_name), list(session.execute(asked_for, {"ids": ids}).scalars())

    assert door.read_now(seen, reach=reach_of(given.worker())) == ([here.case.id], [here.case.id])
    assert door.read_now(seen, reach=EVERYTHING) == (ids, ids)


@on_sqlite
def test_a_contractor_reads_of_models_what_is_in_his_firms_hands_now(door, given):
    handed, _other = given.a_case(), given.a_case()
    worker, contractor = given.worker(), given.contractor()
    accepted(given, handed, worker)
    given.do(dispatch_case, handed.case.id, DispatchDraft(lead=PROPERTY_FIRM.id), by=worker)

    def seen():
        return door.read_now(lambda s: list(s.exec(select(Case.id))), reach=reach_of(contractor))

    assert seen() == [handed.case.id]
    door.write_now(lambda s: s.execute(update(CaseDispatch).values(is_current=False)) and None)
    assert seen() == []


def test_whoever_reaches_everything_still_does_when_he_has_business_somewhere():
    assert EVERYTHING.with_keys(HERE.id) is EVERYTHING
    assert NOWHERE.with_keys(HERE.id).with_keys(HERE.id) == NOWHERE.with_keys(HERE.id)


@on_sqlite
def test_a_session_that_nobody_gave_a_reach_raises(door):
    with door.engines.write.connect() as connection, WalledSession(bind=connection) as session:
        for statement in (select(Case), select(Person.id)):
            with pytest.raises(NoReach):
                session.execute(statement)
