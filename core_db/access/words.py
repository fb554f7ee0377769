"""What was read unmasked and why, in the words of whoever it was about: (Chinese, English)."""

from collections.abc import Mapping

FIELD_WORDS: Mapping[str, tuple[str, str]] = {
    "phone_sealed": ("手机号码", "Telephone number"),
    "id_number_sealed": ("身份证号码", "Identity number"),
    "birth_sealed": ("出生日期", "Date of birth"),
    "wanted_sealed": ("您说应该是什么", "What you said it should be"),
    "contact_sealed": ("您留下的联系方式", "How you said you can be reached"),
}

PURPOSE_WORDS: Mapping[str, tuple[str, str]] = {
    "case": ("为办理您的诉求联系您", "To reach you about your case"),
    "emergency": ("紧急情况下查看，书记和街镇当时就知道", "In an emergency; secretary and town knew at once"),
    "feedback": ("回复您对平台的意见", "To answer what you said of the platform"),
    "registry-correction": ("核对您申请的更正", "To check the correction you asked for"),
    "guardianship": ("核对监护关系", "To check who acts for a minor"),
    "fresh-code": ("给本人发验证码", "To send you a code"),
    "own-copy": ("本人或监护人要一份数据副本", "For a copy that you or your guardian asked for"),
    "subject-request": ("核对您申请绑定的房屋", "To check the home you asked to be bound to"),
}
