"""Activities of daily living (日常生活活动): ten items, 100 points, four levels, as MZ/T 039–2013 has them in table 2.

An example of a form for a first talk, and said to be one on the page: a formal assessment looks at mind, senses and
company as well (GB/T 42195–2022), and is made by two people who are trained for it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from plugins.sdk.saying import marked as _

ALONE, WITH_HELP, NOT_ALONE = _("自己能做"), _("要人帮一些"), _("自己做不了")


@dataclass(frozen=True, slots=True)
class Item:
    """Something one does every day, and the points for how well it goes, the best first."""

    key: str
    label: str
    points: tuple[int, ...]

    @property
    def choices(self) -> list[tuple[str, str]]:
        words = (ALONE, WITH_HELP, _("要人帮很多"), NOT_ALONE)
        fewer = {2: (words[0], words[3]), 3: (words[0], words[1], words[3]), 4: words}
        return [(str(one), word) for one, word in zip(self.points, fewer[len(self.points)], strict=True)]


ITEMS = (
    Item("eating", _("进食"), (10, 5, 0)),
    Item("bathing", _("洗澡"), (5, 0)),
    Item("grooming", _("修饰（洗脸、刷牙、梳头）"), (5, 0)),
    Item("dressing", _("穿衣"), (10, 5, 0)),
    Item("bowels", _("大便控制"), (10, 5, 0)),
    Item("bladder", _("小便控制"), (10, 5, 0)),
    Item("toilet", _("如厕"), (10, 5, 0)),
    Item("transfer", _("床椅转移"), (15, 10, 5, 0)),
    Item("walking", _("平地行走"), (15, 10, 5, 0)),
    Item("stairs", _("上下楼梯"), (10, 5, 0)),
)
#: From how many points on, the level's name, and the base's grade at which somebody of it is visited.
LEVELS = (
    (100, _("能力完好"), "general"), (65, _("轻度受损"), "general"), (45, _("中度受损"), "key"),
    (0, _("重度受损"), "high_risk"),
)  # fmt: skip
#: The more closely, the higher.
GRADES = ("general", "key", "high_risk")
GRADE_WORDS = {"general": _("一般"), "key": _("重点"), "high_risk": _("高风险")}


def points_in(form: Mapping[str, str]) -> dict[str, int]:
    """The points of a filled form; ValueError names an item that has none, or not one of its own."""
    points = {}
    for item in ITEMS:
        said = form.get(item.key, "")
        if said not in {str(one) for one in item.points}:
            raise ValueError(item.key)
        points[item.key] = int(said)
    return points


def level_of(score: int) -> str:
    return next(name for least, name, _grade in LEVELS if score >= least)


def grade_of(score: int | None) -> str:
    """How closely somebody is to be visited; whoever lives alone and was not assessed yet, as usual."""
    return "general" if score is None else next(grade for least, _name, grade in LEVELS if score >= least)
