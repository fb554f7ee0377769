"""Who hears what of whose cases: topic × role over real sockets, with deeds of the world instead of made-up facts.

What opens and closes a socket is tried in tests/live; here that nobody hears of what he could not read.
"""

import json
from contextlib import ExitStack

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from core_db.accounts import sign_out_everywhere
from core_db.cases import VERBS, Verb
from core_db.foundation.drafts import read_draft
from tests.live.listening import serving
from tests.relay.telling import tell
from tests.security.conftest import DATABASES, stage_on
from tests.security.matrix import NOBODY, ROLES
from tests.security.world import RAISED, RESIDENTS

#: What is done, to whose case in which state, by whom.
DEEDS = {
    "a note": ("note", "private", "accepted", "worker"),
    "a message": ("messages", "private", "accepted", "own"),
    "progress among handlers": ("progress", "public", "signed", "contractor"),
    "a neighbour's support": ("support", "public", "accepted", "same community"),
    "a message on an unnamed one": ("messages", "unnamed", "accepted", "anonymous"),
    "a message next door": ("messages", "next door", "accepted", "next door"),
    "a message in the other town": ("messages", "other town", "accepted", "other town"),
    "support wanted in the other district": ("urging", "other district", "accepted", "other district"),
}
OFFICE = {
    "a note",
    "a message",
    "progress among handlers",
    "a neighbour's support",
    "a message on an unnamed one",
}
HERE = {"a neighbour's support"}
TOWN = OFFICE | {"a message next door"}
HEARS = {
    "own": HERE | {"a message"}, "household": HERE, "same building": HERE, "same community": HERE,
    "anonymous": HERE | {"a message on an unnamed one"}, "next door": {"a message next door"},
    "other town": {"a message in the other town"}, "other district": {"support wanted in the other district"},
    "unbound": set(),
    "worker": OFFICE, "secretary": OFFICE, "contractor": {"progress among handlers"},
    "assisting": {"progress among handlers"}, "contractor of another": set(),
    "worker next door": {"a message next door"}, "town dispatcher": TOWN,
    "dispatcher of the other town": {"a message in the other town"},
    "district dispatcher": TOWN | {"a message in the other town"},
    "dispatcher of the other district": {"support wanted in the other district"},
    "analyst": set(), "no role in force": set(),
}  # fmt: skip


@pytest.fixture(params=DATABASES)
def own_stage(request):
    """A world in which something really happens."""
    with stage_on(request, request.param) as made:
        made.door.rehearsal.is_on = False
        yield made


@pytest.fixture
def serve(own_stage):
    with ExitStack() as stack:
        world = own_stage.world
        yield lambda name: stack.enter_context(serving(name, own_stage.settings, own_stage.door, world.clock))


def do(world, deed: str) -> str:
    """Do it, and say of which case it was."""
    verb, relation, state, who = DEEDS[deed]
    community, owner, public, _anonymous = RAISED[relation]
    registered = VERBS[Verb(verb)]
    words = world.words_of(verb, community, RESIDENTS[owner][1], public=public)
    case_id = world.cases[relation, state]
    world.given.do(registered.use_case, case_id, read_draft(registered.draft, words), by=world.people[who])
    return case_id


@pytest.mark.parametrize("name", ["resident", "committee"])
def test_everybody_hears_of_what_he_may_read_and_of_nothing_else(own_stage, serve, name):
    world, running = own_stage.world, serve(name)
    listeners = [role for role in ROLES[name] if role not in NOBODY.values()]
    ears = {role: running.listen(world.tokens[role]) for role in listeners}
    for deed in DEEDS:
        do(world, deed)
    # Whoever hears this last one has heard all before it.
    audience = [f"account:{world.people[role].id}" for role in listeners]
    last = tell(own_stage.door, clock=world.clock, audience=[*audience, f"staff:{world.ground.towns[0].id}"])

    heard = {}
    for role, ear in ears.items():
        if role in ("analyst", "no role in force"):
            continue
        heard[role] = []
        while (message := ear.next())["subject"] != f"case/{last}":
            heard[role].append(message)
    running.run(running.hub.ping())
    for role in {"analyst", "no role in force"} & set(ears):
        heard[role] = [one for one in ears[role].until_ping() if one["subject"] != f"case/{last}"]

    wanted = {role: [of(world, deed) for deed in DEEDS if deed in HEARS[role]] for role in listeners}
    assert {role: [one["subject"] for one in said] for role, said in heard.items()} == wanted
    assert world.canaries.found_in(json.dumps(heard).encode()) == set()


def of(world, deed: str) -> str:
    _verb, relation, state, _who = DEEDS[deed]
    return f"case/{world.cases[relation, state]}"


def test_who_signs_out_hears_nothing_more_and_the_others_do(own_stage, serve):
    world, running = own_stage.world, serve("committee")
    gone, here = (running.listen(world.tokens[who]) for who in ("worker", "secretary"))

    world.given.do(sign_out_everywhere, by=world.people["worker"])
    do(world, "a note")

    assert here.next()["subject"] == of(world, "a note")
    with pytest.raises(ConnectionClosed) as ended:
        gone.next()
    assert ended.value.rcvd.code == 4401


def test_nobody_listens_with_a_session_of_the_other_app_or_from_another_site(own_stage, serve):
    world, running = own_stage.world, serve("resident")

    for token, origin in ((world.tokens["worker"], None), (world.tokens["own"], "https://evil.example")):
        with pytest.raises(InvalidStatus):
            running.listen(token, origin=origin)
    assert running.listen(world.tokens["own"]).hello["type"] == "hello"
