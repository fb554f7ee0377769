"""The words of accounts on screen, in both languages."""

from collections.abc import Mapping

from core_db.accounts.model import BindingStatus
from core_db.foundation.actor import Role

BINDING_WORDS: Mapping[BindingStatus, tuple[str, str]] = {
    BindingStatus.ASKED: ("待居委会核对", "Waiting for the committee"),
    BindingStatus.BOUND: ("已绑定", "Bound"),
    BindingStatus.REFUSED: ("没有通过", "Not accepted"),
    BindingStatus.ENDED: ("已解除", "Ended"),
    BindingStatus.REVOKED: ("绑错了，已撤销", "Bound by mistake, undone"),
}

ROLE_WORDS: Mapping[Role, tuple[str, str]] = {
    Role.RESIDENT: ("居民", "Resident"),
    Role.WORKER: ("居委干部", "Committee worker"),
    Role.SECRETARY: ("书记", "Secretary"),
    Role.CONTRACTOR: ("承办人员", "Handling staff"),
    Role.TOWN_DISPATCHER: ("街镇派遣员", "Town dispatcher"),
    Role.DISTRICT_DISPATCHER: ("区派遣员", "District dispatcher"),
    Role.DISTRICT_ANALYST: ("数据分析员", "Analyst"),
    Role.SYSADMIN: ("系统管理员", "System administrator"),
    Role.SECADMIN: ("安全管理员", "Security administrator"),
    Role.AUDITOR: ("审计管理员", "Audit administrator"),
    Role.BUILDING_LEAD: ("楼组长", "Building lead"),
    Role.SYSTEM: ("平台维护人员", "The platform's operator"),
    Role.PLUGIN: ("应用", "Plugin"),
}
