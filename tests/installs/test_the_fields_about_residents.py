"""A plugin's own fields about residents: filled in by him or it, read with his consent, forgotten with either."""

import io
import json
import zipfile
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from core_db.access.model import AccessEvent
from core_db.foundation.errors import CannotBeRead, NotFound
from core_db.installs import disable_plugin, due_erasures, erasure_done, remove_plugin
from core_db.installs.model import PROFILE_FIELDS
from core_db.installs.words import Decision
from core_db.mydata import (
    ProfileDraft,
    apply_retention,
    ask_for_export,
    carry_out_erasures,
    drop_old_exports,
    fill_in_my_profile,
    make_exports,
    my_profile_fields,
    open_export,
    withdraw_from_purpose,
)
from core_db.mydata.errors import SpeaksForItself
from core_db.mydata.sweeping import sweep
from core_db.reveals import who_looked
from plugins.sdk.context import Forbidden, Refused
from resident_app.looks import look_shown
from tests.installs.conftest import manifest_with
from tests.installs.test_what_a_plugin_keeps import TRACE, holds_a_trace
from tests.mydata.childhood import child_of
from tests.mydata.leaving import move_in, say_that_he_leaves

PLUGIN = "elder-care"
CALLED, DIET, ILL = (f"x.elder-care.{key}" for key in ("called", "diet", "ill"))


def about(key, zh, en, class_, schema):
    label = {"zh": zh, "en": en}
    return {"form": "resident.profile", "key": key, "label": label, "class": class_, "schema": schema}


FIELDS = [
    about("called", "怎么称呼您", "How you like to be called", "P1", {"type": "string", "maxLength": 20}),
    about("diet", "饮食", "What you eat", "P2", {"type": "string", "enum": ["清淡", "少盐"]}),
    about("ill", "慢性病", "Chronic illness", "P3", {"type": "string", "maxLength": 40}),
]
SAID = {CALLED: "王老师", DIET: "清淡", ILL: "高血压"}
OWN = {"called": "王老师", "diet": "清淡", "ill": "高血压"}


@pytest.fixture
def asking_people(on):
    """Switched on with the fields, and a purpose that covers them."""

    def switch(fields=FIELDS):
        return on(
            "resident.fields:write", optional_scopes=["resident.contact:read", "resident.fields:write"],
            contributes=manifest_with()["contributes"] | {"form_fields": fields},
            purpose={"fields": ["name", "profile"]},
        )  # fmt: skip

    return switch


@pytest.fixture
def fill_in(given):
    def say(actor, fields=SAID, at=None):
        draft = ProfileDraft(community_id=(at or given.community).id, fields=fields)
        given.do(fill_in_my_profile, PLUGIN, draft, by=actor)

    return say


def read(pair, fields=("profile",)):
    return lambda ctx: ctx.residents.get(pair, fields=list(fields), purpose="visit")


def write(pair, purpose="visit", **values):
    return lambda ctx: ctx.residents.fill(pair, values=values, purpose=purpose)


def rows(door):
    return door.read_now(lambda s: s.execute(select(PROFILE_FIELDS).order_by(PROFILE_FIELDS.c.key)).all())


def test_what_he_fills_in_is_kept_by_class_and_shown_to_himself(given, asking_people, fill_in, door):
    asking_people()
    aunt = given.resident()
    (before,) = given.see(my_profile_fields, by=aunt)
    assert ([one.key for one in before.asked], before.filled) == ([CALLED, DIET, ILL], {})

    fill_in(aunt)

    (seen,) = given.see(my_profile_fields, by=aunt)
    assert (seen.filled, seen.by_plugin) == (SAID, frozenset())
    kept = {row.key: row for row in rows(door)}
    assert kept[CALLED].value == "王老师"
    assert kept[DIET].value is kept[ILL].value is None
    assert "高血压".encode() not in kept[ILL].profile_sensitive_sealed
    assert kept[DIET].profile_personal_sealed is not None
    assert given.see(who_looked, by=aunt) == []


def test_what_is_left_out_is_said_no_more(given, asking_people, fill_in, door):
    asking_people()
    aunt = given.resident()
    fill_in(aunt)

    fill_in(aunt, {CALLED: "王阿婆"})

    assert [(row.key, row.value) for row in rows(door)] == [(CALLED, "王阿婆")]


@pytest.mark.parametrize(
    "fields", [{CALLED: "字" * 21}, {DIET: "油炸"}, {"x.other.called": "王"}, {"x.elder-care.nothing": "1"}]
)
def test_what_does_not_fit_is_refused_by_field(given, asking_people, fill_in, fields, door):
    asking_people()

    with pytest.raises(CannotBeRead) as refused:
        fill_in(given.resident(), fields)

    assert set(refused.value.faults) == set(fields)
    assert rows(door) == []


def test_nobody_fills_in_where_he_does_not_live(given, asking_people, fill_in):
    asking_people()

    with pytest.raises(NotFound):
        fill_in(given.resident_next_door())
    assert given.see(my_profile_fields, by=given.resident_next_door("远亲")) == []


def test_a_guardian_fills_in_for_a_child_and_nobody_else_does(given, asking_people, door):
    asking_people()
    aunt, uncle = given.resident(), given.resident(name="李叔")
    child_id = child_of(given, aunt)
    draft = ProfileDraft(community_id=given.community.id, fields=SAID)

    given.do(fill_in_my_profile, PLUGIN, draft, child_id=child_id, by=aunt)

    (seen,) = given.see(my_profile_fields, child_id=child_id, by=aunt)
    (own,) = given.see(my_profile_fields, by=aunt)
    assert (seen.filled, own.filled) == (SAID, {})
    assert {row.person_id for row in rows(door)} == {child_id}
    with pytest.raises(NotFound):
        given.see(my_profile_fields, child_id=child_id, by=uncle)
    with pytest.raises(NotFound):
        given.do(fill_in_my_profile, PLUGIN, draft, child_id=child_id, by=uncle)


def test_from_fourteen_on_a_child_speaks_for_itself(given, asking_people, clock):
    asking_people()
    aunt = given.resident()
    child_id = child_of(given, aunt, born=date(clock.now().year - 14, 1, 1))

    said = ProfileDraft(community_id=given.community.id, fields=SAID)

    with pytest.raises(SpeaksForItself):
        given.see(my_profile_fields, child_id=child_id, by=aunt)
    with pytest.raises(SpeaksForItself):
        given.do(fill_in_my_profile, PLUGIN, said, child_id=child_id, by=aunt)


def test_the_plugin_reads_it_once_he_agreed_and_he_reads_that_it_did(
    given, asking_people, fill_in, agreed, asked, pair, calls
):
    asking_people()
    aunt = given.resident()
    fill_in(aunt)
    refused = asked(read(pair(aunt)))
    assert (refused.profile, refused.withheld) == (None, ("profile",))

    agreed(aunt)

    assert asked(read(pair(aunt))).profile == OWN
    (found,) = asked(lambda ctx: ctx.residents.find(fields=["profile"], purpose="visit"))
    assert found.profile == OWN
    assert [row.decision for row in calls()] == [Decision.WITHHELD, Decision.ALLOWED, Decision.ALLOWED]
    looks = given.see(who_looked, by=aunt)
    assert {word for look in looks for _code, word in look_shown(look, "zh").fields} == {"您为应用填的信息"}


def test_the_plugin_fills_in_of_whoever_agreed_and_of_nobody_else(
    given, asking_people, agreed, asked, pair, door, calls
):
    asking_people()
    aunt, uncle = given.resident(), given.neighbour()
    agreed(aunt)

    assert asked(write(pair(aunt), called="王老师", ill="糖尿病"))
    assert not asked(write(pair(uncle), called="李师傅"))
    assert not asked(write("r_0123456789abcdef", called="谁"))

    (seen,) = given.see(my_profile_fields, by=aunt)
    assert (seen.filled, seen.by_plugin) == ({CALLED: "王老师", ILL: "糖尿病"}, {CALLED, ILL})
    assert {row.person_id for row in rows(door)} == {aunt.person_id}
    assert [(row.op, row.decision) for row in calls()] == [
        ("residents.fill", Decision.ALLOWED), ("residents.fill", Decision.WITHHELD),
        ("residents.fill", Decision.WITHHELD),
    ]  # fmt: skip
    assert asked(write(pair(aunt), called=None))
    assert [row.key for row in rows(door)] == [ILL]


@pytest.mark.parametrize(
    ("deed", "fault", "said"),
    [
        (write("r_1", called="王"), Forbidden, "not given resident.fields:write"),
        (read("r_1"), Forbidden, "not given resident.fields:write"),
    ],
)
def test_without_the_scope_it_neither_reads_nor_writes(on, asked, deed, fault, said):
    on(purpose={"fields": ["name", "profile"]})

    with pytest.raises(fault, match=said):
        asked(deed)


def test_it_writes_only_its_own_fields_and_what_they_take(given, asking_people, agreed, asked, pair, door):
    asking_people()
    aunt = given.resident()
    agreed(aunt)

    for values in ({"diet": "油炸"}, {"phone": "139"}):
        with pytest.raises(Refused):
            asked(write(pair(aunt), **values))
    with pytest.raises(Forbidden, match="no purpose"):
        asked(write(pair(aunt), purpose="other", called="王"))

    assert rows(door) == []


def test_a_resident_who_looks_lets_it_fill_in_himself_alone(
    given, asking_people, agreed, asked, pair, visitor
):
    asking_people()
    aunt, uncle = given.resident(), given.neighbour()
    for one in (aunt, uncle):
        agreed(one)

    assert asked(write(pair(aunt), called="王老师"), by=visitor(aunt))
    with pytest.raises(Forbidden, match="a resident looks"):
        asked(write(pair(uncle), called="李"), by=visitor(aunt))


# -- letting go ---------------------------------------------------------------------------------------


def forget_all(given):
    """As the host's job does when the plugin has answered."""
    for one in given.see(due_erasures, by=given.system()):
        given.do(erasure_done, one.id, 0, by=given.system())


def test_what_the_plugin_wrote_goes_with_the_consent_and_what_he_wrote_stays(
    given, asking_people, fill_in, agreed, asked, pair, purpose_of, door
):
    asking_people()
    aunt = given.resident()
    fill_in(aunt, {CALLED: "王老师"})
    agreed(aunt)
    asked(write(pair(aunt), ill="糖尿病"))

    # Saving the page again makes what the plugin wrote no word of his own.
    fill_in(aunt, {CALLED: "王老师", ILL: "糖尿病"})
    given.do(withdraw_from_purpose, purpose_of(aunt), by=aunt)
    forget_all(given)

    assert [(row.key, row.is_by_plugin) for row in rows(door)] == [(CALLED, False)]


def test_removed_from_the_neighbourhood_nothing_of_it_is_left(given, asking_people, fill_in, secretary, door):
    asking_people()
    fill_in(given.resident())

    given.do(remove_plugin, PLUGIN, given.community.id, keep=False, by=secretary)
    forget_all(given)

    assert rows(door) == []


def test_switched_off_nothing_is_asked_and_what_was_said_comes_back_with_it(
    given, asking_people, fill_in, secretary, enabled
):
    asking_people()
    aunt = given.resident()
    fill_in(aunt)
    given.do(disable_plugin, PLUGIN, given.community.id, by=secretary)
    assert given.see(my_profile_fields, by=aunt) == []

    enabled("resident.fields:write")

    assert given.see(my_profile_fields, by=aunt)[0].filled == SAID


def test_that_it_was_read_is_written_even_where_nothing_was_filled_in(
    given, asking_people, agreed, asked, pair, door
):
    asking_people()
    aunt = given.resident()
    agreed(aunt)

    assert asked(read(pair(aunt))).profile == {}

    events = door.read_now(lambda s: s.execute(select(AccessEvent.field)).scalars().all())
    assert events == ["x_profile_fields.profile"]


def test_of_whoever_left_no_byte_of_it_is_found_and_his_copy_held_it(
    given, asking_people, door, settings, clock, agreed, asked, pair
):
    asking_people()
    who = move_in(given)
    agreed(who)
    here = given.community.id
    said = ProfileDraft(community_id=here, fields={CALLED: TRACE, ILL: TRACE})
    given.do(fill_in_my_profile, PLUGIN, said, by=who)
    asked(write(pair(who), diet="少盐"))
    copy = given.do(ask_for_export, lang="zh", by=who)
    make_exports(door, settings.data_dir, clock=clock)
    _seen, pieces = given.see(open_export, copy.id, folder=settings.data_dir, by=who)
    with zipfile.ZipFile(io.BytesIO(b"".join(pieces))) as archive:
        mine = {row["key"]: row for row in json.loads(archive.read("data.json"))["data"]["x_profile_fields"]}
    assert (mine[CALLED]["value"], mine[ILL]["profile_sensitive"]) == (TRACE, TRACE)
    assert (mine[DIET]["profile_personal"], mine[DIET]["is_by_plugin"]) == ("少盐", True)

    say_that_he_leaves(given, who)
    clock.advance(timedelta(days=8))
    carry_out_erasures(door, settings.data_dir, clock=clock)
    drop_old_exports(door, settings.data_dir, clock=clock)
    forget_all(given)
    sweep(door.engines)

    assert rows(door) == []
    assert holds_a_trace(settings.data_dir) == []


def test_after_its_time_it_goes(given, asking_people, fill_in, door, settings, clock):
    asking_people()
    fill_in(given.resident())
    clock.advance(timedelta(days=1_000))
    apply_retention(door, settings.data_dir, clock=clock)
    assert len(rows(door)) == 3
    clock.advance(timedelta(days=100))

    apply_retention(door, settings.data_dir, clock=clock)

    assert rows(door) == []
