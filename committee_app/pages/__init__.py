"""The pages of the committee's app. `routers` is what main.py puts in, in the order in which paths are looked for."""

from collections.abc import Sequence

from app_shell.routing import SecureRouter
from committee_app.pages import (
    administration,
    batch,
    cases,
    contact,
    delegations,
    desk,
    emergency,
    entering,
    exports,
    figures,
    keeping_places,
    life_events,
    looks,
    neighbourhood,
    people,
    places,
    posters,
    posts,
    record,
    register,
    requests,
    serving,
    types,
)

routers: Sequence[SecureRouter] = (
    desk.router, batch.router, cases.router, contact.router, entering.router, figures.router, people.router,
    register.router, life_events.router, looks.router, exports.router, posters.router, record.router, requests.router,
    # The more particular addresses of an entry come before its own.
    places.router, keeping_places.router, serving.router, neighbourhood.router, types.router, posts.router,
    delegations.router, emergency.router, administration.router,
)  # fmt: skip
