"""Check a record of deeds with the standard library alone, sharing no code with the product (docs/audit-format.md).

python scripts/verify_audit.py shequyun.db PUBLIC_KEY_FILE [CHECKPOINT_FILE]     0 whole, 1 altered, 2 cannot tell
Without a checkpoint that was kept elsewhere the newest in the database is taken: then the answer is never 0.
"""

import sqlite3
import sys
from base64 import b64decode
from hashlib import sha256, sha512
from pathlib import Path

FIELDS = "id, at, actor, role, node, action, subject, object, purpose, reference, classes, outcome, client"
EVENTS = f"SELECT seq, {FIELDS}, channel, request, acts_for, prev, leaf FROM audit_events ORDER BY seq"
Q, ORDER = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D, BASE_Y = -121665 * pow(121666, -1, Q), 4 * pow(5, -1, Q) % Q


def point(raw):  # RFC 8032, 5.1.3
    sign, y = divmod(int.from_bytes(raw, "little"), 2**255)
    square = (y * y - 1) * pow(D * y * y + 1, -1, Q) % Q
    root = pow(square, (Q + 3) // 8, Q)  # this one, or times that of -1; else no point
    (x,) = {one for one in (root, root * pow(2, (Q - 1) // 4, Q) % Q) if one * one % Q == square}
    return (x if x & 1 == sign else Q - x), y


def add(p, q):
    cross = D * p[0] * q[0] * p[1] * q[1]
    x = (p[0] * q[1] + q[0] * p[1]) * pow(1 + cross, -1, Q)
    return x % Q, (p[1] * q[1] + p[0] * q[0]) * pow(1 - cross, -1, Q) % Q


def times(n, p):
    twice_half = times(n >> 1, add(p, p)) if n else (0, 1)
    return add(twice_half, p) if n & 1 else twice_half


def signed(key, message, signature):  # RFC 8032, 5.1.7
    r, s = signature[:32], int.from_bytes(signature[32:], "little")
    k = int.from_bytes(sha512(r + key + message).digest(), "little") % ORDER
    return s < ORDER and times(s, point(BASE_Y.to_bytes(32, "little"))) == add(point(r), times(k, point(key)))


def vouches(line, key, said):  # what cannot be read as a signature is none
    try:
        return signed(key, said, b64decode(line.split(" ")[2])[4:])
    except (ValueError, IndexError):
        return False


def root_of(leaves):  # RFC 6962, 2.1
    while len(leaves) > 1:
        pairs = [sha256(b"\1" + a + b).digest() for a, b in zip(leaves[::2], leaves[1::2], strict=False)]
        leaves = pairs + leaves[len(pairs) * 2 :]
    return leaves[0] if leaves else sha256().digest()


def leaves_of(database):
    leaves = [bytes(32)]
    for seq, *fields, prev, leaf in database.execute(EVENTS):
        version, said = (2, fields) if any(fields[-3:]) else (1, fields[:-3])
        entry = "\n".join([f"shequyun.audit/{version}", str(seq), *said, prev.hex()])
        if (seq, prev, leaf) != (len(leaves), leaves[-1], sha256(b"\0" + entry.encode()).digest()):
            end(1, f"ALTERED from event {len(leaves)} on")
        leaves.append(leaf)
    return leaves[1:]


def end(status, sentence):
    print(sentence)
    sys.exit(status)


def main(file, key_file, checkpoint_file=None):
    try:
        database = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
        newest = database.execute("SELECT note FROM audit_checkpoints ORDER BY size DESC LIMIT 1").fetchone()
        note = Path(checkpoint_file).read_text(encoding="utf-8") if checkpoint_file else (newest or [""])[0]
        name, _key_id, key = Path(key_file).read_text(encoding="utf-8").split()[0].split("+", 2)
        key, leaves = b64decode(key)[1:], leaves_of(database)
    except (OSError, ValueError, IndexError, sqlite3.Error) as fault:
        end(2, f"CANNOT TELL: record, key or checkpoint cannot be read ({fault})")
    body, _, lines = note.partition("\n\n")
    mine = [one for one in lines.splitlines() if one.startswith(f"— {name} ")]
    if not any(vouches(one, key, f"{body}\n".encode()) for one in mine):
        end(2, "CANNOT TELL: nothing was signed yet, or not for this record")
    origin, size, root = body.split("\n")[:3]
    if origin != name or int(size) > len(leaves) or root_of(leaves[: int(size)]) != b64decode(root):
        end(1, f"ALTERED: the first {size} events are not those of the checkpoint")
    said = f"size {len(leaves)}, chain ok, tree and signature ok up to {size}"
    end(0, said) if checkpoint_file else end(2, f"{said}; CANNOT TELL without a checkpoint kept elsewhere")


if __name__ == "__main__":
    main(*sys.argv[1:])
