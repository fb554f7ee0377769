"""Codes in facts: those that the base says, all of them and no other; a fact of before is read all the same."""

import asyncio
from enum import StrEnum
from typing import Any, get_args

import pytest
from pydantic import ValidationError

from core_db.cases import words
from core_db.visits import words as visit_words
from plugins.sdk import Plugin, events, points
from plugins.sdk.calls import Call
from plugins.sdk.events import codes
from plugins.sdk.performing import perform
from tests.plugins.running.calling import ask, setting
from tests.plugins.samples import elder_visits

#: What a fact's field of that type says, by the words of the base it stands for.
SAID_BY: dict[str, type[StrEnum]] = {
    name: getattr(words, name)
    for name in (
        "CaseStatus", "Channel", "HandlingOutcome", "ClosureOutcome", "Resolved", "RefusalReason", "ReturnReason",
        "EscalatedTo", "ByRole",
    )
}  # fmt: skip
SAID_BY |= {name: getattr(visit_words, name) for name in ("Grade", "NeedKind", "NeedStatus")}
CLOSED = {"community_id": "c1", "case_id": "k1", "category": "1102", "status": "closed"}


@pytest.mark.parametrize("name", SAID_BY)
def test_a_fact_knows_the_codes_of_the_base_and_no_other(name: str) -> None:
    (known, *_) = get_args(getattr(codes, name))

    assert list(get_args(known)) == [str(one) for one in SAID_BY[name]]


def test_a_fact_with_a_code_that_nobody_says_cannot_be_made() -> None:
    for kind in (events.CaseClosed, points.CaseClose):
        said = (
            CLOSED if kind is events.CaseClosed else {key: CLOSED[key] for key in CLOSED if key != "status"}
        )
        assert kind.model_validate({**said, "outcome": "resolved"})
        with pytest.raises(ValidationError, match="'resolved', 'answered'"):
            kind.model_validate({**said, "outcome": "solved"})


@pytest.mark.parametrize("outcome", ["resolved", "settled_in_2024"])
def test_a_fact_of_a_time_with_other_codes_is_told_as_it_was(
    outcome: str,
) -> None:
    plugin, heard = Plugin(elder_visits.__name__), []

    @plugin.on(events.CaseClosed)
    async def hear(ctx: Any, event: events.CaseClosed) -> None:
        heard.append(event.outcome)

    told = {"type": events.CaseClosed.type, "data": {**CLOSED, "outcome": outcome}}
    call = Call(kind="event", name="hear", setting=setting(), given=(told,), seconds=1)
    answered = asyncio.run(perform(plugin, call, ask))

    assert (answered.ok, heard) == (True, [outcome])
