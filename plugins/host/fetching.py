"""Getting a plugin's files: one that comes with the platform, a wheel from a file, or one from an index that is named.

A wheel is unpacked into a folder of the plugin's own, with what it depends on, so that no plugin meets another's
packages. Nothing of it is run; without an index nothing is asked of any network.
"""

import configparser
import hashlib
import shutil
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

from app_shell.commands.voice import Mistake
from core_db.foundation.lean import dataclass
from plugins.host.loading import Broken, package_folder
from plugins.host.marks import folder_of
from plugins.sdk.manifest import Manifest
from plugins.sdk.manifest_file import BadManifest, read_manifest

GROUP = "shequyun.plugins.v1"
OURS = "plugins."


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A plugin whose files are here. `folder` is put before the others when it is imported; empty: it is ours."""

    manifest: Manifest
    version: str
    package: str
    folder: Path | None

    @property
    def is_bundled(self) -> bool:
        return self.folder is None


def bundled() -> dict[str, str]:
    """The plugins that come with the platform: their packages, by id."""
    points = {point.name: point.value.partition(":")[0] for point in entry_points(group=GROUP)}
    return {name: package for name, package in points.items() if package.startswith(OURS)}


def fetch_bundled(plugin_id: str) -> Fetched:
    """One of ours, as it lies here."""
    package = bundled()[plugin_id]
    manifest = _manifest(package_folder(package, ""))
    return Fetched(manifest=manifest, version=manifest.version or "0", package=package, folder=None)


def fetch(source: str, data_dir: Path, *, index: str | None, sha256: str | None) -> Fetched:
    """A wheel, by its path or (with an index) by its name, unpacked into a folder that nobody uses yet."""
    wheel = Path(source)
    if wheel.suffix == ".whl":
        _must_be(wheel, sha256)
    elif index is None:
        raise Mistake(
            f"{source} 不是 .whl 文件，也不是自带的应用；从索引安装请加 --index。",
            f"{source} is neither a wheel nor a plugin of ours; to install it from an index say --index.",
        )
    incoming = folder_of(data_dir) / ".incoming"
    shutil.rmtree(incoming, ignore_errors=True)
    incoming.mkdir(parents=True)
    _unpack(source, incoming, index=index)
    version, package = _what_it_is(incoming, source)
    manifest = _manifest(package_folder(package, str(incoming)))
    if manifest.version is not None and manifest.version != version:
        raise Mistake(
            f"plugin.toml 写的是 {manifest.version}，安装包是 {version}。",
            f"plugin.toml says {manifest.version}, the wheel is {version}.",
        )
    return Fetched(manifest=manifest, version=version, package=package, folder=incoming)


def settle(fetched: Fetched, data_dir: Path) -> Fetched:
    """Put its files where they stay, in place of an older version's. A worker that runs has read its own already."""
    if fetched.folder is None:
        return fetched
    home = folder_of(data_dir) / fetched.manifest.id
    site, before = home / "site", home / "site.before"
    home.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(before, ignore_errors=True)
    if site.exists():
        site.rename(before)
    fetched.folder.rename(site)
    shutil.rmtree(before, ignore_errors=True)
    return Fetched(manifest=fetched.manifest, version=fetched.version, package=fetched.package, folder=site)


def _must_be(wheel: Path, sha256: str | None) -> None:
    if not wheel.is_file():
        raise Mistake(f"没有文件 {wheel}。", f"There is no file {wheel}.")
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    if sha256 is not None and digest != sha256.lower():
        raise Mistake(
            f"{wheel.name} 的 SHA-256 是 {digest}，与给出的不同。",
            f"The SHA-256 of {wheel.name} is {digest}, which is not what was given.",
        )


def _unpack(source: str, target: Path, *, index: str | None) -> None:
    """By pip, wheels alone: building one would run what its author wrote.

    In a folder of its own nothing is at odds with what is installed here, and to look whether it is takes pip as long
    again as all the rest.
    """
    where = ["--index-url", index] if index else ["--no-index", "--find-links", str(Path(source).parent)]
    command = [
        sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input", "--isolated",
        "--only-binary", ":all:", "--no-compile", "--no-warn-conflicts", "--target", str(target), *where, source,
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)  # noqa: S603
    if done.returncode != 0:
        said = (done.stderr.strip().splitlines() or ["pip"])[-1]
        raise Mistake(f"安装不成功：{said}", f"It cannot be installed: {said}")


def _what_it_is(folder: Path, source: str) -> tuple[str, str]:
    """Version and package of the one distribution that says it is a plugin."""
    found = []
    for info in folder.glob("*.dist-info"):
        points = configparser.ConfigParser(delimiters=("=",))
        points.optionxform = str  # type: ignore[assignment,method-assign]
        points.read(info / "entry_points.txt")
        if points.has_section(GROUP):
            version = info.name.removesuffix(".dist-info").rpartition("-")[2]
            found += [(version, value.partition(":")[0]) for _name, value in points.items(GROUP)]
    if len(found) != 1:
        raise Mistake(
            f"{source} 里有 {len(found)} 个应用（{GROUP}），应该正好一个。",
            f"{source} holds {len(found)} plugins ({GROUP}); it should be exactly one.",
        )
    return found[0]


def _manifest(folder: Path) -> Manifest:
    try:
        return read_manifest(folder)
    except (BadManifest, Broken) as bad:
        raise Mistake(f"plugin.toml 有错：{bad}", f"plugin.toml has faults: {bad}") from None
