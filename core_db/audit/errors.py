"""Refusals of a witness, and of what may not happen while nobody witnesses us."""

from core_db.foundation.errors import DomainError


class NotWitnessed(DomainError):
    code, status = "not-witnessed", 404
    zh = "本站没有为这份审计记录作见证。"
    en = "This site does not witness that record."


class NotSigned(DomainError):
    code, status = "not-signed", 403
    zh = "这份核对点没有该记录的有效签名。"
    en = "The checkpoint does not bear the signature of its record."


class SizeDiffers(DomainError):
    """`extra["size"]` is what was seen last: the proof has to begin there."""

    code, status = "size-differs", 409
    zh = "本站上次见到的是 {size} 条，请从那里开始证明。"
    en = "This site last saw {size} events; prove from there."

    def __init__(self, size: int) -> None:
        super().__init__(size=size, extra={"size": size})


class NotConsistent(DomainError):
    code, status = "not-consistent", 422
    field = "proof"
    zh = "这份核对点与上次见到的接不上：记录可能被改写，请查明原因。"
    en = "The checkpoint does not go on from the one seen before: the record may have been rewritten. Find out why."


class WitnessAway(DomainError):
    code, status = "witness-away", 503
    zh, en = "见证方现在联系不上：{why}", "The witness cannot be reached just now: {why}"
    retry_after = 60

    def __init__(self, why: str) -> None:
        super().__init__(why=why)


class Unwitnessed(DomainError):
    code, status = "unwitnessed", 503
    zh = "审计记录已超过 24 小时没有见证签名，暂停导出。请先让见证恢复（shequyun doctor 会说明）。"
    en = "The record has had no cosignature for 24 hours, so exports rest. Have it witnessed again (`shequyun doctor`)."
    retry_after = 3600
