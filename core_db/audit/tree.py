"""The Merkle tree of RFC 6962: one hash over many leaves, and short proofs. Plain arithmetic over no table.

A leaf is hashed behind a byte 0, an inner node behind a byte 1, so that neither can pass for the other. `at(level,
place)` gives the hash over 2^level leaves from `place * 2^level` on. Proofs are checked as RFC 9162, section 2.1, says.
"""

from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256

At = Callable[[int, int], bytes]
#: Over no leaves at all.
EMPTY = sha256(b"").digest()


def leaf_hash(entry: bytes) -> bytes:
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def level_above(hashes: Sequence[bytes]) -> list[bytes]:
    """The nodes over pairs; the last, where it is alone, has none yet."""
    pairs = iter(hashes)
    # The same iterator twice: each step takes two of it.
    return [sha256(b"\x01" + left + right).digest() for left, right in zip(pairs, pairs, strict=False)]


def root_of(size: int, at: At) -> bytes:
    """The hash over the first `size` leaves."""
    return _over(0, size, at) if size else EMPTY


def nodes_completed(first: int, leaves: Sequence[bytes], at: At) -> Iterator[tuple[int, int, bytes]]:
    """Each (level, place, hash) that the leaves from place `first` on complete; `at` knows what was there before."""
    known: dict[tuple[int, int], bytes] = {}
    for place, leaf in enumerate(leaves, first):
        level, here = 0, leaf
        known[0, place] = leaf
        while place & 1:
            left = known.pop((level, place - 1), None) or at(level, place - 1)
            known.pop((level, place))
            here, level, place = node_hash(left, here), level + 1, place >> 1  # noqa: PLW2901 - climbs
            known[level, place] = here
            yield level, place, here


def inclusion(index: int, size: int, at: At) -> list[bytes]:
    """The proof that the leaf at `index` (from 0) is among the first `size`."""
    return _path(index, 0, size, at)


def consistency(old: int, new: int, at: At) -> list[bytes]:
    """The proof that the first `old` leaves of the first `new` are what they were; 0 < old <= new."""
    return _subproof(old, 0, new, at, is_known=True)


def holds_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Does the proof lead from the leaf to the root?"""
    if not 0 <= index < size:
        return False
    here, last, found = index, size - 1, leaf
    for step in proof:
        if last == 0:
            return False
        if here & 1 or here == last:
            found = node_hash(step, found)
            here, last = _up(here, last)
        else:
            found = node_hash(found, step)
        here, last = here >> 1, last >> 1
    return last == 0 and found == root


def holds_consistency(old: int, new: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes) -> bool:
    """Does the proof show that the tree of `new` leaves goes on from that of `old`?"""
    if old == 0:
        return not proof
    if old >= new:
        return old == new and not proof and old_root == new_root
    if not proof:
        return False
    steps = list(proof)
    if old & (old - 1) == 0:
        steps.insert(0, old_root)
    here, last = old - 1, new - 1
    while here & 1:
        here, last = here >> 1, last >> 1
    before = after = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if here & 1 or here == last:
            before, after = node_hash(step, before), node_hash(step, after)
            here, last = _up(here, last)
        else:
            after = node_hash(after, step)
        here, last = here >> 1, last >> 1
    return last == 0 and before == old_root and after == new_root


def _up(here: int, last: int) -> tuple[int, int]:
    """Past the levels at which a node on the right edge has no neighbour."""
    while here and not here & 1:
        here, last = here >> 1, last >> 1
    return here, last


def _split(count: int) -> int:
    """The largest power of two below `count`."""
    return 1 << ((count - 1).bit_length() - 1)


def _over(first: int, count: int, at: At) -> bytes:
    """The hash over `count` leaves from `first` on, which is where a tree of so many may begin."""
    if count & (count - 1) == 0:
        level = count.bit_length() - 1
        return at(level, first >> level)
    left = _split(count)
    return node_hash(_over(first, left, at), _over(first + left, count - left, at))


def _path(index: int, first: int, count: int, at: At) -> list[bytes]:
    if count == 1:
        return []
    left = _split(count)
    if index < left:
        return [*_path(index, first, left, at), _over(first + left, count - left, at)]
    return [*_path(index - left, first + left, count - left, at), _over(first, left, at)]


def _subproof(old: int, first: int, count: int, at: At, *, is_known: bool) -> list[bytes]:
    if old == count:
        return [] if is_known else [_over(first, count, at)]
    left = _split(count)
    if old <= left:
        return [*_subproof(old, first, left, at, is_known=is_known), _over(first + left, count - left, at)]
    return [*_subproof(old - left, first + left, count - left, at, is_known=False), _over(first, left, at)]
