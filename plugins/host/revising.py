"""`shequyun plugin revise`, and what `check --import` says of tables: whether the scripts lead where the models stand.

Both try the scripts on a file that is thrown away; nothing of an installation is opened.
"""

import importlib
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from alembic.autogenerate import produce_migrations, render_python_code
from alembic.migration import MigrationContext
from alembic.operations.ops import CreateTableOp
from sqlalchemy import Connection
from sqlmodel.sql.sqltypes import AutoString

from app_shell.commands.house import CLOCK
from app_shell.commands.voice import Json, Mistake, answer
from core_db.foundation.clock import local_date
from plugins.host.kit_commands import Project
from plugins.sdk.manifest import Manifest
from plugins.sdk.manifest_file import Fault, package_in
from plugins.sdk.plugin import Plugin
from plugins.sdk.tables.declared import BadTables, faults_in, must_be_whole
from plugins.sdk.tables.heads import MIGRATIONS, head_of
from plugins.sdk.tables.moving import (
    differences,
    is_its_own,
    move_up,
    run_scripts,
    scripts_in,
)
from plugins.sdk.tables.place import opened

#: Alembic keeps the name of a revision in so many characters.
LONGEST = 32
HEAD = '''"""{subject}."""

import sqlalchemy as sa
from alembic import op

revision = {revision!r}
down_revision = {before!r}
branch_labels = None
depends_on = None


def upgrade() -> None:
'''


def revise(
    project: Project,
    subject: Annotated[
        str, typer.Argument(metavar="SUBJECT", help="做什么，如 “Lights get a street” / what")
    ],
    json: Json = False,
) -> None:
    """模型里有、历史里没有的，写成一个迁移脚本 / Write what the models say and migrations/ does not yet as a script."""
    folder = package_in(project).resolve()
    plugin = imported(folder)
    try:
        must_be_whole(plugin)
        file = write_script(plugin, folder, subject.strip().rstrip("."))
    except BadTables as fault:
        raise Mistake(f"表还不对：{fault}", f"The tables are not right yet: {fault}") from fault
    if file is None:
        raise Mistake("历史和模型一致，没有要写的。", "The history ends where the models stand.")
    answer(
        f"写好了：{file}。请读一遍再改好：新旧版本、两种数据库都要能用。",
        f"Written: {file}. Read it and correct it: it must suit the version before it, and both databases.",
        json=json, file=str(file),
    )  # fmt: skip


def write_script(plugin: Plugin, folder: Path, subject: str) -> Path | None:
    """The next script of a plugin's history; None where there is nothing to write."""
    has_some = any(one.name != "__init__.py" for one in (folder / MIGRATIONS).glob("*.py"))
    with _thrown_away() as connection:
        if has_some:
            run_scripts(connection, scripts_in(folder), plugin.metadata)
        steps = _steps(connection, plugin)
    if not steps:
        return None
    words = re.sub(r"[^a-z0-9]+", "_", subject.lower()).strip("_")
    revision = f"{local_date(CLOCK.now()):%Y_%m_%d}_{words}"[:LONGEST].rstrip("_")
    file = folder / MIGRATIONS / f"{revision}.py"
    if file.exists():
        raise BadTables(f"{file.name} is there already: give it another subject")
    file.parent.mkdir(exist_ok=True)
    head = HEAD.format(subject=subject, revision=revision, before=head_of(folder) if has_some else None)
    file.write_text(head + steps + "\n", encoding="utf-8")
    return file


def _steps(connection: Connection, plugin: Plugin) -> str:
    opts: dict[str, Any] = {"target_metadata": plugin.metadata, "include_object": is_its_own}
    made = produce_migrations(MigrationContext.configure(connection, opts=opts), plugin.metadata).upgrade_ops
    if made is None or made.is_empty():
        return ""
    for step in made.ops:
        if isinstance(step, CreateTableOp):
            # What a table says of people is the models' to say.
            step.info = {}
    said = str(render_python_code(made, render_as_batch=True, render_item=_spelled))
    return "\n".join(line for line in said.splitlines() if not line.strip().startswith("#")).rstrip()


def _spelled(kind: str, thing: Any, _context: object) -> str | Literal[False]:
    return "sa.String()" if kind == "type" and isinstance(thing, AutoString) else False


# -- looking ----------------------------------------------------------------------------------------


def faults_of_tables(folder: Path, plugin: Plugin) -> Iterator[Fault]:
    """What its tables do not say, and where its scripts do not lead to its models."""
    if plugin.manifest.storage.mode != "tables" or list(faults_of_scripts(folder, plugin.manifest)):
        return
    own = folder / "__init__.py"
    said = list(faults_in(plugin))
    yield from (Fault(own, _line_of(own, one.partition(":")[0]), one) for one in said)
    if said:
        return
    scripts = folder / MIGRATIONS
    try:
        with _thrown_away() as connection:
            move_up(connection, plugin)
            for one in differences(connection, plugin.metadata):
                yield Fault(scripts, 1, f"the models say it and no script does: {one}")
    except BadTables as fault:
        yield Fault(scripts, 1, str(fault))


def faults_of_scripts(folder: Path, manifest: Manifest) -> Iterator[Fault]:
    """A history that is not there, or ends nowhere, seen without running any of it."""
    if manifest.storage.mode == "tables":
        try:
            head_of(folder)
        except BadTables as fault:
            yield Fault(folder / MIGRATIONS, 1, str(fault))


def imported(folder: Path) -> Plugin:
    """The plugin whose package lies here. Mistake: it cannot be imported, or is none."""
    sys.path.insert(0, str(folder.parent))
    try:
        found = getattr(importlib.import_module(folder.name), "plugin", None)
    except Exception as fault:
        said = f"{type(fault).__name__}: {fault}"
        raise Mistake(f"导入不了：{said}", f"It cannot be imported: {said}") from fault
    finally:
        sys.path.pop(0)
    if not isinstance(found, Plugin):
        raise Mistake(f"{folder} 里没有 plugin。", f"There is no plugin in {folder}.")
    return found


@contextmanager
def _thrown_away() -> Iterator[Connection]:
    with tempfile.TemporaryDirectory(prefix="tables-") as folder:
        engine = opened(Path(folder) / "tried.db", keys=False)
        with engine.begin() as connection:
            yield connection
        engine.dispose()


def _line_of(path: Path, table: str) -> int:
    """Where a table is named, as far as that is seen."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return next((number for number, line in enumerate(lines, 1) if f'"{table}"' in line), 1)
