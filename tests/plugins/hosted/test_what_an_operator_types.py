"""An operator installs a wheel, brings a newer version and takes it away, on a database of its own and offline.

PostgreSQL is asked by one test of each command; each begins processes in which a package says what it brings.
"""

import json
import logging
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from app_shell.command import run
from core_db.foundation.door import Door
from core_db.foundation.ids import new_id
from core_db.installs.model import INSTALLS
from core_db.installs.words import InstallState
from core_db.places import PlaceKind
from core_db.places.model import Division
from plugins.host.commands import plugin as typed_commands
from plugins.host.offering import offered
from plugins.host.said import Said as Hearing
from tests.command.conftest import Said, at_home, typed
from tests.town import Town

__all__ = ["at_home", "typed"]
CODE_HERE = "310113001001"
MANIFEST = """manifest = 1
id = "porch-light"
version = "{version}"
api = "^1.0"
name = {{ zh = "门灯", en = "Porch light" }}
license = "Apache-2.0"
contact = "somebody@example.org"
scopes = {scopes}
"""
CODE = '''"""Shows that a light is on."""

from plugins.sdk import Context, Plugin, ui

plugin = Plugin(__name__)


@plugin.slot("committee.home.cards")
async def card(ctx: Context, subject: str | None) -> ui.Card | None:
    return ui.Card(title="Light", body=[])
'''


SLOT = '\n[[contributes.slots]]\nslot = "committee.home.cards"\n'
ROLE = """
[[contributes.roles]]
id = "keeper"
name = { zh = "管灯的人", en = "Keeper of the light" }
grants = ["committee.home.cards"]
"""


def a_wheel(
    folder: Path, version: str, *, scopes: str = '["guide:read"]', code: str = CODE, more: str = ""
) -> Path:
    """As any build backend makes it."""
    path = folder / f"porch_light-{version}-py3-none-any.whl"
    info = f"porch_light-{version}.dist-info"
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr("porch_light/__init__.py", code)
        wheel.writestr(
            "porch_light/plugin.toml", MANIFEST.format(version=version, scopes=scopes) + more + SLOT
        )
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: porch-light\nVersion: {version}\n")
        wheel.writestr(
            f"{info}/WHEEL",
            "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        )
        wheel.writestr(
            f"{info}/entry_points.txt", "[shequyun.plugins.v1]\nporch-light = porch_light:plugin\n"
        )
        wheel.writestr(f"{info}/RECORD", "")
    return path


@pytest.fixture
def say(
    at_home: Any, given: Town, door: Door, settings: Any, owner_url: str, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[..., Said]:  # fmt: skip
    """`say("list")`: what `shequyun plugin list --json` answers, in a demo."""
    monkeypatch.setenv("SHEQUYUN_DEMO", "1")
    if not settings.is_embedded:
        monkeypatch.setenv("SHEQUYUN_DATABASE_OWNER_URL", owner_url)
    code = Division(
        id=new_id(), code=CODE_HERE, place_id=given.community.id, name="牡丹一村", level=PlaceKind.COMMUNITY,
        valid_from=date(2020, 1, 1), source="test",
    )  # fmt: skip
    door.write_now(lambda session: session.add(code))

    def type_it(*words: str) -> Said:
        capsys.readouterr()
        status = run(lambda: typed_commands([*words, "--json"], standalone_mode=False))
        heard = capsys.readouterr()
        return Said(status, heard.out, heard.err)

    return type_it


def state_of(door: Door) -> Any:
    return door.read_now(lambda session: session.execute(select(INSTALLS.c.state)).scalar())


def test_a_wheel_comes_is_upgraded_and_goes(
    say: Callable[..., Said], tmp_path: Path, door: Door, given: Town, settings: Any
) -> None:
    at = ("--community", CODE_HERE)
    first = say("install", str(a_wheel(tmp_path, "1.0.0")))
    assert first.json["run"] == "worker", first
    assert say("enable", "porch-light", *at).status == 0
    assert [(one["id"], one["on"]) for one in say("list").json["plugins"]] == [("porch-light", 1)]

    wider = say("install", str(a_wheel(tmp_path, "1.1.0", scopes='["guide:read", "staff:read"]')))
    assert (wider.json["new_scopes"], wider.json["held"]) == (["staff:read"], 1)
    assert state_of(door) == InstallState.HELD
    assert say("enable", "porch-light", *at).status == 0
    assert state_of(door) == InstallState.ENABLED

    assert say("uninstall", "porch-light").status == 1
    assert say("disable", "porch-light", *at).status == 0
    assert (settings.data_dir / "x" / "porch-light" / "site" / "porch_light").is_dir()


PURPOSE = """
[[purposes]]
id = "lights"
basis = "{basis}"
text = {{ zh = "楼道照明", en = "Light on the stairs" }}
fields = ["name"]
retention_days = 0
"""


def test_what_is_done_by_public_duty_is_said_at_the_install_and_approved_by_the_operator(
    say: Callable[..., Said], tmp_path: Path, door: Door, given: Town
) -> None:
    scopes = '["resident.basic:read"]'
    done = say(
        "install", str(a_wheel(tmp_path, "1.0.0", scopes=scopes, more=PURPOSE.format(basis="public_duty")))
    )
    assert any("approve-duty porch-light" in step and "楼道照明" in step for step in done.json["next"])
    assert [one["duty"] for one in say("list").json["plugins"]] == [False]

    assert say("approve-duty", "porch-light").json["purposes"] == ["lights"]
    assert [one["duty"] for one in say("list").json["plugins"]] == [True]
    assert say("approve-duty", "stair-light").status == 1


@pytest.mark.either
def test_where_everybody_is_asked_there_is_no_duty_to_approve(
    say: Callable[..., Said], tmp_path: Path, door: Door, given: Town
) -> None:
    asks = PURPOSE.format(basis="consent")
    done = say("install", str(a_wheel(tmp_path, "1.0.0", scopes='["resident.basic:read"]', more=asks)))
    assert not any("approve-duty" in step for step in done.json["next"])

    refused = say("approve-duty", "porch-light")
    assert (refused.status, "不用同意" in refused.err) == (1, True)


@pytest.mark.either
def test_one_that_wants_any_host_is_installed_once_the_operator_says_so_of_this_version(
    say: Callable[..., Said], tmp_path: Path, door: Door, given: Town
) -> None:
    anywhere = '["guide:read"]\nnetwork = ["*"]'
    assert say("install", str(a_wheel(tmp_path, "1.0.0"))).json["held"] == 0
    say("enable", "porch-light", "--community", CODE_HERE)

    refused = say("install", str(a_wheel(tmp_path, "1.1.0", scopes=anywhere)))
    assert refused.status == 1
    assert "--any-host" in refused.err
    assert [(one["version"], one["any_host"]) for one in say("list").json["plugins"]] == [("1.0.0", False)]

    agreed = say("install", str(a_wheel(tmp_path, "1.1.0", scopes=anywhere)), "--any-host")
    assert (agreed.json["held"], state_of(door)) == (1, InstallState.HELD)
    assert [(one["version"], one["any_host"]) for one in say("list").json["plugins"]] == [("1.1.0", True)]

    again = say("install", str(a_wheel(tmp_path, "1.2.0", scopes=anywhere)))
    assert again.status == 1


@pytest.mark.either
def test_what_cannot_run_is_not_installed_and_it_is_said_where_it_broke(
    say: Callable[..., Said], tmp_path: Path
) -> None:
    said = say("install", str(a_wheel(tmp_path, "1.0.0", code="raise ValueError('not today')")))

    assert said.status == 1
    assert "not today" in said.err
    assert "porch_light/__init__.py:1" in said.err
    assert say("list").json == {"plugins": []}


@pytest.mark.either
def test_what_does_not_do_what_its_manifest_says_is_not_installed(
    say: Callable[..., Said], tmp_path: Path
) -> None:
    job = '\n[[contributes.jobs]]\nid = "sweep"\ncron = "0 3 * * *"\nname = { zh = "扫", en = "Sweep" }\n'

    said = say("install", str(a_wheel(tmp_path, "1.0.0", more=job)))

    assert said.status == 1
    assert "job 'sweep': no @plugin.job is called so" in said.err
    assert say("list").json == {"plugins": []}


@pytest.mark.either
def test_it_is_installed_where_the_folder_of_the_data_is_said_from_here_as_it_is_by_itself(
    say: Callable[..., Said], settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(settings.data_dir.parent)
    monkeypatch.setenv("SHEQUYUN_DATA_DIR", settings.data_dir.name)

    said = say("install", str(a_wheel(tmp_path, "1.0.0")))

    assert said.status == 0, said.err


@pytest.mark.either
def test_another_digest_than_given_is_refused(say: Callable[..., Said], tmp_path: Path) -> None:
    said = say("install", str(a_wheel(tmp_path, "1.0.0")), "--sha256", "0" * 64)

    assert said.status == 1
    assert "SHA-256" in said.err


@pytest.mark.either
def test_a_name_is_looked_for_in_no_network_unless_an_index_is_given(say: Callable[..., Said]) -> None:
    assert "--index" in say("install", "some-plugin").err


@pytest.mark.either
def test_outside_the_demo_it_is_the_committee_that_decides(
    say: Callable[..., Said], given: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SHEQUYUN_DEMO")

    assert "居委" in say("enable", "porch-light", "--community", CODE_HERE).err


def test_it_is_told_beforehand_which_would_stop(say: Callable[..., Said], tmp_path: Path) -> None:
    say("install", str(a_wheel(tmp_path, "1.0.0")))

    assert say("check-upgrade").json["stop"] == []
    assert say("check-upgrade", "1.9").json["stop"] == []
    said = say("check-upgrade", "2.0")

    assert (said.status, said.json["stop"]) == (
        1, [{"id": "porch-light", "api": "^1.0", "why": ["it wants interface ^1.0, and there it is 2.0"]}],
    )  # fmt: skip


@pytest.mark.either
def test_what_another_version_offers_no_more_is_named_for_each_plugin_that_wants_it(
    say: Callable[..., Said], tmp_path: Path
) -> None:
    say("install", str(a_wheel(tmp_path, "1.0.0")))
    offer = {**offered(), "version": "0.9.0", "scopes": ["staff:read"], "slots": ["resident.home.cards"]}
    to_come = tmp_path / "offers.json"
    to_come.write_text(json.dumps(offer), encoding="utf-8")

    said = say("check-upgrade", str(to_come))

    assert said.status == 1
    assert said.json["version"] == "0.9.0"
    assert said.json["stop"] == [{"id": "porch-light", "api": "^1.0", "why": [
        "there is no scope guide:read any more", "there is no slot committee.home.cards any more",
    ]}]  # fmt: skip


@pytest.mark.either
def test_what_is_no_offer_is_said_to_be_none(say: Callable[..., Said], tmp_path: Path) -> None:
    torn = tmp_path / "offers.json"
    torn.write_text("{}", encoding="utf-8")

    assert "plugin offers" in say("check-upgrade", "the newest").err
    assert "points" in say("check-upgrade", str(torn)).err


@pytest.mark.either
def test_one_that_was_installed_and_never_on_goes_with_its_files(
    say: Callable[..., Said], tmp_path: Path, settings: Any
) -> None:
    say("install", str(a_wheel(tmp_path, "1.0.0")))

    assert say("uninstall", "porch-light").status == 0
    assert not (settings.data_dir / "x" / "porch-light").exists()
    assert say("list").json == {"plugins": []}


def test_what_a_plugin_said_is_read_by_whoever_runs_the_platform(
    say: Callable[..., Said], tmp_path: Path, settings: Any
) -> None:
    say("install", str(a_wheel(tmp_path, "1.0.0")))
    line = logging.LogRecord("", logging.WARNING, "", 0, "%s", ("the bulb is out",), None)
    line.__dict__ |= {"plugin": "porch-light", "community": "c1"}
    Hearing(settings.data_dir).emit(line)

    (told,) = say("trace", "porch-light", "--said").json["said"]

    assert (told["said"], told["level"]) == ("the bulb is out", "warning")
    assert say("trace", "nobody", "--said").status == 1
    assert say("uninstall", "porch-light").status == 0
    assert not (settings.data_dir / "x" / "porch-light").exists()


@pytest.mark.either
def test_it_is_said_step_by_step_what_comes_after_installing(
    say: Callable[..., Said], tmp_path: Path
) -> None:
    guarded = CODE.replace('home.cards"', 'home.cards", access="keeper"')
    first = say("install", str(a_wheel(tmp_path, "1.0.0"))).json["next"]
    second = say("install", str(a_wheel(tmp_path, "1.1.0", code=guarded, more=ROLE))).json["next"]
    third = say("install", str(a_wheel(tmp_path, "1.2.0", code=guarded, more=ROLE))).json["next"]

    assert [len(one) for one in (first, second, third)] == [2, 3, 2]
    assert "shequyun serve" in first[0]
    assert "管理应用" in first[1]
    assert "管灯的人" in second[2]
