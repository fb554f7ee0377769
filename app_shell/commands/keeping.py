"""Looking after an installation: `backup`, `restore`, `verify`, `reopen`, `rebuild`, `doctor`."""

from pathlib import Path
from typing import Annotated

import typer

from app_shell.commands.auditing import PublicKeyFile, SeenElsewhere, verify_audit
from app_shell.commands.glance import must_have_key
from app_shell.commands.house import (
    CLOCK,
    COMMAND,
    EVERYTHING,
    must_exist,
    opened_door,
    opened_engines,
)
from app_shell.commands.voice import Json, Mistake, answer, answer_json, language, note, out, progress
from core_db.audit import record
from core_db.foundation.house_keys import key_file
from core_db.foundation.sealing import keyring_from
from core_db.foundation.settings import Settings
from core_db.mydata import carry_out_erasures
from core_db.upkeep import Check, CopyMade, Finding, Weight, back_up, examine, is_marked, is_sealed, lift_mark
from core_db.upkeep import rebuild as make_anew
from core_db.upkeep import restore as put_back
from core_db.upkeep import verify as checks_of

File = Annotated[Path, typer.Argument(metavar="FILE", help=".tar 或 .tar.gz / .tar or .tar.gz")]
ToKey = Annotated[
    Path | None,
    typer.Option(
        "--to-key",
        metavar="FILE",
        help="用这把公钥封好，只有私钥能打开 / seal it for this public key; its private key alone opens it",
    ),
]
FromKey = Annotated[
    Path | None,
    typer.Option("--key", metavar="FILE", help="封好的备份的私钥 / the private key of a sealed copy"),
]
_SIGNS = {Weight.BAD: "✗", Weight.WORTH: "!", Weight.GOOD: "✓"}


def backup(file: File, to_key: ToKey = None, json: Json = False) -> None:
    """把数据库和照片备份成一个文件（不含密钥）/ copy database and photos into one file, without the key."""
    settings = Settings()
    must_exist(settings)
    with progress("正在备份", "Copying", silent=json):
        made = back_up(settings, file, to_key=to_key, clock=CLOCK)
    if _has_key(settings):
        _record(settings, "backup", made)
    answer(
        f"{file}：{made.cases} 件诉求，{made.photos} 张照片，{_size(made.size)}。",
        f"{file}: {made.cases} cases, {made.photos} photos, {_size(made.size)}.",
        json=json, file=str(file), cases=made.cases, photos=made.photos, size=made.size, revision=made.revision,
        key_included=False, sealed=is_sealed(file),
    )  # fmt: skip
    if not json:
        _say_what_opens_it(settings, file)


def _say_what_opens_it(settings: Settings, file: Path) -> None:
    note(
        f"密钥不在备份里，请另外保存：{_key_place(settings)}。没有它，加密的字段打不开。",
        f"The key is not in it; keep it elsewhere: {_key_place(settings)}. Without it sealed fields stay shut.",
    )
    if is_sealed(file):
        note(
            "备份已整个封好，只有那把私钥能打开；私钥不要放在本机，也不要和备份放在一起。",
            "All of it is sealed, and its private key alone opens it; keep that neither here nor with the copies.",
        )


def restore(file: File, key: FromKey = None, json: Json = False) -> None:
    """把备份恢复到空的地方 / put a copy back where nothing is yet."""
    settings = Settings()
    with progress("正在恢复", "Putting back", silent=json):
        made = put_back(settings, file, key=key)
    has_key, erased = _has_key(settings), 0
    if has_key:
        _record(settings, "restore", made)
        erased = _erase_again(settings)
    answer(
        f"已恢复 {made.made_at} 的备份：{made.cases} 件诉求，{made.photos} 张照片；再次删去 {erased} 位已注销的居民。",
        f"Restored the copy of {made.made_at}: {made.cases} cases, {made.photos} photos; {erased} who had left were "
        "erased again.",
        json=json, made_at=made.made_at, cases=made.cases, photos=made.photos, key_present=has_key, erased=erased,
    )  # fmt: skip
    if not has_key and not json:
        note(
            f"请在启动前放回密钥：{_key_place(settings)}。",
            f"Put the key back before you start: {_key_place(settings)}.",
        )


def _erase_again(settings: Settings) -> int:
    """Whoever left after the copy was made leaves again, before anybody can see him."""
    with opened_door(settings) as door:
        return carry_out_erasures(door, settings.data_dir, clock=CLOCK)


def verify(
    audit: Annotated[
        bool,
        typer.Option(
            "--audit", help="只核对审计记录 / the record alone; ends with 0, 1 altered, 2 cannot tell"
        ),
    ] = False,
    pub: PublicKeyFile = None,
    witness: SeenElsewhere = None,
    json: Json = False,
) -> None:
    """核对数据库、经过、照片和审计记录 / check the database, the histories, the photos and the record."""
    settings = Settings()
    if audit or pub or witness:
        raise typer.Exit(verify_audit(settings, pub=pub, witness=witness, json=json))
    must_have_key(settings)
    with opened_engines(settings) as engines, progress("正在核对", "Checking", silent=json):
        checks = list(checks_of(settings, engines, keyring_from(settings)))
    failed = [check for check in checks if not check.holds]
    if json:
        answer_json({"ok": not failed, "checks": [_check_as_json(check) for check in checks]})
    else:
        for check in checks:
            out().print(f"{'✓' if check.holds else '✗'} {check.sentence(language())}")
    if failed:
        raise typer.Exit(1)


def reopen(json: Json = False) -> None:
    """数据库损坏修好后，核对无误再开放提交 / after damage was mended: verify, then let everybody write again."""
    settings = Settings()
    must_have_key(settings)
    if not is_marked(settings):
        raise Mistake("没有停止写入，不用重新开放。", "Writing was not stopped; there is nothing to reopen.")
    with opened_engines(settings) as engines, progress("正在核对", "Checking", silent=json):
        failed = [check for check in checks_of(settings, engines, keyring_from(settings)) if not check.holds]
    if failed:
        raise Mistake(
            f"还不能开放：{failed[0].zh}（不成立）{failed[0].found}",
            f"Not yet: this does not hold: {failed[0].en} {failed[0].found}",
        )
    lift_mark(settings)
    answer(
        "核对无误，各进程一秒内恢复写入。",
        "All is well; every process writes again within a second.",
        json=json,
        reopened=True,
    )


def rebuild(json: Json = False) -> None:
    """重新生成搜索、计数和列表上的状态 / make search, counters and what lists show anew, while all goes on."""
    with opened_door(Settings()) as door, progress("正在重新生成", "Making anew", silent=json) as tell:
        done = make_anew(door, actor=COMMAND, clock=CLOCK, tell=tell)
    answer(
        f"{done.cases} 件诉求已重做：改正 {done.corrected} 件、{done.counters} 个居村的计数、{done.series} 个编号。",
        f"{done.cases} cases were made anew; put right: {done.corrected} cases, the counters of {done.counters} "
        f"neighbourhoods, {done.series} series of numbers.",
        json=json, **done._asdict(),
    )  # fmt: skip


def doctor(json: Json = False) -> None:
    """说出这套安装有什么问题 / say what is wrong with this installation."""
    findings = list(examine(Settings(), clock=CLOCK))
    wrong = [finding for finding in findings if finding.weight is Weight.BAD]
    if json:
        answer_json({"ok": not wrong, "findings": [_finding_as_json(finding) for finding in findings]})
    else:
        for finding in findings:
            out().print(f"{_SIGNS[finding.weight]} {finding.sentence(language())}")
    if wrong:
        raise typer.Exit(1)


def _has_key(settings: Settings) -> bool:
    return settings.secret_key is not None or key_file(settings).exists()


def _record(settings: Settings, action: str, made: CopyMade) -> None:
    """That a copy was made stands in the record of what was copied, that it returned in the record of the copy."""
    with opened_door(settings) as door:
        door.write_now(
            lambda session: record(
                session,
                action=action,
                object=made.database,
                reference=made.made_at,
                actor=COMMAND,
                clock=CLOCK,
                right=None,
            ),
            reach=EVERYTHING,
        )


def _check_as_json(check: Check) -> dict[str, object]:
    said = check.zh if language() == "zh" else check.en
    return {"name": check.name, "ok": check.holds, "sentence": said, "found": check.found}


def _finding_as_json(finding: Finding) -> dict[str, str]:
    return {"weight": str(finding.weight), "sentence": finding.sentence(language())}


def _key_place(settings: Settings) -> str:
    return "SHEQUYUN_SECRET_KEY" if settings.secret_key else str(key_file(settings))


def _size(size: int) -> str:
    return f"{size / 1024**2:.1f} MB"
