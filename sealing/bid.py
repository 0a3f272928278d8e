"""Sealing and opening one envelope from end to end: what the browser does, the command line does, and an auditor repeats."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from sealing.canonical import Malformed, decode, encode, fields, from_base64, sha256, to_base64
from sealing.context import Context
from sealing.letter import SHARE, key_commitment, lock, open_letter, seal_letter, share_commitment
from sealing.manifest import Manifest, Share, fits, manifest_bytes, read_manifest
from sealing.package import Index, open_chunks, package_bytes, package_length, root_of_chunks, seal_chunks
from sealing.rule import BIDDER, Rule
from sealing.suite import KEY, DoesNotOpen

Source = Callable[[], Sequence[BinaryIO]]
"""Opens the files of a package anew: they are read twice."""


@dataclass(frozen=True)
class Sealed:
    """A sealed envelope after the first pass. key: K, for the recovery file; own_share: the bidder's half, or None."""

    manifest: Manifest
    digests: tuple[bytes, ...]
    key: bytes
    own_share: bytes | None

    def recovery(self) -> bytes:
        """恢复文件: what the bidder keeps, and can show within the window when openers fail. With a half: the half alone."""
        secret = {"share": to_base64(self.own_share)} if self.own_share is not None else {"key": to_base64(self.key)}
        return encode({"v": 1, "manifest": self.manifest.digest, **secret})


def seal(
    rule: Rule, context: Context, index: Index, files: Source, *, signer: bytes, made_at: str, replaces: str = "",
    random: Callable[[int], bytes] = os.urandom,
) -> Sealed:  # fmt: skip
    """First pass: encrypt, keep only the digests, make the manifest. ``random`` differs only in test vectors."""
    suite, key = rule.suite, random(KEY)
    numbers = ([BIDDER] if rule.bidder_half else []) + [each.n for each in rule.openers]
    shares = {n: random(SHARE) for n in numbers}
    digests = tuple(sha256(chunk) for chunk in seal_chunks(suite, key, context, package_bytes(index, files())))
    letters = {
        each.n: seal_letter(suite, context, each.n, each.keys[context.envelope], shares[each.n]) for each in rule.openers
    }
    raw = manifest_bytes(
        context, replaces=replaces, chunks=len(digests), length=package_length(index), root=root_of_chunks(digests),
        key=key_commitment(context, key),
        shares=[Share(n, share_commitment(context, n, shares[n]), letters.get(n)) for n in numbers],
        locks=[(group, lock(suite, context, group, at, shares, key)) for at, group in enumerate(rule.groups)],
        made_by=index.made_by, made_at=made_at, signer=signer,
    )  # fmt: skip
    return Sealed(read_manifest(raw), digests, key, shares.get(BIDDER))


def chunks_again(sealed: Sealed, index: Index, files: Source) -> Iterator[bytes]:
    """Second pass: the same chunks, each given out only if it is the one of the first pass.

    Raises Malformed when a file has changed meanwhile: a different text must not leave under a used nonce.
    """
    manifest = sealed.manifest
    stream = seal_chunks(manifest.suite, sealed.key, manifest.context, package_bytes(index, files()))
    for expected, chunk in zip(sealed.digests, stream, strict=True):
        if sha256(chunk) != expected:
            raise Malformed("文件在密封后被改动, 请重新密封")
        yield chunk


def shares_of(manifest: Manifest, n: int, private: bytes) -> bytes:
    """Opener ``n``'s share, from its letter. Raises DoesNotOpen, also when the share is not the one committed to."""
    letter = manifest.share(n).letter
    if letter is None:
        raise DoesNotOpen("投标人的份额没有信件")
    share = open_letter(manifest.suite, manifest.context, n, private, letter)
    if not share_is_true(manifest, n, share):
        raise DoesNotOpen("信件中的份额与承诺不符")
    return share


def share_is_true(manifest: Manifest, n: int, share: bytes) -> bool:
    """Whether a posted share is the one that the manifest committed to."""
    return share_commitment(manifest.context, n, share) == manifest.share(n).commit


def key_of(manifest: Manifest, rule: Rule, shares: Mapping[int, bytes]) -> bytes:
    """K, by the first group whose shares are there and whose lock gives the key committed to. Raises DoesNotOpen.

    Shares that are not those committed to are left out; whose fault a failure is, ``sealing.blame`` says.
    """
    true = {n: share for n, share in shares.items() if share_is_true(manifest, n, share)}
    tried = False
    for at, (group, bar) in enumerate(manifest.locks):
        if set(group) <= set(true):
            tried = True
            key = lock(rule.suite, manifest.context, group, at, true, bar)
            if key_commitment(manifest.context, key) == manifest.key:
                return key
    raise DoesNotOpen("锁给出的密钥与承诺不符" if tried else "在场的开启人不足以开启")


def open_envelope(manifest: Manifest, rule: Rule, shares: Mapping[int, bytes], chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The package's bytes, chunk by chunk. Raises Malformed for a manifest of another rule, DoesNotOpen."""
    wrong = fits(manifest, rule)
    if wrong:
        raise Malformed("；".join(wrong))
    return open_chunks(rule.suite, key_of(manifest, rule, shares), manifest.context, _checked(manifest, chunks), manifest.chunks)


def _checked(manifest: Manifest, chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The chunks, with their tree compared at the end."""
    digests = []
    for chunk in chunks:
        digests.append(sha256(chunk))
        yield chunk
    if root_of_chunks(digests) != manifest.root:
        raise DoesNotOpen("密文与清单的根不符")


def open_with_recovery(
    manifest: Manifest, rule: Rule, recovery: bytes, shares: Mapping[int, bytes], chunks: Iterable[bytes]
) -> Iterator[bytes]:
    """The same with the bidder's recovery file: its half beside the openers' shares, or K itself. Raises Malformed, DoesNotOpen."""
    value = decode(recovery)
    secret = "share" if "share" in value else "key"
    fields(value, {"v": int, "manifest": str, secret: str}, "恢复文件")
    raw = from_base64(value[secret], KEY, "恢复文件")
    if value["manifest"] != manifest.digest:
        raise Malformed("恢复文件: 不是这份投标清单的")
    if secret == "share":
        return open_envelope(manifest, rule, {**shares, BIDDER: raw}, chunks)
    if key_commitment(manifest.context, raw) != manifest.key:
        raise DoesNotOpen("恢复文件中的密钥与承诺不符")
    return open_chunks(rule.suite, raw, manifest.context, _checked(manifest, chunks), manifest.chunks)
