"""Which sentences of a plugin people read, and which of them are not said in a language."""

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from plugins.sdk.plugin import Plugin
from plugins.sdk.saying import catalogue_in

LANGUAGES = ("zh", "en")


def sentences_in(folder: Path) -> Iterator[tuple[Path, int, str]]:
    """Each sentence said with `ctx.t("…")`, `ctx.both("…")` or `_("…")`, each title of a setting; and its place."""
    for path in sorted(folder.rglob("*.py")):
        try:
            tree = ast.parse(path.read_text(encoding="utf-8"))
        except (SyntaxError, UnicodeDecodeError):
            # It says nothing as it is; that it cannot be read is said by whoever looks at the code.
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and (sentence := _said(node)):
                yield path, node.lineno, sentence


def _said(call: ast.Call) -> str | None:
    name = ast.unparse(call.func)
    if name.endswith((".t", ".both")) or name == "_":
        return _text(call.args[0]) if call.args else None
    if name.endswith("Field"):
        return next((_text(one.value) for one in call.keywords if one.arg == "title"), None)
    return None


def _text(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


#: Letters, and the stops and brackets that English has others for.
_CHINESE = re.compile(r"[\u4e00-\u9fff\u3001-\u3011\uff01-\uff1f]")


def is_chinese(text: str) -> bool:
    return _CHINESE.search(text) is not None


def unsaid(folder: Path) -> list[tuple[Path, int, str, str]]:
    """Every sentence that a language lacks. The language it is written in needs no catalogue."""
    known: Mapping[str, Mapping[str, str]] = {lang: catalogue_in(folder, lang) for lang in LANGUAGES}
    return [
        (path, line, sentence, lang)
        for path, line, sentence in sentences_in(folder)
        for lang in LANGUAGES
        if sentence not in known[lang] and is_chinese(sentence) != (lang == "zh")
    ]


def chinese_settings(plugin: Plugin) -> list[str]:
    """Words that stand in settings as they come, and so may be shown in either language."""
    if plugin.settings_model is None:
        return []
    values = [info.default for info in plugin.settings_model.model_fields.values()]
    return [value for value in values if isinstance(value, str) and value]
