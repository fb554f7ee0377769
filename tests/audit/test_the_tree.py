"""The tree is that of RFC 6962: known roots, and proofs that hold for what is true and for nothing else."""

from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core_db.audit.tree import (
    EMPTY,
    consistency,
    holds_consistency,
    holds_inclusion,
    inclusion,
    leaf_hash,
    node_hash,
    nodes_completed,
    root_of,
)

#: The eight leaves and their roots as the tests of the first logs had them.
KNOWN = [
    (b"", "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"),
    (b"\x00", "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"),
    (b"\x10", "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"),
    (b" !", "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"),
    (b"01", "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4"),
    (b"@ABC", "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef"),
    (b"PQRSTUVW", "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"),
    (b"`abcdefghijklmno", "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"),
]


class Tree:
    """A tree grown leaf by leaf, whose nodes are looked up as the database's are."""

    def __init__(self, count: int) -> None:
        self.leaves = [leaf_hash(b"%d" % number) for number in range(count)]
        self.nodes: dict[tuple[int, int], bytes] = {}
        for number, leaf in enumerate(self.leaves):
            self.nodes |= {(lev, at): made for lev, at, made in nodes_completed(number, [leaf], self.at)}

    def at(self, level: int, place: int) -> bytes:
        return self.leaves[place] if level == 0 else self.nodes[level, place]

    def root(self, size: int) -> bytes:
        return root_of(size, self.at)


TREE = Tree(80)


def test_the_roots_are_those_everybody_has():
    leaves = [leaf_hash(entry) for entry, _ in KNOWN]
    nodes = {(0, place): leaf for place, leaf in enumerate(leaves)}
    nodes |= {(lev, at): made for lev, at, made in nodes_completed(0, leaves, lambda *_: b"")}

    roots = [root_of(size, lambda level, place: nodes[level, place]).hex() for size in range(1, 9)]

    assert roots == [root for _, root in KNOWN]
    assert root_of(0, lambda *_: b"") == EMPTY == sha256().digest()


def test_growing_at_once_and_leaf_by_leaf_is_the_same():
    at_once = {(lev, at): made for lev, at, made in nodes_completed(0, TREE.leaves, TREE.at)}

    assert at_once == TREE.nodes
    assert len(at_once) == 80 - (80).bit_count()


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 21, 64, 80])
def test_every_leaf_is_proved_to_be_in(size):
    root = TREE.root(size)

    for index in range(size):
        proof = inclusion(index, size, TREE.at)
        assert holds_inclusion(TREE.leaves[index], index, size, proof, root)
        assert not holds_inclusion(TREE.leaves[index], index, size, [*proof, root], root)
        assert not holds_inclusion(leaf_hash(b"another"), index, size, proof, root)
    assert not holds_inclusion(TREE.leaves[0], size, size, [], root)


@pytest.mark.parametrize("new", [1, 2, 3, 6, 8, 33, 80])
def test_every_size_is_proved_to_go_on_from_every_smaller(new):
    for old in range(1, new + 1):
        proof = consistency(old, new, TREE.at)
        assert holds_consistency(old, new, proof, TREE.root(old), TREE.root(new))
        assert not holds_consistency(old, new, proof, leaf_hash(b"x"), TREE.root(new))
        assert not holds_consistency(old, new, [*proof, leaf_hash(b"x")], TREE.root(old), TREE.root(new))


def test_nothing_goes_on_from_what_is_larger_or_without_proof():
    assert not holds_consistency(3, 2, [EMPTY], TREE.root(3), TREE.root(2))
    assert not holds_consistency(2, 3, [], TREE.root(2), TREE.root(3))
    assert not holds_consistency(3, 5, [], TREE.root(3), TREE.root(5))
    # Whoever went back shows the root that was seen as if it were of fewer.
    assert not holds_consistency(3, 1, [TREE.root(3)], TREE.root(3), TREE.root(3))
    assert holds_consistency(0, 3, [], b"", TREE.root(3))
    assert not holds_consistency(0, 3, [EMPTY], b"", TREE.root(3))


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(st.data())
def test_no_altered_proof_holds(data):
    new = data.draw(st.integers(2, 80))
    old = data.draw(st.integers(1, new - 1))
    proof = consistency(old, new, TREE.at)
    place, bit = data.draw(st.integers(0, len(proof) - 1)), data.draw(st.integers(0, 255))
    flipped = bytearray(proof[place])
    flipped[bit // 8] ^= 1 << bit % 8
    altered = [*proof[:place], bytes(flipped), *proof[place + 1 :]]

    assert not holds_consistency(old, new, altered, TREE.root(old), TREE.root(new))
    assert not holds_consistency(old, new, proof[:-1], TREE.root(old), TREE.root(new))


def test_a_leaf_never_passes_for_a_node():
    left, right = TREE.leaves[:2]

    assert leaf_hash(left + right) != node_hash(left, right)
