"""R-06: fifty workers, one case, twenty edits of each, over the API and in the form of the page.

Each reads what is there, writes what follows from it and says which version he saw. Nobody's edit is lost; whoever was
overtaken is told by whom and with what; and whoever says nothing of a version is asked for it.
"""

import asyncio
import random
import re
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import httpx2
import pytest

from core_db.foundation.clock import RehearsedClock
from tests.cases.conftest import Walk
from tests.committee.reading import form_of
from tests.drills.house import Place, only_long, size, together, until_answered
from tests.drills.notes import keep_figures

WORKERS, EDITS = size(quick=5, long=50), size(quick=2, long=20)
#: Whoever was overtaken looks again after a moment, and after a longer one each time, as people do.
LOOKS_AGAIN, LONGEST = 0.25, 8.0


@dataclass
class Scene:
    """One case, and what came of everybody's tries at it."""

    desk: Place
    case: str
    saved: list[str] = field(default_factory=list)
    tries: Counter[int] = field(default_factory=Counter)

    @property
    def path(self) -> str:
        return f"/cases/{self.case}"


#: One try: saves the words on what is seen now, or says how that was refused.
Try = Callable[[Scene, httpx2.AsyncClient, str], Awaitable[int]]


async def over_the_api(scene: Scene, client: httpx2.AsyncClient, words: str) -> int:
    seen = await until_answered(client, "GET", f"/api/v1{scene.path}")
    headers = {
        "Idempotency-Key": f"{words} {seen.headers['etag']}".encode().hex(),
        "If-Match": seen.headers["etag"],
    }
    said = await until_answered(
        client, "POST", f"/api/v1{scene.path}/progress", json={"text": words}, headers=headers
    )
    if said.status_code == 412:
        told = said.json()
        assert told["version"] > int(seen.headers["etag"].strip('"'))
        assert told["changed"] == "progressed"
        assert re.search("干部[0-9]+ ", told["detail"]), "by whom is said"
    return said.status_code


async def in_the_form(scene: Scene, client: httpx2.AsyncClient, words: str) -> int:
    page = await until_answered(client, "GET", f"{scene.path}?do=progress")
    fields = form_of(page.text, "progress")
    assert fields["version"].isdigit()
    said = await until_answered(
        client, "POST", f"{scene.path}/progress", data=fields | {"text": words, "visible_to_resident": "true"}
    )
    if said.status_code == 412:
        assert words in said.text, "his words are still there"
        assert re.search("干部[0-9]+ ", said.text), "by whom is said"
    return said.status_code


def client_of(scene: Scene, token: str, way: Try) -> httpx2.AsyncClient:
    if way is over_the_api:
        return scene.desk.client(token)
    client = scene.desk.client()
    client.headers |= {"Accept": "text/html", "Origin": f"http://127.0.0.1:{scene.desk.port}"}
    client.cookies.set("shequyun_committee", token)
    return client


@pytest.fixture(params=["sqlite", "postgres"])
def desk(request: pytest.FixtureRequest) -> Place:
    place: Place = request.getfixturevalue("place" if request.param == "sqlite" else "place_on_postgres")
    place.app = "committee"
    place.more = {"SHEQUYUN_COMMITTEE_URL": f"http://127.0.0.1:{place.port}"}
    return place


@only_long
@pytest.mark.parametrize("way", [over_the_api, in_the_form])
def test_a_thousand_edits_by_fifty_at_once_all_count(desk, way):
    with desk.town() as town:
        walk = Walk(town, RehearsedClock(datetime.now(UTC))).to("accepted")
        tokens = [town.token_of(town.worker(name=f"干部{n} 同志")) for n in range(WORKERS)]
    scene = Scene(desk, walk.id)
    desk.start()

    async def worker(number: int, token: str) -> None:
        async with client_of(scene, token, way) as client:
            for n in range(EDITS):
                words, pause = f"edit {number}-{n}", LOOKS_AGAIN
                while (status := await way(scene, client, words)) == 412:
                    scene.tries[status] += 1
                    await asyncio.sleep(random.uniform(0, pause))
                    pause = min(2 * pause, LONGEST)
                scene.tries[status] += 1
                assert status in (200, 303)
                scene.saved.append(words)

    async def blind() -> None:
        async with desk.client(tokens[0]) as client:
            said = await until_answered(
                client, "POST", f"/api/v1{scene.path}/progress", json={"text": "blind"},
                headers={"Idempotency-Key": "blind"},
            )  # fmt: skip
        assert (said.status_code, said.json()["code"]) == (428, "version-missing")

    begun = time.monotonic()
    asyncio.run(together(blind(), *(worker(n, token) for n, token in enumerate(tokens))))

    note(scene, f"{way.__name__} {'postgres' if desk.owner else 'sqlite'}", time.monotonic() - begun)
    desk.kill()
    told = desk.stored(
        f"SELECT text FROM case_entries WHERE case_id = '{scene.case}' AND type = 'progressed'"
    )
    assert Counter(text for (text,) in told) == Counter(scene.saved)
    assert len(told) == WORKERS * EDITS
    assert desk.stored(f"SELECT version FROM cases WHERE id = '{scene.case}'") == [
        (walk.case.version + WORKERS * EDITS,)
    ]
    assert scene.tries[412] > 0, "nobody was ever overtaken"


def note(scene: Scene, what: str, took: float) -> None:
    keep_figures(f"fifty {what}", {"tries": dict(scene.tries), "seconds": round(took)})
