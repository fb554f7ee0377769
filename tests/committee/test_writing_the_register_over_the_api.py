"""People, households and places written over the API: once, to what was read, and by two where it takes two."""

from datetime import date

import pytest

from core_db.foundation.clock import local_date
from core_db.foundation.ids import new_id
from core_db.people import LifeEvent, RuleDraft, set_rule

NUMBER = "11010519491231002X"


@pytest.fixture
def mine(call, worker):
    return call(worker)


@pytest.fixture
def family(given, mine):
    body = {
        "home_id": given.home.id, "since": "2026-02-01", "source": "上门",
        "members": [
            {"name": "孙伯", "relation": "02", "id_number": NUMBER},
            {"name": "吴妈", "relation": "10", "sex": "2"},
        ],
    }  # fmt: skip
    return mine("/register/moving-in", body).json()


@pytest.fixture
def want(given, secretary):
    """`want("household.number")`: from today on it needs a second person here."""

    def rule(name):
        day = local_date(given.clock.now())
        return given.do(
            set_rule, RuleDraft(place_id=given.community.id, field=name, valid_from=day), by=secretary
        )

    return rule


def value(shown, field):
    return next(one["value"] for one in shown["facts"] if one["field"]["code"] == field)


# -- households -------------------------------------------------------------------------------------


@pytest.mark.both
def test_a_family_founds_a_household_and_another_joins_it(given, mine):
    body = {
        "home_id": given.home.id, "since": "2026-02-01",
        "members": [{"name": "孙伯", "relation": "02", "id_number": NUMBER}],
    }  # fmt: skip
    key = new_id()
    first, again = (mine("/register/moving-in", body, key=key) for _ in range(2))
    assert (first.status_code, again.content) == (201, first.content)
    household = first.json()["household_id"]

    joined = mine("/register/moving-in", body | {"household_id": household, "members": [{"name": "吴妈"}]})
    assert (joined.status_code, joined.json()["household_id"]) == (201, household)
    shown = mine.get(f"/households/{household}").json()
    assert [one["name"] for one in shown["members"]] == ["孙伯", "吴妈"]


def test_who_leaves_last_ends_the_household(mine, family):
    household = family["household_id"]
    head, spouse = (one["id"] for one in mine.get(f"/households/{household}").json()["members"])

    left = mine(f"/residencies/{head}/moving-out", {"last_day": "2026-03-01"})
    assert (left.status_code, left.json()["new_head"]) == (200, family["person_ids"][1])
    assert mine.get(f"/households/{household}").json()["head_id"] == family["person_ids"][1]

    mine(f"/residencies/{spouse}/moving-out", {"last_day": "2026-03-02"})
    assert mine.get(f"/households/{household}").json()["ended_on"] == "2026-03-02"


def test_another_head_and_what_the_others_are_to_him(mine, family):
    household, (sun, wu) = family["household_id"], family["person_ids"]
    read = mine.get(f"/households/{household}")
    passed = mine(f"/households/{household}/head", {"person_id": wu}, seen=read.json()["version"])

    assert (passed.status_code, read.headers["etag"]) == (200, f'"{read.json()["version"]}"')
    shown = mine.get(f"/households/{household}").json()
    assert (shown["head_id"], shown["version"]) == (wu, passed.json()["version"])
    stay = next(one["id"] for one in shown["members"] if one["person_id"] == sun)
    assert mine(
        f"/households/{household}/relation", {"residency_id": stay, "relation": "70"}, seen=shown["version"]
    ).is_success
    (other,) = [one for one in mine.get(f"/households/{household}").json()["members"] if one["id"] == stay]
    assert other["relation"]["code"] == "70"


def test_somebody_of_another_household_has_no_relation_here(given, mine, family):
    other = mine(
        "/register/moving-in",
        {"home_id": given.home.id, "since": "2026-02-01", "members": [{"name": "租客", "relation": "02"}]},
    ).json()["household_id"]
    (stay,) = (one["id"] for one in mine.get(f"/households/{other}").json()["members"])
    version = mine.get(f"/households/{family['household_id']}").json()["version"]
    body = {"residency_id": stay, "relation": "70"}
    refused = mine(f"/households/{family['household_id']}/relation", body, seen=version)

    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "residency_id")


def test_whoever_read_an_older_household_replaces_nothing(mine, family):
    way = f"/households/{family['household_id']}"
    version = mine.get(way).json()["version"]
    blind = mine(f"{way}/correction", {"field": "number", "value": "0815"})
    assert (blind.status_code, blind.json()["code"]) == (428, "version-missing")
    assert (
        mine(f"{way}/correction", {"field": "number", "value": "0815"}, seen=version).json()["version"]
        == version + 1
    )

    late = mine(f"{way}/correction", {"field": "number", "value": "4711"}, seen=version)
    assert (late.status_code, late.json()["code"]) == (412, "stale")
    assert value(mine.get(way).json(), "number") == "0815"


def test_a_change_of_who_belongs_to_it_is_a_new_version_too(given, mine, family):
    way = f"/households/{family['household_id']}"
    before = mine.get(way).json()["version"]
    body = {
        "home_id": given.home.id, "since": "2026-02-01", "household_id": family["household_id"],
        "members": [{"name": "孙儿"}],
    }  # fmt: skip
    mine("/register/moving-in", body)

    assert mine(f"{way}/correction", {"field": "number", "value": "1"}, seen=before).status_code == 412


# -- what waits -------------------------------------------------------------------------------------


def test_a_household_s_change_waits_is_listed_and_is_approved_by_another(call, mine, want, secretary, family):
    want("household.number")
    way = f"/households/{family['household_id']}"
    sent = mine(
        f"{way}/correction", {"field": "number", "value": "0815"}, seen=mine.get(way).json()["version"]
    )
    assert (sent.status_code, value(mine.get(way).json(), "number")) == (202, "")

    (waiting,) = mine.get("/register/proposals").json()["items"]
    assert waiting["id"] == sent.json()["proposal_id"]
    assert (waiting["household_id"], waiting["what"]["code"], waiting["after"]) == (
        family["household_id"], "household.number", "0815",
    )  # fmt: skip
    assert (waiting["is_own"], waiting["may_decide"], waiting["head"]) == (True, False, "孙伯")
    own = mine(f"/register/proposals/{waiting['id']}/approval")
    assert own.status_code in (403, 409)

    approved = call(secretary)(f"/register/proposals/{waiting['id']}/approval")
    assert (approved.status_code, approved.json()["status"]) == (200, "approved")
    assert value(mine.get(way).json(), "number") == "0815"


def test_the_end_of_a_place_waits_and_is_refused_with_a_reason(given, call, mine, want, secretary):
    want("home.ended")
    way = f"/places/{given.home.id}"
    version = mine.get(f"/homes/{given.home.id}").json()["version"]
    after = mine("/homes", {"building_id": given.building.id, "names": ["1001"]}).json()["items"][0]
    body = {"reason": "并入隔壁", "source": "上门", "successor_id": after["id"]}
    sent = mine(f"{way}/ending", body, seen=version)
    assert sent.status_code == 202
    (waiting,) = mine.get("/register/proposals").json()["items"]
    assert (waiting["successor"], waiting["after"]) == (after["label"], str(local_date(given.clock.now())))

    refused = call(secretary)(f"/register/proposals/{sent.json()['proposal_id']}/refusal", {"note": "还在"})
    assert (refused.json()["status"], refused.json()["note"]) == ("refused", "还在")
    assert mine.get(f"/homes/{given.home.id}").json()["valid_to"] is None
    assert mine.get("/register/proposals").json()["items"] == []
    (told,) = mine.get("/register/proposals/decided").json()["items"]
    assert (told["id"], told["is_approved"], told["note"]) == (waiting["id"], False, "还在")
    assert call(secretary).get("/register/proposals/decided").json()["items"] == []


def test_a_family_that_waits_is_nobody_yet_and_may_be_taken_back(given, mine, want):
    want(LifeEvent.MOVED_IN)
    body = {
        "home_id": given.home.id, "since": "2026-02-01", "members": [{"name": "孙伯", "id_number": NUMBER}],
    }  # fmt: skip
    sent = mine("/register/moving-in", body)
    assert (sent.status_code, sent.json()["person_ids"]) == (202, [])
    (waiting,) = mine.get("/register/proposals").json()["items"]
    assert waiting["event"]["people"][0]["name"] == "孙伯"
    assert NUMBER not in mine.get("/register/proposals").text

    assert mine(f"/register/proposals/{waiting['id']}/withdrawal").json()["status"] == "withdrawn"
    assert mine.get("/register/proposals").json()["items"] == []


def test_the_secretary_says_over_the_api_what_needs_a_second_person(given, call, secretary):
    day = str(local_date(given.clock.now()))
    body = {
        "place_id": given.community.id,
        "field": "household.kind",
        "needs_second": True,
        "valid_from": day,
    }
    assert call(secretary)("/register/rules", body).status_code == 201

    (rule,) = [
        one for one in call(secretary).get("/register/rules").json()["items"]
        if one["what"]["code"] == "household.kind"
    ]  # fmt: skip
    assert (rule["place_id"], rule["needs_second"]) == (given.community.id, True)


# -- people -----------------------------------------------------------------------------------------


def test_a_field_of_somebody_is_put_right_verified_and_taken_back(mine, family):
    way = f"/people/{family['person_ids'][0]}"
    read = mine.get(way).json()
    done = mine(
        f"{way}/correction", {"field": "education", "value": "60", "source": "上门"}, seen=read["version"]
    )
    assert (done.status_code, value(mine.get(way).json(), "education")) == (200, "60")
    assert mine(f"{way}/verification", {"field": "education"}, seen=done.json()["version"]).status_code == 200

    newest = mine.get(f"{way}/changes").json()["items"][0]
    assert (newest["field"]["code"], newest["after"], newest["may_undo"]) == ("education", "60", True)
    assert mine(f"/register/changes/{newest['id']}/undoing").json()["person_id"] == family["person_ids"][0]
    assert value(mine.get(way).json(), "education") == ""


def test_a_child_is_born_and_its_grandfather_dies(mine, family):
    sun, wu = family["person_ids"]
    born = mine(f"/people/{wu}/birth", {"name": "孙宝", "sex": "2", "birth": "2026-02-11", "relation": "20"})
    assert (born.status_code, born.json()["proposal_id"]) == (201, None)
    died = mine(f"/people/{sun}/death", {"died_on": "2026-03-01", "source": "上门"})

    assert (died.status_code, died.json()["homes_left"]) == (200, 1)
    shown = mine.get(f"/households/{family['household_id']}").json()
    assert {one["person_id"] for one in shown["members"]} == {wu, born.json()["person_id"]}


# -- places -----------------------------------------------------------------------------------------


def test_an_estate_a_building_and_its_homes_are_entered_once_each(given, mine):
    estate = mine("/estates", {"community_id": given.community.id, "name": "新风苑", "source": "规划"}).json()
    assert (estate["kind"], estate["label"]) == ("estate", "新风苑")
    building = mine("/buildings", {"parent_id": estate["id"], "name": "７", "floors": 6}).json()
    assert building["label"] == "新风苑 7号"
    homes = mine("/homes", {"building_id": building["id"], "names": ["101", "102", "101"]})
    assert (homes.status_code, [one["name"] for one in homes.json()["items"]]) == (201, ["101室", "102室"])

    assert [one["name"] for one in mine.get(f"/estates/{estate['id']}").json()["buildings"]] == ["7号"]
    assert {one["name"] for one in mine.get(f"/buildings/{building['id']}").json()["doors"]} == {
        "101室",
        "102室",
    }
    (line,) = mine.get(f"/places/{estate['id']}/changes").json()["items"]
    assert (line["field"]["code"], line["source"], line["may_undo"]) == ("registered", "规划", False)


def test_one_home_that_is_there_already_keeps_all_out(given, mine):
    before = len(mine.get(f"/buildings/{given.building.id}").json()["doors"])
    refused = mine("/homes", {"building_id": given.building.id, "names": ["901", given.home.name]})

    assert (refused.status_code, refused.json()["code"]) == (409, "place-exists")
    assert len(mine.get(f"/buildings/{given.building.id}").json()["doors"]) == before


def test_that_a_place_was_entered_is_no_step_to_take_back(given, mine):
    made = mine("/estates", {"community_id": given.community.id, "name": "新风苑"}).json()
    (line,) = mine.get(f"/places/{made['id']}/changes").json()["items"]

    refused = mine(f"/places/changes/{line['id']}/undoing")
    assert (refused.status_code, refused.json()["code"]) == (409, "step-stays")


def test_a_home_is_put_right_verified_and_ends_with_what_follows_it(given, mine):
    way = f"/homes/{given.home.id}"
    version = mine.get(way).json()["version"]
    done = mine(f"/places/{given.home.id}/correction", {"field": "area", "value": "61.5"}, seen=version)
    assert (done.status_code, value(mine.get(way).json(), "area")) == (200, "61.5")
    assert mine(f"/places/{given.home.id}/verification", seen=done.json()["version"]).status_code == 200
    after = mine("/homes", {"building_id": given.building.id, "names": ["1001"]}).json()["items"][0]["id"]
    ended = mine(
        f"/places/{given.home.id}/ending",
        {"reason": "改了门牌", "successor_id": after},
        seen=done.json()["version"],
    )

    assert ended.status_code == 200
    shown = mine.get(way).json()
    assert (shown["successor"]["id"], shown["valid_to"] is not None) == (after, True)
    (line, *_rest) = mine.get(f"/places/{given.home.id}/changes").json()["items"]
    assert mine(f"/places/changes/{line['id']}/undoing").json()["place_id"] == given.home.id
    assert mine.get(way).json()["valid_to"] is None


def test_a_home_that_is_lived_in_does_not_end(given, mine, family):
    assert family["household_id"]
    version = mine.get(f"/homes/{given.home.id}").json()["version"]
    refused = mine(f"/places/{given.home.id}/ending", {"reason": "拆除"}, seen=version)

    assert (refused.status_code, refused.json()["code"]) == (409, "lived-in")


def test_what_is_of_another_neighbourhood_is_not_there(given, call, family):
    theirs = call(given.worker_next_door())
    household = family["household_id"]

    assert (
        theirs(f"/households/{household}/correction", {"field": "number", "value": "1"}, seen=1).status_code
        == 404
    )
    assert (
        theirs(f"/places/{given.home.id}/correction", {"field": "area", "value": "9"}, seen=1).status_code
        == 404
    )
    assert theirs(f"/people/{family['person_ids'][0]}/death", {"died_on": "2026-03-01"}).status_code == 404


def test_a_day_that_lies_ahead_is_refused_beside_its_field(given, mine):
    body = {"home_id": given.home.id, "since": str(date(2030, 1, 1)), "members": [{"name": "孙伯"}]}
    refused = mine("/register/moving-in", body)

    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "since")
    assert refused.headers["content-type"].startswith("application/problem+json")
