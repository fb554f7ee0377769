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
