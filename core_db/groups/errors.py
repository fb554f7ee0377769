"""Refusals about groups."""

from core_db.foundation.errors import DomainError


class GroupExists(DomainError):
    code, status = "group-exists", 409
    zh, en = "这里已经有叫这个名字的人群了。", "There is a group of that name here already."


class GroupOfSensitive(DomainError):
    code, status = "group-of-sensitive", 409
    zh = "敏感标签不能用来建人群：谁有这个标签，只能一个人一个人按用途查看。"
    en = "Sensitive tags make no groups: who bears one is looked at one person at a time, for a purpose."


class GroupTooLarge(DomainError):
    code, status = "group-too-large", 409
    zh = "这个人群超过 {most} 人，请缩小范围（加标签、年龄或楼栋）。"
    en = "This group has more than {most} people; narrow it by a tag, an age or a building."
