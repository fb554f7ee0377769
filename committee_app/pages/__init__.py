"""The pages of the committee's app. `routers` is what main.py puts in, in the order in which paths are looked for."""

from collections.abc import Sequence

from app_shell.routing import SecureRouter
from committee_app.pages import batch, cases, contact, desk, entering, figures, posters, record

routers: Sequence[SecureRouter] = (
    desk.router, batch.router, cases.router, contact.router, entering.router, figures.router, posters.router,
    record.router,
)  # fmt: skip
