"""The pages of the residents' app. `routers` is what main.py puts in, in the order in which paths are looked for."""

from collections.abc import Sequence

from app_shell.routing import SecureRouter
from resident_app.pages import (
    building,
    cases,
    committee,
    data,
    entrance,
    guides,
    home,
    neighbourhood,
    plugin_consents,
    plugin_fields,
    plugin_pages,
    privacy,
    report,
    rights,
    seen,
)

routers: Sequence[SecureRouter] = (
    home.router, cases.router, report.router, neighbourhood.router, entrance.router, seen.router,
    data.router, rights.router, building.router, privacy.router, committee.router,
    guides.router, plugin_consents.router, plugin_fields.router, plugin_pages.router,
)  # fmt: skip
