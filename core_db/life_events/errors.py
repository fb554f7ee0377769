"""Refusals about events of life."""

from core_db.foundation.errors import DomainError


class LivesNowhere(DomainError):
    code, status = "lives-nowhere", 409
    zh, en = (
        "名册里这位家长现在没有住处。请先登记家长住在哪里。",
        "The register has no home for this parent now. Please register where the parent lives first.",
    )
