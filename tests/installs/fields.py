"""The fields that the sample plugin asks for in its own category, and a case with all of them filled in."""

from core_db.cases import accept_case, dispatch_case
from core_db.cases.drafts import AcceptanceDraft, CaseDraft, DispatchDraft
from tests.town import PROPERTY_FIRM

PLUGIN, CODE = "elder-care", "elder-care.elder_visit"
FLOOR, DAY, LIFT, KIND, WHY = (f"x.elder-care.{key}" for key in ("floor", "day", "lift", "kind", "why"))


def asked(key, zh, en, class_, schema, **more):
    label = {"zh": zh, "en": en}
    return {"form": "case.elder_visit", "key": key, "label": label, "class": class_, "schema": schema, **more}


FIELDS = [
    asked("floor", "几楼", "Floor", "P0", {"type": "integer", "minimum": 1, "maximum": 60}),
    asked("day", "哪天方便", "Which day", "P1", {"type": "string", "format": "date"}),
    asked("lift", "有没有电梯", "Is there a lift", "P1", {"type": "boolean"}),
    asked(
        "kind", "看望谁", "Whom", "P1", {"type": "string", "enum": ["mother", "father"]}, required=True,
        choices={"mother": {"zh": "母亲", "en": "My mother"}},
    ),
    asked("why", "身体怎么样", "How she is", "P3", {"type": "string", "maxLength": 20}),
]  # fmt: skip
FILLED_IN = {FLOOR: 3, DAY: "2026-12-01", LIFT: False, KIND: "mother", WHY: "刚出院"}


def draft(fields=FILLED_IN, **said):
    return CaseDraft(**{"text": "请来看看我母亲", "category": CODE, "fields": fields, **said})


def handed_to(given, file):
    """A firm to which the committee gave the case."""
    worker, firm = given.worker(), given.contractor()
    given.do(accept_case, file.case.id, AcceptanceDraft(), by=worker)
    given.do(dispatch_case, file.case.id, DispatchDraft(lead=PROPERTY_FIRM.id), by=worker)
    return firm
