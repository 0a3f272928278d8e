"""Checkpoints: C2SP signed notes. A line for the origin, the size, the root, and the log key's Ed25519 signature.

    origin
    size
    base64 root
    <empty line>
    — origin base64(key id 4 B ‖ signature 64 B)
"""

from __future__ import annotations

from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from sealing.canonical import Malformed, from_base64, sha256, to_base64

_ED25519 = b"\x01"


@dataclass(frozen=True)
class Checkpoint:
    """A tree of ``size`` leaves with this root, as ``origin`` said it."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> bytes:
        """What is signed: three lines, each with its line feed."""
        return f"{self.origin}\n{self.size}\n{to_base64(self.root)}\n".encode()


def key_id(origin: str, public: bytes) -> bytes:
    """Four bytes that say which key: of SHA-256(origin ‖ 0A ‖ 01 ‖ public key)."""
    return sha256(origin.encode(), b"\n", _ED25519, public)[:4]


def signed(checkpoint: Checkpoint, key: Ed25519PrivateKey) -> bytes:
    """The note. Raises Malformed for an origin that is no single line."""
    if not checkpoint.origin or any(c in checkpoint.origin for c in "\n+ \t") or checkpoint.size < 0 or len(checkpoint.root) != 32:
        raise Malformed("检查点: 来源、大小或根不合规")
    public = key.public_key().public_bytes_raw()
    mark = to_base64(key_id(checkpoint.origin, public) + key.sign(checkpoint.text))
    return checkpoint.text + f"\n— {checkpoint.origin} {mark}\n".encode()


def read_checkpoint(note: bytes, origin: str, public: bytes) -> Checkpoint:
    """The checkpoint that ``origin`` signed with the key ``public``. Raises Malformed for any other bytes."""
    try:
        lines = note.decode("utf-8").split("\n")
    except UnicodeDecodeError:
        raise Malformed("检查点: 不是 UTF-8") from None
    if len(lines) != 6 or lines[3] or lines[5] or lines[0] != origin:
        raise Malformed("检查点: 须为五行, 来源相符")
    size, mark = lines[1], lines[4].split(" ")
    if not size.isascii() or not size.isdigit() or str(int(size[:18])) != size:
        raise Malformed("检查点: 大小不是整数")
    if len(mark) != 3 or mark[0] != "—" or mark[1] != origin:
        raise Malformed("检查点: 签名行不合规")
    sealed = from_base64(mark[2], 68, "检查点签名")
    found = Checkpoint(origin, int(size), from_base64(lines[2], 32, "检查点根"))
    if sealed[:4] != key_id(origin, public):
        raise Malformed("检查点: 不是这把密钥签的")
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(sealed[4:], found.text)
    except InvalidSignature:
        raise Malformed("检查点: 签名无效") from None
    return found
