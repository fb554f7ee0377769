"""What a socket hears: exactly the facts about what its owner may see, in order, and no content."""

import pytest

from app_shell import live_hub, live_socket
from tests.live.listening import PING
from tests.relay.telling import note_case, tell


def keys_of(given, requester) -> dict[str, str]:
    """One audience key of each sort a case's facts carry."""
    return {
        "requester": f"account:{requester.id}",
        "committee": f"staff:{given.community.id}",
        "town": f"staff:{given.town.id}",
        "district": f"staff:{given.district.id}",
        "firm": f"organisation:{given.property_firm.id}",
        "public": f"public:{given.community.id}",
    }


HEARS = {
    "resident": {"requester", "public"},
    "neighbour": {"public"},
    "resident_next_door": set(),
    "newcomer": set(),
    "worker": {"committee"},
    "secretary": {"committee"},
    "worker_next_door": set(),
    "town_dispatcher": {"town"},
    "district_dispatcher": {"district"},
    "contractor": {"firm"},
    "analyst": set(),
}
RESIDENTS = ("resident", "neighbour", "resident_next_door", "newcomer")


@pytest.mark.parametrize("app", ["resident", "committee"])
def test_everybody_hears_exactly_what_is_meant_for_him(serve, given, door, clock, app):
    people = {who: getattr(given, who)() for who in HEARS if (who in RESIDENTS) is (app == "resident")}
    # On the committee's app nobody is the requester; his key is still among the facts.
    keys = keys_of(given, people.get("resident") or given.resident())
    running = serve(app)
    ears = {who: running.listen(given.token_of(actor)) for who, actor in people.items()}
    everybody = [key for who in people for key in (f"account:{people[who].id}",)]

    cases = {sort: tell(door, clock=clock, audience=["case:x", key]) for sort, key in keys.items()}
    last = tell(door, clock=clock, audience=everybody)
    heard = {}
    for who, ear in ears.items():
        if who == "analyst":
            continue
        heard[who] = []
        while (message := ear.next())["subject"] != f"case/{last}":
            heard[who].append(message["subject"])
    running.run(running.hub.ping())
    if "analyst" in ears:
        heard["analyst"] = [message["subject"] for message in ears["analyst"].until_ping()]

    assert heard == {who: [f"case/{cases[s]}" for s in keys if s in HEARS[who]] for who in people}


def test_the_hello_says_from_where_and_a_fact_says_what_happened_and_no_more(ear, tell_staff, clock):
    position = tell_staff()

    fact = ear.next()

    assert ear.hello == {"type": "hello", "position": 0}
    assert fact["subject"].startswith("case/")
    assert fact | {"subject": ""} == {
        "position": position, "type": "case.noted", "subject": "", "at": clock.now().isoformat(),
    }  # fmt: skip


def test_a_case_raised_by_a_resident_is_heard_at_the_committee(ear, given):
    raised = given.a_case()

    fact = ear.next()

    assert (fact["type"], fact["subject"]) == ("case.submitted", f"case/{raised.case.id}")


def test_many_facts_of_one_commit_come_in_order_and_complete(ear, given, door, clock):
    audience = [f"staff:{given.community.id}"]
    door.write_now(lambda s: [note_case(s, clock=clock, audience=audience) for _ in range(200)])

    positions = [ear.next()["position"] for _ in range(200)]

    assert positions == list(range(positions[0], positions[0] + 200))


def test_silence_is_broken_by_pings(committee_app, ear):
    committee_app.run(committee_app.hub.ping())

    assert ear.next() == PING


# -- coming back ------------------------------------------------------------------------------------


def test_who_comes_back_hears_what_he_missed_and_then_goes_on(committee_app, given, tell_staff):
    token = given.token_of(given.worker())
    first = committee_app.listen(token)
    seen = tell_staff()
    assert first.next()["position"] == seen
    first.close()
    missed = [tell_staff() for _ in range(3)]

    again = committee_app.listen(token, after=seen)
    now = tell_staff()

    assert again.hello == {"type": "hello", "position": seen}
    assert [again.next()["position"] for _ in range(4)] == [*missed, now]


def test_a_process_that_has_just_started_knows_what_was_told_before(serve, given, tell_staff):
    told = [tell_staff() for _ in range(3)]
    running = serve("committee")
    # Everybody who was here comes at once: none of them is a reading of the database of his own.
    assert [line[0] for line in running.hub.recent.after(0)] == told

    ear = running.listen(given.token_of(given.worker()), after=0)

    assert [ear.next()["position"] for _ in range(3)] == told


def test_what_fell_out_of_memory_is_read_from_the_database(committee_app, given, tell_staff, monkeypatch):
    monkeypatch.setattr(live_socket, "KEPT", 2)
    told = [tell_staff() for _ in range(9)]

    ear = committee_app.listen(given.token_of(given.worker()), after=told[0])

    assert [ear.next()["position"] for _ in range(8)] == told[1:]


def test_he_hears_nothing_of_the_past_that_is_not_his(committee_app, given, tell_staff):
    tell_staff()

    ear = committee_app.listen(given.token_of(given.worker_next_door()), after=0)
    committee_app.run(committee_app.hub.ping())

    assert ear.until_ping() == []


@pytest.mark.parametrize("after", ["too old", "of another life", "no number"])
def test_a_cursor_that_cannot_be_resumed_is_told_so_and_goes_on_live(
    committee_app, given, tell_staff, monkeypatch, after
):
    monkeypatch.setattr(live_socket, "KEPT", 1)
    monkeypatch.setattr(live_hub, "READ_BACK", 2)
    newest = [tell_staff() for _ in range(6)][-1]
    # Whoever hears the newest fact knows that the hub has taken it.
    committee_app.listen(given.token_of(given.worker()), after=newest - 1).next()

    cursor = {"too old": 0, "of another life": newest + 1000, "no number": "yesterday"}[after]
    ear = committee_app.listen(given.token_of(given.worker()), after=cursor)
    now = tell_staff()

    assert ear.hello == {"type": "hello", "position": newest}
    assert ear.next() == {"type": "resync"}
    assert ear.next()["position"] == now


@pytest.mark.parametrize("app", ["resident", "committee"])
@pytest.mark.parametrize("after", ["abc", "", "-1", "1.5", "9" * 30])
def test_each_app_says_resync_to_a_cursor_that_cannot_be_read(serve, given, app, after):
    who = given.resident() if app == "resident" else given.worker()

    ear = serve(app).listen(given.token_of(who), after=after)

    assert ear.hello["type"] == "hello"
    assert ear.next() == {"type": "resync"}
