"""Where what a plugin reads may go: said with each purpose, agreed to with it, and held where it goes further."""

from types import SimpleNamespace
from typing import Any

import pytest

from core_db.installs.sheets import is_wider, purposes_of
from plugins.sdk.context import Forbidden, Refused
from tests.installs.conftest import manifest_with


def seen(**said: Any) -> Any:
    manifest = manifest_with(**said)
    (purpose,) = purposes_of(SimpleNamespace(manifest=manifest, duty_approved=False))
    return purpose


@pytest.mark.parametrize(
    ("network", "sends_to", "hosts"),
    [
        ([], None, ()),
        (["a.example.org", "b.example.org"], None, ("a.example.org", "b.example.org")),
        (["a.example.org", "b.example.org"], ["a.example.org"], ("a.example.org",)),
        (["a.example.org"], [], ()),
        (["*"], None, ("*",)),
    ],
)
def test_people_read_the_hosts_of_a_purpose_or_all_that_the_plugin_reaches(network, sends_to, hosts):
    assert seen(network=network, purpose={"sends_to": sends_to}).hosts == hosts


def test_another_host_is_another_text_to_agree_to_and_saying_nothing_new_is_not():
    plain = seen().text_version

    assert seen(purpose={"sends_to": None}).text_version == plain
    assert seen(purpose={"sends_to": []}).text_version == plain
    texts = [
        seen(network=network, purpose={"sends_to": sends_to}).text_version
        for network in (["a.example.org"], ["b.example.org"])
        for sends_to in (None, [])
    ]
    assert texts[0] != texts[2]
    assert texts[1] == texts[3] == plain


@pytest.mark.parametrize(
    ("before", "after", "waits"),
    [
        (["a.example.org"], ["a.example.org", "b.example.org"], True),
        (["a.example.org"], None, True),
        ([], ["a.example.org"], True),
        (["a.example.org", "b.example.org"], ["a.example.org"], False),
        (None, ["a.example.org"], False),
        (None, None, False),
    ],
)
def test_what_goes_further_than_before_waits_for_the_committee(before, after, waits):
    network = ["a.example.org", "b.example.org"]

    def said(hosts: Any) -> Any:
        return manifest_with(network=network, purpose={"sends_to": hosts})

    assert is_wider(said(before), said(after)) is waits


# -- while it runs ----------------------------------------------------------------------------------

TOLD, UNTOLD = "127.0.0.1", "127.0.0.2"


@pytest.fixture
def sends(on, given, agreed, asked, pair):
    """`sends(to, reads=…)`: a hook that reads somebody who agreed, or nobody, and then calls a host."""
    on(network=[TOLD, UNTOLD], purpose={"sends_to": [TOLD]})
    aunt = given.resident()
    agreed(aunt)

    async def deed(ctx: Any, host: str, reads: bool) -> Any:
        if reads:
            await ctx.residents.get(pair(aunt), fields=["name"], purpose="visit")
        return await ctx.http.get(f"http://{host}/")

    return lambda host, reads=True: asked(lambda ctx: deed(ctx, host, reads))


def test_what_was_read_goes_to_no_host_that_its_purpose_does_not_name(sends):
    with pytest.raises(Forbidden, match="whose sends_to has no"):
        sends(UNTOLD)


def test_it_goes_where_residents_were_told_and_a_call_that_read_nobody_to_each_host_of_the_manifest(sends):
    # Nothing that stands inside is called: it comes as far as the platform's own guard.
    for host, reads in ((TOLD, True), (TOLD, False), (UNTOLD, False)):
        with pytest.raises(Refused, match="did not answer"):
            sends(host, reads)
