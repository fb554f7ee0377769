"""Holes that the matrix, or reading for it, has found: each stays closed."""

from core_db.cases import (
    accept_case,
    case_shown,
)
from core_db.cases.drafts import (
    AcceptanceDraft,
)


def test_accepting_a_public_case_at_a_room_does_not_tell_the_neighbours_which(given):
    raised = given.a_case(visibility="public").case.id

    given.do(accept_case, raised, AcceptanceDraft(place_id=given.home.id), by=given.worker())

    for_neighbours = given.see(case_shown, raised, by=given.neighbour())
    for_staff = given.see(case_shown, raised, by=given.worker())
    assert for_neighbours["place"] == {"id": given.building.id, "label": given.building.label, "note": None}
    assert given.home.name in for_staff["place"]["note"]


def test_accepting_a_private_case_at_a_room_says_the_room(given):
    raised = given.a_case().case.id

    given.do(accept_case, raised, AcceptanceDraft(place_id=given.home.id), by=given.worker())

    assert given.see(case_shown, raised, by=given.worker())["place"]["label"] == given.home.label
