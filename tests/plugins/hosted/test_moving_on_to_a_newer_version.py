"""A plugin is told once where it runs in a newer version: in one process, and until it is done."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from core_db.foundation.clock import RehearsedClock
from core_db.foundation.door import Door
from core_db.installs import PluginFiles, record_plugin, remove_plugin
from core_db.installs.model import INSTALLS
from core_db.installs.words import InstallState, RunMode
from core_db.relay import FactStream
from plugins.host.hosting import Beside
from plugins.host.loading import to_load
from plugins.host.upgrading import CLAIMED_FOR, PAUSE, Upgrades
from tests.plugins.hosted.conftest import Hosted, OpenGateway, ShellOfATest, install, switch_on
from tests.town import Town

BOTH = pytest.mark.parametrize("mode", list(RunMode))
#: What is installed in these tests is 0.1.0.
BEFORE, NOW, AFTER = "0.0.9", "0.1.0", "0.2.0"


@pytest.fixture
def before(hosted: Hosted, door: Door) -> None:
    """It ran here in the version before."""
    is_now(door, ran_version=BEFORE)


def is_now(door: Door, **said: Any) -> None:
    door.write_now(lambda session: session.execute(update(INSTALLS).values(**said)))


def kept(door: Door, name: str = "ran_version") -> Any:
    return door.read_now(lambda session: session.execute(select(INSTALLS.c[name])).scalar())


def look(hosted: Hosted, upgrades: Upgrades | None = None) -> int:
    """As the host does at its start and each half minute."""
    return hosted.run(hosted.beside._host_loop.run((upgrades or hosted.beside.upgrades).run_due()))


def another_process(hosted: Hosted, version: str = NOW) -> Upgrades:
    """Beside which the host of the test runs; it has the plugin in this version."""
    beside = hosted.beside
    running = {"chaos": replace(beside.running["chaos"], version=version)}
    return Upgrades(beside._door, beside._clock, running, beside.calls)


def committee_switches_on(hosted: Hosted) -> str:
    return hosted.run(hosted.host.switched_on("chaos", hosted.visitor(hosted.town.secretary())))


@BOTH
@pytest.mark.usefixtures("before")
def test_it_is_told_the_first_time_and_never_again(hosted: Hosted, door: Door) -> None:
    assert look(hosted) == 1
    assert look(hosted) == 0
    assert look(hosted, another_process(hosted)) == 0

    assert (hosted.gateway.once, kept(door)) == (["moved on"], NOW)


def test_it_is_told_at_the_start_of_a_process_without_a_look_being_waited_for(
    given: Town, door: Door, clock: RehearsedClock, settings: Any
) -> None:
    install(door, clock, RunMode.WORKER)
    switch_on(door, clock, given.community.id)
    is_now(door, ran_version=BEFORE)
    gateway, stream = OpenGateway(clock), FactStream(door)
    shell: Any = ShellOfATest(door, clock, settings, {"facts": stream})

    async def started() -> None:
        beside = Beside(shell, gateway, gateway)
        await beside.begin(door.read_now(to_load), by_itself=True)
        await beside.upgraded
        await beside.end()

    stream.start()
    asyncio.run(started())
    stream.stop()

    assert (gateway.once, kept(door)) == (["moved on"], NOW)


def test_each_neighbourhood_is_told_for_itself(hosted: Hosted, door: Door, clock: RehearsedClock) -> None:
    switch_on(door, clock, hosted.town.worker_next_door().grants[0].place_id)
    is_now(door, ran_version=BEFORE)

    assert look(hosted) == 2
    assert hosted.gateway.once == ["moved on"] * 2


def test_where_it_never_ran_it_has_nothing_to_move_on_from(hosted: Hosted, door: Door) -> None:
    assert committee_switches_on(hosted) == ""
    assert kept(door) == NOW
    assert look(hosted) == 0

    assert hosted.gateway.once == ["came on"]


@BOTH
@pytest.mark.usefixtures("before")
def test_what_failed_is_said_and_tried_again_until_it_is_done(
    hosted: Hosted, door: Door, clock: RehearsedClock, caplog: pytest.LogCaptureFixture
) -> None:
    visitor = hosted.visitor(hosted.town.secretary())
    hosted.gateway.deed = "raise"
    assert look(hosted) == 1
    assert look(hosted) == 0

    health = hosted.run(hosted.host.health("chaos", visitor))
    assert not health.ok
    assert health.said.startswith(
        "新版本要做的升级没有做完，会自动再试：fault: ValueError: broken on purpose"
    )
    assert "what 0.1.0 does first after 0.0.9 failed" in caplog.text
    assert kept(door) == BEFORE

    # A process that is begun waits for no pause.
    assert look(hosted, another_process(hosted)) == 1
    clock.advance(PAUSE)
    hosted.gateway.deed = "nothing"
    assert look(hosted) == 1
    assert look(hosted, another_process(hosted)) == 0
    assert (len(hosted.gateway.once), kept(door), kept(door, "upgrade_failure")) == (3, NOW, "")
    assert hosted.run(hosted.host.health("chaos", visitor)).ok


@pytest.mark.usefixtures("before")
def test_of_two_processes_that_start_side_by_side_one_tells_it(hosted: Hosted) -> None:
    other, found = another_process(hosted), []

    async def the_other_looks() -> None:
        found.append(await other.run_due())

    hosted.gateway.meanwhile = the_other_looks
    assert look(hosted) == 1

    assert (found, hosted.gateway.once) == ([0], ["moved on"])


@pytest.mark.usefixtures("before")
def test_whoever_died_at_it_lets_it_go_after_his_time(
    hosted: Hosted, door: Door, clock: RehearsedClock
) -> None:
    is_now(door, upgrading_until=clock.now() + CLAIMED_FOR)
    assert look(hosted) == 0

    clock.advance(CLAIMED_FOR + timedelta(seconds=1))

    assert look(hosted) == 1


def test_a_process_that_still_runs_the_older_version_takes_nothing_back(hosted: Hosted, door: Door) -> None:
    is_now(door, ran_version=BEFORE)
    assert look(hosted, another_process(hosted, AFTER)) == 1

    assert look(hosted) == 0
    assert look(hosted, another_process(hosted, AFTER)) == 0
    assert (hosted.gateway.once, kept(door)) == (["moved on"], AFTER)


@pytest.mark.usefixtures("before")
def test_one_that_has_nothing_to_do_then_is_known_to_have_run_all_the_same(
    hosted: Hosted, door: Door
) -> None:
    running = hosted.beside.running["chaos"]
    hosted.beside.running["chaos"] = replace(running, declared={**running.declared, "lifecycle": []})

    assert look(hosted) == 0

    assert (hosted.gateway.once, kept(door)) == ([], NOW)


@BOTH
@pytest.mark.usefixtures("before")
def test_where_it_is_held_it_is_told_once_the_committee_agrees_and_before_it_comes_on(
    hosted: Hosted, door: Door
) -> None:
    is_now(door, state=InstallState.HELD)
    assert look(hosted) == 0

    is_now(door, state=InstallState.ENABLED)

    assert committee_switches_on(hosted) == ""
    assert (hosted.gateway.once, kept(door)) == (["moved on", "came on"], NOW)
    assert look(hosted) == 0


@pytest.mark.usefixtures("before")
def test_what_fails_while_it_is_switched_on_is_the_reason_that_keeps_it_off(
    hosted: Hosted, door: Door
) -> None:
    hosted.gateway.deed = "raise"

    assert committee_switches_on(hosted) == "ValueError: broken on purpose"

    assert (hosted.gateway.once, kept(door)) == (["moved on"], BEFORE)


@pytest.mark.parametrize(("keep", "ran"), [(True, BEFORE), (False, "")])
@pytest.mark.usefixtures("before")
def test_removed_with_what_it_kept_it_begins_anew(
    keep: bool, ran: str, hosted: Hosted, given: Town, door: Door
) -> None:
    given.do(remove_plugin, "chaos", given.community.id, keep=keep, by=given.secretary())

    assert kept(door) == ran


def test_another_version_is_installed_and_nobody_forgets_which_ran(
    hosted: Hosted, given: Town, door: Door
) -> None:
    is_now(door, ran_version=NOW)
    manifest = hosted.beside.running["chaos"].manifest.model_dump(mode="json", by_alias=True)
    files = PluginFiles(version=AFTER, package="chaos", folder="", run_mode=RunMode.WORKER)

    given.do(record_plugin, manifest, files, {}, by=given.system())

    assert kept(door) == NOW
    assert look(hosted, another_process(hosted, AFTER)) == 1
