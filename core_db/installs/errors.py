"""Refusals about plugins."""

from core_db.foundation.errors import DomainError


class SheetChanged(DomainError):
    code, status = "sheet-changed", 409
    zh = "这个应用要的东西刚刚变了，请重新看一遍再决定。"
    en = "What this plugin asks for has just changed. Please read it again, then decide."


class ScopesMissing(DomainError):
    code, status = "scopes-missing", 422
    field = "scopes"
    zh = "缺了这些权限，它不能用：{scopes}。要么都给，要么不启用。"
    en = "It cannot work without these: {scopes}. Give them all, or leave it off."


class PluginUnavailable(DomainError):
    code, status = "plugin-unavailable", 409
    zh = "这个应用现在不能用，平台的运维人员知道原因。"
    en = "This plugin cannot be used just now; whoever runs the platform knows why."


class PluginIsOff(DomainError):
    code, status = "plugin-is-off", 409
    zh = "这个应用在这里没有启用。"
    en = "This plugin is not on here."


class PluginInUse(DomainError):
    code, status = "plugin-in-use", 409
    zh = "还有 {count} 个居村没有移除这个应用，不能卸载。"
    en = "{count} neighbourhoods have not removed this plugin, so it cannot be taken away."


class DataStillThere(DomainError):
    code, status = "data-still-there", 409
    zh = "它在 {count} 个居村的数据还没有删完，删完才能卸载。"
    en = "What it kept in {count} neighbourhoods is not deleted yet; it can be taken away after that."


class TextChanged(DomainError):
    code, status = "text-changed", 409
    zh = "这项授权的说明刚刚改过，请重新看一遍再决定。"
    en = "The text you read has just changed. Please read it again, then decide."


class RestsOnDuty(DomainError):
    code, status = "rests-on-duty", 409
    zh = "这一项是法定职责，不需要授权，也不能撤回；有疑问请问居委会。"
    en = "This rests on a public duty and not on your consent. Please ask the committee if you have doubts."


class NothingAgreed(DomainError):
    code, status = "nothing-agreed", 409
    zh, en = "没有可以撤回的授权。", "There is nothing to take back."


class PluginRoleHeldAlready(DomainError):
    code, status = "plugin-role-held", 409
    zh = "他这几天已经有这个角色了。要改日期，请先收回，再给一次。"
    en = "He holds this role on those days already. To change its days, take it back and give it anew."
