"""What one transaction writes stands all or not at all: which cases are there by half, whatever broke in between."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

#: By table: the cases of which it holds a row, one for each time a case was raised.
OF_A_CASE = {
    "cases": "SELECT id FROM cases",
    "case_entries": "SELECT case_id FROM case_entries WHERE type = 'submitted'",
    "case_parties": "SELECT case_id FROM case_parties",
    "outbox": "SELECT substr(subject, 6) FROM outbox WHERE type = 'cn.shequyun.case.submitted.v1'",
    "idempotency_records": (
        "SELECT json_extract(CAST(body AS TEXT), '$.id') FROM idempotency_records "
        "WHERE route = 'POST /api/v1/cases' AND status = 201"
    ),
    # Words of a case that is not there are a half, too: they have its number alone.
    "case_search": (
        "SELECT coalesce(cases.id, 'number ' || case_search_docsize.id) FROM case_search_docsize "
        "LEFT JOIN cases ON cases.seq = case_search_docsize.id"
    ),
}


def halves_of_cases(
    stored: Callable[[str], Iterable[Any]], of_a_case: Mapping[str, str] = OF_A_CASE
) -> list[str]:
    """Sentences about the cases that are raised in some tables and not in others, or in one of them twice."""
    found = {table: sorted(case for (case,) in stored(query)) for table, query in of_a_case.items()}
    wanted = found["cases"]
    return [
        f"{table}: {sorted(set(wanted) ^ set(there)) or 'one is there twice'}"
        for table, there in found.items()
        if there != wanted
    ]
