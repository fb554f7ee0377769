"""Every page of an app: its address with something behind it, for whoever walks."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from app_shell.routing import SecureRoute, walk
from tests.databases import settings_for

#: Not pages: what programs, phones and watchers ask for.
NO_PAGES = {
    "/healthz", "/readyz", "/metrics", "/openapi.json", "/sw.js", "/manifest.webmanifest",
}  # fmt: skip


def page_routes(app: str, folder: Path) -> list[str]:
    """The paths of all pages, with their parameters in braces."""
    if app == "resident":
        from resident_app.main import create_app
    else:
        from committee_app.main import create_app
    routes = create_app(settings_for("sqlite:///nowhere.db", folder)).routes
    return sorted({path for method, path, route in walk(routes) if method == "GET" and _is_page(path, route)})


def _is_page(path: str, route: Any) -> bool:
    original = getattr(route, "original_route", None) or route
    return isinstance(original, SecureRoute) and not original.is_api and path not in NO_PAGES


def address(path: str, known: Mapping[str, str]) -> str:
    """The path with its parameters filled in; a parameter nobody has taught is a mistake of the test."""
    if path in known:
        return known[path]
    missing = set(re.findall(r"{(\w+)", path)) - set(known)
    assert not missing, f"{path}: teach the walk what to put for {missing}"
    return re.sub(r"{(\w+)(?::\w+)?}", lambda found: known[found[1]], path)
