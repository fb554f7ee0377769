"""Four gates before every question of a plugin: on here, scope held, purpose covers it, the resident agreed."""

import asyncio
from datetime import date

import pytest

from core_db.foundation.clock import SystemClock
from core_db.foundation.egress import egress_from
from core_db.foundation.outbox import facts_after
from core_db.installs import approve_duty, disable_plugin, plugin_report, stop_plugin
from core_db.installs.words import Decision
from core_db.mydata import withdraw_from_purpose
from core_db.people import Person
from core_db.people.changing import set_birth
from core_db.reveals import who_looked
from core_db.tags import AssignmentDraft, DefinitionDraft, assign_tag, define_tag
from plugins.host.gateway import BaseGateway
from plugins.sdk.context import Forbidden, Refused
from resident_app.looks import look_shown

PLUGIN, FIELDS = "elder-care", ["name", "phone"]


def get(pair, fields=FIELDS, purpose="visit"):
    return lambda ctx: ctx.residents.get(pair, fields=fields, purpose=purpose)


def find(**said):
    return lambda ctx: ctx.residents.find(**{"fields": ["name"], "purpose": "visit", **said})


def test_who_agreed_is_told_and_reads_afterwards_which_plugin_saw_what(given, on, agreed, asked, pair, calls):
    on()
    aunt = given.resident(phone="13912345678")
    agreed(aunt)

    told = asked(get(pair(aunt)))

    assert (told.name, told.phone, told.withheld) == ("王阿姨", "13912345678", ())
    (row,) = calls()
    assert (row.op, row.decision, row.fields, row.subjects, row.hook, row.purpose) == (
        "residents.get", Decision.ALLOWED, FIELDS, 1, "job:plan_visits", "visit",
    )  # fmt: skip
    (look,) = given.see(who_looked, by=aunt)
    shown = look_shown(look, "zh")
    assert "应用“独居老人探访”" in shown.who
    assert shown.why == "安排独居老人的定期探访"
    assert sorted(word for _code, word in shown.fields) == ["姓名", "手机号码"]


def test_what_is_read_for_one_question_is_one_look_whatever_the_clock_does(
    given, on, agreed, pair, door, documents, settings
):
    on()
    aunt = given.resident(phone="13912345678")
    agreed(aunt)
    ticking = BaseGateway(door, documents, egress_from(""), clock=SystemClock(), data_dir=settings.data_dir)
    said = {"id": pair(aunt), "fields": FIELDS, "purpose": "visit"}

    asyncio.run(ticking.ask(PLUGIN, given.community.id, "job:x", None)("residents.get", said))

    (look,) = given.see(who_looked, by=aunt)
    assert sorted(look.fields) == ["name", "phone_sealed"]


def test_who_did_not_agree_is_withheld_and_nothing_of_him_is_written(given, on, asked, pair, calls):
    on()
    aunt = given.resident()

    told = asked(get(pair(aunt)))

    assert (told.name, told.phone, told.withheld) == (None, None, ("name", "phone"))
    assert [row.decision for row in calls()] == [Decision.WITHHELD]
    assert given.see(who_looked, by=aunt) == []


def test_whoever_is_known_to_nobody_looks_like_whoever_did_not_agree(on, asked, pair, given):
    on()

    stranger, refusing = asked(get("r_0123456789abcdef")), asked(get(pair(given.resident())))

    assert stranger.model_dump(exclude={"id"}) == refusing.model_dump(exclude={"id"})


def test_taken_back_it_has_its_effect_at_the_next_question(given, on, agreed, asked, pair, purpose_of):
    on()
    aunt = given.resident()
    agreed(aunt)
    own_id = pair(aunt)
    assert asked(get(own_id)).name == "王阿姨"

    given.do(withdraw_from_purpose, purpose_of(aunt), by=aunt)

    assert asked(get(own_id)).name is None
    assert asked(find()) == []


def test_lists_simply_lack_whoever_did_not_agree(given, on, agreed, asked):
    on()
    aunt, _uncle = given.resident(), given.neighbour()
    agreed(aunt)

    assert [one.name for one in asked(find())] == ["王阿姨"]


def test_who_lives_in_a_building_is_told_and_found_by_it(given, on, agreed, asked, pair):
    on(purpose={"fields": ["name", "building"]})
    aunt, uncle = given.resident(), given.resident(of=given.homes[-1], name="李叔")
    agreed(aunt)
    agreed(uncle)

    assert asked(get(pair(aunt), ["building"])).building == given.building.label
    assert [one.name for one in asked(find(building=given.building.label))] == ["王阿姨"]


def test_an_approved_duty_asks_nobody(given, on, asked, enabled):
    on(purpose={"basis": "public_duty"})
    given.resident()
    assert asked(find()) == []

    given.do(approve_duty, PLUGIN, by=given.system())

    assert [one.name for one in asked(find())] == ["王阿姨"]


@pytest.mark.parametrize(
    ("deed", "said"),
    [
        (get("r_1", ["phone"]), "resident.contact:read"),
        (get("r_1", ["health"]), "resident.sensitive:read"),
        (get("r_1", ["sex"]), "does not cover sex"),
        (get("r_1", ["name"], "other"), "no purpose 'other'"),
        (get("r_1", ["household"]), "residents have no household"),
        (find(building="12号"), "does not cover building"),
        (lambda ctx: ctx.cases.find(), ""),
        (lambda ctx: ctx.visits.missed(), "visit:read"),
        (lambda ctx: ctx.guides.find(""), "guide:read"),
        (lambda ctx: ctx.staff.find(), "staff:read"),
        (lambda ctx: ctx.http.get("https://example.org/"), "example.org is not among"),
    ],
)
def test_what_was_not_given_or_not_declared_is_a_mistake_of_the_programme(
    deed, said, given, installed, enabled, asked, calls
):
    installed()
    enabled()
    if not said:
        assert asked(deed) == []
        return

    with pytest.raises(Forbidden, match=said):
        asked(deed)

    assert [row.decision for row in calls()] == [Decision.FORBIDDEN]


def test_off_or_stopped_nothing_is_answered_and_next_door_it_was_never_on(given, on, asked, secretary, pair):
    on()
    elsewhere = given.neighbouring_community
    with pytest.raises(Forbidden, match="not on here"):
        asyncio_ask(asked, given, at=elsewhere)
    given.do(stop_plugin, PLUGIN, by=given.system())
    with pytest.raises(Forbidden, match="not on here"):
        asked(lambda ctx: ctx.cases.find())
    given.do(disable_plugin, PLUGIN, given.community.id, by=secretary)
    with pytest.raises(Forbidden, match="not on here"):
        asked(lambda ctx: ctx.cases.find())


def asyncio_ask(asked, given, at):
    gateway = asked.__closure__  # the fixture's own gateway
    found = next(one.cell_contents for one in gateway if hasattr(one.cell_contents, "ask"))
    return asyncio.run(
        found.ask(PLUGIN, at.id, "job:x", None)("cases.find", {"category": None, "is_open": None})
    )


def test_a_tag_and_an_age_find_whoever_agreed(given, on, agreed, asked, door):
    on()
    aunt, uncle = given.resident(), given.neighbour()
    word = DefinitionDraft(
        place_id=given.district.id, code="lives_alone", name="独居", kind="family", legal_basis="法"
    )
    tag = given.do(define_tag, word, by=given.district_dispatcher())
    for one, born in ((aunt, 1938), (uncle, 1990)):
        agreed(one)
        given.do(assign_tag, one.person_id, AssignmentDraft(definition_id=tag.id), by=given.system())
        door.write_now(
            lambda s, one=one, born=born: set_birth(s, s.get(Person, one.person_id), date(born, 1, 1))
        )

    found = asked(find(tag="独居", age_from=80, fields=["name", "birth_year", "tags"]))

    assert [(one.name, one.birth_year, one.tags) for one in found] == [("王阿姨", 1938, ("独居",))]
    assert len(asked(find(tag="独居"))) == 2
    assert asked(find(tag="低保")) == []


def test_a_resident_who_looks_lets_it_see_himself_alone(given, on, agreed, asked, pair, visitor):
    on()
    aunt, uncle = given.resident(), given.neighbour()
    agreed(aunt)
    agreed(uncle)

    assert asked(get(pair(aunt)), by=visitor(aunt), hook="slot:resident.home.cards").name == "王阿姨"
    for deed in (get(pair(uncle)), find()):
        with pytest.raises(Forbidden, match="a resident looks"):
            asked(deed, by=visitor(aunt))


def test_a_member_of_staff_lets_it_do_what_he_may_do_himself(given, on, agreed, asked, pair, visitor):
    on()
    aunt = given.resident()
    agreed(aunt)

    assert asked(get(pair(aunt)), by=visitor(given.worker())).name == "王阿姨"
    for stranger in (given.contractor(), given.worker_next_door(), given.analyst()):
        with pytest.raises(Forbidden, match="may not do this himself"):
            asked(get(pair(aunt)), by=visitor(stranger))


def test_two_neighbourhoods_have_two_ids_for_one_and_the_same(given, door):
    def pairs(session):
        from core_db.installs import pair_of

        return {
            pair_of(session, plugin, place.id, "person", "p1")
            for plugin in ("elder-care", "hello-x")
            for place in (given.community, given.neighbouring_community)
        }

    found = door.write_now(pairs)

    assert len(found) == 4
    assert all(one.startswith("r_") for one in found)
    assert door.write_now(pairs) == found


# -- measures and facts -----------------------------------------------------------------------------


def test_too_many_questions_in_a_minute_are_refused_and_counted(on, asked, monkeypatch, calls):
    monkeypatch.setattr("plugins.host.gateway.noting.A_MINUTE", 2)
    on()
    for _ in range(2):
        asked(lambda ctx: ctx.cases.find())

    with pytest.raises(Refused):
        asked(lambda ctx: ctx.cases.find())

    assert calls()[-1].decision is Decision.OVER_BUDGET
    # For a moment it is not even looked at again: to refuse one must not cost a turn at the writer.
    told = len(calls())
    with pytest.raises(Refused):
        asked(lambda ctx: ctx.cases.find())
    assert len(calls()) == told


def test_a_plugin_that_reads_many_is_told_to_the_secretary_and_stopped_at_last(
    given, on, agreed, asked, monkeypatch, door, pair
):
    monkeypatch.setattr("plugins.host.gateway.noting.MANY", 2)
    monkeypatch.setattr("plugins.host.gateway.noting.A_DAY", 3)
    on()
    for one in (given.resident(), given.neighbour()):
        agreed(one)

    for _ in range(2):
        asked(find())
    with pytest.raises(Refused):
        asked(find())

    assert len(facts(door, "access.many_looks")) == 1


def test_the_committee_reads_what_it_asked_and_what_came_of_it(given, on, agreed, asked, pair, secretary):
    on()
    aunt, uncle = given.resident(), given.neighbour()
    agreed(aunt)
    asked(get(pair(aunt)))
    with pytest.raises(Forbidden):
        asked(lambda ctx: ctx.residents.get(pair(uncle), fields=["tags"], purpose="nothing"))
    with pytest.raises(Forbidden):
        asked(lambda ctx: ctx.staff.find())
    with pytest.raises(Refused):
        asked(lambda ctx: ctx.cases.open(category="elder_visit", title="", key="1"))

    report = given.see(plugin_report, PLUGIN, given.community.id, by=secretary)

    assert report.questions == [
        ("cases.open", Decision.REFUSED, 1), ("residents.get", Decision.ALLOWED, 1),
        ("residents.get", Decision.FORBIDDEN, 1), ("staff.find", Decision.FORBIDDEN, 1),
    ]  # fmt: skip
    assert (dict(report.fields), report.subjects) == ({"name": 1, "phone": 1}, 1)


def facts(door, kind):
    return [one for one in door.read_now(lambda s: facts_after(s, 0)) if one.short_type == kind]


def test_a_fact_is_heard_with_the_scope_and_the_plugins_own_ids(
    given, on, agreed, gateway, door, pair, asked
):
    on()
    aunt = given.resident()
    agreed(aunt)
    case_id = asked(lambda ctx: ctx.cases.open(category="elder_visit", title="探访", key="1"))
    given.a_case(by=aunt)

    (consent,) = facts(door, "plugin.consent_given")
    told = asyncio.run(gateway.told(PLUGIN, consent))
    raised = [asyncio.run(gateway.told(PLUGIN, one)) for one in facts(door, "case.submitted")]

    assert told["person_id"] == pair(aunt)
    assert (raised[0]["case_id"], raised[0]["category"]) == (case_id, "elder_visit")
    assert aunt.person_id not in str((told, raised))
    assert asyncio.run(gateway.told("hello-x", consent)) is None


def test_without_the_scope_or_the_switch_nothing_is_heard(given, on, gateway, door, secretary):
    on(scopes=["resident.basic:read"])
    given.a_case()
    (raised,) = facts(door, "case.submitted")
    (enabled,) = facts(door, "plugin.enabled")

    assert asyncio.run(gateway.told(PLUGIN, raised)) is None
    assert asyncio.run(gateway.told(PLUGIN, enabled))["plugin_id"] == PLUGIN
    given.do(disable_plugin, PLUGIN, given.community.id, by=secretary)
    assert asyncio.run(gateway.told(PLUGIN, enabled)) is None


def test_what_a_context_knows_without_asking(given, on, gateway, visitor, pair):
    on()
    aunt, worker = given.resident(), given.worker()

    hers = asyncio.run(gateway.setting(PLUGIN, given.community.id, visitor(aunt)))
    his = asyncio.run(gateway.setting(PLUGIN, given.community.id, visitor(worker)))

    assert (hers.user.id, hers.user.kind, hers.user.name) == (pair(aunt), "resident", None)
    assert (his.user.kind, his.user.name, his.user.roles) == ("staff", "小张", ("worker",))
    assert "resident.contact:read" in hers.scopes
    assert asyncio.run(gateway.setting(PLUGIN, given.neighbouring_community.id, None)) is None
