"""What pytest gets from the kit: the fixture `x`, tests that are `async` where they take it, and where plugins run.

`--plugins-run=worker` runs the same tests with every plugin in a process of its own.
"""

import inspect
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from plugins.testkit.workplaces import PLUGINS, leave_nothing, leave_nothing_of_the_gone

if TYPE_CHECKING:
    from plugins.testkit.x import X

pytest.register_assert_rewrite("plugins.testkit.contract")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--plugins-run", choices=("inprocess", "worker"), default="inprocess",
        help="where plugins run in tests that take `x`",
    )  # fmt: skip


def pytest_configure(config: pytest.Config) -> None:
    # Plugins' tests may carry this mark out of habit; nothing else is needed to run them.
    config.addinivalue_line("markers", "asyncio: the test is asynchronous")


@pytest.fixture
def plugins_run(request: pytest.FixtureRequest) -> str:
    """Where plugins run; override it with `params=["inprocess", "worker"]` to have every test twice."""
    return str(request.config.getoption("--plugins-run"))


@pytest.fixture
def x(plugins_run: str) -> Iterator["X"]:
    """A neighbourhood of nobody, on Monday, 23 November 2026, at ten in the morning."""
    from plugins.testkit.watching import watching
    from plugins.testkit.x import X

    found = X()
    found.run_mode(plugins_run)
    with watching(found.watch):
        yield found
    found.close_loop()


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Tests that are asynchronous and take `x` run on a loop of its own; all others as they always did."""
    x: Any = pyfuncitem.funcargs.get("x")
    if x is None or not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    wanted = inspect.signature(pyfuncitem.obj).parameters
    x.loop.run(pyfuncitem.obj(**{name: pyfuncitem.funcargs[name] for name in wanted}))
    return True


def pytest_unconfigure() -> None:
    """Workers outlive a test and no session; and no folder does, also of a process of the run that died."""
    if (running := sys.modules.get("plugins.testkit.running")) is not None:
        running.stop_workers()
    leave_nothing(PLUGINS)
    leave_nothing_of_the_gone(PLUGINS)
