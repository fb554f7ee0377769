"""Every fact has an example that somebody thought of, and a schema; what is published of it is what a plugin hears."""

import json

import jsonschema_rs
import pytest
from typer.testing import CliRunner

from core_db.cases.words import CaseStatus
from core_db.foundation.recorded import Cause
from plugins.host.commands import plugin as command
from plugins.host.fact_schemas import HEARD_WITH, as_told, schema_of
from plugins.sdk import events
from plugins.sdk.events.base import Event
from plugins.sdk.events.examples import HERE, PERSON, example_of, told

FACTS = told()


@pytest.mark.parametrize("name", FACTS)
def test_each_fact_has_an_example_that_says_all_of_it_and_fits_its_schema(name):
    kind = FACTS[name]

    said = example_of(kind)

    own = set(kind.model_fields) - set(Event.model_fields)
    assert own <= said.model_fields_set
    assert kind.model_validate_json(said.model_dump_json()) == said
    jsonschema_rs.validate(schema_of(kind), as_told(kind))


def test_no_example_is_of_a_fact_that_is_not_there():
    from plugins.sdk.events import examples

    assert set(examples._EXAMPLES) == set(FACTS)
    assert len(FACTS) > 130


def test_codes_in_examples_are_codes_of_the_base():
    said = [example_of(kind) for kind in FACTS.values()]

    stands = {one.status for one in said if isinstance(one, events.CaseEvent)}
    causes = {one.cause for one in said if isinstance(one, events.PersonChanged | events.HouseholdChanged)}

    assert stands <= set(CaseStatus)
    assert len(stands) > 10
    assert causes <= set(Cause)


def test_an_example_is_taken_with_what_a_test_knows_of_it():
    said = example_of(events.CaseClosed, case_id="c1", outcome="answered")

    assert (said.community_id, said.case_id, said.outcome, said.status) == (HERE, "c1", "answered", "closed")


def test_a_schema_that_something_is_missing_from_does_not_fit():
    lacking = {name: one for name, one in as_told(events.CaseClosed).items() if name != "outcome"}

    assert not jsonschema_rs.is_valid(schema_of(events.CaseClosed), lacking)


def test_the_command_prints_the_schema_of_every_fact_as_plugins_are_told_it():
    said = json.loads(CliRunner().invoke(command, ["schema", "events"]).output)

    tagged = said["cn.shequyun.person.tagged.v1"]
    assert len(said) == len(FACTS)
    assert tagged["examples"] == [
        {"community_id": HERE, "person_id": PERSON, "tag": "living_alone", "added": True}
    ]
    assert tagged[HEARD_WITH] == "resident.tags:read"
    assert HEARD_WITH not in said["cn.shequyun.account.roles_changed.v1"]
    assert not [kind for kind, one in said.items() if "acted_by" in one["properties"]]


def test_the_command_still_prints_the_schema_of_the_manifest():
    said = json.loads(CliRunner().invoke(command, ["schema"]).output)

    assert said["title"] == "Manifest"
