"""How often the tests look for garbage: seldom while they are collected and while they run, and little at their end."""

import gc
from collections.abc import Generator

import pytest


def look_seldom_for_garbage(config: pytest.Config) -> None:
    config.pluginmanager.register(_Seldom())


class _Seldom:
    @pytest.hookimpl(wrapper=True)
    def pytest_collection(self) -> Generator[None, object, object]:
        """What is collected stays; to look through it for garbage again and again costs a fifth of collecting it.

        From then on garbage is looked for as seldom as in an app that serves.
        """
        gc.disable()
        try:
            return (yield)
        finally:
            gc.freeze()
            gc.set_threshold(20_000, 20, 50)
            gc.enable()

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self) -> None:
        """What thousands of tests left takes each worker six seconds to look through: what came of late is enough."""
        gc.collect(1)
        gc.freeze()
