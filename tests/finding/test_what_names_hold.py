"""Whoever is looked for by any part of his name is found, however long it is; compared with going through all names."""

import pytest

from core_db.finding import find_people
from core_db.finding.typed import reads_as
from core_db.people import Person, PersonDraft, name_columns, readings_of, register_person

NAMES = (
    "单小明",
    "王明明",
    "欧阳小明",
    "阿依古丽·买买提",
    "吕布",
    "Ulla Viv",
    "古丽",
    "明",
    "王小",
    "诸葛无忌",
)


@pytest.fixture
def find(given):
    """The names of whoever is found."""
    for name in NAMES:
        draft = PersonDraft(community_id=given.community.id, name=name)
        given.do(register_person, draft, by=given.system())
    worker = given.worker()

    def found(line):
        return {one.name for one in given.see(find_people, line, by=worker)}

    return found


def parts_of(name):
    return {name[start:end] for start in range(len(name)) for end in range(start + 1, len(name) + 1)}


def test_every_part_of_every_name_finds_whoever_has_it(find):
    parts = {part for name in NAMES if "a" not in name for part in parts_of(name)}
    assert len(parts) > 40

    wrong = {part for part in parts if find(part) != {name for name in NAMES if part in name}}

    assert not wrong


def test_whatever_a_name_is_read_by_finds_it(find):
    readings = {name: readings_of(name)[0] for name in NAMES}
    typed = {
        "".join(syllable[:length] for syllable in spoken.split()[start:])
        for spoken in readings.values()
        for start in range(len(spoken.split()))
        for length in (1, 2, 9)
    }
    assert len(typed) > 40

    def meant(letters):
        written = {name for name in NAMES if letters in name}
        whole = {name for name, spoken in readings.items() if reads_as(letters, spoken)}
        return (
            written
            or whole
            or {name for name, spoken in readings.items() if reads_as(letters, spoken, anywhere=True)}
        )

    wrong = {letters for letters in typed if find(letters) != meant(letters)}

    assert not wrong


def test_a_name_stands_in_its_parts():
    said = name_columns("欧阳小明")

    assert said == {
        "name": "欧阳小明", "name_pinyin": "ou yang xiao ming", "name_initials": "oyxm", "name_second": "阳小明",
        "name_third": "小明", "name_rest": "明", "initials_second": "yxm", "initials_third": "xm",
    }  # fmt: skip
    assert set(said) <= set(Person.model_fields)
    assert name_columns("明")["name_second"] is None
