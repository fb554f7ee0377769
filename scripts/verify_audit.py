"""Check a record of deeds with the standard library alone, sharing no code with the product (docs/audit-format.md).

python scripts/verify_audit.py shequyun.db PUBLIC_KEY_FILE [CHECKPOINT_FILE]     0 whole, 1 altered, 2 cannot tell
Without a checkpoint that was kept elsewhere the newest in the database is taken: then the answer is never 0.
"""

import base64
import hashlib
import sqlite3
import sys
from pathlib import Path

FIELDS = (
    "id", "at", "actor", "role", "node", "action", "subject", "object", "purpose", "reference", "classes", "outcome",
    "client", "channel", "request", "acts_for",
)  # fmt: skip
Q, D = 2**255 - 19, -121665 * pow(121666, -1, 2**255 - 19)
ORDER = 2**252 + 27742317777372353535851937790883648493


def sha(raw):
    return hashlib.sha256(raw).digest()


def x_of(y, sign):  # RFC 8032, 5.1.3
    square = (y * y - 1) * pow(D * y * y + 1, -1, Q) % Q
    x = pow(square, (Q + 3) // 8, Q)
    x = x if x * x % Q == square else x * pow(2, (Q - 1) // 4, Q) % Q
    if x * x % Q != square:
        raise ValueError("no point of the curve")
    return x if x & 1 == sign else Q - x


def point(raw):
    number = int.from_bytes(raw, "little")
    y = number & (1 << 255) - 1
    return x_of(y, number >> 255), y


def add(p, q):
    cross = D * p[0] * q[0] * p[1] * q[1]
    x = (p[0] * q[1] + q[0] * p[1]) * pow(1 + cross, -1, Q)
    return x % Q, (p[1] * q[1] + p[0] * q[0]) * pow(1 - cross, -1, Q) % Q


def times(n, p):
    total = (0, 1)
    while n:
        total, p, n = (add(total, p) if n & 1 else total), add(p, p), n >> 1
    return total


def signed(key, message, signature):  # RFC 8032, 5.1.7
    s = int.from_bytes(signature[32:], "little")
    k = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % ORDER
    base = (x_of(4 * pow(5, -1, Q) % Q, 0), 4 * pow(5, -1, Q) % Q)
    return s < ORDER and times(s, base) == add(point(signature[:32]), times(k, point(key)))


def root_of(leaves):  # RFC 6962, 2.1
    while len(leaves) > 1:
        pairs = [sha(b"\1" + left + right) for left, right in zip(leaves[::2], leaves[1::2], strict=False)]
        leaves = pairs + leaves[len(pairs) * 2 :]
    return leaves[0] if leaves else sha(b"")


def leaves_of(database):
    prev, leaves = bytes(32), []
    for seq, *fields, kept_prev, kept_leaf in database.execute(
        f"SELECT seq, {', '.join(FIELDS)}, prev, leaf FROM audit_events ORDER BY seq"
    ):
        said = (
            ["shequyun.audit/2", str(seq), *fields]
            if any(fields[-3:])
            else ["shequyun.audit/1", str(seq), *fields[:-3]]
        )
        leaf = sha(b"\0" + "\n".join([*said, prev.hex()]).encode())
        if (seq, kept_prev, kept_leaf) != (len(leaves) + 1, prev, leaf):
            end(1, f"ALTERED from event {len(leaves) + 1} on")
        leaves.append(leaf)
        prev = leaf
    return leaves


def end(status, sentence):
    print(sentence)
    sys.exit(status)


def main(file, key_file, checkpoint_file=None):
    database = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
    leaves = leaves_of(database)
    newest = database.execute("SELECT note FROM audit_checkpoints ORDER BY size DESC LIMIT 1").fetchone()
    if not (newest or checkpoint_file):
        end(2, "CANNOT TELL: nothing was signed yet")
    note = Path(checkpoint_file).read_text(encoding="utf-8") if checkpoint_file else newest[0]
    name, _key_id, key = Path(key_file).read_text(encoding="utf-8").split()[0].split("+", 2)
    body, _, lines = note.partition("\n\n")
    origin, size, root = body.split("\n")
    mine = [
        base64.b64decode(line.split(" ")[2])[4:]
        for line in lines.splitlines()
        if line.startswith(f"— {name} ")
    ]
    key = base64.b64decode(key)[1:]
    if origin != name or not any(signed(key, f"{body}\n".encode(), one) for one in mine):
        end(2, "CANNOT TELL: the checkpoint is not of this record, or not signed by it")
    if int(size) > len(leaves) or root_of(leaves[: int(size)]) != base64.b64decode(root):
        end(1, f"ALTERED: the first {size} events are not those of the checkpoint")
    said = f"size {len(leaves)}, chain ok, tree and signature ok up to {size}"
    end(0, said) if checkpoint_file else end(2, f"{said}; CANNOT TELL without a checkpoint kept elsewhere")


if __name__ == "__main__":
    main(*sys.argv[1:])
