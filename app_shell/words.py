"""Both languages: Chinese sentences are the msgids, their English stands in `<package>/locale/en.po`.

`_("…")` says a sentence in the language of the running request. `python -m app_shell.words check` fails when
a sentence of a template or a module has no English.
"""

import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson

from app_shell.context import current_lang

HERE = Path(__file__).parent
#: The packages whose sentences people read on screen.
PACKAGES = ("app_shell", "resident_app", "committee_app")
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2.ext:babel_extract")]

#: English by Chinese, for this process. Filled at the start, only read afterwards.
_ENGLISH: dict[str, str] = {}


def _(sentence: str) -> str:
    """The sentence in the language of the running request."""
    return say(sentence, current_lang())


def say(sentence: str, lang: str) -> str:
    return _ENGLISH.get(sentence, sentence) if lang == "en" else sentence


def known_sentences() -> int:
    """How many sentences have their English here."""
    return len(_ENGLISH)


def load_words(packages: Iterable[Path]) -> None:
    """Read the English of each package that has one."""
    for package in packages:
        _ENGLISH.update(english_of(package / "locale" / "en.po"))


def english_of(path: Path) -> dict[str, str]:
    """The English of a catalogue by its Chinese. Read here: what reads all that gettext knows, a process keeps."""
    if not path.exists():
        return {}
    lines = path.read_text(encoding="utf-8").splitlines()
    return {zh: en for zh, en in _pairs(lines) if zh and en}


def _pairs(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    """What each `msgid` and its `msgstr` say, over one line or several."""
    said, word = dict[str, str](), ""
    for line in (*lines, 'msgid ""'):
        head, quote, rest = line.partition('"')
        if line.startswith("#") or not quote:
            continue
        word = head.strip() or word
        if head.strip() == "msgid":
            yield said.get("msgid", ""), said.get("msgstr", "")
            said = {}
        said[word] = said.get(word, "") + orjson.loads(quote + rest)


def sentences_in(package: Path) -> Iterator[tuple[str, str]]:
    """Each (where, sentence) wrapped in `_("…")` in a package's templates and modules."""
    from babel.messages.extract import extract_from_dir

    found: Iterable[Any] = extract_from_dir(package, METHODS, keywords={"_": None, "say": None})
    for file, line, sentence, _comments, _context in found:
        if isinstance(sentence, str):
            yield f"{package.name}/{file}:{line}", sentence


def missing(packages: Iterable[Path]) -> list[str]:
    """What has no English, as `where: sentence`."""
    packages = list(packages)
    english: Mapping[str, str] = {
        zh: en for package in packages for zh, en in english_of(package / "locale" / "en.po").items()
    }
    return sorted(
        f"{where}: {sentence}"
        for package in packages
        for where, sentence in sentences_in(package)
        if sentence not in english
    )


def check() -> int:
    lacking = missing(HERE.parent / package for package in PACKAGES)
    for line in lacking:
        sys.stderr.write(f"no English: {line}\n")
    return 1 if lacking else 0


if __name__ == "__main__":
    sys.exit(check())
