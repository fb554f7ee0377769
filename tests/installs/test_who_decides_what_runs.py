"""Which plugins run where: the operator installs, the committee decides after a sheet it has read."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from core_db.foundation.errors import NotFound, NotPermitted
from core_db.foundation.outbox import facts_after
from core_db.installs import (
    DataStillThere,
    EnablingDraft,
    PluginFiles,
    PluginInUse,
    PluginIsOff,
    PluginUnavailable,
    ScopesMissing,
    SettingsDraft,
    SheetChanged,
    approve_duty,
    certificates,
    consent_sheet,
    disable_plugin,
    due_erasures,
    enable_plugin,
    end_of_keeping,
    erasure_done,
    fail_plugin,
    forget_plugin,
    let_plugin_run,
    my_messages,
    plugin_broken,
    plugin_settings,
    plugins_here,
    record_plugin,
    remove_plugin,
    set_plugin,
    stop_plugin,
)
from core_db.installs.model import INSTALLS, PLUGINS
from core_db.installs.words import InstallState, PluginState, RunMode
from tests.installs.conftest import manifest_with
from tests.town import NEXT_DOOR

PLUGIN = "elder-care"


@pytest.fixture
def here(given):
    return given.community.id


def state_of(given, here, by):
    (one,) = given.see(plugins_here, here, by=by)
    return one.state, one.cause


def facts_about_plugins(door):
    found = door.read_now(lambda session: facts_after(session, 0))
    return [(one.short_type, one.data) for one in found if one.short_type.startswith("plugin.")]


def test_installed_is_not_switched_on(given, installed, here):
    installed()

    (seen,) = given.see(plugins_here, here, by=given.worker())

    assert (seen.name, seen.state, seen.plugin_state) == (
        ("独居老人探访", "Elder-care visits"), None, PluginState.INSTALLED,
    )  # fmt: skip


def test_the_sheet_says_in_words_what_it_reads_why_and_for_how_long(given, installed, here):
    installed()

    sheet = given.see(consent_sheet, PLUGIN, here, by=given.worker())

    assert ("居民的标签", "residents' tags") in [one.words for one in sheet.scopes if one.is_required]
    assert [one.name for one in sheet.scopes if not one.is_required] == ["resident.contact:read"]
    (purpose,) = sheet.purposes
    assert (purpose.is_sensitive, purpose.is_duty, purpose.retention_days) == (True, False, 400)
    assert ("电话", "telephone number") in purpose.field_words
    assert (sheet.stores_personal, sheet.run_mode) == (True, RunMode.WORKER)


def test_the_secretary_switches_it_on_and_the_worker_reads_that(given, installed, enabled, here, door):
    installed()

    enabled("resident.contact:read")

    (seen,) = given.see(plugins_here, here, by=given.worker())
    assert (seen.state, seen.decided_name) == (InstallState.ENABLED, "周书记")
    assert "resident.contact:read" in seen.scopes
    ((fact, data),) = facts_about_plugins(door)
    assert (fact, data["plugin_id"], data["version"]) == ("plugin.enabled", PLUGIN, "1.2.0")


def test_a_worker_decides_nothing_and_whoever_is_from_elsewhere_sees_nothing(given, installed, enabled, here):
    installed()
    enabled()

    with pytest.raises(NotPermitted):
        given.do(disable_plugin, PLUGIN, here, by=given.worker())
    for stranger in (given.worker_next_door(), given.town_dispatcher(), given.resident()):
        with pytest.raises(NotFound):
            given.see(plugins_here, here, by=stranger)
        with pytest.raises(NotFound):
            given.do(disable_plugin, PLUGIN, here, by=stranger)


def test_what_it_needs_is_given_whole_or_it_stays_off(given, installed, secretary, here):
    installed()
    sheet = given.see(consent_sheet, PLUGIN, here, by=secretary)
    little = EnablingDraft(scopes=("case:read",), sheet_version=sheet.sheet_version)

    with pytest.raises(ScopesMissing) as refused:
        given.do(enable_plugin, PLUGIN, here, little, by=secretary)

    assert "居民的标签" in refused.value.sentence("zh")
    assert state_of(given, here, secretary) == (None, "")


def test_nothing_is_given_that_was_not_asked_for(given, installed, enabled, here, secretary):
    installed()

    enabled("resident.sensitive:read")

    (seen,) = given.see(plugins_here, here, by=secretary)
    assert "resident.sensitive:read" not in seen.scopes


def test_a_sheet_that_changed_meanwhile_is_read_again(given, installed, secretary, here):
    installed()
    sheet = given.see(consent_sheet, PLUGIN, here, by=secretary)
    installed(purpose={"retention_days": 800})
    draft = EnablingDraft(scopes=tuple(one.name for one in sheet.scopes), sheet_version=sheet.sheet_version)

    with pytest.raises(SheetChanged):
        given.do(enable_plugin, PLUGIN, here, draft, by=secretary)


@pytest.mark.parametrize(
    ("change", "is_held"),
    [
        ({"scopes": [*manifest_with()["scopes"], "household:read"]}, True),
        ({"optional_scopes": ["resident.contact:read", "household:read"]}, False),
        ({"purpose": {"fields": ["name", "health"]}}, True),
        ({"purpose": {"fields": ["name"]}}, False),
        ({"purpose": {"retention_days": 401}}, True),
        ({"purpose": {"basis": "public_duty"}}, True),
        ({"network": ["api.example.org"]}, True),
        ({"data": {"stores_personal": True, "retention_days": 400, "exports_abroad": True}}, True),
        ({"version": "1.3.0"}, False),
    ],
)
def test_an_upgrade_that_wants_more_waits_for_the_committee(
    change, is_held, given, installed, enabled, here, door, secretary
):
    installed()
    enabled()

    installed(**change)

    held = (InstallState.HELD, "scopes")
    assert state_of(given, here, given.worker()) == (held if is_held else (InstallState.ENABLED, ""))
    told = [data["cause"] for fact, data in facts_about_plugins(door) if fact == "plugin.disabled"]
    assert told == (["scopes"] if is_held else [])
    assert [one.startswith("它的新版要看得更多") for one in said_to(given, secretary)] == [True] * is_held
    enabled()
    assert state_of(given, here, given.worker()) == (InstallState.ENABLED, "")


def test_a_wider_version_loses_the_operators_word_on_its_duty(given, installed, door):
    installed(purpose={"basis": "public_duty"})
    given.do(approve_duty, PLUGIN, by=given.system())

    installed(purpose={"basis": "public_duty", "fields": ["name", "health"]})

    assert door.read_now(lambda s: s.execute(select(PLUGINS.c.duty_approved)).scalar()) is False


def test_what_is_stopped_or_broken_is_switched_on_nowhere(given, installed, enabled):
    installed()
    for stop in (lambda: given.do(stop_plugin, PLUGIN, by=given.system()),
                 lambda: given.do(plugin_broken, PLUGIN, "ImportError", by=given.system())):  # fmt: skip
        stop()
        with pytest.raises(PluginUnavailable):
            enabled()
        given.do(let_plugin_run, PLUGIN, by=given.system())
    enabled()


def test_only_the_operator_installs(given, secretary, installed):
    files = PluginFiles(version="1", package="x", folder="", run_mode=RunMode.WORKER)

    with pytest.raises(NotFound):
        given.do(record_plugin, manifest_with(), files, {}, by=secretary)
    installed()
    for deed in (stop_plugin, approve_duty, forget_plugin):
        with pytest.raises(NotFound):
            given.do(deed, PLUGIN, by=secretary)


def test_the_platform_switches_off_what_fails_too_often_once(
    given, installed, enabled, here, door, secretary
):
    installed()
    enabled()

    assert given.do(fail_plugin, PLUGIN, here, by=given.system())
    assert not given.do(fail_plugin, PLUGIN, here, by=given.system())

    assert state_of(given, here, given.worker()) == (InstallState.FAILED, "failures")
    assert said_to(given, secretary) == ["它出错太多，平台已经把它停用"]
    assert said_to(given, given.worker()) == []
    assert [data["cause"] for fact, data in facts_about_plugins(door) if fact == "plugin.disabled"] == [
        "failures"
    ]


def said_to(given, who):
    """The beginnings of what the platform told somebody of it, the newest first."""
    return [one.text[0].split("，别的")[0] for one in given.see(my_messages, by=who)]


@pytest.mark.parametrize(
    ("deed", "said"),
    [
        (
            lambda given: given.do(plugin_broken, PLUGIN, "ImportError", by=given.system()),
            "它打不开，平台没有让它运行",
        ),
        (lambda given: given.do(stop_plugin, PLUGIN, by=given.system()), "运维人员把它停下了"),
    ],
)
def test_who_has_it_on_is_told_once_that_it_runs_no_more(given, installed, enabled, secretary, deed, said):
    installed()
    enabled()
    elsewhere = given.secretary(NEXT_DOOR, name="吴书记")

    deed(given)
    deed(given)

    assert said_to(given, secretary) == [said]
    assert said_to(given, elsewhere) == []


def test_secrets_are_written_and_never_read(given, installed, enabled, secretary, here, door):
    installed()
    enabled(settings={"every_days": 7, "token": "s3cret-s3cret"})

    seen = given.see(plugin_settings, PLUGIN, here, by=secretary)
    row = door.read_now(lambda s: s.execute(select(INSTALLS)).one())
    given.do(set_plugin, PLUGIN, here, SettingsDraft(settings={"every_days": 14, "token": ""}), by=secretary)
    after = door.read_now(lambda s: s.execute(select(INSTALLS)).one())

    assert (seen.settings, seen.secrets, seen.has_secrets) == ({"every_days": 7}, {"token"}, True)
    assert b"s3cret" not in row.secrets_sealed
    assert after.secrets_sealed == row.secrets_sealed
    (fact, data) = facts_about_plugins(door)[-1]
    assert (fact, data["fields"]) == ("plugin.settings_changed", ["every_days"])
    with pytest.raises(NotPermitted):
        given.see(plugin_settings, PLUGIN, here, by=given.worker())


def test_switched_off_it_keeps_what_was_decided(given, installed, enabled, secretary, here):
    installed()
    enabled(settings={"every_days": 7})

    given.do(disable_plugin, PLUGIN, here, by=secretary)

    assert state_of(given, here, secretary) == (InstallState.DISABLED, "committee")
    assert given.see(plugin_settings, PLUGIN, here, by=secretary).settings == {"every_days": 7}
    with pytest.raises(PluginIsOff):
        given.do(disable_plugin, PLUGIN, here, by=secretary)


def test_removed_it_is_forgotten_at_once_and_the_committee_holds_a_certificate(
    given, installed, enabled, secretary, here
):
    installed()
    enabled(settings={"token": "s3cret"})

    given.do(remove_plugin, PLUGIN, here, keep=False, by=secretary)
    (asked,) = given.see(due_erasures, by=given.system())
    with pytest.raises(DataStillThere):
        given.do(forget_plugin, PLUGIN, by=given.system())
    given.do(erasure_done, asked.id, 12, by=given.system())

    (paper,) = given.see(certificates, PLUGIN, here, by=secretary)
    assert (paper.rows, paper.done_at is not None) == (12, True)
    given.do(forget_plugin, PLUGIN, by=given.system())
    assert given.see(plugins_here, here, by=secretary) == []


def test_what_is_kept_after_a_removal_goes_after_thirty_days(
    given, installed, enabled, secretary, here, clock, door
):
    installed()
    enabled()
    given.do(remove_plugin, PLUGIN, here, keep=True, by=secretary)
    door.write_now(lambda session: session.execute(update(INSTALLS).values(ran_version="1.2.0")))

    assert given.do(end_of_keeping, by=given.system()) == 0
    assert given.see(due_erasures, by=given.system()) == []
    with pytest.raises(DataStillThere):
        given.do(forget_plugin, PLUGIN, by=given.system())
    clock.advance(timedelta(days=31))

    assert given.do(end_of_keeping, by=given.system()) == 1
    # With nothing of an earlier version here there is nothing to bring to a newer one.
    assert door.read_now(lambda session: session.execute(select(INSTALLS.c.ran_version)).scalar()) == ""
    assert len(given.see(due_erasures, by=given.system())) == 1


def test_nothing_is_taken_away_that_a_neighbourhood_still_uses(given, installed, enabled):
    installed()
    enabled()

    with pytest.raises(PluginInUse) as refused:
        given.do(forget_plugin, PLUGIN, by=given.system())

    assert "1" in refused.value.sentence("en")
