"""The secretary prints a checkpoint of the record for the notice board, and sees whether somebody vouches for it."""

from datetime import timedelta

import pytest
from sqlalchemy import insert

from app_shell.moments import when
from core_db.audit import make_checkpoint, record, witness_key
from core_db.audit.model import COSIGNATURES
from core_db.audit.notes import cosigned
from core_db.foundation.actor import system_actor


def test_the_secretary_prints_it_and_it_names_nobody(given, actor_client, door, clock):
    secretary = given.secretary()
    client = actor_client(secretary, page=True)
    assert "还没有内容" in client.get("/record").text
    door.write_now(
        lambda session: record(session, action="test.deed", actor=secretary, clock=clock, right=None)
    )
    newest = make_checkpoint(door, clock=clock)

    page = client.get("/record").text

    assert "<svg" in page
    assert newest.origin in page
    assert newest.root.hex()[:4] in page
    assert secretary.id not in page
    assert "/record" in client.get("/posters").text


def test_it_is_not_for_workers_and_strangers(given, actor_client, committee_client):
    worker = actor_client(given.worker(), page=True)

    assert worker.get("/record").status_code == 403
    assert "/record" not in worker.get("/posters").text
    assert committee_client.get(
        "/record", headers={"Accept": "text/html"}, follow_redirects=False
    ).status_code in (303, 401)


@pytest.fixture
def witnessed(committee_client, door, clock):
    """`witnessed(at)`: an installation with a witness, who signed the newest checkpoint at that moment."""
    shell, key = committee_client.app.state.shell, witness_key(door.keyring)
    given_by = {"witness_url": "https://street.example", "witness_key": str(key)}
    shell.settings = shell.settings.model_copy(update=given_by)

    def sign(at) -> None:
        newest = make_checkpoint(door, clock=clock)
        _whole, line = cosigned(newest, door.keyring.signing_key("witness"), key, at=at)
        signed = {"size": newest.size, "at": at, "line": line}
        door.write_now(lambda session: session.execute(insert(COSIGNATURES), signed))

    return sign


@pytest.fixture
def looks(given, actor_client):
    """How it stands, as `(red, page)`: for the secretary, and for whoever runs the platform."""
    readers = ((given.secretary(), "/record"), (given.system_administrator(), "/operation"))

    def look(lang="zh"):
        # Each signs in anew: a session of the staff does not last a day.
        pages = [
            actor_client(reader, page=True).get(path, headers={"Accept-Language": lang}).text
            for reader, path in readers
        ]
        assert len({'class="notice bad"' in page for page in pages}) == 1
        return 'class="notice bad"' in pages[0], pages

    return look


def test_it_turns_red_when_the_witness_has_not_signed_for_a_day(deed, witnessed, looks, clock):
    signed_at = clock.now()
    witnessed(signed_at)
    clock.advance(timedelta(hours=24))
    red, pages = looks()
    assert not red
    assert all(f"外面的见证单位在 {when(signed_at)} 核对过" in page for page in pages)

    clock.advance(timedelta(seconds=1))

    red, pages = looks()
    assert red
    assert all(f"从 {when(signed_at)} 起，见证单位一直没有核对过" in page for page in pages)
    assert all(f"Since {when(signed_at, 'en')} the witness" in page for page in looks("en")[1])
    assert f"外面的单位最近一次核对：{when(signed_at)}。" in pages[0]


def test_it_is_green_again_with_the_next_signature(deed, witnessed, looks, clock):
    witnessed(clock.now())
    clock.advance(timedelta(days=3))
    assert looks()[0]

    witnessed(clock.now())

    assert not looks()[0]


def test_without_a_witness_it_says_since_when_and_is_red_after_a_day(deed, looks, door, clock):
    began = clock.now()
    make_checkpoint(door, clock=clock)
    red, pages = looks()
    assert not red
    assert all(f"从 {when(began)} 起，这份记录一直没有外面的单位作见证" in page for page in pages)

    clock.advance(timedelta(days=1, seconds=1))

    assert looks()[0]
    assert "还没有外面的单位核对过" in looks()[1][0]


def test_a_witness_who_never_signed_is_waited_for_since_the_first_checkpoint(
    deed, witnessed, looks, door, clock
):
    make_checkpoint(door, clock=clock)
    assert not looks()[0]
    assert all("还没有核对过" in page for page in looks()[1])

    clock.advance(timedelta(days=1, seconds=1))

    assert looks()[0]


def test_where_there_is_nothing_to_sign_nothing_is_red(looks):
    red, pages = looks()

    assert not red
    assert not [page for page in pages if "见证单位" in page]


@pytest.fixture
def deed(door, clock):
    door.write_now(
        lambda session: record(
            session, action="test.deed", actor=system_actor("tests"), clock=clock, right=None
        )
    )
