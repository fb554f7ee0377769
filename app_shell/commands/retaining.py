"""How long what is kept: `retention` shows it and what would go now, and sets another time for a kind of record."""

from typing import Annotated

import typer

from app_shell.commands.house import CLOCK, COMMAND, EVERYTHING, opened_door
from app_shell.commands.voice import Json, Mistake, answer, answer_json, language, table
from core_db.foundation.settings import Settings
from core_db.mydata import KINDS, RuleInForce, retention_now, set_retention


def retention(
    what: Annotated[str | None, typer.Argument(metavar="[WHAT]", help="哪一类 / which kind")] = None,
    days: Annotated[int | None, typer.Option(min=1, help="改成多少天 / keep it for so many days")] = None,
    basis: Annotated[str, typer.Option(help="依据，写给以后的人看 / on what ground")] = "",
    json: Json = False,
) -> None:
    """看什么保存多久、现在会删多少；带 WHAT 和 --days 时修改 / show how long what is kept, or set it."""
    if (what is None) != (days is None):
        raise Mistake("要修改就同时写哪一类和 --days。", "To set a time, give both the kind and --days.")
    with opened_door(Settings()) as door:
        if what is not None and days is not None:
            rule = door.write_now(
                lambda session: set_retention(session, what, days, basis=basis, actor=COMMAND, clock=CLOCK),
                reach=EVERYTHING,
            )
            answer(
                f"“{_words(rule, 0)}”从现在起保存 {rule.days} 天。",
                f"“{_words(rule, 1)}” is kept for {rule.days} days from now on.",
                json=json, what=rule.what, days=rule.days,
            )  # fmt: skip
            return
        found = door.read_now(
            lambda session: retention_now(session, actor=COMMAND, clock=CLOCK), reach=EVERYTHING
        )
    if json:
        answer_json({"items": [_as_json(rule, going) for rule, going in found]})
    else:
        _show(found)


def _show(found: list[tuple[RuleInForce, int]]) -> None:
    place = 1 if language() == "en" else 0
    heads = (("类别", "", "天数", "依据", "现在会删"), ("Kind", "", "Days", "Ground", "Would go now"))[place]
    table(
        heads,
        [
            [
                rule.what,
                _words(rule, place),
                str(rule.days),
                rule.basis or KINDS[rule.what].basis[place],
                str(going),
            ]
            for rule, going in found
        ],
    )


def _words(rule: RuleInForce, place: int) -> str:
    return KINDS[rule.what].words[place]


def _as_json(rule: RuleInForce, going: int) -> dict[str, object]:
    kind = KINDS[rule.what]
    return {
        "what": rule.what, "days": rule.days, "at_least": kind.at_least, "own": rule.own,
        "basis": rule.basis or kind.basis[1], "would_go_now": going,
    }  # fmt: skip
