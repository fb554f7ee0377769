"""The demonstration: a small district with its people and cases, both apps, and sign-ins on the screen."""

import os
import shutil
from collections.abc import Mapping, Sequence
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app_shell.commands.both import PORTS, import_beside, must_be_free, serve_both
from app_shell.commands.voice import Json, Mistake, answer_json, busy, language, note, out, table

if TYPE_CHECKING:
    from app_shell.demo.prepare import Besides, Scale
    from core_db.foundation.settings import Settings

#: Who can sign in, as the contract promises it: app, sign-in, secret, who it is in both languages.
SIGN_INS = (
    ("resident", "13900000001 … 13900000020", "246810", "同一居村的居民", "residents of one neighbourhood"),
    ("resident", "13900000021", "246810", "邻近居村的居民", "a resident of the neighbouring one"),
    ("resident", "13900000099", "246810", "尚未绑定住处", "not yet bound to a home"),
    ("committee", "juwei1, juwei2", "demo-2468", "居委干部", "committee workers"),
    ("committee", "shuji", "demo-2468", "居委书记", "the committee's secretary"),
    ("committee", "wuye", "demo-2468", "物业公司", "the property firm"),
    ("committee", "linju", "demo-2468", "邻近居委干部", "a worker of the neighbouring committee"),
    ("committee", "jiezhen", "demo-2468", "街镇派单员", "the town's dispatcher"),
    ("committee", "quyun", "demo-2468", "区城运中心", "the district's dispatcher"),
    ("committee", "qu", "demo-2468", "区分析员（只看汇总）", "the district's analyst: aggregates only"),
    ("committee", "xitong", "demo-2468", "系统管理员（运行情况）", "system administrator (how it runs)"),
    ("committee", "anquan", "demo-2468", "安全管理员（岗位）", "security administrator (posts)"),
    (
        "committee",
        "shenji",
        "demo-2468",
        "审计管理员（谁看过什么）",
        "audit administrator (who looked at what)",
    ),
)
APPS = {"resident": ("居民端", "Residents"), "committee": ("居委端", "Committee")}
#: The entry-point group of whatever else comes into the demonstration (`app_shell.demo.prepare.Besides`).
BESIDES = "shequyun.demo"
HEADINGS = (("应用", "登录", "验证码或密码", "谁"), ("App", "Sign-in", "Code or password", "Who"))


def demo(
    reset: Annotated[bool, typer.Option("--reset", help="从头来过 / start over")] = False,
    host: Annotated[str, typer.Option(envvar="HOST", help="监听地址 / address to listen at")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(envvar="PORT", min=1, max=65534, help="居民端端口，居委端加一 / port")
    ] = PORTS["resident"],
    prepare_only: Annotated[
        bool, typer.Option("--prepare-only", help="只准备数据，不启动 / only prepare")
    ] = False,
    json: Json = False,
) -> None:
    """准备演示区并启动两个应用 / prepare the demonstration and serve both apps."""
    os.environ["SHEQUYUN_DEMO"] = "true"
    if not prepare_only:
        must_be_free(host, (port, port + 1))
        import_beside()
    # What follows is loaded while the other process imports what serves.
    from core_db.foundation.settings import Settings

    settings = Settings()
    prepare(settings, reset=reset, silent=json)
    if prepare_only:
        return
    status = serve_both(
        settings, host=host, port=port, flags=("--host", host),
        when_up=lambda addresses: show(addresses, json=json),
    )  # fmt: skip
    raise typer.Exit(status)


def prepare(settings: "Settings", *, reset: bool, silent: bool) -> None:
    """Make the demonstration unless it is there; start over where that is asked for."""
    from app_shell.commands.glance import MARKER, demo_stands

    if reset:
        _clear_away(settings, settings.data_dir / MARKER)
    elif demo_stands(settings):
        return
    from app_shell.demo import FULL

    make_world(settings, FULL, [point.load() for point in entry_points(group=BESIDES)], silent=silent)


def make_world(
    settings: "Settings", scale: "Scale", besides: "Sequence[Besides]" = (), *, silent: bool
) -> None:
    """A demonstration of this size, unless there is one, and whatever else comes into it."""
    from app_shell.commands.glance import MARKER
    from app_shell.commands.serving import make_ready
    from app_shell.demo import prepare_demo

    with busy("正在准备演示区", "Preparing the demonstration", silent=silent) as tell:
        prepare_demo(settings, scale=scale, tell=tell, besides=besides)
    # Only what came through here may be cleared away later.
    (settings.data_dir / MARKER).write_text(
        "演示数据，可以删除 / demonstration data, may be deleted\n", encoding="utf-8"
    )
    make_ready(settings)


def _clear_away(settings: "Settings", marker: Path) -> None:
    if not settings.is_embedded:
        raise Mistake(
            "--reset 只用于内置数据库；PostgreSQL 请自行换一个空库。",
            "--reset is for the embedded database; give a PostgreSQL demonstration an empty one yourself.",
        )
    if settings.sqlite_path.exists() and not marker.exists():
        raise Mistake(
            f"{settings.sqlite_path} 不是演示数据，不会改动；请另选 SHEQUYUN_DATA_DIR 和 SHEQUYUN_DATABASE_URL。",
            f"{settings.sqlite_path} is no demonstration and is left alone; "
            "choose another SHEQUYUN_DATA_DIR and SHEQUYUN_DATABASE_URL.",
        )
    for ending in ("", "-wal", "-shm"):
        settings.sqlite_path.with_name(settings.sqlite_path.name + ending).unlink(missing_ok=True)
    for kept in ("photos", "x"):
        shutil.rmtree(settings.data_dir / kept, ignore_errors=True)


def show(addresses: Mapping[str, str], *, json: bool) -> None:
    """The addresses and sign-ins, for people or programs."""
    is_english = language() == "en"
    rows = [(app, name, secret, en if is_english else zh) for app, name, secret, zh, en in SIGN_INS]
    if json:
        fields = ("app", "sign_in", "secret", "who")
        answer_json(
            {"addresses": addresses, "sign_ins": [dict(zip(fields, row, strict=True)) for row in rows]}
        )
        return
    for app, address in addresses.items():
        out().print(f"{APPS[app][is_english]}  {address}")
    table(HEADINGS[is_english], [(APPS[app][is_english], *rest) for app, *rest in rows])
    note("按 Ctrl-C 停止。", "Press Ctrl-C to stop.")
