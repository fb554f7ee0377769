"""A register as dirty as real ones: what is missing, doubled and misspelt in it, at rates that are named.

The rates are those of a Shanghai district's published list of housing estates: it lacks the telephone for 76 % of its
rows, the number of households for 7 % and the building year for 13 %, and 0.6 % of its addresses stand there twice.
Spellings, wrong check digits and impossible days are the accidents committees report of their own tables. People are
made up: their numbers have a right check digit and nobody's birthday on purpose.
"""

import random
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from core_db.people import check_digit

NO_PHONE, NO_HOUSEHOLD, NO_YEAR, TWICE = 0.76, 0.07, 0.13, 0.006
WRONG_DIGIT, WRONG_DAY, NO_NAME, NO_NUMBER = 0.01, 0.005, 0.003, 0.08
HEADINGS = (
    "序号", "名字", "性别", "身份证", "联系电话", "地址", "生日", "与户主关系", "户号", "建成年份", "民族", "文化程度",
)  # fmt: skip
_FAMILY, _GIVEN = (
    "王李张刘陈杨黄赵周吴徐孙马朱胡郭何林高罗",
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀兰霞平刚桂英华玉",
)
_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")


def dirty_register(count: int, *, seed: int = 20261126) -> Iterator[Sequence[str]]:
    """`count` rows under HEADINGS; the same for the same seed."""
    chance = random.Random(seed)
    before: Sequence[str] | None = None
    for number in range(1, count + 1):
        again = before is not None and chance.random() < TWICE
        before = (str(number), *before[1:]) if before is not None and again else _row(number, chance)
        yield before


def _row(number: int, chance: random.Random) -> tuple[str, ...]:
    born = date(1930, 1, 1) + timedelta(days=chance.randrange(33_000))
    sex = chance.choice("男女")
    identity = "" if chance.random() < NO_NUMBER else _number(born, sex, number, chance)
    name = "" if chance.random() < NO_NAME else _name(chance)
    phone = "" if chance.random() < NO_PHONE else _phone(number, chance)
    said = "1958-02-30" if chance.random() < WRONG_DAY else _day(born, chance)
    household = "" if chance.random() < NO_HOUSEHOLD else str(100000 + number // 3)
    year = "" if chance.random() < NO_YEAR else str(chance.randrange(1955, 2020))
    relation = "户主" if number % 3 == 1 else chance.choice(("配偶", "子", "女", "母亲", ""))
    return (
        str(number), name, sex, identity, phone, _door(number, chance), said, relation, household, year,
        chance.choice(("汉", "汉族", "回族", "")), chance.choice(("初中", "小学", "大学本科", "")),
    )  # fmt: skip


def _name(chance: random.Random) -> str:
    return chance.choice(_FAMILY) + "".join(chance.choice(_GIVEN) for _ in range(chance.choice((1, 2, 2))))


def _number(born: date, sex: str, number: int, chance: random.Random) -> str:
    """Right, but for one in a hundred; 18 places, sometimes the 15 of before 2000, sometimes written wide."""
    sequence = (number * 2 + (sex == "男")) % 1000
    area = f"310{113 + (number // 500) % 2:03d}"
    body = f"{area}{born:%Y%m%d}{sequence:03d}"
    digit = check_digit(body)
    if chance.random() < WRONG_DIGIT:
        return body + ("1" if digit != "1" else "2")
    if born.year < 2000 and chance.random() < 0.02:
        return body[:6] + body[8:]
    whole = body + digit
    return whole.translate(_WIDE) if chance.random() < 0.05 else whole


def _phone(number: int, chance: random.Random) -> str:
    plain = f"138{number % 10**8:08d}"
    return chance.choice(
        (plain, f"{plain[:3]} {plain[3:7]} {plain[7:]}", f"{plain[:3]}-{plain[3:7]}-{plain[7:]}")
    )


def _day(born: date, chance: random.Random) -> str:
    return chance.choice((
        born.isoformat(), f"{born:%Y/%m/%d}", f"{born:%Y.%m.%d}", f"{born:%Y%m%d}",
        f"{born.year}年{born.month}月{born.day}日", "",
    ))  # fmt: skip


def _door(number: int, chance: random.Random) -> str:
    home = number // 3
    building, room = 1 + home // 60, 101 + home % 60 // 10 * 100 + home % 10
    spellings = (
        f"{building}号{room}室", f"{building}-{room}", f"{building}号楼{room}", f"{building}号 {room}",
        f"{building}号{room}室".translate(_WIDE),
    )  # fmt: skip
    return chance.choice(spellings)
