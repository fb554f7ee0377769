"""The audit administrator reads who looked and what was done in his district: by whom, in whose right, no values."""

from datetime import timedelta
from functools import partial

import pytest

from core_db.access.reading import note_read
from core_db.accounts import (
    DelegationDraft,
    Narrowing,
    RoleDraft,
    assign_role,
    deeds_done,
    delegate_role,
    offices_to_read,
    unmasked_reads,
)
from core_db.accounts.sessions import grants_now
from core_db.doubles import MergeDraft
from core_db.foundation.actor import Actor, ActorKind, Role, plugin_actor
from core_db.foundation.clock import local_date
from core_db.foundation.errors import NotFound, NotPermitted
from core_db.foundation.fields import F1
from core_db.foundation.ids import new_id
from core_db.mydata import merge_people, part_people
from core_db.people import verify_person
from core_db.places.model import PlaceKind
from core_db.reveals import (
    RevealDraft,
    approve_export,
    ask_for_export,
    make_exports,
    reveal_person,
    uncover_contact,
)
from core_db.reveals.drafts import ExportDraft
from tests.town import HERE, HOMES, NEXT_DOOR, TOWN, Spot, enter, under

LOOK = RevealDraft(fields=("phone",), purpose="registry-correction", reason="核对他新换的电话号码")
WANTED = ExportDraft(fields=("phone",), reason="防汛期间逐户电话通知")


@pytest.fixture
def auditor(given):
    return given.auditor()


@pytest.fixture
def these_days(clock):
    """The last week and today."""

    def narrowed(**more):
        today = local_date(clock.now())
        return Narrowing(since=today - timedelta(days=7), until=today, **more)

    return narrowed


@pytest.fixture
def reads(given, auditor, these_days):
    def found(by=None, **more):
        asked = {name: more.pop(name) for name in ("who", "place") if name in more}
        return given.see(unmasked_reads, these_days(**asked), by=by or auditor, **more)

    return found


@pytest.fixture
def deeds(given, auditor, these_days):
    def found(by=None, **more):
        asked = {name: more.pop(name) for name in ("who", "place") if name in more}
        return given.see(deeds_done, these_days(**asked), by=by or auditor, **more)

    return found


@pytest.fixture
def other_district(given):
    """Another district with a neighbourhood of its own, an auditor and a secretary."""
    own = new_id()
    top = Spot(id=own, name="嘉定区", label="嘉定区", kind=PlaceKind.DISTRICT, district_id=own, sort="2")
    town = under(top, PlaceKind.TOWN, "真新街道")
    there = under(town, PlaceKind.COMMUNITY, "鼎秀")

    def found(session):
        for spot in (top, town, there):
            enter(session, spot)

    given.door.write_now(found)
    return given.staff(Role.AUDITOR, top, "审计员小卫"), given.staff(Role.SECRETARY, there, "鼎书记"), there


def a_look(given, by=None, case=None):
    case = case or given.a_case().case
    given.do(uncover_contact, case.id, by=by or given.worker())
    return case


def lent(given, clock, post_of):
    """Somebody of next door in whose hands the secretary's right is, as she acts now."""
    secretary, worker = given.secretary(), given.worker_next_door()
    draft = DelegationDraft(
        assignment_id=post_of(secretary),
        delegate_id=worker.id,
        reason="出差",
        valid_to=clock.now() + timedelta(7),
    )
    given.do(delegate_role, draft, by=secretary)
    grants = given.door.read_now(lambda session: grants_now(session, worker.id, now=clock.now()))
    return Actor(kind=ActorKind.STAFF, id=worker.id, name=worker.name, grants=grants)


# -- looks ------------------------------------------------------------------------------------------


@pytest.mark.both
def test_of_one_person_is_read_what_was_looked_at_in_any_of_his_entries(given, reads):
    """Whoever looked at the entry that stands behind his looked at him; whichever of the two a complaint names."""
    kept, behind = (given.resident(name="吴伯", of=home) for home in (HOMES[0], HOMES[1]))
    other = given.resident(name="郑伯")
    secretary = given.secretary()
    for one in (kept, behind, other):
        given.do(reveal_person, one.person_id, LOOK, by=given.worker())
    merge = given.do(
        merge_people, MergeDraft(kept_id=kept.person_id, behind_id=behind.person_id), by=secretary
    )

    for asked in (kept, behind):
        assert [one.subject for one in reads(person=asked.person_id)] == ["吴**", "吴**"]
    given.do(part_people, merge.id, by=secretary)
    assert len(reads(person=kept.person_id)) == 1


@pytest.mark.both
def test_an_export_of_three_people_is_one_line_and_says_of_how_many_looks(given, door, clock, reads):
    for name, home in (("赵阿姨", HOMES[0]), ("钱叔叔", HOMES[1]), ("孙奶奶", HOMES[2])):
        aunt = given.resident(name=name, of=home)
    export = given.do(ask_for_export, WANTED, by=given.worker())
    given.do(approve_export, export.id, by=given.secretary())
    make_exports(door, None, clock)
    a_look(given)

    seen = [one for one in reads() if one.purpose != "fresh-code"]

    assert [(one.purpose, one.looks) for one in seen] == [("case", 1), ("export", 3)]
    # Of one person it is told what was read of her, the export too.
    assert [(one.purpose, one.subject, one.looks) for one in reads(person=aunt.person_id)] == [
        ("export", "孙**", 1)
    ]


@pytest.mark.both
def test_looks_are_found_by_who_looked_for_which_case_and_on_which_day(given, clock, reads):
    first = a_look(given, by=(zhang := given.worker()))
    clock.advance(timedelta(days=9))
    second = a_look(given, by=(qian := given.worker(name="小钱")))

    assert [one.reader for one in reads()] == ["小钱"], "nine days ago is before these days"
    clock.advance(timedelta(days=-9))
    assert [one.reader for one in reads(case_id=first.id)] == ["小张"]
    assert reads(case_id=second.id) == []
    assert [one.reader for one in reads(who=zhang.id)] == ["小张"]
    assert reads(who=qian.id) == reads(who="nobody-of-this-name") == []


@pytest.mark.both
def test_whose_right_it_was_stands_beside_who_looked(given, clock, post_of, reads):
    a_look(given, by=lent(given, clock, post_of))

    (look,) = reads()
    assert (look.reader, look.acted_for, look.role, look.office) == ("小吴", "周书记", "secretary", HERE.name)


def test_a_list_goes_on_after_its_last_line(given, reads):
    case = given.a_case().case
    for name in "甲乙丙":
        a_look(given, by=given.worker(name=name), case=case)

    first = reads(limit=2)
    assert [one.reader for one in first] == ["丙", "乙"]
    assert [one.reader for one in reads(limit=2, before=first[-1].seq)] == ["甲"]


# -- deeds ------------------------------------------------------------------------------------------


@pytest.mark.both
def test_deeds_stand_there_with_both_names_and_residents_with_none(given, clock, post_of, deeds):
    deputy, newcomer = lent(given, clock, post_of), given.worker(at=NEXT_DOOR, name="小孙")
    aunt = given.resident(name="赵阿姨")
    draft = RoleDraft(account_id=newcomer.id, role=Role.WORKER, place_id=HERE.id, reason="轮岗")
    given.do(assign_role, draft, by=deputy)
    export = given.do(ask_for_export, WANTED, by=given.worker())

    (given_role, *_more) = deeds(kind="role")
    assert (given_role.actor, given_role.acted_for, given_role.subject) == ("小吴", "周书记", "小孙")
    assert given_role.office == HERE.name
    (asked,) = deeds(kind="export")
    assert (asked.action, asked.reference) == ("export.asked", "export")
    said = repr(deeds())
    assert not [word for word in ("赵阿姨", aunt.id, aunt.person_id, export.id) if word in said]


@pytest.mark.both
def test_deeds_are_found_by_whoever_did_them_or_lent_the_right(given, clock, post_of, deeds):
    deputy = lent(given, clock, post_of)
    draft = RoleDraft(
        account_id=given.worker(at=NEXT_DOOR, name="小孙").id, role=Role.WORKER, place_id=HERE.id
    )
    given.do(assign_role, draft, by=deputy)
    given.do(ask_for_export, WANTED, by=given.worker(name="小钱"))
    giver = next(one.giver_id for one in deputy.grants if one.giver_id)

    assert {one.action.partition(".")[0] for one in deeds(who=giver)} == {"role"}
    assert deeds(who=giver)[0].actor == "小吴"
    assert deeds(who="nobody-of-this-name") == []


def test_looks_stand_among_the_deeds_only_where_they_are_asked_for(given, deeds):
    a_look(given)

    assert [one for one in deeds() if one.action == "data.read"] == []
    (look,) = [one for one in deeds(kind="data") if one.purpose == "case"]
    assert look.actor == "小张"


@pytest.mark.both
def test_a_look_among_the_deeds_tells_no_pseudonym_of_whom_it_was_at(given, deeds, reads):
    """`/reads` tells the same look, at the same moment, of an id that is asked for: together they would name one."""
    aunt, worker = given.resident(name="赵阿姨"), given.worker()
    given.do(reveal_person, aunt.person_id, LOOK, by=worker)
    given.do(verify_person, aunt.person_id, by=worker)

    (told,) = reads(person=aunt.person_id)
    (look,) = (one for one in deeds(kind="data") if one.at == told.at)
    assert (look.actor, look.subject) == ("小张", "")
    (verified,) = deeds(kind="register")
    assert verified.subject, "of what was done several lines are still of one"


def test_a_sign_in_says_who_and_a_deed_of_nobody_s_office_is_there(given, deeds):
    from core_db.access.forgetting import forget_reads

    given.door.write_now(
        lambda session: forget_reads(session, [], before=given.clock.now(), at=given.clock.now())
    )

    (dropped,) = deeds(kind="reads")
    assert (dropped.actor, dropped.office) == ("system:retention", "")


# -- how far ----------------------------------------------------------------------------------------


@pytest.mark.both
def test_each_district_s_auditor_reads_his_own(given, clock, other_district, reads, deeds, auditor):
    auditor_there, secretary_there, there = other_district
    a_look(given)
    given.do(ask_for_export, WANTED, by=given.worker())
    given.do(ask_for_export, WANTED, by=secretary_there)

    assert [one.office for one in reads() if one.office] == [HERE.name]
    assert reads(by=auditor_there) == []
    assert [one.office for one in deeds(kind="export")] == [HERE.name]
    assert [one.actor for one in deeds(by=auditor_there, kind="export")] == ["鼎书记"]
    with pytest.raises(NotFound):
        deeds(place=there.id)
    assert there.id not in dict(given.see(offices_to_read, by=auditor))


@pytest.mark.both
def test_one_office_is_wanted_alone(given, reads, deeds):
    a_look(given)
    given.do(ask_for_export, WANTED, by=given.worker_next_door())

    assert [one.office for one in reads(place=HERE.id)] == [HERE.name]
    assert reads(place=TOWN.id) == []
    assert [one.office for one in deeds(place=NEXT_DOOR.id)] == [NEXT_DOOR.name]


@pytest.mark.parametrize("who", ["secretary", "system_administrator", "security_administrator", "worker"])
def test_nobody_else_reads_them(given, reads, deeds, who):
    for found in (reads, deeds):
        with pytest.raises(NotPermitted):
            found(by=getattr(given, who)())


# -- at the app -------------------------------------------------------------------------------------


@pytest.mark.both
def test_the_api_and_the_pages_say_the_same(given, actor_client, auditor):
    case = a_look(given)
    given.do(ask_for_export, WANTED, by=given.worker())
    program, page = actor_client(auditor, bearer=True), actor_client(auditor, page=True)

    (look,) = program.get("/api/v1/audit/reads", params={"case": case.id}).json()["items"]
    assert (look["reader"], look["reference"], look["looks"]) == ("小张", "case", 1)
    asked = program.get("/api/v1/audit/deeds", params={"kind": "export", "limit": 1}).json()
    assert [one["action"] for one in asked["items"]] == ["export.asked"]
    assert "小张" in page.get(f"/reads?case={case.id}&place=&who=&person=").text
    assert "export.asked" in page.get("/deeds?kind=export&place=&who=").text
    assert page.get("/record").status_code == 200
    assert program.get("/api/v1/audit/deeds", params={"kind": "secrets"}).status_code == 422
    assert program.get("/api/v1/audit/reads", params={"since": "2020-01-01"}).status_code == 422


IN_WORDS = {
    "zh": "姓名 · 应用 · 一个应用按它的用途读取",
    "en": "Name · A plugin · A plugin read it for what it is there for",
}


@pytest.mark.both
@pytest.mark.parametrize("lang", IN_WORDS)
def test_what_a_plugin_read_stands_there_in_words(given, actor_client, auditor, lang):
    plugin = plugin_actor("elder-care", "银龄", HERE.id, ())
    noted = partial(
        note_read, field="persons.name", community_id=HERE.id, field_class=F1,
        subject_id=given.resident().person_id, purpose="plugin", reference="plugin/elder-care/remind", actor=plugin,
        clock=given.clock, right=plugin.grants[0],
    )  # fmt: skip
    given.door.write_now(noted)

    page = actor_client(auditor, page=True).get(
        "/deeds?kind=data&place=&who=", headers={"Accept-Language": lang}
    )

    assert IN_WORDS[lang] in page.text
    assert "persons.name" not in page.text
