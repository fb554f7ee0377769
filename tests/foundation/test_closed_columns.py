"""Columns that are closed to the residents' app: on SQLite no statement of its reads may name them."""

import pytest
from fastapi.routing import iter_route_contexts
from sqlalchemy.exc import DatabaseError
from sqlmodel import select

from core_db.accounts.model import Account, SignInCode
from core_db.foundation.database import open_engines
from core_db.foundation.reach import NOWHERE, Across, across, reach_of
from core_db.foundation.walls import CLOSED_TO_RESIDENTS
from core_db.people.model import Person
from tests.clients import Client
from tests.databases import TestsDoor
from tests.mydata.childhood import child_of

#: What a guardian looks at for a child, whose age is asked there.
OF_A_CHILD = ("/api/v1/me/fields", "/api/v1/me/plugins", "/me/fields", "/me/plugins")
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def residents_door(settings, door):
    """The door as the residents' app opens it for itself."""
    engines = open_engines(settings, closed=CLOSED_TO_RESIDENTS)
    opened = TestsDoor(engines, keyring=door.keyring)
    yield opened
    opened.close()


@on_sqlite
@pytest.mark.parametrize(
    "statement", [select(Account), select(Person.id_number_sealed), select(SignInCode.code_hash)]
)
def test_what_is_closed_to_the_residents_app_cannot_be_read_by_it(residents_door, door, given, statement):
    given.resident()

    with pytest.raises(DatabaseError, match="prohibited"):
        residents_door.read_now(lambda s: s.exec(statement).all(), reach=reach_of(given.resident()))
    with pytest.raises(DatabaseError, match="prohibited"):
        residents_door.read_now(lambda s: s.exec(statement).all(), reach=across(Across.SIGN_IN))
    # What runs by itself in the same process may be anybody's erasure.
    residents_door.read_now(lambda session: session.exec(statement).all(), reach=across(Across.JOB))
    assert residents_door.read_now(lambda session: session.exec(select(Account.name)).all(), reach=NOWHERE)


@on_sqlite
def test_the_residents_app_asks_for_nothing_that_is_closed_to_it(residents_door, settings, given, request):
    resident = given.resident()
    case = given.a_case(by=resident, visibility="public").case.id
    app = request.getfixturevalue("_apps")("resident", settings)
    app.state.shell.begin_anew(settings, residents_door)
    gets = {
        one.path for one in iter_route_contexts(app.routes) if "GET" in (getattr(one, "methods", None) or ())
    }
    paths = [path.replace("{case_id}", case) for path in sorted(gets)]
    child_id = child_of(given, resident)
    paths += [f"{path}?child={child_id}" for path in paths if path in OF_A_CHILD]
    known = {"Authorization": f"Bearer {given.token_of(resident)}"}

    with Client(app, base_url=app.state.shell.url) as client:
        answers = {path: client.get(path, headers=known).status_code for path in paths if "{" not in path}

    assert len(answers) > 20
    assert {answers[f"{path}?child={child_id}"] for path in OF_A_CHILD} == {200}
    assert answers[f"/api/v1/cases/{case}"] == answers["/api/v1/me"] == 200
    assert [path for path, status in answers.items() if status >= 500] == []
