"""The gallery in the reference: each slot and each block with its picture and the code that shows it.

Pictures and code are of one plugin, `plugins.gallery`; `scripts/gallery.py` takes the pictures.
"""

import inspect
from collections.abc import Callable, Mapping
from textwrap import indent
from typing import Any

from plugins.gallery import plugin as gallery
from plugins.gallery.blocks import BLOCKS
from plugins.gallery.columns import in_the_list_of_people
from plugins.gallery.pages import garden, watered
from plugins.host.written import MADE, fields, joined, prose
from plugins.sdk import ui
from plugins.sdk.slots import CARDS, SLOTS, WHERE

#: From `docs/plugins`, where these documents lie.
PICTURES = "pictures"
#: The code of blocks that are more than a part of a page.
WHOLE: Mapping[str, Callable[..., Any]] = {"Cell": in_the_list_of_people, "Go": watered, "Page": garden}

FILLED = """
A slot is a place on a page of ours that plugins fill. The page comes first; what plugins show is fetched after it, of
all of them side by side, each within its own time (0.3 s, `timeout=` up to 2). About what the reader may not see, and
where it is off, a plugin is not asked. One that fails or is late is left out: residents see nothing of it, a committee
reads that it is away. Below a card stands whose it is. Each slot is named in plugin.toml: `[[contributes.slots]]`,
`slot = "…"`. The pictures and the code are of `plugins/gallery`, which fills them all.
"""


def picture_of_slot(name: str) -> str:
    return f"slot-{name.replace('.', '-')}.png"


def picture_of_block(name: str) -> str:
    return f"block-{name.lower()}.png"


def kinds_of_block() -> dict[str, type[ui.Block]]:
    """Every block there is, by its name."""
    found = inspect.getmembers(ui, lambda one: inspect.isclass(one) and issubclass(one, ui.Block))
    return {name: kind for name, kind in found if kind is not ui.Block}


def slots() -> str:
    """Every slot: where it is, what is given, and one of it."""
    pieces = ["# Slots", MADE, FILLED]
    for name, gives in SLOTS.items():
        where, given = WHERE[name]
        shows = (
            f"`@plugin.slot(\"{name}\")`: a card; `subject` is {given}."
            if gives == CARDS else
            f"`@plugin.column(\"{name}\")`: a cell for each row; `subjects` are {given}."
        )  # fmt: skip
        pieces += [
            f"## `{name}`\n",
            f"{where}\n",
            f"{shows}\n",
            _shown(name, picture_of_slot(name), _filling(name)),
        ]
    return joined(pieces)


def blocks() -> str:
    """Every block: its fields, how it looks, and the code of that."""
    pieces = ["# Blocks", MADE, f"{inspect.cleandoc(ui.__doc__ or '')}\n"]
    for name, kind in kinds_of_block().items():
        named = fields(kind, ui.Block, left_out=("kind",))
        code = inspect.getsource(WHOLE.get(name) or BLOCKS[name])
        pieces += [f"## `ui.{name}`\n", f"{prose(kind)}\n", f"Fields: {named}\n"]
        pieces.append(_shown(f"ui.{name}", picture_of_block(name), code))
    return joined(pieces)


def _filling(slot: str) -> str:
    return inspect.getsource(next(hook.deed for hook in gallery.slots if hook.about == slot))


def _shown(what: str, picture: str, code: str) -> str:
    return (
        f"![{what}]({PICTURES}/{picture})\n\n{indent(code.replace('  # fmt: skip', '').rstrip(), '    ')}\n"
    )
