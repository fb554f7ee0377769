"""T05, T48: whatever happens to posts, rights are what the facts of the moment say, and nothing is left over.

A machine hires, moves, lends, hands over and lets go, and lets time pass. Beside it a plain list of what was said is
kept, and after each step everybody's rights are worked out from it anew, by rules written a second time.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlmodel import select

from core_db.accounts import (
    DelegationDraft,
    HandOverDraft,
    HiringDraft,
    RoleAssignment,
    RoleDraft,
    assign_role,
    close_account,
    delegate_role,
    end_delegation,
    end_role,
    hand_over,
    hire,
)
from core_db.accounts.sessions import grants_now
from core_db.foundation.actor import Actor, ActorKind, Role
from core_db.foundation.errors import DomainError
from core_db.foundation.ids import new_id
from tests.town import Town

HOUR = timedelta(hours=1)
#: What of a post may be lent, as the machine's own rules have it.
WITHIN = {
    Role.WORKER: (Role.WORKER,), Role.SECRETARY: (Role.SECRETARY, Role.WORKER),
    Role.TOWN_DISPATCHER: (Role.TOWN_DISPATCHER,),
}  # fmt: skip
Right = tuple[Role, str, str | None]


@dataclass
class Held:
    """A post as it was said to be given. `until` is None where nobody said."""

    id: str
    who: str
    role: Role
    place: str
    since: datetime
    until: datetime | None


@dataclass
class Lent:
    """Somebody acts in a post of another's."""

    id: str
    of: Held
    to: str
    role: Role
    since: datetime
    until: datetime


class Posts(RuleBasedStateMachine):
    """A neighbourhood and its town over some weeks."""

    given: ClassVar[Town]
    #: How often each deed was done rather than refused, in all histories.
    done: ClassVar[Counter[str]]

    @initialize()
    def found(self) -> None:
        # Each history has people of its own; the places are the town's. Whoever was there before is gone.
        self.door, self.clock = self.given.door, self.given.clock
        self._clear()
        self.people: list[str] = []
        self.gone: set[str] = set()
        self.posts: list[Held] = []
        self.lent: list[Lent] = []
        self.town = self._somebody(Role.TOWN_DISPATCHER, self.given.town.id)
        for role in (Role.SECRETARY, Role.WORKER, Role.WORKER):
            self._somebody(role, self.given.community.id)

    # -- what happens --------------------------------------------------------------------------------

    @rule(which=st.integers(0, 99), role=st.sampled_from([Role.WORKER, Role.SECRETARY]))
    def hired(self, which: int, role: Role) -> None:
        draft = HiringDraft(
            username=f"n{new_id()}"[:30] + str(len(self.people)), name=f"人{len(self.people)}", role=role,
            place_id=self._place(which), reason="新来",
        )  # fmt: skip
        made = self._do(hire, draft, password_hash="x", by=self.town)
        if made is not None:
            self.people.append(made.account_id)
            self.posts.append(_held(made))

    @rule(
        who=st.integers(0, 99), role=st.sampled_from([Role.WORKER, Role.SECRETARY]), which=st.integers(0, 99),
        begins=st.integers(-30, 300), lasts=st.one_of(st.none(), st.integers(1, 300)),
    )  # fmt: skip
    def moved(self, who: int, role: Role, which: int, begins: int, lasts: int | None) -> None:
        since = self.clock.now() + begins * HOUR
        draft = RoleDraft(
            account_id=self._pick(who), role=role, place_id=self._place(which), valid_from=since,
            valid_to=None if lasts is None else since + lasts * HOUR, reason="调动",
        )  # fmt: skip
        made = self._do(assign_role, draft, by=self.town)
        if made is not None:
            self.posts.append(_held(made))

    @precondition(lambda self: self._now_held())
    @rule(
        which=st.integers(0, 99), to=st.integers(0, 99), lesser=st.booleans(),
        begins=st.sampled_from([0, 0, 0, 20]), lasts=st.sampled_from([30, 24 * 10, 24 * 30, 24 * 30 + 1]),
    )  # fmt: skip
    def lends(self, which: int, to: int, lesser: bool, begins: int, lasts: int) -> None:
        posts = self._now_held()
        post = posts[which % len(posts)]
        since = self.clock.now() + begins * HOUR
        role = WITHIN[post.role][-1] if lesser else post.role
        draft = DelegationDraft(
            assignment_id=post.id, delegate_id=self._pick(to), role=role, valid_from=since,
            valid_to=since + lasts * HOUR, reason="出差",
        )  # fmt: skip
        made = self._do(delegate_role, draft, by=post.who)
        if made is not None:
            assert lasts <= 30 * 24
            assert made.delegate_id != post.who
            self.lent.append(
                Lent(
                    id=made.id, of=post, to=made.delegate_id, role=made.role, since=made.valid_from, until=made.valid_to
                )
            )  # fmt: skip

    @precondition(lambda self: self.lent)
    @rule(which=st.integers(0, 99), who=st.integers(0, 99))
    def ends_lending(self, which: int, who: int) -> None:
        lent, somebody = self.lent[which % len(self.lent)], self._pick(who)
        ended = self._do(end_delegation, lent.id, by=somebody)
        if ended is not None:
            assert somebody in (lent.to, lent.of.who)
            lent.until = min(lent.until, max(self.clock.now(), lent.since))

    @precondition(lambda self: self.posts)
    @rule(which=st.integers(0, 99))
    def ended(self, which: int) -> None:
        post = self._one(which)
        if self._do(end_role, post.id, by=self.town) is not None:
            self._close(post)

    @precondition(lambda self: self.posts)
    @rule(which=st.integers(0, 99), to=st.integers(0, 99))
    def handed_over(self, which: int, to: int) -> None:
        post = self.posts[which % len(self.posts)]
        made = self._do(
            hand_over, post.id, HandOverDraft(account_id=self._pick(to), reason="换人"), by=self.town
        )
        if made is not None:
            assert made.account_id != post.who
            self.posts.append(_held(made))
            self._close(post)

    @rule(who=st.integers(0, 99))
    def leaves(self, who: int) -> None:
        somebody = self._pick(who)
        if somebody != self.town and self._do(close_account, somebody, by=somebody, answer=True):
            self.gone.add(somebody)
            for post in self.posts:
                if post.who == somebody:
                    self._close(post)

    @rule(hours=st.sampled_from([1, 24, 24 * 7, 24 * 31]))
    def time_passes(self, hours: int) -> None:
        self.clock.advance(hours * HOUR)

    # -- what holds after each step ------------------------------------------------------------------

    @invariant()
    def everybody_may_what_the_facts_say(self) -> None:
        now = self.clock.now()
        for somebody in (*self.people, self.town):
            held = self.door.read_now(lambda session, one=somebody: grants_now(session, one, now=now))
            rights = Counter((grant.role, grant.place_id, grant.giver_id) for grant in held)
            assert rights == self._rights(somebody, now)

    @invariant()
    def nobody_lends_more_than_he_has_or_what_was_lent(self) -> None:
        now = self.clock.now()
        for lent in self.lent:
            if self._in_force(lent.since, lent.until, now):
                assert lent.role in WITHIN[lent.of.role]
                assert lent.until - lent.since <= timedelta(days=30)

    @invariant()
    def the_neighbourhood_keeps_its_secretary(self) -> None:
        now = self.clock.now()
        assert any(
            post.role is Role.SECRETARY and post.place == self.given.community.id and post.who not in self.gone
            and self._in_force(post.since, post.until, now)
            for post in self.posts
        )  # fmt: skip

    def _rights(self, who: str, now: datetime) -> Counter[Right]:
        """Everything anew from what was said; nothing is remembered of the step before."""
        own = [
            (post.role, post.place, None)
            for post in self.posts if post.who == who and self._in_force(post.since, post.until, now)
        ]  # fmt: skip
        borrowed = [
            (lent.role, lent.of.place, lent.of.who)
            for lent in self.lent
            if lent.to == who and lent.of.who not in self.gone and self._in_force(lent.since, lent.until, now)
            and self._in_force(lent.of.since, lent.of.until, now)
        ]  # fmt: skip
        return Counter([*own, *borrowed])

    @staticmethod
    def _in_force(since: datetime, until: datetime | None, now: datetime) -> bool:
        return since <= now and not (until is not None and until <= now)

    # -- by whom -------------------------------------------------------------------------------------

    def _do(self, use_case: Any, *args: Any, by: str, answer: Any = None, **kwargs: Any) -> Any:
        """What came of it, or None where it was refused with a sentence."""
        now = self.clock.now()
        grants = self.door.read_now(lambda session: grants_now(session, by, now=now))
        actor = Actor(kind=ActorKind.STAFF, id=by, name=by[-4:], grants=grants)
        try:
            made = self.given.do(use_case, *args, by=actor, **kwargs)
        except DomainError:
            return None
        self.done[use_case.__name__] += 1
        return answer if answer is not None else made

    def _somebody(self, role: Role, place: str) -> str:
        actor = self.given.worker()

        def appoint(session: Any) -> Held:
            post = session.exec(select(RoleAssignment).where(RoleAssignment.account_id == actor.id)).one()
            post.role, post.place_id = role, place
            session.flush()
            return _held(post)

        self.posts.append(self.door.write_now(appoint))
        if role is not Role.TOWN_DISPATCHER:
            self.people.append(actor.id)
        return actor.id

    def _clear(self) -> None:
        def end_all(session: Any) -> None:
            for post in session.exec(select(RoleAssignment)).all():
                post.valid_to = post.valid_from

        self.door.write_now(end_all)

    def _close(self, post: Held) -> None:
        if self._in_force(datetime.min.replace(tzinfo=post.since.tzinfo), post.until, self.clock.now()):
            post.until = max(self.clock.now(), post.since)

    def _now_held(self) -> list[Held]:
        now = self.clock.now()
        return [post for post in self.posts if self._in_force(post.since, post.until, now)]

    def _one(self, number: int) -> Held:
        """A post, and rather one that somebody else acts in: there most can go wrong."""
        lent = [one.of for one in self.lent if one.until > self.clock.now()]
        posts = lent if lent and number % 3 else self.posts
        return posts[number % len(posts)]

    def _pick(self, number: int) -> str:
        return self.people[number % len(self.people)]

    def _place(self, number: int) -> str:
        return (self.given.community, self.given.community, self.given.neighbouring_community)[number % 3].id


def _held(post: RoleAssignment) -> Held:
    return Held(
        id=post.id, who=post.account_id, role=post.role, place=post.place_id, since=post.valid_from, until=post.valid_to
    )  # fmt: skip


@pytest.mark.either
def test_rights_are_what_the_facts_of_the_moment_say(given: Town) -> None:
    machine = type("PostsHere", (Posts,), {"given": given, "done": Counter()})

    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=10, stateful_step_count=25, deadline=None, derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip

    deeds = (hire, assign_role, delegate_role, end_delegation, end_role, hand_over, close_account)
    assert [deed.__name__ for deed in deeds if not machine.done[deed.__name__]] == []  # type: ignore[attr-defined]
