"""Refusals about what a neighbourhood holds."""

from core_db.foundation.errors import DomainError


class EntryExists(DomainError):
    code, status = "entry-exists", 409
    zh, en = "这里已经登记了“{name}”。", "“{name}” is entered here already."


class CoveredAlready(DomainError):
    code, status = "covered-already", 409
    zh, en = (
        "{place}已经归“{other}”，一处只能归一个。请先从那里移出。",
        "{place} belongs to “{other}” already, and may belong to one only. Please take it out there first.",
    )


class NotItsBuildingLead(DomainError):
    code, status = "not-its-building-lead", 409
    zh, en = (
        "楼组的负责人要先是其中一栋楼的楼组长。请先在“岗位”里安排楼组长。",
        "Who leads a group has to be the building lead of one of its buildings. Appoint him under “Posts” first.",
    )


class LedAlready(DomainError):
    code, status = "led-already", 409
    zh, en = (
        "这里已经有负责人了。先让原来的人卸任，再写新的。",
        "Somebody leads here already. End that first, then enter the new one.",
    )


class StillOpen(DomainError):
    code, status = "entry-step-stays", 409
    zh, en = "这一步不能撤销，请用更正。", "This step cannot be undone; please correct the field instead."


class HandlesNothing(DomainError):
    code, status = "handles-nothing", 409
    zh = "这是辖区里的单位，不接派单，所以没有办理类别。"
    en = "This is an organisation of the area; nothing is dispatched to it, so it handles no categories."
