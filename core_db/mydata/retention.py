"""How long what is kept: the product's own time for each kind of record, the law's shortest, and the operator's.

Sources: 网络安全法 (2016) art. 21(3), network logs at least six months; 个人信息保护法 art. 56, records of impact
and of handling at least three years; 民法典 art. 188, claims lapse after three years, so until then what was said
may be evidence; 个人信息保护法 art. 19, no longer than the purpose needs. Where no law names a time, the product does.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from core_db.foundation.actor import Actor, ActorKind
from core_db.foundation.clock import Clock
from core_db.foundation.errors import CannotBeRead, NotFound
from core_db.foundation.lean import dataclass
from core_db.foundation.outbox import emit
from core_db.mydata.errors import ShorterThanTheLaw
from core_db.mydata.model import RULES, RetentionRule
from core_db.mydata.words import Pair
from plugins.sdk.events import RetentionChanged

#: Longer than anybody lives to see: more is a slip of the hand.
LONGEST = 36_500


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of record: days it is kept by default, the fewest that are accepted, on what ground, and its tables."""

    words: Pair
    days: int
    at_least: int
    basis: Pair
    tables: tuple[str, ...]


_THREE_YEARS, _SIX_MONTHS = 1_096, 184
_EVIDENCE: Pair = ("民法典第188条：三年诉讼时效", "Civil Code art. 188: claims lapse after three years")
_LEFT: Pair = ("个人信息保护法第47条：居民注销", "PIPL art. 47: a resident left the platform")
_HANDLING: Pair = ("个人信息保护法第56条：至少三年", "PIPL art. 56: three years at least")
_CASE = (
    "cases", "case_parties", "case_entries", "case_dispatches", "case_clocks", "clock_pauses", "case_extensions",
    "case_evaluations", "case_rounds", "kept_entries", "case_filled_fields",
)  # fmt: skip
_NEED: Pair = ("个人信息保护法第19条：够用就删", "PIPL art. 19: no longer than is needed")
KINDS: Mapping[str, Kind] = {
    "left-case-content": Kind(
        words=(
            "注销居民的不公开诉求：内容和照片，自办结起",
            "Private requests of those who left: what was said and photographed, from their end",
        ),
        days=_THREE_YEARS, at_least=30, basis=_EVIDENCE, tables=_CASE,
    ),
    "case-content": Kind(
        words=("诉求的内容和照片，自办结起", "What was said and photographed in requests, from their end"),
        days=3_653, at_least=_THREE_YEARS, basis=_EVIDENCE, tables=_CASE,
    ),
    "case-photos": Kind(
        words=("诉求的照片，自办结起", "Photos in requests, from their end"),
        days=_THREE_YEARS, at_least=30, basis=_EVIDENCE, tables=("photos",),
    ),
    "loose-photos": Kind(
        words=("没有用在诉求里的照片", "Photos that no request shows"), days=30, at_least=1, basis=_NEED,
        tables=("photos",),
    ),
    "access-events": Kind(
        words=(
            "谁看过谁的完整信息，以及当时的原因、审核、疑问和提醒，应用读过什么",
            "Who read whose data in full, with reasons, reviews, questions and alarms, and what plugins asked for",
        ),
        days=_THREE_YEARS, at_least=_THREE_YEARS, basis=_HANDLING,
        tables=(
            "access_events", "look_reasons", "look_reviews", "look_questions", "look_deferrals", "look_alarms",
            "x_calls",
        ),
    ),
    "sign-ins": Kind(
        words=("登录记录，自失效起", "Sign-ins, from their end"), days=_SIX_MONTHS, at_least=_SIX_MONTHS,
        basis=("网络安全法（2016）第21条：至少六个月", "Cybersecurity Law (2016) art. 21: six months at least"),
        tables=("sign_in_sessions", "live_tickets"),
    ),
    "register-history": Kind(
        words=("名册的更改记录：改前改后的内容", "What the register said before and after a change"), days=3_653,
        at_least=_THREE_YEARS, basis=_EVIDENCE, tables=("register_changes",),
    ),
    "place-history": Kind(
        words=("房屋和住户的更改记录：改前改后的内容", "What was said of a place before and after a change"),
        days=3_653, at_least=_THREE_YEARS, basis=_EVIDENCE, tables=("place_changes",),
    ),
    "register-of-the-dead": Kind(
        words=("已去世居民的登记，自去世起", "Entries of residents who died, from their death"), days=3_653,
        at_least=_SIX_MONTHS, basis=_NEED, tables=(),
    ),
    "feedback": Kind(
        words=("对平台的意见", "Comments on the platform"), days=365, at_least=1, basis=_NEED,
        tables=("platform_feedback",),
    ),
    "emergencies": Kind(
        words=("紧急查看和它的审核", "Looks in an emergency, and their reviews"), days=_THREE_YEARS,
        at_least=_THREE_YEARS, basis=_HANDLING, tables=("emergency_accesses", "emergency_reviews"),
    ),
    "register-exports": Kind(
        words=("导出名册的申请和决定", "Exports of the register that were asked for"), days=_THREE_YEARS,
        at_least=_THREE_YEARS, basis=_HANDLING, tables=("register_exports",),
    ),
    "register-sheets": Kind(
        words=("交来的名册表格和它的每一行，自交来起", "Tables handed in for the register, from that day"), days=30,
        at_least=8, basis=_NEED, tables=("register_sheets", "register_sheet_rows"),
    ),
    "reports": Kind(
        words=("报送过的表，自到期起", "Forms that were handed in, from the day they were due"), days=_THREE_YEARS,
        at_least=30, basis=_NEED, tables=("report_fills", "report_rows", "report_answers"),
    ),
    "inquiries": Kind(
        words=("窗口首问登记", "Questions people asked at the counter"), days=_THREE_YEARS, at_least=30,
        basis=_EVIDENCE, tables=("inquiries",),
    ),
    "handover-notes": Kind(
        words=("办完的交班留言", "Hand-over notes that are done"), days=_SIX_MONTHS, at_least=1, basis=_NEED,
        tables=("handover_notes",),
    ),
    "experience-proposals": Kind(
        words=("提出分享的经验，自决定起", "Experiences proposed for sharing, from the decision"),
        days=_THREE_YEARS, at_least=30, basis=_EVIDENCE, tables=("experience_proposals",),
    ),
    "corrections": Kind(
        words=("更正信息的申请，自决定起", "Requests to correct data, from their decision"), days=_THREE_YEARS,
        at_least=30, basis=_EVIDENCE, tables=("correction_requests",),
    ),
    "consents": Kind(
        words=("收回了的同意，自收回起", "Consents that were taken back, from then"), days=_THREE_YEARS, at_least=30,
        basis=_EVIDENCE, tables=("consents",),
    ),
    "guardianships": Kind(
        words=("没有通过或已结束的监护关系", "Guardianships that were refused or have ended"), days=_THREE_YEARS,
        at_least=30, basis=_EVIDENCE, tables=("guardianships",),
    ),
    "tags-ended": Kind(
        words=("去掉或到期的标签，自结束起", "Tags that were taken off or ran out, from their end"), days=_THREE_YEARS,
        at_least=30, basis=_EVIDENCE, tables=("tag_assignments",),
    ),
    "visits": Kind(
        words=("走访记录，以及由此记下的需求和标签建议", "Visits, with the needs and tag proposals that came of them"),
        days=_THREE_YEARS, at_least=30, basis=_NEED,
        tables=("visits", "visit_people", "visit_words", "visit_cases", "needs", "visit_tag_proposals"),
    ),
    # -- plugins
    "plugin-consents": Kind(
        words=("收回了的应用授权，自收回起", "What plugins were let read and no longer are, from then"),
        days=_THREE_YEARS, at_least=30, basis=_EVIDENCE, tables=("x_consents",),
    ),
    "plugin-messages": Kind(
        words=("应用发的消息", "Messages from plugins"), days=365, at_least=1, basis=_NEED, tables=("x_messages",),
    ),
    "plugin-profiles": Kind(
        words=(
            "为应用填的个人信息，自填写起",
            "What was filled in about residents for plugins, from then",
        ),
        days=_THREE_YEARS, at_least=30, basis=_NEED, tables=("x_profile_fields",),
    ),
    "plugin-keys": Kind(
        words=("应用做过一次的事的凭据，没有内容", "Marks of what plugins did once, without what it was"),
        days=_THREE_YEARS, at_least=_SIX_MONTHS, basis=_NEED, tables=("x_keys",),
    ),
    "plugin-erasures": Kind(
        words=("已办完的应用数据删除", "That plugins were made to forget somebody, once it is done"),
        days=_THREE_YEARS, at_least=_THREE_YEARS, basis=_HANDLING, tables=("x_erasures",),
    ),
}  # fmt: skip
#: Tables with personal data and no time of their own, by what they wait for. A table stands here or with a kind.
OTHERWISE: Mapping[str, str] = {
    table: why
    for why, tables in {
        "as long as the account; leaving erases them": (
            "accounts", "home_bindings", "passkeys", "passkey_challenges", "former_passwords", "case_supports",
        ),
        "as long as the committee's register has the person; moving out and leaving end it": (
            "persons", "households", "residencies", "register_proposals",
            "register_merges", "register_distinctions",
        ),
        "who held which power when has to be told as long as anything done in it is": (
            "role_assignments", "delegations", "x_roles",
        ),
        "that somebody left is what keeps a copy that is put back from bringing him back": ("erasures",),
        "a month; whoever first asks in the next one drops them, and no row is about a person": ("told_figures",),
        "a file of seven days; `drop-old-exports` takes row and file": ("data_exports",),
        "minutes to days; what runs each hour forgets them": (
            "sign_in_codes", "idempotency_records", "jobs", "deliveries", "outbox", "histories_forgetting",
        ),
        "the key of a pseudonym is destroyed with its person; the record itself names nobody and is kept whole": (
            "audit_subjects",
        ),
        "places, firms, counts and keys, of which no row is about a person": (
            "places", "divisions", "communities", "estates", "buildings", "homes", "organisations", "case_counts",
            "data_keys", "register_rules", "place_records",
            # -- what a neighbourhood holds
            "facilities", "facility_inspections", "grids", "building_groups", "group_charters", "coverings",
            "community_types", "organisation_categories",
            "guides", "stamp_items", "known_words", "experiences", "experience_adoptions",
        ),
        "words of a dictionary and what groups have in common, of which no row is about a person": (
            "tag_definitions", "saved_groups",
        ),
        "whom a committee plans to visit, as long as its register has him; what it asks at which buildings": (
            "visit_plans", "visit_plan_subjects", "missed_visits", "canvasses", "visit_intervals",
        ),
        "what forms ask of everybody the same": (
            "assist_items", "report_forms", "report_fields",
        ),
        "who served where is kept as long as the neighbourhood; leaving erases it": ("seats",),
        # -- plugins
        "plugins, where they are on and how they run, of which no row is about a person": (
            "x_plugins", "x_grants", "x_job_runs", "x_pulses",
        ),
        "what plugins bring to a neighbourhood, of everybody the same": (
            "categories_offered", "case_fields", "case_fields_asked",
        ),
        "by which id a plugin knows somebody, as long as either is here; erasing and removing destroy it": (
            "x_subjects",
        ),
    }.items()
    for table in tables
}  # fmt: skip


def ground_words(ground: str) -> Pair:
    """Why something was erased, as the record has it: a kind whose time was over, or that somebody left."""
    kind = KINDS.get(ground)
    return kind.basis if kind is not None else _LEFT


@dataclass(frozen=True, kw_only=True)
class RuleInForce:
    """How long a kind is kept now; `own` where the operator chose it."""

    what: str
    days: int
    basis: str | None
    own: bool


def rules_in_force(session: Session) -> dict[str, RuleInForce]:
    """The time of every kind, the operator's before the product's."""
    chosen = {row.what: row for row in session.execute(select(RULES))}
    return {what: _rule(what, kind, chosen.get(what)) for what, kind in KINDS.items()}


def kept_for(session: Session, what: str) -> timedelta:
    return timedelta(days=rules_in_force(session)[what].days)


def set_retention(
    session: Session, what: str, days: int, *, basis: str = "", actor: Actor, clock: Clock
) -> RuleInForce:
    """Keep a kind for another time. Shorter than the law wants is refused, with the article."""
    if actor.kind is not ActorKind.SYSTEM:
        raise NotFound()
    kind = KINDS.get(what)
    if kind is None:
        raise CannotBeRead({"what": (f"没有“{what}”这一类。", f"There is no kind “{what}”.")})
    if days < kind.at_least:
        raise ShorterThanTheLaw(days=kind.at_least, basis_zh=kind.basis[0], basis_en=kind.basis[1])
    if days > LONGEST:
        raise CannotBeRead({"days": (f"最多 {LONGEST} 天。", f"At most {LONGEST} days.")})

    now = clock.now()
    row = session.merge(RetentionRule(what=what, days=days, basis=basis, changed_at=now))
    session.flush()
    fact = RetentionChanged(community_id="", what=what, days=days)
    emit(session, fact, actor=actor, at=now, audience=(), right=None)
    return _rule(what, kind, row)


def _rule(what: str, kind: Kind, chosen: Any) -> RuleInForce:
    # A time that became too short, because the law changed since it was chosen, is not followed.
    if chosen is None or chosen.days < kind.at_least:
        return RuleInForce(what=what, days=kind.days, basis=None, own=False)
    return RuleInForce(what=what, days=chosen.days, basis=chosen.basis or None, own=True)
