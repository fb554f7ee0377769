"""Every test of the bundled plugins is held twice: within the process, and with each plugin in one of its own."""

import pytest


@pytest.fixture(params=["inprocess", "worker"])
def plugins_run(request: pytest.FixtureRequest) -> str:
    return request.param
