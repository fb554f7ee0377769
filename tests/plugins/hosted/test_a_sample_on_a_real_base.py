"""The sample with which the interface was designed, on a real base: what it waits for is said there."""

import asyncio
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import select

from app_shell.plugged import Visitor
from core_db.cases import accept_case, close_case
from core_db.cases.drafts import AcceptanceDraft, ClosureDraft
from core_db.cases.model import CASES
from core_db.foundation.actor import Actor
from core_db.foundation.came import BY_COMMAND
from core_db.foundation.clock import RehearsedClock
from core_db.foundation.door import Door
from core_db.installs.words import RunMode
from core_db.mydata import PurposeOf, agree_to_purpose, my_plugin_consents
from core_db.people import Person
from core_db.people.changing import set_birth
from core_db.relay import begin_listening, deliver_once
from core_db.tags import AssignmentDraft, DefinitionDraft, assign_tag, define_tag
from plugins.host.calling import Wanted
from plugins.host.documents import Documents, declared_in
from plugins.host.fetching import Fetched
from plugins.host.hearing import messengers_of
from plugins.host.hosting import Beside
from plugins.host.operating import declared_by, install_fetched
from plugins.sdk.manifest_file import read_manifest
from tests.plugins.hosted.test_from_wheel_to_removal import served, switch_on
from tests.resident.conftest import do_again
from tests.town import Town

__all__ = ["do_again"]
ID = "elder-visits"
SAMPLES = Path(__file__).parent.parent / "samples"


def install(door: Door, clock: RehearsedClock, settings: Any) -> None:
    """As the command does, out of the folder where the sample lies."""
    manifest = read_manifest(SAMPLES / "elder_visits")
    sample = Fetched(manifest=manifest, version="1.2.0", package="elder_visits", folder=SAMPLES)
    install_fetched(door, sample, RunMode.WORKER, declared_by(sample, settings.data_dir))
    own = Documents(settings.data_dir, door.engines, declared=declared_in(door), clock=clock)
    own.prepare(ID, None if door.engines.is_sqlite else door.operator.write)
    own.close()


def somebody_old_and_alone(given: Town, door: Door) -> Actor:
    """She lives alone, and agrees to be visited."""
    aunt = given.resident()
    door.write_now(lambda session: set_birth(session, session.get(Person, aunt.person_id), date(1938, 6, 1)))
    alone = DefinitionDraft(
        place_id=given.district.id, code="lives_alone", name="独居", kind="family", legal_basis="法"
    )
    tag = given.do(define_tag, alone, by=given.district_dispatcher())
    given.do(assign_tag, aunt.person_id, AssignmentDraft(definition_id=tag.id), by=given.system())
    (plugin,) = given.see(my_plugin_consents, by=aunt)
    (read,) = plugin.purposes
    purpose = PurposeOf(
        plugin_id=ID, community_id=given.community.id, purpose="visit", text_version=read.purpose.text_version
    )
    given.do(agree_to_purpose, purpose, by=aunt)
    return aunt


def test_it_opens_a_case_and_notes_the_visit_when_the_committee_closes_it_as_resolved(
    given: Town, door: Door, clock: RehearsedClock, settings: Any, do_again: Any
) -> None:
    install(door, clock, settings)
    secretary, worker = given.secretary(), given.worker()
    switch_on(given, secretary, ID)
    aunt = somebody_old_and_alone(given, door)
    visitor = Visitor(actor=secretary, community_id=given.community.id, lang="zh", came=BY_COMMAND)

    def closed(case_id: str) -> None:
        given.do(accept_case, case_id, AcceptanceDraft(), by=worker)
        do_again(case_id)
        given.do(close_case, case_id, ClosureDraft(outcome="resolved", text="看过了，都好"), by=worker)

    async def panel(beside: Beside) -> list[str]:
        (shown,) = await beside.host.cards("committee.resident.panels", aunt.person_id, visitor)
        assert shown.card is not None
        return [one["value"] for one in shown.card["body"]]

    async def lived() -> list[list[str]]:
        async with served(door, clock, settings) as beside:
            posts = messengers_of(
                beside.running[ID], places=beside.places, calls=beside.calls, submit=beside._host_loop.submit
            )
            (post,) = (one for one in posts if one.types == ("case.closed",))
            await asyncio.to_thread(door.write_now, lambda session: begin_listening(session, post.name))
            job = Wanted(kind="job", name="plan_visits", seconds=30, community_id=given.community.id)
            assert (await beside._host_loop.run(beside.calls.call(beside.running[ID], job))).ok
            before = await panel(beside)
            (case_id,) = await asyncio.to_thread(door.read_now, raised_by_plugins)
            await asyncio.to_thread(closed, case_id)
            assert await asyncio.to_thread(deliver_once, door, [post], clock=clock) == 1
            return [before, await panel(beside)]

    today = clock.now().date()

    assert asyncio.run(lived()) == [["—", str(today)], [str(today), str(today.replace(day=today.day + 7))]]


def raised_by_plugins(session: Any) -> list[str]:
    return list(
        session.execute(select(CASES.c.id).where(CASES.c.category_code == f"{ID}.elder_visit")).scalars()
    )
