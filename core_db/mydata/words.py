"""The words of one's own data on screen and in a copy, in both languages: (Chinese, English)."""

from collections.abc import Mapping
from typing import NamedTuple

Pair = tuple[str, str]

#: The parts of a copy, in the order in which they stand there.
TABLE_WORDS: Mapping[str, Pair] = {
    "accounts": ("账号", "Account"),
    "persons": ("居委会名册里的我", "What the committee's register says"),
    "register_changes": ("名册里改过什么", "What was changed in the register"),
    "register_proposals": ("等第二个人批准的更改", "Changes that need a second person"),
    "residencies": ("居住登记", "Where I am registered as living"),
    "households": ("户", "Household"),
    "home_bindings": ("房屋绑定", "Homes I was bound to"),
    "role_assignments": ("角色", "Roles"),
    "cases": ("我的诉求", "Requests I raised"),
    "case_parties": ("我在诉求里的身份", "As what I stand in requests"),
    "case_entries": ("诉求的经过", "What happened to them"),
    "case_dispatches": ("交给谁办", "Who was asked to handle them"),
    "case_clocks": ("办理期限", "Deadlines"),
    "clock_pauses": ("期限暂停", "When deadlines stood still"),
    "case_extensions": ("延期", "Extensions"),
    "case_evaluations": ("我的评价", "My evaluations"),
    "case_supports": ("我附议过的", "Requests I supported"),
    "photos": ("我传的照片", "Photos I sent"),
    "inquiries": ("我在窗口问过的", "What I asked at the counter"),
    "platform_feedback": ("对平台的意见", "What I said of the platform"),
    "access_events": ("谁看过我的完整信息", "Who read my data in full"),
    "consents": ("同意与撤回", "What I agreed to and took back"),
    "correction_requests": ("更正申请", "Corrections I asked for"),
    "guardianships": ("监护关系", "Guardianship"),
    "data_exports": ("数据副本", "Copies of my data"),
    "erasures": ("注销申请", "Leaving the platform"),
    "passkeys": ("通行密钥", "Passkeys"),
    "sign_in_sessions": ("登录记录", "Sign-ins"),
    "sign_in_codes": ("发给我的验证码", "Codes sent to me"),
    "idempotency_records": ("最近一天的提交", "What was sent within a day"),
}

COLUMN_WORDS: Mapping[str, Pair] = {
    "about": ("问的事", "About what"),
    "accepted_at": ("受理时间", "Accepted"),
    "actor_role": ("什么身份", "In what role"),
    "after": ("改成", "After"),
    "answer": ("答复", "Answer"),
    "answered_at": ("答复时间", "Answered"),
    "anonymous": ("不公开姓名", "Without my name"),
    "app": ("应用", "App"),
    "approved": ("是否同意", "Approved"),
    "asked_at": ("申请时间", "Asked"),
    "at": ("时间", "When"),
    "before": ("原来", "Before"),
    "birth": ("出生日期", "Date of birth"),
    "by_name": ("姓名", "Name"),
    "by_role": ("谁", "By whom"),
    "case": ("诉求编号", "Request"),
    "category_code": ("类别", "Category"),
    "cause": ("因为什么", "Cause"),
    "channel": ("渠道", "Channel"),
    "closed_at": ("结束时间", "Ended"),
    "closure": ("结果", "Outcome"),
    "community": ("居民区", "Neighbourhood"),
    "consents_alone_on": ("可以自己同意的日子", "Agrees alone from"),
    "contact": ("联系方式", "Contact"),
    "contacted_at": ("第一次联系", "First contact"),
    "created_at": ("建立时间", "Made"),
    "decided_at": ("答复时间", "Decided"),
    "device": ("设备", "Device"),
    "died_on": ("去世日期", "Date of death"),
    "dispatched_at": ("派出时间", "Dispatched"),
    "done_at": ("完成时间", "Done"),
    "due_at": ("期限", "Due"),
    "due_on": ("答复期限", "Answer due"),
    "education": ("文化程度", "Education"),
    "ended_at": ("结束时间", "Ended"),
    "ended_on": ("结束日期", "Ended"),
    "ends_on": ("到期日", "Ends"),
    "ethnic_group": ("民族", "Ethnic group"),
    "expires_at": ("失效时间", "Expires"),
    "extended_to": ("延到", "Extended to"),
    "field": ("哪一项", "Which field"),
    "former_name": ("曾用名", "Former name"),
    "given_at": ("同意时间", "Agreed"),
    "given_how": ("怎样同意的", "How"),
    "handed_to": ("转给谁", "Handed to"),
    "handled_at": ("办完时间", "Handled"),
    "height": ("高（像素）", "Height (pixels)"),
    "home": ("房屋", "Home"),
    "hukou_address": ("户籍地址", "Hukou address"),
    "hukou_code": ("户籍区划代码", "Hukou division code"),
    "id": ("文件", "File"),
    "id_kind": ("证件种类", "Identity document"),
    "id_number": ("身份证号码", "Identity number"),
    "is_lead": ("主办", "Leads"),
    "kind": ("类型", "Kind"),
    "language": ("语言", "Language"),
    "lead_name": ("承办单位", "Handled by"),
    "left_at": ("时间", "When"),
    "limit": ("时限", "Limit"),
    "marital_status": ("婚姻状况", "Marital status"),
    "name": ("姓名", "Name"),
    "name_given": ("申请时填的姓名", "Name given"),
    "native_place": ("籍贯", "Native place"),
    "nature": ("性质", "Nature"),
    "note": ("说明", "Note"),
    "number": ("编号", "Number"),
    "occupation": ("职业", "Occupation"),
    "organisation_name": ("单位", "Organisation"),
    "paused_at": ("暂停", "Stopped"),
    "phone": ("手机号码", "Telephone"),
    "place": ("地点", "Place"),
    "place_label": ("地点", "Place"),
    "place_note": ("位置说明", "Where exactly"),
    "political_status": ("政治面貌", "Political affiliation"),
    "proposed_at": ("提出时间", "Proposed"),
    "provenance": ("各项的来源和核对日期", "Source and verified date of single fields"),
    "purpose": ("为了什么", "For what"),
    "ready_at": ("做好时间", "Ready"),
    "reason": ("原因", "Reason"),
    "reason_code": ("原因代码", "Reason code"),
    "reference": ("对应的事", "About"),
    "relation": ("与户主（或孩子）的关系", "Relation"),
    "resolved": ("是否解决", "Resolved"),
    "resumed_at": ("恢复", "Went on"),
    "review_on": ("复查日", "Review"),
    "revoked_at": ("退出时间", "Signed out"),
    "role": ("身份", "As what"),
    "route": ("提交到", "Sent to"),
    "satisfied": ("满意度", "Satisfied"),
    "seen_at": ("最近使用", "Last seen"),
    "sent_at": ("发送时间", "Sent"),
    "sex": ("性别", "Sex"),
    "signed_at": ("签收时间", "Signed"),
    "size": ("大小（字节）", "Size (bytes)"),
    "source": ("来源", "Source"),
    "started_at": ("开始时间", "Began"),
    "status": ("状态", "Status"),
    "supporters": ("附议人数", "Supporters"),
    "taken_at": ("什么时候问的", "Asked at"),
    "text": ("内容", "Text"),
    "text_version": ("文本版本", "Wording"),
    "tries": ("输错次数", "Tries"),
    "type": ("事项", "What"),
    "unit": ("单位", "Unit"),
    "until": ("延到", "Until"),
    "updated_at": ("更新时间", "Changed"),
    "urgent": ("紧急", "Urgent"),
    "used_at": ("使用时间", "Used"),
    "valid_from": ("从", "From"),
    "valid_to": ("到", "To"),
    "value": ("内容", "Value"),
    "verified_on": ("核对日期", "Verified"),
    "version": ("版本", "Version"),
    "visibility": ("公开范围", "Who may read it"),
    "wanted": ("应改为", "Should be"),
    "way": ("怎么问的", "How it was asked"),
    "width": ("宽（像素）", "Width (pixels)"),
    "withdrawn_at": ("撤回时间", "Taken back"),
    "withdrawn_how": ("怎样撤回的", "How it was taken back"),
    "workplace": ("工作单位", "Workplace"),
}
YES_NO: tuple[Pair, Pair] = (("否", "no"), ("是", "yes"))


def within(pair: Pair, lang: str) -> str:
    return pair[1] if lang == "en" else pair[0]


#: The fields of the register that somebody may have put right.
CORRECTABLE: Mapping[str, Pair] = {
    "name": ("姓名", "Name"),
    "sex": ("性别", "Sex"),
    "phone": ("手机号码", "Telephone"),
    "birth": ("出生日期", "Date of birth"),
    "id_number": ("身份证号码", "Identity number"),
}
REQUEST_WORDS: Mapping[str, Pair] = {
    "asked": ("居委会正在核对", "The committee is checking"),
    "accepted": ("已更正", "Put right"),
    "approved": ("已确认", "Confirmed"),
    "refused": ("没有改", "Not changed"),
    "withdrawn": ("已撤回", "Taken back"),
    "ended": ("已到期", "Ended"),
}


class Purpose(NamedTuple):
    """A use of data that rests on consent: its name, the text that was read, and which wording of it."""

    name: Pair
    text: Pair
    version: str


#: What the product does on consent today, and nothing else. Codes to sign in are no such use: without them nobody
#: can sign in. A further purpose is one entry here, and whoever relies on it asks `has_agreed`.
PURPOSES: Mapping[str, Purpose] = {
    "public-case": Purpose(
        ("让邻居看到我的诉求", "Letting neighbours read a request of mine"),
        (
            "本小区的居民能看到这件诉求的内容和进展，看不到是谁提的。撤回以后，只有您和居委会看得到。",
            "Residents of the neighbourhood read what it says and how far it is, not who raised it. Taken back, only "
            "you and the committee can read it.",
        ),
        "2026-11",
    ),
    "feedback-contact": Purpose(
        ("就平台意见联系我", "Reaching me about what I said of the platform"),
        (
            "平台维护人员可以用您留的联系方式回复您。撤回以后，联系方式立即删去。",
            "The platform's operator may answer you by the contact you left. Taken back, it is erased at once.",
        ),
        "2026-11",
    ),
    "child-data": Purpose(
        ("代孩子同意使用平台", "A child's use of the platform"),
        (
            "您作为监护人，同意平台处理不满 14 周岁孩子的账号和诉求。撤回以后，孩子的账号立即退出登录，不能再用。",
            "As guardian you agree that the platform handles the account and requests of a child below fourteen. Taken "
            "back, the child is signed out at once and cannot come back.",
        ),
        "2026-11",
    ),
}
