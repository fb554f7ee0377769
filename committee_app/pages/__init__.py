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
    doubles,
    emergency,
    entering,
    experiences,
    exports,
    figures,
    groups,
    guides,
    handling,
    inquiries,
    keeping_places,
    ledgers,
    life_events,
    looks,
    needs,
    neighbourhood,
    notes,
    people,
    places,
    posters,
    posts,
    record,
    register,
    report_forms,
    requests,
    serving,
    sheets,
    tags,
    types,
    visit,
    visit_plans,
    visits,
)

routers: Sequence[SecureRouter] = (
    desk.router, batch.router, cases.router, contact.router, entering.router, figures.router, people.router,
    register.router, sheets.router, doubles.router, life_events.router,
    looks.router, exports.router, posters.router, record.router, requests.router,
    posts.router, delegations.router, emergency.router, administration.router,
    tags.router, groups.router,
    places.router, keeping_places.router,
    # What has a name of its own goes before a visit's id.
    visit_plans.router, visits.router, visit.router, needs.router,
    register.router, life_events.router, looks.router, exports.router, posters.router, record.router, requests.router,
    posts.router, delegations.router, emergency.router, administration.router, ledgers.router,
    report_forms.router,
    # The more particular addresses of an entry come before its own.
    places.router, keeping_places.router, serving.router, handling.router, neighbourhood.router, types.router,
    posts.router, delegations.router, emergency.router, administration.router,
    all_round.router, guides.router, inquiries.router, notes.router, experiences.router,
)  # fmt: skip
