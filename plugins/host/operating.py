"""`shequyun plugin …`: what an operator types. Installed is not switched on: committees decide that on their page."""

import asyncio
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy import Engine, func, select
from sqlmodel import Session

from app_shell.commands.house import CLOCK, COMMAND, EVERYTHING, community_with_code, opened_door
from app_shell.commands.voice import Json, Mistake, answer, answer_json, language, out
from core_db.foundation.actor import Actor, ActorKind, Grant, Role
from core_db.foundation.database import open_engines
from core_db.foundation.door import Door
from core_db.foundation.settings import Settings
from core_db.installs import (
    EnablingDraft,
    PluginFiles,
    approve_any_host,
    disable_plugin,
    enable_plugin,
    forget_plugin,
    let_plugin_run,
    record_plugin,
    stop_plugin,
)
from core_db.installs.model import INSTALLS, PLUGINS
from core_db.installs.roles import roles_named
from core_db.installs.sheets import asked_of, reaches_anywhere, sheet_version
from core_db.installs.words import InstallState, RunMode
from core_db.relay import ListenerProgress, retire_listener
from plugins.host.birth import Birth
from plugins.host.dead_letters import tell_again
from plugins.host.documents import declared_in
from plugins.host.fetching import Fetched, bundled, fetch, fetch_bundled, settle
from plugins.host.hearing import listener_name
from plugins.host.host import TO_BE_MOVED_UP
from plugins.host.line import NotBorn
from plugins.host.loading import Broken, must_do_what_it_says
from plugins.host.looking import look_through
from plugins.host.marks import folder_of
from plugins.host.own_data import OwnData
from plugins.host.tables import NOT_IN_A_WORKER
from plugins.host.what_next import next_steps
from plugins.host.worker import Worker

PluginId = Annotated[str, typer.Argument(metavar="ID", help="应用的 id / the plugin's id")]
Code = Annotated[
    str, typer.Option("--community", metavar="CODE", help="居村的 12 位代码 / the neighbourhood's code")
]
#: What an operator reads who did not say that he knows.
ASKS_FOR_ANY_HOST = (
    '这个应用要求能连到任何网站（plugin.toml 里 network = ["*"]），读到的信息也就可能去任何地方。没有安装。'
    "确实同意，就加上 --any-host 再装；同意的只是这个版本，会记入审计。",
    'This plugin wants to reach any website (network = ["*"] in plugin.toml), so what it reads may go anywhere.'
    " It was not installed. If you agree, install it with --any-host; that is for this version alone, and is"
    " put on record.",
)
PROGRESS = ListenerProgress.__table__  # type: ignore[attr-defined]


# -- coming -----------------------------------------------------------------------------------------


def install(
    source: Annotated[
        str, typer.Argument(metavar="WHEEL|ID|NAME", help="安装包，或自带应用的 id / a wheel, or one of ours")
    ],
    index: Annotated[
        str | None, typer.Option(help="从这个索引安装；不给就不联网 / an index; without it no network")
    ] = None,
    sha256: Annotated[str | None, typer.Option(help="安装包应有的摘要 / the digest it must have")] = None,
    run: Annotated[RunMode | None, typer.Option(help="在哪里运行；第三方默认 worker / where it runs")] = None,
    any_host: Annotated[
        bool, typer.Option("--any-host", help="同意这个版本连到任何网站 / this version may reach any website")
    ] = False,
    json: Json = False,
) -> None:
    """安装应用或它的新版本 / install a plugin, or another version of it."""
    settings = Settings()
    fetched = (
        fetch_bundled(source)
        if source in bundled()
        else fetch(source, settings.data_dir, index=index, sha256=sha256)
    )
    mode = _mode(fetched, run)
    if reaches_anywhere(fetched.manifest.model_dump()) and not any_host:
        raise Mistake(*ASKS_FOR_ANY_HOST)
    has_tables = fetched.manifest.storage.mode == "tables"
    if has_tables and mode is RunMode.WORKER and not settings.is_embedded:
        raise Mistake(*NOT_IN_A_WORKER)
    with opened_door(settings) as door:
        declared = declared_by(fetched, settings.data_dir)
        fetched = settle(fetched, settings.data_dir)
        done = install_fetched(door, fetched, mode, declared)
        with what_they_keep(door, settings) as (own, owner):
            own.documents.prepare(fetched.manifest.id, owner)
    _tell_remarks(fetched, json=json)
    done["next"] = next_steps(fetched.manifest, before=done.pop("roles_before"))
    name = fetched.manifest.name.within(language())
    answer(
        f"“{name}” {fetched.version} 已安装，还没有运行。{_held('zh', done)}接下来：",
        f"“{name}” {fetched.version} is installed and does not run yet.{_held('en', done)} What comes next:",
        json=json, **done,
    )  # fmt: skip
    if not json:
        for n, step in enumerate(done["next"], start=1):
            out().print(f"{n}. {step}")


def install_fetched(
    door: Door, fetched: Fetched, mode: RunMode, declared: Mapping[str, Any]
) -> dict[str, Any]:
    """Record it; what it now asks for beside what it asked for before, and where it is held until that is decided.

    Whoever calls this has asked the operator whether it may reach any host, where it wants to.
    """
    earlier = door.read_now(partial(manifest_of, plugin_id=fetched.manifest.id), reach=EVERYTHING)
    before = None if earlier is None else asked_of(earlier)
    files = PluginFiles(
        version=fetched.version, package=fetched.package, folder=str(fetched.folder or ""), run_mode=mode
    )
    manifest = fetched.manifest.model_dump(mode="json", by_alias=True)
    write = partial(_recorded, manifest=manifest, files=files, declared=declared)
    door.write_now(write, reach=EVERYTHING)
    held = door.read_now(partial(_held_at, plugin_id=fetched.manifest.id), reach=EVERYTHING)
    wanted = sorted(asked_of(manifest))
    return {
        "id": fetched.manifest.id, "version": fetched.version, "run": str(mode), "scopes": wanted, "held": held,
        "new_scopes": [] if before is None else sorted(set(wanted) - before),
        "roles_before": [one.id for one in roles_named(earlier or {})],
    }  # fmt: skip


def _recorded(
    session: Session, *, manifest: Mapping[str, Any], files: PluginFiles, declared: Mapping[str, Any]
) -> None:
    plugin = record_plugin(session, manifest, files, declared, actor=COMMAND, clock=CLOCK)
    if reaches_anywhere(manifest):
        approve_any_host(session, plugin.id, actor=COMMAND, clock=CLOCK)


def declared_by(fetched: Fetched, data_dir: Path) -> Mapping[str, Any]:
    """What its code says of itself, asked in a worker: nothing of it runs in this process. Mistake: it cannot run."""
    workplace = folder_of(data_dir) / fetched.manifest.id / "work"
    folder = str(fetched.folder or "")
    birth = Birth(
        plugin_id=fetched.manifest.id, package=fetched.package, folder=folder, workplace=workplace,
        memory_mb=fetched.manifest.run.memory_mb,
        # Nothing is opened to say what one is.
        tables=workplace / "none.db" if fetched.manifest.storage.mode == "tables" else None,
    )  # fmt: skip

    async def ask() -> Mapping[str, Any]:
        worker = Worker(birth)
        try:
            return await worker.start()
        finally:
            await worker.stop()

    try:
        declared = asyncio.run(ask())
        must_do_what_it_says(declared)
        return declared
    except (NotBorn, Broken) as fault:
        said = f"{fault} {getattr(fault, 'where', '')}".strip()
        raise Mistake(f"这个应用不能运行：{said}", f"It cannot run: {said}") from None


@contextmanager
def what_they_keep(door: Door, settings: Settings) -> Iterator[tuple[OwnData, Engine | None]]:
    """Where plugins keep their own; on PostgreSQL its place is made and taken away by the owner of the tables."""
    own = OwnData(settings.data_dir, door.engines, declared=declared_in(door), clock=CLOCK)
    owner = None if settings.is_embedded else open_engines(settings.as_owner)
    try:
        yield own, owner.write if owner is not None else None
    finally:
        own.close()
        if owner is not None:
            owner.dispose()


def _mode(fetched: Fetched, wanted: RunMode | None) -> RunMode:
    """In a process of its own, unless it is ours or the operator trusts it; and only as its author says it can."""
    mode = wanted or (RunMode.IN_PROCESS if fetched.is_bundled else RunMode.WORKER)
    if str(mode) not in fetched.manifest.run.modes:
        can = ", ".join(fetched.manifest.run.modes)
        raise Mistake(f"这个应用只能这样运行：{can}。", f"It can be run only as: {can}.")
    return mode


def _tell_remarks(fetched: Fetched, *, json: bool) -> None:
    if json or fetched.folder is None:
        return
    for remark in look_through(fetched.folder / fetched.package.replace(".", "/")):
        out().print(f"{remark.path}:{remark.line}: {remark.within(language())}")


def _held(lang: str, done: Mapping[str, Any]) -> str:
    if not done["held"]:
        return ""
    new = ", ".join(done["new_scopes"]) or "—"
    if lang == "en":
        return f" It wants more than before ({new}) and is held in {done['held']} neighbourhoods."
    return f" 它比以前要得多（{new}），在 {done['held']} 个居村暂停，等居委同意。"


def manifest_of(session: Session, *, plugin_id: str) -> Mapping[str, Any] | None:
    """Of the version that is here, if one is."""
    found: Mapping[str, Any] | None = session.execute(
        select(PLUGINS.c.manifest).where(PLUGINS.c.id == plugin_id)
    ).scalar()
    return found


def _held_at(session: Session, *, plugin_id: str) -> int:
    held = (INSTALLS.c.plugin_id == plugin_id) & (INSTALLS.c.state == InstallState.HELD)
    return int(session.execute(select(func.count()).where(held)).scalar() or 0)


# -- being here -------------------------------------------------------------------------------------


def list_(json: Json = False) -> None:
    """已安装的应用 / what is installed, how it is, and in how many neighbourhoods it is on."""
    with opened_door(Settings()) as door:
        found = door.read_now(_installed, reach=EVERYTHING)
    if json:
        answer_json({"plugins": found})
        return
    for one in found:
        out().print(
            f"{one['id']}  {one['version']}  {one['run']}  {one['state']}  {one['on']}  {one['fault']}".rstrip()
        )


def _installed(session: Session) -> list[dict[str, Any]]:
    on = select(INSTALLS.c.plugin_id, func.count().label("on")).where(
        INSTALLS.c.state == InstallState.ENABLED
    )
    counts = {row.plugin_id: row.on for row in session.execute(on.group_by(INSTALLS.c.plugin_id))}
    return [
        {
            "id": row.id, "version": row.version, "run": str(row.run_mode), "state": str(row.state),
            "on": counts.get(row.id, 0), "fault": row.fault, "any_host": row.any_host_version == row.version,
            "duty": row.duty_approved,
        }
        for row in session.execute(select(PLUGINS).order_by(PLUGINS.c.id))
    ]  # fmt: skip


def stop(plugin_id: PluginId, json: Json = False) -> None:
    """到处停用，不问居委 / stop it everywhere at once; what committees decided stays."""
    with opened_door(Settings()) as door:
        door.write_now(
            partial(stop_plugin, plugin_id=plugin_id, actor=COMMAND, clock=CLOCK), reach=EVERYTHING
        )
    answer(f"{plugin_id} 已停止。", f"{plugin_id} is stopped.", json=json, id=plugin_id)


def resume(plugin_id: PluginId, json: Json = False) -> None:
    """停过、坏过的应用再运行 / let one run again that was stopped or was broken; after a restart."""
    with opened_door(Settings()) as door:
        door.write_now(
            partial(let_plugin_run, plugin_id=plugin_id, actor=COMMAND, clock=CLOCK), reach=EVERYTHING
        )
    answer(
        f"{plugin_id} 重新启动后再运行。", f"{plugin_id} runs again after a restart.", json=json, id=plugin_id
    )


def replay(plugin_id: PluginId, json: Json = False) -> None:
    """没送到的事情再送一次 / tell it once more what it did not take."""
    with opened_door(Settings()) as door:
        again = partial(tell_again, plugin_id=plugin_id, community_id=None, clock=CLOCK)
        count = door.write_now(again, reach=EVERYTHING)
    answer(f"再送 {count} 件。", f"{count} facts are told again.", json=json, id=plugin_id, facts=count)


# -- in a neighbourhood of the demo -----------------------------------------------------------------


def enable(plugin_id: PluginId, community: Code, json: Json = False) -> None:
    """在演示的居村启用 / switch it on in a neighbourhood of the demo; elsewhere its committee decides."""
    with opened_door(_of_the_demo()) as door:
        community_id = community_with_code(door, community)
        _must_be_moved_up(door, plugin_id)
        enable_for_the_demo(door, plugin_id, community_id)
    answer(f"{plugin_id} 已启用。", f"{plugin_id} is on.", json=json, id=plugin_id, community=community)


def _must_be_moved_up(door: Door, plugin_id: str) -> None:
    with what_they_keep(door, Settings()) as (own, _owner):
        row = declared_in(door)(plugin_id)
        if row is not None and own.tables.lacks(plugin_id, row.declared):
            raise Mistake(*(TO_BE_MOVED_UP[lang].format(id=plugin_id) for lang in ("zh", "en")))


def enable_for_the_demo(door: Door, plugin_id: str, community_id: str) -> None:
    """With all it asks for, as its committee would."""
    plugin = door.read_now(
        lambda session: session.execute(select(PLUGINS).where(PLUGINS.c.id == plugin_id)).first(),
        reach=EVERYTHING,
    )
    if plugin is None:
        raise Mistake(f"没有安装 {plugin_id}。", f"{plugin_id} is not installed.")
    draft = EnablingDraft(
        scopes=tuple(sorted(asked_of(plugin.manifest))), sheet_version=sheet_version(plugin), settings={}
    )
    decide = partial(
        enable_plugin, plugin_id=plugin_id, community_id=community_id, draft=draft,
        actor=_committee_of(community_id), clock=CLOCK,
    )  # fmt: skip
    door.write_now(decide, reach=EVERYTHING)


def disable(plugin_id: PluginId, community: Code, json: Json = False) -> None:
    """在演示的居村停用 / switch it off in a neighbourhood of the demo."""
    with opened_door(_of_the_demo()) as door:
        community_id = community_with_code(door, community)
        decide = partial(
            disable_plugin, plugin_id=plugin_id, community_id=community_id,
            actor=_committee_of(community_id), clock=CLOCK,
        )  # fmt: skip
        door.write_now(decide, reach=EVERYTHING)
    answer(f"{plugin_id} 已停用。", f"{plugin_id} is off.", json=json, id=plugin_id, community=community)


def _of_the_demo() -> Settings:
    settings = Settings()
    if not settings.demo:
        raise Mistake(
            "启用和停用由居委决定，在居委端“应用”里操作；这条命令只用于演示（SHEQUYUN_DEMO=1）。",
            "Committees decide that, on their page “Apps”; this command is for the demo alone (SHEQUYUN_DEMO=1).",
        )
    return settings


def _committee_of(community_id: str) -> Actor:
    grant = Grant(role=Role.SECRETARY, place_id=community_id)
    return Actor(kind=ActorKind.STAFF, id="command", name="shequyun", grants=(grant,))


# -- going ------------------------------------------------------------------------------------------


def uninstall(plugin_id: PluginId, json: Json = False) -> None:
    """从平台拿掉；各居村先移除 / take it off the platform, once every neighbourhood has removed it."""
    settings = Settings()
    with opened_door(settings) as door:
        door.write_now(partial(_forget, plugin_id=plugin_id), reach=EVERYTHING)
        with what_they_keep(door, settings) as (own, owner):
            own.drop(plugin_id, owner)
    shutil.rmtree(folder_of(settings.data_dir) / plugin_id, ignore_errors=True)
    answer(
        f"{plugin_id} 已卸载。还在运行的服务重新启动后才放下它。",
        f"{plugin_id} is uninstalled. Services that run let go of it when they are restarted.",
        json=json, id=plugin_id,
    )  # fmt: skip


def _forget(session: Session, *, plugin_id: str) -> None:
    forget_plugin(session, plugin_id, actor=COMMAND, clock=CLOCK)
    its = PROGRESS.c.listener.startswith(listener_name(plugin_id, ""), autoescape=True)
    for name in session.execute(select(PROGRESS.c.listener).where(its)).scalars().all():
        retire_listener(session, name)
