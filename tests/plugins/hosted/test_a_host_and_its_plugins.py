"""What the apps get of plugins, and what becomes of a plugin that misbehaves: it is away, rests, and goes."""

import logging
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select, update

from core_db.foundation.clock import RehearsedClock
from core_db.foundation.door import Door
from core_db.installs import my_messages
from core_db.installs.model import INSTALLS, JOB_RUNS, PULSES
from core_db.installs.words import InstallState, RunMode
from core_db.relay import Messenger, begin_listening, deliver_once
from plugins.host.hearing import messengers_of
from plugins.host.hosting import Beside
from tests.plugins.hosted.conftest import Hosted, switch_on
from tests.town import Town

HOME = "committee.home.cards"
BOTH = pytest.mark.parametrize("mode", list(RunMode))


def cards(hosted: Hosted, slot: str = HOME) -> list:
    return list(hosted.run(hosted.host.cards(slot, None, hosted.visitor(hosted.town.worker()))))


@BOTH
def test_a_card_is_shown_where_the_plugin_is_on_and_nowhere_else(hosted: Hosted, given: Town) -> None:
    (shown,) = cards(hosted)
    next_door = given.worker_next_door()
    elsewhere = hosted.visitor(next_door).__class__(
        actor=next_door, community_id=next_door.grants[0].place_id, lang="zh", came=hosted.visitor(next_door).came
    )  # fmt: skip

    assert (shown.plugin_id, shown.name, shown.is_away) == ("chaos", "捣乱", False)
    assert shown.card["title"] == "Here"
    assert hosted.host.fills(HOME)
    assert not hosted.host.fills("committee.reports")
    assert list(hosted.run(hosted.host.cards(HOME, None, elsewhere))) == []


@BOTH
def test_on_a_page_about_a_plugin_it_alone_is_asked_and_about_nothing_else(hosted: Hosted) -> None:
    slot, visitor = "committee.plugin.status", hosted.visitor(hosted.town.worker())

    (own,) = hosted.run(hosted.host.cards(slot, "chaos", visitor))
    of_another = hosted.run(hosted.host.cards(slot, "elder-care", visitor))

    assert own.card["title"] == "About None"
    assert list(of_another) == []
    assert hosted.host.fills(slot, "chaos")
    assert not hosted.host.fills(slot, "elder-care")
    assert not hosted.host.fills("resident.consents.notes", "chaos")


@pytest.mark.parametrize("deed", ["raise", "sleep"])
def test_a_card_that_fails_is_away_and_the_operator_reads_where(
    hosted: Hosted, deed: str, caplog: pytest.LogCaptureFixture
) -> None:
    hosted.gateway.deed = deed
    caplog.set_level(logging.WARNING)

    (shown,) = cards(hosted)

    assert (shown.card, shown.is_away) == (None, True)
    assert "chaos/__init__.py" in caplog.text


def test_what_are_no_blocks_never_reaches_a_template(hosted: Hosted) -> None:
    (shown,) = cards(hosted, "resident.home.cards")

    assert (shown.card, shown.is_away) == (None, True)


@BOTH
def test_a_page_answers_with_blocks_and_an_unknown_one_with_404(hosted: Hosted) -> None:
    visitor = hosted.visitor(hosted.town.worker())
    page = partial(
        hosted.host.page, "committee", "chaos", "GET", query={"name": "王"}, form={}, visitor=visitor
    )

    assert hosted.run(page(path="/hello")).blocks["title"] == "Hello 王"
    assert hosted.run(page(path="/nothing")).status == 404


def test_five_failures_in_a_minute_and_it_rests_and_three_rests_and_it_is_off(
    hosted: Hosted, door: Door, caplog: pytest.LogCaptureFixture
) -> None:
    hosted.gateway.deed = "raise"
    calls = hosted.beside.calls
    seconds = iter(range(0, 100_000, 1))
    calls.monotonic = lambda: float(next(seconds))
    state = select(INSTALLS.c.state)

    for _ in range(400):
        cards(hosted)
        if door.read_now(lambda s: s.execute(state).scalar()) == InstallState.FAILED:
            break

    assert door.read_now(lambda s: s.execute(state).scalar()) == InstallState.FAILED
    # One line a minute, and not one for each of many failures.
    said = [one for one in caplog.records if "slot:card" in one.getMessage()]
    assert 1 <= len(said) <= 30


def test_what_hooks_did_is_written_down_by_the_hour(hosted: Hosted, door: Door) -> None:
    cards(hosted)
    hosted.run(hosted.beside.write_pulses())
    hosted.gateway.deed = "raise"
    cards(hosted)
    hosted.run(hosted.beside.write_pulses())

    (row,) = door.read_now(lambda s: s.execute(select(PULSES)).all())

    assert (row.kind, row.calls, row.faults, sum(row.took)) == ("slot", 2, 1, 2)


# -- facts ------------------------------------------------------------------------------------------


def closed(given: Town, verified: object) -> str:
    from core_db.cases import close_case
    from core_db.cases.drafts import ClosureDraft

    case_id = verified(by=given.resident())  # type: ignore[operator]
    given.do(close_case, case_id, ClosureDraft(outcome="resolved", text="好了"), by=given.worker())
    return str(case_id)


def who_hears_of_the_end(beside: Beside) -> Messenger:
    """What carries the end of a case to the plugin, which hears of more."""
    carrying = messengers_of(
        beside.running["chaos"], places=beside.places, calls=beside.calls, submit=beside._host_loop.submit
    )
    (one,) = (one for one in carrying if one.types == ("case.closed",))
    return one


def test_a_fact_is_told_once_where_it_is_on_and_again_when_it_was_not_taken(
    hosted: Hosted, given: Town, door: Door, clock: RehearsedClock, verified: object
) -> None:
    beside = hosted.beside
    post = who_hears_of_the_end(beside)
    door.write_now(lambda session: begin_listening(session, post.name))
    hosted.gateway.deed = "raise"
    case_id = closed(given, verified)

    assert deliver_once(door, [post], clock=clock) == 1
    hosted.gateway.deed = "nothing"
    clock.advance(timedelta(seconds=10))
    assert deliver_once(door, [post], clock=clock) == 1
    assert deliver_once(door, [post], clock=clock) == 0

    assert [fact.subject for fact in hosted.gateway.heard] == [f"case/{case_id}"] * 2


def test_what_was_given_up_is_shown_and_told_anew(
    hosted: Hosted, given: Town, door: Door, clock: RehearsedClock, verified: object
) -> None:
    beside, visitor = hosted.beside, hosted.visitor(given.secretary())
    post = who_hears_of_the_end(beside)
    door.write_now(lambda session: begin_listening(session, post.name))
    hosted.gateway.deed = "raise"
    closed(given, verified)
    for _ in range(6):
        deliver_once(door, [post], clock=clock)
        clock.advance(timedelta(hours=3))

    (letter,) = hosted.run(hosted.host.dead_letters("chaos", visitor))
    hosted.gateway.deed = "nothing"

    assert (letter.fact, letter.attempts) == ("case.closed.v1", 6)
    assert "broken on purpose" in letter.said
    assert hosted.run(hosted.host.replay("chaos", visitor, "x:chaos:1")) == 0
    assert hosted.run(hosted.host.replay("chaos", visitor, letter.id)) == 1
    assert deliver_once(door, [post], clock=clock) == 1
    assert hosted.run(hosted.host.dead_letters("chaos", visitor)) == []


# -- jobs -------------------------------------------------------------------------------------------


def test_a_job_is_done_once_for_each_neighbourhood_at_about_its_time(
    hosted: Hosted, given: Town, door: Door, clock: RehearsedClock
) -> None:
    switch_on(door, clock, given.worker_next_door().grants[0].place_id)
    hosted.beside.places.refresh()
    clock.advance(timedelta(hours=22, minutes=6))

    assert hosted.run(hosted.beside._host_loop.run(hosted.beside.jobs.run_due())) == 2
    assert hosted.run(hosted.beside._host_loop.run(hosted.beside.jobs.run_due())) == 0
    rows = door.read_now(lambda s: s.execute(select(JOB_RUNS)).all())
    assert len({row.community_id for row in rows}) == 2
    assert all(row.ended_at is not None and not row.failure for row in rows)


def test_a_job_that_fails_three_times_is_told_on_the_plugins_page(
    hosted: Hosted, given: Town, clock: RehearsedClock
) -> None:
    hosted.gateway.deed = "raise"
    visitor = hosted.visitor(given.secretary())
    clock.advance(timedelta(hours=22, minutes=6))
    for _ in range(3):
        hosted.run(hosted.beside._host_loop.run(hosted.beside.jobs.run_due()))
        clock.advance(timedelta(days=1))

    health = hosted.run(hosted.host.health("chaos", visitor))

    assert (health.ok, health.said) == (False, "work")


def test_the_secretary_and_the_operator_are_told_once_of_a_job_that_keeps_failing(
    hosted: Hosted, given: Town, door: Door, clock: RehearsedClock, caplog: pytest.LogCaptureFixture
) -> None:
    """Not at the first failure, not at each one after the third; and again when it failed anew."""
    secretary, told = given.secretary(), []
    clock.advance(timedelta(hours=22, minutes=6))
    for deed in ("raise", "raise", "raise", "raise", "nothing", "raise", "raise", "raise"):
        hosted.gateway.deed = deed
        hosted.run(hosted.beside._host_loop.run(hosted.beside.jobs.run_due()))
        told.append(len(door.read_now(partial(my_messages, actor=secretary, clock=clock))))
        clock.advance(timedelta(days=1))

    assert told == [0, 0, 1, 1, 1, 1, 1, 2]
    (_, first) = door.read_now(partial(my_messages, actor=secretary, clock=clock))
    assert first.text[0].startswith("定时任务“捣乱”连续 3 次没有做成。")
    assert first.text[1].startswith("Its job “To make a mess” failed 3 times in a row.")
    assert caplog.text.count("its job work failed 3 times in a row") == 2
    assert not door.read_now(partial(my_messages, actor=given.worker(), clock=clock))


def let_rest(hosted: Hosted, door: Door, part: str) -> None:
    """As a committee's decision leaves it."""
    door.write_now(lambda s: s.execute(update(INSTALLS).values(resting=[part])))
    hosted.beside.places.refresh()


def test_a_job_that_the_committee_lets_rest_is_not_done(
    hosted: Hosted, given: Town, door: Door, clock: RehearsedClock
) -> None:
    let_rest(hosted, door, "job:work")
    clock.advance(timedelta(hours=22, minutes=6))

    assert hosted.run(hosted.beside._host_loop.run(hosted.beside.jobs.run_due())) == 0

    let_rest(hosted, door, "report:figures")
    assert hosted.run(hosted.beside._host_loop.run(hosted.beside.jobs.run_due())) == 1


# -- reports ----------------------------------------------------------------------------------------


@BOTH
def test_a_report_is_a_table_and_an_unknown_one_or_one_that_fails_is_none(
    hosted: Hosted, given: Town
) -> None:
    visitor = hosted.visitor(given.worker())

    def asked(report: str) -> Any:
        return hosted.run(hosted.host.report("chaos", report, "2026-11", visitor))

    assert asked("figures")["rows"] == [["=1+1", "12"]]
    assert asked("figures")["caption"] == "2026-11"
    assert asked("counted") is None
    hosted.gateway.deed = "raise"
    assert asked("figures") is None


def test_its_report_is_among_its_pages_until_the_committee_lets_it_rest(
    hosted: Hosted, given: Town, door: Door
) -> None:
    visitor = hosted.visitor(given.worker())

    (entry,) = hosted.run(hosted.host.entries("committee", visitor))
    assert (entry.href, entry.label) == ("/plugins/chaos/reports/figures", "捣乱月报")

    let_rest(hosted, door, "report:figures")
    assert list(hosted.run(hosted.host.entries("committee", visitor))) == []


@BOTH
def test_a_page_and_its_entry_are_there_for_whoever_holds_their_role(hosted: Hosted, given: Town) -> None:
    visitor = hosted.visitor(given.secretary())
    kept = partial(
        hosted.host.page, "committee", "chaos", "GET", path="/kept", query={}, form={}, visitor=visitor
    )

    def labels() -> list[str]:
        return [one.label for one in hosted.run(hosted.host.entries("committee", visitor))]

    assert hosted.run(kept()).status == 403
    assert "保管" not in labels()

    hosted.gateway.roles = ("keeper",)

    assert hosted.run(kept()).blocks["title"] == "Kept"
    assert "保管" in labels()


# -- what happens to it -----------------------------------------------------------------------------


@BOTH
def test_settings_are_looked_at_before_they_are_kept(hosted: Hosted, given: Town) -> None:
    visitor = hosted.visitor(given.secretary())
    hosted.gateway.is_on = False

    assert hosted.run(hosted.host.check_settings("chaos", {"deed": "nothing"}, visitor)) == {}
    assert set(hosted.run(hosted.host.check_settings("chaos", {"deed": 3}, visitor))) == {"deed"}


def test_what_plugins_do_by_themselves_is_looked_at_together(hosted: Hosted) -> None:
    hosted.run(hosted.beside.look_what_is_due())

    assert hosted.gateway.forgotten == []


def test_what_does_not_run_yet_is_not_switched_on_and_says_what_to_do(hosted: Hosted, given: Town) -> None:
    visitor = hosted.visitor(given.secretary())

    said = hosted.run(hosted.host.switched_on("just-installed", visitor))

    assert "重新启动" in said
    assert hosted.run(hosted.host.health("just-installed", visitor)).said == said
    assert hosted.run(hosted.host.check_settings("just-installed", {}, visitor)) == {"": said}
