"""The context 上下文 of one envelope: whose bid, for which tender and rule, which version. It goes into every derivation,
so that nothing can be carried to another bid, version, envelope, tender or organisation."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from sealing.canonical import Malformed, encode, fields, is_digest, sha256

FORM: dict[str, type] = {
    "suite": str, "tender": str, "tender_version": int, "rule": str, "org": str, "bid": str, "bid_version": int, "envelope": str,
}  # fmt: skip
ENVELOPES = ("all", "quality", "price")


@dataclass(frozen=True)
class Context:
    """rule: SHA-256 of the accepted rule, in hex; org: the organisation's id; bid: a random id; versions from 1."""

    suite: str
    tender: str
    tender_version: int
    rule: str
    org: str
    bid: str
    bid_version: int
    envelope: str

    @property
    def digest(self) -> bytes:
        """C, 32 bytes."""
        return sha256(b"caiping/bid/1\n", encode(asdict(self)))


def context_of(value: dict[str, Any], what: str = "上下文") -> Context:
    """The context that stands in ``value``, which may hold more. Raises Malformed."""
    found = Context(**fields({key: value[key] for key in FORM if key in value}, FORM, what))
    if found.envelope not in ENVELOPES or not is_digest(found.rule) or min(found.tender_version, found.bid_version) < 1:
        raise Malformed(f"{what}: 信封、规则或版本号不合规")
    return found
