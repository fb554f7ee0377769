"""How the command speaks: sentences for people, `--json` for programs, one sentence for a mistake."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Annotated, Any

import orjson
import typer

if TYPE_CHECKING:
    from rich.console import Console

Json = Annotated[bool, typer.Option("--json", help="给程序看的答复 / an answer for programs")]
Advance = Callable[..., None]


class Mistake(Exception):
    """Something the one who typed can mend, said in one sentence."""

    def __init__(self, zh: str, en: str) -> None:
        self.zh, self.en = zh, en
        super().__init__(en)

    def sentence(self, lang: str) -> str:
        return self.en if lang == "en" else self.zh


def language() -> str:
    """Chinese, unless the terminal is set to English."""
    said = os.environ.get("SHEQUYUN_LANGUAGE") or os.environ.get("LC_ALL") or os.environ.get("LANG") or ""
    return "en" if said.lower().startswith("en") else "zh"


def out() -> "Console":
    return _console(highlight=False, markup=False, soft_wrap=True)


def err() -> "Console":
    return _console(stderr=True, highlight=False, markup=False, soft_wrap=True)


def _console(**how: Any) -> "Console":
    # Whoever serves says nothing here, and keeps the library out of his memory.
    from rich.console import Console

    return Console(**how)


def answer(zh: str, en: str, *, json: bool, **figures: Any) -> None:
    """The end of a command: a sentence, or all its figures."""
    if json:
        answer_json(figures)
    else:
        out().print(en if language() == "en" else zh)


def answer_json(figures: Mapping[str, Any]) -> None:
    # Past rich: a program wants the bytes, not their arrangement for a screen.
    console = out()
    console.file.write(orjson.dumps(figures, default=str, option=orjson.OPT_INDENT_2).decode() + "\n")
    console.file.flush()


def note(zh: str, en: str) -> None:
    """Something to know beside the answer; not in its way for a program."""
    err().print(en if language() == "en" else zh)


def table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    from rich.table import Table

    drawn = Table(*headings, show_edge=False, pad_edge=False)
    for row in rows:
        drawn.add_row(*row)
    _console(highlight=False, markup=False).print(drawn)


@contextmanager
def busy(zh: str, en: str, *, silent: bool = False) -> Iterator[Callable[[str], None]]:
    """Show that something long goes on; what is told (`zh / en`) is what it is doing."""
    console = err()
    is_watched = console.is_terminal and not silent

    def tell(sentence: str) -> None:
        said = sentence.split(" / ")[-1 if language() == "en" else 0]
        if shown is not None:
            shown.update(said)
        elif not silent:
            console.print(said)

    with console.status(en if language() == "en" else zh) if is_watched else nullcontext() as shown:
        yield tell


@contextmanager
def progress(zh: str, en: str, *, total: int | None = None, silent: bool = False) -> Iterator[Advance]:
    """Show how far long work is. Only where somebody looks: not in a pipe, not for a program."""
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        SpinnerColumn,
        TextColumn,
        TimeElapsedColumn,
    )

    console = _console(stderr=True)
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(
        *columns, console=console, transient=True, disable=silent or not console.is_terminal
    ) as shown:
        task = shown.add_task(en if language() == "en" else zh, total=total)

        def advance(by: int = 1, *, to: int | None = None) -> None:
            shown.update(task, advance=None if to is not None else by, completed=to)

        yield advance
