"""How a case is filed: its nature, the way it came, and who may see it."""

from collections.abc import Mapping
from enum import StrEnum

from core_db.cases.words.base import Words
from core_db.foundation.at_hand import at_hand


@at_hand
class Nature(StrEnum):
    CONSULT = "consult"
    HELP = "help"
    COMPLAINT = "complaint"
    REPORT = "report"
    SUGGESTION = "suggestion"
    PRAISE = "praise"
    OTHER = "other"


NATURE_WORDS: Mapping[Nature, Words] = {
    Nature.CONSULT: Words("咨询", "Question"),
    Nature.HELP: Words("求助", "Request for help"),
    Nature.COMPLAINT: Words("投诉", "Complaint"),
    Nature.REPORT: Words("举报", "Report of a wrong"),
    Nature.SUGGESTION: Words("建议", "Suggestion"),
    Nature.PRAISE: Words("表扬感谢", "Praise or thanks"),
    Nature.OTHER: Words("其他", "Other"),
}


@at_hand
class Channel(StrEnum):
    APP = "app"
    QR = "qr"
    PHONE = "phone"
    VISIT = "visit"
    DESK = "desk"
    HOTLINE = "hotline"
    PATROL = "patrol"
    IMPORT = "import"
    #: Raised by a plugin, which stands in its history by name.
    PLUGIN = "plugin"


CHANNEL_WORDS: Mapping[Channel, Words] = {
    Channel.APP: Words("居民端", "Residents' app"),
    Channel.QR: Words("扫码", "QR code"),
    Channel.PHONE: Words("电话", "Telephone"),
    Channel.VISIT: Words("走访", "Home visit"),
    Channel.DESK: Words("窗口", "Committee desk"),
    Channel.HOTLINE: Words("12345热线", "12345 hotline"),
    Channel.PATROL: Words("巡查发现", "Found on patrol"),
    Channel.IMPORT: Words("批量导入", "Import"),
    Channel.PLUGIN: Words("应用", "Plugin"),
}

# A worker files for somebody only as the contract says: by telephone, on a visit, or at the desk.
ON_BEHALF_CHANNELS = frozenset({Channel.PHONE, Channel.VISIT, Channel.DESK})


@at_hand
class Visibility(StrEnum):
    PRIVATE = "private"
    PUBLIC = "public"


VISIBILITY_WORDS: Mapping[Visibility, Words] = {
    Visibility.PRIVATE: Words("只有我和办理的人能看", "Only me and those who handle it"),
    Visibility.PUBLIC: Words("邻居也能看，可以一起附议", "My neighbours too; they may support it"),
}
