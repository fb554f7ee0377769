"""R-01, R-02: the server is killed again and again; nothing acknowledged is lost, nothing is there twice.

What each client saw is kept as a history and checked afterwards: every message that was acknowledged stands once
in its case, in an order that agrees with what was seen, and every reading was the beginning of every later one.
"""

import asyncio
import itertools
import random
import time
from collections import Counter
from collections.abc import Sized
from dataclasses import dataclass, field

import httpx2

from tests.drills.halves import halves_of_cases
from tests.drills.house import Place, size, submit, together, until_answered

CLIENTS = size(quick=8, long=32)
SUBMISSIONS, MESSAGES = size(quick=80, long=100_000), size(quick=40, long=2_000)
#: Deeds that the record keeps.
NOTES = size(quick=10, long=2_000)
#: How often the server dies meanwhile.
KILLS = size(quick=2, long=100)


async def killing(place: Place, acknowledged: Sized, of: int) -> None:
    """Kill and start again, each time a part of the work is done: in the middle of it, however fast it is."""
    loop = asyncio.get_running_loop()
    for kill in range(KILLS):
        while len(acknowledged) <= of * kill // KILLS:  # noqa: ASYNC110 - what is waited for is a length
            await asyncio.sleep(0.005)
        place.kill()
        await loop.run_in_executor(None, place.start)


def test_nothing_acknowledged_is_lost_and_nothing_is_there_twice(place):
    tokens = place.tokens(CLIENTS)
    place.start()
    answers: dict[str, bytes] = {}
    numbers = itertools.count()

    async def resident(token: str) -> None:
        async with place.client(token) as client:
            while (number := next(numbers)) < SUBMISSIONS:
                key, text = f"storm-{number}", f"第 {number} 件：楼道灯不亮"
                answer = await submit(client, key, text)
                assert answer.status_code == 201, answer.text
                answers[text] = answer.content
                if random.random() < 0.05:
                    again = await submit(client, key, text)
                    assert again.content == answer.content, "asked again, the answer was another"

    async def scene() -> None:
        await together(killing(place, answers, SUBMISSIONS), *(resident(token) for token in tokens))

    asyncio.run(scene())

    place.kill()
    stored = Counter(text for (text,) in place.stored("SELECT text FROM cases"))
    assert set(answers) <= set(stored), "acknowledged and lost"
    assert max(stored.values()) == 1, "stored twice"
    assert len(answers) == SUBMISSIONS == stored.total()
    assert halves_of_cases(place.stored) == [], "of one transaction a part is there and a part is not"
    assert place.stored("PRAGMA integrity_check") == [("ok",)]


def test_no_deed_is_without_its_line_in_the_record_and_no_line_without_its_deed(place):
    place.app = "committee"
    with place.town() as town:
        tokens = [town.token_of(town.worker(name=f"小张{n}")) for n in range(2)]
    place.start()
    answers: dict[str, str] = {}
    numbers = itertools.count()

    async def worker(token: str) -> None:
        async with place.client(token) as client:
            while (number := next(numbers)) < NOTES:
                note, headers = (
                    {"text": f"交班 {number}", "to": "post:worker"},
                    {"Idempotency-Key": f"n-{number}"},
                )
                answer = await until_answered(client, "POST", "/api/v1/notes", json=note, headers=headers)
                assert answer.status_code == 201, answer.text
                answers[answer.json()["id"]] = note["text"]

    async def scene() -> None:
        await together(killing(place, answers, NOTES), *map(worker, tokens))

    asyncio.run(scene())

    place.kill()
    of_each = {
        "kept": "SELECT id FROM handover_notes",
        "recorded": "SELECT substr(reference, 15) FROM audit_events WHERE action = 'handover_note.written'",
        "told": "SELECT substr(subject, 15) FROM outbox WHERE type = 'cn.shequyun.handover_note.written.v1'",
        "answered": "SELECT json_extract(body, '$.id') FROM idempotency_records WHERE status = 201",
    }
    found = {what: sorted(one for (one,) in place.stored(query)) for what, query in of_each.items()}
    assert found == dict.fromkeys(of_each, sorted(answers))
    _status, said = place.command("verify", "--audit")
    assert "链 完好  树 完好" in said, said


@dataclass
class History:
    """What the clients of one case saw, with the moments at which they asked and were answered."""

    acknowledged: list[tuple[float, float, str]] = field(default_factory=list)
    readings: list[tuple[float, float, list[str]]] = field(default_factory=list)

    def anomalies(self, final: list[str]) -> list[str]:
        """Everything that cannot be, if each message was put at the end once, in one order for all."""
        found = [f"{text} is there {n} times" for text, n in Counter(final).items() if n > 1]
        found += [
            f"{text} was acknowledged and is lost" for _b, _e, text in self.acknowledged if text not in final
        ]
        at = {text: place for place, text in enumerate(final)}
        for _begun, _ended, seen in self.readings:
            if seen != final[: len(seen)]:
                found.append(f"a reading saw {len(seen)} messages that are not the first of all")
        for _b, ended, early in self.acknowledged:
            for begun, _e, late in self.acknowledged:
                if ended < begun and at.get(early, -1) > at.get(late, len(final)):
                    found.append(f"{late} was sent after {early} was acknowledged, and stands before it")
        for _b, ended, text in self.acknowledged:
            for begun, _e, seen in self.readings:
                if ended < begun and text not in seen:
                    found.append(f"{text} was acknowledged, and a later reading did not see it")
        return found


def test_every_reading_agrees_with_one_order_of_what_was_acknowledged(place):
    (token,) = place.tokens(1)
    place.start()
    history, numbers = History(), itertools.count()

    async def messages(client: httpx2.AsyncClient, path: str) -> list[str]:
        answer = await until_answered(client, "GET", f"{path}/timeline")
        return [one["text"] for one in answer.json()["items"] if one["type"] == "message"]

    async def writer(path: str) -> None:
        async with place.client(token) as client:
            while (number := next(numbers)) < MESSAGES:
                text, headers = f"消息 {number}", {"Idempotency-Key": f"message-{number}"}
                begun = time.monotonic()
                answer = await until_answered(
                    client, "POST", f"{path}/messages", json={"text": text}, headers=headers
                )
                assert answer.status_code == 200, answer.text
                history.acknowledged.append((begun, time.monotonic(), text))

    async def reader(path: str) -> None:
        async with place.client(token) as client:
            while len(history.acknowledged) < MESSAGES:
                begun = time.monotonic()
                seen = await messages(client, path)
                history.readings.append((begun, time.monotonic(), seen))

    async def scene() -> list[str]:
        async with place.client(token) as client:
            raised = (await submit(client, "the-case", "楼道灯不亮，等人来修")).json()
            path = f"/api/v1/cases/{raised['id']}"
            dying = killing(place, history.acknowledged, MESSAGES)
            await together(dying, *(writer(path) for _ in range(8)), *(reader(path) for _ in range(2)))
            return await messages(client, path)

    final = asyncio.run(scene())

    assert len(history.readings) > 5
    assert len(final) == MESSAGES
    assert history.anomalies(final) == []


def test_the_checker_sees_what_it_is_for():
    history = History(
        acknowledged=[(0, 1, "a"), (2, 3, "b"), (4, 5, "c")],
        readings=[(6, 7, ["a", "b", "c"]), (8, 9, ["a"])],
    )

    assert len(history.anomalies(["a", "b", "c"])) == 2, "a later reading missed b and c"
    assert any("lost" in one for one in history.anomalies(["a", "b"]))
    assert any("times" in one for one in history.anomalies(["a", "b", "c", "b"]))
    assert any("stands before" in one for one in history.anomalies(["b", "a", "c"]))
