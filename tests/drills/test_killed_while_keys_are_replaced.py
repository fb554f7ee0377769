"""Whoever seals anew is killed again and again while people are entered; what was taken up again lost nothing."""

import multiprocessing
import threading
from contextlib import contextmanager

from core_db.upkeep import begin_rotation
from tests.drills import warm
from tests.drills.sealer import seal_anew
from tests.sealing.conftest import data_keys, keys_in_use, opened, people, settings

__all__ = ["people", "settings"]
AT_ONCE = 5


@contextmanager
def writing_on(door, people):
    """Somebody who enters people all the while."""
    stop, entered = threading.Event(), {}

    def write():
        first = 1000
        while not stop.wait(0.02):
            entered.update(people(2, first=first))
            first += 2

    writer = threading.Thread(target=write)
    writer.start()
    try:
        yield entered
    finally:
        stop.set()
        writer.join()


def begun(settings):
    """Somebody who seals anew in a process of his own, and the line on which he tells of each piece."""
    ours, his = multiprocessing.Pipe()
    process = warm.begin_elsewhere(seal_anew, settings, AT_ONCE, his)
    # So that a line on which nobody speaks any more ends.
    his.close()
    return process, ours


def killed_after(pieces, settings):
    """Begin to seal anew, and kill it (SIGKILL) after so many pieces that held something, as it goes on."""
    process, line = begun(settings)
    heard = []
    while sum(map(bool, heard)) < pieces:
        heard.append(line.recv())
        line.send("heard")
    process.kill()
    process.join(60)
    return heard


def finished(settings):
    """What was done, once nobody kills it."""
    process, line = begun(settings)
    while isinstance(said := line.recv(), int):
        line.send("heard")
    process.join(60)
    assert process.exitcode == 0
    return said


def test_killed_between_two_pieces_and_taken_up_again_nothing_is_lost(door, given, people, settings):
    numbers = people(60)
    old = {key.id for key in data_keys(door)}
    # The installation's own key is replaced as well, so every blind index changes.
    door.keyring.keys.add()
    door.write_now(begin_rotation)

    with writing_on(door, people) as entered:
        first = killed_after(3, settings)
        half_way = keys_in_use(door)
        second = killed_after(4, settings)
        done = finished(settings)

    # What is entered meanwhile may still bear an old key, so a piece may hold fewer, and none where a column has none.
    assert max(*first, *second) == AT_ONCE
    assert len(half_way) == 2, "it was killed in the middle"
    assert done.left == 0
    assert not set(keys_in_use(door)) & old
    here, keyring = given.community.id, door.keyring
    for (_table, _column, person_id), (value, _key, blind) in opened(door).items():
        assert value == (numbers | entered)[person_id]
        assert blind == keyring.blind(here, value)
    assert len(opened(door)) == 60 + len(entered)
    assert entered
