"""The words of groups."""

from collections.abc import Mapping

from core_db.groups.drafts import Living

LIVING_WORDS: Mapping[Living, tuple[str, str]] = {
    Living.HERE: ("住在这里的", "Lives here"),
    Living.BOTH_HERE: ("人户一致", "Lives here, hukou here"),
    Living.LIVES_HERE_ONLY: ("人在户不在", "Lives here, hukou elsewhere"),
    Living.HUKOU_HERE_ONLY: ("户在人不在", "Hukou here, lives elsewhere"),
    Living.REGISTERED: ("在册的，不论住不住", "In the register, living here or not"),
}
