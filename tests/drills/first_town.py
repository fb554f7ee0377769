"""The first release's database as a town would have left it: each of its cases five hundred times, and 5,000 people.

What is multiplied keeps what it says of others: a case's parties, entries, clocks, facts and words are those of its
copy, and counters are as many times as high. What is sealed is sealed to its row, so copied people have no numbers.
"""

import json
from typing import Any

from tests.drills.first_release import rows

Row = dict[str, Any]
#: Tables whose rows belong to a case, and the column in which a row is counted, if any.
OF_A_CASE = {
    "cases": "seq", "case_parties": None, "case_dispatches": None, "case_clocks": None, "clock_pauses": None,
    "case_entries": "position", "case_evaluations": None, "case_supports": None, "outbox": "position",
    "case_search": "seq",
}  # fmt: skip
SEALED = ("phone_sealed", "phone_blind", "id_number_sealed", "id_number_blind", "birth_sealed")
LAST = 4


def rows_of_a_town(*, times: int, people: int) -> dict[str, list[Row]]:
    """The first release's rows, every case `times` times, and so many people."""
    found = rows()
    cases = len(found["cases"])
    known = {row["id"] for table in OF_A_CASE for row in found[table] if "id" in row}
    numbers = {row["number"]: n for n, row in enumerate(found["cases"], 1)}
    once = {table: list(found[table]) for table in OF_A_CASE}
    for copy in range(1, times):
        changed = {one: again(one, copy) for one in known}
        changed |= {number: f"{number[:-4]}{copy * cases + n:04d}" for number, n in numbers.items()}
        for table, counted in OF_A_CASE.items():
            found[table] += [_copied(row, changed, counted, copy * len(once[table])) for row in once[table]]
    for row in found["case_counts"]:
        row["count"] *= times
    for row in found["running_numbers"]:
        row["next"] = times * cases + 1
    _add_people(found, people)
    return found


def again(one: str, copy: int) -> str:
    """The id of a copy."""
    return f"{one[:-LAST]}{copy:0{LAST}x}"


def _copied(row: Row, changed: dict[str, str], counted: str | None, by: int) -> Row:
    text = json.dumps(row, ensure_ascii=False)
    for old, new in changed.items():
        if old in text:
            text = text.replace(old, new)
    new: Row = json.loads(text)
    if "grams" in row:
        new["grams"] = " ".join(sorted({*row["grams"].split(), f"{row['seq'] + by:04d}"}))
    if counted:
        new[counted] = row[counted] + by
    return new


def _add_people(found: dict[str, list[Row]], people: int) -> None:
    one, lives = found["persons"][0], found["residencies"][0]
    for copy in range(1, people - len(found["persons"]) + 1):
        person = one | {"id": again(one["id"], copy), "name": f"居民{copy}"} | dict.fromkeys(SEALED)
        found["persons"].append(person)
        found["residencies"].append(
            lives | {"id": again(lives["id"], copy), "person_id": person["id"], "role": "tenant"}
        )
