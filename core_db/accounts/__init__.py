"""Accounts: signing in, sessions, homes and roles. What others may use is imported here."""

from core_db.accounts.bindings import (
    PlaceScope,
    approve_binding,
    ask_for_home,
    end_binding,
    refuse_binding,
    scope_of,
)
from core_db.accounts.codes import (
    DEMO_CODE,
    CodeBudget,
    CodeToSend,
    account_of_phone,
    ask_for_code,
    sign_in_with_code,
    take_back_code,
)
from core_db.accounts.drafts import (
    BindingDraft,
    BindingRefusalDraft,
    CodeSignInDraft,
    PasswordDraft,
    PasswordSignInDraft,
    PhoneDraft,
    RoleDraft,
    SecondFactorDraft,
    StaffDraft,
)
from core_db.accounts.errors import CodeLate, CodeNotSent, SignInOver
from core_db.accounts.model import (
    Account,
    BindingStatus,
    HomeBinding,
    LiveTicket,
    RateCount,
    RoleAssignment,
    SignInCode,
    SignInSession,
)
from core_db.accounts.passwords import password_matches
from core_db.accounts.phones import normalised_phone
from core_db.accounts.queries import (
    BindingSeen,
    Device,
    HomeHeld,
    Me,
    PlaceChoice,
    RoleHeld,
    StepToHome,
    binding_seen,
    me,
    my_bindings,
    my_devices,
    open_bindings,
    step_to_home,
)
from core_db.accounts.roles import assign_role, end_role
from core_db.accounts.second_factor import enrolment_address
from core_db.accounts.senders import Sender, code_message, sender_from
from core_db.accounts.sessions import (
    COMMITTEE,
    RESIDENT,
    SECOND_STEP,
    SignedIn,
    SignedInDevice,
    actor_for_token,
    actor_of_session,
    forget_old_sign_ins,
    idle_after,
    keep_alive,
    needs_to_be_seen,
    sign_out,
    sign_out_everywhere,
    signed_in_device,
    token_digest,
)
from core_db.accounts.staff import (
    Enrolment,
    SecondStep,
    begin_second_step,
    begin_staff_sign_in,
    change_password,
    close_account,
    create_staff,
    finish_second_step,
    finish_staff_sign_in,
    note_refused_sign_in,
    second_step,
)

__all__ = [
    "COMMITTEE", "DEMO_CODE", "RESIDENT", "SECOND_STEP", "Account", "BindingDraft", "BindingRefusalDraft",
    "BindingSeen", "BindingStatus", "CodeBudget", "CodeLate", "CodeNotSent", "CodeSignInDraft",
    "CodeToSend", "Device", "Enrolment", "HomeBinding", "HomeHeld", "LiveTicket", "Me", "PasswordDraft",
    "PasswordSignInDraft", "PhoneDraft", "PlaceChoice", "PlaceScope", "RateCount", "RoleAssignment",
    "RoleDraft", "RoleHeld", "SecondFactorDraft", "SecondStep", "Sender", "SignInCode", "SignInOver",
    "SignInSession", "SignedIn", "SignedInDevice", "StaffDraft", "StepToHome", "account_of_phone",
    "actor_for_token", "actor_of_session", "approve_binding", "ask_for_code", "ask_for_home", "assign_role",
    "begin_second_step", "begin_staff_sign_in", "binding_seen", "change_password", "close_account",
    "code_message", "create_staff", "end_binding", "end_role", "enrolment_address", "finish_second_step",
    "finish_staff_sign_in", "forget_old_sign_ins", "idle_after", "keep_alive", "me", "my_bindings",
    "my_devices", "needs_to_be_seen", "normalised_phone", "note_refused_sign_in", "open_bindings", "password_matches",
    "refuse_binding", "scope_of", "second_step", "sender_from", "sign_in_with_code", "sign_out",
    "sign_out_everywhere", "signed_in_device", "step_to_home", "take_back_code", "token_digest",
]  # fmt: skip
