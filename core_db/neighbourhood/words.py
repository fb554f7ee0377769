"""Code lists of what a neighbourhood holds besides homes and people, in both languages."""

from enum import StrEnum

from core_db.foundation.recorded import Codes


class EntryKind(StrEnum):
    """What is kept; the word stands in addresses."""

    COMMUNITY = "communities"
    ORGANISATION = "organisations"
    FACILITY = "facilities"
    GRID = "grids"
    BUILDING_GROUP = "building-groups"


class Title(StrEnum):
    """What somebody is where he serves."""

    LEAD = "lead"
    DEPUTY = "deputy"
    MEMBER = "member"


KIND_WORDS: Codes = {
    EntryKind.COMMUNITY: ("居村委会", "Committees"),
    EntryKind.ORGANISATION: ("单位和组织", "Organisations"),
    EntryKind.FACILITY: ("公共设施", "Public facilities"),
    EntryKind.GRID: ("网格", "Grids"),
    EntryKind.BUILDING_GROUP: ("楼组", "Building groups"),
}
#: The five classes of components (部件) of GB/T 30428.2.
FACILITY_CLASSES: Codes = {
    "01": ("公用设施", "public utilities"),
    "02": ("道路交通设施", "roads and traffic"),
    "03": ("市容环境设施", "cleanliness and appearance"),
    "04": ("园林绿化设施", "parks and greenery"),
    "05": ("其他部件", "other components"),
}
GRID_LEVELS: Codes = {"composite": ("综合网格", "composite grid"), "micro": ("微网格", "micro grid")}
COMMUNITY_KINDS: Codes = {
    "residents": ("居民委员会", "residents' committee"),
    "villagers": ("村民委员会", "villagers' committee"),
    "preparing": ("筹建中", "being founded"),
}
#: 社会团体、民办非企业单位（社会服务机构）、基金会; and groups of a neighbourhood that are on its own list only.
REGISTER_TYPES: Codes = {
    "association": ("社会团体", "association"),
    "non_enterprise": ("民办非企业单位", "private non-enterprise unit"),
    "foundation": ("基金会", "foundation"),
    "listed": ("社区备案的群众团队", "group listed by the neighbourhood"),
}
RATINGS: Codes = {
    "5A": ("5A", "5A"), "4A": ("4A", "4A"), "3A": ("3A", "3A"), "2A": ("2A", "2A"), "1A": ("1A", "1A"),
}  # fmt: skip
STARS: Codes = {
    "5": ("五星", "five stars"),
    "4": ("四星", "four stars"),
    "3": ("三星", "three stars"),
    "2": ("两星", "two stars"),
    "1": ("一星", "one star"),
}
#: The bodies of a committee. 老年人 and 妇女儿童 belong to every committee from 2026 on.
BODIES: Codes = {
    "": ("居委会班子", "the committee itself"),
    "mediation": ("人民调解委员会", "mediation"),
    "security": ("治安保卫委员会", "public security"),
    "health": ("公共卫生委员会", "public health"),
    "elderly": ("老年人工作委员会", "work for the elderly"),
    "women_children": ("妇女儿童工作委员会", "work for women and children"),
    "property": ("环境和物业管理委员会", "environment and property management"),
    "culture": ("文化教育委员会", "culture and education"),
    "welfare": ("社会福利委员会", "welfare"),
}
TITLE_WORDS: Codes = {
    Title.LEAD: ("负责人", "leads"),
    Title.DEPUTY: ("副职", "deputy"),
    Title.MEMBER: ("成员", "member"),
}
YES_NO: Codes = {"yes": ("是", "yes"), "no": ("不是", "no")}
#: An EXAMPLE of seven types, to try the figures with. No paper of any district stands behind these names:
#: a district enters its own, with the day from which they hold.
EXAMPLE_TYPES: Codes = {
    "commodity": ("商品房型（示例）", "commercial housing (example)"),
    "reformed": ("售后公房型（示例）", "formerly public housing (example)"),
    "resettlement": ("动迁安置型（示例）", "resettlement (example)"),
    "lane": ("老旧里弄型（示例）", "old lanes (example)"),
    "rental": ("租赁住房型（示例）", "rental housing (example)"),
    "mixed": ("混合型（示例）", "mixed (example)"),
    "village": ("农村型（示例）", "villages (example)"),
}
