"""Servers with sockets, and facts for them."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from core_db.foundation.outbox import newest_position
from tests.live.listening import Ear, Serving, serving
from tests.relay.telling import tell


@pytest.fixture
def serve(settings, door, clock) -> Iterator[Callable[[str], Serving]]:
    """`serve("committee")`: that app, running."""
    with ExitStack() as stack:
        yield lambda name: stack.enter_context(serving(name, settings, door, clock))


@pytest.fixture
def committee_app(serve) -> Serving:
    return serve("committee")


@pytest.fixture
def ear(committee_app, given) -> Ear:
    """A worker of this neighbourhood listens."""
    return committee_app.listen(given.token_of(given.worker()))


@pytest.fixture
def tell_staff(door, clock, given) -> Callable[[], int]:
    """Tell the committee here a fact; gives its position."""

    def telling() -> int:
        tell(door, clock=clock, audience=[f"staff:{given.community.id}"])
        return door.read_now(newest_position)

    return telling
