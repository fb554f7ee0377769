"""Inquiries: what people ask a committee, and the first receiver's duty to see each through to its answer."""

from core_db.inquiries.answering import (
    answer_inquiry,
    hand_on_inquiry,
    make_case_of_inquiry,
    take_inquiry,
)
from core_db.inquiries.drafts import AnswerDraft, BecameCaseDraft, HandOnDraft, InquiryDraft
from core_db.inquiries.errors import InquiryOver, NotTheFirstReceiver
from core_db.inquiries.model import Inquiry
from core_db.inquiries.queries import MOST as INQUIRIES_SHOWN
from core_db.inquiries.queries import (
    InquirySeen,
    inquiries_here,
    inquiries_of,
    inquiry_shown,
    my_open_inquiries,
    open_inquiries_count,
)

__all__ = [
    "INQUIRIES_SHOWN", "AnswerDraft", "BecameCaseDraft", "HandOnDraft", "Inquiry", "InquiryDraft", "InquiryOver",
    "InquirySeen",
    "NotTheFirstReceiver", "answer_inquiry", "hand_on_inquiry", "inquiries_here", "inquiries_of", "inquiry_shown",
    "make_case_of_inquiry", "my_open_inquiries", "open_inquiries_count", "take_inquiry",
]  # fmt: skip
