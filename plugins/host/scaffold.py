"""Beginning a plugin from `plugins/template`, which is a copier template: filled in here, updated by copier later.

Only what that template uses is done here (names and files that end in `.jinja`), so that nothing needs to be
installed to begin.
"""

from collections.abc import Mapping
from pathlib import Path

from jinja2 import Environment, StrictUndefined

import plugins

TEMPLATE = Path(plugins.__path__[0]) / "template" / "project"
SUFFIX = ".jinja"


def begin(folder: Path, answers: Mapping[str, str]) -> list[Path]:
    """Write the plugin into a folder that is not there yet; the files, in order."""
    # Texts and code, no page: nothing is escaped.
    fill = Environment(undefined=StrictUndefined, keep_trailing_newline=True, autoescape=False)  # noqa: S701
    written = []
    for path in sorted(one for one in TEMPLATE.rglob("*") if one.is_file()):
        name = fill.from_string(str(path.relative_to(TEMPLATE))).render(answers)
        target, text = folder / name.removesuffix(SUFFIX), path.read_text(encoding="utf-8")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(
            fill.from_string(text).render(answers) if name.endswith(SUFFIX) else text, encoding="utf-8"
        )
        written.append(target)
    return written
