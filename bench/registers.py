"""Made-up registers of any length for the bench of tables; every identity number has a right check digit."""

from collections.abc import Iterator
from datetime import date, timedelta

from core_db.people import check_digit

HEADINGS = (
    "姓名",
    "性别",
    "证件号码",
    "手机",
    "地址",
    "出生日期",
    "与户主关系",
    "户号",
    "文化程度",
    "婚姻状况",
)
_FAMILY, _GIVEN = "王李张刘陈杨黄赵周吴", "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀兰霞"


def register(count: int) -> Iterator[tuple[str, ...]]:
    """Rows under HEADINGS: three people a home, sixty homes a building."""
    for number in range(count):
        born = date(1930, 1, 1) + timedelta(days=number * 7919 % 33_000)
        body = f"310113{born:%Y%m%d}{number // 33_000 * 100 + number % 100:03d}"
        sex = "男" if int(body[16]) % 2 else "女"
        home = number // 3
        name = _FAMILY[number % 10] + _GIVEN[number // 10 % 20] + _GIVEN[number // 200 % 20]
        yield (
            name, sex, body + check_digit(body), f"138{number:08d}",
            f"{1 + home // 60}号{101 + home % 60 // 10 * 100 + home % 10}室", born.isoformat(),
            "户主" if number % 3 == 0 else "配偶", str(100_000 + home), "初中", "已婚",
        )  # fmt: skip
