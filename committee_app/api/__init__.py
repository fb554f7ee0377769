"""The JSON API of the committee's app. `routers` is what main.py puts in, the busiest first."""

from collections.abc import Sequence

from app_shell.routing import SecureRouter
from committee_app.api import cases, figures, photos, words

routers: Sequence[SecureRouter] = (cases.router, photos.router, words.router, figures.router)
