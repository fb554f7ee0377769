"""Setting an installation up and bringing it up to date: `init`, `upgrade`, `staff`, `renew`."""

from collections.abc import Collection
from datetime import date
from typing import Annotated

import typer
from pydantic import SecretStr
from sqlmodel import Session

from app_shell.commands.glance import must_have_key
from app_shell.commands.house import CLOCK, COMMAND, EVERYTHING, opened_door, opened_engines
from app_shell.commands.voice import Json, Mistake, answer, progress
from core_db import migrations
from core_db.accounts import (
    RULES,
    AuthProfile,
    RoleDraft,
    StaffDraft,
    assign_role,
    create_staff,
    hash_password,
    one_time_password,
    refuse_weak,
    renew_sign_in_named,
)
from core_db.cases import store_defaults
from core_db.foundation.actor import Role
from core_db.foundation.door import Door
from core_db.foundation.drafts import read_draft
from core_db.foundation.house_keys import house_keys_of
from core_db.foundation.settings import Settings
from core_db.people import organisation_named
from core_db.places import BAOSHAN, EDITION_2023, import_places, place_with_code, shipped_divisions

District = Annotated[
    str | None,
    typer.Option("--district", metavar="CODE", help="随附名单的区代码 / a district whose list comes with it"),
]


def init(district: District = None, json: Json = False) -> None:
    """建立数据库、密钥和常用设置 / make the database, the key and the usual settings."""
    settings = Settings()
    if district not in (None, "", BAOSHAN):
        raise Mistake(
            f"没有随附 {district} 的名单，请用 shequyun import places。",
            f"No list of {district} comes with the product; use `shequyun import places`.",
        )
    must_have_key(settings)
    house_keys_of(settings)
    migrations.bring_up(settings, clock=CLOCK)
    with opened_door(settings) as door, progress("正在写入", "Writing", silent=json):
        added, left_out = door.write_now(
            lambda session: _fill(session, district or settings.district), reach=EVERYTHING
        )
    zh, en = _said_of_holidays(left_out)
    answer(
        f"已就绪：数据库 {_database(settings)}，新增 {added} 个区划。{zh}",
        f"Ready: database {_database(settings)}, {added} divisions added.{en}",
        json=json, database=_database(settings), revision=migrations.head(), divisions=added,
        holidays_left_out=sorted(map(str, left_out)),
    )  # fmt: skip


def _fill(session: Session, district: str) -> tuple[int, frozenset[date]]:
    left_out = store_defaults(session, clock=CLOCK)
    if district != BAOSHAN:
        return 0, left_out
    brought = import_places(session, shipped_divisions(), EDITION_2023, actor=COMMAND, clock=CLOCK)
    return brought.added, left_out


def _said_of_holidays(left_out: Collection[date]) -> tuple[str, str]:
    """Of a year whose holidays were brought in, what comes with the product is left out: those days are named."""
    if not left_out:
        return "", ""
    years = sorted({str(day.year) for day in left_out})
    days = ", ".join(map(str, sorted(left_out)))
    return (
        f"{'、'.join(years)} 年的节假日照您导入的，随附的这些没有放进去：{days}。",
        f" The holidays of {', '.join(years)} stay as you brought them in; these shipped ones were left out: {days}.",
    )


def _database(settings: Settings) -> str:
    """The database without the password in its address."""
    return str(settings.sqlite_path) if settings.is_embedded else settings.database_url.rsplit("@", 1)[-1]


def upgrade(json: Json = False) -> None:
    """把数据库升级到本程序的版本 / bring the database up to this program."""
    settings = Settings()
    with opened_engines(settings.as_owner) as engines:
        steps = migrations.pending(engines)
    copy = migrations.bring_up(settings, clock=CLOCK)
    kept = f"，旧库已另存为 {copy}" if copy else ""
    kept_en = f"; the old file was kept as {copy}" if copy else ""
    answer(
        f"已升级 {len(steps)} 步{kept}。" if steps else "已是最新，无需升级。",
        f"{len(steps)} steps done{kept_en}." if steps else "Up to date already.",
        json=json, steps=steps, revision=migrations.head(), copy=str(copy) if copy else None,
    )  # fmt: skip


def staff(
    username: Annotated[str, typer.Argument(help="登录名 / sign-in name")],
    name: Annotated[str, typer.Option(help="显示的姓名 / the name residents read")],
    role: Annotated[Role, typer.Option(help="角色 / role")],
    place: Annotated[str, typer.Option(metavar="CODE", help="区划代码（6、9 或 12 位）/ division code")],
    password: Annotated[
        str,
        typer.Option(
            prompt=True, confirmation_prompt=True, hide_input=True, envvar="SHEQUYUN_STAFF_PASSWORD"
        ),
    ],
    organisation: Annotated[
        str | None,
        typer.Option(
            "--organisation", metavar="NAME", help="承办单位的名称，contractor 必填 / a contractor's firm"
        ),
    ] = None,
    json: Json = False,
) -> None:
    """新建工作人员账号 / make an account for a member of staff."""
    settings = Settings()
    with opened_door(settings) as door:
        spot = door.read_now(lambda session: place_with_code(session, place), reach=EVERYTHING)
        if spot is None:
            raise Mistake(f"没有代码为 {place} 的区划。", f"There is no division with the code {place}.")
        draft = read_draft(StaffDraft, {"username": username, "password": SecretStr(password), "name": name})
        rules = RULES[AuthProfile(settings.auth_profile)]
        refuse_weak(password, rules, known=(username, name))
        place_id, firm_id = spot.id, _organisation(door, organisation, spot.id)

        def appoint(session: Session) -> str:
            account = create_staff(session, draft, actor=COMMAND, clock=CLOCK)
            account_id = str(getattr(account, "id", account))
            given = RoleDraft(
                account_id=account_id, role=role, place_id=place_id, organisation_id=firm_id,
                reason="shequyun staff",
            )  # fmt: skip
            assign_role(session, given, actor=COMMAND, clock=CLOCK)
            return account_id

        account_id = door.write_now(appoint, reach=EVERYTHING)
    answer(
        f"已建账号 {username}（{spot.label}，{role}）。首次登录时设置第二重验证。",
        f"Account {username} made ({spot.label}, {role}). The first sign-in sets up its second factor.",
        json=json, id=account_id, username=username, role=str(role), place=spot.label,
    )  # fmt: skip


def _organisation(door: Door, name: str | None, place_id: str) -> str | None:
    """The id of the organisation that was named; None where none was."""
    if name is None:
        return None
    found = door.read_now(
        lambda session: organisation_named(session, name, place_id=place_id), reach=EVERYTHING
    )
    if found is None:
        raise Mistake(f"这里没有“{name}”这个单位。", f"There is no organisation “{name}” here.")
    return found


def renew(
    username: Annotated[str, typer.Argument(help="登录名 / sign-in name")],
    json: Json = False,
) -> None:
    """让丢了手机或忘了密码的工作人员重新登录 / a new first sign-in for who lost his telephone or password."""
    password = one_time_password()
    digest = hash_password(password)
    with opened_door(Settings()) as door:
        door.write_now(
            lambda session: renew_sign_in_named(
                session, username, password_hash=digest, actor=COMMAND, clock=CLOCK
            ),
            reach=EVERYTHING,
        )
    answer(
        f"{username} 已在所有设备上退出登录。三天内用一次性密码登录：{password}",
        f"{username} is signed out everywhere. The password for one sign-in within three days: {password}",
        json=json, username=username, password=password,
    )  # fmt: skip
