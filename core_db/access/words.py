"""What was read unmasked and why, in the words of whoever it was about: (Chinese, English)."""

from collections.abc import Mapping

FIELD_WORDS: Mapping[str, tuple[str, str]] = {
    "phone_sealed": ("手机号码", "Telephone number"),
    "id_number_sealed": ("身份证号码", "Identity number"),
    "birth_sealed": ("出生日期", "Date of birth"),
    "former_name_sealed": ("曾用名", "Former name"),
    "ethnic_group_sealed": ("民族", "Ethnic group"),
    "native_place_sealed": ("籍贯", "Native place"),
    "marital_status_sealed": ("婚姻状况", "Marital status"),
    "political_status_sealed": ("政治面貌", "Political affiliation"),
    "workplace_sealed": ("工作单位", "Workplace"),
    "hukou_address_sealed": ("户籍地址", "Hukou address"),
    "before_sealed": ("登记里原来的内容", "What the register said before"),
    "after_sealed": ("登记里改成的内容", "What the register was changed to say"),
    "said_sealed": ("一张表里关于您的一行", "A row of a table that is about you"),
    "file_sealed": ("一张交进来的表", "A table that was handed in"),
    "certificate_sealed": ("房产证号", "Number of a title deed"),
    "legal_person_sealed": ("法定代表人", "Legal representative"),
    "contact_phone_sealed": ("联系电话", "Telephone number to be reached at"),
    "wanted_sealed": ("您说应该是什么", "What you said it should be"),
    "contact_sealed": ("您留下的联系方式", "How you said you can be reached"),
    "tag_sealed": ("给您加的或建议的标签", "A tag that was given to you, or proposed"),
    "evidence_sealed": ("加标签的根据", "On what a tag was given"),
    # -- visits
    "text_sealed": ("走访时记下的话", "What was written of a visit to you"),
    "word_sealed": ("走访时记下的话", "What was written of a visit to you"),
    "what_sealed": ("您需要什么", "What you need"),
    "reason_sealed": ("给您提的标签建议", "A tag that was proposed for you"),
    "value_sealed": ("报表里关于您的一项", "What a form asks about you"),
    # -- what plugins ask for besides in a case
    "personal_sealed": ("您在诉求里另外填的内容", "What you filled in besides in a request"),
    "sensitive_sealed": ("您在诉求里另外填的内容", "What you filled in besides in a request"),
    "profile_personal_sealed": ("您为应用填的信息", "What you filled in for a plugin"),
    "profile_sensitive_sealed": ("您为应用填的信息", "What you filled in for a plugin"),
    "profile": ("您为应用填的信息", "What you filled in for a plugin"),
    # -- what plugins read besides
    "name": ("姓名", "Name"),
    "birth_year": ("出生年份", "Year of birth"),
    "sex": ("性别", "Sex"),
    "building": ("楼栋", "Building"),
    "tags": ("标签", "Tags"),
    "fields": ("您在诉求里另外填的内容", "What you filled in besides in a request"),
    "text": ("诉求的原文", "The words of a request of yours"),
    "files": ("诉求里的照片", "Photos in a request of yours"),
    "household": ("和谁是一户", "Whom you keep house with"),
    "visits": ("走访记录", "Visits to you"),
}
#: A kind of data that nobody has named yet stops no list of looks.
SOMETHING_ELSE = ("另外登记的一项", "Something else that is registered")


def field_said(code: str, lang: str) -> str:
    """What was read (the column it stands in), in words."""
    return FIELD_WORDS.get(code, SOMETHING_ELSE)[lang == "en"]


#: Why, where what was read for a case is where he can be reached.
TO_REACH = ("为办理您的诉求联系您", "To reach you about your case")
REACHED_BY = frozenset({"phone_sealed"})

#: Why, where the case it was for is not one's own to read.
ABOUT_ONES_HOME = ("为办理一件与您住处有关的事", "For a matter that concerns your home")

PURPOSE_WORDS: Mapping[str, tuple[str, str]] = {
    "case": ("为办理您的诉求", "To work on your case"),
    "visit": ("为上门走访", "For a visit to your home"),
    "emergency": ("紧急情况下查看", "In an emergency"),
    "subsidy": ("为办理补助或救助", "To arrange a subsidy or relief"),
    "registry-correction": ("核对、更正登记信息", "To check and correct what is registered of you"),
    "tag-review": ("核对给您加的标签", "To see whether a tag that was given to you is still so"),
    "guardianship": ("核对监护关系", "To check who acts for a minor"),
    "fresh-code": ("给本人发验证码", "To send you a code"),
    "plugin": ("一个应用按它的用途读取", "A plugin read it for what it is there for"),
    "own-copy": ("本人或监护人要一份数据副本", "For a copy that you or your guardian asked for"),
    "feedback": ("回复您对平台的意见", "To answer what you said of the platform"),
    "subject-request": ("为办理您自己提出的申请", "For something you asked for yourself"),
    "statistics": ("填报上级要的表", "To fill in a form that an office asked for"),
    "export": ("导出名册，经书记批准", "An export of the register that the secretary approved"),
}
