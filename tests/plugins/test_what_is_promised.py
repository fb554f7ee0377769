"""The surface plugins stand on, as it was promised: a change of it is seen here before a plugin stumbles over it.

`python -m tests.plugins.test_what_is_promised` writes the snapshot anew. Adding is a minor version of the interface;
whatever else changes a line needs a major one.
"""

import inspect
import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from plugins import sdk
from plugins.sdk import Plugin, events, tables, ui
from plugins.sdk.points import POINTS
from plugins.sdk.scopes import SCOPES
from plugins.sdk.slots import SLOTS

SNAPSHOT = Path(__file__).with_name("surface.json")


def surface() -> dict[str, Any]:
    """Names, signatures, events, blocks, scopes and the manifest, as plain values."""
    return {
        "api": sdk.__api__,
        "names": sorted(sdk.__all__),
        "tables": sorted(tables.__all__),
        "plugin": {
            name: str(inspect.signature(member))
            for name, member in inspect.getmembers(Plugin, inspect.isfunction)
            if not name.startswith("_")
        },
        "events": {name: _shape(getattr(events, name)) for name in events.__all__},
        "points": {
            name: _shape(kind) | {"scope": kind.asked_with, "fault": kind.on_fault}
            for name, kind in POINTS.items()
        },
        "blocks": {name: _shape(kind) for name, kind in inspect.getmembers(ui, _is_block)},
        "scopes": {name: [str(one.sensitivity), *one.fields] for name, one in sorted(SCOPES.items())},
        "scopes nothing answers": sorted(one.name for one in SCOPES.values() if not one.is_answered),
        "slots": dict(sorted(SLOTS.items())),
        "manifest": sdk.Manifest.model_json_schema(),
    }


def _is_block(member: object) -> bool:
    return inspect.isclass(member) and issubclass(member, ui.Block)


def _shape(kind: type[BaseModel]) -> dict[str, str]:
    return {name: str(info.annotation) for name, info in kind.model_fields.items()}


def test_the_surface_is_as_it_was_promised():
    assert surface() == json.loads(SNAPSHOT.read_text(encoding="utf-8"))


def test_every_fact_has_a_type_of_its_own_and_says_what_it_tells():
    told = [getattr(events, name) for name in events.__all__]
    kinds = [kind for kind in told if "type" in kind.__dict__]

    assert len({kind.type for kind in kinds}) == len(kinds) > 50
    assert not [kind for kind in told if not kind.__doc__]


if __name__ == "__main__":
    SNAPSHOT.write_text(json.dumps(surface(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
