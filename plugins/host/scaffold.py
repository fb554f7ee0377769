"""Beginning a plugin from `plugins/template`, which is a copier template: filled in here, updated by copier later.

Only what that template uses is done here (names and files that end in `.jinja`), so that nothing needs to be
installed to begin.
"""

import re
from collections.abc import Mapping
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

import plugins

TEMPLATE = Path(plugins.__path__[0]) / "template" / "project"
SUFFIX = ".jinja"
#: What the template's names hold: `{{ module }}`, or a name as it is (`{{ '.github' }}`).
_NAMED = re.compile(r"\{\{ (?:(\w+)|'([^']+)') \}\}")


def begin(folder: Path, answers: Mapping[str, str]) -> list[Path]:
    """Write the plugin into a folder that is not there yet; the files, in order."""
    # Texts and code, no page: nothing is escaped.
    fill = Environment(
        loader=FileSystemLoader(TEMPLATE),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701
    )
    written = []
    for path in sorted(one for one in TEMPLATE.rglob("*") if one.is_file()):
        name = path.relative_to(TEMPLATE).as_posix()
        target = folder / _NAMED.sub(lambda found: found[2] or answers[found[1]], name).removesuffix(SUFFIX)
        target.parent.mkdir(parents=True, exist_ok=True)
        text = path.read_text(encoding="utf-8")
        filled = fill.get_template(name).render(answers) if name.endswith(SUFFIX) else text
        target.write_text(filled, encoding="utf-8")
        written.append(target)
    return written
