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
from core_db.accounts.delegating import delegate_role, end_delegation
from core_db.accounts.drafts import (
    BindingDraft,
    BindingRefusalDraft,
    CodeSignInDraft,
    DelegationDraft,
    FirstPasswordDraft,
    HandOverDraft,
    HiringDraft,
    NewPasswordDraft,
    PasskeyDraft,
    PasswordDraft,
    PasswordSignInDraft,
    PhoneDraft,
    RoleDraft,
    SecondFactorDraft,
    StaffDraft,
)
from core_db.accounts.errors import (
    CodeLate,
    CodeNotSent,
    FirstPasswordNeeded,
    PasswordExpired,
    PasswordWrong,
    SignInOver,
)
from core_db.accounts.fresh_code import ask_for_own_code, confirm_with_code
from core_db.accounts.handing_over import hand_over
from core_db.accounts.hiring import hire
from core_db.accounts.leads import Door, LedBuilding, MyBuilding, buildings_led, my_building
from core_db.accounts.model import (
    Account,
    BindingStatus,
    Delegation,
    HomeBinding,
    LiveTicket,
    RateCount,
    RoleAssignment,
    SignInCode,
    SignInSession,
)
from core_db.accounts.passkeys import (
    PasskeySeen,
    Site,
    add_passkey,
    begin_passkey,
    begin_passkey_sign_in,
    my_passkeys,
    remove_passkey,
    sign_in_with_passkey,
    site_at,
)
from core_db.accounts.passwords import hash_password, one_time_password, password_matches, refuse_weak
from core_db.accounts.phones import normalised_phone
from core_db.accounts.posts import (
    DelegationSeen,
    OwnPost,
    PostSeen,
    Seat,
    Somebody,
    building_of,
    delegation_seen,
    my_delegations,
    own_posts,
    post_seen,
    posts_held,
    residents_to_lead,
    seats,
    staff_in_sight,
    told_at,
)
from core_db.accounts.profiles import RULES, AuthProfile, AuthRules
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
from core_db.accounts.reads import ReadSeen, unmasked_reads
from core_db.accounts.renewal import (
    PasswordKept,
    judged_password,
    password_kept,
    password_run_out,
    store_password,
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
    NewPasswordStep,
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
    "COMMITTEE", "DEMO_CODE", "RESIDENT", "RULES", "SECOND_STEP", "Account", "AuthProfile", "AuthRules",
    "BindingDraft", "BindingRefusalDraft", "BindingSeen", "BindingStatus", "CodeBudget", "CodeLate",
    "CodeNotSent", "CodeSignInDraft", "CodeToSend", "Delegation", "DelegationDraft", "DelegationSeen", "Device",
    "Door", "Enrolment", "FirstPasswordDraft", "FirstPasswordNeeded", "HandOverDraft", "HiringDraft",
    "HomeBinding", "HomeHeld", "LedBuilding", "LiveTicket", "Me", "MyBuilding", "NewPasswordDraft",
    "NewPasswordStep", "OwnPost", "PasskeyDraft", "PasskeySeen", "PasswordDraft", "PasswordExpired",
    "PasswordKept", "PasswordSignInDraft", "PasswordWrong", "PhoneDraft", "PlaceChoice", "PlaceScope",
    "PostSeen", "RateCount", "ReadSeen", "RoleAssignment", "RoleDraft", "RoleHeld", "Seat", "SecondFactorDraft",
    "SecondStep", "Sender", "SignInCode", "SignInOver", "SignInSession", "SignedIn", "SignedInDevice", "Site",
    "Somebody", "StaffDraft", "StepToHome", "account_of_phone", "actor_for_token", "actor_of_session",
    "add_passkey", "approve_binding", "ask_for_code", "ask_for_home", "ask_for_own_code", "assign_role",
    "begin_passkey", "begin_passkey_sign_in", "begin_second_step", "begin_staff_sign_in", "binding_seen",
    "building_of", "buildings_led", "change_password", "close_account", "code_message", "confirm_with_code",
    "create_staff", "delegate_role", "delegation_seen", "end_binding", "end_delegation", "end_role",
    "enrolment_address", "finish_second_step", "finish_staff_sign_in", "forget_old_sign_ins", "hand_over",
    "hash_password", "hire", "idle_after", "judged_password", "keep_alive", "me", "my_bindings", "my_building",
    "my_delegations", "my_devices", "my_passkeys", "needs_to_be_seen", "normalised_phone",
    "note_refused_sign_in", "one_time_password", "open_bindings", "own_posts", "password_kept",
    "password_matches", "password_run_out", "post_seen", "posts_held", "refuse_binding", "refuse_weak",
    "remove_passkey", "residents_to_lead", "scope_of", "seats", "second_step", "sender_from",
    "sign_in_with_code", "sign_in_with_passkey", "sign_out", "sign_out_everywhere", "signed_in_device",
    "site_at", "staff_in_sight", "step_to_home", "store_password", "take_back_code", "token_digest", "told_at",
    "unmasked_reads",
]  # fmt: skip
