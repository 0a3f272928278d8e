"""The tree of RFC 6962: one hash for everything, short proofs for one leaf, and that the later tree only added.

leaf = SHA-256(00 ‖ entry), node = SHA-256(01 ‖ left ‖ right). The same tree holds the log's entries, the chunks of a sealed
file, and the frozen set of bids.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sealing.canonical import sha256

EMPTY = sha256()


def leaf_hash(entry: bytes) -> bytes:
    return sha256(b"\x00", entry)


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01", left, right)


class Frontier:
    """A tree that only grows: its size and the roots of its complete subtrees, largest first. Appending is O(log n)."""

    def __init__(self, size: int = 0, peaks: Iterable[bytes] = ()) -> None:
        self.size, self.peaks = size, list(peaks)
        if len(self.peaks) != size.bit_count():
            raise ValueError("树的大小与边界不符")

    def append(self, leaf: bytes) -> list[tuple[int, int, bytes]]:
        """Add one leaf hash; the new complete nodes as (level, index at that level, hash), the leaf itself first."""
        made, level, index = [(0, self.size, leaf)], 0, self.size
        while index & 1:
            leaf, level, index = node_hash(self.peaks.pop(), leaf), level + 1, index >> 1
            made.append((level, index, leaf))
        self.peaks.append(leaf)
        self.size += 1
        return made

    def root(self) -> bytes:
        """The tree's hash."""
        if not self.peaks:
            return EMPTY
        found = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            found = node_hash(peak, found)
        return found


def root_of(leaves: Iterable[bytes]) -> bytes:
    """The tree hash over leaf hashes."""
    tree = Frontier()
    for leaf in leaves:
        tree.append(leaf)
    return tree.root()


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The hashes beside the way from leaf ``index`` to the root, from below. Raises IndexError."""
    if not 0 <= index < len(leaves):
        raise IndexError(index)
    if len(leaves) == 1:
        return []
    half = _half(len(leaves))
    if index < half:
        return [*inclusion_proof(leaves[:half], index), root_of(leaves[half:])]
    return [*inclusion_proof(leaves[half:], index - half), root_of(leaves[:half])]


def is_included(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether ``leaf`` is number ``index`` of the tree of ``size`` leaves with this root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    at, last, found = index, size - 1, leaf
    for beside in proof:
        if last == 0:
            return False
        if at & 1 or at == last:
            found = node_hash(beside, found)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = node_hash(found, beside)
        at, last = at >> 1, last >> 1
    return last == 0 and found == root


def consistency_proof(leaves: Sequence[bytes], old: int) -> list[bytes]:
    """Why the tree of the first ``old`` leaves is the beginning of this one. Raises IndexError."""
    if not 0 < old <= len(leaves):
        raise IndexError(old)
    return _consistency(leaves, old, True)


def _consistency(leaves: Sequence[bytes], old: int, whole: bool) -> list[bytes]:
    if old == len(leaves):
        return [] if whole else [root_of(leaves)]
    half = _half(len(leaves))
    if old <= half:
        return [*_consistency(leaves[:half], old, whole), root_of(leaves[half:])]
    return [*_consistency(leaves[half:], old - half, False), root_of(leaves[:half])]


def is_consistent(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the tree of ``new`` leaves begins with the tree of ``old`` ones (RFC 9162, 2.1.4.2)."""
    if old == new:
        return not proof and old_root == new_root
    if old == 0:
        return not proof
    if not 0 < old < new or not proof:
        return False
    path = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    at, last = old - 1, new - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    first = second = path[0]
    for beside in path[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            first, second = node_hash(beside, first), node_hash(beside, second)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            second = node_hash(second, beside)
        at, last = at >> 1, last >> 1
    return last == 0 and first == old_root and second == new_root


def _half(size: int) -> int:
    """The largest power of two below ``size``."""
    return 1 << (size - 1).bit_length() - 1
