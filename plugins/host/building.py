"""Making a wheel of a plugin: its languages compiled, everything else as it stands."""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from tomllib import loads

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LEFT_OUT = shutil.ignore_patterns("__pycache__", "build", "dist", "*.egg-info", ".git", ".venv", ".*_cache")


#: How a builder is asked for a wheel (PEP 517), in a process of its own.
CALLED = (
    "import importlib, sys\n"
    "module, _, name = sys.argv[1].partition(':')\n"
    "builder = importlib.import_module(module)\n"
    "(getattr(builder, name) if name else builder).build_wheel(sys.argv[2])"
)


class CannotBuild(Exception):
    """The wheel could not be made; in the words of whoever tried."""


def build_wheel(project: Path, into: Path) -> Path:
    """The wheel of a project; its own folder is left as it is, and nothing is fetched from anywhere."""
    into.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="plugin-") as place:
        copy, made = Path(place) / "project", Path(place) / "made"
        shutil.copytree(project, copy, ignore=LEFT_OUT)
        compile_languages(copy)
        made.mkdir()
        command = [sys.executable, "-c", CALLED, backend_of(project), str(made)]
        # Our own interpreter on a folder that the one who typed named.
        done = subprocess.run(command, cwd=copy, capture_output=True, text=True, check=False)  # noqa: S603
        wheel = next(made.glob("*.whl"), None)
        if done.returncode != 0 or wheel is None:
            said = done.stderr.strip().splitlines()
            raise CannotBuild(said[-1] if said else "no wheel was made")
        return Path(shutil.copy2(wheel, into / wheel.name))


def backend_of(project: Path) -> str:
    """Who builds it, as its pyproject.toml says; it has to be installed here."""
    said = loads((project / "pyproject.toml").read_text(encoding="utf-8"))
    return str(said.get("build-system", {}).get("build-backend", "setuptools.build_meta"))


def compile_languages(project: Path) -> list[Path]:
    """`messages.po` becomes `messages.mo`, which is read without a library; the files that were written."""
    compiled = []
    for written in sorted(project.rglob("locales/*/LC_MESSAGES/*.po")):
        target = written.with_suffix(".mo")
        with written.open("rb") as source, target.open("wb") as file:
            write_mo(file, read_po(source))
        written.unlink()
        compiled.append(target)
    return compiled
