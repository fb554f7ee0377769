"""What was opened cannot be written down by accident, whichever way somebody tries."""

import ast
import copy
import dataclasses
import json
import pickle
from html import escape

import orjson
import pytest
from fastapi.encoders import jsonable_encoder
from jinja2 import Environment
from markupsafe import Markup
from pydantic import BaseModel, TypeAdapter

from core_db.foundation.unsealed import HIDDEN, Unsealed
from tests.contracts.house import modules, nodes

SECRET = "13812341234"
#: Who may ask for the value itself, and why.
IN_THE_CLEAR = {
    "core_db/access/reading.py",  # writes who read it
    "core_db/accounts/second_factor.py",  # compares a code with it, and shows it to its owner once
    "core_db/foundation/idempotency.py",  # gives an answer again to whom it was given
    "core_db/cases/filled_fields.py",  # shows whoever raised a case what he filled in himself
    "core_db/reveals/exporting.py",  # opens a file that was recorded person by person
    "core_db/ledgers/filling.py",  # seals last time's answer anew for this time
    "core_db/people/changing.py",  # gives a newborn child what its parent has, compares
    "core_db/register_sheets/keeping.py",  # plans the row anew, or shows it masked
    "core_db/register_sheets/reading.py",  # reads the file, or gives it back to whom it came from
    "core_db/foundation/recorded.py",  # seals it anew in a history, and puts back what a history says
    "core_db/people/anew.py",  # works out anew in which year somebody was born
    "core_db/tags/assigning.py",  # compares a tag with what somebody bears
    "core_db/visits/outcomes.py",  # gives the tag that was proposed
    "core_db/people/proposing.py",  # writes what was proposed into the register
    "core_db/installs/messages.py",  # shows a message to the one it is to
    "core_db/installs/setting.py",  # gives a plugin its own secrets, and seals them anew
    "core_db/mydata/erasing.py",  # looks for what has to go from texts
    "core_db/mydata/exporting.py",  # opens the file of who asked for it
    "core_db/mydata/filling_for_plugins.py",  # shows somebody what he said of himself, to fill in anew
    "core_db/people/childhood.py",  # compares a birth date
    "core_db/upkeep/rotating.py",  # seals it anew
    "core_db/visits/reading.py",  # opens the words of a visit, after the look at them was recorded
    "core_db/visits/settling.py",  # seals the word that is to stand in its place
}


class Card(BaseModel):
    phone: Unsealed


@dataclasses.dataclass
class Line:
    phone: Unsealed


VALUE = Unsealed(SECRET)
PAGE = Environment(autoescape=True)
WAYS = {
    "str": lambda: str(VALUE),
    "repr": lambda: repr(VALUE),
    "ascii": lambda: ascii(VALUE),
    "f-string": lambda: f"{VALUE}",
    "f-string with a width": lambda: f"{VALUE:>30}",
    "f-string of its form": lambda: f"{VALUE!r}",
    "format": lambda: "{}".format(VALUE),  # noqa: UP032
    "format of an attribute": lambda: f"{VALUE.__class__}",
    "percent": lambda: "%s" % VALUE,  # noqa: UP031
    "percent r": lambda: "%r" % VALUE,  # noqa: UP031
    "in a list": lambda: str([VALUE]),
    "in a dict": lambda: repr({"phone": VALUE}),
    "in a dataclass": lambda: repr(Line(VALUE)),
    "asdict": lambda: repr(dataclasses.asdict(Line(VALUE))),
    "in a model": lambda: repr(Card(phone=VALUE)),
    "pydantic as python": lambda: repr(Card(phone=VALUE).model_dump()),
    "pydantic as json": lambda: Card(phone=VALUE).model_dump_json(),
    "pydantic of anything": lambda: TypeAdapter(object).dump_json(VALUE),
    "a field of a model": lambda: TypeAdapter(Unsealed).dump_json(VALUE),
    "json": lambda: json.dumps({"phone": VALUE}),
    "json with str": lambda: json.dumps({"phone": VALUE}, default=str),
    "json with vars": lambda: json.dumps({"phone": VALUE}, default=vars),
    "orjson": lambda: orjson.dumps({"phone": VALUE}),
    "orjson with str": lambda: orjson.dumps({"phone": VALUE}, default=str),
    "fastapi": lambda: repr(jsonable_encoder({"phone": VALUE})),
    "jinja": lambda: PAGE.from_string("{{ value }}").render(value=VALUE),
    "jinja, marked safe": lambda: PAGE.from_string("{{ value|safe }}").render(value=VALUE),
    "jinja, joined": lambda: PAGE.from_string("{{ [value]|join(',') }}").render(value=VALUE),
    "jinja as json": lambda: PAGE.from_string("{{ value|tojson }}").render(value=VALUE),
    "jinja, an attribute that begins with a stroke": lambda: PAGE.from_string("{{ value.__dict__ }}").render(
        value=VALUE
    ),
    "markup": lambda: Markup("<b>{}</b>").format(VALUE),
    "html": lambda: escape(str(VALUE)),
    "pickle": lambda: pickle.dumps(VALUE),
    "copy": lambda: repr(copy.copy(VALUE)),
    "deepcopy": lambda: repr(copy.deepcopy(VALUE)),
    "vars": lambda: repr(vars(VALUE)),
    "bytes": lambda: bytes(VALUE),
    "a list of its letters": lambda: repr(list(VALUE)),
    "joined to text": lambda: "phone: " + VALUE,
    "sorted": lambda: repr(sorted([VALUE, Unsealed("1")])),
    "a set": lambda: repr({VALUE}),
    "in an error": lambda: str(ValueError(VALUE)),
}


@pytest.mark.parametrize("way", WAYS)
def test_no_way_writes_it_down(way):
    try:
        written = WAYS[way]()
    except Exception as refused:
        written = f"{refused} {refused!r}"

    assert SECRET not in (written.decode(errors="replace") if isinstance(written, bytes) else str(written))


def test_whoever_asks_by_name_gets_it():
    assert VALUE.in_the_clear() == SECRET
    assert VALUE.masked(lambda clear: clear[:3]) == "138"
    assert str(VALUE) == repr(VALUE) == f"{VALUE}" == HIDDEN


def test_it_can_be_compared_with_its_like_alone():
    assert Unsealed(SECRET) == VALUE
    assert Unsealed("1") != VALUE
    assert VALUE != SECRET
    assert bool(VALUE)


def test_everybody_who_asks_by_name_is_known():
    asking = {
        path
        for path, tree in modules().items()
        if any(
            isinstance(node, ast.Attribute) and node.attr in ("in_the_clear", "_clear")
            for node in nodes(tree)
        )
    }

    assert asking - {"core_db/foundation/unsealed.py"} == IN_THE_CLEAR
