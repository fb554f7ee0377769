"""A family of four moves in, typed once: from then on no form of either app asks any of it again."""

import re

from core_db.people import person_file
from tests.browser.walks import address, cases_to_look_at, page_routes, parameters
from tests.ledgers.asking import asked_again, controls_of

#: What a walk goes to beside the addresses of all pages: the same pages with somebody chosen.
CHOSEN = (
    "/enter?q={name}&person={person}", "/emergency/new?q={name}&person={person}", "/people?q={name}",
    "/register/moving-in?home={home}", "/people/{person}/correction?field=phone", "/residencies/{stay}/correction",
    "/ledgers/{fill}?start=0",
)  # fmt: skip
#: Forms about somebody whom no register knows yet: there is nobody to take it from.
OF_NEWCOMERS = {"/people/{person_id}/birth", "/me/data/children"}


def facts_of(given, person_id, by):
    """The keys of what the register knows of somebody, and that he lives somewhere."""
    file = given.see(person_file, person_id, by=by)
    said = {f"person.{one.field}" for one in file.fields if one.value and one.value != "0"}
    stay = next(one for one in file.stays if not one.is_over)
    said |= {f"person.{name}" for name in ("permit", "came_for") if getattr(stay, name)}
    return said | {"person.home", "person.relation", "person.lives_as", "person.since", "community.name"}


def test_no_form_for_the_family_asks_what_the_register_knows(
    given, worker, family, actor_client, tmp_path, begin, ask, publish, town
):
    keys = ("person.name", "person.phone", "person.birth", "person.education", "person.home", "person.permit",
            "person.came_for")  # fmt: skip
    fill = begin(publish(ask(town, *keys, own=["联系电话", "是否独居"]), town))
    places = cases_to_look_at(given)
    client, known = (
        actor_client(worker, page=True),
        {one: facts_of(given, one, worker) for one in family.values()},
    )
    at = parameters(given, places, "worker") | {"person_id": family["孙伯"], "fill_id": fill.id}
    paths = [address(route, at) for route in page_routes("committee", tmp_path) if route not in OF_NEWCOMERS]
    for name, person in family.items():
        stay = given.see(person_file, person, by=worker).stays[0].id
        paths += [
            one.format(name=name, person=person, stay=stay, home=given.home.id, fill=fill.id)
            for one in CHOSEN
        ]
    walked, asked, controls = 0, [], 0
    for path in paths:
        answer = client.get(path)
        if answer.status_code == 200:
            found = controls_of(answer.text, path)
            asked += [(path, one.name, one.asks) for one in asked_again(found, known)]
            controls, walked = controls + len(found), walked + 1

    assert asked == []
    # The walk walked: the register's pages, desks and ledgers, with something to fill in on them.
    assert walked > 40
    assert controls > 60
    # Known facts are no inputs on the ledger, and what nobody knows is: four times, for who has none.
    page = client.get(f"/ledgers/{fill.id}").text
    asks = [one.asks for one in controls_of(page) if one.name.endswith(tuple(family.values()))]
    assert asks.count("person.education") == 4
    assert asks.count("person.phone") == 2
    assert asks.count("person.name") == asks.count("person.home") == 0
    assert asks.count("person.permit") == asks.count("person.came_for") == 0
    assert all(word in page for word in ("居住证", "随迁", "投亲靠友"))


def test_no_form_of_a_resident_asks_what_he_has_said(given, actor_client, tmp_path):
    places = cases_to_look_at(given)
    aunt = places["aunt"]
    known = {aunt.person_id: {"person.name", "person.phone", "person.home", "community.name"}}
    client, walked, asked = actor_client(aunt, page=True), 0, []
    for route in page_routes("resident", tmp_path):
        path = address(route, parameters(given, places, "resident"))
        answer = client.get(path)
        if answer.status_code == 200 and not re.match(r"/sign-in|/me/data/children", route):
            # Whoever is signed in is whom every form of his app is about.
            asked += asked_again(controls_of(answer.text, f"{path} {aunt.person_id}"), known)
            walked += 1

    assert [(one.about, one.name) for one in asked] == []
    assert walked > 12


def test_a_planted_form_is_found(family):
    him = family["孙伯"]
    page = """
    <form action="/people/{him}/visit"><label for="a">联系电话</label><input id="a" name="contact">
    <label for="b">姓名</label><input id="b" name="who" value="孙伯">
    <label for="c">备注</label><input id="c" name="note">
    <select name="education"><option value="" selected></option></select></form>
    <form action="/elsewhere"><label for="d">手机号码</label><input id="d" name="phone"></form>
    """.replace("{him}", him)

    found = asked_again(controls_of(page), {him: {"person.phone", "person.name"}})

    # The empty one about him alone: not what comes filled, not what nobody knows, not what is about nobody.
    assert [(one.name, one.asks) for one in found] == [("contact", "person.phone")]
