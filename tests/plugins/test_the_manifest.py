"""`plugin.toml`: read without running anything, and every fault of it told with its line."""

from pathlib import Path

import pytest
from packaging.version import Version

from plugins.sdk import BadManifest, read_manifest
from plugins.sdk.manifest import Manifest, interfaces
from plugins.sdk.scopes import SCOPES

HELLO = """\
manifest = 1
id = "hello-x"
version = "0.1.0"
name = { zh = "你好", en = "Hello" }
api = "^1.0"
license = "MIT"
contact = "dev@example.org"
scopes = ["resident.basic:read", "message:send"]

[[purposes]]
id = "welcome"
basis = "consent"
text = { zh = "向新居民发送欢迎消息", en = "Send new residents a welcome message" }
fields = ["name"]
retention_days = 0

[[contributes.templates]]
id = "welcome"
text = { zh = "{name}，{greeting}！", en = "{greeting}, {name}!" }
"""
#: What the plugin of `tests.plugins.test_registering` brings beside it.
BROUGHT = """
[data]
stores_personal = true
retention_days = 30

[[contributes.jobs]]
id = "tidy"
cron = "0 8 * * *"
name = { zh = "整理", en = "Tidy" }

[[contributes.slots]]
slot = "resident.home.cards"

[[contributes.slots]]
slot = "committee.case.list.columns"
"""


@pytest.fixture
def written(tmp_path: Path):
    """`written(text)`: a folder with this manifest in it."""

    def write(text: str) -> Path:
        tmp_path.joinpath("plugin.toml").write_text(text, encoding="utf-8")
        return tmp_path

    return write


def faults_of(folder: Path) -> list[tuple[int, str]]:
    with pytest.raises(BadManifest) as bad:
        read_manifest(folder)
    return [(fault.line, fault.said) for fault in bad.value.faults]


def line_of(text: str, part: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), 1) if part in line)


def test_a_manifest_is_read_as_it_was_meant(written):
    found = read_manifest(written(HELLO))

    assert found.id == "hello-x"
    assert found.name.within("en") == "Hello"
    assert found.purposes[0].fields == ("name",)
    assert found.contributes.templates[0].text.within("zh") == "{name}，{greeting}！"


@pytest.mark.parametrize(
    ("was", "becomes", "at", "said"),
    [
        ("license =", "licens =", "licens", "nobody knows this key; did you mean 'license'?"),
        ('"message:send"', '"message:sent"', "scopes", "no scope 'message:sent'; did you mean 'message:send'?"),
        *(
            ('"message:send"', f'"{name}"', "scopes", f"nothing of this platform answers '{name}' yet")
            for name in ("notice:read", "resident.sensitive:read", "event:service-hall")
        ),
        ('basis = "consent"', 'basis = "content"', "basis", "Input should be 'consent' or 'public_duty'"),
        ('id = "hello-x"', 'id = "Hello X"', "id =", "String should match pattern"),
        ('version = "0.1.0"', 'version = "one"', "version", "'one' is no version: write 1.2.0"),
        ('api = "^1.0"', 'api = "^2.0"', "api", "this platform offers interface 1.0, the plugin wants ^2.0"),
        ('api = "^1.0"', 'api = "soon"', "api", "'soon' names no interface: write ^1.0"),
        ("retention_days = 0", "retention_days = -1", "retention_days", "greater than or equal to 0"),
        ("[[contributes.templates]]", '[[contributes.slots]]\nslot = "resident.home.card"\n[[contributes.templates]]',
         "slot =", "there is no slot 'resident.home.card'; did you mean 'resident.home.cards'?"),
        ("retention_days = 0", 'retention_days = 0\nsends_to = ["a.example.org"]', "manifest",
         "purpose 'welcome' sends to a.example.org: name it in network"),
        ("[[purposes]]", "[data]\nstores_personal = true\n[[purposes]]", "[data]", "say for how many days"),
        ('id = "welcome"\ntext', 'id = "welcome"\ntxt', "txt", "nobody knows this key; did you mean 'text'?"),
    ],
)  # fmt: skip
def test_a_fault_is_told_with_its_line_and_what_was_probably_meant(written, was, becomes, at, said):
    text = HELLO.replace(was, becomes)
    found = faults_of(written(text))

    assert any(line == line_of(text, at) and said in sentence for line, sentence in found), found


def test_every_fault_is_told_at_once_from_the_top(written):
    found = faults_of(written(HELLO.replace("license", "licens").replace("message:send", "message:sent")))

    assert len(found) == 3
    assert found == sorted(found, key=lambda one: one[0])


@pytest.mark.parametrize(
    ("text", "line"), [("manifest = 1\nid = \n", 2), ("manifest = 1\n[[purposes]\n", 2), ("= 1", 1)]
)
def test_what_is_no_toml_is_told_with_its_line(written, text, line):
    assert [at for at, _said in faults_of(written(text))] == [line]


def test_where_there_is_no_manifest_that_is_the_fault(tmp_path):
    assert faults_of(tmp_path) == [(1, "there is no plugin.toml here")]


def test_other_letters_than_utf8_are_no_manifest(tmp_path):
    tmp_path.joinpath("plugin.toml").write_bytes("名 = 1".encode("gbk"))

    assert faults_of(tmp_path) == [(1, "it is not written in UTF-8")]


# -- what has to fit together -----------------------------------------------------------------------


def test_who_reads_peoples_data_says_why(written):
    without = HELLO[: HELLO.index("[[purposes]]")]

    (fault,) = faults_of(written(without))
    assert "say why in [[purposes]]" in fault[1]


def test_a_purpose_names_only_fields_that_a_scope_opens(written):
    (fault,) = faults_of(written(HELLO.replace('fields = ["name"]', 'fields = ["name", "phone"]')))

    assert fault[1] == "purpose 'welcome': no scope asked for opens phone"


def test_sensitive_fields_are_asked_for_by_themselves(written):
    tags = HELLO.replace('"message:send"]', '"resident.tags:read"]').replace('["name"]', '["name", "tags"]')

    (fault,) = faults_of(written(tags))
    assert fault[1] == "purpose 'welcome' reads sensitive fields: say sensitive = true"
    assert (
        read_manifest(written(tags.replace("retention", "sensitive = true\nretention"))).purposes[0].sensitive
    )


@pytest.mark.parametrize(
    ("said", "fits", "does_not"),
    [("^1.0", "1.9", "2.0"), ("^1.2", "1.2", "1.1"), (">=1.0,<1.3", "1.2", "1.3"), ("==1.*", "1.7", "2.0")],
)
def test_an_interface_is_meant_as_it_is_usually_written(said, fits, does_not):
    assert Version(fits) in interfaces(said)
    assert Version(does_not) not in interfaces(said)


# -- what a committee reads of it -------------------------------------------------------------------


def test_every_scope_is_said_in_both_languages_and_opens_what_it_names():
    for name, scope in SCOPES.items():
        assert name == scope.name
        assert scope.zh.strip()
        assert scope.en.strip()
        if scope.fields:
            assert scope.is_personal, name


def test_nobody_has_to_fill_in_what_is_asked_about_himself(written):
    text = HELLO + FIELD.replace("case.visit", "resident.profile") + "required = true\n"

    (fault,) = faults_of(written(text))

    assert fault == (
        line_of(text, "[[contributes.form_fields]]"),
        "contributes.form_fields.0: resident.profile: nobody has to fill it in, so leave required out",
    )


def test_what_is_sensitive_about_residents_is_asked_for_by_itself(written):
    asks = FIELD.replace("case.visit", "resident.profile").replace("P1", "P3")
    text = HELLO.replace('"message:send"', '"message:send", "resident.fields:write"') + asks
    read_manifest(written(text))

    (fault,) = faults_of(written(text.replace('fields = ["name"]', 'fields = ["name", "profile"]')))

    assert fault[1] == "purpose 'welcome' reads sensitive fields: say sensitive = true"


def test_editors_get_a_schema_that_knows_every_key():
    schema = Manifest.model_json_schema()

    assert set(schema["required"]) == {"manifest", "id", "api", "name", "license", "contact"}
    assert schema["additionalProperties"] is False


# -- what it brings -----------------------------------------------------------------------------------

CATEGORY = """
[[contributes.case_categories]]
id = "visit"
name = { zh = "探访", en = "Visit" }
sla_hours = 8
"""


@pytest.mark.parametrize("key", ["form", "assign_role"])
def test_what_nobody_reads_of_a_category_is_refused(written, key):
    text = HELLO + CATEGORY + f'{key} = "x"\n'

    (fault,) = faults_of(written(text))

    assert fault[0] == line_of(text, f"{key} =")
    assert "nobody reads this yet" in fault[1]


def test_when_a_slot_is_shown_nobody_reads_so_it_is_refused(written):
    text = HELLO + '\n[[contributes.slots]]\nslot = "resident.home.cards"\nwhen = "tuesday"\n'

    (fault,) = faults_of(written(text))

    assert fault[0] == line_of(text, "when =")
    assert "nobody reads this yet" in fault[1]


def test_what_it_brings_has_each_id_once(written):
    (fault,) = faults_of(written(HELLO + CATEGORY + CATEGORY))

    assert fault[1] == "contributes.case_categories: visit: said more than once"


ENTRY = """
[[contributes.nav]]
app = "committee"
path = "/visits"
label = { zh = "探访", en = "Visits" }
"""
FIELD = """
[[contributes.form_fields]]
form = "case.visit"
key = "floor"
label = { zh = "几楼", en = "Which floor" }
class = "P1"
schema = { type = "integer" }
"""


@pytest.mark.parametrize(
    ("more", "at", "said"),
    [
        (ENTRY + 'role = "committee.members"\n', "role", "did you mean 'committee.member'?"),
        (FIELD.replace("case.visit", "activity"), "form", "there are no activities in this product"),
        (FIELD.replace("case.visit", "notice"), "form", "write case.<category> or resident.profile"),
        (
            FIELD.replace("case.visit", "resident.profile"),
            "manifest",
            "form_fields of resident.profile are read and written with resident.fields:write: ask for it",
        ),
        (
            FIELD.replace("integer", "array"),
            "schema",
            "Input should be 'string', 'integer', 'number' or 'boolean'",
        ),
        (FIELD.replace('"integer"', '"integer", pattern = "a"'), "schema", "nobody knows this key"),
        (FIELD.replace('"integer"', '"integer", maxLength = 3'), "schema", "maxLength go with type"),
        (
            FIELD.replace('"integer"', '"integer", minimum = 3, maximum = 2'),
            "schema",
            "minimum is more than maximum",
        ),
        (FIELD + 'when = "tuesday"\n', "when", "nobody reads this yet"),
        ('channel = "sms"\n', "channel", "nothing is sent as 'sms' yet"),
    ],
)
def test_what_nothing_would_come_of_is_refused_with_its_line(written, more, at, said):
    text = HELLO + more

    (fault,) = faults_of(written(text))

    assert fault[0] == line_of(text, f"{at} =")
    assert said in fault[1]


@pytest.mark.parametrize(
    ("was", "becomes", "said"),
    [
        ("{greeting}, {name}!", "{greeting}!", "template 'welcome' has other blanks in zh than in en"),
        ("{greeting}, {name}!", "{greeting}, {name.first}!", "write a blank as {name}"),
    ],
)
def test_a_message_has_the_same_blanks_in_both_languages(written, was, becomes, said):
    (fault,) = faults_of(written(HELLO.replace(was, becomes)))

    assert said in fault[1]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (FIELD, "case.visit: the plugin brings no such category"),
        (CATEGORY + FIELD + FIELD, "floor: said more than once"),
        (CATEGORY + FIELD + 'choices = { up = { en = "Up" } }\n', "choices: up is no option of enum"),
    ],
)
def test_a_field_is_of_a_category_there_is_and_asked_once(written, more, said):
    (fault,) = faults_of(written(HELLO + more))

    assert said in fault[1]


def test_every_entry_field_and_template_that_something_comes_of_is_taken(written):
    found = read_manifest(written(HELLO + ENTRY + CATEGORY + FIELD)).contributes

    assert (found.nav[0].role, found.form_fields[0].form) == ("committee.member", "case.visit")
