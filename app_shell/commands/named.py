"""Our own commands by their names. Each is loaded when it is named: what serves keeps nothing of the others."""

from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_command, get_group

#: Where each stands: a function that is typed, or several under one name.
NAMED = {
    "init": "standing.init",
    "upgrade": "standing.upgrade",
    "staff": "standing.staff",
    "renew": "standing.renew",
    "serve": "serving.serve",
    "demo": "showing.demo",
    "backup": "keeping.backup",
    "restore": "keeping.restore",
    "verify": "keeping.verify",
    "reopen": "keeping.reopen",
    "rebuild": "keeping.rebuild",
    "doctor": "keeping.doctor",
    "rotate-keys": "locking.rotate_keys",
    "feedback": "hearing.feedback",
    "retention": "retaining.retention",
    "import": "configuring.bringing",
    "export": "configured.handing",
    "audit": "auditing.auditing",
}


class Named(TyperGroup):
    """All of them are listed; only who is named, or who wants to read of all, has them loaded."""

    def __init__(self, **words: Any) -> None:
        super().__init__(**words)
        not_yet: Any = dict.fromkeys(NAMED)
        self.commands = not_yet | self.commands

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name in NAMED:
            self.commands[cmd_name] = _loaded(cmd_name)
        return super().get_command(ctx, cmd_name)


def _loaded(name: str) -> Any:
    module, _, wanted = NAMED[name].partition(".")
    found = getattr(import_module(f"app_shell.commands.{module}"), wanted)
    if not isinstance(found, typer.Typer):
        alone = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
        alone.command(name)(found)
        return get_command(alone)
    several = get_group(found)
    several.name = name
    return several
