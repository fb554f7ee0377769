"""Upkeep: `verify` names a case that its own words do not find, and `rebuild` makes them find it."""

from sqlalchemy import text, update

from core_db.cases.model import CASES
from core_db.upkeep import rebuild, verify


def search(settings, door):
    return next(one for one in verify(settings, door.engines, door.keyring) if one.name == "search")


def says(door, case, **other):
    """The row says something else, and nobody told the index."""
    door.write_now(lambda session: session.execute(update(CASES).where(CASES.c.id == case.id).values(other)))


def test_cases_of_every_kind_are_found_by_what_they_say(given, settings, door):
    for _ in range(3):
        given.a_case()

    assert search(settings, door).holds


def test_a_case_whose_words_the_index_has_not_is_named_and_made_findable(given, settings, door, clock):
    case = given.a_case().case
    given.a_case()
    says(door, case, place_note="水管爆裂")

    found = search(settings, door)
    assert (found.holds, found.found) == (False, f"({case.number})")

    rebuild(door, actor=given.system(), clock=clock)
    assert search(settings, door).holds


def test_a_case_that_the_index_lost_altogether_is_counted(given, settings, door):
    given.a_case()
    lost = "DELETE FROM case_search"
    if door.engines.write.dialect.name == "sqlite":
        lost = "INSERT INTO case_search (case_search) VALUES ('delete-all')"
    door.write_now(lambda session: session.execute(text(lost)))

    assert search(settings, door).found == "(1)"
