"""What the tests of forms share: a family, a form that asks about it, and a neighbourhood that fills it."""

from datetime import timedelta

import pytest

from core_db.foundation.clock import local_date
from core_db.ledgers import (
    FieldsDraft,
    FormDraft,
    OpenDraft,
    PublishDraft,
    add_fields,
    draft_form,
    fill_shown,
    form_shown,
    open_fill,
    publish_form,
)
from core_db.life_events import FamilyMoveIn, move_family_in

PHONES = ("13800138001", "13800138002")


@pytest.fixture
def town(given):
    return given.town_dispatcher()


@pytest.fixture
def today(clock):
    return local_date(clock.now())


@pytest.fixture
def family(given, worker, today):
    """Four people of one home, as one form registers them: the ids by their names."""
    members = (
        {
            "name": "孙伯",
            "relation": "02",
            "id_number": "310113194912310019",
            "phone": PHONES[0],
            "came_for": "08",
        },
        {"name": "孙婶", "relation": "10", "sex": "2", "birth": "1952-03-01", "phone": PHONES[1]},
        {"name": "孙小明", "relation": "20", "sex": "1", "birth": "1980-05-01"},
        {"name": "孙小宝", "relation": "40", "sex": "1", "birth": "2015-05-01"},
    )
    draft = FamilyMoveIn.model_validate(
        {
            "home_id": given.home.id,
            "since": today,
            "role": "owner",
            "source": "上门",
            "members": members,
            "ethnic_group": "01",
            "permit": "residence_permit",
            "came_for": "06",
        }
    )
    done = given.do(move_family_in, draft, by=worker)
    return dict(zip([one["name"] for one in members], done.person_ids, strict=True))


@pytest.fixture
def ask(given, today):
    """`ask(by, "person.name", own=["独居"])`: a form, drafted with its questions."""

    def drafted(by, *keys, own=(), row_kind="person", at=None, sensitive=False, kind="text", **about):
        place = at or {"town": given.town, "secr": given.community, "dist": given.district}[str(by.role)[:4]]
        draft = FormDraft.model_validate({
            "place_id": place.id, "name": "老年人情况月报", "family": "service", "basis": "街镇通知第 3 号",
            "cycle": "month",
            "row_kind": row_kind, "valid_from": today, "valid_to": today + timedelta(days=300), **about,
        })  # fmt: skip
        form = given.do(draft_form, draft, by=by)
        if keys:
            given.do(add_fields, form.id, FieldsDraft(catalogue=keys), by=by)
        for name in own:
            asked = FieldsDraft(name=name, kind=kind, is_sensitive=sensitive)
            given.do(add_fields, form.id, asked, by=by)
        return form

    return drafted


@pytest.fixture
def publish(given):
    def published(form, by):
        version = given.see(form_shown, form.id, by=by).line.form.version
        return given.do(publish_form, form.id, PublishDraft(seen="yes", version=version), by=by)

    return published


@pytest.fixture
def begin(given, worker):
    """`begin(form)`: the worker of here begins to fill it, for the month of the tests."""

    def opened(form, by=None, period="2026-11"):
        return given.do(open_fill, OpenDraft(form_id=form.id, period=period), by=by or worker)

    return opened


@pytest.fixture
def sheet(given, worker):
    """`sheet(fill)`: the fill as the page shows it."""
    return lambda fill, by=None, **where: given.see(fill_shown, fill.id, by=by or worker, **where)
