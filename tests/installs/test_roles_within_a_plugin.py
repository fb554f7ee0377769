"""A plugin's own roles: given by the secretary to a colleague, worth what his post is worth, gone with the plugin."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select

from core_db.accounts import end_role
from core_db.accounts.sessions import ROLES
from core_db.audit.model import EVENTS
from core_db.foundation.clock import local_date
from core_db.foundation.errors import CannotBeRead, NotFound, NotPermitted
from core_db.foundation.outbox import facts_after
from core_db.installs import (
    PluginIsOff,
    PluginRoleDraft,
    PluginRoleHeldAlready,
    disable_plugin,
    fail_plugin,
    give_plugin_role,
    plugin_roles,
    remove_plugin,
    take_plugin_role,
)
from tests.town import NEXT_DOOR

PLUGIN = "elder-care"
ROLES_NAMED = [
    {"id": "coordinator", "name": {"zh": "协调员", "en": "Coordinator"}, "grants": ["/pairs"]},
    {"id": "reader", "name": {"zh": "查阅员", "en": "Reader"}, "grants": ["/list"]},
]


@pytest.fixture
def here(given):
    return given.community.id


@pytest.fixture
def on(installed, enabled):
    """The sample is on, with two roles of its own."""
    installed(contributes={"roles": ROLES_NAMED})
    enabled()


@pytest.fixture
def give(given, secretary, worker, here):
    def given_to(role="coordinator", *, to=None, by=None, **days):
        draft = PluginRoleDraft(role=role, account_id=(to or worker).id, **days)
        return given.do(give_plugin_role, PLUGIN, here, draft, by=by or secretary)

    return given_to


@pytest.fixture
def holds(gateway, visitor):
    """What the plugin itself is told: which of its roles somebody holds who looks at its page."""

    def told(actor):
        setting = asyncio.run(gateway.setting(PLUGIN, visitor(actor).community_id, visitor(actor)))
        return set() if setting is None else set(setting.roles)

    return told


def facts(door):
    found = door.read_now(lambda session: facts_after(session, 0))
    return [one for one in found if one.short_type == "plugin.roles_changed"]


def trail(door):
    found = door.read_now(lambda s: s.execute(select(EVENTS).order_by(EVENTS.c.id)).all())
    return [(one.action, one.object, one.reference) for one in found if one.action.startswith("plugin.role")]


def test_a_role_is_given_seen_told_and_written_down(on, give, holds, given, here, secretary, worker, door):
    assert holds(worker) == set()

    give()

    seen = given.see(plugin_roles, PLUGIN, here, by=worker)
    assert [(one.name[0], one.holder, one.last_day) for one in seen.held] == [("协调员", "小张", None)]
    assert holds(worker) == {"coordinator"}
    assert holds(secretary) == set()
    assert trail(door) == [("plugin.role-given", f"plugin/{PLUGIN}", "role/coordinator")]
    (fact,) = facts(door)
    assert fact.data["roles"] == ["coordinator"]
    assert worker.id not in str(fact.data)


def test_it_is_taken_back_once(on, give, holds, given, here, secretary, worker, door):
    held = give()

    for _ in range(2):
        given.do(take_plugin_role, PLUGIN, here, held.id, by=secretary)

    assert holds(worker) == set()
    assert given.see(plugin_roles, PLUGIN, here, by=worker).held == []
    assert [one[0] for one in trail(door)] == ["plugin.role-given", "plugin.role-ended"]


def test_it_begins_on_its_first_day_and_ends_with_its_last(on, give, holds, given, here, worker, clock):
    today = local_date(clock.now())
    give(valid_from=today + timedelta(days=2), valid_to=today + timedelta(days=3))

    (coming,) = given.see(plugin_roles, PLUGIN, here, by=worker).held
    assert coming.is_coming
    assert (coming.first_day, coming.last_day) == (today + timedelta(days=2), today + timedelta(days=3))
    found = []
    for _ in range(5):
        found.append(holds(worker))
        clock.advance(timedelta(days=1))

    assert found == [set(), set(), {"coordinator"}, {"coordinator"}, set()]


def test_it_ends_with_the_post_it_rests_on(on, give, holds, given, here, secretary, worker, door):
    give()
    post = door.read_now(
        lambda s: s.execute(select(ROLES.c.id).where(ROLES.c.account_id == worker.id)).scalar()
    )

    given.do(end_role, post, by=secretary)

    assert holds(worker) == set()
    assert given.see(plugin_roles, PLUGIN, here, by=secretary).held == []


@pytest.mark.parametrize("how", ["off", "removed"])
def test_switched_off_or_removed_it_ends_and_does_not_come_back(
    on, give, holds, given, here, secretary, worker, enabled, door, how
):
    give()
    give("reader")

    if how == "off":
        given.do(disable_plugin, PLUGIN, here, by=secretary)
    else:
        given.do(remove_plugin, PLUGIN, here, keep=True, by=secretary)

    with pytest.raises(PluginIsOff):
        give()
    enabled()
    assert holds(worker) == set()
    assert facts(door)[-1].data["roles"] == ["coordinator", "reader"]


def test_a_plugin_that_the_platform_switched_off_is_given_no_role_and_opens_nothing(
    on, give, holds, given, here, worker
):
    give()

    given.do(fail_plugin, PLUGIN, here, by=given.system())

    assert holds(worker) == set()
    with pytest.raises(PluginIsOff):
        give("reader")


def test_a_role_that_a_new_version_names_no_more_is_held_no_more(
    on, give, holds, given, here, installed, worker
):
    give()

    installed(version="1.3.0", contributes={"roles": ROLES_NAMED[1:]})

    assert holds(worker) == set()
    assert given.see(plugin_roles, PLUGIN, here, by=worker).held == []


def test_nobody_holds_a_role_twice_over_the_same_days(on, give, given, here, secretary, clock):
    tomorrow = local_date(clock.now()) + timedelta(days=1)
    first = give(valid_to=tomorrow)

    with pytest.raises(PluginRoleHeldAlready):
        give(valid_from=tomorrow)
    give(valid_from=tomorrow + timedelta(days=1))
    given.do(take_plugin_role, PLUGIN, here, first.id, by=secretary)
    give(valid_to=tomorrow)


def test_only_whoever_decides_about_plugins_gives_and_takes(on, give, given, here, worker):
    held = give()

    with pytest.raises(NotPermitted):
        give("reader", by=worker)
    with pytest.raises(NotPermitted):
        given.do(take_plugin_role, PLUGIN, here, held.id, by=worker)
    for stranger in (given.worker_next_door(), given.secretary(NEXT_DOOR)):
        with pytest.raises(NotFound):
            give("reader", by=stranger)
        with pytest.raises(NotFound):
            given.do(take_plugin_role, PLUGIN, here, held.id, by=stranger)
        with pytest.raises(NotFound):
            given.see(plugin_roles, PLUGIN, here, by=stranger)


def test_it_goes_to_a_colleague_of_this_committee_and_is_one_of_the_plugins(on, give, given, clock):
    for other in (given.worker_next_door(), given.contractor(), given.resident()):
        with pytest.raises(CannotBeRead):
            give(to=other)
    with pytest.raises(CannotBeRead):
        give("nobody_knows")
    with pytest.raises(CannotBeRead):
        give(valid_from=local_date(clock.now()) - timedelta(days=1))
    with pytest.raises(CannotBeRead):
        give(valid_from=local_date(clock.now()), valid_to=local_date(clock.now()) - timedelta(days=1))


def test_a_role_of_here_is_none_next_door(on, give, given, gateway, visitor, worker):
    give()

    held = asyncio.run(gateway.roles_of(visitor(worker)))
    elsewhere = asyncio.run(
        gateway.roles_of(type(visitor(worker))(
            actor=worker, community_id=given.worker_next_door().grants[0].place_id, lang="zh",
            came=visitor(worker).came,
        ))
    )  # fmt: skip

    assert held == {PLUGIN: {"coordinator"}}
    assert elsewhere == {}
