"""`rotate-keys`: new keys for what is sealed, while everything goes on."""

from functools import partial
from typing import Annotated

import typer

from app_shell.commands.house import EVERYTHING, community_with_code, opened_door
from app_shell.commands.voice import Json, Mistake, answer, note, progress
from core_db.foundation.house_keys import KeyFile
from core_db.foundation.sealing import Keyring
from core_db.foundation.settings import Settings
from core_db.upkeep import begin_rotation, finish_rotation, is_under_way, wrapped_by_another

Community = Annotated[
    str | None,
    typer.Option("--community", metavar="CODE", help="只换一个居村的 / of one neighbourhood alone"),
]
Kek = Annotated[
    bool, typer.Option("--kek", help="连同安装自身的密钥一起换 / replace the installation's own key as well")
]


def rotate_keys(community: Community = None, kek: Kek = False, json: Json = False) -> None:
    """更换加密用的密钥；中断后再运行会接着做 / new keys for sealed fields; run again to go on after a fault."""
    settings = Settings()
    if kek and community:
        raise Mistake(
            "--kek 换的是整套安装的密钥，不能只换一个居村。", "--kek is for the whole installation."
        )
    with opened_door(settings) as door:
        of = community_with_code(door, community) if community else None
        going_on = door.read_now(partial(is_under_way, community_id=of), reach=EVERYTHING)
        if kek and not going_on:
            _add_key(door.keyring)
        if is_new := door.read_now(wrapped_by_another, reach=EVERYTHING):
            of = None
        if is_new or not going_on:
            door.write_now(partial(begin_rotation, community_id=of), reach=EVERYTHING)
        with progress("正在重新加密", "Sealing anew", silent=json):
            done = finish_rotation(door, of)
        number = door.keyring.keys.newest.id
    answer(
        f"{done.values} 个字段已用新密钥加密，{done.destroyed} 把旧密钥已销毁。",
        f"{done.values} fields were sealed anew, {done.destroyed} old keys destroyed.",
        json=json, values=done.values, destroyed=done.destroyed, left=done.left, installation_key=number,
    )  # fmt: skip
    if done.left and not json:
        note(
            f"{done.left} 把旧密钥还有字段在用，请看日志。",
            f"{done.left} old keys are still in use; see the log.",
        )
    if kek and not json:
        note(
            "请另存新的密钥文件；旧密钥只在恢复旧备份时还需要。",
            "Keep a copy of the new key file; the old key is needed for older backups alone.",
        )
    if done.left:
        raise typer.Exit(1)


def _add_key(keyring: Keyring) -> None:
    if not isinstance(keyring.keys, KeyFile):
        raise Mistake(
            "密钥在环境变量里：请把 SHEQUYUN_SECRET_KEY 改成“2:新密钥;1:旧密钥”，重启各进程后再运行。",
            "The key is in the environment: set SHEQUYUN_SECRET_KEY to “2:new;1:old”, restart, and run this again.",
        )
    keyring.keys.add()
