"""What is filled in for each verb, by what its case offers."""

from collections.abc import Callable, Mapping
from typing import Any

from app_shell.words import _
from committee_app.verb_choices import Choices, Options
from core_db.cases import CLOSED_AS, levels_above
from core_db.cases.words import (
    CLOSURE_WORDS,
    ESCALATED_TO_WORDS,
    HANDLING_WORDS,
    NATURE_WORDS,
    REFUSAL_WORDS,
    RESOLVED_WORDS,
    RETURN_WORDS,
    SATISFACTION_WORDS,
    CaseStatus,
    ClosureOutcome,
    Verb,
    Words,
)
from core_db.foundation.lean import dataclass


@dataclass(frozen=True, kw_only=True)
class Field:
    """One thing to fill in; `kind` is the form component that asks for it."""

    kind: str
    name: str
    label: str
    hint: str | None = None
    options: Any = ()
    value: str = ""
    blank: str | None = None
    #: The field whose choice cannot be chosen here too.
    besides: str | None = None
    required: bool = False
    min: str | None = None
    max: str | None = None


def _options(table: Mapping[Any, Words], lang: str) -> Options:
    return [(str(code), words.within(lang)) for code, words in table.items()]


def _cards(table: Mapping[Any, Words], lang: str) -> list[dict[str, str]]:
    return [{"value": value, "label": label} for value, label in _options(table, lang)]


def _words(
    label: str, *, name: str = "text", required: bool = True, hint: str | None = None, value: str = ""
) -> Field:
    return Field(kind="words", name=name, label=label, required=required, hint=hint, value=value)


def _why_late(choices: Choices) -> list[Field]:
    if not choices.is_late:
        return []
    return [_words(_("为什么晚了，居民会看到"), name="overdue_reason", value=choices.overdue_reason)]


def _reason(table: Mapping[Any, Words], lang: str) -> Field:
    return Field(
        kind="select", name="reason_code", label=_("原因"), options=_options(table, lang), blank=_("请选择"),
        required=True,
    )  # fmt: skip


def _photos() -> Field:
    return Field(kind="photos", name="photos", label=_("照片"), hint=_("可以不传。会自动去掉拍摄地点。"))


def _acceptance(choices: Choices, lang: str) -> list[Field]:
    suggested = _("按居民的话建议的排在前面，不对就改。有几种情况的，选对情况，期限按它算。")
    return [
        Field(
            kind="select", name="category", label=_("类别"), hint=suggested, options=choices.categories,
            value=choices.category, required=True,
        ),
        Field(
            kind="select", name="nature", label=_("性质"), options=_options(NATURE_WORDS, lang), value=choices.nature,
            required=True,
        ),
        Field(kind="select", name="place_id", label=_("地点"), options=choices.places, blank=_("不改")),
        _words(_("给居民的话"), name="note", required=False, hint=_read_by(choices)),
    ]  # fmt: skip


def _refusal(_choices: Choices, lang: str) -> list[Field]:
    return [_reason(REFUSAL_WORDS, lang), _words(_("告诉居民为什么、可以找谁"))]


def _dispatch(choices: Choices, _lang: str) -> list[Field]:
    fields = [
        Field(
            kind="select", name="lead", label=_("主办单位"), options=choices.organisations, blank=_("请选择"),
            hint=_("上一轮是选中的单位办的。") if choices.before else _("办这类事的单位排在前面。"), required=True,
            value=choices.before,
        ),
        _words(
            _("为什么改派，交代什么") if choices.is_held else _("交代的话"), name="note", required=choices.is_held,
            hint=_("只有承办单位和居委看得到。"),
        ),
    ]  # fmt: skip
    if len(choices.organisations) > 1:
        helping = Field(
            kind="several", name="assisting", label=_("协办单位"), options=choices.organisations, besides="lead",
            hint=_("主办单位不用再选。"),
        )  # fmt: skip
        fields.insert(1, helping)
    return fields


def _return(_choices: Choices, lang: str) -> list[Field]:
    return [_reason(RETURN_WORDS, lang), _words(_("说明"))]


def _progress(choices: Choices, _lang: str) -> list[Field]:
    tick = Field(
        kind="tick",
        name="visible_to_resident",
        label=_("居民也能看到"),
        value="true",
        hint=_("不勾就只有办理的人看到。"),
    )
    return [_words(_("办到哪一步了")), *_why_late(choices), _photos(), tick]


def _handling(choices: Choices, lang: str) -> list[Field]:
    outcome = Field(
        kind="cards",
        name="outcome",
        label=_("办得怎么样"),
        options=_cards(HANDLING_WORDS, lang),
        required=True,
    )
    return [outcome, _words(_("做了什么，现场怎样")), *_why_late(choices), _photos()]


def _condition(choices: Choices) -> list[Field]:
    """The tick that it is as its category asks before it is closed."""
    if not choices.closing:
        return []
    label = _("已达到结案条件：{condition}").format(condition=choices.closing)
    return [
        Field(
            kind="confirm", name="closing_condition_met", label=label, value="true",
            hint=_("没达到就不能算办好。"),
        )
    ]  # fmt: skip


def _read_by(choices: Choices) -> str | None:
    """What is said to one is read by all his neighbours where the case is on their board."""
    return _("这件是公开的：邻居也看得到，不要写名字、门牌、电话。") if choices.is_public else None


def _self_handling(choices: Choices, _lang: str) -> list[Field]:
    return [_words(_("打算怎么办"), hint=_read_by(choices))]


def _verification(choices: Choices, _lang: str) -> list[Field]:
    options = [
        {"value": "true", "label": _("通过"), "note": _("确实办到了，请居民评价")},
        {"value": "false", "label": _("不通过"), "note": _("退回继续办，时限接着走")},
    ]
    passed = Field(kind="cards", name="passed", label=_("核实结果"), options=options, required=True)
    return [passed, *_condition(choices), _words(_("看到了什么"), hint=_read_by(choices))]


def _closure(choices: Choices, lang: str) -> list[Field]:
    words = {one: CLOSURE_WORDS[one] for one in CLOSED_AS[choices.status]}
    outcome = Field(
        kind="cards", name="outcome", label=_("结果"), options=_cards(words, lang), required=True,
        value=str(next(iter(words))) if len(words) == 1 else "",
    )  # fmt: skip
    tick = _condition(choices) if ClosureOutcome.RESOLVED in words else []
    return [outcome, *tick, _words(_("给居民的答复"), hint=_read_by(choices))]


def _extension(choices: Choices, _lang: str) -> list[Field]:
    until = Field(
        kind="day", name="until", label=_("延到哪一天"), hint=_("到那天 18:00 为止。"),
        required=not choices.asked_until, min=choices.tomorrow, max=choices.in_a_year, value=choices.asked_until,
    )  # fmt: skip
    if not choices.asked_until:
        return [until, _words(_("原因，居民会看到"), name="reason")]
    options = [
        {"value": "true", "label": _("批准"), "note": _("期限改到下面这一天，居民会看到原因和日期")},
        {"value": "false", "label": _("不批准"), "note": _("期限不变，承办单位会看到为什么")},
    ]
    if choices.is_extended_above:
        above = _("第二次延期由街镇或区批准：要批准，请先上报。")
        no = Field(
            kind="cards", name="approved", label=_("批不批准"), options=options[1:], value="false", hint=above
        )
        return [no, _words(_("原因"), name="reason")]
    asked = _("批准可以不写，就用承办单位说的：“{reason}”。不批准，要写为什么。").format(
        reason=choices.asked_reason
    )
    return [
        Field(kind="cards", name="approved", label=_("批不批准"), options=options, value="true"),
        until,
        _words(_("原因"), name="reason", required=False, hint=asked),
    ]


def _suspension(choices: Choices, _lang: str) -> list[Field]:
    day = Field(
        kind="day", name="review_on", label=_("哪一天复查"), required=True, min=choices.tomorrow, max=choices.in_a_year
    )  # fmt: skip
    options = [
        {"value": "false", "label": _("现在办不了"), "note": _("一件最多挂起一次")},
        {
            "value": "true",
            "label": _("要等诉求人答复"),
            "note": _("一有留言就接着办，不算挂起；最多等 15 天，过了复查日没等到也接着办，算挂起一次"),
        },
    ]
    why = Field(kind="cards", name="awaits_requester", label=_("等什么"), options=options, value="false")
    words = _words(_("为什么现在办不了，或要问什么，居民会看到"), name="reason")
    return [day, *([why] if choices.can_answer else []), words]


def _merger(choices: Choices, _lang: str) -> list[Field]:
    into = Field(
        kind="select", name="into", label=_("并到哪一件"), options=choices.merge_into, blank=_("请选择"), required=True,
        hint=_("同一楼栋或同一类、还没结束的案件。") if choices.merge_into else _("现在没有同楼栋、同类的其他案件。"),
    )  # fmt: skip
    return [into]


def _escalation(choices: Choices, lang: str) -> list[Field]:
    above = {level: ESCALATED_TO_WORDS[level] for level in levels_above(choices.escalated_to)}
    nearest = next(iter(above), "")
    to = Field(
        kind="cards", name="to", label=_("报给谁"), options=_cards(above, lang), value=nearest, required=True
    )
    return [to, _words(_("要上级协调什么"), name="reason")]


def _hiding(_choices: Choices, _lang: str) -> list[Field]:
    return [_words(_("为什么不再公开"), name="reason", required=False, hint=_("诉求人会看到，邻居看不到。"))]


def _callback(choices: Choices, lang: str) -> list[Field]:
    """The same questions that whoever has an account is asked. A merged case is reopened in its main case."""
    resolved = Field(
        kind="cards",
        name="resolved",
        label=_("解决了没有"),
        options=_cards(RESOLVED_WORDS, lang),
        required=True,
    )
    satisfied = Field(
        kind="select", name="satisfied", label=_("满意程度"), options=_options(SATISFACTION_WORDS, lang),
        blank=_("请选择"), required=True,
    )  # fmt: skip
    said = _words(_("他说的话"), required=False, hint=_("承办单位看不到。"))
    again = _words(
        _("替他要求重办：还差什么"), name="reopening", required=False, hint=_("没解决、他想重办才填。")
    )
    return [resolved, satisfied, said, *([] if choices.status is CaseStatus.MERGED else [again])]


def _nothing(_choices: Choices, _lang: str) -> list[Field]:
    return []


FIELDS: Mapping[Verb, Callable[[Choices, str], list[Field]]] = {
    Verb.PRE_CHECK: lambda _choices, _lang: [_words(_("要核查什么"))],
    Verb.ACCEPTANCE: _acceptance,
    Verb.REFUSAL: _refusal,
    Verb.SELF_HANDLING: _self_handling,
    Verb.DISPATCH: _dispatch,
    Verb.SIGNING: _nothing,
    Verb.RETURN: _return,
    Verb.PROGRESS: _progress,
    Verb.HANDLING: _handling,
    Verb.VERIFICATION: _verification,
    Verb.CLOSURE: _closure,
    Verb.EXTENSION: _extension,
    Verb.SUSPENSION: _suspension,
    Verb.RESUMPTION: _nothing,
    Verb.MERGER: _merger,
    Verb.ESCALATION: _escalation,
    Verb.CALLBACK: _callback,
    Verb.HIDING: _hiding,
    Verb.URGING: lambda _choices, _lang: [_words(_("催什么"))],
    Verb.NOTE: lambda _choices, _lang: [_words(_("备注"), hint=_("只有居委和上级看得到。"))],
    Verb.MESSAGES: lambda _choices, _lang: [_words(_("给居民的留言"), hint=_("承办单位看不到。")), _photos()],
}
