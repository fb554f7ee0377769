"""What waited, or was late, before an installation moved on is seen by it afterwards."""

import importlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import text, update

from core_db.cases import CaseFilter, Verb, cases
from core_db.cases.model import CASES
from tests.databases import TestsDoor

MIGRATION = "core_db.migrations.versions.2026_11_27_waiting_is_seen"


def test_an_asking_and_a_late_suspension_of_before_are_in_their_lists(
    a_walk: Callable[..., Any], given: Any, clock: Any, door: TestsDoor
) -> None:
    asked = a_walk().to("in_progress")
    asked.try_(Verb.EXTENSION, asked.contractor, until="2027-02-01")
    in_time = a_walk().to("suspended")
    late = a_walk().to("in_progress")
    clock.advance(timedelta(days=30))
    late.try_(Verb.SUSPENSION, late.worker, review_on="2027-06-01")

    def listed(**wanted: Any) -> set[str]:
        return {one["id"] for one in given.see(cases, CaseFilter(**wanted), by=asked.worker).items}

    with door.one_transaction() as session:
        session.execute(update(CASES).values(asks_extension=False))
        session.execute(update(CASES).where(CASES.c.review_on.is_not(None)).values(clock_state="paused"))
    assert (late.id in listed(overdue=True), listed(extension_asked=True)) == (False, set())
    with door.one_transaction() as session:
        for fill in (importlib.import_module(MIGRATION).ASKS, importlib.import_module(MIGRATION).LATE):
            session.execute(text(fill))

    assert listed(extension_asked=True) == {asked.id}
    assert late.id in listed(overdue=True)
    assert in_time.id not in listed(overdue=True)
