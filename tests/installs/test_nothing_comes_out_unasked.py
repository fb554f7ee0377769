"""Whatever a plugin is given and whatever residents say: nothing comes out of the gates that nobody agreed to."""

import asyncio

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, update

from core_db.installs import PluginFiles, record_plugin
from core_db.installs.model import CONSENTS, INSTALLS
from core_db.installs.sheets import purposes_of
from core_db.installs.words import ConsentChannel, RunMode
from plugins.host.documents import declared_in
from plugins.sdk.context import Forbidden
from plugins.sdk.scopes import SCOPES
from tests.installs.conftest import DECLARED, manifest_with

PLUGIN = "elder-care"
FIELDS = ("name", "birth_year", "sex", "building", "phone", "tags", "profile")
OPENED_BY = {one: scope for scope in SCOPES for one in SCOPES[scope].fields if one in FIELDS}
GIVEN = sorted({*OPENED_BY.values(), "household:read", "case:read", "file:read"})
#: What a purpose may cover: the fields of residents, and what is asked for in another way.
COVERED = (*FIELDS, "household", "files")
subsets = st.sets(st.sampled_from(COVERED))


@pytest.fixture
def people(given, installed, enabled, pair, keep_house, case_of):
    """Two residents of the register who keep house together and raised a case with a photo each: the plugin's own id
    for each, with the case and the photo."""
    installed()
    enabled()
    aunt, uncle = given.resident(phone="13911112222"), given.neighbour()
    keep_house(aunt, uncle)
    cases = {one.person_id: case_of(one) for one in (aunt, uncle)}
    return {one.person_id: (pair(one), cases[one.person_id]) for one in (aunt, uncle)}


def set_up(given_town, door, scopes, covered, agreed):
    """The manifest's purposes cover these fields, the committee gave these scopes, these people agreed to these."""
    purposes = [
        {
            "id": name,
            "basis": "consent",
            "sensitive": True,
            "retention_days": 1,
            "text": {"zh": name},
            "fields": sorted(some),
        }
        for name, some in covered.items()
        if some
    ]
    manifest = manifest_with(scopes=[], optional_scopes=GIVEN) | {"purposes": purposes}
    files = PluginFiles(version="1", package="x", folder="", run_mode=RunMode.WORKER)
    given_town.do(record_plugin, manifest, files, DECLARED, by=given_town.system())
    texts = {one.id: one.text_version for one in purposes_of(declared_in(door)(PLUGIN))}
    now = given_town.clock.now()
    rows = [
        {"id": f"{person}{purpose}{n}", "plugin_id": PLUGIN, "community_id": given_town.community.id,
         "person_id": person, "purpose": purpose, "text_version": texts[purpose] if is_of_today else "older",
         "channel": ConsentChannel.APP, "given_by": person, "given_at": now}
        for n, (person, purpose, is_of_today) in enumerate(agreed) if purpose in texts
    ]  # fmt: skip

    def write(session):
        session.execute(update(INSTALLS).values(state="enabled", scopes=sorted(scopes)))
        session.execute(delete(CONSENTS))
        if rows:
            session.execute(CONSENTS.insert(), rows)

    door.write_now(write)
    return {(row["person_id"], row["purpose"]) for row in rows if row["text_version"] != "older"}


@pytest.mark.either
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_for_any_consents_scopes_and_purposes(data, people, door, gateway, request):
    cases = {one: its for one, (_pair, its) in people.items()}
    people = {one: pair for one, (pair, _its) in people.items()}
    town = request.getfixturevalue("given")
    # Half of the time nearly all is open, so that there is something to come out.
    scopes = data.draw(st.just(set(GIVEN)) | st.sets(st.sampled_from(GIVEN)))
    covered = {name: data.draw(st.just(set(COVERED)) | subsets) for name in ("visit", "other")}
    consents = st.tuples(st.sampled_from(sorted(people)), st.sampled_from(["visit", "other"]), st.booleans())
    agreed = set_up(town, door, scopes, covered, data.draw(st.lists(consents, max_size=4)))
    fields = sorted(data.draw(st.sets(st.sampled_from(FIELDS))))
    purpose = data.draw(st.sampled_from(["visit", "other"]))
    ask = gateway.ask(PLUGIN, town.community.id, "job:x", None)

    may = (
        all(OPENED_BY[one] in scopes for one in fields)
        and bool(covered[purpose])
        and set(fields) <= covered[purpose]
        and (fields or "resident.basic:read" in scopes)
    )
    allowed = {one for one in people if (one, purpose) in agreed}
    for person, pair in people.items():
        told = answered(ask("residents.get", {"id": pair, "fields": fields, "purpose": purpose}))
        if not may:
            assert told is None
            continue
        said = {name for name in FIELDS if told[name] is not None}
        assert said <= (set(fields) if person in allowed else set())
        assert told["withheld"] == ([] if person in allowed else fields)
    found = answered(ask("residents.find", {"fields": fields, "purpose": purpose, "after": None}))
    for person, pair in people.items():
        households = answered(ask("households.of", {"resident": pair, "purpose": purpose}))
        assert (households is not None) is ("household:read" in scopes and "household" in covered[purpose])
        members = [{one["resident"] for one in home["members"]} for home in households or []]
        assert members == (
            [{people[one] for one in allowed}] if households is not None and person in allowed else []
        )
    for person, (case_id, photo_id) in cases.items():
        photos = answered(ask("files.of_case", {"case": case_id, "purpose": purpose}))
        read = answered(ask("files.read", {"id": photo_id, "purpose": purpose}))
        is_open = {"case:read", "file:read"} <= scopes and "files" in covered[purpose]
        assert (photos is not None) is is_open
        assert [one["id"] for one in photos or []] == ([photo_id] if is_open and person in allowed else [])
        assert (read is not None) is (is_open and person in allowed)
    assert (found is None) is not bool(may)
    if found is not None:
        assert {one["id"] for one in found["items"]} == {people[one] for one in allowed}
        assert all({n for n in FIELDS if one[n] is not None} <= set(fields) for one in found["items"])


def answered(question):
    try:
        return asyncio.run(question)
    except Forbidden:
        return None
