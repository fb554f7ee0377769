"""A plugin's own sentences: `locales/<lang>/LC_MESSAGES/*.mo` beside its code, read once; else the key itself."""

from collections.abc import Callable, Mapping
from gettext import GNUTranslations, NullTranslations
from pathlib import Path

Say = Callable[[str, str], str]


def say_of(folder: Path) -> Say:
    """How the plugin in a folder says a sentence (`key`, `lang`)."""
    known: Mapping[str, NullTranslations] = {
        lang.name: _sentences_of(lang) for lang in sorted(folder.glob("locales/*")) if lang.is_dir()
    }
    nothing = NullTranslations()

    def say(key: str, lang: str) -> str:
        return known.get(lang, nothing).gettext(key)

    return say


def _sentences_of(lang: Path) -> NullTranslations:
    found = NullTranslations()
    for path in sorted(lang.glob("LC_MESSAGES/*.mo")):
        with path.open("rb") as file:
            one = GNUTranslations(file)
        one.add_fallback(found)
        found = one
    return found
