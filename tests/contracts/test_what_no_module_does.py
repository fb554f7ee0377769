"""What no module and no script of the product does, because one careless line of it would undo much else.

The demo's dice keep no secret, and a writer that tries again waits a chance while: both may use `random`.
"""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TypeGuard

import pytest

from tests.contracts.house import HOUSE, modules, nodes

#: Where it is done all the same: tales and jitter keep no secret; a child reads what its own parent wrote, and the
#: parent takes from a child nothing but plain values.
LOOKED_AT = {
    "take secrets from dice": ("app_shell/demo/", "core_db/foundation/door.py"),
    "make objects of foreign bytes": ("core_db/foundation/apart.py",),
    # A refusal's two sentences, of its class; what pydantic finds, by our list; the demo's tales; SQL of the module;
    # the operator's form of an address; a plugin's own words, which are asked of it with names that it knows.
    "fill in words that may be anybody's": (
        "core_db/foundation/errors.py",
        "core_db/migrations/",
        "app_shell/problems.py",
        "core_db/foundation/drafts.py",
        "core_db/cases/asked_fields.py",
        "app_shell/demo/phrases.py",
        "core_db/audit/verifying.py",
        "core_db/accounts/senders.py",
        "plugins/sdk/asking.py",
        "plugins/testkit/answering.py",
    ),
}

#: What is dangerous, by the names under which it is called or imported.
CALLS = {
    "run code made at run time": {"eval", "exec", "compile", "__import__"},
    "order the machine through a shell": {"os.system", "os.popen", "subprocess.getoutput", "pty.spawn"},
    "make a template of words": {".from_string", ".Template", "Template"},
    "use a weak hash or cipher": {"hashlib.md5", "hashlib.sha1", "hashlib.new", "modes.ECB", "modes.CBC"},
}
IMPORTS = {
    "make objects of foreign bytes": {"pickle", "marshal", "shelve", "dill", "yaml", "jsonpickle"},
    "read XML": {"xml", "lxml", "xmltodict", "bs4"},
    "bring cryptography of its own": {"Crypto", "gmssl", "rsa", "ecdsa", "nacl", "Cryptodome"},
    "take secrets from dice": {"random"},
}
#: Words with places in them are written in the code: a constant, a sentence to be translated, or one of a list of such.
OURS = re.compile(
    r"_\(.*|Markup\('.*|super\(\)|within\(_*[A-Z][A-Z_]*\b.*|(?:.*\.)?_*[A-Z][A-Z_]*(?:\[.*\])?", re.S
)
#: What a script of ours does not do, by how it would be written.
IN_SCRIPTS = {
    "show words as markup": re.compile(
        r"\b(?:innerHTML|outerHTML|insertAdjacentHTML|document\.write|srcdoc)\b"
    ),
    "run words": re.compile(r"\beval\s*\(|new\s+Function\b|set(?:Timeout|Interval)\s*\(\s*[\"'`]"),
    "listen to other windows": re.compile(
        r"postMessage|(?:^|window\.|self\.|[;{]\s*)addEventListener\(\s*[\"']message[\"']|window\.onmessage",
        re.M,
    ),
    "stand in the way of pasting": re.compile(r"[\"']paste[\"']|onpaste"),
    # `__proto__` and `constructor` are names too: what is kept by a foreign name is kept in a Map.
    "keep anything in an object by a foreign name": re.compile(r"\w\[[^\]\d\"'`]*\]\s*=(?![=>])"),
}
SAMPLES = {
    "run code made at run time": "eval(words)",
    "order the machine through a shell": "import os\nos.system(words)",
    "make a template of words": "environment.from_string(words)",
    "use a weak hash or cipher": "import hashlib\nhashlib.md5(words)",
    "make objects of foreign bytes": "import pickle",
    "read XML": "from xml.etree import ElementTree",
    "bring cryptography of its own": "from Crypto.Cipher import AES",
    "take secrets from dice": "from random import choice",
    "fill in words that may be anybody's": "typed.format(name=name)",
    "show words as markup": "place.innerHTML = words",
    "run words": "setTimeout('words()', 5)",
    "listen to other windows": "addEventListener('message', hear)",
    "stand in the way of pasting": "field.addEventListener('paste', stop)",
    "keep anything in an object by a foreign name": "typed[field.name] = field.value",
}


def scripts() -> list[Path]:
    return sorted((HOUSE / "app_shell" / "static" / "js").glob("*.js"))


@cache
def called(tree: ast.Module) -> frozenset[str]:
    return frozenset(_called(tree))


def _called(tree: ast.Module) -> Iterator[str]:
    """What is called or reached for: `eval`, `os.system`, `.from_string`; a shell asked for by its flag is one too."""
    for node in nodes(tree):
        if isinstance(node, ast.Attribute):
            yield f".{node.attr}"
            yield f"{ast.unparse(node.value)}.{node.attr}"
        elif isinstance(node, ast.Call):
            if isinstance(node.func, ast.Name):
                yield node.func.id
            if any(word.arg == "shell" for word in node.keywords) and "subprocess" in ast.unparse(node.func):
                yield "os.system"


@cache
def imported(tree: ast.Module) -> frozenset[str]:
    return frozenset(_imported(tree))


def _imported(tree: ast.Module) -> Iterator[str]:
    for node in nodes(tree):
        if isinstance(node, ast.Import):
            yield from (one.name.split(".")[0] for one in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.split(".")[0]


def fills_in_foreign_words(tree: ast.Module) -> bool:
    """Whether `.format` or `%` is asked of words that do not stand in the code: `{0.__class__}` would be obeyed."""
    return any(
        not isinstance(words, ast.Constant) and not OURS.fullmatch(ast.unparse(words))
        for words in _filled_in(tree)
    )


def _filled_in(tree: ast.Module) -> Iterator[ast.expr]:
    for node in nodes(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if node.func.attr in ("format", "format_map"):
                yield node.func.value
        elif _fills_by_percent(node):
            yield node.left


def _fills_by_percent(node: ast.AST) -> TypeGuard[ast.BinOp]:
    return (
        isinstance(node, ast.BinOp)
        and isinstance(node.op, ast.Mod)
        and isinstance(node.right, ast.Tuple | ast.Dict)
    )


SHAPES = {"fill in words that may be anybody's": fills_in_foreign_words}


def does(what: str, tree: ast.Module) -> bool:
    if what in SHAPES:
        return SHAPES[what](tree)
    return bool(CALLS[what] & called(tree) if what in CALLS else IMPORTS[what] & imported(tree))


@pytest.mark.parametrize("what", [*CALLS, *IMPORTS, *SHAPES])
def test_no_module_of_the_product_does(what):
    looked_at = modules()
    found = [
        name for name, tree in looked_at.items()
        if does(what, tree) and not name.startswith(LOOKED_AT.get(what, ()))
    ]  # fmt: skip

    assert len(looked_at) > 200
    assert found == []


@pytest.mark.parametrize("what", IN_SCRIPTS)
def test_no_script_of_ours_does(what):
    looked_at = scripts()

    assert len(looked_at) > 5
    assert [
        path.name for path in looked_at if IN_SCRIPTS[what].search(path.read_text(encoding="utf-8"))
    ] == []


@pytest.mark.parametrize("what", SAMPLES)
def test_the_list_would_notice(what):
    if what in IN_SCRIPTS:
        assert IN_SCRIPTS[what].search(SAMPLES[what])
    else:
        assert does(what, ast.parse(SAMPLES[what]))


def test_every_line_of_the_list_has_its_sample():
    assert set(SAMPLES) == {*CALLS, *IMPORTS, *SHAPES, *IN_SCRIPTS}


#: By what is brought: how “Keys, and what they do” in docs/operating.md calls it. Signs of failure encrypt nothing.
IN_THE_LIST = {
    "AESGCM": "AES-256-GCM", "SM4": "SM4-GCM", "Cipher": "SM4-GCM", "GCM": "SM4-GCM", "SHA256": "SHA-256", "SM3": "SM3",
    "HashAlgorithm": "SHA-256", "HMAC": "HMAC-SHA-256", "HKDF": "HKDF", "Ed25519PrivateKey": "Ed25519",
    "Ed25519PublicKey": "Ed25519", "Argon2Hasher": "Argon2id", "PasswordHash": "Argon2id", "sha256": "SHA-256",
    "X25519PrivateKey": "X25519", "X25519PublicKey": "X25519",
}  # fmt: skip
NO_CIPHERS = {
    "InvalidSignature",
    "InvalidTag",
    "load_pem_private_key",
    "load_pem_public_key",
    "serialization",
}
#: Each program beside its library in which ciphers come.
OF_CIPHERS = ("cryptography", "pwdlib")


def ciphers_in(tree: ast.AST) -> Iterator[str]:
    for node in nodes(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in OF_CIPHERS:
            yield from (one.name for one in node.names)
        if (
            isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and node.value.id == "hashlib"
        ):
            yield node.attr


def test_all_cryptography_in_use_is_in_the_operators_list():
    paper = (HOUSE / "docs" / "operating.md").read_text(encoding="utf-8")
    listed = paper.partition("## Keys, and what they do")[2].partition("\n## ")[0]
    used = {name for tree in modules().values() for name in ciphers_in(tree)}

    assert len(used) > 8
    assert used - NO_CIPHERS <= set(IN_THE_LIST), "what is new is listed for operators, and here"
    assert [name for name in sorted(used - NO_CIPHERS) if IN_THE_LIST[name] not in listed] == []


def test_a_cipher_that_is_not_listed_is_found():
    code = "from cryptography.hazmat.primitives.ciphers.algorithms import TripleDES\nhashlib.md4(b'')\n"

    assert set(ciphers_in(ast.parse(code))) - set(IN_THE_LIST) == {"TripleDES", "md4"}
