"""The words of tags: what kinds there are, how one comes to an end, and what no dictionary of ours ever holds."""

import re
from collections.abc import Mapping
from enum import StrEnum

Pair = tuple[str, str]


class TagClass(StrEnum):
    """What a tag is about."""

    AGE = "age"
    FAMILY = "family"
    HARDSHIP = "hardship"
    DISABILITY = "disability"
    CARE = "care"
    SERVICE = "service"


TAG_CLASS_WORDS: Mapping[TagClass, Pair] = {
    TagClass.AGE: ("年龄", "Age"),
    TagClass.FAMILY: ("家庭情况", "Family"),
    TagClass.HARDSHIP: ("困难救助", "Hardship"),
    TagClass.DISABILITY: ("残疾", "Disability"),
    TagClass.CARE: ("照护", "Care"),
    TagClass.SERVICE: ("服务和志愿", "Service"),
}
#: What says of somebody that he is poor, disabled or ill: sensitive personal information (个人信息保护法 art. 28).
ALWAYS_SENSITIVE = frozenset({TagClass.HARDSHIP, TagClass.DISABILITY, TagClass.CARE})


class Removal(StrEnum):
    """Why a tag was taken off."""

    NO_LONGER = "no_longer"
    MISTAKE = "mistake"
    ASKED = "asked"
    #: It stood there twice: two entries of one person bore it.
    TWICE = "twice"


REMOVAL_WORDS: Mapping[Removal, Pair] = {
    Removal.NO_LONGER: ("情况已经变了", "It is so no longer"),
    Removal.MISTAKE: ("当时加错了", "It was a mistake"),
    Removal.ASKED: ("本人要求去掉", "He asked for it"),
    Removal.TWICE: ("同一个标签登记了两次", "It was there twice"),
}

#: Beliefs and habits: a committee needs neither (国办函〔2026〕12号 and the law's least necessary; domain §1).
_NEVER = re.compile(
    r"宗教|信教|教徒|信徒|信佛|佛教|道教|基督|天主|伊斯兰|回教|法轮|信仰|"
    r"恶习|陋习|吸烟|抽烟|烟瘾|喝酒|酗酒|嗜酒|酒鬼|赌|麻将|懒|"
    r"religio|belie[fv]|buddhis|christian|muslim|islam|catholic|smok|drink|alcohol|gambl|lazy|\bhabit",
    re.IGNORECASE,
)


def is_never_kept(*said: str) -> bool:
    """Do these words speak of somebody's religion or habits?"""
    return any(_NEVER.search("".join(one.split()) if not one.isascii() else one) for one in said)
