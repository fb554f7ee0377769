"""The surface plugins stand on, as it was promised: a change of it is seen here before a plugin stumbles over it.

`python -m tests.plugins.test_what_is_promised` writes the snapshot anew and says what became of it. Adding is a minor
version of the interface and a line of the CHANGELOG; whatever else changes a line breaks a promise.
"""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from plugins.sdk import events
from tests.plugins.promises import PROMISES, compared
from tests.plugins.surface import surface

SNAPSHOT = Path(__file__).with_name("surface.json")
REWRITE = "python -m tests.plugins.test_what_is_promised"
#: A surface in small, as good as any to see what counts as what.
SMALL = {
    "context": {"Cases": {"get": {"id": "1. str", "gives": "await Case | None"}}},
    "plugin": {"slot": {"name": "1. Literal['a', 'b']", "gives": "Deed"}},
    "told": {"Case": {"id": "str", "(extra)": "forbid"}},
    "events": {"CaseClosed": {"outcome": "Literal['done']", "(type)": "case.closed.v1"}},
    "blocks": {"Text": {"text": "str (max_length=100)", "(extra)": "forbid"}},
    "names": {"plugins.sdk": ["Plugin", "ui"]},
}


def promised() -> Any:
    return json.loads(SNAPSHOT.read_text(encoding="utf-8"))


def test_no_promise_is_broken():
    broken = [str(one) for one in compared(promised(), surface()) if one.is_break]
    assert not broken, "\n".join(
        ["Plugins stand on this. Leave it and put the new beside it, or make a major version:", *broken]
    )


def test_whatever_was_added_is_in_the_snapshot():
    added = [str(one) for one in compared(promised(), surface()) if not one.is_break]
    assert not added, "\n".join(
        [f"This is an addition. Write `{REWRITE}`, and note it in CHANGELOG.md:", *added]
    )


def test_the_snapshot_holds_what_a_plugin_calls_is_told_and_is_tested_with():
    found = surface()

    assert set(found) == set(PROMISES)
    assert found["context"]["Residents"]["get"]["purpose"] == "by name str"
    assert found["told"]["Resident"]["withheld"] == "tuple[str, ...] = ()"
    assert found["blocks"]["Button"]["label"] == "str (min_length=1, max_length=100)"
    assert found["tests"]["X"]["emit"]["event"] == "1. Event"
    assert len(found["tests"]["PluginContract"]) > 25


def test_a_key_that_is_refused_and_a_scope_that_nothing_answers_are_no_promise():
    found = surface()

    assert "form" not in found["plugin.toml"]["CaseCategory"]
    assert "when" not in found["plugin.toml"]["SlotUse"]
    assert "notice:read" not in found["scopes"]


@pytest.mark.parametrize(
    ("way", "value"),
    [
        (("context", "Cases", "close"), {"id": "1. str", "gives": "await None"}),
        (("context", "Cases", "get", "fields"), "by name Sequence[str] = ()"),
        (("plugin", "slot", "name"), "1. Literal['a', 'b', 'c']"),
        (("told", "Case", "number"), "str"),
        (("events", "CaseClosed", "at"), "str | None = None"),
        (("blocks", "Text", "text"), "str (max_length=100) = ''"),
        (("names", "plugins.sdk"), ["Plugin", "told", "ui"]),
    ],
)
def test_what_leaves_every_plugin_right_is_an_addition(way: tuple[str, ...], value: Any):
    (one,) = compared(SMALL, _with(way, value))

    assert not one.is_break


@pytest.mark.parametrize(
    ("way", "value"),
    [
        (("context", "Cases", "get", "purpose"), "by name str"),
        (("context", "Cases", "get", "gives"), "await Case"),
        (("context", "Cases", "get"), None),
        (("plugin", "slot", "name"), "1. Literal['a']"),
        (("events", "CaseClosed", "outcome"), "Literal['done', 'left']"),
        (("events", "CaseClosed", "at"), "str"),
        (("blocks", "Text", "text"), "str (max_length=50)"),
        (("blocks", "Text", "tone"), "str"),
        (("names", "plugins.sdk"), ["Plugin"]),
    ],
)
def test_what_makes_a_plugin_wrong_breaks_a_promise_and_says_which(way: tuple[str, ...], value: Any):
    (one,) = compared(SMALL, _with(way, value))

    assert one.is_break
    assert PROMISES[way[0]] in str(one)


def _with(way: tuple[str, ...], value: Any) -> Any:
    """The small surface with one thing changed; None takes it away."""
    found = json.loads(json.dumps(SMALL))
    part = found
    for key in way[:-1]:
        part = part[key]
    part[way[-1]] = value
    if value is None:
        del part[way[-1]]
    return found


def test_every_fact_has_a_type_of_its_own_and_says_what_it_tells():
    told = [getattr(events, name) for name in events.__all__]
    kinds = [kind for kind in told if "type" in kind.__dict__]

    assert len({kind.type for kind in kinds}) == len(kinds) > 50
    assert not [kind for kind in told if not kind.__doc__]


def write_anew() -> None:
    """The snapshot as the code is now, and on the screen what that changes."""
    for one in compared(promised(), found := surface()):
        sys.stdout.write(f"{'broken' if one.is_break else 'added'}: {one}\n")
    SNAPSHOT.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write_anew()
