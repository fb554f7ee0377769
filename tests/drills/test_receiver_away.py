"""R-11: whoever facts are carried to is away for an hour, in which 2,000 are told, and then answers badly.

Who carries them (the relay's messengers: gateways, and plugins that subscribed) is killed again and again. By the
schedule, run at three hundred times its speed, everything arrives; what arrives twice is known by its id; and of one
case everything arrives in its order.
"""

import time
from collections import defaultdict

from core_db.foundation.clock import SystemClock
from core_db.foundation.ids import new_id
from core_db.relay import begin_listening
from tests.drills import warm
from tests.drills.house import only_long, size
from tests.drills.messenger import AS_FAST, NAME, Receiver, send
from tests.drills.notes import keep_figures
from tests.relay.telling import note_case

FACTS, CASES = size(quick=40, long=2_000), size(quick=8, long=200)
KILLS = size(quick=1, long=5)
HOUR = 3_600 / AS_FAST
#: Seconds in which nothing new arrives, and the drill has failed: the longest pause is two hours, 24 s here.
SILENCE = 180.0


class Sender:
    """Carries, is killed, and is begun again."""

    def __init__(self, *about) -> None:
        self.about, self.process = about, warm.begin_elsewhere(send, *about)

    def kill(self) -> None:
        self.process.kill()
        self.process.join(60)

    def begin_again(self) -> None:
        self.kill()
        self.process = warm.begin_elsewhere(send, *self.about)


def tell_for_an_hour(door, sender: Sender) -> list[float]:
    """What telling took each time; the sender is killed meanwhile."""
    cases, took = [new_id() for _ in range(CASES)], []
    begun = time.monotonic()
    for n in range(FACTS):
        asked = time.monotonic()
        door.write_now(lambda s, case=cases[n % CASES]: note_case(s, clock=SystemClock(), case_id=case))
        took.append(time.monotonic() - asked)
        if n % (FACTS // KILLS) == FACTS // KILLS // 2:
            sender.begin_again()
    time.sleep(max(0.0, begun + HOUR - time.monotonic()))
    return took


def wait_until_all_arrived(receiver: Receiver, sender: Sender) -> None:
    found, at, kills = 0, time.monotonic(), 0
    while found < FACTS:
        now = len({one for one, _subject, _position in receiver.arrived()})
        if now > found:
            found, at = now, time.monotonic()
            if found > FACTS * (kills + 1) // (KILLS + 1):
                kills += 1
                sender.begin_again()
        assert time.monotonic() - at < SILENCE, f"{found} of {FACTS}"
        time.sleep(0.1)


@only_long
def test_nothing_is_missing_when_a_receiver_was_away_for_an_hour_and_drops_answers(door, settings, tmp_path):
    door.write_now(lambda session: begin_listening(session, NAME))
    (tmp_path / "receiver").mkdir()
    receiver = Receiver(tmp_path / "receiver")
    receiver.off.touch()
    sender = Sender(settings.database_url, tmp_path, receiver.folder)

    took = sorted(tell_for_an_hour(door, sender))
    assert receiver.arrived() == [], "he was not away"
    receiver.off.unlink()
    back = time.monotonic()
    wait_until_all_arrived(receiver, sender)
    sender.kill()

    arrived = receiver.arrived()
    note(door, arrived, took, time.monotonic() - back)
    assert len({one for one, _subject, _position in arrived}) == FACTS
    assert len(arrived) > FACTS, "no answer was ever dropped"
    in_order, seen = defaultdict(list), set()
    for one, subject, position in arrived:
        if one not in seen:
            in_order[subject].append(position)
        seen.add(one)
    assert len(in_order) == CASES
    assert [subject for subject, positions in in_order.items() if positions != sorted(positions)] == []


def note(door, arrived, took: list[float], drained: float) -> None:
    found = {
        "arrived": len(arrived), "drained s": round(drained),
        "told p99 ms": round(1000 * took[int(len(took) * 0.99)]),
    }  # fmt: skip
    keep_figures(f"receiver {'sqlite' if door.engines.is_sqlite else 'postgres'}", found)
