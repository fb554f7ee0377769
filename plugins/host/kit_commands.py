"""`shequyun plugin new|test|build|dev|docs`: what somebody types who writes a plugin, from first line to wheel."""

import os
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from app_shell.commands.voice import Json, Mistake, answer, answer_json, note, out
from core_db.foundation.errors import DomainError
from core_db.foundation.settings import Settings
from plugins.host.building import CannotBuild, build_wheel
from plugins.host.describing import documents
from plugins.host.echo import ECHO
from plugins.host.scaffold import begin
from plugins.sdk.manifest_file import package_in
from plugins.sdk.manifest_parts import ID

Project = Annotated[
    Path, typer.Argument(help="应用的项目目录 / the plugin's project", exists=True, file_okay=False)
]
#: Where a plugin's tests are held, one after the other.
PLACES = ("inprocess", "worker")


def new(
    id: Annotated[str, typer.Argument(help="应用的编号，如 lost-and-found / its id")],
    to: Annotated[Path, typer.Option("--to", help="建在哪个目录下 / where", file_okay=False)] = Path(),
    name_zh: Annotated[str, typer.Option("--name-zh", help="中文名 / its name in Chinese")] = "",
    name_en: Annotated[str, typer.Option("--name-en", help="英文名 / its name in English")] = "",
    contact: Annotated[
        str, typer.Option("--contact", help="谁负责 / who answers for it")
    ] = "dev@example.org",
    publisher: Annotated[
        str, typer.Option("--publisher", help="谁做的；不写就用联系人 / who made it; else the contact")
    ] = "",
    json: Json = False,
) -> None:
    """新建一个应用，带测试和 CI / Begin a plugin, with its test and CI."""
    if not re.match(ID, id):
        raise Mistake(
            f"“{id}”不能作编号：小写字母开头，只用小写字母、数字和连字符，至少三个字符。",
            f"{id!r} is no id: small letters, digits and hyphens, a letter first, three at least.",
        )
    folder = to / id
    if folder.exists() and any(folder.iterdir()):
        raise Mistake(f"{folder} 已经有东西了。", f"There is something in {folder} already.")
    answers = {"id": id, "module": id.replace("-", "_"), "name_zh": name_zh or id, "name_en": name_en or id,
               "contact": contact, "publisher": publisher or contact, "license": "MIT"}  # fmt: skip
    files = begin(folder, answers)
    answer(
        f"建好了：{folder}。下一步：cd {folder} && shequyun plugin test .",
        f"It is in {folder}. Next: cd {folder} && shequyun plugin test .",
        json=json, folder=str(folder), files=[str(path.relative_to(folder)) for path in files],
    )  # fmt: skip


def hold(
    project: Project = Path(),
    where: Annotated[str, typer.Option("--run", help="inprocess | worker | both")] = "both",
) -> None:
    """运行应用的测试，两种运行方式各一遍 / Run its tests, within the process and in a worker."""
    if find_spec("pytest") is None:
        raise Mistake(
            "还没有装测试工具：pip install 'shequyun[kit]'", "pytest is lacking: pip install 'shequyun[kit]'"
        )
    project = project.resolve()
    for place in PLACES if where == "both" else (where,):
        note(f"运行方式：{place}", f"run in: {place}")
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            f"--rootdir={project}",
            f"--plugins-run={place}",
            str(project),
        ]
        path = os.pathsep.join(filter(None, (str(project), os.environ.get("PYTHONPATH"))))
        # Our own interpreter on a folder that the one who typed named.
        status = subprocess.run(  # noqa: S603
            command, cwd=project, env={**os.environ, "PYTHONPATH": path}, check=False
        ).returncode
        if status != 0:
            raise typer.Exit(status)


def build(
    project: Project = Path(),
    to: Annotated[Path | None, typer.Option("--to", help="放在哪里 / where; dist/")] = None,
    json: Json = False,
) -> None:
    """打成 wheel，译文已编译 / Make a wheel, its languages compiled."""
    if not (project / "pyproject.toml").exists():
        raise Mistake(f"{project} 里没有 pyproject.toml。", f"There is no pyproject.toml in {project}.")
    try:
        wheel = build_wheel(project.resolve(), to or project / "dist")
    except CannotBuild as fault:
        raise Mistake(f"打不成：{fault}", f"It cannot be built: {fault}") from fault
    answer(f"打好了：{wheel}", f"Built: {wheel}", json=json, wheel=str(wheel))


def dev(
    project: Project = Path(),
    host: Annotated[str, typer.Option(help="监听地址 / address to listen at")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65534, help="居民端端口，居委端加一 / port")] = 8000,
    prepare_only: Annotated[
        bool, typer.Option("--prepare-only", help="只准备，不启动 / only prepare")
    ] = False,
    json: Json = False,
) -> None:
    """在演示区里看它：已启用，数据放在 var/ / see it on a demonstration in which it is on; its data is in var/."""
    os.environ |= {"SHEQUYUN_DEMO": "true", ECHO: "1"}
    from app_shell.commands.both import must_be_free, serve_both
    from app_shell.commands.showing import show
    from plugins.host.developing import Changes, prepare_with

    settings = Settings()
    if not prepare_only:
        must_be_free(host, (port, port + 1))
    fetched = prepare_with(project, settings, silent=json)
    name = fetched.manifest.name
    note(f"“{name.within('zh')}”已在演示区启用；改了文件会自动重新启动。",
         f"“{name.within('en')}” is on; a change of its files begins it anew.")  # fmt: skip
    if prepare_only:
        return
    changes = Changes(package_in(project))
    status = serve_both(
        settings, host=host, port=port, flags=("--host", host), when_up=lambda at: show(at, json=json),
        anew=lambda: changes.have_come() and _taken_up(project, settings),
    )  # fmt: skip
    raise typer.Exit(status)


def _taken_up(project: Path, settings: Settings) -> bool:
    """Whether it can run as it lies there now; what is wrong is said, and it goes on as it was."""
    from plugins.host.developing import as_it_lies, take_up

    note("文件改了…", "Its files changed…")
    try:
        take_up(as_it_lies(project), settings)
    except (Mistake, DomainError) as fault:
        note(
            f"{fault.sentence('zh')}\n还是原来的在运行。", f"{fault.sentence('en')}\nThe one before goes on."
        )
        return False
    return True


def docs(
    to: Annotated[
        Path | None, typer.Option("--to", help="写到哪个目录 / write them there", file_okay=False)
    ] = None,
    json: Json = False,
) -> None:
    """接口文档：钩子、事件、区块、权限、plugin.toml / The interface's documents, made of the code itself."""
    made = documents()
    if to is None:
        out().file.write("\n".join(made.values()))
        return
    to.mkdir(parents=True, exist_ok=True)
    for name, text in made.items():
        (to / name).write_text(text, encoding="utf-8")
    if json:
        answer_json({"files": sorted(made)})
    else:
        answer(f"写好了 {len(made)} 份。", f"{len(made)} documents are written.", json=False)


def join(plugin: typer.Typer) -> None:
    """Add these to `shequyun plugin`."""
    for command in (new, build, dev, docs):
        plugin.command()(command)
    plugin.command(name="test")(hold)
