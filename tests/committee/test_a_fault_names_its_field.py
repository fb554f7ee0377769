"""A 422 of the register points at a field of the list: what stands in `docs/api-fields.md` is what the app says."""

import re

import pytest

from core_db.foundation.ids import new_id
from core_db.people import PersonDraft, register_person
from scripts.list_api_fields import LIST, bodies, fields_of, kinds, listed

#: What is wrong with a body as a whole.
WHOLE = {"body", "form"}


def address(path):
    """With a kind of entry, and ids of nothing."""
    filled = path.removeprefix("/api/v1").replace("{kind}", "facilities")
    return re.sub(r"\{\w+\}", lambda _found: new_id(), filled)


def roots(answer):
    return {one["field"].split(".")[0] for one in answer.json()["errors"]}


@pytest.mark.either
def test_the_list_is_what_the_app_and_the_register_say():
    assert LIST.read_text(encoding="utf-8") == listed(), "python -m scripts.list_api_fields writes it anew"
    assert len(bodies()) > 30
    assert sum(map(len, kinds().values())) > 60


@pytest.fixture
def hers(given, call):
    return call(given.secretary())


def test_what_is_missing_or_senseless_is_named_as_the_list_names_it(hers):
    refused = 0
    for path, schema in bodies().items():
        fields = set(fields_of(schema))
        for body in ({}, {name: {"not": ["this"]} for name in fields}):
            answer = hers(address(path), body)
            if answer.status_code == 422:
                refused += 1
                assert roots(answer) <= fields | WHOLE, path
    assert refused > len(bodies())


def test_what_the_list_has_not_is_refused_by_its_name(hers):
    named = 0
    for path in bodies():
        if path != "/api/v1/register/sheets":
            answer = hers(address(path), {"no_such_field": "1"})
            assert (answer.status_code, "no_such_field" in roots(answer)) == (422, True), path
            named += 1
    assert named > 30


def each_is_a_field(hers, codes, shown, correction):
    for code, spec in codes.items():
        version = hers.get(shown).json()["version"]
        body = {"field": code, "value": "没有这样的代码" if spec.codes else ""}
        answer = hers(correction, body, seen=version)
        # Nothing said of what says nothing already is 409; never is the field unknown.
        assert answer.status_code != 422 or roots(answer) == {"value"}, code
        assert not spec.codes or answer.status_code == 422, code


def test_every_code_of_the_list_is_a_field_of_somebody(given, hers):
    person = given.do(
        register_person, PersonDraft(community_id=given.community.id, name="孙伯"), by=given.worker()
    )
    codes = kinds()["/people/{id}/correction`"]
    each_is_a_field(hers, codes, f"/people/{person.id}", f"/people/{person.id}/correction")
    assert len(codes) > 10


def test_every_code_of_the_list_is_a_field_of_a_home(given, hers):
    codes = kinds()["/places/{id}/correction` of one: home"]
    shown, correction = f"/homes/{given.home.id}", f"/places/{given.home.id}/correction"
    each_is_a_field(hers, codes, shown, correction)
    version = hers.get(shown).json()["version"]
    unknown = hers(correction, {"field": "colour", "value": "红"}, seen=version)
    assert (unknown.status_code, roots(unknown)) == (422, {"field"})


def test_who_enters_something_reads_which_of_its_values_is_wrong(given, hers):
    codes = kinds()["/neighbourhood/facilities/{id}/correction`"]
    body = {"node_id": given.community.id, "values": {"name": "路灯", "facility_class": "没有这样的代码"}}
    refused = hers("/neighbourhood/facilities", body)

    assert (refused.status_code, roots(refused)) == (422, {"facility_class"})
    assert {"name", "facility_class"} <= set(codes)
