"""The record of deeds: `verify --audit`, `audit checkpoint` (for the notice board), `audit key`, `audit copy`."""

import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated

import pysqlite3.dbapi2 as pysqlite
import typer
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from app_shell.commands.glance import must_have_key
from app_shell.commands.house import CLOCK, opened_door, opened_engines
from app_shell.commands.voice import Json, Mistake, answer, answer_json, err, language, note, out
from core_db import migrations
from core_db.audit import (
    FRESH_FOR,
    Checkpoint,
    Findings,
    PublicKey,
    Verdict,
    WitnessAway,
    audit_key,
    copy_record,
    fetch_last_seen,
    is_signed_by,
    make_checkpoint,
    read_checkpoint,
    read_key,
    verify_record,
    witness_key,
    witness_of,
)
from core_db.foundation.database import reaching
from core_db.foundation.egress import egress_from
from core_db.foundation.errors import DomainError
from core_db.foundation.reach import Across, across
from core_db.foundation.sealing import keyring_from
from core_db.foundation.settings import Settings
from core_db.mydata import ground_words
from core_db.upkeep import Evidence, gather_evidence

#: Of a long list the command says so many; `--json` says all.
SHOWN = 5
auditing = typer.Typer(help="审计记录 / the record of deeds", no_args_is_help=True)
PublicKeyFile = Annotated[
    Path | None,
    typer.Option(
        "--pub", metavar="FILE", help="记录的公钥（audit key）/ the record's public key; else the own one"
    ),
]
SeenElsewhere = Annotated[
    str | None,
    typer.Option(
        "--witness", metavar="URL|FILE", help="见证方网址，或纸上的核对点 / a witness, or a kept checkpoint"
    ),
]
#: Troubles in the words of whoever reads them: (Chinese, English).
_TROUBLES = {
    "gap": ("缺号", "a number is missing"), "chain": ("内容或链被改动", "an entry or its chain was altered"),
    "tail": ("末尾被删", "the end is missing"), "tree": ("树被改动", "the tree was altered"),
    "checkpoint": ("与核对点不符", "it is not what a checkpoint says"),
    "signature": ("核对点的签名不对", "the newest checkpoint is not signed by this key"),
}  # fmt: skip


@auditing.command("checkpoint")
def checkpoint(
    qr: Annotated[
        Path | None, typer.Option("--qr", metavar="FILE.svg", help="画成二维码 / draw it as a QR code")
    ] = None,
    to_print: Annotated[bool, typer.Option("--print", help="在终端里画出来 / draw it here")] = False,
    json: Json = False,
) -> None:
    """签一个新的核对点，可以贴在公示栏 / sign a checkpoint; print it and hang it on the notice board."""
    with opened_door(Settings()) as door:
        made = make_checkpoint(door, clock=CLOCK)
    if made is None:
        raise Mistake("审计记录里还没有内容。", "The record is still empty.")
    # Not before it is drawn with: every other command, and whoever serves, goes without it.
    import segno

    if qr is not None:
        segno.make(str(made), error="m").save(str(qr), kind="svg", scale=6, border=4)
    if to_print and not json:
        segno.make(str(made), error="m").terminal(out=sys.stdout, compact=True, border=2)
    answer(
        str(made).rstrip(),
        str(made).rstrip(),
        json=json,
        origin=made.origin,
        size=made.size,
        root=made.root.hex(),
        note=str(made),
    )


@auditing.command("key")
def key(json: Json = False) -> None:
    """本站记录的公钥，和为别人作见证的公钥 / the public keys of this record, and of this site as a witness."""
    settings = Settings()
    must_have_key(settings)
    keyring = keyring_from(settings)
    own, witnessing = str(audit_key(keyring)), str(witness_key(keyring))
    answer(f"{own}\n{witnessing}", f"{own}\n{witnessing}", json=json, audit=own, witness=witnessing)


@auditing.command("copy")
def copy(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="写到哪个新文件 / the new file")],
    json: Json = False,
) -> None:
    """把审计记录单独写进一个文件，给外人核对用 / write the record alone into a file, for somebody outside to check."""
    settings = Settings()
    with opened_engines(settings) as engines:
        migrations.must_fit(engines)
        try:
            with reaching(engines, across(Across.UPKEEP)) as connection:
                copied = copy_record(connection, file)
        except FileExistsError:
            raise Mistake(
                f"{file} 已经有了，请换一个名字。", f"{file} is there already; choose another name."
            ) from None
    answer(
        f"写好了，共 {copied} 条：python scripts/verify_audit.py {file} 公钥文件 [核对点]",
        f"Written, {copied} events: python scripts/verify_audit.py {file} PUBLIC_KEY_FILE [CHECKPOINT_FILE]",
        json=json, events=copied, file=str(file),
    )  # fmt: skip


def verify_audit(settings: Settings, *, pub: Path | None, witness: str | None, json: bool) -> int:
    """Say whether the record is whole; what keeps us from telling is said too, and is never a 0."""
    try:
        checked, found, evidence = _verified(settings, pub, witness)
    except (
        Mistake,
        DomainError,
        OSError,
        SQLAlchemyError,
        pysqlite.DatabaseError,
        migrations.SchemaMisfit,
    ) as fault:
        said = (
            fault.sentence(language()) if hasattr(fault, "sentence") else str(getattr(fault, "orig", fault))
        )
        err().print(" ".join(said.split()))
        return int(Verdict.CANNOT_TELL)
    now = CLOCK.now()
    verdict = found.verdict(now=now, fresh_for=FRESH_FOR) if evidence.is_whole else Verdict.ALTERED
    if json:
        answer_json(_as_json(found, verdict, checked) | _evidence_as_json(evidence))
    else:
        _say(found, verdict, now)
        _say_evidence(evidence)
    return int(verdict)


def _verified(
    settings: Settings, pub: Path | None, witness: str | None
) -> tuple[PublicKey, Findings, Evidence]:
    if pub is None:
        must_have_key(settings)
    # Whoever brings the public key need not have the installation's.
    keyring = keyring_from(settings) if pub is None else None
    checked = audit_key(keyring) if keyring else read_key((pub or Path()).read_text(encoding="utf-8"))
    with opened_engines(settings) as engines:
        migrations.must_fit(engines)
        configured = witness_of(settings)
        seen = _seen(witness, settings, checked)
        with reaching(engines, across(Across.UPKEEP)) as connection:
            by = configured.key if configured else None
            found = verify_record(connection, key=checked, witness=by, seen=seen)
            with Session(bind=connection) as session:
                return checked, found, gather_evidence(session, keyring, now=CLOCK.now())


def _seen(witness: str | None, settings: Settings, checked: PublicKey) -> Checkpoint | None:
    """What was kept elsewhere: on paper, or by a witness. The configured one is asked without being named."""
    if witness is not None and not witness.startswith(("http://", "https://")):
        return _of_this_record(Path(witness).read_text(encoding="utf-8"), checked)
    url = witness or settings.witness_url
    if not url:
        return None
    try:
        return _of_this_record(
            fetch_last_seen(url, checked.name, egress_from(settings.egress_allowed)), checked
        )
    except WitnessAway as away:
        note(away.sentence("zh"), away.sentence("en"))
        return None


def _of_this_record(text: str, checked: PublicKey) -> Checkpoint:
    # As it was printed, scanned or typed off: what follows its last line is nothing.
    seen = read_checkpoint(text.rstrip() + "\n")
    if seen.origin != checked.name or not is_signed_by(seen, checked):
        raise Mistake(
            "这份核对点不是这份记录的，或者签名不对。",
            "That checkpoint is not of this record, or not signed by it.",
        )
    return seen


def _say(found: Findings, verdict: Verdict, now: datetime) -> None:
    size, root = _grouped(found.size), found.root.hex()[:16]
    chain, tree = _well(found, "gap", "chain", "tail"), _well(found, "tree", "checkpoint", "signature")
    seen = _witnessed(found, now)
    _tell(
        f"共 {size} 条  根 {root}…  链 {chain}  树 {tree}  {seen}",
        f"size {size}   root {root}…   chain {chain}   tree {tree}   {seen}",
    )
    if found.first is not None:
        zh, en = _TROUBLES[found.first.kind]
        _tell(
            f"已被改动：从第 {found.first.seq} 条起，{zh}。",
            f"ALTERED from event {found.first.seq} on: {en}.",
        )
    if verdict is Verdict.CANNOT_TELL:
        _tell(
            "说不准：24 小时内没有外面的见证，数据库的主人可以重写一切。",
            "CANNOT TELL: nobody outside has seen it for 24 hours; whoever owns the database could rewrite it.",
        )


def _say_evidence(found: Evidence) -> None:
    kept, late = _grouped(found.histories.kept), found.deferred
    _tell(
        f"经过 {kept} 条已对照  暂缓告知 {late} 件（没有过期的）",
        f"histories {kept} entries compared   deferred {late} (none overdue)",
    )
    if count := len(found.histories.erased):
        _tell(f"依规删去 {count} 次，最近的：", f"erased {count} times, the latest:")
    for one in found.histories.erased[-SHOWN:]:
        zh, en = ground_words(one.ground)
        _tell(
            f"依规删去：{one.at:%Y-%m-%d}，案件 {one.case_id}，依据：{zh}。",
            f"erased on {one.at:%Y-%m-%d}: words of case {one.case_id}; ground: {en}.",
        )
    if found.reads_since is not None:
        _tell(
            f"{found.reads_since:%Y-%m-%d} 以前的查看记录已到保存期限，按规定删去。",
            f"Reads from before {found.reads_since:%Y-%m-%d} were over their time and dropped.",
        )
    for position in sorted(found.histories.altered)[:SHOWN]:
        _tell(
            f"已被改动：经过第 {position} 条与记录不符。",
            f"ALTERED: entry {position} of the histories is not what the record holds.",
        )
    for case_id in sorted(found.histories.rewritten)[:SHOWN]:
        _tell(
            f"已被改动：案件 {case_id} 的内容、地点或照片与当初留下的不符。",
            f"ALTERED: case {case_id} does not say or show what was held when it was raised.",
        )
    for seq in found.reads[:SHOWN]:
        _tell(
            f"已被改动：第 {seq} 次查看与审计记录不符。",
            f"ALTERED: read {seq} is not what the record says.",
        )


def _evidence_as_json(found: Evidence) -> dict[str, object]:
    erased = [{"at": one.at, "case": one.case_id, "ground": one.ground} for one in found.histories.erased]
    return {
        "histories": found.histories.kept, "altered_entries": sorted(found.histories.altered),
        "rewritten_cases": sorted(found.histories.rewritten), "erased": erased, "altered_reads": list(found.reads),
        "reads_since": found.reads_since, "deferred": found.deferred,
    }  # fmt: skip


def _tell(zh: str, en: str) -> None:
    out().print(_said(zh, en))


def _said(zh: str, en: str) -> str:
    return en if language() == "en" else zh


def _grouped(number: int) -> str:
    return f"{number:,}".replace(",", " ")


def _well(found: Findings, *kinds: str) -> str:
    return _said("不对", "WRONG") if any(kind in found.troubles for kind in kinds) else _said("完好", "ok")


def _witnessed(found: Findings, now: datetime) -> str:
    if not found.witnessed_size:
        return _said("没有见证", "not witnessed")
    size = _grouped(found.witnessed_size)
    if found.witnessed_at is None:
        return _said(f"与外面保存的核对点 {size} 相符", f"agrees with the checkpoint {size} kept elsewhere")
    seconds = max(0, int((now - found.witnessed_at).total_seconds()))
    return _said(f"核对点 {size}，{seconds} 秒前有见证", f"checkpoint {size} cosigned {seconds} s ago")


def _as_json(found: Findings, verdict: Verdict, checked: PublicKey) -> dict[str, object]:
    return {
        "verdict": verdict.name.lower(), "exit": int(verdict), "size": found.size, "root": found.root.hex(),
        "key": str(checked), "signed_size": found.signed_size, "troubles": found.troubles,
        "first_bad": found.first.seq if found.first else None, "witnessed_size": found.witnessed_size,
        "witnessed_at": found.witnessed_at,
    }  # fmt: skip
