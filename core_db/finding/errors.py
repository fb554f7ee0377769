"""Refusals about finding people."""

from core_db.foundation.errors import TooMany


class SearchedTooOften(TooMany):
    code = "searched-too-often"
    zh = "今天按证件号码查得太多了，请 {seconds} 秒后再试，或者按姓名、门牌查。"
    en = "Too many identity numbers were looked up; try again in {seconds} seconds, or look by name or door."
