"""Refusals about places."""

from core_db.foundation.errors import DomainError


class PlaceExists(DomainError):
    code, status = "place-exists", 409
    zh, en = "这里已经有“{name}”了。", "There is a “{name}” here already."


class WrongParent(DomainError):
    code, status = "wrong-parent", 409
    zh, en = "“{parent}”下面不能建这一级。", "“{parent}” cannot hold a place of this kind."
