"""T11: whoever guesses the names of things finds none, however near he begins, and the log counts how often he did.

A hundred thousand guesses under `make drill`, a thousand at a push: ids a step from real ones, numbers of cases, codes
a sign away from one on a poster, tickets, names of tables handed out. Each has its control: what is real opens to
whoever may have it.
"""

import asyncio
import io
import random
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any
from uuid import UUID

import openpyxl
import pytest

from app_shell import refused
from core_db.cases import keep_photo, upload_photo
from core_db.cases.photos import CleanPhoto
from core_db.foundation.actor import Actor
from core_db.places.commands import SIGNS
from core_db.reveals import ExportDraft, approve_export, ask_for_export, make_exports
from tests.drills.house import size
from tests.security.knocking import Asked, as_json, knock, opens_a_socket
from tests.security.world import picture

GUESSES = size(quick=1_000, long=100_000)
WANTED = ExportDraft(fields=("phone",), reason="防汛期间逐户电话通知")


@dataclass(frozen=True)
class Thing:
    """What is guessed at: where it is asked for, its name, who guesses and who may have it."""

    app: str
    path: str
    name: str
    guesser: Actor
    owner: Actor


def steps_from(real: str) -> Iterator[str]:
    """Ids beside a real one: the next ones, one sign of it another, the same moment with other digits."""
    base, drawn = UUID(real).int, random.Random(real)
    for n in range(1, 10**9):
        yield str(UUID(int=base + n))
        yield str(UUID(int=base - n))
        yield str(UUID(int=base ^ (1 << drawn.randrange(60))))
        yield str(UUID(int=(base >> 62 << 62) | drawn.getrandbits(62)))


def signs_from(real: str, signs: str) -> Iterator[str]:
    """One sign or two of it another."""
    drawn = random.Random(real)
    while True:
        said = list(real)
        for _ in range(drawn.randint(1, 2)):
            said[drawn.randrange(len(said))] = drawn.choice(signs)
        yield "".join(said)


def numbers_of(real: str) -> Iterator[str]:
    """Its own and those around it, with the letters and without, as somebody reads them off a slip."""
    letters, day, last = real.split("-")
    yield from (real, last, last.lstrip("0"), f"{day}-{last}", f"{day}{last}")
    for n in range(10**9):
        yield f"{letters}-{int(day) - n // 9_999}-{n % 9_999 + 1:04}"


def a_photo(given: Any, settings: Any, by: Actor) -> str:
    photo = CleanPhoto(picture(), 8, 8)
    photo_id: str = keep_photo(settings.data_dir, photo)
    given.do(upload_photo, photo_id, photo, by=by)
    return photo_id


@pytest.fixture
def things(given, settings, door, clock):
    """One of each, guessed at by somebody of the same neighbourhood, whom no wall between neighbourhoods keeps out.

    But for whoever is in the register: of staff who get here nobody is refused to look him up.
    """
    aunt, neighbour = given.resident(), given.neighbour()
    worker, other, firm = given.worker(), given.worker(name="小李"), given.contractor()
    case = given.a_case(by=aunt, visibility="private").case
    export = given.do(ask_for_export, WANTED, by=worker)
    given.do(approve_export, export.id, by=given.secretary())
    make_exports(door, None, clock)
    photo = a_photo(given, settings, aunt)
    return {
        "a case": Thing("resident", "/api/v1/cases/{}", case.id, neighbour, aunt),
        "a photo": Thing("resident", "/api/v1/photos/{}", photo, neighbour, aunt),
        "a case, among staff": Thing("committee", "/api/v1/cases/{}", case.id, firm, worker),
        "somebody": Thing("committee", "/api/v1/people/{}", aunt.person_id, given.worker_next_door(), worker),
        "a table handed out": Thing("committee", "/api/v1/exports/{}/file", export.id, other, worker),
    }  # fmt: skip


def statuses(client: Any, thing: Thing, by: str, names: Iterator[str]) -> set[int]:
    """What is answered to whoever asks for each of these names."""
    headers = (("authorization", f"Bearer {by}"),)

    async def one_by_one() -> set[int]:
        return {
            (
                await knock(client.app, Asked(method="GET", path=thing.path.format(name), headers=headers))
            ).status
            for name in names
        }

    found: set[int] = client.portal.call(one_by_one)
    return found


@pytest.fixture
def lines(monkeypatch):
    """The lines of this minute about whoever was refused something, in a minute that does not pass."""
    measure = refused.Measure(monotonic=lambda: 0.0)
    monkeypatch.setattr(refused, "_measure", measure)
    return measure


KINDS = ("a case", "a photo", "a case, among staff", "somebody", "a table handed out")


@pytest.mark.either
@pytest.mark.parametrize("kind", KINDS)
def test_no_id_is_guessed_and_the_log_counts_the_guesses(kind, things, given, lines, request):
    thing = things[kind]
    client = request.getfixturevalue(f"{thing.app}_client")
    many = GUESSES // len(KINDS)
    steps = signs_from(thing.name, "0123456789abcdef") if "-" not in thing.name else steps_from(thing.name)
    guesses = (one for one in steps if one != thing.name)

    found = statuses(client, thing, given.token_of(thing.guesser), islice(guesses, many - 1))
    his = statuses(client, thing, given.token_of(thing.guesser), iter([thing.name]))
    own = statuses(client, thing, given.token_of(thing.owner), iter([thing.name]))

    assert (found, his, own) == ({404}, {404}, {200})
    flood = lines._floods[thing.guesser.id, "not-found"]
    assert (flood.lines, flood.lines + flood.unheard) == (refused.A_MINUTE, many)


@pytest.mark.either
def test_no_number_finds_a_case_of_somebody_elses(given, committee_client):
    number = str(given.a_case().case.number)
    thing = Thing("committee", "/api/v1/cases", number, given.contractor(), given.worker())
    tokens = {who: given.token_of(who) for who in (thing.guesser, thing.owner)}

    async def found_by(who: Actor, names: Iterator[str]) -> set[bytes]:
        headers = (("authorization", f"Bearer {tokens[who]}"),)
        asked = [Asked(method="GET", path=thing.path, query=f"q={one}", headers=headers) for one in names]
        return {(await knock(committee_client.app, one)).body for one in asked}

    call = committee_client.portal.call
    guessed = call(found_by, thing.guesser, islice(numbers_of(number), GUESSES // 10))
    (own,) = call(found_by, thing.owner, iter([number]))

    assert {b'"items":[]' in one for one in guessed} == {True}
    assert number.encode() in own


@pytest.mark.either
def test_no_code_of_a_poster_is_guessed(given, resident_client):
    real = {spot.code for spot in (given.building, given.other_building, given.neighbouring_building)}
    thing = Thing("resident", "/at/{}", given.building.code, given.resident(), given.resident())
    guesses = (one for one in signs_from(thing.name, SIGNS) if one not in real)

    found = statuses(resident_client, thing, "", islice(guesses, GUESSES // 10))

    assert found == {404}
    assert statuses(resident_client, thing, "", iter([thing.name])) == {200}


@pytest.mark.either
def test_no_ticket_is_guessed(given, door, clock, resident_client):
    actor = given.resident()
    token = given.token_of(actor)
    body, kind = as_json({})
    asked = Asked(
        method="POST", path="/api/v1/live/ticket", body=body,
        headers=(*kind, ("authorization", f"Bearer {token}")),
    )  # fmt: skip
    answer = resident_client.portal.call(knock, resident_client.app, asked)
    real = answer.body.decode().split('"')[3]
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    near = (one for one in signs_from(real, letters) if one != real)
    made_up = (secrets.token_urlsafe(32) for _ in range(GUESSES))

    async def opened(tickets: list[str]) -> list[str]:
        return [one for one in tickets if await opens_a_socket(resident_client.app, f"ticket={one}")]

    half = GUESSES // 20
    call = resident_client.portal.call
    assert call(opened, [*islice(near, half), *islice(made_up, half)]) == []
    assert call(opened, [real]) == [real]


# -- two at once ------------------------------------------------------------------------------------------


@pytest.mark.either
def test_two_tables_asked_for_in_one_moment_are_each_its_askers_own(given, door, clock, committee_client):
    given.resident(name="赵阿姨", phone="13812345678")
    workers, secretary = (given.worker(name="小张"), given.worker(name="小李")), given.secretary()
    tokens = {one.id: given.token_of(one) for one in (*workers, secretary)}

    async def all_at_once(*asked: tuple[Actor, str, str, dict[str, Any] | None]) -> list[Any]:
        return await asyncio.gather(*(knock(committee_client.app, of(*one)) for one in asked))

    def of(who: Actor, method: str, path: str, words: dict[str, Any] | None) -> Asked:
        body, kind = as_json(words) if words is not None else (b"", ())
        key = (("idempotency-key", secrets.token_hex(8)),) if method == "POST" else ()
        return Asked(
            method=method, path=path, body=body,
            headers=(*kind, *key, ("authorization", f"Bearer {tokens[who.id]}")),
        )  # fmt: skip

    call, words = committee_client.portal.call, {"fields": ["phone"], "reason": WANTED.reason}
    asked = call(all_at_once, *((who, "POST", "/api/v1/exports", words) for who in workers))
    ids = [one.body.decode().split('"id":"')[1][:32] for one in asked]
    call(all_at_once, *((secretary, "POST", f"/api/v1/exports/{one}/approval", {}) for one in ids))
    make_exports(door, None, clock)
    fetched = call(
        all_at_once,
        *((who, "GET", f"/api/v1/exports/{one}/file", None) for who in workers for one in ids),
    )

    assert len(set(ids)) == 2
    assert [one.status for one in fetched] == [200, 404, 404, 200]
    for who, one, other in ((workers[0], fetched[0], workers[1]), (workers[1], fetched[3], workers[0])):
        (head, *_rest) = openpyxl.load_workbook(io.BytesIO(one.body)).active.iter_rows(values_only=True)
        assert who.name in head[0]
        assert other.name not in head[0]
