"""The suite 算法套件 behind a port, so that another one (国密) plugs in without touching the objects.

``P256-1``: HPKE (RFC 9180) base mode with DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-256-GCM; ECDSA P-256 with SHA-256;
SHA-256. Everything in it is in WebCrypto of every browser of the last years.
"""

from __future__ import annotations

from typing import Protocol

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM
from cryptography.hazmat.primitives.hpke import Suite as Hpke
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from sealing.canonical import sha256

TAG = 16
KEY = 32


class DoesNotOpen(Exception):
    """A letter, box or chunk that this key does not open, or that was changed."""


class Suite(Protocol):
    """What the objects ask of an algorithm suite. Keys are bytes: private ones in PKCS#8 DER, points uncompressed."""

    name: str
    point_length: int
    letter_length: int

    def new_key(self) -> bytes: ...

    def point_of(self, private: bytes) -> bytes: ...

    def is_point(self, point: bytes) -> bool: ...

    def seal_letter(self, point: bytes, info: bytes, share: bytes) -> bytes: ...

    def open_letter(self, private: bytes, info: bytes, letter: bytes) -> bytes: ...

    def derive(self, key: bytes, salt: bytes, info: bytes) -> bytes: ...

    def seal_box(self, key: bytes, nonce: bytes, aad: bytes, text: bytes) -> bytes: ...

    def open_box(self, key: bytes, nonce: bytes, aad: bytes, box: bytes) -> bytes: ...

    def digest(self, *parts: bytes) -> bytes: ...

    def sign(self, private: bytes, label: str, message: bytes) -> bytes: ...

    def is_signed(self, point: bytes, label: str, message: bytes, signature: bytes) -> bool: ...


class P256:
    """``P256-1``."""

    name = "P256-1"
    point_length = 65
    letter_length = 113

    _hpke = Hpke(KEM.P256, KDF.HKDF_SHA256, AEAD.AES_256_GCM)

    def new_key(self) -> bytes:
        """A fresh private key, 138 bytes of PKCS#8."""
        return _pkcs8(ec.generate_private_key(ec.SECP256R1()))

    def point_of(self, private: bytes) -> bytes:
        """The public point, 65 bytes."""
        return _private(private).public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )

    def is_point(self, point: bytes) -> bool:
        """Whether ``point`` lies on the curve, uncompressed."""
        try:
            _public(point)
        except ValueError:
            return False
        return True

    def seal_letter(self, point: bytes, info: bytes, share: bytes) -> bytes:
        """enc (65) ‖ ciphertext (48)."""
        return self._hpke.encrypt(share, _public(point), info)

    def open_letter(self, private: bytes, info: bytes, letter: bytes) -> bytes:
        """The share. Raises DoesNotOpen."""
        if len(letter) != self.letter_length:
            raise DoesNotOpen("信件长度不符")
        try:
            return self._hpke.decrypt(letter, _private(private), info)
        except (InvalidTag, ValueError):
            raise DoesNotOpen("信件打不开") from None

    def derive(self, key: bytes, salt: bytes, info: bytes) -> bytes:
        """HKDF-SHA256, 32 bytes."""
        return HKDF(hashes.SHA256(), KEY, salt, info).derive(key)

    def seal_box(self, key: bytes, nonce: bytes, aad: bytes, text: bytes) -> bytes:
        """AES-256-GCM, tag at the end."""
        return AESGCM(key).encrypt(nonce, text, aad)

    def open_box(self, key: bytes, nonce: bytes, aad: bytes, box: bytes) -> bytes:
        """Raises DoesNotOpen."""
        try:
            return AESGCM(key).decrypt(nonce, box, aad)
        except (InvalidTag, ValueError):
            raise DoesNotOpen("密文打不开, 或已被改动") from None

    def digest(self, *parts: bytes) -> bytes:
        return sha256(*parts)

    def sign(self, private: bytes, label: str, message: bytes) -> bytes:
        """ECDSA over label ‖ line feed ‖ message; r ‖ s, 64 bytes."""
        r, s = decode_dss_signature(_private(private).sign(_labelled(label, message), ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")

    def is_signed(self, point: bytes, label: str, message: bytes, signature: bytes) -> bool:
        """Whether ``signature`` is by the holder of ``point`` over exactly this label and message."""
        if len(signature) != 64:
            return False
        r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
        try:
            _public(point).verify(encode_dss_signature(r, s), _labelled(label, message), ec.ECDSA(hashes.SHA256()))
        except (InvalidSignature, ValueError):
            return False
        return True


SUITES: dict[str, Suite] = {P256.name: P256()}
"""By name. A suite is chosen per tender and never mixed inside a bid."""


def _labelled(label: str, message: bytes) -> bytes:
    return b"caiping/" + label.encode("ascii") + b"\n" + message


def _private(pkcs8: bytes) -> ec.EllipticCurvePrivateKey:
    key = serialization.load_der_private_key(pkcs8, None)
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise ValueError("不是 P-256 私钥")
    return key


def _public(point: bytes) -> ec.EllipticCurvePublicKey:
    if len(point) != P256.point_length:
        raise ValueError("不是 P-256 公钥")
    return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)


def _pkcs8(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
