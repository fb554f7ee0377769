"""Facts about accounts, and about what people ask of their own data."""

from typing import ClassVar

from plugins.sdk.events.base import Event


class AccountEvent(Event):
    """Something happened to an account or what it may do."""

    account_id: str

    @property
    def subject(self) -> str:
        return f"account/{self.account_id}"


class SessionRevoked(AccountEvent):
    """A signed-in device was signed out; its sockets close. Without `session_id`: all of the account's."""

    type: ClassVar[str] = "cn.shequyun.session.revoked.v1"
    session_id: str | None = None


class PasskeysChanged(AccountEvent):
    """Somebody added a passkey to his account, or removed one."""

    type: ClassVar[str] = "cn.shequyun.account.passkeys_changed.v1"


class SignInRenewed(AccountEvent):
    """Whoever gives somebody's posts, or the operator, let him start over: password and factors of before are void."""

    type: ClassVar[str] = "cn.shequyun.account.sign_in_renewed.v1"


class RolesChanged(AccountEvent):
    """An account's roles or homes changed; what it may see is worked out anew."""

    type: ClassVar[str] = "cn.shequyun.account.roles_changed.v1"


class HomeBindingAsked(AccountEvent):
    """A resident asks to be bound to a home; a worker decides."""

    type: ClassVar[str] = "cn.shequyun.home.binding_asked.v1"
    binding_id: str


class HomeBound(AccountEvent):
    """An account was bound to a home."""

    type: ClassVar[str] = "cn.shequyun.home.bound.v1"
    binding_id: str


class HomeBindingRefused(AccountEvent):
    """A worker refused a binding, with a reason."""

    type: ClassVar[str] = "cn.shequyun.home.binding_refused.v1"
    binding_id: str


class DataExportAsked(AccountEvent):
    """Somebody asked for a copy of everything about himself, or about a child he is guardian of."""

    type: ClassVar[str] = "cn.shequyun.mydata.export_asked.v1"
    export_id: str


class DataExportReady(AccountEvent):
    """A copy can be fetched, for a week, by whoever asked for it."""

    type: ClassVar[str] = "cn.shequyun.mydata.export_ready.v1"
    export_id: str


class ErasureAsked(AccountEvent):
    """Somebody said that he leaves the platform; for seven days he may take it back."""

    type: ClassVar[str] = "cn.shequyun.mydata.erasure_asked.v1"


class ErasureWithdrawn(AccountEvent):
    """He stays after all."""

    type: ClassVar[str] = "cn.shequyun.mydata.erasure_withdrawn.v1"


class AccountErased(AccountEvent):
    """Whatever said whose account it was is gone; listeners that kept something of it forget it too."""

    type: ClassVar[str] = "cn.shequyun.mydata.account_erased.v1"


class CorrectionAsked(AccountEvent):
    """Somebody says that the register is wrong about him; the committee decides within fifteen working days."""

    type: ClassVar[str] = "cn.shequyun.mydata.correction_asked.v1"
    correction_id: str


class CorrectionDecided(AccountEvent):
    """The committee put the register right, or said why not; or he took it back."""

    type: ClassVar[str] = "cn.shequyun.mydata.correction_decided.v1"
    correction_id: str
    status: str


class ConsentGiven(AccountEvent):
    """Somebody agreed to a use of data beyond what his cases need."""

    type: ClassVar[str] = "cn.shequyun.mydata.consent_given.v1"
    purpose: str


class ConsentWithdrawn(AccountEvent):
    """He took it back; it has had its effect already."""

    type: ClassVar[str] = "cn.shequyun.mydata.consent_withdrawn.v1"
    purpose: str


class GuardianshipAsked(AccountEvent):
    """Somebody says that he is guardian of a minor; the committee decides."""

    type: ClassVar[str] = "cn.shequyun.mydata.guardianship_asked.v1"
    guardianship_id: str


class GuardianshipDecided(AccountEvent):
    """The committee said whether somebody acts for a minor; or it ended."""

    type: ClassVar[str] = "cn.shequyun.mydata.guardianship_decided.v1"
    guardianship_id: str
    status: str


class RetentionChanged(Event):
    """The operator keeps a kind of record for another number of days from now on."""

    type: ClassVar[str] = "cn.shequyun.retention.changed.v1"
    what: str
    days: int

    @property
    def subject(self) -> str:
        return f"retention/{self.what}"
