"""Beginning a plugin from `plugins/template`, which is a copier template: filled in here just as copier fills it in.

Only what that template uses is done here (names, files that end in `.jinja`, and the answers it was begun with), so
that nothing needs to be installed to begin.
"""

import json
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
    fill.filters["to_nice_yaml"] = _as_yaml
    known = {**answers, "_copier_answers": _asked_for(answers)}
    written = []
    for path in sorted(one for one in TEMPLATE.rglob("*") if one.is_file()):
        name = path.relative_to(TEMPLATE).as_posix()
        target = folder / _NAMED.sub(lambda found: found[2] or answers[found[1]], name).removesuffix(SUFFIX)
        target.parent.mkdir(parents=True, exist_ok=True)
        text = path.read_text(encoding="utf-8")
        filled = fill.get_template(name).render(known) if name.endswith(SUFFIX) else text
        target.write_text(filled, encoding="utf-8")
        written.append(target)
    return written


def _asked_for(answers: Mapping[str, str]) -> Mapping[str, str]:
    """What somebody was asked, and not what follows from it, as copier keeps it."""
    return {name: said for name, said in sorted(answers.items()) if name != "module"}


def _as_yaml(said: Mapping[str, str]) -> str:
    """A line each; a text as JSON writes it is a text of YAML."""
    return "".join(f"{name}: {json.dumps(one, ensure_ascii=False)}\n" for name, one in said.items())
