"""Two entries of one person over the API: found, looked at side by side, merged, parted; or said to be two people."""

import pytest

from core_db.foundation.ids import new_id

CARD = "11010519491231002X"


@pytest.fixture
def mine(given, call):
    return call(given.worker())


@pytest.fixture
def enter(given, mine):
    """Somebody who moves into a home of his own, as a program registers him."""

    def register(name="王小红", home=None, **said):
        body = {
            "home_id": (home or given.home).id, "since": "2026-01-01", "members": [{"name": name, **said}],
        }  # fmt: skip
        (person,) = mine("/register/moving-in", body).json()["person_ids"]
        return person

    return register


@pytest.fixture
def two(given, enter):
    return enter(id_number=CARD), enter(home=given.other_home, phone="13812345678")


def pairs(mine):
    return mine.get("/register/doubles").json()["items"]


def value(entry, field):
    return next(one["value"] for one in entry["facts"] if one["field"]["code"] == field)


def test_two_that_may_be_one_stand_side_by_side_masked(mine, two):
    (pair,) = pairs(mine)
    entries = {entry["id"]: entry for entry in pair.values()}
    assert set(entries) == set(two)

    card, phone = (entries[one] for one in two)
    assert value(card, "id_number").endswith("002X")
    assert value(phone, "phone") == "138****5678"
    assert [home["label"] for home in phone["homes"]] == ["12号 102室"]
    said = mine.get("/register/doubles").text
    assert CARD not in said
    assert "13812345678" not in said


def test_merged_there_is_one_and_parted_there_are_two_again(mine, two):
    kept, behind = two
    key, body = new_id(), {"kept_id": kept, "behind_id": behind}
    merged, again = (mine("/register/doubles/merger", body, key=key) for _ in range(2))
    assert (merged.status_code, again.content) == (201, merged.content)
    assert pairs(mine) == []
    shown = mine.get(f"/people/{kept}").json()
    assert sorted(one["label"] for one in shown["homes"]) == ["12号 101室", "12号 102室"]
    assert shown["phone"] == "138****5678"
    (standing,) = mine.get("/register/mergers").json()["items"]
    assert (standing["id"], standing["kept_id"]) == (merged.json()["id"], kept)

    parted = mine(f"/register/mergers/{standing['id']}/undoing")
    assert (parted.status_code, parted.json()["undone_at"] is None) == (200, False)
    assert [one["label"] for one in mine.get(f"/people/{kept}").json()["homes"]] == ["12号 101室"]
    assert [one["label"] for one in mine.get(f"/people/{behind}").json()["homes"]] == ["12号 102室"]
    assert mine.get("/register/mergers").json()["items"] == []
    assert len(pairs(mine)) == 1
    twice = mine(f"/register/mergers/{standing['id']}/undoing")
    assert (twice.status_code, twice.json()["code"]) == (409, "merge-undone")


def test_said_to_be_two_people_they_are_not_asked_about_again(mine, two):
    one, other = two
    apart = mine("/register/doubles/distinction", {"one_id": other, "other_id": one})

    assert apart.status_code == 201
    assert pairs(mine) == []


def test_nobody_is_merged_with_himself_or_with_nobody(mine, two):
    one, _other = two
    himself = mine("/register/doubles/merger", {"kept_id": one, "behind_id": one})
    assert (himself.status_code, himself.json()["code"]) == (409, "not-two-entries")
    assert mine("/register/doubles/merger", {"kept_id": one, "behind_id": new_id()}).status_code == 404
    unsaid = mine("/register/doubles/merger", {"kept_id": one})
    assert (unsaid.status_code, unsaid.json()["errors"][0]["field"]) == (422, "behind_id")


def test_the_neighbours_see_none_of_it_and_merge_nobody(given, call, mine, two):
    kept, behind = two
    stranger = call(given.worker_next_door())
    assert pairs(stranger) == []
    assert stranger("/register/doubles/merger", {"kept_id": kept, "behind_id": behind}).status_code == 404

    merged = mine("/register/doubles/merger", {"kept_id": kept, "behind_id": behind}).json()
    assert stranger.get("/register/mergers").json()["items"] == []
    assert stranger(f"/register/mergers/{merged['id']}/undoing").status_code == 404
