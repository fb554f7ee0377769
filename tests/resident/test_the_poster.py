"""Who scans the poster in a stairwell: what he is promised, and where he begins when he has no home yet."""


def test_a_scanned_building_is_proposed_to_who_has_no_home_yet(given, actor_client):
    client = actor_client(given.newcomer(), page=True)
    choose = f"/me/home/choose?at={given.other_building.id}"

    assert choose in client.get("/at/TEST013").text
    assert "地点已经替您填好" not in client.get("/at/TEST013").text
    for path in ("/", "/report", "/report?at=TEST013"):
        assert choose in client.get(path).text
    assert given.homes[3].id in client.get(choose).text


def test_a_poster_of_another_neighbourhood_says_so_at_once(given, actor_client):
    client = actor_client(given.resident(), page=True)

    poster = client.get("/at/TEST001").text

    assert "这里不是您的小区" in poster
    assert "替您填好" not in poster
    assert "二维码" not in client.get("/report").text


def test_a_stranger_is_promised_the_place_only_if_he_lives_there(resident_client):
    poster = resident_client.get("/at/TEST013", headers={"Accept": "text/html"}).text

    assert "地点已经替您填好" not in poster
    assert "住在这个小区的，登录后地点会替您填好" in poster
