"""Where what a plugin reads may go: said with each purpose, agreed to with it, and held where it goes further."""

from types import SimpleNamespace
from typing import Any

import pytest

from core_db.installs.sheets import is_wider, purposes_of
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
