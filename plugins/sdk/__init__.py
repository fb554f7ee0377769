"""All that a plugin imports.

    from plugins.sdk import Context, Document, Field, Plugin, Settings, events, ui

What stands here keeps its meaning: names are added, and an older one is taken away a year after it was said to go.
`__api__` is the version of this interface; it has nothing to do with the product's.
"""

from typing import TYPE_CHECKING, Any

from pydantic import Field

from plugins.sdk import events, points, told, ui
from plugins.sdk.context import Context, Forbidden, Refused, Veto
from plugins.sdk.data import Document, Settings
from plugins.sdk.manifest import API, Manifest
from plugins.sdk.manifest_file import BadManifest, read_manifest
from plugins.sdk.plugin import Plugin
from plugins.sdk.told import Resident

if TYPE_CHECKING:
    from plugins.sdk.routing import Ctx

__api__ = str(API)
__all__ = [
    "BadManifest", "Context", "Ctx", "Document", "Field", "Forbidden", "Manifest", "Plugin", "Refused", "Resident",
    "Settings", "Veto", "events", "points", "read_manifest", "told", "ui",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    """What is for pages alone comes when a plugin asks for it."""
    if name == "Ctx":
        from plugins.sdk.routing import Ctx

        return Ctx
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
