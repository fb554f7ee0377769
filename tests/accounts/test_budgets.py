"""How often something may be tried: in the first window, and in every later one just the same."""

from datetime import timedelta

import pytest

from core_db.accounts.budgets import budget_key, spend
from core_db.foundation.errors import TooMany

HOUR = timedelta(hours=1)


def test_a_window_that_began_anew_ends_like_the_first(door, clock):
    def try_once():
        door.write_now(
            lambda session: spend(
                session, budget_key(session, "tests", "one"), limit=2, window=HOUR, now=clock.now()
            )
        )

    for _window in range(3):
        try_once()
        try_once()
        with pytest.raises(TooMany):
            try_once()
        clock.advance(HOUR)
