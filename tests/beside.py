"""`pytest --beside chaos`: the core's tests beside a plugin that breaks whatever it is asked.

The plugin is installed and on in every neighbourhood of the town the tests begin with, in a worker, as a committee's
decision leaves it. It raises; `--beside chaos:leak` has another of its deeds. What it is asked for by each test it
fails at: cases before they are raised, cards, pages, columns, facts that an app of the test tells. A core test that
is red beside it has found a fault of the host, unless its subject is what is installed: then it says so by
`@pytest.mark.alone(reason)` and is left out.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update
from sqlmodel import Session

from core_db.foundation.actor import system_actor
from core_db.foundation.clock import RehearsedClock
from core_db.foundation.door import Door
from core_db.foundation.ids import new_id
from core_db.installs import PluginFiles, record_plugin
from core_db.installs.model import INSTALLS, Install, InstalledPlugin
from core_db.installs.words import InstallState, PluginState, RunMode
from core_db.relay import Relay
from plugins.host.hearing import messengers_of
from plugins.sdk.manifest_file import read_manifest
from tests.town import FOUNDED, HERE, NEXT_DOOR, found_town

PACKAGES = Path(__file__).parent / "plugins" / "packages"
OPERATOR = system_actor("operator")
ALL = ("case:read", "case:write", "message:send", "file:read")
#: What cannot be looked at before it is kept is refused, which the point promises (`upload.accept.v1`): no photo would
#: come, as `tests/plugins/hosted` holds. Not given that scope it is not asked.
BUT_FILES = ALL[:-1]
#: What goes wrong where nobody says what.
USUAL = "raise"
DEEDS = ("nothing", "raise", "sleep", "block", "regex", "leak", "flood", "exit")
#: They lay out plugins of their own, or start servers on a town of their own.
APART = (
    "browser", "contracts", "demo", "drills", "installs", "migrations", "plugin_pages", "plugins", "schema", "security",
)  # fmt: skip
#: Where a town is laid out.
TOWNS = frozenset({"database_url", "_sqlite"})


def deed_of(config: pytest.Config) -> str:
    """What the plugin beside the tests does wrong; empty: there is none."""
    package, _, deed = (config.getoption("--beside") or "").partition(":")
    if not package:
        return ""
    if package != "chaos" or (deed or USUAL) not in DEEDS:
        raise pytest.UsageError(f"--beside chaos, or chaos: and one of {', '.join(DEEDS)}")
    return deed or USUAL


def found_town_beside(deed: str, door: Door) -> None:
    """The town, in which the plugin is on everywhere."""
    found_town(door)
    stand_beside(door, RehearsedClock(FOUNDED), deed=deed)


def stand_beside(door: Door, clock: RehearsedClock, *, deed: str = USUAL) -> None:
    """From now on the plugin is there in both neighbourhoods, in a worker, and breaks what it is asked."""
    door.write_now(partial(there_already, clock=clock))
    for community in (HERE, NEXT_DOOR):
        switch_on(door, clock, community.id, scopes=BUT_FILES)
    door.write_now(partial(set_to, deed=deed))


@contextmanager
def told_facts(shell: Any) -> Iterator[None]:
    """While an app of a test is open the plugin hears what happens, as beside an app that has its own door.

    What it hears of it breaks, and the fact waits for it to be told again: in rows that no test of the core reads.
    """
    host, relays = shell.plugins, list[Relay]()
    beside = [one for one in getattr(host, "_running", {}).values() if one.id == "chaos"]
    for plugin in beside:
        recipients = messengers_of(plugin, places=host._places, calls=host._calls, submit=host._loop.submit)
        relay = Relay(shell.door, shell.keeps["facts"], clock=shell.clock, recipients=recipients)
        relay.start()
        relays.append(relay)
    try:
        yield
    finally:
        for relay in relays:
            relay.stop()


def left_alone(items: Iterable[pytest.Item]) -> list[pytest.Item]:
    """Those that are not held beside it: without the town, on PostgreSQL, in a folder apart, or for a reason."""
    return [item for item in items if not _is_held(item)]


def _is_held(item: pytest.Item) -> bool:
    path, _, test = item.nodeid.partition("::")
    has_town = bool(TOWNS.intersection(getattr(item, "fixturenames", ())))
    is_apart = path.split("/")[1] in APART or item.get_closest_marker("alone") is not None
    return has_town and not is_apart and "postgres" not in test.partition("[")[2].rstrip("]").split("-")


# -- laying it out ----------------------------------------------------------------------------------


def install(door: Door, clock: RehearsedClock, mode: RunMode, *, package: str = "chaos") -> None:
    manifest = read_manifest(PACKAGES / package)
    files = PluginFiles(version="0.1.0", package=package, folder=str(PACKAGES), run_mode=mode)
    said = manifest.model_dump(mode="json", by_alias=True)
    door.write_now(
        partial(record_plugin, manifest=said, files=files, declared={}, actor=OPERATOR, clock=clock)
    )


def there_already(session: Session, *, clock: RehearsedClock) -> None:
    """The plugin as it was installed long ago: a test's record of deeds begins empty."""
    now, said = clock.now(), read_manifest(PACKAGES / "chaos").model_dump(mode="json", by_alias=True)
    session.add(
        InstalledPlugin(
            id="chaos", version="0.1.0", package="chaos", folder=str(PACKAGES), run_mode=RunMode.WORKER,
            state=PluginState.INSTALLED, manifest=said, installed_at=now, changed_at=now,
        )
    )  # fmt: skip
    session.flush()


def switch_on(
    door: Door,
    clock: RehearsedClock,
    community_id: str,
    plugin_id: str = "chaos",
    *,
    scopes: Sequence[str] = ALL,
) -> None:
    """As a committee's decision leaves it."""

    def on(session: Session) -> None:
        session.add(
            Install(
                id=new_id(), plugin_id=plugin_id, community_id=community_id, state=InstallState.ENABLED,
                scopes=list(scopes), version="0.1.0", sheet_version="1", decided_by="a",
                decided_name="周书记", decided_at=clock.now(),
            )
        )  # fmt: skip

    door.write_now(on)


def set_to(session: Session, deed: str) -> None:
    """What goes wrong from now on, wherever the plugin is on."""
    session.execute(update(INSTALLS).values(settings={"deed": deed}))
