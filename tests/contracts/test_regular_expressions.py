"""No pattern of ours can be kept busy by what somebody sends: each answers the worst input within a second."""

import ast
import importlib
import pkgutil
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

HOUSE = Path(__file__).resolve().parents[2]
PACKAGES = ("core_db", "app_shell", "resident_app", "committee_app", "plugins")
#: As long as the longest text that is taken anywhere, and then some.
LONG = 10_000
EVIL = [
    "0" * LONG, "a" * LONG + "!", "-" * LONG, " " * LONG + "x", "\n" * LONG, "(" * LONG, "[" * LONG, "[|" * (LONG // 2),
    "1 " * (LONG // 2), "1-" * (LONG // 2), "1." * (LONG // 2) + "uh", "a." * (LONG // 2) + "-", "零" * LONG,
    "1弄" * (LONG // 2), "弄号" * (LONG // 2), "2026-01-01 " * (LONG // 11), "86" * (LONG // 2), "<c " * (LONG // 3),
    '<row r="' * (LONG // 8), "\\u" * (LONG // 2), "1:" * (LONG // 2), "请问" * (LONG // 2), "\u0301" * LONG,
    "é" * LONG, "A1" * (LONG // 2) + "(",
]  # fmt: skip
#: Never meets what somebody sends, and is quadratic in what it meets.
OWN_WORDS = {r"\[([^|\]]*)\|([^\]]*)\]"}


def patterns() -> Iterator[tuple[re.Pattern, str]]:
    """Every pattern a module keeps or writes where it uses it, and by which method it is used."""
    for package in PACKAGES:
        root = importlib.import_module(package)
        for found in pkgutil.walk_packages(root.__path__, f"{package}."):
            if ".migrations." in found.name or found.name.endswith(".__main__"):
                continue
            module = importlib.import_module(found.name)
            kept = {name: one for name, one in vars(module).items() if isinstance(one, re.Pattern)}
            source = Path(module.__file__).read_text(encoding="utf-8")
            # Most modules have none, and every process of the tests would take each of them apart.
            if kept or re.search(r"\bre\.", source):
                yield from used(ast.parse(source), kept)


def used(tree: ast.AST, kept: dict[str, re.Pattern]) -> Iterator[tuple[re.Pattern, str]]:
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)):
            continue
        if node.value.id in kept and node.attr in METHODS:
            yield kept[node.value.id], node.attr
    for node in ast.walk(tree):
        is_call = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args
        if is_call and isinstance(node.func.value, ast.Name) and node.func.value.id == "re":
            first = node.args[0]
            if isinstance(first, ast.Constant) and node.func.attr in METHODS:
                yield re.compile(first.value), node.func.attr


#: What a method does with a text, for as long as it does it.
METHODS = {
    "search": lambda pattern, text: pattern.search(text),
    "match": lambda pattern, text: pattern.match(text),
    "fullmatch": lambda pattern, text: pattern.fullmatch(text),
    "findall": lambda pattern, text: pattern.findall(text),
    "finditer": lambda pattern, text: list(pattern.finditer(text)),
    "split": lambda pattern, text: pattern.split(text),
    "sub": lambda pattern, text: pattern.sub(text[:0], text),
}


@pytest.fixture(scope="module")
def every_pattern() -> dict[str, tuple[re.Pattern, str]]:
    """Found when it is asked for: whoever only collects the tests need not open every module of the product."""
    return {f"{method}: {pattern.pattern}": (pattern, method) for pattern, method in patterns()}


def test_all_patterns_are_found(every_pattern):
    assert len(every_pattern) > 30
    assert len(EVIL) >= 20
    assert any(pattern.pattern in OWN_WORDS for pattern, _method in every_pattern.values())


def longest(pattern: re.Pattern, method: str, *, most: float = 1.0) -> float:
    """The longest time in seconds that one of the evil texts takes; looks no further once one is too long."""
    took = 0.0
    for text in EVIL:
        given = text.encode() if isinstance(pattern.pattern, bytes) else text
        began = time.process_time()
        METHODS[method](pattern, given)
        took = max(took, time.process_time() - began)
        if took > most:
            break
    return took


def test_no_pattern_is_kept_busy(every_pattern):
    asked = [said for said, (pattern, _method) in every_pattern.items() if pattern.pattern not in OWN_WORDS]

    assert [said for said in asked if longest(*every_pattern[said]) >= 1.0] == []


def test_a_pattern_that_is_kept_busy_is_found():
    assert longest(re.compile(r"[^0-9]*\d{8}"), "search", most=0.2) > 0.2
