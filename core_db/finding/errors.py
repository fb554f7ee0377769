"""Refusals about finding people."""

from core_db.foundation.errors import DomainError


class WholeNumber(DomainError):
    """A whole number answers yes or no: it is looked up for a purpose, and recorded."""

    code, status = "whole-number", 422
    field = "q"
    zh = "完整的手机号和证件号码要选明用途、留下记录来查（POST /people/number）。"
    en = "A whole telephone or identity number is looked up for a purpose and recorded: POST /people/number."
