"""Both apps with a planted host; who belongs to several neighbourhoods says in which he is."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from app_shell.plugged import NoPlugins
from tests.installs.conftest import manifest_with
from tests.installs.test_the_fields_about_residents import FIELDS
from tests.plugged import PlantedHost


@pytest.fixture
def host() -> PlantedHost:
    return PlantedHost()


@pytest.fixture
def at(
    host: PlantedHost, actor_client: Callable[..., TestClient], resident_client: TestClient,
    committee_client: TestClient,
) -> Iterator[Callable[..., TestClient]]:  # fmt: skip
    """`at(actor)`: the actor at his own app, where the planted host runs the plugins.

    Both apps have started before a test installs anything, so that no other host takes its place.
    """
    shells = []

    def client_of(actor: object, **kwargs: Any) -> TestClient:
        client = actor_client(actor, **{"page": True, **kwargs})
        shell = client.app.state.shell  # type: ignore[attr-defined]
        shell.plugins = host
        shells.append(shell)
        return client

    yield client_of
    for shell in shells:
        shell.plugins = NoPlugins()


def asks_about_people(installed: Callable[..., Any], enabled: Callable[..., Any], **more: Any) -> None:
    """Have the plugin on with fields that it asks residents to fill in about themselves."""
    contributes = manifest_with()["contributes"] | {"form_fields": FIELDS}
    installed(
        optional_scopes=["resident.fields:write"], purpose={"fields": ["name", "profile"]}, contributes=contributes,
        **more,
    )  # fmt: skip
    enabled("resident.fields:write")
