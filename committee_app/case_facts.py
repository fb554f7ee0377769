"""What stands beside a case on its page: where, of which class, who has it, what came of it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from markupsafe import Markup

from app_shell.moments import when
from app_shell.words import _
from committee_app.journey import holder_of
from core_db.cases import OPEN
from core_db.cases.words import (
    CHANNEL_WORDS,
    ESCALATED_TO_WORDS,
    NATURE_WORDS,
    RESOLVED_WORDS,
    SATISFACTION_WORDS,
    STATUS_WORDS,
    CaseStatus,
    Channel,
    EscalatedTo,
    Nature,
    Resolved,
    numbered,
)


def case_facts(
    view: Mapping[str, Any],
    row: Any,
    parts: Sequence[tuple[str, str, bool]],
    lang: str,
    *,
    is_ours: bool,
    named_only: bool,
) -> Iterator[tuple[str, str]]:
    """What stands beside a case, a word and what it is; `parts` are the units' names, states, and who leads."""
    place = view["place"]
    label = _place_link(row, place["label"]) if is_ours else place["label"]
    yield _("地点"), label + (f"（{place['note']}）" if place["note"] else "")
    yield from _filed_under(view, row, lang)
    holder = holder_of(view, row, lang)
    if holder:
        yield _("谁在办"), holder
    for name, part, is_lead in parts:
        if not is_lead or len(parts) > 1:
            yield (_("主办") if is_lead else _("协办")), f"{name} · {_part_words(part, lang)}"
    if "main_case" in view:
        yield _("并入"), _numbered(view["main_case"])
    yield from _behind(view, row, named_only=named_only)
    for one in view.get("fields", ()):
        yield one["label"], one["shown"]
    if "channel" in view:
        yield _("来源"), CHANNEL_WORDS[Channel(view["channel"])].within(lang)
    if view["supporters"]:
        yield _("附议"), numbered(_("{n} 位邻居"), view["supporters"])
    if asked := view.get("extension_asked"):
        until = when(datetime.fromisoformat(asked["until"]), lang)
        yield (
            _("延期待批"),
            _("{who}想延到 {when}：{reason}").format(who=asked["by"], when=until, reason=asked["reason"]),
        )
    if view["escalated_to"]:
        yield _("已上报"), ESCALATED_TO_WORDS[EscalatedTo(view["escalated_to"])].within(lang)
    if view["rating"]:
        mark = SATISFACTION_WORDS[view["rating"]["satisfied"]].within(lang)
        yield _("居民评价"), f"{RESOLVED_WORDS[Resolved(view['rating']['resolved'])].within(lang)} · {mark}"


def _behind(view: Mapping[str, Any], row: Any, *, named_only: bool) -> Iterator[tuple[str, str]]:
    """Whoever it is for, and who raised it for him. A name that was only typed is said to be no more than that."""
    if "reporter" in view:
        name: str = view["reporter"]["name"]
        said = _("{name}（名册里没有对上，请问代办人）") if "proxy" in view else _("{name}（名册里没有对上）")
        yield _("诉求人"), said.replace("{name}", name) if named_only else name
    elif "channel" in view and row.anonymous:
        yield _("诉求人"), _("匿名")
    if "proxy" in view:
        yield _("代办人"), view["proxy"]["name"]


def _filed_under(view: Mapping[str, Any], row: Any, lang: str) -> Iterator[tuple[str, str]]:
    """Its class with the condition and the nature, and what that asks for before it is closed."""
    condition = view["condition"]
    stands = condition["name"] if row.condition else ""
    words = (view["category"]["name"], stands, NATURE_WORDS[Nature(view["nature"])].within(lang))
    yield _("类别"), " · ".join(filter(None, words))
    if condition["closing"] and CaseStatus(view["status"]) in OPEN:
        yield _("结案条件"), condition["closing"]


def _place_link(row: Any, label: str) -> str:
    """The place as a way to its home's page or its building's; what lies in no building has none."""
    if row.building_id is None or row.place_id is None:
        return label
    page = "buildings" if row.place_id == row.building_id else "homes"
    return Markup('<a class="way" href="/{}/{}">{}</a>').format(page, row.place_id, label)


def _numbered(main: Mapping[str, Any]) -> str:
    if main["id"] is None:
        return str(main["number"])
    return Markup('<a href="/cases/{}">{}</a>').format(main["id"], main["number"])


def _part_words(part: str, lang: str) -> str:
    try:
        return STATUS_WORDS[CaseStatus(part)].within(lang)
    except ValueError:
        return _("已撤回派单")
