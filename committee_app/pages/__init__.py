"""The pages of the committee's app. `routers` is what main.py puts in, in the order in which paths are looked for."""

from collections.abc import Sequence

from app_shell.routing import SecureRouter
from committee_app.pages import (
    administration,
    all_round,
    batch,
    cases,
    contact,
    delegations,
    desk,
    emergency,
    entering,
    experiences,
    exports,
    figures,
    guides,
    inquiries,
    life_events,
    looks,
    notes,
    people,
    posters,
    posts,
    record,
    register,
    requests,
)

routers: Sequence[SecureRouter] = (
    desk.router, batch.router, cases.router, contact.router, entering.router, figures.router, people.router,
    register.router, life_events.router, looks.router, exports.router, posters.router, record.router, requests.router,
    posts.router, delegations.router, emergency.router, administration.router,
    all_round.router, guides.router, inquiries.router, notes.router, experiences.router,
)  # fmt: skip
