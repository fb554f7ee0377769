"""What may become of a case: a tale is planned as moments and verbs, and played by the stage.

Most are answered in time. Some are withdrawn, refused, joined, sent back, put off or late, and some have to
be done twice, about as often as in life; a year of them shows every page with something on it.
"""

from collections.abc import Callable, Sequence
from dataclasses import field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from app_shell.demo.cast import Cast, Handler, Resident
from app_shell.demo.hours import Diary
from app_shell.demo.people import Dweller
from app_shell.demo.phrases import (
    BAD_MARKS,
    GOOD_MARKS,
    HELD_UP,
    MESSAGES,
    NOTES,
    REASONS_TO_WAIT,
    REFUSALS,
    REOPENINGS,
    RETURNS,
    URGINGS,
    Kind,
)
from app_shell.demo.stage import Stage
from core_db.cases import CaseDraft, OnBehalfDraft, Verb, submit_case, submit_on_behalf
from core_db.cases.words import Visibility
from core_db.foundation.actor import Actor
from core_db.foundation.clock import local_date
from core_db.foundation.lean import dataclass

#: Limits in hours that run day and night are answered day and night.
URGENT = 24


@dataclass
class Tale:
    """One case: who says what where, and what happens to it."""

    stage: Stage
    cast: Cast
    diary: Diary
    chance: Random
    kind: Kind
    text: str
    limit: Any
    dweller: Dweller
    resident: Resident | None = None
    case_id: str = ""
    is_public: bool = False
    raised_at: datetime | None = None
    #: Between these it can be supported by neighbours or joined by another tale.
    open_from: datetime | None = None
    open_until: datetime | None = None
    draft: dict[str, Any] = field(default_factory=dict)
    #: Who works on it in the end.
    holder: Actor | None = None

    def __post_init__(self) -> None:
        self.worker = self._someone_of_the_committee()

    # -- saying it --------------------------------------------------------------------------------

    def raised(self, at: datetime) -> datetime:
        self.raised_at = at
        self.stage.at(at, self._raise)
        return at

    def _raise(self, stage: Stage) -> None:
        place = self.dweller.home.building_id if self.is_public else self.dweller.home.home_id
        said: dict[str, Any] = {
            "text": self.text, "category": self.kind.code, "nature": self.kind.nature, "place_id": place,
            "visibility": Visibility.PUBLIC if self.is_public else Visibility.PRIVATE, **self.draft,
        }  # fmt: skip
        if self.resident is not None:
            file = submit_case(
                stage.session, CaseDraft.model_validate(said), actor=self.resident.actor, clock=stage.clock
            )
        else:
            said |= {"on_behalf_of": self.dweller.person_id,
                     "channel": self.chance.choice(("phone", "phone", "desk", "visit"))}  # fmt: skip
            draft = OnBehalfDraft.model_validate(said)
            file = submit_on_behalf(stage.session, draft, actor=self.worker, clock=stage.clock)
        self.case_id = file.case.id

    def then(self, at: datetime, verb: Verb, by: Actor, **said: Any) -> datetime:
        """A verb at a moment; what lies in the future does not happen yet."""
        self.stage.at(at, lambda stage: self._do(stage, verb, by, said))
        return at

    def _do(self, stage: Stage, verb: Verb, by: Actor, said: dict[str, Any]) -> None:
        stage.do(verb, self.case_id, by=by, **said)

    # -- its pieces -------------------------------------------------------------------------------

    @property
    def is_urgent(self) -> bool:
        return str(self.limit.unit) == "urgent_hour" and self.limit.amount <= URGENT

    def accepted(self, at: datetime, *, note: str | None = None) -> datetime:
        self.open_from = at
        return self.then(at, Verb.ACCEPTANCE, self.worker, note=note)

    def handled_by(self, handler: Handler, start: datetime, done: datetime) -> datetime:
        """Dispatched, signed, worked on and handed in at a moment."""
        late = self.diary.between
        self.holder = handler.actor
        sent = min(start + timedelta(minutes=self.chance.uniform(2, 25)), late(start, done, 0.2))
        self.then(sent, Verb.DISPATCH, self.worker, **self._sent_to(handler))
        self.then(late(sent, done, self.chance.uniform(0.05, 0.3)), Verb.SIGNING, handler.actor)
        if self.chance.random() < 0.55:
            words = self.said_of(self.kind.progress)
            self.then(
                late(sent, done, self.chance.uniform(0.4, 0.8)), Verb.PROGRESS, handler.actor, text=words
            )
        return self.handed_in(handler.actor, done)

    def handled_here(self, start: datetime, done: datetime) -> datetime:
        """The committee does it itself."""
        self.holder = self.worker
        begun = min(
            start + timedelta(minutes=self.chance.uniform(1, 15)), self.diary.between(start, done, 0.2)
        )
        self.then(begun, Verb.SELF_HANDLING, self.worker, text="居委自己办理，先联系居民了解情况。")
        if self.chance.random() < 0.4:
            words = self.said_of(self.kind.progress)
            self.then(self.diary.between(begun, done, 0.6), Verb.PROGRESS, self.worker, text=words)
        return self.handed_in(self.worker, done)

    def handed_in(self, by: Actor, at: datetime) -> datetime:
        self.open_until = at
        outcome = "answered" if self.kind.outcome == "answered" else "done"
        return self.then(at, Verb.HANDLING, by, outcome=outcome, text=self.said_of(self.kind.done))

    def verified(self, at: datetime) -> datetime:
        words = self.chance.choice(
            ("现场看过，已办好。", "已电话核实，居民确认。", "楼组长去看过，情况属实。")
        )
        return self.then(at, Verb.VERIFICATION, self.worker, passed=True, text=words)

    def failed_verification(self, at: datetime) -> datetime:
        words = self.chance.choice(("去看过，还没有完全修好，请再处理。", "居民说又坏了，请返工。"))
        return self.then(at, Verb.VERIFICATION, self.worker, passed=False, text=words)

    def closed(self, at: datetime) -> datetime:
        outcome = "answered" if self.kind.outcome == "answered" else "resolved"
        words = self.chance.choice(
            ("已电话回访，居民认可。", "已回访，无异议。", "回访两次未接，现场已办好，予以结案。")
        )
        return self.then(at, Verb.CLOSURE, self.worker, outcome=outcome, text=words)

    def judged(self, at: datetime, mark: tuple[str, int, str | None]) -> datetime:
        if self.resident is None:
            return at
        resolved, satisfied, text = mark
        return self.then(
            at, Verb.EVALUATION, self.resident.actor, resolved=resolved, satisfied=satisfied, text=text
        )

    def late_at(self, due: datetime) -> None:
        """Whoever watches the deadlines sees it run over."""
        self.stage.watch_at(due + timedelta(minutes=1))

    def _sent_to(self, handler: Handler) -> dict[str, Any]:
        helpers = [one for one in self.cast.handlers.values() if one.id != handler.id]
        assisting = (self.chance.choice(helpers).id,) if self.chance.random() < 0.05 else ()
        note = self.chance.choice((None, None, "请先电话联系居民。", "老人家里，请尽快。"))
        return {"lead": handler.id, "assisting": assisting, "note": note}

    def _someone_of_the_committee(self) -> Actor:
        secretary = self.cast.secretary
        assert secretary is not None, "the committee is appointed before its tales"
        return secretary if self.chance.random() < 0.08 else self.chance.choice(self.cast.workers)

    def said_of(self, phrases: Sequence[str]) -> str:
        return self.kind.filled(self.chance.choice(phrases), self.chance, self.dweller)


# -- whole tales -------------------------------------------------------------------------------------


def ordinary(tale: Tale, at: datetime) -> None:
    """From saying it to its end, with the accidents that happen on the way."""
    accepted = _taken_up(tale, tale.raised(at))
    late = tale.chance.random() < 0.08
    share = tale.chance.uniform(1.05, 1.9) if late else 0.08 + 0.8 * tale.chance.betavariate(2, 2.4)
    done = tale.diary.share_of(tale.limit, accepted, share)
    if late:
        _runs_over(tale, tale.diary.share_of(tale.limit, accepted, 1), done)
    handler = tale.cast.handler_for(tale.kind.code, tale.kind.route)
    if tale.kind.route == "C":
        done = tale.handled_here(accepted, done)
    elif not late and tale.chance.random() < 0.05:
        done = _sent_back(tale, handler, accepted, done)
    else:
        done = tale.handled_by(handler, accepted, done)
    _talk(tale, accepted, done)
    _ending(tale, _checked(tale, done))


def _taken_up(tale: Tale, at: datetime) -> datetime:
    if tale.resident is None or tale.is_urgent:
        first = tale.diary.after(at, 3, 18, always=True)
    elif tale.chance.random() < 0.06:
        first = tale.diary.after(at + timedelta(days=2), 30, 300)
    else:
        first = tale.diary.after(at, 8, 150)
    if tale.resident is not None and not tale.is_urgent and tale.chance.random() < 0.05:
        tale.then(first, Verb.PRE_CHECK, tale.worker, text="内容不够清楚，先上门看一看再立案。")
        first = tale.diary.after(first, 40, 180)
    return tale.accepted(first)


def _runs_over(tale: Tale, due: datetime, done: datetime) -> None:
    tale.late_at(due)
    if tale.resident is not None and tale.chance.random() < 0.5:
        urged = tale.diary.between(due, done, tale.chance.uniform(0.1, 0.5))
        tale.then(urged, Verb.URGING, tale.resident.actor, text=tale.chance.choice(URGINGS))
    if tale.cast.town is not None and tale.chance.random() < 0.3:
        raised = tale.diary.between(due, done, tale.chance.uniform(0.15, 0.4))
        words = tale.chance.choice(HELD_UP)
        # The platform has put it before the town; what the town is to do about it says the committee.
        tale.then(raised, Verb.NOTE, tale.worker, text=words)
        tale.then(
            tale.diary.between(raised, done, 0.4), Verb.URGING, tale.cast.town, text="请今天给出办理时间。"
        )


def _sent_back(tale: Tale, first: Handler, accepted: datetime, done: datetime) -> datetime:
    """The first one says it is not his, and another gets it."""
    between, reason = tale.diary.between, tale.chance.choice(RETURNS)
    sent, back = between(accepted, done, 0.05), between(accepted, done, 0.2)
    tale.then(sent, Verb.DISPATCH, tale.worker, lead=first.id)
    tale.then(back, Verb.RETURN, first.actor, reason_code=reason[0], text=reason[1])
    others = [one for one in tale.cast.handlers.values() if one.id != first.id]
    second = tale.chance.choice(others)
    if tale.chance.random() > 0.3 or tale.cast.town is None:
        return tale.handled_by(second, between(accepted, done, 0.35), done)
    # A second return goes to the town by itself, and the town decides whose it is.
    tale.then(between(accepted, done, 0.25), Verb.DISPATCH, tale.worker, lead=second.id)
    tale.then(between(accepted, done, 0.35), Verb.RETURN, second.actor, reason_code=reason[0], text=reason[1])
    ruled = tale.then(between(accepted, done, 0.5), Verb.DISPATCH, tale.cast.town, lead=first.id,
                      note="街镇裁定：由你单位主办。")  # fmt: skip
    tale.then(between(ruled, done, 0.2), Verb.SIGNING, first.actor)
    tale.holder = first.actor
    return tale.handed_in(first.actor, done)


def _talk(tale: Tale, accepted: datetime, done: datetime) -> None:
    if tale.chance.random() < 0.1:
        tale.then(
            tale.diary.between(accepted, done, 0.15), Verb.NOTE, tale.worker, text=tale.chance.choice(NOTES)
        )
    if tale.resident is None or tale.chance.random() > 0.16:
        return
    question, answer = tale.chance.choice(MESSAGES)
    asked = tale.diary.between(accepted, done, tale.chance.uniform(0.2, 0.5))
    tale.then(asked, Verb.MESSAGES, tale.worker, text=question)
    tale.then(tale.diary.between(asked, done, 0.5), Verb.MESSAGES, tale.resident.actor, text=answer)


def _checked(tale: Tale, done: datetime) -> datetime:
    """Looked at by the committee; now and then it has to be done again."""
    if tale.chance.random() < 0.045:
        failed = tale.failed_verification(tale.diary.after(done, 60, 400))
        done = tale.handed_in(tale.holder or tale.worker, tale.diary.after(failed, 120, 1200))
        return tale.verified(tale.diary.after(done, 60, 300))
    return tale.verified(tale.diary.after(done, 20, 700))


def _ending(tale: Tale, verified: datetime) -> None:
    if tale.resident is None or tale.chance.random() > 0.68:
        tale.closed(tale.diary.after(verified + timedelta(days=tale.chance.randint(1, 3)), 0, 300))
        return
    said = tale.diary.evening_after(verified, days=tale.chance.randint(0, 1))
    if tale.chance.random() < 0.88:
        mark = tale.chance.choice(GOOD_MARKS)
        tale.judged(said, mark)
        if mark[0] != "yes":
            tale.closed(tale.diary.after(said + timedelta(days=1), 0, 300))
        return
    _dissatisfied(tale, said)


def _dissatisfied(tale: Tale, said: datetime) -> None:
    mark = tale.chance.choice(BAD_MARKS)
    tale.judged(said, mark)
    assert tale.resident is not None
    again = tale.diary.after(said, 600, 1500)
    tale.then(again, Verb.NOTE, tale.worker, text="已电话联系居民，约了时间上门看。")
    if mark[0] == "no":
        reopened = tale.diary.evening_after(again)
        tale.then(reopened, Verb.REOPENING, tale.resident.actor, reason=tale.chance.choice(REOPENINGS))
        start = tale.diary.after(reopened, 30, 300)
        done = tale.diary.share_of(tale.limit, start, tale.chance.uniform(0.2, 0.8))
        if tale.kind.route == "C":
            tale.handled_here(start, done)
        else:
            tale.handled_by(tale.cast.handler_for(tale.kind.code, tale.kind.route), start, done)
        verified = tale.verified(tale.diary.after(done, 30, 300))
        tale.judged(tale.diary.evening_after(verified), ("yes", 4, "这次修好了。"))
    else:
        # Still within the days in which a mark can be given anew.
        tale.judged(tale.diary.evening_after(again, days=1), ("yes", 4, "又来看过了，可以了。"))


def withdrawn(tale: Tale, at: datetime) -> None:
    """Taken back before anybody took it up."""
    raised = tale.raised(at)
    if tale.resident is not None:
        tale.then(raised + timedelta(minutes=tale.chance.uniform(2, 6)), Verb.WITHDRAWAL, tale.resident.actor)


def refused(tale: Tale, at: datetime) -> None:
    """Not a matter for the committee, with advice where to turn."""
    code, words = tale.chance.choice(REFUSALS)
    moment = tale.diary.after(tale.raised(at), 10, 200)
    tale.then(moment, Verb.REFUSAL, tale.worker, reason_code=code, text=words)


def joined(tale: Tale, at: datetime, into: Tale) -> None:
    """About the same as another one, and joined to it."""
    moment = tale.raised(at) + timedelta(minutes=tale.chance.uniform(4, 15))

    def join(stage: Stage) -> None:
        stage.do(Verb.MERGER, tale.case_id, by=tale.worker, into=into.case_id)

    tale.stage.at(moment, join)


def put_off(tale: Tale, at: datetime) -> None:
    """More time is asked for before the deadline, and given; the resident reads why."""
    accepted = _taken_up(tale, tale.raised(at))
    handler = tale.cast.handler_for(tale.kind.code, tale.kind.route)
    due = tale.diary.share_of(tale.limit, accepted, 1)
    sent = tale.then(_share(accepted, due, 0.05), Verb.DISPATCH, tale.worker, lead=handler.id)
    tale.then(_share(sent, due, 0.1), Verb.SIGNING, handler.actor)
    tale.then(_share(sent, due, 0.3), Verb.PROGRESS, handler.actor, text=tale.said_of(tale.kind.progress))
    until = local_date(due) + timedelta(days=tale.chance.randint(4, 9))
    words = tale.chance.choice(REASONS_TO_WAIT)
    asked = tale.then(_share(sent, due, 0.6), Verb.EXTENSION, handler.actor, until=until, reason=words)
    tale.then(_share(asked, due, 0.5), Verb.EXTENSION, tale.worker, until=until, reason=words)
    done = due + timedelta(days=tale.chance.uniform(0.5, 3.2))
    _ending(tale, tale.verified(tale.diary.after(tale.handed_in(handler.actor, done), 60, 400)))


def suspended(tale: Tale, at: datetime) -> None:
    """It cannot be done in this season: it rests until a day, and is taken up again or ends so."""
    accepted = _taken_up(tale, tale.raised(at))
    handler = tale.cast.handler_for(tale.kind.code, tale.kind.route)
    due = tale.diary.share_of(tale.limit, accepted, 1)
    sent = tale.then(_share(accepted, due, 0.05), Verb.DISPATCH, tale.worker, lead=handler.id)
    tale.then(_share(sent, due, 0.1), Verb.SIGNING, handler.actor)
    tale.then(_share(sent, due, 0.3), Verb.PROGRESS, handler.actor, text=tale.said_of(tale.kind.progress))
    rest = tale.then(
        _share(sent, due, 0.5), Verb.SUSPENSION, tale.worker, reason=tale.chance.choice(REASONS_TO_WAIT),
        review_on=local_date(due) + timedelta(days=tale.chance.randint(20, 60)),
    )  # fmt: skip
    over = tale.diary.in_office(rest + timedelta(days=tale.chance.randint(12, 45)))
    if tale.chance.random() < 0.25:
        words = "条件确实不具备，已向居民说明，列入下一轮改造。"
        tale.then(over, Verb.CLOSURE, tale.worker, outcome="unresolved", text=words)
        return
    tale.then(over, Verb.RESUMPTION, tale.worker)
    done = tale.handed_in(handler.actor, over + (due - rest) * tale.chance.uniform(0.2, 0.7))
    _ending(tale, tale.verified(tale.diary.after(done, 60, 400)))


def _share(start: datetime, end: datetime, share: float) -> datetime:
    return start + (end - start) * share


def supported(tale: Tale, neighbours: Sequence[Resident]) -> None:
    """Neighbours say that it concerns them too, as long as it is open."""
    if not tale.is_public or tale.open_from is None or tale.open_until is None:
        return
    for neighbour in neighbours:
        if neighbour.dweller.person_id != tale.dweller.person_id:
            moment = _share(tale.open_from, tale.open_until, tale.chance.uniform(0.02, 0.95))
            tale.then(moment, Verb.SUPPORT, neighbour.actor)


Course = Callable[[Tale, datetime], None]
#: How often a tale takes which course, of a hundred. The others are joined to one that is open.
COURSES: tuple[tuple[int, Course], ...] = (
    (85, ordinary),
    (2, withdrawn),
    (3, refused),
    (4, put_off),
    (3, suspended),
)
