"""Tags of the demo: the district's dictionary, who of the neighbourhood bears which, and two groups to begin with."""

from collections.abc import Sequence

from sqlmodel import Session

from app_shell.demo.people import Dweller
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock
from core_db.groups import GroupDraft, save_group
from core_db.places import Place
from core_db.tags import AssignmentDraft, DefinitionDraft, TagClass, assign_tag, define_tag

_CARE = "中华人民共和国老年人权益保障法（2018年修正）"
#: Code, name, English, class, sensitive, legal basis, days it holds, days to its review.
WORDS = (
    ("oldest_old", "高龄", "Oldest old", TagClass.AGE, False, _CARE, None, None),
    ("lives_alone", "独居", "Lives alone", TagClass.FAMILY, False, _CARE, None, 90),
    ("old_only", "纯老", "Elders only", TagClass.FAMILY, False, _CARE, None, 180),
    (
        "lost_only_child",
        "失独",
        "Lost an only child",
        TagClass.FAMILY,
        True,
        "计划生育特别扶助制度",
        None,
        180,
    ),
    ("disabled", "残疾", "Disabled", TagClass.DISABILITY, True, "中华人民共和国残疾人保障法", 1095, 365),
    (
        "subsistence",
        "低保",
        "Subsistence allowance",
        TagClass.HARDSHIP,
        True,
        "社会救助暂行办法第二章",
        365,
        90,
    ),
    ("low_income", "低收入", "Low income", TagClass.HARDSHIP, True, "社会救助暂行办法", 365, 180),
    ("volunteer", "志愿者", "Volunteer", TagClass.SERVICE, False, "志愿服务条例", 365, None),
)
_ABOUT = ("name", "name_en", "kind", "sensitive", "legal_basis", "valid_days", "review_days")
#: So many bear one at most: each is given as a committee gives it, and the demo is to be there soon.
MOST = 30


def lay_out_tags(
    session: Session, district: Place, here: Place, people: Sequence[Dweller], *, actor: Actor, clock: Clock
) -> None:
    """Into a register that has its people."""
    words: dict[str, str] = {}
    for code, *about in WORDS:
        said = {"place_id": district.id, "code": code, **dict(zip(_ABOUT, about, strict=True))}
        draft = DefinitionDraft.model_validate(said)
        words[code] = define_tag(session, draft, actor=actor, clock=clock).id
    for code, bearers in _bearers(people).items():
        for one in bearers[:MOST]:
            given = AssignmentDraft(definition_id=words[code], source="上门", evidence="上门走访时了解")
            assign_tag(session, one.person_id, given, actor=actor, clock=clock)
    old_and_alone = GroupDraft(place_id=here.id, name="高龄独居", age_from=80, all_of=(words["lives_alone"],))
    women = GroupDraft(place_id=here.id, name="七十岁以上的女居民", age_from=70, sex="2")
    for group in (old_and_alone, women):
        save_group(session, group, actor=actor, clock=clock)


def _bearers(people: Sequence[Dweller]) -> dict[str, Sequence[Dweller]]:
    """Who bears which: by their ages and who lives with them, a few of the rest by turns."""
    homes: dict[str, list[Dweller]] = {}
    for one in people:
        homes.setdefault(one.home.home_id, []).append(one)
    old = [one for one in people if one.age >= 65]
    return {
        "oldest_old": [one for one in people if one.age >= 80],
        "lives_alone": [one for one in old if len(homes[one.home.home_id]) == 1],
        "old_only": [
            one for one in old
            if len(homes[one.home.home_id]) > 1 and min(other.age for other in homes[one.home.home_id]) >= 60
        ],
        "subsistence": people[17::700],
        "disabled": people[40::600],
        "lost_only_child": [one for one in old if one.age < 75][5::200],
        "volunteer": [one for one in people if 55 <= one.age <= 68][3::20],
    }  # fmt: skip
