"""Rules that a reader of one file can check: each names the accident it prevents, and is tried on a planted one.

They look at the code itself, because what they forbid works well until somebody finds it.
"""

import ast
import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache

import pytest

from tests.contracts.house import modules, nodes

#: What takes an order to the database as words.
ORDERS = ("execute", "exec_driver_sql", "executemany", "text", "literal_column")
Rule = Callable[[ast.Module], Iterator[int]]
#: Methods of a router that declare a route.
DECLARES = {"get", "post", "put", "patch", "delete", "websocket", "api_route", "route", "head", "options"}


@cache
def calls(tree: ast.Module) -> Sequence[tuple[str, ast.Call]]:
    """Every call with the dotted name of what is called."""
    return [(dotted(node.func), node) for node in nodes(tree) if isinstance(node, ast.Call)]


def dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else "…"


def route_without_access(tree: ast.Module) -> Iterator[int]:
    """`@router.get("/…")` that does not say who may knock: whoever comes is let in."""
    for name, call in calls(tree):
        owner, _, method = name.rpartition(".")
        named = {word.arg for word in call.keywords}
        declares = method in DECLARES and owner and not owner.startswith("super")
        if declares and call.args and _is_path(call.args[0]) and not {"access", None} & named:
            yield call.lineno


def _is_path(node: ast.expr) -> bool:
    """A path as it is written out, or as it is put together of pieces."""
    if isinstance(node, ast.JoinedStr) and node.values:
        return _is_path(node.values[0])
    return isinstance(node, ast.Constant) and str(node.value).startswith("/")


def escapes_the_escaping(tree: ast.Module) -> Iterator[int]:
    """`Markup(…)` of something: whatever stands in it is believed to be markup."""
    for name, call in calls(tree):
        if name.rpartition(".")[2] == "Markup" and not all(isinstance(a, ast.Constant) for a in call.args):
            yield call.lineno


def statement_put_together(tree: ast.Module) -> Iterator[int]:
    """`execute(f"… {x}")`, `text("…" + x)`: an order to the database made of words that came from outside."""
    for name, call in calls(tree):
        method = name.rpartition(".")[2]
        if method in ORDERS and call.args and _is_put_together(call.args[0]):
            yield call.lineno


def _is_put_together(node: ast.expr) -> bool:
    formatted = isinstance(node, ast.Call) and dotted(node.func).endswith(".format")
    return formatted or isinstance(node, (ast.JoinedStr, ast.BinOp))


def reads_a_clock(tree: ast.Module) -> Iterator[int]:
    """The time of the machine: what reads it cannot be rehearsed, and two parts of one deed disagree."""
    wanted = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.time_ns"}
    for name, call in calls(tree):
        if ".".join(name.split(".")[-2:]) in wanted:
            yield call.lineno


def throws_dice(tree: ast.Module) -> Iterator[int]:
    """`random`: whoever has seen some of its numbers knows the next. Tokens come from `secrets`."""
    yield from imported(tree, {"random"})


def imported(tree: ast.Module, modules: set[str]) -> Iterator[int]:
    """The lines that import one of the modules, or from it."""
    for node in nodes(tree):
        names = [one.name for one in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        if modules & set(names):
            yield node.lineno


def compares_secrets(tree: ast.Module) -> Iterator[int]:
    """`==` on a digest, a token, a code: how long it takes tells how much of it was right."""
    for node in nodes(tree):
        if isinstance(node, ast.Compare) and isinstance(node.ops[0], (ast.Eq, ast.NotEq)):
            sides = [dotted(side) for side in (node.left, *node.comparators)]
            columns = any(".c." in side or side.split(".")[0].isupper() for side in sides)
            if any(_SECRET.search(side) for side in sides) and not columns:
                yield node.lineno


_SECRET = re.compile(r"(?:^|[._])(?:digest|signature|token|secret|hmac|password|otp)$|_hash$")


def calls_out(tree: ast.Module) -> Iterator[int]:
    """A request to somewhere: few modules may make one, so that it is known where they go."""
    yield from imported(tree, OUTSIDE)


OUTSIDE = {"httpx", "httpx2", "requests", "urllib.request", "aiohttp", "http.client", "smtplib"}


def swallows(tree: ast.Module) -> Iterator[int]:
    """`except Exception: pass`: what went wrong is known to nobody."""
    for node in nodes(tree):
        if isinstance(node, ast.ExceptHandler) and all(isinstance(one, ast.Pass) for one in node.body):
            kind = dotted(node.type) if node.type is not None else "Exception"
            if kind in ("Exception", "BaseException"):
                yield node.lineno


def fetches_unscoped(tree: ast.Module) -> Iterator[int]:
    """`session.get(Case, …)`: a case fetched by its id alone, whoever asks."""
    for name, call in calls(tree):
        if name.endswith("session.get") and call.args and dotted(call.args[0]) in SCOPED:
            yield call.lineno


#: What exists for some and not for others: read through `visible_to` and its like.
SCOPED = {"Case", "HomeBinding", "Photo", "Person", "SignInSession"}


def asks_without_reach(tree: ast.Module) -> Iterator[int]:
    """`door.read(…)` that does not say how far it reaches: nobody decided whose rows it may see."""
    for name, call in calls(tree):
        owner, _, method = name.rpartition(".")
        at_a_door = owner.rpartition(".")[2] == "door" and method in AT_A_DOOR
        if at_a_door and not any(word.arg == "reach" for word in call.keywords):
            yield call.lineno


AT_A_DOOR = {"read", "write", "read_now", "write_now", "one_transaction"}


def compares_one_account(tree: ast.Module) -> Iterator[int]:
    """`export.asked_by == actor.id`: whoever acts for the asker is let through. A second person asks `actor.people`."""
    for node in nodes(tree):
        if isinstance(node, ast.Compare) and isinstance(node.ops[0], (ast.Eq, ast.NotEq)):
            sides = [dotted(side) for side in (node.left, *node.comparators)]
            deeds = [side for side in sides if _WHO_DID_IT.search(side) and ".c." not in side]
            if deeds and any(side.rpartition("actor")[2] == ".id" for side in sides):
                yield node.lineno


_WHO_DID_IT = re.compile(r"(?:^|\.)(?:\w+_by|by_id|actor_id)$")

#: Rule → where it is allowed and how often, each looked at: one more of them is looked at again.
RULES: dict[Rule, dict[str, int]] = {
    route_without_access: {},
    # Drawn by templates that escape, by the icon and code libraries from our own words, or escaped there and then.
    escapes_the_escaping: {
        "app_shell/pages.py": 3,
        "committee_app/pages/posters.py": 1,
        "committee_app/rows.py": 1,
    },
    # Of our own constants: pragmas, a channel, a state, and the doctor's own words.
    statement_put_together: {
        "core_db/cases/narrowing.py": 1,
        "core_db/foundation/database.py": 2,
        "core_db/migrations/versions/2026_11_26_posts_and_emergencies.py": 1,
        # Triggers, of the tables and columns that stand at its head.
        "core_db/migrations/versions/2026_11_26_the_record_cannot_be.py": 5,
        "core_db/migrations/versions/2026_11_26_the_register_keeps_it.py": 3,
        "core_db/migrations/versions/2026_11_26_places_have_a_past.py": 3,
        "core_db/migrations/versions/2026_11_26_two_people_for_places.py": 1,
        "core_db/migrations/versions/2026_11_28_nothing_put_over.py": 1,
        "core_db/mydata/sweeping.py": 1,
        "core_db/relay/following.py": 1,
        "core_db/upkeep/doctor.py": 1,
        "core_db/upkeep/evidence.py": 1,
        # Of a plugin's own schema, whose name is its id, and of a role, both quoted.
        "plugins/host/documents_kept.py": 3,
        # The same of its tables: schema, role and the names the catalogue gives, each quoted.
        "plugins/host/tables_kept.py": 11,
        # Pragmas and their numbers, which stand beside it.
        "plugins/sdk/tables/place.py": 1,
    },
    reads_a_clock: {"core_db/foundation/clock.py": 1, "core_db/foundation/ids.py": 1},
    # Jitter between two tries to commit.
    throws_dice: {"core_db/foundation/door.py": 1},
    # Two stored values: whether the password was changed while one was compared with the old.
    compares_secrets: {
        "core_db/accounts/renewal.py": 1,
        "core_db/accounts/staff.py": 2,
        "core_db/foundation/idempotency.py": 1,
        # Of a file that everybody may know.
        "plugins/host/fetching.py": 1,
    },
    # The one way out of the house, which looks at where it goes.
    calls_out: {"core_db/foundation/egress.py": 2},
    swallows: {},
    asks_without_reach: {},
    # What is one's own to fetch, to take back or to read as one's own, whoever else acts for one.
    compares_one_account: {
        "committee_app/api/exports.py": 1,
        "committee_app/pages/exports.py": 1,
        "core_db/cases/queries.py": 1,
        "core_db/people/deciding.py": 1,
        "core_db/people/proposing.py": 1,
        "core_db/register_sheets/giving_back.py": 1,
        "core_db/register_sheets/queries.py": 1,
        "core_db/reveals/exporting.py": 1,
    },
    # Each asks right after the fetch whose it is, or fetches what a row in sight refers to.
    fetches_unscoped: {
        "core_db/accounts/bindings.py": 1,
        "core_db/accounts/register.py": 1,
        "core_db/cases/commands/submitting.py": 1,
        "core_db/cases/photos.py": 1,
        "core_db/cases/queries.py": 1,
        "core_db/emergency/opening.py": 1,
        "core_db/inquiries/answering.py": 1,
        "core_db/mydata/correcting.py": 1,
        "core_db/people/correcting.py": 2,
        "core_db/people/file.py": 1,
        "core_db/people/importing/writing.py": 1,
        "core_db/people/households.py": 3,
        "core_db/people/moving.py": 3,
        "core_db/people/deciding.py": 1,
        "core_db/people/regrouping.py": 1,
        "core_db/people/residing.py": 1,
        "core_db/register_sheets/undoing.py": 1,
        "core_db/reveals/contact.py": 1,
        "core_db/reveals/exporting.py": 2,
        "core_db/reveals/uncovering.py": 1,
        "core_db/visits/sight.py": 1,
    },
}
#: Tables of stories and dice that keep no secret.
TALES = "app_shell/demo/"
#: A plugin's pages lie behind the host's own routes, which say who may knock; its tests knock at pages.
PAGES_OF_PLUGINS = tuple(f"plugins/{name}/" for name in (
    "delegates_reception", "elder_care", "gallery", "hello_x", "service_hall", "testkit",
))  # fmt: skip


def found_in_the_house(rule: Rule) -> dict[str, int]:
    passed = (TALES, *PAGES_OF_PLUGINS) if rule is route_without_access else (TALES,)
    counts = {name: len(list(rule(tree))) for name, tree in modules().items() if not name.startswith(passed)}
    return {name: count for name, count in counts.items() if count}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_house_keeps_the_rule(rule):
    assert found_in_the_house(rule) == RULES[rule]


PLANTED: list[tuple[Rule, str, str]] = [
    (route_without_access, '@router.get("/cases")', '@router.get("/cases", access=Access.PUBLIC)'),
    (route_without_access, 'api.post(f"/{what}")(end)', 'api.post(f"/{what}", access=access)(end)'),
    (route_without_access, '@router.websocket("/talk")', 'said = form.faults.get("")'),
    (escapes_the_escaping, "Markup(case.text)", 'Markup("<br>")'),
    (escapes_the_escaping, 'markupsafe.Markup(f"<b>{name}</b>")', "escape(name)"),
    (statement_put_together, 'session.execute(f"SELECT {name}")', "session.execute(select(CASES))"),
    (statement_put_together, 'text("ORDER BY " + asked)', 'text("needs_review")'),
    (statement_put_together, 'connection.execute("SELECT {}".format(x))', 'connection.execute("SELECT 1")'),
    (reads_a_clock, "at = datetime.now(UTC)", "at = clock.now()"),
    (reads_a_clock, "begun = time.time()", "begun = time.monotonic()"),
    (throws_dice, "import random", "import secrets"),
    (throws_dice, "from random import choice", "from secrets import choice"),
    (compares_secrets, "found.token_hash == asked", "hmac.compare_digest(found.token_hash, asked)"),
    (compares_secrets, "if signature != wanted: pass", "select(X).where(ACCOUNTS.c.token_hash == digest)"),
    (calls_out, "import httpx2", "import httptools"),
    (calls_out, "from urllib.request import urlopen", "from urllib.parse import urlsplit"),
    (swallows, "try: go()\nexcept Exception: pass", "try: go()\nexcept KeyError: pass"),
    (asks_without_reach, "shell.door.read(query)", "shell.door.read(query, reach=NOWHERE)"),
    (asks_without_reach, "door.write_now(partial(f, x=1))", "door.write_now(f, reach=EVERYTHING)"),
    (asks_without_reach, "self.door.one_transaction()", "work.read(query)"),
    (compares_one_account, "export.asked_by == actor.id", "export.asked_by in actor.people"),
    (compares_one_account, "if work.actor.id != look.actor_id: pass", "select(X).where(X.c.by_id == actor.id)"),
    (fetches_unscoped, "session.get(Case, case_id)", "open_file(session, case_id, actor=actor)"),
    (fetches_unscoped, "change.session.get(Photo, photo_id)", "session.get(Category, code)"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "wrong", "right"), PLANTED, ids=lambda one: getattr(one, "__name__", None))
def test_the_rule_finds_what_it_is_for_and_leaves_the_rest_alone(rule, wrong, right):
    if wrong.startswith("@"):
        wrong, right = (f"{line}\ndef f(): pass" if line[0] == "@" else line for line in (wrong, right))

    assert list(rule(ast.parse(wrong)))
    assert not list(rule(ast.parse(right)))


def test_every_rule_is_tried():
    assert {rule for rule, _wrong, _right in PLANTED} == set(RULES)
