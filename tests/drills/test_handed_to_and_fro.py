"""R-02, R-06: a case is handed to and fro by many at once while the server dies. It is always with one alone.

Workers hand it to one of two firms, or over to the other; the firms hand it back, and after two returns the town says
that they were right; each says which version he saw. Afterwards the whole history is one chain: whoever hands it back
had it, the town rules on what nobody has, and each hand-over that was acknowledged stands once in it.
"""

import asyncio
import itertools
import random
import time
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from core_db.foundation.clock import RehearsedClock
from tests.cases.conftest import Walk
from tests.drills.house import Place, size, together, until_answered
from tests.drills.test_killed_in_the_middle import killing
from tests.town import LIFT_FIRM, PROPERTY_FIRM, Town

HANDED = size(quick=10, long=2_000)
FIRMS = (PROPERTY_FIRM, LIFT_FIRM)
TOWN = "the town"
#: Where each verb keeps the words by which it is known again.
WORDS = {"dispatch": "note", "return": "text"}


@dataclass(frozen=True)
class HandOver:
    """One that was acknowledged: when it was asked for and answered, and its words."""

    begun: float
    ended: float
    said: str


@dataclass(frozen=True)
class Entry:
    """One of the case's history: handed to a firm, by a firm handed back, or that held to be right by the town."""

    kind: str
    firm: str
    said: str


def anomalies(chain: list[Entry], acknowledged: list[HandOver]) -> list[str]:
    """Everything that cannot be, if the case was with one alone at each moment."""
    found = [f"{said} stands there {n} times" for said, n in Counter(e.said for e in chain).items() if n > 1]
    holder: str | None = None
    for entry in chain:
        if entry.kind == "dispatched":
            holder = entry.firm
        elif entry.firm == TOWN:
            found += [f"{entry.said}: ruled on while {holder} had it"] if holder else []
        else:
            found += [f"{entry.said}: handed back by one who did not have it"] if holder != entry.firm else []
            holder = None
    at = {entry.said: place for place, entry in enumerate(chain)}
    found += [f"{one.said} was acknowledged and is lost" for one in acknowledged if one.said not in at]
    known = sorted((one for one in acknowledged if one.said in at), key=lambda one: at[one.said])
    latest = float("-inf")
    for one in known:
        if one.ended < latest:
            found.append(f"{one.said} was acknowledged before another was asked for, and stands after it")
        latest = max(latest, one.begun)
    return found


@pytest.fixture
def desk(place: Place) -> Place:
    place.app = "committee"
    return place


@dataclass(frozen=True)
class Scene:
    """The case, tokens of workers, and of those who send it back; whose account is of which firm, or the town's."""

    case: str
    workers: list[str]
    senders_back: list[str]
    firm_of: dict[str, str]


def prepared(town: Town) -> Scene:
    walk = Walk(town, RehearsedClock(datetime.now(UTC))).to("accepted")
    workers = [
        town.token_of(one) for one in (walk.worker, town.worker(name="小李"), town.worker(name="小王"))
    ]
    own = {town.contractor(firm): firm.name for firm in FIRMS} | {town.town_dispatcher(): TOWN}
    return Scene(
        walk.id, workers, [town.token_of(one) for one in own], {one.id: name for one, name in own.items()}
    )


def chain_of(desk: Place, scene: Scene) -> list[Entry]:
    rows = desk.stored(
        f"SELECT type, by_id, text FROM case_entries WHERE case_id = '{scene.case}' "
        "AND type IN ('dispatched', 'instructed', 'returned') ORDER BY position"
    )
    chain, to = list[Entry](), ""
    for kind, by, said in rows:
        if kind == "dispatched":
            # What was said to the firm stands in an entry of its own behind it.
            to = said
        else:
            chain.append(
                Entry("dispatched", to, said)
                if kind == "instructed"
                else Entry(kind, scene.firm_of[by], said)
            )
    return chain


def test_a_case_that_many_hand_to_and_fro_is_always_with_one_alone(desk):
    with desk.town() as town:
        scene = prepared(town)
    desk.start()
    acknowledged, numbers = [], itertools.count()

    async def hand(client, verb, **words):
        """Try once, on what is seen now; somebody else may have been quicker."""
        seen = await until_answered(client, "GET", f"/api/v1/cases/{scene.case}")
        if seen.status_code != 200:
            return
        said = f"{verb} {next(numbers)}"
        headers = {"Idempotency-Key": said.replace(" ", "-"), "If-Match": seen.headers["etag"]}
        begun = time.monotonic()
        where = f"/api/v1/cases/{scene.case}/{verb}"
        done = await until_answered(client, "POST", where, json=words | {WORDS[verb]: said}, headers=headers)
        assert done.status_code in (200, 403, 404, 409, 412), done.text
        if done.status_code == 200:
            acknowledged.append(HandOver(begun, time.monotonic(), said))

    async def worker(token):
        async with desk.client(token) as client:
            while len(acknowledged) < HANDED:
                await hand(client, "dispatch", lead=random.choice(FIRMS).id)

    async def sender_back(token):
        async with desk.client(token) as client:
            while len(acknowledged) < HANDED:
                await hand(client, "return", reason_code="not_our_duty")

    async def all_at_once():
        dying = killing(desk, acknowledged, HANDED)
        await together(dying, *map(worker, scene.workers), *map(sender_back, scene.senders_back))

    asyncio.run(all_at_once())

    chain = chain_of(desk, scene)
    assert len(chain) >= HANDED
    assert anomalies(chain, acknowledged) == []
    held = desk.stored(
        f"SELECT count(*) FROM case_dispatches WHERE case_id = '{scene.case}' AND is_current AND is_lead"
    )
    assert {entry.kind for entry in chain} == {"dispatched", "returned"}
    assert held == [(int(chain[-1].kind == "dispatched"),)]


def test_the_checker_sees_what_it_is_for():
    chain = [Entry("dispatched", "甲", "a"), Entry("returned", "甲", "b"), Entry("dispatched", "乙", "c")]
    fine = [HandOver(0, 1, "a"), HandOver(2, 3, "b"), HandOver(4, 5, "c")]

    assert anomalies(chain, fine) == []
    assert anomalies([*chain, Entry("returned", TOWN, "d")], fine) == ["d: ruled on while 乙 had it"]
    assert anomalies([chain[2], chain[1]], []) == ["b: handed back by one who did not have it"]
    assert anomalies(chain[:2], fine) == ["c was acknowledged and is lost"]
    assert anomalies(chain, [HandOver(9, 10, "a"), HandOver(2, 3, "b")])
    assert len(anomalies([*chain, chain[1], chain[2]], [])) == 3
