"""The JSON API of the residents' app. `routers` is what main.py puts in, the busiest first."""

from collections.abc import Sequence

from app_shell.codes_api import codes_api
from app_shell.photos_api import photos_api
from app_shell.routing import Access, SecureRouter
from core_db.cases.words import RESIDENT_STATUS_WORDS
from resident_app.api import building, cases, data, plugin_fields, plugins, rights, seen

routers: Sequence[SecureRouter] = (
    cases.router, data.router, photos_api(Access.RESIDENT), codes_api(Access.SIGNED_IN, RESIDENT_STATUS_WORDS),
    building.router, seen.router, plugins.router, plugin_fields.router, rights.router,
)  # fmt: skip
