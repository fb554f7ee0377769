"""A case that a plugin raises is asked about like any other, by those who listen, and once."""

import pytest

from core_db.cases import case_shown
from core_db.installs.sheets import category_code
from plugins.sdk.context import Forbidden, Refused
from tests.installs.test_what_a_plugin_does import every_case
from tests.plugins.asking import askers

__all__ = ["askers"]


def raising(own_id=None, key="visit:1"):
    return lambda ctx: ctx.cases.open(category="elder_visit", title="探访王阿姨", resident_id=own_id, key=key)


def test_whoever_listens_is_told_about_whom_it_is_and_in_which_category(given, on, asked, pair, askers):
    on()
    aunt = given.resident()

    asked(raising(pair(aunt)))

    ((point, about),) = askers.asked
    assert (point, about.community_id, about.about) == (
        "case.submit.v1", given.community.id, ("person", aunt.person_id),
    )  # fmt: skip
    assert about.draft == {"category": category_code("elder-care", "elder_visit"), "channel": "plugin"}


def test_what_is_vetoed_is_not_raised_and_the_plugin_is_told_why(on, asked, askers, door):
    on()
    askers.veto = "今天不收"

    with pytest.raises(Refused, match="今天不收"):
        asked(raising())

    assert every_case(door) == []


def test_the_category_that_was_answered_is_the_cases(given, on, asked, askers):
    on()
    askers.answer = {"category": "0806"}

    case_id = asked(raising())

    assert given.see(case_shown, case_id, lang="zh", by=given.worker())["category"]["code"] == "0806"


def test_what_was_raised_already_is_asked_of_nobody_again(on, asked, askers):
    on()
    first = asked(raising())
    askers.veto = "今天不收"

    assert asked(raising()) == first
    assert len(askers.asked) == 1


def test_who_may_raise_nothing_has_nobody_asked(on, asked, askers, door):
    on(scopes=["resident.basic:read", "resident.tags:read", "case:read", "message:send"])

    with pytest.raises(Forbidden):
        asked(raising())

    assert (askers.asked, every_case(door)) == ([], [])


@pytest.mark.parametrize(
    "change",
    [
        raising(),
        lambda ctx: ctx.cases.comment("c1", text="…", key="1"),
        lambda ctx: ctx.messages.send(to="r_0123456789abcdef", template="overdue", key="1", args={}),
    ],
)
def test_a_filter_looks_and_changes_nothing(on, asked, askers, door, change):
    """What it raised itself would be asked about in turn, while somebody waits."""
    on()

    with pytest.raises(Forbidden, match="a filter looks, and changes nothing"):
        asked(change, hook="filter:look")

    assert (askers.asked, every_case(door)) == ([], [])
