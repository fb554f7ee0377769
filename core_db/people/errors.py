"""Refusals about people."""

from core_db.foundation.errors import DomainError


class PersonExists(DomainError):
    code, status = "person-exists", 409
    zh, en = (
        "名册里已经有证件号码相同的人。",
        "The register already has somebody with this identity number.",
    )


class LivesThere(DomainError):
    code, status = "lives-there", 409
    zh, en = "这个人已经登记住在这里。", "This person is already registered as living there."


class OrganisationExists(DomainError):
    code, status = "organisation-exists", 409
    zh, en = "这里已经有“{name}”了。", "There is a “{name}” here already."


class CannotBeUndone(DomainError):
    code, status = "cannot-be-undone", 409
    zh, en = (
        "这一步不能撤销：登记和迁入请用更正或迁出。",
        "This step cannot be undone: an entry is corrected, and whoever moved in moves out.",
    )


class SecondPersonNeeded(DomainError):
    code, status = "second-person-needed", 403
    zh, en = (
        "自己提出的更改要由另一个人批准。",
        "What you proposed yourself has to be approved by somebody else.",
    )


class ProposalDecided(DomainError):
    code, status = "proposal-decided", 409
    zh, en = "这项更改已经处理过了。", "This change has been decided already."


class ProposedAlready(DomainError):
    code, status = "proposed-already", 409
    zh, en = (
        "这一项已经有一处更改在等人批准。",
        "A change of this field is waiting for approval already.",
    )


class HasDied(DomainError):
    code, status = "has-died", 409
    zh, en = "名册里这个人已经去世。", "The register says that this person has died."
