"""A case that is opened again forgets nothing: each round counts for whoever had it then."""

import importlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select, text
from sqlmodel import Session

from core_db.cases import Verb
from core_db.cases.model import ROUNDS
from core_db.insight import RateRow
from tests.databases import TestsDoor

MIGRATION = "core_db.migrations.versions.2026_11_28_rounds_are_kept"


def _rates(row: RateRow) -> tuple[Any, ...]:
    return row.cases, row.on_time, row.callbacks, row.resolution, row.satisfaction


def test_who_was_late_stays_late_and_who_comes_after_carries_his_own_alone(
    a_walk: Callable[..., Any], given: Any, clock: Any, seen: Callable[..., Any]
) -> None:
    walk, lift = a_walk().to("in_progress"), given.contractor(given.lift_firm, name="电梯师傅")
    clock.advance(timedelta(days=20))
    walk.try_(Verb.HANDLING, walk.contractor)
    walk.try_(Verb.VERIFICATION, walk.worker)
    # What was said last counts, also where somebody said otherwise before.
    walk.try_(Verb.EVALUATION, walk.resident, resolved="partly", satisfied=4)
    walk.try_(Verb.EVALUATION, walk.resident, resolved="no", satisfied=1)
    walk.try_(Verb.REOPENING, walk.resident)
    walk.try_(Verb.DISPATCH, walk.worker)
    walk.try_(Verb.RETURN, walk.contractor)
    walk.try_(Verb.DISPATCH, walk.worker, lead=given.lift_firm.id)
    walk.try_(Verb.SIGNING, lift)
    walk.try_(Verb.HANDLING, lift)
    walk.try_(Verb.VERIFICATION, walk.worker)
    walk.try_(Verb.EVALUATION, walk.resident, resolved="yes", satisfied=5)

    for reader, place in ((walk.worker, given.community), (given.town_dispatcher(), given.town)):
        found = seen(reader, place)
        rows = {row.id: _rates(row) for row in found.rates}
        assert rows[given.property_firm.id] == (1, 0, 1, 0, 0)
        assert rows[given.lift_firm.id] == (1, 1, 1, 1, 1)
        assert _rates(found.total) == (1, *[0.5, 2, 0.5, 0.5])


def test_what_the_committee_handled_and_what_was_put_off_in_time(
    a_walk: Callable[..., Any], given: Any, seen: Callable[..., Any]
) -> None:
    put_off = a_walk().to("closed_unresolved")
    put_off.try_(Verb.REOPENING, put_off.resident)
    assert seen(put_off.worker).total.on_time is None

    own = a_walk().to("self_handling")
    own.try_(Verb.HANDLING, own.worker)
    own.try_(Verb.VERIFICATION, own.worker)
    own.try_(Verb.REOPENING, own.resident)
    own.try_(Verb.DISPATCH, own.worker)

    (by_committee,) = (row for row in seen(own.worker).rates if row.name == given.community.name)
    assert _rates(by_committee) == (1, 1, 0, None, None)


def test_what_was_opened_again_before_the_upgrade_counts_as_well(
    a_walk: Callable[..., Any], clock: Any, door: TestsDoor
) -> None:
    put_off = a_walk().to("closed_unresolved")
    put_off.try_(Verb.REOPENING, put_off.resident)
    own = a_walk().to("self_handling")
    own.try_(Verb.HANDLING, own.worker)
    own.try_(Verb.VERIFICATION, own.worker)
    own.try_(Verb.REOPENING, own.resident)
    late = a_walk().to("in_progress")
    clock.advance(timedelta(days=20))
    late.try_(Verb.HANDLING, late.contractor)
    late.try_(Verb.VERIFICATION, late.worker)
    late.try_(Verb.EVALUATION, late.resident, resolved="partly", satisfied=4)
    late.try_(Verb.EVALUATION, late.resident, resolved="no", satisfied=1)
    late.try_(Verb.REOPENING, late.resident)

    def kept(session: Session) -> list[Any]:
        told = [one for one in ROUNDS.c if one.name != "id"]
        return list(session.connection().execute(select(*told).order_by(ROUNDS.c.case_id)))

    with door.one_transaction() as session:
        as_it_happened = kept(session)
        session.execute(delete(ROUNDS))
        session.execute(text(importlib.import_module(MIGRATION).BEFORE))

    assert len(as_it_happened) == 3
    assert door.read_now(kept) == as_it_happened
