"""Refusals that a person can read. The web turns each into a page or a problem+json in one place.

Status words: 404 invisible, 403 not yours to do, 409 not now, 412/428 stale or missing version,
422 cannot be read, 429/503 later.
"""

from collections.abc import Mapping
from typing import Any, ClassVar


class DomainError(Exception):
    """Parent of every refusal that a resident or a committee member can read.

    `zh` and `en` are sentences and may name `params` in braces. `extra` joins the problem document.
    """

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 409
    zh: ClassVar[str] = "这件事现在办不了。"
    en: ClassVar[str] = "This cannot be done now."
    #: What of the sent it is about, by its name in the request: each 422 names it, empty only where there is none.
    field: ClassVar[str | None] = None
    #: Whether a page of its own says it and leads on, never a sentence above a form.
    has_a_page: ClassVar[bool] = False
    #: Whether the operator's log has it already.
    is_noted: bool = False

    def __init__(self, *, extra: Mapping[str, Any] | None = None, **params: Any) -> None:
        self.params = params
        self.extra = dict(extra or {})
        super().__init__(self.sentence("en"))

    def sentence(self, lang: str) -> str:
        """The refusal in the caller's language."""
        said = {name: in_language(value, lang) for name, value in self.params.items()}
        return (self.en if lang == "en" else self.zh).format(**said)

    def sentences(self, lang: str) -> dict[str, str]:
        """What is wrong with which field; nothing where it is no field's fault."""
        return {} if self.field is None else {self.field: self.sentence(lang)}


def in_language(value: Any, lang: str) -> Any:
    """A pair of words in the caller's language; anything else as it is."""
    return value.within(lang) if hasattr(value, "within") else value


class NotSignedIn(DomainError):
    code, status = "not-signed-in", 401
    zh, en = "请先登录。", "Please sign in first."
    #: Whether a token came along that does not hold; a stranger, who has none, is turned away from nothing.
    brought_a_token: bool = False


class NotFound(DomainError):
    code, status = "not-found", 404
    zh, en = "没有找到，或者您无权查看。", "Not found, or not yours to see."


class NotPermitted(DomainError):
    code, status = "not-permitted", 403
    zh, en = (
        "您没有做这件事的权限。",
        "You may see this, but you may not do this to it.",
    )


class Stale(DomainError):
    code, status = "stale", 412
    zh = "在您之前，{who}已经改动过（{what}）。请看过最新内容再决定。"
    en = "{who} changed this before you ({what}). Please look at it again, then decide."


class VersionMissing(DomainError):
    code, status = "version-missing", 428
    zh, en = (
        "请带上您看到的版本（If-Match）。",
        "Send the version you saw, as If-Match.",
    )


class CannotBeRead(DomainError):
    """What was typed cannot be taken. `faults` pairs a field with its sentences (zh, en)."""

    code, status = "cannot-be-read", 422
    zh, en = "有些内容需要改一下。", "Some of what was entered needs a change."

    def __init__(self, faults: Mapping[str, tuple[str, str]]) -> None:
        self.faults = dict(faults)
        super().__init__()

    def sentences(self, lang: str) -> dict[str, str]:
        return {field: pair[1] if lang == "en" else pair[0] for field, pair in self.faults.items()}


class KeyUsedForAnother(DomainError):
    code, status = "idempotency-key-reused", 422
    field = "Idempotency-Key"
    zh = "这个 Idempotency-Key 已经用于另一个请求。"
    en = "This Idempotency-Key was used for another request."


class TooMany(DomainError):
    code, status = "too-many", 429
    zh, en = (
        "操作太频繁，请 {seconds} 秒后再试。",
        "Too often. Please try again in {seconds} seconds.",
    )

    def __init__(self, *, seconds: int) -> None:
        self.retry_after = seconds
        super().__init__(seconds=seconds)


class TooLarge(DomainError):
    code, status = "too-large", 413
    zh = "发送的内容太大了。请写短一点，或者分几次发送。"
    en = "This is too large to send. Please make it shorter, or send it in several parts."


class FilesTooLarge(TooLarge):
    zh = "照片或文件加起来太大了。请选小一点的，或者分几次发送。"
    en = "The photos or files are too large together. Please choose smaller ones, or send them a few at a time."


class Busy(DomainError):
    code, status = "busy", 503
    zh, en = (
        "现在人多，请稍后再试，您写的内容不会丢。",
        "Busy just now. Try again shortly; nothing you typed is lost.",
    )
    retry_after = 1


class StorageDamaged(DomainError):
    code, status = "storage-damaged", 503
    zh = "数据库文件有损坏：还能读的可以看，暂时不能提交。急事请打 110、119、120，或者给居委会打电话。"
    en = (
        "The database file is damaged: what can be read is shown, nothing can be sent for now. If it is urgent, "
        "call 110, 119 or 120, or ring your committee."
    )
    retry_after = 600


class StorageAway(DomainError):
    code, status = "storage-away", 503
    zh, en = (
        "数据库暂时不可用，请稍后再试。",
        "The database is away for the moment. Please try again shortly.",
    )
    retry_after = 2
