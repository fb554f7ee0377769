"""What both apps say of plugins: pairs in the visitor's language, fields of people, how long they are kept."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from app_shell.words import _
from core_db.foundation.lean import dataclass
from core_db.installs.words import FIELD_WORDS, ConsentChannel, Pair
from core_db.mydata import PluginConsents, PurposeAgreed


def within(words: Pair, lang: str) -> str:
    return words[lang == "en"]


def field_in_words(field: str, lang: str) -> str:
    return within(FIELD_WORDS.get(field, (field, field)), lang)


def kept_in_words(days: int) -> str:
    return _("最多保存 {n} 天").replace("{n}", str(days)) if days else _("看过就算，不保存")


def sent_in_words(hosts: Sequence[str]) -> str:
    """Where what a plugin reads may go."""
    anywhere = _("任何网站")
    return _("、").join(anywhere if one == "*" else one for one in hosts) or _("只留在平台里")


def channel_in_words(channel: ConsentChannel | None) -> str:
    return {
        ConsentChannel.APP: _("本人在手机上同意"),
        ConsentChannel.PAPER: _("纸上签字，居委会登记"),
        ConsentChannel.GUARDIAN: _("监护人同意"),
        None: "",
    }[channel]


@dataclass(frozen=True, slots=True, kw_only=True)
class PurposeShown:
    """A purpose as people read it before they agree, and what became of it."""

    id: str
    text: str
    fields: str
    kept: str
    sent: str
    is_sensitive: bool
    is_duty: bool
    agreed_at: datetime | None
    channel: str
    reads_otherwise: bool
    text_version: str
    #: Where agreeing and taking back are posted, below this.
    action: str


def plugin_shown(found: PluginConsents, lang: str) -> Mapping[str, Any]:
    """A plugin with its purposes, in the visitor's language."""
    return {
        "id": found.plugin_id, "community_id": found.community_id, "where": found.community_name,
        "lives_there": found.lives_there, "name": within(found.name, lang), "summary": within(found.summary, lang),
        "who": found.publisher or "—", "asked_at": found.contact if found.contact != found.publisher else None,
        "purposes": [_shown(found.plugin_id, one, lang) for one in found.purposes],
    }  # fmt: skip


def _shown(plugin_id: str, one: PurposeAgreed, lang: str) -> PurposeShown:
    purpose = one.purpose
    return PurposeShown(
        id=purpose.id, text=within(purpose.text, lang), kept=kept_in_words(purpose.retention_days),
        sent=sent_in_words(purpose.hosts),
        fields=_("、").join(field_in_words(field, lang) for field in purpose.fields),
        channel=channel_in_words(one.channel),
        is_sensitive=purpose.is_sensitive, is_duty=purpose.is_duty, agreed_at=one.agreed_at,
        reads_otherwise=one.reads_otherwise, text_version=purpose.text_version,
        action=f"/me/plugins/{plugin_id}/{purpose.id}",
    )  # fmt: skip
