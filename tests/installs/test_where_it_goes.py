"""Where what a plugin reads may go: said with each purpose, agreed to with it, and held where it goes further."""

from types import SimpleNamespace
from typing import Any

import pytest
from sqlmodel import select

from core_db.audit.model import AuditEvent
from core_db.foundation.errors import NotFound
from core_db.installs import approve_any_host
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


# -- any host ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after", "waits"),
    [
        (["a.example.org"], ["*"], True),
        (["*"], ["*"], False),
        (["*"], ["a.example.org"], False),
        ([], ["*"], True),
    ],
)
def test_any_host_is_further_than_those_that_are_named(before, after, waits):
    assert is_wider(manifest_with(network=before), manifest_with(network=after)) is waits


@pytest.fixture
def calls_anywhere(on, asked):
    """A hook that calls a host which no manifest names, of a plugin that wants any."""
    on(network=["*"])
    return lambda: asked(lambda ctx: ctx.http.get(f"http://{UNTOLD}/"))


def test_any_host_is_reached_once_the_operator_approved_that_of_this_version(
    given, installed, calls_anywhere, door, clock
):
    with pytest.raises(Forbidden, match="is not among the hosts"):
        calls_anywhere()

    given.do(approve_any_host, "elder-care", by=given.system())
    with pytest.raises(Refused, match="did not answer"):
        calls_anywhere()
    (said,) = door.read_now(_approvals)
    assert (said.object, said.reference, said.at) == ("plugin/elder-care", "version/1.2.0", clock.now())
    assert said.actor == given.system().id

    installed(network=["*"], version="1.3.0")
    with pytest.raises(Forbidden, match="is not among the hosts"):
        calls_anywhere()


def test_nobody_but_the_operator_approves_it(given, calls_anywhere, secretary):
    with pytest.raises(NotFound):
        given.do(approve_any_host, "elder-care", by=secretary)


def test_what_was_read_for_a_purpose_that_names_its_hosts_goes_to_no_other(given, on, agreed, asked, pair):
    on(network=["*"], purpose={"sends_to": [TOLD]})
    given.do(approve_any_host, "elder-care", by=given.system())
    aunt = given.resident()
    agreed(aunt)

    async def deed(ctx: Any) -> Any:
        await ctx.residents.get(pair(aunt), fields=["name"], purpose="visit")
        return await ctx.http.get(f"http://{UNTOLD}/")

    with pytest.raises(Forbidden, match="whose sends_to has no"):
        asked(deed)


def _approvals(session: Any) -> list[Any]:
    return list(session.exec(select(AuditEvent).where(AuditEvent.action == "plugin.any-host-approved")))
