"""What a plugin shows, made ready for `components/blocks.html`: where its links lead, where its pictures lie.

Blocks are plain data of somebody else. Their texts are escaped by the templates; their addresses are made here, and
none of them leads out of the plugin's own pages: a button must not press one of the platform's.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from urllib.parse import quote, unquote

from app_shell.plugged import Blocks, PluginHost, Shown
from core_db.foundation.lean import dataclass

ID = re.compile(r"[a-z][a-z0-9-]{2,40}")
_OWN = re.compile(r"/[A-Za-z0-9/_.~%?=&-]*")
#: What stands beside each other in one line, or in one list.
TOGETHER = frozenset({"fact", "badge", "link", "button"})
#: The tones of plugins, as the product's own words for them.
TONES = {"plain": "mute", "good": "ok", "waiting": "warn", "late": "bad"}
#: What a plugin may bring: pictures and fonts. A drawing is served in a sandbox of its own.
MEDIA: Mapping[str, str] = {
    ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".webp": "image/webp", ".gif": "image/gif",
    ".svg": "image/svg+xml", ".woff": "font/woff", ".woff2": "font/woff2",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Whose:
    """Whose blocks are drawn, and in which neighbourhood where the visitor belongs to several."""

    plugin_id: str
    at: str | None = None
    #: The folder of its pictures.
    assets: Path | None = None

    def to(self, own: str) -> str:
        """The address of a page of the plugin; its first page for what would lead anywhere else."""
        address = f"/x/{self.plugin_id}{own if is_own(own) else '/'}"
        if self.at is None:
            return address
        return f"{address}{'&' if '?' in address else '?'}at={self.at}"

    def picture(self, own: str) -> str | None:
        """Where a picture is served, with its content in the address; None where there is none."""
        path = asset_at(self.assets, own)
        return None if path is None else f"/x/{self.plugin_id}/static{quote(own)}?v={digest_of(path)}"

    def runs(self, body: Sequence[Blocks]) -> Iterator[tuple[str, list[Blocks]]]:
        """The blocks in their order; facts that follow each other are one list, buttons one line."""
        for kind, run in groupby(body, key=lambda one: str(one["kind"])):
            if kind in TOGETHER:
                yield kind, list(run)
            else:
                yield from ((kind, [one]) for one in run)

    def tone(self, tone: str) -> str:
        return TONES.get(tone, "mute")


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A card of a plugin on a page of the product; without one it is away, which a committee is told."""

    name: str
    whose: Whose
    card: Blocks | None


def is_own(own: str) -> bool:
    """Whether an address stays below the plugin's pages, however its dots are written."""
    path = unquote(unquote(own.partition("?")[0]))
    return bool(_OWN.fullmatch(own)) and not any(part in (".", "..") for part in re.split(r"[/\\]", path))


def asset_at(folder: Path | None, own: str) -> Path | None:
    """The picture or font of a plugin at an address; None for anything else and for whatever lies outside."""
    if folder is None or not is_own(own) or "?" in own:
        return None
    path = (folder / own.lstrip("/")).resolve()
    is_inside = path.is_relative_to(folder.resolve())
    return path if is_inside and path.suffix.lower() in MEDIA and path.is_file() else None


def digest_of(path: Path) -> str:
    """Of a file's content; read again when the file has changed."""
    about = path.stat()
    return _digest(path, about.st_mtime_ns, about.st_size)


@lru_cache(maxsize=1024)
def _digest(path: Path, _changed: int, _size: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:10]


def drawn_cards(host: PluginHost, shown: Sequence[Shown], *, at: str | None, away: bool) -> list[Drawn]:
    """The cards there are; those that are away too, for whoever is told so."""
    wanted = [one for one in shown if one.card is not None or (away and one.is_away)]
    return [
        Drawn(
            name=one.name, card=one.card,
            whose=Whose(plugin_id=one.plugin_id, at=at, assets=host.assets(one.plugin_id)),
        )
        for one in wanted
    ]  # fmt: skip
