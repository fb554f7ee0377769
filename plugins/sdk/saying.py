"""A plugin's own sentences in the languages of its readers, out of the `locales/` beside its `plugin.toml`.

`locales/en/LC_MESSAGES/messages.po` as gettext has it; compiled (`.mo`, by `shequyun plugin build`) it is read faster.
A sentence that a catalogue lacks is said as it stands in the code, so Chinese written in the code needs no catalogue.
"""

from collections.abc import Callable, Mapping
from gettext import GNUTranslations
from pathlib import Path

#: A sentence and a language: the sentence in it.
Say = Callable[[str, str], str]
CATALOGUE = "messages"


def sayings_of(folder: Path) -> Say:
    """How the plugin in this folder says a sentence in a language."""
    known: dict[str, Mapping[str, str]] = {}

    def say(sentence: str, lang: str) -> str:
        if lang not in known:
            known[lang] = catalogue_in(folder, lang)
        return known[lang].get(sentence, sentence)

    return say


def catalogue_in(folder: Path, lang: str) -> Mapping[str, str]:
    """Every sentence there is in a language, by the sentence of the code; empty where there is no catalogue."""
    written = folder / "locales" / lang / "LC_MESSAGES" / f"{CATALOGUE}.po"
    compiled = written.with_suffix(".mo")
    if compiled.exists() and not written.exists():
        with compiled.open("rb") as file:
            return {key: said for key, said in _entries(GNUTranslations(file)) if key and said}
    return _read(written) if written.exists() else {}


def _entries(found: GNUTranslations) -> list[tuple[str, str]]:
    entries: Mapping[object, str] = found._catalog  # type: ignore[attr-defined]
    return [(key, said) for key, said in entries.items() if isinstance(key, str)]


def _read(path: Path) -> Mapping[str, str]:
    from babel.messages.pofile import read_po

    with path.open("rb") as file:
        found = {one.id: one.string for one in read_po(file) if not one.fuzzy}
    return {
        key: said
        for key, said in found.items()
        if isinstance(key, str) and isinstance(said, str) and key and said
    }


def marked(sentence: str) -> str:
    """The sentence itself, marked as one that is said later: `_("上门")` in a table, `ctx.t(…)` where it is shown."""
    return sentence
