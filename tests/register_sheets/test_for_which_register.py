"""Of whoever keeps several registers it is asked for which a table is; nobody guesses."""

from dataclasses import replace

import pytest

from core_db.access import Permission
from core_db.accounts import RoleDraft, assign_role
from core_db.foundation.actor import Role
from core_db.foundation.errors import CannotBeRead, NotFound
from core_db.places import neighbourhoods_to_choose
from core_db.register_sheets import SheetDraft, hand_in, sheet_seen
from tests.town import NEXT_DOOR

TABLE = "姓名,手机\n王小红,13812345678\n".encode("utf-8-sig")


@pytest.fixture
def of_two(given):
    """A worker with a post here, and one next door."""
    worker = given.worker()
    return replace(worker, grants=(*worker.grants, *given.worker_next_door().grants))


@pytest.fixture
def appointed(given):
    """The same in the register of posts, for who signs in."""
    worker = given.worker()
    post = RoleDraft(account_id=worker.id, role=Role.WORKER, place_id=NEXT_DOOR.id, reason="轮岗")
    given.do(assign_role, post, by=given.secretary(at=NEXT_DOOR))
    return worker


def handed(given, by, **draft):
    return given.do(hand_in, SheetDraft(**draft), "名册.csv", TABLE, by=by)


def test_whoever_keeps_two_registers_says_for_which_a_table_is(given, of_two):
    with pytest.raises(CannotBeRead) as refused:
        handed(given, of_two)

    assert [*refused.value.faults] == ["community_id"]
    for place in (given.community, NEXT_DOOR):
        sheet = handed(given, of_two, community_id=place.id)
        assert given.see(sheet_seen, sheet.id, by=of_two).community_id == place.id


def test_whoever_keeps_one_register_is_not_asked_and_reaches_no_other(given):
    worker = given.worker()

    assert handed(given, worker).community_id == given.community.id
    with pytest.raises(NotFound):
        handed(given, worker, community_id=NEXT_DOOR.id)


def test_two_posts_for_one_register_are_one_register(given):
    worker = given.worker()
    twice = replace(worker, grants=(*worker.grants, *given.secretary().grants))

    assert handed(given, twice).community_id == given.community.id
    assert given.see(neighbourhoods_to_choose, Permission.PEOPLE_KEEP, by=twice) == []


def test_the_page_asks_for_which_and_says_so_where_it_was_left_out(given, appointed, actor_client):
    client = actor_client(appointed, page=True)
    assert 'name="community_id"' in client.get("/register/sheets").text
    assert 'name="community_id"' not in actor_client(given.worker(), page=True).get("/register/sheets").text

    file = {"file": ("名册.csv", TABLE, "text/csv")}
    left_out = client.post("/register/sheets", files=file)
    assert left_out.status_code == 422
    assert "请选一个" in left_out.text
    named = {"community_id": NEXT_DOOR.id}
    done = client.post("/register/sheets", data=named, files=file, follow_redirects=False)
    assert done.status_code == 303
    assert NEXT_DOOR.label in client.get(done.headers["location"]).text


def test_a_program_names_it_too(appointed, actor_client):
    client, file = actor_client(appointed), {"file": ("名册.csv", TABLE, "text/csv")}

    refused = client.post("/api/v1/register/sheets", files=file)
    assert (refused.status_code, [one["field"] for one in refused.json()["errors"]]) == (
        422,
        ["community_id"],
    )
    done = client.post("/api/v1/register/sheets", files=file, data={"community_id": NEXT_DOOR.id})
    assert (done.status_code, done.json()["community_id"]) == (201, NEXT_DOOR.id)
