"""The bill of materials (SBOM): everything an installation is made of, with its version and hashes, as CycloneDX 1.6.

Read from the lock that is installed from, so it can say nothing else than what runs.

.venv/bin/python -m scripts.list_parts > sbom.json
"""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

LOCK = Path(__file__).resolve().parent.parent / "requirements/run.txt"
#: A line of the lock: a name, a version, for which machines, and the hashes that follow it.
PART = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)", re.M)
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


def parts_of(lock: str) -> Iterator[dict[str, Any]]:
    """Each package of a lock as a component; without a hash it is no part of an installation."""
    found = list(PART.finditer(lock))
    for one, after in zip(found, [*found[1:], None], strict=True):
        name, version = one[1].lower().replace("_", "-"), one[2]
        said = lock[one.end() : after.start() if after else len(lock)]
        yield {
            "type": "library", "name": name, "version": version, "purl": f"pkg:pypi/{name}@{version}",
            "hashes": [{"alg": "SHA-256", "content": digest} for digest in HASH.findall(said)],
        }  # fmt: skip


def bill_of(lock: str) -> dict[str, Any]:
    return {
        "bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1,
        "metadata": {"component": {"type": "application", "name": "shequyun"}},
        "components": list(parts_of(lock)),
    }  # fmt: skip


if __name__ == "__main__":
    json.dump(bill_of(LOCK.read_text(encoding="utf-8")), sys.stdout, indent=1)
