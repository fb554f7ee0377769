"""Somebody keeps so many passkeys and no more, also where two were begun or are kept in one moment."""

import contextlib
import threading

import pytest

from core_db.accounts import add_passkey, begin_passkey, my_passkeys
from core_db.accounts.errors import PasskeyNotAccepted, TooManyPasskeys
from core_db.accounts.passkeys import MOST
from tests.accounts import test_passkeys
from tests.accounts.test_passkeys import SITE, Device
from tests.databases import open_door

keep, worker = test_passkeys.keep, test_passkeys.worker


@pytest.fixture
def two_answers(given, worker, keep):
    """What two devices answered that were begun beside all keys but one."""
    for _one in range(MOST - 1):
        keep(Device())
    begun = [given.do(begin_passkey, SITE, by=worker) for _one in range(2)]
    return [Device().make(options) for options in begun]


def test_beside_so_many_none_is_begun(given, worker, keep):
    for _one in range(MOST):
        keep(Device())

    with pytest.raises(TooManyPasskeys):
        given.do(begin_passkey, SITE, by=worker)


def test_of_two_that_were_begun_one_is_kept(given, worker, two_answers):
    first, second = two_answers

    assert isinstance(given.do(add_passkey, first, SITE, device="", by=worker), str)
    # What was answered once is used up, whatever came of it.
    for refused in (TooManyPasskeys, PasskeyNotAccepted):
        assert isinstance(given.do(add_passkey, second, SITE, device="", by=worker), refused)
    assert len(given.see(my_passkeys, by=worker)) == MOST


@pytest.mark.postgres
def test_of_two_that_are_kept_in_one_moment_one_is(given, worker, two_answers, door, clock, settings):
    (first, second), told = two_answers, []

    def kept(session, draft):
        return add_passkey(session, draft, SITE, device="", actor=worker, clock=clock)

    def meanwhile():
        with contextlib.closing(open_door(settings)) as theirs:
            told.append(theirs.write_now(lambda session: kept(session, second)))

    thread = threading.Thread(target=meanwhile)
    with door.one_transaction() as session:
        assert isinstance(kept(session, first), str)
        thread.start()
        thread.join(1)
    thread.join()

    assert [type(one) for one in told] == [TooManyPasskeys]
    assert len(given.see(my_passkeys, by=worker)) == MOST
