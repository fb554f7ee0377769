"""What may be refused about a question somebody asked."""

from core_db.foundation.errors import DomainError


class InquiryOver(DomainError):
    code, status = "inquiry-over", 409
    zh, en = (
        "这个问题已经答复过了，或者已转为诉求。",
        "This question has been answered, or has become a request.",
    )


class NotTheFirstReceiver(DomainError):
    code, status = "not-the-first-receiver", 403
    zh = "谁先接待，谁负责到底：这件由{who}答复，书记可以代为答复。"
    en = "Whoever heard it first sees it through: {who} answers this one, or the secretary in their place."
