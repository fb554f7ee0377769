"""What a version offers to plugins, and what one that wants something else is told before it would stop."""

import json
from importlib import import_module

import pytest
from typer.testing import CliRunner

from plugins.host.commands import plugin as command
from plugins.host.offering import offered, what_is_wrong_today, why_it_would_stop
from plugins.sdk.performing import handlers_of

BUNDLED = ["hello_x", "elder_care", "service_hall", "delegates_reception"]


def kept(name: str):
    """A plugin's manifest and what its code declares, as they are kept."""
    plugin = import_module(f"plugins.{name}").plugin
    return plugin.manifest.model_dump(mode="json", by_alias=True), json.loads(json.dumps(handlers_of(plugin)))


@pytest.mark.parametrize("name", BUNDLED)
def test_this_version_stops_none_of_its_own(name):
    manifest, declared = kept(name)

    assert list(why_it_would_stop(manifest, declared, offered())) == []
    assert list(what_is_wrong_today(manifest)) == []


@pytest.mark.parametrize(
    ("name", "what", "gone", "said"),
    [
        ("elder_care", "scopes", "visit:write", "there is no scope visit:write any more"),
        ("elder_care", "slots", "committee.resident.panels", "there is no slot committee.resident.panels any more"),
        ("elder_care", "facts", "cn.shequyun.visit.missed.v1",
         "there is no fact cn.shequyun.visit.missed.v1 any more"),
        ("delegates_reception", "providers", "report.export", "there is no provider report.export any more"),
        ("service_hall", "keys", "contributes.form_fields.choices.*",
         "there is no key of plugin.toml contributes.form_fields.choices.card any more"),
        ("service_hall", "keys", "storage.quota_mb", "there is no key of plugin.toml storage.quota_mb any more"),
    ],
)  # fmt: skip
def test_what_is_offered_no_more_and_wanted_is_a_reason(name, what, gone, said):
    offer = dict(offered())
    assert gone in offer[what]

    reasons = why_it_would_stop(*kept(name), {**offer, what: [one for one in offer[what] if one != gone]})

    assert said in [one.en for one in reasons]


def test_a_point_at_which_no_filter_is_asked_any_more_is_a_reason():
    declared = {"filter": [{"name": "look", "point": "case.submit.v1"}]}

    (reason,) = why_it_would_stop(kept("hello_x")[0], declared, {**offered(), "points": []})

    assert reason.en == "there is no point case.submit.v1 any more"
    assert reason.zh == "没有过滤点 case.submit.v1 了"


def test_a_key_that_nobody_reads_any_more_is_a_reason_where_it_says_something():
    manifest, declared = kept("hello_x")
    offer = offered()
    assert "contributes.slots.when" in offer["refused"]
    assert list(why_it_would_stop(manifest, declared, offer)) == []

    manifest["contributes"]["slots"][0]["when"] = "tuesday"

    assert [one.en for one in why_it_would_stop(manifest, declared, offer)] == [
        "contributes.slots.when is a key that nobody reads, and refused"
    ]
    assert "nobody reads this yet" in next(what_is_wrong_today(manifest)).en


def test_the_command_says_what_this_version_offers():
    said = json.loads(CliRunner().invoke(command, ["offers"]).output)

    assert said == offered()
    assert "notice:read" not in said["scopes"]
