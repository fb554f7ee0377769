"""What people fill in to sign in, to be bound to a home, and to appoint others."""

import re
from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, StringConstraints

from core_db.accounts.phones import normalised_phone
from core_db.foundation.actor import Role
from core_db.foundation.clock import LOCAL
from core_db.foundation.drafts import Draft, clean_text, fault

_SIX_DIGITS = re.compile(r"[0-9]{6}")
#: Hashing is work in proportion to length: nobody needs more.
LONGEST_PASSWORD = 200
SHORTEST_PASSWORD = 8


def _mobile(text: str) -> str:
    phone = normalised_phone(text)
    if phone is None:
        raise fault("请填写 11 位手机号码。", "Please enter a mobile number of 11 digits.")
    return phone


def _six_digits(text: str) -> str:
    # Taken exactly as sent: whoever repairs a code accepts more than one code.
    if not _SIX_DIGITS.fullmatch(text):
        raise fault("验证码是 6 位数字，中间没有空格。", "The code is six digits, without spaces.")
    return text


def _folded(text: str) -> str:
    return text.casefold()


def _named(text: str) -> str:
    name = " ".join(clean_text(text).split())
    if not name:
        raise fault("请填写姓名。", "Please enter a name.")
    return name


def _said(text: str) -> str:
    cleaned = clean_text(text)
    if not cleaned:
        raise fault("请写明原因。", "Please say why.")
    return cleaned


def _as_typed(value: object) -> object:
    # Wrapped before anything trims it: a space at the end is part of a password.
    return SecretStr(value) if isinstance(value, str) else value


def _password(value: SecretStr) -> SecretStr:
    if len(value.get_secret_value()) > LONGEST_PASSWORD:
        raise fault("密码太长了。", "The password is too long.")
    if not value.get_secret_value():
        raise fault("请填写密码。", "Please enter the password.")
    return value


def _new_password(value: SecretStr) -> SecretStr:
    if len(value.get_secret_value()) < SHORTEST_PASSWORD:
        raise fault("密码至少 8 位。", "A password has at least 8 characters.")
    return _password(value)


def _empty_is_none(value: object) -> object:
    return None if value == "" else value


def _zoned(moment: datetime) -> datetime:
    """What a browser's form sends knows no zone: it is the clock on the wall here."""
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=LOCAL)


Moment = Annotated[datetime, AfterValidator(_zoned)]
Phone = Annotated[str, Field(max_length=40), AfterValidator(_mobile)]
SixDigits = Annotated[
    str, StringConstraints(strip_whitespace=False, max_length=40), AfterValidator(_six_digits)
]
PersonName = Annotated[str, Field(max_length=60), AfterValidator(_named)]
#: The document says what the validator objects to: at least one sign that is no space.
Reason = Annotated[str, Field(max_length=500, json_schema_extra={"pattern": r"\S"}), AfterValidator(_said)]
PlaceId = Annotated[str, Field(min_length=1, max_length=64)]
Password = Annotated[SecretStr, BeforeValidator(_as_typed), AfterValidator(_password)]
NewPassword = Annotated[SecretStr, BeforeValidator(_as_typed), AfterValidator(_new_password)]
Username = Annotated[str, Field(min_length=1, max_length=60), AfterValidator(_folded)]


class PhoneDraft(Draft):
    """The number a code is to be sent to."""

    phone: Phone


class CodeSignInDraft(Draft):
    phone: Phone
    code: SixDigits


class OwnCodeDraft(Draft):
    """The code sent to the telephone of whoever is signed in."""

    code: SixDigits


class PasswordSignInDraft(Draft):
    username: Username
    password: Password
    otp: Annotated[SixDigits | None, BeforeValidator(_empty_is_none)] = None


class SecondFactorDraft(Draft):
    otp: SixDigits


class BindingDraft(Draft):
    """The home a resident says he lives in, and his name as the register may know it."""

    home_id: PlaceId
    name: PersonName


class BindingRefusalDraft(Draft):
    reason: Reason


class StaffDraft(Draft):
    """A new member of staff. The name is what residents read."""

    username: Annotated[
        str, Field(min_length=2, max_length=40, pattern=r"^[A-Za-z0-9._-]+$"), AfterValidator(_folded)
    ]
    password: NewPassword
    name: PersonName


class PasswordDraft(Draft):
    password: NewPassword


class NewPasswordDraft(Draft):
    """One's password now, and the one it shall be."""

    current: Password
    password: Password


class PasskeyDraft(Draft):
    """What the browser says a device answered (`PublicKeyCredential.toJSON`), as text."""

    credential: Annotated[str, Field(min_length=2, max_length=20_000)]


class RoleDraft(Draft):
    """One role at one place, from a moment (now, if missing) to another (open, if missing)."""

    account_id: PlaceId
    role: Role
    place_id: PlaceId
    organisation_id: str | None = None
    valid_from: Moment | None = None
    valid_to: Moment | None = None
    reason: Annotated[str, Field(max_length=500)] = ""


class HandOverDraft(Draft):
    """To whom a post goes, and why."""

    account_id: PlaceId
    reason: Reason


class DelegationDraft(Draft):
    """Who acts for oneself, in which of one's posts (or in less of it), from when (now, if missing) to when."""

    assignment_id: PlaceId
    delegate_id: PlaceId
    role: Role | None = None
    place_id: str | None = None
    valid_from: Moment | None = None
    valid_to: Moment
    reason: Reason


class HiringDraft(Draft):
    """A new member of staff and the first post, with a password for the first sign-in alone."""

    username: Annotated[
        str, Field(min_length=2, max_length=40, pattern=r"^[A-Za-z0-9._-]+$"), AfterValidator(_folded)
    ]
    name: PersonName
    role: Role
    place_id: PlaceId
    organisation_id: str | None = None
    reason: Reason


class FirstPasswordDraft(Draft):
    """The password somebody chooses for himself in place of the one he was given."""

    password: Annotated[SecretStr, AfterValidator(_new_password)]
