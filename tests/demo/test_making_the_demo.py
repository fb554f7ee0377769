"""Making the demo: at whatever hour, by use cases alone, and over nobody's data."""

import ast
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from app_shell import demo
from app_shell.demo.stage import Stage
from core_db.foundation.clock import LOCAL, RehearsedClock
from core_db.foundation.settings import Settings

CLOCK = RehearsedClock(datetime(2026, 11, 23, 10, 0, tzinfo=LOCAL))


def test_a_database_with_something_else_in_it_is_left_alone(settings: Settings) -> None:
    with pytest.raises(demo.NotADemo):
        demo.prepare_demo(settings, scale=demo.SMALL)


@pytest.mark.parametrize(
    "moment",
    [
        # The first morning of the Spring Festival, when nobody works for a week; and a weekend by night.
        "2027-02-06T08:31",
        pytest.param("2026-11-21T03:10", marks=pytest.mark.throughout),
        pytest.param("2026-10-03T22:30", marks=pytest.mark.throughout),
        pytest.param("2026-11-23T12:15", marks=pytest.mark.throughout),
    ],
)
def test_stories_hold_at_whatever_hour_the_demo_is_made(
    moment: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stages: list[Stage] = []
    play = Stage.play
    monkeypatch.setattr(Stage, "play", lambda stage, *args: (stages.append(stage), play(stage, *args))[1])
    settings = Settings(database_url=f"sqlite:///{tmp_path}/shequyun.db", data_dir=tmp_path, demo=True)
    clock = RehearsedClock(datetime.fromisoformat(moment).replace(tzinfo=LOCAL))

    demo.prepare_demo(settings, scale=replace(demo.SMALL, cases=45, months=2), clock=clock)

    assert [stage.refused for stage in stages] == [[]]
    assert stages[0].played > 200


def test_cases_are_made_by_use_cases_and_by_nothing_else() -> None:
    modules = list(Path(demo.__file__).parent.glob("*.py"))
    assert len(modules) > 6
    for module in modules:
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("core_db.cases"):
                names = {alias.name for alias in node.names}
                assert node.module in ("core_db.cases", "core_db.cases.words"), module.name
                assert not {name for name in names if name in ("Case", "CASES", "CaseEntry")}, module.name
