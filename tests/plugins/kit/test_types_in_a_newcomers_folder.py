"""A newcomer's types: `mypy`, typed in the folder of a plugin just begun, finds what would not have worked.

The platform is there as something installed is: in the packages of an interpreter of its own, marked by `py.typed`.
"""

import re
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

import plugins
from plugins.host.scaffold import begin
from tests.plugins.kit.test_from_the_first_line_to_the_wheel import ANSWERS

HOUSE = Path(plugins.__path__[0]).parent
#: What somebody writes, by what the checker says of it.
MISTAKES = {
    'has no attribute "onn"; maybe "on"': '''
@plugin.onn(events.CaseClosed)
async def misspelt_hook(ctx: Context, event: events.CaseClosed) -> None: ...
''',
    'expected "Callable[[Context, CaseClosed], Awaitable[None]]"': '''
@plugin.on(events.CaseClosed)
async def another_fact(ctx: Context, event: events.VisitMissed) -> None: ...
''',
    'has incompatible type "Callable[[Context, VisitMissed], None]"': '''
@plugin.on(events.VisitMissed)
def forgotten_async(ctx: Context, event: events.VisitMissed) -> None: ...
''',
    '"Callable[[Context, str | None], Coroutine[Any, Any, str]]"': '''
@plugin.slot("resident.home.cards")
async def words_for_a_card(ctx: Context, subject: str | None) -> str:
    return ""
''',
    "incompatible type \"Literal['resident.home.card']\"": '''
@plugin.slot("resident.home.card")
async def misspelt_slot(ctx: Context, subject: str | None) -> ui.Card | None: ...
''',
    'left operand type: "Literal[\'resolved\', \'answered\', \'unresolved\']"': '''
@plugin.on(events.CaseClosed)
async def a_code_that_nobody_says(ctx: Context, event: events.CaseClosed) -> None:
    assert event.outcome != "done"
''',
    "cannot be \"Callable[[Context], Coroutine[Any, Any, str]]\"": '''
@plugin.router("committee").get("/words")
async def words_for_a_page(ctx: Ctx) -> str:
    return ""
''',
}  # fmt: skip


@pytest.fixture(scope="module")
def interpreter(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An interpreter with the platform and what it needs among its packages, and nothing that is edited in place."""
    place = tmp_path_factory.mktemp("interpreter")
    venv.create(place, with_pip=False)
    packages = Path(sysconfig.get_path("purelib", vars={"base": str(place), "platbase": str(place)}))
    (packages / "plugins").symlink_to(HOUSE / "plugins")
    (packages / "needed.pth").write_text(f"{sysconfig.get_path('purelib')}\n", encoding="utf-8")
    return place / "bin" / "python"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("typed") / "lost-and-found"
    begin(folder, ANSWERS)
    code = folder / "lost_and_found" / "__init__.py"
    code.with_name("wrong.py").write_text(
        "from plugins.sdk import Context, Ctx, Plugin, events, ui\n\nplugin = Plugin(__name__)\n"
        + "".join(MISTAKES.values()),
        encoding="utf-8",
    )
    return folder


@pytest.fixture(scope="module")
def said(project: Path, interpreter: Path) -> str:
    """As its own settings say it is to be looked at."""
    command = [sys.executable, "-m", "mypy", "--python-executable", str(interpreter), "--no-incremental"]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, timeout=300, check=False)
    return done.stdout + done.stderr


def test_each_mistake_is_found_and_nothing_else(said: str) -> None:
    faults = re.findall(r"^(\S+?):\d+: error: (.*)$", said, re.MULTILINE)

    assert {file for file, _fault in faults} == {"lost_and_found/wrong.py"}, said
    for words in MISTAKES:
        assert [fault for _file, fault in faults if words in fault], f"{words}\n{said}"


def test_the_platform_is_marked_as_typed_where_it_is_installed() -> None:
    """Without the mark a checker looks at nothing of it, and finds no mistake at all."""
    assert (HOUSE / "plugins" / "py.typed").exists()
    assert '"py.typed"' in (HOUSE / "pyproject.toml").read_text(encoding="utf-8")
