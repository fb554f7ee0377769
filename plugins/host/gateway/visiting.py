"""Visits for plugins: planned and recorded by the base's own use cases, told of those who agreed."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select

from core_db.access import read_sealed
from core_db.foundation.clock import LOCAL, local_date
from core_db.foundation.drafts import read_draft
from core_db.foundation.errors import CannotBeRead, NotFound
from core_db.foundation.fields import FieldClass
from core_db.installs.consents import agreed_to
from core_db.installs.naming import PURPOSE, reference_for
from core_db.installs.pairs import pair_of, person_behind
from core_db.installs.sheets import PurposeSeen, name_of
from core_db.visits import PlanDraft, VisitDraft, plan_visits, record_visit
from core_db.visits.model import MISSED, VISITS
from core_db.visits.recording import was_there
from core_db.visits.saying import text_place
from core_db.visits.words import Whom
from plugins.host.gateway.gates import Asking
from plugins.host.gateway.noting import Answer, must_be_within_the_day, note_fields, tell_of_many
from plugins.host.gateway.once import came_of_it, is_first, note_what_came
from plugins.sdk.told import Missed, Visit

MOST = 200
#: What can be said of a visit that somebody made, by the names of the base.
SAID = ("result", "channel", "purpose", "text", "next_on")
Asked = Mapping[str, Any]


def plan(asking: Asking, asked: Asked) -> Answer:
    """Have these residents visited at the interval of a grade; the plan goes by the plugin's name."""
    asking.must_be_open(["visit:write"])
    people = [_behind(asking, one) for one in asked["residents"]]
    if not is_first(asking, asked["key"]):
        return Answer(value=came_of_it(asking, asked["key"]))
    said = {"name": name_of(asking.standing.plugin.manifest)[0][:80], "grade": asked["grade"],
            "whom": Whom.PERSONS, "subjects": people}  # fmt: skip
    made = plan_visits(
        asking.session, read_draft(PlanDraft, said), actor=asking.standing.actor, clock=asking.clock
    )
    note_what_came(asking, asked["key"], made.id)
    return Answer(value=made.id, subjects=len(people))


def record(asking: Asking, asked: Asked) -> Answer:
    """Enter a visit that somebody made; it stands under the plugin's name."""
    asking.must_be_open(["visit:write"])
    person_id = _behind(asking, asked["resident"])
    if not is_first(asking, asked["key"]):
        return Answer(value=came_of_it(asking, asked["key"]))
    if strange := sorted(set(asked["said"]) - set(SAID)):
        raise CannotBeRead(dict.fromkeys(strange, ("走访没有这一项。", "A visit has no such word.")))
    said = {
        "result": "met",
        **asked["said"],
        "person_id": person_id,
        "visited_at": _moment(asking, asked["on"]),
    }
    made = record_visit(
        asking.session, read_draft(VisitDraft, said), actor=asking.standing.actor, clock=asking.clock
    )
    if asking.visitor is not None:
        was_there(asking.session, made, asking.visitor.actor)
    note_what_came(asking, asked["key"], made.id)
    return Answer(value=made.id, subjects=1)


def visits(asking: Asking, asked: Asked) -> Answer:
    """Visits to residents who agreed, the newest first; what was written of them where one resident is named."""
    asking.must_be_open(["visit:read"])
    named = asked["resident"]
    person_id = None
    if named is not None or asking.is_for_resident:
        person_id = person_behind(asking.session, asking.plugin_id, asking.community_id, named or "")
        asking.must_be_himself(person_id)
        if person_id is None:
            return Answer(value=[], fields=("visits",))
    before = must_be_within_the_day(asking)
    rows = _visits(asking, person_id, asked["since"])
    agreed = _agreed(asking, [row.person_id for row in rows])
    shown = [row for row in rows if row.person_id in agreed]
    return _told(
        asking, [_visit(asking, row, agreed, is_named=person_id is not None) for row in shown], agreed, before
    )


def missed(asking: Asking, _asked: Asked) -> Answer:
    """Residents who agreed and are overdue, the longest first."""
    asking.must_be_open(["visit:read"])
    before = must_be_within_the_day(asking)
    today = local_date(asking.clock.now())
    open_ones = select(MISSED.c.subject_id, MISSED.c.due_on).where(
        MISSED.c.community_id == asking.community_id, MISSED.c.made_good_at.is_(None)
    )
    rows = asking.session.execute(open_ones.order_by(MISSED.c.due_on, MISSED.c.id).limit(MOST)).all()
    agreed = _agreed(asking, [row.subject_id for row in rows])
    first: dict[str, Any] = {}
    for row in rows:
        if row.subject_id in agreed:
            first.setdefault(row.subject_id, row)
    found = [
        Missed(
            resident=_pair(asking, row.subject_id), due_on=row.due_on, days=(today - row.due_on).days
        ).model_dump(mode="json")
        for row in first.values()
    ]
    return _told(asking, found, {one: agreed[one] for one in first}, before)


# -- finding ----------------------------------------------------------------------------------------


def _behind(asking: Asking, pair: str) -> str:
    found = person_behind(asking.session, asking.plugin_id, asking.community_id, pair)
    if found is None:
        raise NotFound()
    return found


def _pair(asking: Asking, person_id: str) -> str:
    return pair_of(asking.session, asking.plugin_id, asking.community_id, "person", person_id)


def _agreed(asking: Asking, people: Sequence[str]) -> Mapping[str, PurposeSeen]:
    """Who of these let a purpose read visits, and which."""
    found: dict[str, PurposeSeen] = {}
    wanted = list(dict.fromkeys(people))
    for purpose in asking.purposes_for("visits"):
        agreed = agreed_to(asking.session, asking.plugin_id, asking.community_id, purpose, wanted)
        found |= {one: purpose for one in agreed if one not in found}
    return found


def _visits(asking: Asking, person_id: str | None, since: str | None) -> Sequence[Any]:
    statement = select(VISITS).where(
        VISITS.c.community_id == asking.community_id,
        VISITS.c.person_id.is_not(None),
        VISITS.c.cancelled_at.is_(None),
    )
    if person_id is not None:
        statement = statement.where(VISITS.c.person_id == person_id)
    if since is not None:
        first = datetime.combine(date.fromisoformat(since), time.min, LOCAL)
        statement = statement.where(VISITS.c.visited_at >= first)
    newest = statement.order_by(VISITS.c.visited_at.desc(), VISITS.c.id.desc())
    return asking.session.execute(newest.limit(MOST)).all()


def _moment(asking: Asking, on: str) -> datetime:
    """Noon of the day, as nobody said the hour; today: now."""
    noon = datetime.combine(date.fromisoformat(on), time(12), LOCAL)
    now = asking.clock.now()
    if noon > now + timedelta(days=1):
        raise CannotBeRead({"on": ("这一天还没有到。", "That day has not come yet.")})
    return min(noon, now)


# -- telling ----------------------------------------------------------------------------------------


def _told(asking: Asking, found: list[Any], agreed: Mapping[str, PurposeSeen], before: int) -> Answer:
    for person_id, purpose in agreed.items():
        note_fields(asking, person_id, purpose.id, ["visits.visits"])
    tell_of_many(asking, before, len(agreed))
    purposes = sorted({one.id for one in agreed.values()})
    return Answer(value=found, subjects=len(agreed), purpose=" ".join(purposes), fields=("visits",))


def _visit(asking: Asking, row: Any, agreed: Mapping[str, PurposeSeen], *, is_named: bool) -> dict[str, Any]:
    said = {"result": str(row.result), "channel": str(row.channel), "purpose": str(row.purpose)}
    if row.next_on is not None:
        said["next_on"] = row.next_on.isoformat()
    if is_named and row.text_sealed is not None:
        said["text"] = read_sealed(
            asking.session, row.text_sealed, text_place(row.id, row.community_id), field_class=FieldClass.F3,
            subject_id=row.person_id, purpose=PURPOSE,
            reference=reference_for(asking.plugin_id, agreed[row.person_id].id), actor=asking.standing.actor,
            clock=asking.clock, right=None,
        )  # fmt: skip
    return Visit(
        id=row.id, resident=_pair(asking, row.person_id), on=local_date(row.visited_at), said=said
    ).model_dump(mode="json")
