"""What the tests of visits share: a plan for 王阿姨, a visit to her, and what is written of it."""

from collections.abc import Callable
from typing import Any

import pytest

from core_db.visits import PlanDraft, VisitDraft, plan_visits, record_visit


@pytest.fixture
def aunt(given: Any) -> Any:
    return given.resident()


@pytest.fixture
def planned(given: Any, worker: Any, aunt: Any) -> Callable[..., Any]:
    """A plan that names 王阿姨, monthly, unless the test says otherwise."""

    def plan(*subjects: str, **said: Any) -> Any:
        draft = {
            "name": "独居老人",
            "grade": "key",
            "whom": "persons",
            "subjects": subjects or (aunt.person_id,),
        }
        return given.do(plan_visits, PlanDraft.model_validate(draft | said), by=worker)

    return plan


@pytest.fixture
def visited(given: Any, worker: Any, aunt: Any) -> Callable[..., Any]:
    """A visit to 王阿姨 at her door, by the worker unless the test says who."""

    def visit(by: Any = None, **said: Any) -> Any:
        draft = {"person_id": aunt.person_id, "result": "met"} | said
        return given.do(record_visit, VisitDraft.model_validate(draft), by=by or worker)

    return visit
