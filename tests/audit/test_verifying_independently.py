"""A program that shares nothing with ours, written from the description of the format, comes to the same answers."""

import ast
import runpy
from base64 import b64decode, b64encode

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import text

from core_db.audit import Verdict, audit_key, make_checkpoint, verify_record
from tests.audit.conftest import SCRIPT
from tests.audit.test_the_witness import HOURS


def ours(door, clock, checkpoint=None) -> int:
    with door.operator.read.connect() as connection:
        found = verify_record(connection, key=audit_key(door.keyring), seen=checkpoint)
    return int(found.verdict(now=clock.now(), fresh_for=HOURS))


@pytest.mark.parametrize("count", [1, 2, 7, 33])
def test_both_find_it_whole(count, deeds, door, clock, independently):
    deeds(count)
    kept = make_checkpoint(door, clock=clock)
    deeds(3)

    assert independently(kept) == ours(door, clock, kept) == Verdict.WHOLE
    assert independently() == ours(door, clock) == Verdict.CANNOT_TELL


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE audit_events SET actor = 'somebody' WHERE seq = 4",
        "DELETE FROM audit_events WHERE seq = 4",
        "DELETE FROM audit_events WHERE seq > 4",
        "UPDATE audit_events SET leaf = prev WHERE seq = 9",
    ],
)
def test_both_find_it_altered(sql, deeds, door, clock, independently, unguarded):
    deeds(9)
    kept = make_checkpoint(door, clock=clock)
    unguarded(sql)

    assert independently(kept) == ours(door, clock, kept) == Verdict.ALTERED


def test_of_nothing_signed_both_cannot_tell(deeds, door, clock, independently):
    deeds(2)

    assert independently() == ours(door, clock) == Verdict.CANNOT_TELL


def test_a_forged_checkpoint_says_nothing(deeds, door, clock, independently):
    deeds(3)
    kept = make_checkpoint(door, clock=clock)
    forged = str(kept).replace("\n3\n", "\n2\n")

    assert independently(forged) == Verdict.CANNOT_TELL


def test_a_checkpoint_that_cannot_be_read_accuses_nobody(deeds, door, clock, independently):
    """As when it was typed in from paper."""
    deeds(3)
    kept = str(make_checkpoint(door, clock=clock))
    said, _, line = kept.partition("\n\n")
    name = line.split(" ")[1]
    signed = b64decode(line.split(" ")[2])
    # Whatever R is of these, of every two one is no point of the curve.
    elsewhere = [b64encode(signed[:4] + bytes([signed[4] ^ n]) + signed[5:]).decode() for n in range(1, 7)]

    for spoilt in (*elsewhere, "", "é", "A", "AAAA"):
        assert independently(f"{said}\n\n— {name} {spoilt}\n") == Verdict.CANNOT_TELL, spoilt
        assert independently(f"{said}\n\n— {name} {spoilt}\n{line}") == Verdict.WHOLE, spoilt


def test_a_file_that_is_not_there_or_says_something_else_accuses_nobody(
    deeds, door, clock, independently, tmp_path
):
    deeds(3)
    make_checkpoint(door, clock=clock)
    for key in ("", "no key", "name+id+é"):
        (tmp_path / "audit.pub").write_text(key, encoding="utf-8")
        assert independently() == Verdict.CANNOT_TELL
    (tmp_path / "audit.pub").unlink()
    assert independently() == Verdict.CANNOT_TELL


def test_a_record_that_is_not_there_or_is_none_accuses_nobody(independently, tmp_path):
    (tmp_path / "words.db").write_text("no database at all", encoding="utf-8")

    assert independently.of(tmp_path / "nothing.db") == Verdict.CANNOT_TELL
    assert independently.of(tmp_path / "words.db") == Verdict.CANNOT_TELL


def test_it_checks_signatures_as_the_library_does():
    names = runpy.run_path(str(SCRIPT))
    signer = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    public, signature = signer.public_key().public_bytes_raw(), signer.sign(b"said")

    assert names["signed"](public, b"said", signature)
    assert not names["signed"](public, b"sajd", signature)


def test_it_imports_the_standard_library_alone_and_has_seventy_lines():
    source = SCRIPT.read_text(encoding="utf-8")
    tree = ast.parse(source)
    imported = {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}

    assert imported == {"sqlite3", "sys"}
    assert {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)} == {
        "base64",
        "hashlib",
        "pathlib",
    }
    assert len(list(filter(str.strip, source.split('"""')[2].splitlines()))) <= 70, "lines of code"


def test_what_it_reads_is_what_the_format_describes(door, deeds):
    deeds(1)
    described = (SCRIPT.parents[1] / "docs" / "audit-format.md").read_text(encoding="utf-8")
    columns = door.read_now(lambda s: s.execute(text("SELECT * FROM audit_events")).keys())

    assert [name for name in columns if name not in described] == []
