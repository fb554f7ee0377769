"""Whether somebody outside vouches for the record, in the words of whoever reads it."""

from app_shell.moments import when
from app_shell.words import _
from core_db.audit import Vouched
from core_db.foundation.lean import dataclass


@dataclass(frozen=True, kw_only=True)
class Vouching:
    """A sentence for the screen with its tone, and one for the paper."""

    tone: str
    sentence: str
    on_paper: str
    is_said: bool


def vouching(found: Vouched, lang: str) -> Vouching:
    """Green while a signature is fresh; red after a day without one. Nothing where there is nothing to sign."""
    tone = "bad" if found.is_red else "ok" if found.last_at is not None else "warn"
    at = when(found.since, lang) if found.since is not None else ""
    return Vouching(
        tone=tone, sentence=_sentence(found).replace("{at}", at), on_paper=_on_paper(found).replace("{at}", at),
        is_said=found.since is not None,
    )  # fmt: skip


def _sentence(found: Vouched) -> str:
    if not found.has_witness:
        return _(
            "从 {at} 起，这份记录一直没有外面的单位作见证：没改过只是我们自己说的。请系统管理员找一家见证单位。"
        )
    if not found.is_red and found.last_at is not None:
        return _("外面的见证单位在 {at} 核对过，没有问题。")
    if not found.is_red:
        return _("见证单位还没有核对过，从 {at} 起等着；在那以前不能导出居民名册。")
    return _(
        "从 {at} 起，见证单位一直没有核对过：有没有被改，现在没人能替我们证明；导出名册已暂停。请告诉系统管理员。"
    )


def _on_paper(found: Vouched) -> str:
    if found.last_at is None:
        return _("还没有外面的单位核对过。")
    return _("外面的单位最近一次核对：{at}。")
