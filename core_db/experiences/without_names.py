"""Taking out of a text whatever tells whom it is about, before anybody outside the neighbourhood reads it.

By the register (every name in it), by who works here, by who stands behind the case, and by shape: telephones, numbers
of identity, doors, and a surname with how one calls somebody. Rather too much than too little; a person looks after it.
"""

import re
from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlmodel import Session

from core_db.accounts.sessions import ACCOUNTS, ROLES
from core_db.cases.model import PARTIES
from core_db.foundation.lean import dataclass
from core_db.foundation.spelled import IDENTITY, MOBILE
from core_db.people.queries import PERSONS

SOMEBODY, NUMBER, DOOR = "某人", "（号码略）", "某处"
#: The surnames that most people have, but for those that end other words as often (于, 方, 任, 向).
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余杜叶程苏魏吕丁沈姚卢姜崔"
    "钟谭陆汪范金石廖贾夏韦付白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔汤"
)
_CALLED = (
    "阿姨|阿婆|阿公|阿伯|叔叔|伯伯|爷叔|爷爷|奶奶|大爷|大妈|大伯|大姐|大哥|婆婆|老伯|老太|老先生"
    "|老师|师傅|先生|女士|小姐|书记|主任|医生"
)
_BUILDING = r"\d{1,4} ?(?:号楼|号门|号(?=[ 楼住的，。、]|$)|幢|栋)"
_SHAPES = (
    (IDENTITY, NUMBER),
    (re.compile(r"(?<!\d)\d{15}(?!\d)"), NUMBER),
    (MOBILE, NUMBER),
    (re.compile(r"(?<!\d)0\d{2,3}[ -]?\d{7,8}(?!\d)"), NUMBER),
    (re.compile(r"(?<![\d-])[2-8]\d{7}(?!\d)"), NUMBER),
    # A room alone, or with its building and lane before it.
    (re.compile(r"(?:\d{1,5} ?[弄支])? ?(?:\d{1,4} ?(?:号楼|号|幢|栋|单元))? ?\d{2,4} ?室"), DOOR),
    (re.compile(rf"\d{{1,5}} ?弄 ?(?:\d{{1,4}} ?(?:号楼|号|幢|栋))?|{_BUILDING}"), DOOR),
    (re.compile(rf"[老小]?[{_SURNAMES}](?:某某|某|{_CALLED})"), SOMEBODY),
    (re.compile(rf"[老小阿][{_SURNAMES}](?=[说家的和与跟来去在是要谈，。、；：]|$)"), SOMEBODY),
)  # fmt: skip
#: Between the parts of a name that is written in several.
_POINT = re.compile("[·•・]")


@dataclass(frozen=True, slots=True)
class Nameless:
    """A text without names, and how much was taken out."""

    text: str
    hidden: int


class NameRemover:
    """Knows the names of a neighbourhood or several, and takes them out of any text."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = frozenset(part for name in names for part in _called(name) if len(part) > 1)
        self._longest = max(map(len, self._names), default=0)

    def without_names(self, text: str) -> Nameless:
        """The text with everybody and every number made unreadable."""
        said, hidden = self._without_known(text)
        for shape, instead in _SHAPES:
            said, times = shape.subn(instead, said)
            hidden += times
        return Nameless(said, hidden)

    def _without_known(self, text: str) -> tuple[str, int]:
        """Looks at every position once, for the longest name that begins there."""
        told, at, hidden = [], 0, 0
        while at < len(text):
            ends = range(min(len(text), at + self._longest), at + 1, -1)
            end = next((end for end in ends if text[at:end] in self._names), None)
            told.append(SOMEBODY if end else text[at])
            hidden += end is not None
            at = end or at + 1
        return "".join(told), hidden


def _called(name: str) -> tuple[str, str]:
    """By his whole name, or by its first part alone where it has several."""
    return name, _POINT.split(name, maxsplit=1)[0]


def remover_for(session: Session, *communities: str, case_id: str | None = None) -> NameRemover:
    """Whoever is in the register of some neighbourhoods, works there, or stands behind a case."""
    register = select(PERSONS.c.name).where(PERSONS.c.community_id.in_(communities))
    staff = select(ACCOUNTS.c.name).join(ROLES, ROLES.c.account_id == ACCOUNTS.c.id)
    wanted = [register, staff.where(ROLES.c.place_id.in_(communities))]
    if case_id is not None:
        wanted.append(select(PARTIES.c.name).where(PARTIES.c.case_id == case_id))
    names = [name for one in wanted for name in session.execute(one).scalars()]
    # Of somebody whom the register does not know, the door that was typed stands behind the name.
    return NameRemover([*names, *(name.partition("（")[0] for name in names)])


def all_nameless(remover: NameRemover, texts: Sequence[str]) -> tuple[list[str], int]:
    """Several texts, and how much was taken out of all of them."""
    found = [remover.without_names(text) for text in texts]
    return [one.text for one in found], sum(one.hidden for one in found)
