"""Refusals about signing in, homes and roles. None says whether an account exists."""

from core_db.foundation.errors import DomainError

#: Where staff show once more who they are; a program signs in anew, with the token it has.
CONFIRM = {"page": "/me/confirm", "api": "/api/v1/session"}


class CodeWrong(DomainError):
    code, status = "code-wrong", 401
    zh = "验证码不对，或者已经用过、过期。请核对短信，或重新获取。"
    en = "The code is wrong, used or expired. Please check the message, or ask for a new one."


class CodeNotSent(DomainError):
    code, status = "code-not-sent", 503
    zh = "短信没有发出去，这次不计次数。请稍后再试，或者打电话找居委会。"
    en = "The message could not be sent; this try does not count. Please try again later, or call the committee."
    retry_after = 10


class CodeLate(DomainError):
    code, status = "code-late", 503
    zh = "短信网关现在很慢，短信可能晚一点才到。收到以后照样可以用。"
    en = "The message service is slow just now; the message may come late. The code works when it comes."
    retry_after = 60


class PasswordWrong(DomainError):
    code, status = "password-wrong", 401
    zh, en = "登录名或密码不对。", "The sign-in name or the password is wrong."


class SecondFactorNeeded(DomainError):
    code, status = "second-factor-needed", 401
    zh, en = "还要填动态验证码。", "The code of your authenticator is needed too."


class SecondFactorWrong(DomainError):
    code, status = "second-factor-wrong", 401
    zh = "动态验证码不对，或者已经用过。请等下一个再填。"
    en = "The authenticator's code is wrong or used. Please wait for the next one."


class SecondFactorNotEnrolled(DomainError):
    code, status = "second-factor-not-enrolled", 403
    zh = "请先在网页上登录一次，绑定动态验证码。"
    en = "Please sign in once on the page and set up your authenticator first."


class SignInOver(DomainError):
    """The step between password and second factor took too long, or was never begun."""

    code, status = "sign-in-over", 401
    zh, en = "登录超时了，请从头再来。", "Signing in took too long; please start again."


class NameTaken(DomainError):
    code, status = "name-taken", 409
    zh, en = "这个登录名已经有人用了。", "This sign-in name is taken."


class HomeAlreadyBound(DomainError):
    code, status = "home-already-bound", 409
    zh, en = "您已经绑定了这套房屋。", "You are bound to this home already."


class HomeAlreadyAsked(DomainError):
    code, status = "home-already-asked", 409
    zh, en = "您已经申请过，居委会正在核对。", "You have asked already; the committee is checking."


class TooManyAskings(DomainError):
    code, status = "too-many-askings", 409
    zh = "您有 {count} 个申请还在核对，请等居委会答复后再申请。"
    en = "{count} of your requests are still being checked; please wait for the answer."


class BindingDecided(DomainError):
    code, status = "binding-decided", 409
    zh, en = "这个申请已经有人处理过了。", "Somebody has decided this request already."


class RoleNotYours(DomainError):
    code, status = "role-not-yours", 403
    zh = "这个岗位不由您安排：只能安排自己下面的岗位，也不能安排自己。"
    en = "This post is not yours to fill: everybody fills those below his own, and never his own."


class FirmApart(DomainError):
    """Whoever works for a firm that cases go to never reads who raised them."""

    code, status = "firm-apart", 409
    zh = "处理单位的人不能在同一个居村担任或代理居委会岗位：案件派给他们时，不告诉是谁反映的。"
    en = "Who works for a handling firm holds no committee post there, nor a lent one: firms never learn who asks."


class LastSecretary(DomainError):
    code, status = "last-secretary", 409
    zh = "居村不能没有书记：请先安排另一位（不定结束日期），或者直接移交。"
    en = "A neighbourhood is never without a secretary: appoint another first, without an end date, or hand it over."


class AdministratorApart(DomainError):
    code, status = "administrator-apart", 409
    zh = "系统、安全、审计三个管理员各是各的人，也不兼任别的岗位。"
    en = "The three administrators are three people, and none of them holds another post."


class DelegationTooLong(DomainError):
    code, status = "delegation-too-long", 422
    field = "valid_to"
    zh, en = "代办最多 {days} 天。", "Somebody acts for another for at most {days} days."


class NotYoursToDelegate(DomainError):
    code, status = "not-yours-to-delegate", 403
    zh = "只能把自己的岗位、或者其中一部分交给别人代办；代来的不能再转交。"
    en = (
        "You may lend your own post, or less of it, to somebody else; what was lent to you cannot be lent on."
    )


class FirstPasswordNeeded(DomainError):
    code, status = "first-password-needed", 422
    field = "password"
    zh, en = "请换成自己的密码，至少 8 位。", "Please choose a password of your own, at least 8 characters."


class PasswordShort(DomainError):
    code, status = "password-short", 422
    field = "password"
    zh, en = "密码至少 {least} 位。", "A password has at least {least} characters."


class PasswordPlain(DomainError):
    code, status = "password-plain", 422
    field = "password"
    zh = "密码要包含大写字母、小写字母、数字、其他符号中的至少 {kinds} 种。"
    en = "A password needs {kinds} of these kinds: capitals, small letters, digits, other signs."


class PasswordGuessable(DomainError):
    code, status = "password-guessable", 422
    field = "password"
    zh = "这个密码太容易猜到。用几个不相干的词连起来，又好记又难猜。"
    en = "This password is easily guessed. Several unrelated words in a row are easy to keep and hard to guess."


class PasswordFormer(DomainError):
    code, status = "password-former", 422
    field = "password"
    zh, en = "这个密码用过了，请换一个没用过的。", "This password was in use before; please take a new one."


class PasswordExpired(DomainError):
    """The rule book wants a new one now; the page of signing in takes it."""

    code, status = "password-expired", 403
    zh = "密码已到期，请在登录页面上更换。"
    en = "The password has run out; please change it on the sign-in page."


class CodeNeeded(DomainError):
    """What would hurt whoever has lost his telephone is done by who has just typed a code."""

    code, status, has_a_page = "fresh-code-needed", 403, True
    zh = "为了确认是您本人，请再输一次短信验证码，10 分钟内不用再输。"
    en = "To make sure that it is you, please type a new code once more; it holds for 10 minutes."


class NotFreshlySignedIn(DomainError):
    """What opens an account for good, or the register in full, is done by who has lately shown who he is."""

    code, status, has_a_page = "not-freshly-signed-in", 403, True
    zh = "为了安全，请再确认一次是您本人：重新输密码，或者用通行密钥。"
    en = "To be safe, please show once more that it is you: with your password, or with a passkey."

    def __init__(self) -> None:
        super().__init__(extra={"confirm": CONFIRM})


class PasskeyNotAccepted(DomainError):
    """The device's answer does not fit: another site, a used or late challenge, a key not known here."""

    code, status = "passkey-not-accepted", 422
    field = "credential"
    zh = "没有认出这把通行密钥，请再试一次，或者用密码登录。"
    en = "This passkey was not recognised; please try again, or sign in with your password."


class TooManyPasskeys(DomainError):
    code, status = "too-many-passkeys", 409
    zh, en = (
        "最多登记 {most} 把通行密钥，请先删除不用的。",
        "At most {most} passkeys; please remove one first.",
    )


class PasskeyKnown(DomainError):
    code, status = "passkey-known", 409
    zh, en = "这把通行密钥已经登记过了。", "This passkey is known already."
