"""What the checker of types has seen of the platform, for every plugin that a worker's tests have it look at."""

from collections.abc import Iterator

import pytest


@pytest.fixture(scope="session", autouse=True)
def _seen_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """It looks at the code of whatever a plugin imports, and that takes most of its time (`tests/handed_out.py`)."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MYPY_CACHE_DIR", str(tmp_path_factory.mktemp("types")))
        yield
