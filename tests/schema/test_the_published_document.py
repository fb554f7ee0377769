"""What the two apps publish of themselves, asked in every way it allows and in ways it does not: it is what they do."""

import os
from typing import Any

import pytest
import requests
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import CHECKS

#: Few for each change, for thinking them up takes ten times as long as asking; more before a release (`--throughout`),
#: and many for whoever has the time (`SHEQUYUN_DRILL=long`).
PUSHED, RELEASED, DRILLED = 2, 4, 50
PROMISES = (
    "not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance",
    "response_headers_conformance", "positive_data_acceptance", "negative_data_rejection", "missing_required_header",
    "allow_header_conformance",
)  # fmt: skip


#: What the document allows, and what it does not.
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
#: Who asks is said by the client itself.
NOT_THOUGHT_UP = {"authorization", "cookie"}


def ask(program: Any, case: Case, choose: Any) -> None:
    """Ask what was thought up; every other time about something that exists."""
    if case.path_parameters and choose(st.booleans()):
        case.path_parameters.update(
            {name: value for name, value in program.known.items() if name in case.path_parameters}
        )
    if "/session" in case.operation.path and case.method == "DELETE":
        program.sign_in()
    said = requests.Request(**case.as_transport_kwargs(base_url="http://localhost")).prepare()
    program.client.cookies.clear()
    response = program.client.request(
        said.method or "", said.url or "", content=said.body,
        headers={name: value for name, value in said.headers.items() if name.lower() not in NOT_THOUGHT_UP},
    )  # fmt: skip
    case.validate_response(
        response, checks=CHECKS.get_by_names(PROMISES), headers=dict(response.request.headers)
    )


@pytest.fixture
def examples(request: pytest.FixtureRequest) -> int:
    """How often each operation is asked at most."""
    if os.environ.get("SHEQUYUN_DRILL") == "long":
        return DRILLED
    return RELEASED if request.config.getoption("--throughout") else PUSHED


def ask_in_every_way(program: Any, operation: Any, examples: int) -> int:
    """Ask one operation as often as is bearable; returns how often."""
    asked = 0

    @settings(
        max_examples=examples, derandomize=True, database=None, deadline=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(data=st.data())
    def run(data: Any) -> None:
        nonlocal asked
        asked += 1
        mode = data.draw(st.sampled_from(MODES))
        ask(program, data.draw(operation.as_strategy(generation_mode=mode)), data.draw)

    run()
    return asked


@pytest.mark.parametrize("app", ["resident", "committee"])
def test_every_operation_answers_as_its_document_says(app, program_at, subtests, examples):
    program = program_at(app)
    operations = [found.ok() for found in program.schema.get_all_operations()]
    asked = 0
    for operation in operations:
        program.sign_in()
        with subtests.test(operation.label):
            asked += ask_in_every_way(program, operation, examples)

    assert len(operations) >= 20
    assert asked >= (examples + 1) // 2 * len(operations)


@pytest.mark.parametrize("app", ["resident", "committee"])
def test_the_document_is_openapi_3_1_and_names_every_operation_once(app, program_at):
    document = program_at(app).client.get("/openapi.json").json()
    names = [
        operation["operationId"] for methods in document["paths"].values() for operation in methods.values()
    ]

    assert document["openapi"].startswith("3.1")
    assert len(names) == len(set(names)) >= 20
    assert all(path.startswith("/api/v1/") for path in document["paths"])
