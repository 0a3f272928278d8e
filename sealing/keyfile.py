"""The key file 密钥文件 of an opener, on a stick: a signing key and a ring 密钥环 that unwraps the keys of each tender.

    {v, holder, made_at, kdf: {name, iterations, salt}, sign: {iv, box, public}, ring: {iv, box}}

Boxes are AES-256-GCM under PBKDF2-HMAC-SHA-256 of the passphrase; aad is the JSON without the boxes. PBKDF2 is the only
password function that every browser has, so it gets many rounds. A tender key is wrapped under the ring, and may lie anywhere.
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

from sealing.canonical import Malformed, decode, encode, fields, from_base64, sha256, to_base64
from sealing.rule import keys_bytes
from sealing.suite import KEY, SUITES, DoesNotOpen, Suite

ROUNDS = 2_000_000
LEAST_ROUNDS, MOST_ROUNDS = 600_000, 20_000_000
"""What a reader takes: fewer would be weak, more would be a trap."""
KDF = "PBKDF2-HMAC-SHA-256"
LEAST_OWN = 14
"""Characters of a passphrase that somebody made up."""
_P256 = SUITES["P256-1"]


@dataclass(frozen=True)
class Keys:
    """An unlocked key file. private: PKCS#8 of the signing key; ring: 32 bytes."""

    holder: str
    private: bytes
    ring: bytes

    @property
    def identity(self) -> bytes:
        """The point that others know."""
        return _P256.point_of(self.private)


def fingerprint(identity: bytes) -> str:
    """What two people compare by telephone: 80 bits of the identity's SHA-256, in four groups of five hex digits."""
    text = sha256(identity).hex()[:20]
    return " ".join(text[at : at + 5] for at in range(0, 20, 5))


def _normal(passphrase: str) -> bytes:
    return unicodedata.normalize("NFKC", passphrase).encode("utf-8")


def _passphrase_key(passphrase: str, salt: bytes, rounds: int) -> bytes:
    return PBKDF2HMAC(hashes.SHA256(), KEY, salt, rounds).derive(_normal(passphrase))


def _without_boxes(value: dict[str, Any]) -> bytes:
    kept = dict(value)
    for name in ("sign", "ring"):
        kept[name] = {key: each for key, each in value[name].items() if key != "box"}
    return encode(kept)


def make_key_file(
    holder: str, passphrase: str, made_at: str, *, rounds: int = ROUNDS, random: Callable[[int], bytes] = os.urandom
) -> bytes:
    """A fresh key file. Raises Malformed for a passphrase that is too short."""
    if len(unicodedata.normalize("NFKC", passphrase)) < LEAST_OWN:
        raise Malformed(f"口令不得少于 {LEAST_OWN} 个字符")
    private, ring, salt = _P256.new_key(), random(KEY), random(16)
    value: dict[str, Any] = {
        "v": 1, "holder": holder, "made_at": made_at, "kdf": {"name": KDF, "iterations": rounds, "salt": to_base64(salt)},
        "sign": {"iv": to_base64(random(12)), "public": to_base64(_P256.point_of(private))}, "ring": {"iv": to_base64(random(12))},
    }  # fmt: skip
    aad, key = _without_boxes(value), _passphrase_key(passphrase, salt, rounds)
    for name, secret in (("sign", private), ("ring", ring)):
        iv = from_base64(value[name]["iv"], 12, name)
        value[name]["box"] = to_base64(_P256.seal_box(key, iv, aad, secret))
    return encode(value)


def unlock(raw: bytes, passphrase: str) -> Keys:
    """The keys. Raises Malformed for another file, DoesNotOpen for another passphrase; it cannot tell a wrong one from a changed file."""
    form = {"v": int, "holder": str, "made_at": str, "kdf": dict, "sign": dict, "ring": dict}
    value = fields(decode(raw), form, "密钥文件")
    kdf = fields(value["kdf"], {"name": str, "iterations": int, "salt": str}, "密钥文件")
    fields(value["sign"], {"iv": str, "box": str, "public": str}, "密钥文件")
    fields(value["ring"], {"iv": str, "box": str}, "密钥文件")
    if value["v"] != 1 or kdf["name"] != KDF or not LEAST_ROUNDS <= kdf["iterations"] <= MOST_ROUNDS:
        raise Malformed("密钥文件: 未知版本, 或口令函数的轮数不在允许范围内")
    key = _passphrase_key(passphrase, from_base64(kdf["salt"], 16, "盐"), kdf["iterations"])
    aad = _without_boxes(value)
    private, ring = (
        _P256.open_box(key, from_base64(value[name]["iv"], 12, name), aad, from_base64(value[name]["box"], None, name))
        for name in ("sign", "ring")
    )
    if to_base64(_P256.point_of(private)) != value["sign"]["public"] or len(ring) != KEY:
        raise DoesNotOpen("密钥文件中的公钥与私钥不符")
    return Keys(value["holder"], private, ring)


@dataclass(frozen=True)
class TenderKey:
    """A tender key as the server keeps it: the point, and the private key wrapped under the opener's ring."""

    raw: bytes
    point: bytes


def make_tender_key(
    keys: Keys, tender: str, tender_version: int, envelope: str, random: Callable[[int], bytes] = os.urandom
) -> TenderKey:
    """A fresh key pair for one tender and envelope, wrapped."""
    private, iv = _P256.new_key(), random(12)
    point = _P256.point_of(private)
    head = _head(tender, tender_version, envelope, point)
    box = _P256.seal_box(_wrapping(keys.ring, head), iv, head, private)
    raw = encode({**_fields_of(tender, tender_version, envelope, point), "iv": to_base64(iv), "box": to_base64(box)})
    return TenderKey(raw, point)


def unwrap(keys: Keys, raw: bytes) -> bytes:
    """The private key of a wrapped tender key. Raises Malformed, DoesNotOpen."""
    form = {"v": int, "tender": str, "tender_version": int, "envelope": str, "point": str, "iv": str, "box": str}
    value = fields(decode(raw), form, "项目密钥")
    point = from_base64(value["point"], _P256.point_length, "项目公钥")
    head = _head(value["tender"], value["tender_version"], value["envelope"], point)
    private = _P256.open_box(
        _wrapping(keys.ring, head), from_base64(value["iv"], 12, "iv"), head, from_base64(value["box"], 154, "box")
    )
    if _P256.point_of(private) != point:
        raise DoesNotOpen("项目密钥与公钥不符")
    return private


def sign_tender_keys(suite: Suite, keys: Keys, tender: str, tender_version: int, n: int, points: dict[str, bytes]) -> bytes:
    """The opener's signature over its tender keys."""
    return suite.sign(keys.private, "tender-key/1", keys_bytes(tender, tender_version, n, points))


def _fields_of(tender: str, tender_version: int, envelope: str, point: bytes) -> dict[str, Any]:
    return {"v": 1, "tender": tender, "tender_version": tender_version, "envelope": envelope, "point": to_base64(point)}


def _head(tender: str, tender_version: int, envelope: str, point: bytes) -> bytes:
    return encode(_fields_of(tender, tender_version, envelope, point))


def _wrapping(ring: bytes, head: bytes) -> bytes:
    return _P256.derive(ring, sha256(head), b"caiping/keyring/1")
