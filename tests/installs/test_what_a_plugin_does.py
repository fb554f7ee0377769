"""What a plugin does through the base's own use cases: cases, visits, messages; once for a key, and by its name."""

from datetime import date

import pytest
from sqlalchemy import select

from core_db.cases import case_timeline
from core_db.cases.model import CASES
from core_db.installs import my_messages
from core_db.mydata import withdraw_from_purpose
from core_db.visits import round_today
from plugins.sdk.context import Forbidden, Refused

# -- cases ------------------------------------------------------------------------------------------


def every_case(door):
    return door.read_now(lambda s: s.execute(select(CASES)).all())


def test_a_case_is_raised_once_for_a_key_and_stands_there_as_the_plugins(given, on, asked, pair, door):
    on()
    own_id = pair(given.resident())

    def raise_it(ctx):
        return ctx.cases.open(category="elder_visit", title="探访王阿姨", resident_id=own_id, key="visit:1")

    first, again = asked(raise_it), asked(raise_it)

    assert first == again
    (row,) = every_case(door)
    assert str(row.channel) == "plugin"
    entries = given.see(case_timeline, first, by=given.worker())
    assert "应用“独居老人探访”" in str(entries)
    told = asked(lambda ctx: ctx.cases.get(first))
    assert (told.category, told.is_open, told.text) == ("elder_visit", True, None)
    assert [one.id for one in asked(lambda ctx: ctx.cases.find(category="elder_visit", is_open=True))] == [
        first
    ]


def test_for_nobody_known_or_an_unknown_category_no_case_is_raised(on, asked, calls, door):
    on()
    for category, who in (("elder_visit", "r_0123456789abcdef"), ("no_such_thing", None)):
        with pytest.raises(Refused):
            asked(
                lambda ctx, c=category, w=who: ctx.cases.open(
                    category=c, title="探访", resident_id=w, key="1"
                )
            )

    assert every_case(door) == []
    assert [row.op for row in calls()] == ["cases.open"] * 2


def test_the_words_of_a_case_are_told_where_whoever_raised_it_agreed(given, on, agreed, asked):
    on(purpose={"fields": ["name", "text"]})
    aunt, uncle = given.resident(), given.neighbour()
    agreed(aunt)
    hers, his = given.a_case(by=aunt).case.id, given.a_case(by=uncle, text="三楼漏水").case.id

    def read(case_id):
        return asked(lambda ctx: ctx.cases.get(case_id, fields=["text"], purpose="visit"))

    assert read(hers).text == "12号楼道的灯坏了"
    assert (read(his).text, read(his).withheld) == (None, ("text",))


def test_a_resident_who_looks_lets_it_see_his_own_cases(given, on, asked, visitor):
    on()
    aunt, uncle = given.resident(), given.neighbour()
    hers, his = given.a_case(by=aunt).case.id, given.a_case(by=uncle).case.id

    assert [one.id for one in asked(lambda ctx: ctx.cases.find(), by=visitor(aunt))] == [hers]
    assert asked(lambda ctx: ctx.cases.get(his), by=visitor(aunt)) is None


def test_a_note_is_left_once_for_the_committee(given, on, asked):
    on()
    case_id = given.a_case().case.id

    for _ in range(2):
        asked(lambda ctx: ctx.cases.comment(case_id, text="已经三次没有开门", key="c1"))

    said = [one.get("text") for one in given.see(case_timeline, case_id, by=given.worker())]
    assert said.count("已经三次没有开门") == 1


# -- visits -----------------------------------------------------------------------------------------


@pytest.fixture
def with_visits(on):
    on(scopes=["resident.basic:read", "visit:read", "visit:write"], purpose={"fields": ["name", "visits"]})


def test_visits_are_planned_recorded_and_told_in_the_bases_own(
    given, with_visits, agreed, asked, pair, clock
):
    aunt = given.resident()
    agreed(aunt)
    own_id, today = pair(aunt), date(2026, 11, 23)

    plan = asked(lambda ctx: ctx.visits.plan(residents=[own_id], grade="key", key="p"))
    assert plan == asked(lambda ctx: ctx.visits.plan(residents=[own_id], grade="key", key="p"))
    assert given.see(round_today, by=given.worker()).due == 1
    asked(lambda ctx: ctx.visits.record(resident=own_id, on=today, said={"text": "一切都好"}, key="v"))

    assert given.see(round_today, by=given.worker()).due == 0
    (all_of,) = asked(lambda ctx: ctx.visits.find())
    (hers,) = asked(lambda ctx: ctx.visits.find(resident=own_id))
    assert (all_of.resident, all_of.on, all_of.said["result"]) == (own_id, today, "met")
    assert ("text" in all_of.said, hers.said["text"]) == (False, "一切都好")


def test_of_whoever_did_not_agree_no_visit_is_told(given, with_visits, asked, pair):
    aunt = given.resident()
    own_id = pair(aunt)
    asked(lambda ctx: ctx.visits.record(resident=own_id, on=date(2026, 11, 23), said={}, key="v"))

    assert asked(lambda ctx: ctx.visits.find()) == []
    assert asked(lambda ctx: ctx.visits.find(resident=own_id)) == []
    assert asked(lambda ctx: ctx.visits.missed()) == []


@pytest.mark.parametrize("said", [{"mood": "good"}, {"result": "elsewhere"}])
def test_what_no_visit_has_is_refused_and_nothing_is_kept(said, given, with_visits, asked, pair):
    own_id = pair(given.resident())
    with pytest.raises(Refused):
        asked(lambda ctx: ctx.visits.record(resident=own_id, on=date(2026, 11, 23), said=said, key="v"))

    assert asked(lambda ctx: ctx.visits.record(resident=own_id, on=date(2026, 11, 23), said={}, key="v"))


def test_with_the_reading_scope_alone_nothing_is_planned(given, on, asked, pair):
    on(scopes=["resident.basic:read", "visit:read"], purpose={"fields": ["name", "visits"]})
    own_id = pair(given.resident())

    with pytest.raises(Forbidden, match="visit:write"):
        asked(lambda ctx: ctx.visits.plan(residents=[own_id], grade="key", key="p"))


# -- messages, and what is done once ----------------------------------------------------------------


def send(pair, key="k", **args):
    said = {"name": "王阿姨", "days": "3"} | args
    return lambda ctx: ctx.messages.send(to=pair, template="overdue", key=key, args=said)


def test_a_message_reaches_whoever_agreed_once_and_nobody_else(given, on, agreed, asked, pair):
    on()
    aunt, uncle = given.resident(), given.neighbour()
    agreed(aunt)

    assert [asked(send(pair(aunt))), asked(send(pair(aunt))), asked(send(pair(uncle), key="u"))] == [
        True,
        False,
        False,
    ]

    (message,) = given.see(my_messages, by=aunt)
    assert message.text == ("王阿姨 已 3 天未探访", "王阿姨: 3 days")
    assert message.from_[0] == "独居老人探访"
    assert given.see(my_messages, by=uncle) == []


def test_whoever_took_it_back_hears_no_more(given, on, agreed, asked, pair, purpose_of):
    on()
    aunt = given.resident()
    agreed(aunt)
    own_id = pair(aunt)

    given.do(withdraw_from_purpose, purpose_of(aunt), by=aunt)

    assert asked(send(own_id)) is False


@pytest.mark.parametrize("args", [{"more": "1"}, {}])
def test_a_template_takes_what_it_says_and_nothing_else(args, given, on, asked, pair):
    on()
    own_id = pair(given.worker(), "account")
    if not args:
        assert asked(send(own_id)) is True
        return
    with pytest.raises(Forbidden, match="differ"):
        asked(send(own_id, **args))


def test_a_sentence_of_the_plugins_in_a_message_is_read_in_each_language(given, on, agreed, asked, pair):
    on()
    aunt = given.resident()
    agreed(aunt)

    asked(send(pair(aunt), days={"zh": "三", "en": "three"}))

    assert given.see(my_messages, by=aunt)[0].text == ("王阿姨 已 三 天未探访", "王阿姨: three days")
    with pytest.raises(Forbidden, match="days says nothing in en"):
        asked(send(pair(aunt), key="l", days={"zh": "三"}))


def test_once_is_once(on, asked):
    on()
    assert [asked(lambda ctx: ctx.once("a")), asked(lambda ctx: ctx.once("a")), asked(lambda ctx: ctx.once("b"))] == [
        True, False, True,
    ]  # fmt: skip
