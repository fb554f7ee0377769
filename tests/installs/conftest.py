"""What the tests of installed plugins share: a plugin as its manifest says it, and a committee that lets it in."""

import asyncio
import copy
import io

import pytest
from PIL import Image
from sqlalchemy import select, update

from app_shell.plugged import Visitor
from core_db.cases import clean_photo, keep_photo, upload_photo
from core_db.cases.commands.submitting import submit_case
from core_db.foundation.came import Came, Way
from core_db.foundation.egress import egress_from
from core_db.foundation.ids import new_id
from core_db.installs import EnablingDraft, PluginFiles, consent_sheet, enable_plugin, pair_of, record_plugin
from core_db.installs.model import CALLS
from core_db.installs.words import RunMode
from core_db.mydata import PurposeOf, agree_to_purpose, my_plugin_consents
from core_db.people import Household
from core_db.people.queries import RESIDENCIES
from plugins.host.documents import Documents, declared_in
from plugins.host.gateway import BaseGateway
from plugins.sdk.asking import AskingContext
from tests.installs.fields import FIELDS, draft
from tests.resident.conftest import key, send_form

__all__ = ["key", "send_form"]

ELDER = {
    "manifest": 1, "id": "elder-care", "version": "1.2.0", "api": "^1.0",
    "name": {"zh": "独居老人探访", "en": "Elder-care visits"}, "license": "MIT", "contact": "dev@example.org",
    "summary": {"zh": "按周期提醒探访独居老人", "en": "Periodic reminders to visit residents living alone"},
    "scopes": ["resident.basic:read", "resident.tags:read", "case:read", "case:write", "message:send"],
    "contributes": {
        "case_categories": [
            {"id": "elder_visit", "name": {"zh": "独居老人探访", "en": "Elder visit"}, "sla_hours": 48}
        ],
        "templates": [{"id": "overdue", "text": {"zh": "{name} 已 {days} 天未探访", "en": "{name}: {days} days"}}],
    },
    "optional_scopes": ["resident.contact:read"], "network": [],
    "data": {"stores_personal": True, "retention_days": 400, "exports_abroad": False},
    "purposes": [
        {
            "id": "visit", "basis": "consent", "sensitive": True, "retention_days": 400,
            "text": {"zh": "安排独居老人的定期探访", "en": "Arrange regular visits to residents living alone"},
            "fields": ["name", "birth_year", "tags", "phone"],
        }
    ],
}  # fmt: skip
SETTINGS = {
    "properties": {
        "every_days": {"type": "integer", "title": "Days between visits"},
        "token": {"type": "string", "format": "password", "writeOnly": True},
    }
}

DECLARED = {
    "settings": SETTINGS,
    "document": [{"name": "Elder", "version": 1, "subject": "resident", "indexed": ["next_due"]}],
}


def manifest_with(**said):
    """The sample's manifest with other words in it; `purpose` changes its one purpose."""
    changed = copy.deepcopy(ELDER)
    changed["purposes"][0] |= said.pop("purpose", {})
    return changed | said


@pytest.fixture
def installed(given):
    """`installed()`: the operator installs the sample; `installed(version=…, scopes=…)` another version of it."""

    def install(*, run_mode=RunMode.WORKER, **said):
        manifest = manifest_with(**said)
        files = PluginFiles(version=manifest["version"], package="elder_care", folder="", run_mode=run_mode)
        return given.do(record_plugin, manifest, files, DECLARED, by=given.system())

    return install


@pytest.fixture
def enabled(given, secretary):
    """`enabled()`: the secretary reads the sheet and switches it on with all it needs, and what the test adds."""

    def enable(*more, by=None, settings=None, at=None):
        here = (at or given.community).id
        sheet = given.see(consent_sheet, "elder-care", here, by=by or secretary)
        needed = [one.name for one in sheet.scopes if one.is_required]
        draft = EnablingDraft(
            scopes=(*needed, *more), sheet_version=sheet.sheet_version, settings=settings or {}
        )
        return given.do(enable_plugin, "elder-care", here, draft, by=by or secretary)

    return enable


@pytest.fixture
def purpose_of(given):
    """The purpose as somebody reads it on his page today."""

    def read(actor, purpose="visit", **more):
        (plugin,) = given.see(my_plugin_consents, by=actor, **more)
        (found,) = [one for one in plugin.purposes if one.purpose.id == purpose]
        return PurposeOf(
            plugin_id=plugin.plugin_id, community_id=plugin.community_id, purpose=purpose,
            text_version=found.purpose.text_version,
        )  # fmt: skip

    return read


@pytest.fixture
def agreed(given, purpose_of):
    """`agreed(王阿姨)`: she agrees to what the sample is for."""

    def agree(actor, purpose="visit"):
        return given.do(agree_to_purpose, purpose_of(actor, purpose), by=actor)

    return agree


@pytest.fixture
def documents(door, settings, clock):
    opened = Documents(settings.data_dir, door.engines, declared=declared_in(door), clock=clock)
    yield opened
    opened.close()


@pytest.fixture
def gateway(door, documents, clock, settings):
    return BaseGateway(door, documents, egress_from(""), clock=clock, data_dir=settings.data_dir)


@pytest.fixture
def visitor(given):
    """Somebody who looks at a page of the neighbourhood."""

    def looks(actor):
        return Visitor(actor=actor, community_id=given.community.id, lang="zh", came=Came(Way.PAGE))

    return looks


@pytest.fixture
def asked(given, gateway):
    """`asked(lambda ctx: ctx.residents.get(…))`: what a plugin is answered in a hook, `by` whoever looks or alone."""

    def ask(deed, *, by=None, at=None, hook="job:plan_visits"):
        here = (at or given.community).id

        async def in_a_hook():
            setting = await gateway.setting_even_off("elder-care", here, by)
            context = AskingContext(gateway.ask("elder-care", here, hook, by), setting)
            found = deed(context)
            return [one async for one in found] if hasattr(found, "__aiter__") else await found

        return asyncio.run(in_a_hook())

    return ask


@pytest.fixture
def pair(given, door):
    """By which id the sample knows somebody."""

    def drawn(actor, kind="person"):
        subject = actor.person_id if kind == "person" else actor.id
        return door.write_now(lambda s: pair_of(s, "elder-care", given.community.id, kind, subject))

    return drawn


@pytest.fixture
def keep_house(given, door):
    """`keep_house(王阿姨, 李叔)`: they are a household, which the first of them heads; its id."""

    def together(head, *others, relation="10"):
        household = Household(
            id=new_id(), community_id=given.community.id, home_id=given.home.id, head_id=head.person_id,
            created_at=given.clock.now(),
        )  # fmt: skip

        def write(session):
            session.add(household)
            session.flush()
            for one in (head, *others):
                said = "02" if one is head else relation
                its = RESIDENCIES.c.person_id == one.person_id
                session.execute(
                    update(RESIDENCIES).where(its).values(household_id=household.id, relation=said)
                )
            return household.id

        return door.write_now(write)

    return together


@pytest.fixture
def pictured(given, settings):
    """`pictured(王阿姨)`: a picture of hers, sent and not yet shown; its id."""

    def send(actor, colour="tan"):
        out = io.BytesIO()
        Image.new("RGB", (8, 6), colour).save(out, "PNG")
        photo = clean_photo(out.getvalue(), most_bytes=10**6, most_pixels=10**6)
        photo_id = keep_photo(settings.data_dir, photo)
        given.do(upload_photo, photo_id, photo, by=actor)
        return photo_id

    return send


@pytest.fixture
def case_of(given, pictured):
    """A case of somebody's with one picture; the case's id and the picture's."""

    def raised(actor, **said):
        photo_id = pictured(actor)
        return given.a_case(by=actor, photos=(photo_id,), **said).case.id, photo_id

    return raised


@pytest.fixture
def on(installed, enabled):
    """Switched on, with the telephone besides and whatever the test changes in the manifest."""

    def switch(*more, **said):
        installed(**said)
        return enabled("resident.contact:read", *more)

    return switch


@pytest.fixture
def calls(door):
    return lambda: door.read_now(lambda s: s.execute(select(CALLS).order_by(CALLS.c.id)).all())


@pytest.fixture
def asking(on):
    """Switched on with the fields; `asking(fields=[…])` with others."""

    def switch(fields=FIELDS):
        return on(contributes=manifest_with()["contributes"] | {"form_fields": fields})

    return switch


@pytest.fixture
def filed(given, asking):
    """A case with everything filled in, and who raised it."""
    asking()
    aunt = given.resident()
    return given.do(submit_case, draft(), by=aunt), aunt
