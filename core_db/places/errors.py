"""Refusals about places."""

from core_db.foundation.errors import DomainError


class PlaceExists(DomainError):
    code, status = "place-exists", 409
    zh, en = "这里已经有“{name}”了。", "There is a “{name}” here already."


class WrongParent(DomainError):
    code, status = "wrong-parent", 409
    zh, en = "“{parent}”下面不能建这一级。", "“{parent}” cannot hold a place of this kind."


class StepStays(DomainError):
    code, status = "step-stays", 409
    zh, en = "这一步不能撤销，请用更正。", "This step cannot be undone; please correct the field instead."


class LivedIn(DomainError):
    code, status = "lived-in", 409
    zh, en = (
        "这里还登记有人住。请先办迁出。",
        "People are still registered as living here. Please move them out first.",
    )
