"""The command `shequyun`. Plugins add commands of their own through the entry-point group `shequyun.commands`.

A mistake gets one sentence and a status other than zero, never a traceback; SHEQUYUN_DEBUG=1 shows it all.
"""

import os
import sys
from collections.abc import Callable, Sequence
from importlib.metadata import PackageNotFoundError, entry_points, version
from typing import Annotated

import typer
from typer.exceptions import TyperException

from app_shell.commands.mistyped import said_of
from app_shell.commands.named import NAMED, Named
from app_shell.commands.voice import Mistake, err, language, out
from core_db.foundation.errors import CannotBeRead, DomainError

#: The entry-point group of commands that plugins add to this one.
COMMANDS = "shequyun.commands"

app = typer.Typer(
    name="shequyun", cls=Named, help="社区云 / the community cloud", no_args_is_help=True,
    add_completion=False, pretty_exceptions_enable=False, context_settings={"help_option_names": ["-h", "--help"]},
)  # fmt: skip


@app.callback(invoke_without_command=True)
def shequyun(
    show_version: Annotated[bool, typer.Option("--version", help="版本 / version")] = False,
) -> None:
    if show_version:
        out().print(_version())
        raise typer.Exit


def main() -> None:
    """Run what was typed and leave with its status."""
    # What this writes (database, key, copies, tables of people) is for its owner alone.
    os.umask(0o077)
    _add_plugins(sys.argv[1:])
    sys.exit(run(lambda: app(standalone_mode=False)))


def run(command: Callable[[], object]) -> int:
    """The status of a command; whatever goes wrong is said in one sentence."""
    try:
        status = command()
    except typer.Exit as leaving:
        return int(leaving.exit_code)
    except (typer.Abort, KeyboardInterrupt):
        return 130
    except TyperException as fault:
        # Whoever typed no more than a beginning has been shown how it goes on; that mistake has no words.
        zh, en = said_of(fault) if str(fault) else ("", "")
        return _regret(en if language() == "en" else zh, status=2)
    except Exception as fault:
        # The edge of the program: whoever typed gets a sentence, whatever it was.
        if os.environ.get("SHEQUYUN_DEBUG"):
            raise
        return _regret(sentence_for(fault, language()))
    return status if isinstance(status, int) else 0


def sentence_for(fault: BaseException, lang: str) -> str:
    """What went wrong, for the one who typed."""
    # Loaded when something did: what a command never needs costs it a second at its start.
    from pydantic import ValidationError
    from sqlalchemy.exc import SQLAlchemyError

    from core_db.migrations import SchemaMisfit, Unguarded

    if isinstance(fault, CannotBeRead):
        return "；".join(f"{name}: {said}" for name, said in fault.sentences(lang).items())
    if isinstance(fault, Mistake | DomainError | SchemaMisfit | Unguarded):
        return fault.sentence(lang)
    if isinstance(fault, ValidationError):
        first = fault.errors(include_url=False, include_input=False)[0]
        return f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"
    if isinstance(fault, SQLAlchemyError):
        reason = str(getattr(fault, "orig", None) or fault).strip().splitlines()[0]
        return f"the database refused: {reason}" if lang == "en" else f"数据库拒绝了：{reason}"
    if isinstance(fault, OSError) and fault.strerror:
        return f"{fault.filename}: {fault.strerror}" if fault.filename else fault.strerror
    return str(fault).strip().splitlines()[0] if str(fault).strip() else type(fault).__name__


def _regret(sentence: str, *, status: int = 1) -> int:
    err().print(" ".join(sentence.split()))
    return status


def _add_plugins(words: Sequence[str] = ()) -> None:
    """Not where one of our own is typed: what plugins bring along would stay in the memory of a process that serves."""
    if words and words[0] in NAMED:
        return
    for point in entry_points(group=COMMANDS):
        app.add_typer(point.load(), name=point.name)


def _version() -> str:
    try:
        return version("shequyun")
    except PackageNotFoundError:
        return "0"


if __name__ == "__main__":
    main()
