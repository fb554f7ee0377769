"""Whoever left before it was seen to has left nothing either once the tables are brought up."""

import importlib
from datetime import date

from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from sqlalchemy import insert, select, update

from core_db.mydata.model import CORRECTIONS, GUARDIANSHIPS
from core_db.people.model import PERSONS

DUE = date(2026, 12, 1)
MIGRATION = "core_db.migrations.versions.2026_11_27_nothing_is_left"


def test_a_request_waits_no_longer_and_a_child_is_known_to_its_guardian_no_more(given):
    child, other = given.resident(name="王小宝"), given.resident(name="王小贝")
    mother = given.resident(name="王阿姨")
    told = {"account_id": mother.id, "community_id": given.community.id, "asked_at": given.clock.now()}

    def bring_up(session):
        session.execute(update(PERSONS).where(PERSONS.c.id == child.person_id).values(name=""))
        request = told | {
            "person_id": mother.person_id,
            "field": "phone",
            "status": "asked",
            "due_on": date(2026, 12, 1),
        }
        session.execute(insert(CORRECTIONS).values(id="left", wanted_sealed=None, **request))
        session.execute(insert(CORRECTIONS).values(id="waits", wanted_sealed=b"1", **request))
        acts = told | {"relation": "50", "status": "approved", "birth_sealed": b"1", "of_age_in": 2033}
        for name, whose in (("left", child), ("waits", other)):
            session.execute(
                insert(GUARDIANSHIPS).values(id=name, child_name=name, child_id=whose.person_id, **acts)
            )
        with Operations.context(MigrationContext.configure(session.connection())):
            importlib.import_module(MIGRATION).upgrade()
        requests = session.execute(
            select(CORRECTIONS.c.id, CORRECTIONS.c.status, CORRECTIONS.c.decided_at)
        ).all()
        columns = (
            GUARDIANSHIPS.c.id,
            GUARDIANSHIPS.c.child_name,
            GUARDIANSHIPS.c.status,
            GUARDIANSHIPS.c.birth_sealed,
        )
        return sorted(map(tuple, requests)), sorted(map(tuple, session.execute(select(*columns)).all()))

    requests, guardianships = given.door.write_now(bring_up)
    assert requests == [("left", "withdrawn", given.clock.now()), ("waits", "asked", None)]
    assert guardianships == [("left", "", "ended", None), ("waits", "waits", "approved", b"1")]
