"""The package 投标包: files → one stream, padded so that its length says little → chunks, each bound to its place.

    package = "CPBID1\\n\\0" ‖ u32 index length (at most 1 MiB) ‖ index JSON ‖ file bytes in index order ‖ zeros up to the padded length
    F       = derive(K, salt C, "caiping/bid/1 file")
    chunk i = AES-256-GCM(F, nonce = 00×7 ‖ u32 i ‖ flag, aad = C, at most 4,194,288 bytes); flag 01 on the last one
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from sealing.canonical import Malformed, decode, encode, fields
from sealing.context import Context
from sealing.merkle import leaf_hash, root_of
from sealing.suite import TAG, DoesNotOpen, Suite

MAGIC = b"CPBID1\n\0"
CHUNK = 4_194_288
"""Bytes of text in a full chunk; 4 MiB with its tag."""
MOST_INDEX = 1 << 20
MOST_FILES = 200
MOST_CHUNKS = 1 << 20
_READ = 1 << 16


@dataclass(frozen=True)
class Entry:
    """One file of a package. name: NFC, at most 200 bytes; role: what it is in the bid; size in bytes."""

    name: str
    role: str
    type: str
    size: int


@dataclass(frozen=True)
class Index:
    """What is in a package and which build made it."""

    files: tuple[Entry, ...]
    made_by: str

    def encoded(self) -> bytes:
        return encode({"files": [vars(each) | {} for each in self.files], "made_by": self.made_by})


def name_fault(name: str) -> str:
    """Why a file may not be called so, in Chinese; "" when it may."""
    if unicodedata.normalize("NFC", name) != name:
        return "文件名须为 NFC 写法"
    if not 0 < len(name.encode("utf-8", "surrogatepass")) <= 200 or name.startswith("."):
        return "文件名须为 1 至 200 字节, 不得以点开头"
    if any(c in "/\\" or unicodedata.category(c)[0] == "C" for c in name):
        return "文件名不得含斜杠或控制字符"
    return ""


def padded_length(length: int) -> int:
    """Padmé: the next length whose lower bits are zero; at most 12 % more.

    >>> padded_length(9), padded_length(1000), padded_length(200_000_000)
    (10, 1024, 201326592)
    """
    if length < 2:
        return length
    exponent = length.bit_length() - 1
    mask = (1 << exponent - exponent.bit_length()) - 1
    return (length + mask) & ~mask


def read_index(raw: bytes) -> Index:
    """The index. Raises Malformed."""
    value = fields(decode(raw), {"files": list, "made_by": str}, "文件目录")
    if not 0 < len(value["files"]) <= MOST_FILES:
        raise Malformed(f"文件目录: 须有 1 至 {MOST_FILES} 个文件")
    files = tuple(Entry(**fields(each, {"name": str, "role": str, "type": str, "size": int}, "文件")) for each in value["files"])
    if any(each.size < 0 or name_fault(each.name) for each in files) or len({each.name for each in files}) != len(files):
        raise Malformed("文件目录: 文件名重复或不合规")
    return Index(files, value["made_by"])


def package_length(index: Index) -> int:
    """Bytes of the padded package."""
    return padded_length(len(MAGIC) + 4 + len(index.encoded()) + sum(each.size for each in index.files))


def package_bytes(index: Index, files: Sequence[BinaryIO]) -> Iterator[bytes]:
    """The stream, piece by piece. Raises Malformed when a file is not as long as its entry says."""
    listed = index.encoded()
    if len(listed) > MOST_INDEX:
        raise Malformed("文件目录过长")
    read_index(listed)
    yield MAGIC + len(listed).to_bytes(4, "big") + listed
    for entry, file in zip(index.files, files, strict=True):
        rest = entry.size
        while piece := file.read(min(_READ, rest) if rest else 1):
            if len(piece) > rest:
                raise Malformed(f"{entry.name}: 文件在密封过程中变长")
            rest -= len(piece)
            yield piece
        if rest:
            raise Malformed(f"{entry.name}: 文件在密封过程中变短")
    length = len(MAGIC) + 4 + len(listed) + sum(each.size for each in index.files)
    zeros = padded_length(length) - length
    while zeros > 0:
        yield bytes(min(_READ, zeros))
        zeros -= _READ


def chunked(pieces: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """The stream cut into texts of chunks, each with whether it is the last."""
    held = bytearray()
    for piece in pieces:
        held += piece
        while len(held) > CHUNK:
            yield bytes(held[:CHUNK]), False
            del held[:CHUNK]
    yield bytes(held), True


def file_key(suite: Suite, key: bytes, context: Context) -> bytes:
    """F from K."""
    return suite.derive(key, context.digest, b"caiping/bid/1 file")


def _nonce(index: int, last: bool) -> bytes:
    return bytes(7) + index.to_bytes(4, "big") + (b"\x01" if last else b"\x00")


def seal_chunks(suite: Suite, key: bytes, context: Context, pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The sealed chunks of a stream, one after the other; nothing is held but one chunk."""
    own, aad = file_key(suite, key, context), context.digest
    for index, (text, last) in enumerate(chunked(pieces)):
        if index >= MOST_CHUNKS:
            raise Malformed("投标包过大")
        yield suite.seal_box(own, _nonce(index, last), aad, text)


def open_chunks(suite: Suite, key: bytes, context: Context, chunks: Iterable[bytes], count: int) -> Iterator[bytes]:
    """The texts of ``count`` chunks. Raises DoesNotOpen for one that was changed, moved, dropped or doubled."""
    own, aad, seen = file_key(suite, key, context), context.digest, 0
    for index, chunk in enumerate(chunks):
        if index >= count or len(chunk) > CHUNK + TAG:
            raise DoesNotOpen("分块多于清单所载")
        yield suite.open_box(own, _nonce(index, index == count - 1), aad, chunk)
        seen += 1
    if seen != count:
        raise DoesNotOpen("分块少于清单所载")


def root_of_chunks(digests: Iterable[bytes]) -> bytes:
    """The tree hash over the chunks' SHA-256."""
    return root_of(leaf_hash(each) for each in digests)


@dataclass(frozen=True)
class Opened:
    """A file of an opened package with its text."""

    entry: Entry
    text: bytes


def unpack(stream: bytes) -> tuple[Index, tuple[Opened, ...]]:
    """The files of a whole package in memory. Raises Malformed; padding that is not zero is refused."""
    head = len(MAGIC) + 4
    if stream[: len(MAGIC)] != MAGIC or len(stream) < head:
        raise Malformed("不是投标包")
    length = int.from_bytes(stream[len(MAGIC) : head], "big")
    if length > MOST_INDEX or len(stream) < head + length:
        raise Malformed("文件目录过长或缺失")
    index = read_index(stream[head : head + length])
    at, found = head + length, []
    for entry in index.files:
        if at + entry.size > len(stream):
            raise Malformed("投标包短于目录所载")
        found.append(Opened(entry, stream[at : at + entry.size]))
        at += entry.size
    if len(stream) != padded_length(at) or any(stream[at:]):
        raise Malformed("投标包的填充不合规")
    return index, tuple(found)
