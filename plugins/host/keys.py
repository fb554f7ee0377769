"""What each key of `plugin.toml` means, for the reference and for editors; each is said here once.

By the table it stands in and its name, as the reference has them.
"""

from collections.abc import Mapping

KEYS: Mapping[str, Mapping[str, str]] = {
    "Manifest": {
        "manifest": "The form of this file: 1.",
        "id": "Unique for ever: it is in addresses, names files and is never used again.",
        "version": "As wheels have it (PEP 440). Of the wheel, where none is said here; if both are, they agree.",
        "api": "With which interface of the platform it works: `^1.0` is 1.0 and later, below 2.",
        "tier": "Python code that the platform runs.",
        "name": "As committees and residents read it, in both languages.",
        "summary": "One sentence on what it is for.",
        "publisher": "Who made it, as committees and residents read it. Without it they read “—”.",
        "license": "An SPDX identifier: `Apache-2.0`.",
        "homepage": "Where more is to be read of it.",
        "contact": "Who answers for it: an address that somebody reads.",
        "security_contact": "Who hears of holes in it; the contact, where nothing is said.",
        "scopes": "What it cannot work without ([scopes](scopes.md)); a committee gives all of them or none.",
        "optional_scopes": "With these it does more; `ctx.has(scope)` tells whether it was given one.",
        "network": "The only hosts that `ctx.http` reaches; `*`: any, which the operator approves "
                   "of each version (`shequyun plugin install --any-host`).",
        "purposes": "Why it reads data of people; needed where a scope opens any. Residents agree to each by itself.",
        "data": "What it keeps of people.",
        "storage": "Where it keeps what it keeps.",
        "run": "Where it can run.",
        "contributes": "What it brings into both apps.",
    },
    "Words": {
        "zh": "In Chinese; at most 200 characters.",
        "en": "In English. Where a language is missing the other one is shown.",
    },
    "Purpose": {
        "id": "By this the code names it: `purpose=\"welcome\"`.",
        "basis": "`public_duty` asks nobody; an operator has to approve it (`shequyun plugin approve-duty`), and "
        "residents see it listed.",
        "sensitive": "Asked for on a page of its own, as the law wants for sensitive data (PIPL art. 29).",
        "text": "The sentence that residents agree to. Another sentence is asked anew.",
        "fields": "Which fields it covers; each one opened by a scope that is asked for.",
        "retention_days": "Days for which what was read may be kept; 0: looked at and not kept.",
        "sends_to": "Hosts to which what was read is sent, each in `network`; `[]`: none. Where it is not said, "
                    "people read that it may go to all of `network`. `ctx.http` refuses another host in a call that "
                    "read for this purpose; what is kept and sent by a later call nobody sees.",
    },
    "Data": {
        "stores_personal": "Whether it keeps anything of people; then it also hands that out, and erases it.",
        "retention_days": "Days until a document of a person is deleted; needed where anything is kept.",
        "exports_abroad": "Whether anything of people leaves the country; the sheet warns of it.",
    },
    "Storage": {
        "mode": "Documents (`ctx.store`) are rows of JSON that the platform keeps.",
        "quota_mb": "So many megabytes in each neighbourhood at most.",
    },
    "Run": {
        "modes": "`worker`: a process of its own; `inprocess`: within the platform. The operator picks one of them.",
        "memory_mb": "Megabytes that its process may take beside the interpreter's.",
    },
    "Contributes": {
        "nav": "Entries in the apps' list of plugins.",
        "case_categories": "Categories of cases.",
        "form_fields": "Fields in the form of a category of cases, where it is on.",
        "slots": "The slots it fills ([slots](slots.md)): one entry for each `@plugin.slot` and `@plugin.column`.",
        "templates": "Its messages to people.",
        "roles": "Roles within its own pages, which a secretary gives to colleagues.",
        "reports": "Reports for the committee's month, each a `report.export`.",
        "jobs": "What it does at set times: one entry for each `@plugin.job`.",
    },
    "Nav": {
        "app": "In which app.",
        "path": "The page, below `/x/<id>`.",
        "label": "What stands on it.",
        "icon": "A name of [Lucide](https://lucide.dev/icons).",
        "role": "Who sees it.",
        "access": "Which of its own roles one holds to see it; in the committee's app.",
        "order": "The smallest first.",
    },
    "CaseCategory": {
        "id": "Its code is `<id of the plugin>.<this>`.",
        "name": "As residents and committees read it.",
        "sla_hours": "Working hours until it is to be handled.",
        "form": "The form to fill in.",
        "assign_role": "Who gets it first.",
    },
    "FormField": {
        "form": "`case.` and a category: an `id` of `case_categories`, or the four digits of one of the district's.",
        "key": "Kept by the base under `x.<id of the plugin>.<this>`; each once in a plugin.",
        "label": "What stands before it.",
        "schema": "What may be filled in: a small part of JSON Schema.",
        "class": "How delicate it is, from P0 (public) to P3 (sensitive): P2 and P3 are kept sealed, and the "
                 "committee sees them masked.",
        "required": "Whether it has to be filled in by whoever chose the category.",
        "choices": "The options of `enum` in words; one without words is shown as it is.",
        "when": "Left out: under which condition it is shown, nobody reads yet.",
    },
    "FieldSchema": {
        "type": "`string`, `integer`, `number`, or `boolean` for yes and no.",
        "format": "`date` for a day, of a `string`.",
        "enum": "The options of a `string`, one of which is chosen; at most 20.",
        "maxLength": "Characters of a `string`, at most 1000; 200 where nothing is said.",
        "minimum": "The least of a number.",
        "maximum": "The most of a number.",
    },
    "SlotUse": {
        "slot": "The slot's name.",
        "when": "Left out: under which condition it is shown, nobody reads yet.",
    },
    "Template": {
        "id": "By this the code names it: `template=\"welcome\"`.",
        "channel": "By which way it is sent.",
        "text": "The message, with `{blanks}` that `args` fill.",
    },
    "PluginRole": {
        "id": "By this the code names it: `access=\"recorder\"`, `\"recorder\" in ctx.roles`.",
        "name": "As the secretary reads it who gives it.",
        "grants": "Each page of its committee router and each slot that says `access=` with it, as the code writes it.",
    },
    "Report": {"id": "The name of the function that provides it.", "name": "As the committee reads it."},
    "Job": {
        "id": "The name of the function.",
        "name": "As the committee reads it, also in the message after three failures in a row.",
        "cron": "Minute, hour, day, month and weekday, in the neighbourhood's time; the same as in the code.",
    },
}  # fmt: skip


def described(schema: dict[str, object]) -> dict[str, object]:
    """The JSON Schema of a manifest with what each key means, as editors show it beside the key."""
    parts = {"Manifest": schema, **dict(_tables(schema.get("$defs")))}
    for kind, part in parts.items():
        for name, about in _tables(part.get("properties")):
            if said := KEYS.get(kind, {}).get(name):
                about["description"] = said
    return schema


def _tables(found: object) -> list[tuple[str, dict[str, object]]]:
    return list(found.items()) if isinstance(found, dict) else []
