"""Whoever writes of another building than the one that is picked is asked which it is, while he writes."""

import pytest

ASKED = "您写的是{}，下面选的是{}"


@pytest.fixture
def hint(given, actor_client):
    client = actor_client(given.resident(), page=True)

    def read(text, picked=None):
        query = {"text": text} | ({"building": picked} if picked else {})
        return client.get("/similar", params=query).text

    return read


@pytest.mark.parametrize("text", ["13号楼3楼的灯不亮", "１３号门口积水", "The lamp in building 13 is broken"])
def test_another_building_than_the_one_picked_is_told(text, hint, given):
    other = given.other_building.label

    assert ASKED.format(other, given.building.label) in hint(text, given.building.id)


@pytest.mark.parametrize(
    "text",
    [
        "12号楼3楼的灯不亮",
        "楼道灯不亮",
        "12号和13号的灯都不亮",
        "99号楼的灯不亮",
        "11月13号起灯就不亮",
        "13号线很吵",
        "113号的狗",
    ],
)
def test_nothing_is_asked_where_nothing_is_amiss(text, hint, given):
    assert "您写的是" not in hint(text, given.building.id)


def test_nothing_is_asked_of_what_is_in_no_building(hint, given):
    assert "您写的是" not in hint("13号楼门口的树倒了", given.community.id)
