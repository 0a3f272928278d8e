"""Receipts 回执: that a bid was accepted, refused, confirmed or withdrawn, when, and where it stands in the log.

Signed by the platform's receipt key (Ed25519) at once; completed within seconds by the log's proof and a checkpoint. Whoever
holds one can prove to a stranger, without the product, that the platform knew of this bid before the deadline.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from sealing.canonical import Malformed, decode, encode, fields, from_base64, is_digest, sha256, to_base64
from sealing.merkle import is_included, leaf_hash
from sealing.note import Checkpoint, read_checkpoint

LABEL = b"caiping/receipt/1\n"
FORM: dict[str, type] = {
    "v": int, "kind": str, "reason": str, "submission": str, "manifests": list, "sm3": list, "received_at": int, "db_at": int,
    "deadline": int, "sealed_by": str, "signature_kind": str, "entry": str, "leaf_index": int, "key_id": str,
}  # fmt: skip
SEALED_BY = ("browser", "file", "cli", "server")
"""Where the bid was sealed; ``server`` is 弱密封: the server saw the text once."""
SIGNATURES = ("device", "keyfile", "ca")


class Kind(StrEnum):
    """What the receipt is for."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    CONFIRMED = "confirmed"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Receipt:
    """A receipt as read. Times are microseconds since 1970 UTC; entry: the log line, exact; leaf_index: its place in the log."""

    raw: bytes
    kind: Kind
    reason: str
    submission: str
    manifests: tuple[str, ...]
    received_at: int
    deadline: int
    sealed_by: str
    entry: bytes
    leaf_index: int


def receipt_bytes(value: Mapping[str, Any]) -> bytes:
    """The bytes of a receipt. Raises Malformed for a field too many or too few."""
    return encode(fields(dict(value), FORM, "回执"))


def sign_receipt(raw: bytes, key: Ed25519PrivateKey) -> bytes:
    return key.sign(LABEL + raw)


def receipt_key_id(public: bytes) -> str:
    """How a receipt names the key that signed it: the first 16 hex digits of its SHA-256."""
    return sha256(public).hex()[:16]


def read_receipt(raw: bytes, signature: bytes, public: bytes) -> Receipt:
    """A receipt that the key ``public`` signed. Raises Malformed."""
    value = fields(decode(raw), FORM, "回执")
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, LABEL + raw)
    except (InvalidSignature, ValueError):
        raise Malformed("回执: 签名无效") from None
    if value["v"] != 1 or value["kind"] not in set(Kind) or value["key_id"] != receipt_key_id(public):
        raise Malformed("回执: 未知版本、种类或密钥")
    if value["sealed_by"] not in SEALED_BY or value["signature_kind"] not in SIGNATURES:
        raise Malformed("回执: 未知的密封或签名方式")
    if not is_digest(value["submission"]) or not all(map(is_digest, [*value["manifests"], *value["sm3"]])):
        raise Malformed("回执: 摘要写法不符")
    kind = Kind(value["kind"])
    if kind is Kind.ACCEPTED and not value["received_at"] < value["deadline"]:
        raise Malformed("回执: 截止时间及以后送达的不得签收")
    return Receipt(
        raw, kind, value["reason"], value["submission"], tuple(value["manifests"]), value["received_at"], value["deadline"],
        value["sealed_by"], value["entry"].encode("utf-8"), value["leaf_index"],
    )  # fmt: skip


def in_the_log(receipt: Receipt, proof: Sequence[bytes], checkpoint: Checkpoint) -> bool:
    """Whether the receipt's log line is in the log that the checkpoint sums up."""
    return is_included(leaf_hash(receipt.entry), receipt.leaf_index, checkpoint.size, proof, checkpoint.root)


@dataclass(frozen=True)
class Verified:
    """A receipt file that holds. logged: False while proof and checkpoint have not been added."""

    receipt: Receipt
    logged: bool


def file_bytes(raw: bytes, signature: bytes, proof: Sequence[bytes] = (), note: bytes = b"") -> bytes:
    """The file that a bidder keeps: receipt, signature, and once known the proof and the checkpoint."""
    return encode(
        {
            "receipt": raw.decode(), "signature": to_base64(signature), "proof": [to_base64(each) for each in proof],
            "checkpoint": note.decode(),
        }
    )  # fmt: skip


def verify_file(file: bytes, receipt_key: bytes, origin: str, log_key: bytes) -> Verified:
    """Everything that can be checked offline. Raises Malformed with the first thing that does not hold."""
    form = {"receipt": str, "signature": str, "proof": list, "checkpoint": str}
    value = fields(decode(file), form, "回执文件")
    receipt = read_receipt(value["receipt"].encode(), from_base64(value["signature"], 64, "签名"), receipt_key)
    if not value["checkpoint"]:
        return Verified(receipt, False)
    checkpoint = read_checkpoint(value["checkpoint"].encode(), origin, log_key)
    if not in_the_log(receipt, [from_base64(each, 32, "证明") for each in value["proof"]], checkpoint):
        raise Malformed("回执: 不在检查点所载的日志中")
    return Verified(receipt, True)
