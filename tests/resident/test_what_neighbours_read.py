"""A public case as a neighbour reads it: nothing that is meant for the one who raised it."""


def test_a_neighbour_is_not_spoken_to_as_if_he_had_raised_it(given, actor_client, verified):
    wang = given.resident()
    here = f"/cases/{verified(by=wang, text='电梯停了', visibility='public')}"
    neighbour = actor_client(given.neighbour(), page=True)

    page = neighbour.get(here).text
    api = [one["sentence"] for one in neighbour.get(f"/api/v1{here}/timeline").json()["items"]]

    for sentence in ("有邻居反映了这件事", "等反映的人评价", "等反映的人说解决了没有"):
        assert sentence in page
    assert "有邻居反映了这件事，居委会已收到。" in api
    for sentence in ("您的诉求已提交", "请您评价", "请您说说"):
        assert sentence not in page
        assert not [one for one in api if sentence in one]


def test_the_one_who_raised_it_is_still_spoken_to(given, actor_client, verified):
    wang = given.resident()
    page = actor_client(wang, page=True).get(f"/cases/{verified(by=wang, visibility='public')}").text

    assert "您的诉求已提交" in page
    assert "居委会已核实，请您评价。" in page


def test_nobody_is_promised_a_call_by_who_never_learns_his_name(given, actor_client, a_walk):
    walk = a_walk().to("signed")

    page = actor_client(walk.resident, page=True).get(f"/cases/{walk.id}").text

    assert "承办单位已签收，准备办理。" in page
    assert "联系您" not in page.split("经过")[1].split("您的诉求已提交")[0]
