"""What people say: kinds of cases from `data/stories.toml`, and the sentences that any case may need."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from random import Random
from typing import Any

from app_shell.demo.people import Dweller
from core_db.foundation.lean import dataclass

NUMERALS = "一二三四五六"


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of case: how often it comes, who handles it, what people say."""

    code: str
    weight: int
    route: str
    texts: tuple[str, ...]
    done: tuple[str, ...]
    progress: tuple[str, ...] = (
        "已联系居民，正在处理。",
        "已到现场查看，材料今天到。",
        "已安排人员，明天上午上门。",
    )
    months: frozenset[int] = frozenset()
    open: bool = False
    nature: str | None = None
    outcome: str = "done"

    def weight_in(self, month: int) -> int:
        return self.weight * (3 if month in self.months else 1)

    def filled(self, phrase: str, chance: Random, dweller: Dweller) -> str:
        """The phrase with places that fit to whoever says it."""
        return phrase.format_map(_Places(chance, dweller))


class _Places(Mapping[str, str]):
    """What a phrase may name: the speaker's room or building, another one, a floor, a number, a time."""

    def __init__(self, chance: Random, dweller: Dweller) -> None:
        parts = dweller.home.label.split()
        floor = parts[-1][:-3]
        self._known = {
            "own": "".join(parts[-2:]),
            "b": parts[-2], "b2": f"{chance.randint(1, 40)}号",
            "f": f"{NUMERALS[int(floor) - 1]}楼" if floor.isdigit() and 1 <= int(floor) <= 6 else f"{floor}楼",
            "r": f"{parts[-2]}{floor}{chance.randint(1, 4):02d}室", "n": str(chance.randint(2, 5)),
            "t": chance.choice(("昨天晚上", "今天早上", "十点", "前天")),
        }  # fmt: skip

    def __getitem__(self, name: str) -> str:
        return self._known[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)


@cache
def kinds() -> Sequence[Kind]:
    """Every kind of the file."""
    read = tomllib.loads((files("app_shell.demo") / "data" / "stories.toml").read_text(encoding="utf-8"))
    return tuple(Kind(**{name: _frozen(name, value) for name, value in one.items()}) for one in read["kind"])


def _frozen(name: str, value: Any) -> Any:
    if name == "months":
        return frozenset(value)
    return tuple(value) if isinstance(value, list) else value


GOOD_MARKS = (
    ("yes", 5, None), ("yes", 5, "很快，谢谢！"), ("yes", 5, "师傅态度很好。"), ("yes", 5, "修好了，满意。"),
    ("yes", 5, None), ("yes", 4, None), ("yes", 4, "还可以，就是等了两天。"), ("yes", 4, "解决了。"),
    ("yes", 5, "居委的同志上门了两次，辛苦了。"),
    ("partly", 4, "修了，还有一点没弄好。"), ("partly", 3, None), ("yes", 3, None),
)  # fmt: skip
BAD_MARKS = (
    ("no", 1, "根本没修好，过了一天又坏了。"), ("no", 2, "人来看了一眼就走了。"),
    ("partly", 2, "弄了一半，剩下的没人管。"),
    ("yes", 2, "等太久了。"),
)  # fmt: skip
REOPENINGS = ("还是老样子，没有修好。", "今天又出现了，请再派人来看。", "只修了一处，另一处没动。")
URGINGS = ("过了时间了，怎么还没有人来？", "麻烦催一催，天天这样受不了。", "什么时候能办好，请给个准信。")
HELD_UP = (
    "承办单位多次催促仍未办结，请街镇协调。",
    "涉及两家单位，请城运中心协调。",
    "已超时限，请街镇督办。",
)
RETURNS = (
    ("not_our_duty", "经现场查看，该设施不属于我单位管养，请转相关单位。"),
    ("not_our_area", "该处在红线以外，不在我们管理范围。"),
    ("too_little_known", "地点不清楚，现场没有找到，请补充。"),
)
REFUSALS = (
    ("not_our_area", "该地点属于隔壁居村，已告知居民联系方式。"),
    ("legal_procedure", "此事已在法院诉讼中，请以判决为准。"),
    ("too_little_known", "内容不清楚，电话多次未接，请补充后重新提交。"),
    ("other", "属于商品房买卖合同纠纷，建议向消保委或法院反映。"),
)
REASONS_TO_WAIT = (
    "配件需要向厂家订货，约一周到货。", "连续下雨无法施工，等天晴。", "需要征求整幢楼住户意见。", "要等街道项目资金批下来再施工。",
)  # fmt: skip
NOTES = (
    "这户老人耳朵不好，打电话说慢一点。",
    "同一幢楼上个月报过类似的。",
    "物业说师傅这周排满了，已请他们挤一挤。",
    "楼组长也反映过。",
)
MESSAGES = (
    ("您好，请问什么时间家里有人？师傅想上门看一下。", "下午两点以后都在。"),
    ("请问具体是几楼的位置？", "三楼到四楼的转角。"),
    ("照片看不太清楚，方便再说明一下吗？", "就在单元门进去右手边。"),
    ("已经联系承办单位，今天会过来。", "好的，谢谢。"),
)
