"""The words of plugins as the base knows them: how one is, where it is on, and how a resident agreed."""

from collections.abc import Mapping
from enum import StrEnum


class PluginState(StrEnum):
    """How a plugin is on this installation."""

    #: Its files are here and it can be switched on.
    INSTALLED = "installed"
    #: It cannot be loaded; why stands beside it.
    BROKEN = "broken"
    #: The operator stopped it everywhere.
    STOPPED = "stopped"


class InstallState(StrEnum):
    """How a plugin is in one neighbourhood."""

    ENABLED = "enabled"
    DISABLED = "disabled"
    #: It wants more than the committee gave; it rests until that is decided.
    HELD = "held"
    #: It failed too often and was switched off by the platform.
    FAILED = "failed"
    #: Removed; what it kept stays until a day, or is gone.
    REMOVED = "removed"


class RunMode(StrEnum):
    """Where a plugin runs: within the platform, or in a process of its own."""

    IN_PROCESS = "inprocess"
    WORKER = "worker"


class ConsentChannel(StrEnum):
    """How a resident agreed."""

    APP = "app"
    #: On paper, entered by a member of staff; for whoever uses no telephone.
    PAPER = "paper"
    GUARDIAN = "guardian"


class Decision(StrEnum):
    """How the gateway decided about a call."""

    ALLOWED = "allowed"
    #: Allowed, and fields or people were left out for lack of consent.
    WITHHELD = "withheld"
    FORBIDDEN = "forbidden"
    #: Its gates were open, and the platform's own rules said no, as they would to anybody.
    REFUSED = "refused"
    OVER_BUDGET = "over-budget"


Pair = tuple[str, str]
#: The upper ends of what is counted of how long calls took, in milliseconds; what took longer is counted last.
TOOK_UP_TO = (1, 3, 10, 30, 100, 300, 1_000)
#: What a purpose names of a person, in words.
FIELD_WORDS: Mapping[str, Pair] = {
    "name": ("姓名", "name"),
    "birth_year": ("出生年份", "year of birth"),
    "sex": ("性别", "sex"),
    "building": ("楼栋", "building"),
    "phone": ("电话", "telephone number"),
    "tags": ("标签", "tags"),
    "health": ("健康情况", "health"),
    "disability": ("残疾情况", "disability"),
    "aid": ("救助情况", "aid"),
    "household": ("户和户内成员", "household"),
    "text": ("诉求的原文", "words of your cases"),
    "fields": ("您在诉求里为它另外填的内容", "what you filled in for it in your cases"),
    "profile": ("您在“我的”里为它填的信息", "what you filled in for it on your own page"),
    "visits": ("走访记录", "visits to you"),
    "files": ("上传的文件", "files you uploaded"),
}
