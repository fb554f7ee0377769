"""No path goes around the filters: whatever raises a case or ends one asks first, or is named here with its reason.

The code itself is read: from what writes a case, or a status in which one ends, to everything that leads there. Whoever
hands a use case to `work.write`, `once` or `filtered` asks what it declares; whoever calls it goes around that, and so
has to declare a point of its own.
"""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import pytest

import core_db.mydata
import core_db.visits  # noqa: F401 - it declares a point, too
from core_db.cases import FORM_AT, RAISED_AT
from core_db.cases.points import CLOSED_AT
from core_db.cases.transitions import ENDED
from core_db.foundation.points import asks_first
from tests.contracts.house import modules, nodes

#: What is handed to these as it is, is asked about by them.
ASKS = frozenset({"write", "once", "once_from_form", "filtered", "filtered_once", "asks_before", "_done"})
#: What writes a case, and what residents say of themselves for a plugin.
WRITTEN_BY: Mapping[str, str] = {
    RAISED_AT: "core_db.cases.commands.submitting.file_case",
    FORM_AT: "core_db.installs.profile.keep_profile",
}
DEFINED = (ast.FunctionDef, ast.AsyncFunctionDef)
#: Nobody is asked here, and why. Whoever calls them has nothing to ask either.
NOT_ASKED: Mapping[str, str] = {
    "core_db.cases.importing.import_cases": "it was raised and closed elsewhere, long ago: no veto undoes that",
    "core_db.cases.commands.voicing.withdraw_case": "who raised a case may take it back, whatever a plugin thinks",
    "core_db.cases.commands.asking.ask_above": "who asks who read his data asks past every plugin: it may be the one",
    "plugins.host.gateway.casework.open_case": "`asking_first` asks, before the question comes to the writer",
    "app_shell.demo.tales.Tale.raised": "a demo that is laid out before anybody is there",
    "app_shell.demo.desks": "a demo that is laid out before anybody is there",
    "plugins.host.gateway.filled.fill": "what a plugin says itself it need not be asked about",
    "plugins.host.demo": "a demo that is laid out before anybody is there",
}
#: Who takes a use case out of the table of verbs and calls it, and why nobody is gone around by it.
OUT_OF_THE_TABLE: Mapping[str, str] = {
    "committee_app.pages.batch._write": "`_asked_and_written` asked for each case before",
    "committee_app.api.cases._do": "the same",
    "resident_app.api.cases._asked": "it wears the use case's name (`wraps`), and `once` asks by that",
    "app_shell.demo.stage.Stage.do": "a demo that is laid out before anybody is there",
}


@dataclass
class House:
    """Functions by their full names, and what each of them names of the others."""

    trees: Mapping[str, ast.Module]
    names: dict[str, set[str]] = field(default_factory=dict)
    bodies: dict[str, ast.AST] = field(default_factory=dict)
    _known: dict[str, dict[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for module, tree in self.trees.items():
            self._known[module] = dict(_imported(module, tree)) | {
                one.name: f"{module}.{one.name}" for one in tree.body if isinstance(one, DEFINED)
            }
            self.bodies |= dict(_functions(module, tree))
        for name, body in self.bodies.items():
            meant = {self._meant(one, name) for one in _spoken_of(body)}
            self.names[name] = {one for one in meant if one in self.bodies and one != name}

    def _meant(self, said: str, within: str) -> str:
        """The function that is meant by `finishing.close_case` or `self.file`, through whatever hands it on."""
        first, _, rest = said.partition(".")
        if first == "self":
            return f"{within.rpartition('.')[0]}.{rest}"
        found = self._known[self._module_of(within)].get(first, said)
        found = f"{found}.{rest}" if rest else found
        return self._handed_on(found)

    def _handed_on(self, found: str) -> str:
        module, _, name = found.rpartition(".")
        further = self._known.get(module, {}).get(name, found)
        return found if found in self.bodies or further == found else self._handed_on(further)

    def _module_of(self, name: str) -> str:
        module = name.rpartition(".")[0]
        return module if module in self.trees else self._module_of(module)

    def leading_to(self, ends: set[str], but: Mapping[str, str]) -> set[str]:
        """Everything that comes to one of these in the end; what is excused leads no further."""
        found, look = set(ends), set(ends)
        while look:
            look = {name for name, named in self.names.items() if named & look} - found
            found |= look
            look = {name for name in look if not is_excused(name, but)}
        return found


def is_excused(name: str, but: Mapping[str, str]) -> bool:
    return any(name == one or name.startswith(f"{one}.") for one in but)


def _imported(module: str, tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in nodes(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            for one in node.names:
                yield one.asname or one.name, f"{node.module}.{one.name}"


def _functions(module: str, tree: ast.Module) -> Iterator[tuple[str, ast.AST]]:
    """Functions and methods; what stands within one belongs to it."""
    for node in tree.body:
        if isinstance(node, DEFINED):
            yield f"{module}.{node.name}", node
        elif isinstance(node, ast.ClassDef):
            for one in node.body:
                if isinstance(one, DEFINED):
                    yield f"{module}.{node.name}.{one.name}", one


def _spoken_of(body: ast.AST) -> Iterator[str]:
    """Every name in it, but for those that are handed to whoever asks first."""
    handed = {
        id(given)
        for call in nodes(body)
        if isinstance(call, ast.Call) and _dotted(call.func).rpartition(".")[2] in ASKS
        for given in call.args
    }
    for node in nodes(body):
        if isinstance(node, (ast.Name, ast.Attribute)) and id(node) not in handed:
            yield _dotted(node)


def _dotted(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return f"{_dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else "…"


def _ends_a_case(body: ast.AST) -> bool:
    """It moves a case into a status in which nothing more is done for it."""
    over = {f"CaseStatus.{one.name}" for one in ENDED}
    moves = (one for one in nodes(body) if isinstance(one, ast.Call) and _dotted(one.func) == "move_to")
    return any(_dotted(said) in over for move in moves for said in ast.walk(move))


#: A path around, and a proper one: the first is to be found wherever the house is looked through.
PLANTED = """
from functools import partial
from core_db.cases import close_case

async def past(door, case_id, draft):
    return await door.write_now(partial(close_case, case_id=case_id, draft=draft))

async def properly(work, case_id, draft):
    return await work.write(close_case, case_id, draft)
"""


@pytest.fixture(scope="module")
def house() -> House:
    found = {path.removesuffix(".py").replace("/", "."): tree for path, tree in modules().items()}
    named = {name.removesuffix(".__init__"): tree for name, tree in found.items()}
    return House(named | {"planted": ast.parse(PLANTED)})


def ends_of(house: House, point: str) -> set[str]:
    """What writes a new case, or ends one."""
    if point in WRITTEN_BY:
        return {WRITTEN_BY[point]}
    return {name for name, body in house.bodies.items() if _ends_a_case(body)}


def unasked(house: House, point: str, but: Mapping[str, str] = NOT_ASKED) -> set[str]:
    """What comes to a write without asking; an inner function is asked for by whoever calls it."""
    asking = {
        f"{use_case.__module__}.{use_case.__qualname__}"
        for use_case, points in asks_first().items()
        if point in {one.name for one in points}
    }
    ends = ends_of(house, point)
    found = house.leading_to(ends, but)
    assert found > ends
    inner = {name for name in found if name.rpartition(".")[2].startswith("_")} | (
        ends if point in WRITTEN_BY else set()
    )
    return {name for name in found - inner - asking if not is_excused(name, but)}


def test_whatever_raises_a_case_asks_first_or_is_named_with_its_reason(house: House):
    assert unasked(house, RAISED_AT) == set()


def test_whatever_is_said_in_a_form_for_a_plugin_is_judged_first_or_is_named_with_its_reason(house: House):
    with_fields = {
        use_case for use_case, points in asks_first().items() if RAISED_AT in {p.name for p in points}
    }
    judged = {use_case for use_case, points in asks_first().items() if FORM_AT in {p.name for p in points}}

    assert unasked(house, FORM_AT) == set()
    assert with_fields < judged


def test_whatever_ends_a_case_asks_first_or_is_named_with_its_reason(house: House):
    assert unasked(house, CLOSED_AT) == {"planted.past"}


def test_who_is_named_would_be_found(house: House):
    """A reason for what is not there excuses whatever comes to bear the name."""
    found = {
        one
        for point in (RAISED_AT, CLOSED_AT, FORM_AT)
        for name in unasked(house, point, {})
        for one in NOT_ASKED
        if is_excused(name, {one: ""})
    }

    assert found == set(NOT_ASKED)


def test_who_takes_a_use_case_out_of_the_table_of_verbs_is_named(house: House):
    takes = {
        name
        for name, body in house.bodies.items()
        for call in nodes(body)
        if isinstance(call, ast.Call) and _dotted(call.func).endswith(".use_case")
    }

    assert takes == set(OUT_OF_THE_TABLE)
