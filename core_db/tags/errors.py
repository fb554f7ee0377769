"""Refusals about tags."""

from core_db.foundation.errors import DomainError


class TagExists(DomainError):
    code, status = "tag-exists", 409
    zh, en = "这里已经有这个标签了。", "This place has a tag of that code or name already."


class NoLongerGiven(DomainError):
    code, status = "tag-retired", 409
    zh, en = "这个标签已经停用，不能再加给人。", "This tag is retired and is given to nobody any more."


class BearsTag(DomainError):
    code, status = "bears-tag", 409
    zh, en = "他已经有这个标签了。", "He bears this tag already."


class TagTakenOff(DomainError):
    code, status = "tag-taken-off", 409
    zh, en = "这个标签已经去掉了。", "This tag has been taken off already."
