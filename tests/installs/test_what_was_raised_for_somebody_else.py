"""What a plugin reads of a case that one raised for another: whom it asks, and in whose record it is written."""

import pytest
from sqlalchemy import select

from core_db.access.model import AccessEvent
from core_db.cases.commands.submitting import submit_case
from core_db.cases.forgetting import forget_in_case, scrubber
from core_db.installs import approve_duty
from core_db.reveals import who_looked
from tests.installs.conftest import manifest_with
from tests.installs.fields import FIELDS, PLUGIN, draft

COVERS = ["name", "text", "fields"]


@pytest.fixture
def switched_on(on):
    """`switched_on()`: with its fields and with a purpose that covers the words of cases."""

    def switch(**said):
        contributes = manifest_with()["contributes"] | {"form_fields": FIELDS}
        return on(contributes=contributes, purpose={"fields": COVERS, **said})

    return switch


@pytest.fixture
def told(asked):
    """`told(case_id)`: the case as the plugin is told of it."""

    def tell(case_id, fields=("text", "fields")):
        return asked(lambda ctx: ctx.cases.get(case_id, fields=list(fields), purpose="visit"))

    return tell


@pytest.fixture
def looked_at(door):
    return lambda: door.read_now(lambda s: set(s.execute(select(AccessEvent.subject_id)).scalars()))


@pytest.fixture
def daughter(given):
    return given.resident(name="王阿姨")


@pytest.fixture
def mother(given, daughter, keep_house):
    mother = given.resident(name="王奶奶")
    keep_house(daughter, mother)
    return mother


def test_a_duty_reads_it_under_a_name_that_the_register_does_not_know(
    given, switched_on, told, looked_at, daughter
):
    switched_on(basis="public_duty")
    given.do(approve_duty, PLUGIN, by=given.system())
    case = given.do(submit_case, draft(on_behalf_of="没有这个人"), by=daughter).case

    read = told(case.id)

    assert (read.text, read.filled["why"]) == ("请来看看我母亲", "刚出院")
    assert looked_at() == {case.id, daughter.person_id}
    assert len(given.see(who_looked, by=daughter)) == 1


def test_by_consent_it_reads_nothing_under_a_name_that_nobody_bears(
    given, switched_on, told, looked_at, agreed, daughter
):
    switched_on()
    case = given.do(submit_case, draft(on_behalf_of="没有这个人"), by=daughter).case
    agreed(daughter)

    assert told(case.id).withheld == ("text", "fields")
    assert looked_at() == set()


def test_once_the_proxy_was_taken_out_of_it_she_alone_is_asked(
    given, switched_on, told, looked_at, agreed, daughter, mother, door
):
    switched_on()
    case = given.do(submit_case, draft(on_behalf_of="王奶奶"), by=daughter).case
    agreed(mother)
    assert told(case.id).withheld == ("text", "fields")

    door.write_now(lambda session: forget_in_case(
        session, case.id, daughter.id, [daughter.person_id], scrubber(["王阿姨"], []), at=given.clock.now()
    ))  # fmt: skip

    assert (told(case.id).text, told(case.id).filled["why"]) == ("请来看看我母亲", "刚出院")
    assert looked_at() == {mother.person_id}
