"""The year and a half before today, and today itself: which tales there are, and who appears in them."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from app_shell.demo.cast import Cast, Resident
from app_shell.demo.hours import CALLING, WRITING, Diary
from app_shell.demo.people import Dweller
from app_shell.demo.phrases import Kind, kinds
from app_shell.demo.stage import Stage
from app_shell.demo.tales import COURSES, Tale, joined, ordinary, supported, withdrawn
from core_db.cases import Verb
from core_db.foundation.clock import local_date

#: Of a hundred cases so many come from residents themselves; the others call or come by.
BY_THEMSELVES = 56
#: Of those, so many from the residents who sign in to the demo.
BY_THE_KNOWN = 35
#: The last day of the past; from here on `today` says what lies on the desk.
PRESENT = timedelta(days=2)


class Chronicle:
    """Makes tales of the right people, kinds and days. The same seed and moment make the same ones."""

    def __init__(self, stage: Stage, cast: Cast, reference: Any, *, seed: int) -> None:
        self.stage, self.cast, self.reference = stage, cast, reference
        self.chance = Random(seed)
        self.diary = Diary(reference.calendar, self.chance)
        self._by_code = {kind.code: kind for kind in kinds()}
        #: Public tales that another may still be joined to.
        self._open: list[Tale] = []

    def past(self, first: date, cases: int) -> None:
        """So many cases from a day until lately."""
        last = local_date(self.stage.end - PRESENT)
        for day in self.diary.days(first, last, cases):
            by_self = self.chance.randrange(100) < BY_THEMSELVES
            at = self.diary.moment_of(day, WRITING if by_self else CALLING)
            self._some_tale(self._kind_in(day.month), at, self._resident() if by_self else None)

    def tale(
        self, code: str, *, by: Resident | None = None, text: int | None = None, public: bool = False
    ) -> Tale:
        """A tale of a kind, for the present."""
        kind = self._by_code[code]
        return self._tale(kind, by, phrase=kind.texts[text] if text is not None else None, public=public)

    def _some_tale(self, kind: Kind, at: datetime, resident: Resident | None) -> None:
        tale = self._tale(kind, resident, public=kind.open and self.chance.random() < 0.55)
        other = self._one_to_join(tale, at)
        if other is not None and self.chance.random() < 0.5:
            joined(tale, at, other)
            return
        course = self.chance.choices([course for _n, course in COURSES], [n for n, _course in COURSES])[0]
        if course is withdrawn and resident is None:
            course = ordinary
        course(tale, at)
        crowd = self.chance.choices((0, 1, 2, 3, 5, 8), (40, 22, 16, 11, 7, 4))[0]
        supported(tale, self.chance.sample(self.cast.residents, min(crowd, len(self.cast.residents))))
        if tale.is_public and tale.open_until is not None:
            self._open = [one for one in self._open if one.open_until and one.open_until > at] + [tale]

    def _one_to_join(self, tale: Tale, at: datetime) -> Tale | None:
        for one in self._open:
            if (
                one.kind is tale.kind
                and one.open_from
                and one.open_until
                and one.open_from < at
                and one.open_until > at + timedelta(hours=1)
            ):
                return one
        return None

    def _tale(
        self, kind: Kind, resident: Resident | None, *, phrase: str | None = None, public: bool
    ) -> Tale:
        dweller = resident.dweller if resident else self._somebody()
        text = kind.filled(phrase or self.chance.choice(kind.texts), self.chance, dweller)
        draft: dict[str, Any] = {}
        if resident is not None and self.chance.random() < 0.12:
            draft["channel"] = "qr"
        if resident is not None and not public and self.chance.random() < 0.03:
            draft["anonymous"] = True
        return Tale(
            stage=self.stage, cast=self.cast, diary=self.diary, chance=self.chance, kind=kind, text=text,
            limit=self.reference.category(kind.code).limit_of(None), dweller=dweller, resident=resident, is_public=public,
            draft=draft,
        )  # fmt: skip

    def _kind_in(self, month: int) -> Kind:
        every = kinds()
        return self.chance.choices(every, [kind.weight_in(month) for kind in every])[0]

    def _resident(self) -> Resident:
        known = self.chance.randrange(100) < BY_THE_KNOWN
        return self.chance.choice(self.cast.known if known else self.cast.residents)

    def _somebody(self) -> Dweller:
        while True:
            dweller = self.chance.choice(self.cast.register.people)
            if dweller.age >= 20:
                return dweller


# -- today -------------------------------------------------------------------------------------------


def today(chronicle: Chronicle) -> None:
    """What lies on the desk now: something of everything, by residents who can sign in and look."""
    now, residents = chronicle.stage.end, chronicle.cast.known
    _to_accept(chronicle, now, residents)
    _late(chronicle, now, residents)
    _due_soon(chronicle, now, residents)
    _sent_back(chronicle, now, residents)
    _to_verify(chronicle, now, residents)
    _judged_badly(chronicle, now, residents)
    _waiting(chronicle, now, residents)
    chronicle.stage.watch_at(now - timedelta(minutes=1))


def _to_accept(chronicle: Chronicle, now: datetime, residents: Sequence[Resident]) -> None:
    for n, (code, ago) in enumerate((("0806", 640), ("1001", 590), ("0704", 9), ("0603", 75), ("1204", 22))):
        chronicle.tale(code, by=residents[n], text=0).raised(now - timedelta(minutes=ago))
    checked = chronicle.tale("1207", by=residents[5], text=1, public=True)
    checked.raised(now - timedelta(hours=20))
    checked.then(
        now - timedelta(hours=3), Verb.PRE_CHECK, checked.worker, text="去现场看看有没有合适的位置。"
    )


def _under_way(
    chronicle: Chronicle, code: str, by: Resident, accepted: datetime, *, public: bool = False
) -> Tale:
    """Accepted, dispatched and signed at moments that do not ask for the office hours."""
    tale = chronicle.tale(code, by=by, text=0, public=public)
    tale.raised(accepted - timedelta(minutes=12))
    tale.accepted(accepted)
    handler = chronicle.cast.handler_for(code, tale.kind.route)
    tale.holder = handler.actor
    tale.then(accepted + timedelta(minutes=6), Verb.DISPATCH, tale.worker, lead=handler.id)
    tale.then(accepted + timedelta(minutes=24), Verb.SIGNING, handler.actor)
    return tale


def _late(chronicle: Chronicle, now: datetime, residents: Sequence[Resident]) -> None:
    lift = _under_way(chronicle, "0202", residents[0], now - timedelta(hours=31), public=True)
    assert lift.holder is not None
    lift.late_at(now - timedelta(hours=7))
    lift.then(now - timedelta(hours=20), Verb.PROGRESS, lift.holder, text="缺一块控制板，已向厂家调货。")
    lift.then(
        now - timedelta(hours=5), Verb.URGING, residents[0].actor, text="老人在六楼下不来，今天能修好吗？"
    )
    for n, neighbour in enumerate(residents[6:12]):
        lift.then(now - timedelta(hours=28 - n), Verb.SUPPORT, neighbour.actor)
    lift.then(
        now - timedelta(hours=4),
        Verb.NOTE,
        lift.worker,
        text="维保单位缺配件，请街镇协调调货。",
    )
    noise = _under_way(chronicle, "0805", residents[13], now - timedelta(hours=6), public=True)
    noise.late_at(now - timedelta(hours=4))
    gas = _under_way(chronicle, "0801", residents[14], now - timedelta(hours=26), public=True)
    gas.late_at(now - timedelta(hours=2))
    gas.then(now - timedelta(hours=1), Verb.URGING, residents[14].actor, text="味道还在，请快点来人。")


def _due_soon(chronicle: Chronicle, now: datetime, residents: Sequence[Resident]) -> None:
    for n, (code, hours) in enumerate((("0204", 9), ("0703", 18), ("0202", 4))):
        tale = _under_way(
            chronicle, code, residents[n + 1], now - timedelta(hours=hours), public=code == "0703"
        )
        assert tale.holder is not None
        if hours > 5:
            words = tale.said_of(tale.kind.progress)
            tale.then(now - timedelta(hours=hours / 2), Verb.PROGRESS, tale.holder, text=words)
    thrown = chronicle.tale("0705", by=residents[15], text=0, public=True)
    thrown.raised(now - timedelta(hours=8))
    thrown.accepted(now - timedelta(hours=7.5))
    waiting = chronicle.tale("0703", by=residents[16], text=1, public=True)
    waiting.raised(now - timedelta(hours=3))
    waiting.accepted(now - timedelta(hours=2.5))
    to_sign = chronicle.tale("0204", by=residents[17], text=1)
    to_sign.raised(now - timedelta(minutes=58))
    to_sign.accepted(now - timedelta(minutes=49))
    firm = chronicle.cast.handlers["property"]
    to_sign.then(
        now - timedelta(minutes=44), Verb.DISPATCH, to_sign.worker, lead=firm.id, note="家里有小孩，请尽快。"
    )


def _sent_back(chronicle: Chronicle, now: datetime, residents: Sequence[Resident]) -> None:
    firm, town_unit = chronicle.cast.handlers["property"], chronicle.cast.handlers["roads"]
    for n, (code, text) in enumerate(
        (("0604", "该路段在红线以外，属市政道路，请转市政。"), ("0402", "这棵树在河道蓝线内，不归我们养护。"))
    ):
        tale = chronicle.tale(code, by=residents[n + 7], text=0, public=True)
        tale.raised(now - timedelta(hours=6 + n))
        tale.accepted(now - timedelta(hours=5.5 + n))
        tale.then(now - timedelta(hours=5 + n), Verb.DISPATCH, tale.worker, lead=firm.id)
        tale.then(
            now - timedelta(hours=2 + n), Verb.RETURN, firm.actor, reason_code="not_our_area", text=text
        )
    twice = chronicle.tale("0407", by=residents[9], text=1, public=True)
    twice.raised(now - timedelta(hours=30))
    twice.accepted(now - timedelta(hours=29))
    for hours, unit in ((28.0, firm), (8.0, town_unit)):
        twice.then(now - timedelta(hours=hours), Verb.DISPATCH, twice.worker, lead=unit.id)
        twice.then(
            now - timedelta(hours=hours - 3), Verb.RETURN, unit.actor, reason_code="not_our_duty",
            text="坡道不在我单位移交清单内，请街镇明确。",
        )  # fmt: skip


def _to_verify(chronicle: Chronicle, now: datetime, residents: Sequence[Resident]) -> None:
    for n, code in enumerate(("0806", "0102", "0303", "0204")):
        tale = _under_way(
            chronicle, code, residents[n + 8], now - timedelta(hours=7 + n), public=code == "0303"
        )
        assert tale.holder is not None
        tale.handed_in(tale.holder, now - timedelta(hours=1 + n))
    for n, code in enumerate(("0101", "0106", "0803")):
        tale = _under_way(chronicle, code, residents[n], now - timedelta(hours=26 + n), public=code == "0106")
        assert tale.holder is not None
        tale.handed_in(tale.holder, now - timedelta(hours=22))
        tale.verified(now - timedelta(hours=2 + n))
        if code == "0803":
            tale.judged(now - timedelta(hours=3), ("partly", 4, "大体好了，角落里还有一点。"))


def _judged_badly(chronicle: Chronicle, now: datetime, residents: Sequence[Resident]) -> None:
    marks = (("no", 1, "水还是往里渗，昨天白修了。"), ("partly", 2, "扫了楼下没扫楼上。"))
    for n, (code, mark) in enumerate(zip(("0203", "0102"), marks, strict=True)):
        tale = _under_way(chronicle, code, residents[n + 11], now - timedelta(hours=44 + n))
        assert tale.holder is not None
        tale.handed_in(tale.holder, now - timedelta(hours=40))
        tale.verified(now - timedelta(hours=20))
        tale.judged(now - timedelta(hours=5 + n), mark)


def _waiting(chronicle: Chronicle, now: datetime, residents: Sequence[Resident]) -> None:
    """Two that rest, one of them until today, one for which more time is asked, and one the committee does itself."""
    rests = _under_way(chronicle, "0604", residents[18], now - timedelta(hours=47), public=True)
    assert rests.holder is not None
    rests.then(now - timedelta(hours=30), Verb.PROGRESS, rests.holder, text="已现场标记，需铣刨重铺。")
    rests.then(
        now - timedelta(hours=26), Verb.SUSPENSION, rests.worker, reason="气温太低，沥青没法施工，开春后铺。",
        review_on=local_date(now) + timedelta(days=100),
    )  # fmt: skip
    until_today = _under_way(chronicle, "0203", residents[5], now - timedelta(hours=50))
    assert until_today.holder is not None
    until_today.then(
        now - timedelta(hours=45), Verb.PROGRESS, until_today.holder, text="已到楼顶看过，等天晴试水。"
    )
    until_today.then(
        now - timedelta(hours=30), Verb.SUSPENSION, until_today.worker, reason="这两天有雨，防水没法做，天晴再做。",
        review_on=local_date(now),
    )  # fmt: skip
    asks = _under_way(chronicle, "0606", residents[19], now - timedelta(hours=40))
    assert asks.holder is not None
    asks.then(now - timedelta(hours=20), Verb.PROGRESS, asks.holder, text="已联系供电公司，等勘察。")
    asks.then(
        now - timedelta(hours=3), Verb.EXTENSION, asks.holder, until=local_date(now) + timedelta(days=14),
        reason="供电公司勘察排到下周，需要延期。",
    )  # fmt: skip
    # What he adds after the last word of the committee waits to be read.
    asks.then(
        now - timedelta(hours=1),
        Verb.MESSAGES,
        residents[19].actor,
        text="今天晚上又跳闸了，电饭锅一开就跳。",
    )
    ours = chronicle.tale("0307", by=residents[4], text=1, public=True)
    ours.raised(now - timedelta(hours=5))
    ours.accepted(now - timedelta(hours=4.5))
    ours.then(now - timedelta(hours=4), Verb.SELF_HANDLING, ours.worker, text="今天下午和楼组长一起去。")
