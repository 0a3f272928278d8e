"""The tree: reference roots, every proof of every small size, and none that was forged."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealing.canonical import sha256
from sealing.merkle import (
    EMPTY,
    Frontier,
    consistency_proof,
    inclusion_proof,
    is_consistent,
    is_included,
    leaf_hash,
    root_of,
)

ENTRIES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
LEAVES = [leaf_hash(b"entry %d" % n) for n in range(130)]


def test_the_reference_roots_of_certificate_transparency():
    leaves = [leaf_hash(bytes.fromhex(entry)) for entry in ENTRIES]

    assert [root_of(leaves[:size]).hex() for size in range(1, 9)] == ROOTS
    assert root_of([]) == EMPTY == sha256(b"")


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 9, 33, 64, 65])
def test_every_leaf_is_proved_in_every_size_and_in_no_other_place(size):
    leaves, root = LEAVES[:size], root_of(LEAVES[:size])
    for index in range(size):
        proof = inclusion_proof(leaves, index)
        assert is_included(leaves[index], index, size, proof, root)
        assert not is_included(leaves[index], index + 1, size, proof, root)
        assert not is_included(LEAVES[size], index, size, proof, root)
        assert not is_included(leaves[index], index, size, [*proof, root], root)
        assert not (proof and is_included(leaves[index], index, size, proof[:-1], root))
        assert not is_included(leaves[index], index, size, [sha256(each) for each in proof] or [root], root)


@pytest.mark.parametrize("new", [1, 2, 3, 6, 7, 8, 33, 64])
def test_every_earlier_tree_is_the_beginning_and_a_rewritten_one_is_not(new):
    root = root_of(LEAVES[:new])
    for old in range(1, new + 1):
        proof, before = consistency_proof(LEAVES[:new], old), root_of(LEAVES[:old])
        assert is_consistent(old, new, before, root, proof)
        rewritten = root_of([LEAVES[100], *LEAVES[1:old]])
        assert not is_consistent(old, new, rewritten, root, proof)
        assert not is_consistent(old, new, before, root_of([*LEAVES[1:new], LEAVES[0]]), proof) or new == 1


def test_growing_leaf_by_leaf_is_the_whole_tree_and_its_nodes_are_said_once():
    tree, seen = Frontier(), set()
    for size, leaf in enumerate(LEAVES, 1):
        for level, index, _ in tree.append(leaf):
            assert (level, index) not in seen
            seen.add((level, index))
        assert tree.root() == root_of(LEAVES[:size])
    again = Frontier(tree.size, tree.peaks)
    again.append(LEAVES[0])
    assert again.root() == root_of([*LEAVES, LEAVES[0]])


def test_a_frontier_that_is_none_is_refused():
    with pytest.raises(ValueError, match="边界"):
        Frontier(3, [LEAVES[0]])


@given(st.integers(0, 64), st.integers(0, 64), st.lists(st.binary(min_size=32, max_size=32), max_size=8))
def test_invented_proofs_prove_nothing(old, new, proof):
    assert not is_included(LEAVES[0], old, new, proof, root_of(LEAVES[:new])) or (old, new, proof) == (0, 1, [])
    if 0 < old < new:
        assert not is_consistent(old, new, root_of(LEAVES[:old]), root_of(LEAVES[:new]), proof)
