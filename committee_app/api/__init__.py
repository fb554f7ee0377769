"""The JSON API of the committee's app. `routers` is what main.py puts in, the busiest first."""

from collections.abc import Sequence

from app_shell.codes_api import codes_api
from app_shell.photos_api import photos_api
from app_shell.routing import Access, SecureRouter
from committee_app.api import (
    auditing,
    cases,
    data_requests,
    doubles,
    emergencies,
    experiences,
    exports,
    figures,
    groups,
    guides,
    households,
    inquiries,
    keeping_places,
    ledgers,
    looks,
    needs,
    neighbourhood,
    people,
    people_changes,
    places,
    plugins,
    posts,
    proposals,
    report_forms,
    sheets,
    tags,
    visit_plans,
    visits,
    witness,
)

routers: Sequence[SecureRouter] = (
    cases.router,
    photos_api(Access.CASEWORK),
    codes_api(Access.STAFF),
    figures.router,
    posts.router,
    emergencies.router,
    ledgers.router,
    report_forms.router,
    people.router,
    places.router,
    # -- writing the register
    people_changes.router,
    households.router,
    keeping_places.router,
    proposals.router,
    neighbourhood.router,
    # -- the register as tables, in and out
    sheets.router,
    exports.router,
    doubles.router,
    # -- the rest
    auditing.router,
    witness.router,
    # `/visits/plans` before `/visits/{visit_id}`.
    visit_plans.router,
    visits.router,
    needs.router,
    plugins.router,
    # -- tags, groups and the desk of all posts
    tags.router,
    groups.router,
    guides.router,
    inquiries.router,
    experiences.router,
    # -- what residents ask about their data, and those who look
    data_requests.router,
    looks.router,
)
