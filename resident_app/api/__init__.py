"""The JSON API of the residents' app. `routers` is what main.py puts in, the busiest first."""

from collections.abc import Sequence

from app_shell.routing import SecureRouter
from resident_app.api import cases, photos, words

routers: Sequence[SecureRouter] = (cases.router, photos.router, words.router)
