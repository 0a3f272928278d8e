"""Blame 归责: a bid does not open; whose fault is it? Decided from bytes that anybody can check, in one order.

1. a posted share is not the one committed to → the opener discloses that tender key after the opening; if its letter gives the
   same wrong share, or does not open, the bidder sealed badly, else the opener posted something else
2. shares are right and no lock gives the key committed to → the bidder
3. the key is right and a chunk or the package is bad → the bidder if the chunks are those of the manifest's root, else the
   platform kept them badly
4. too few openers came → nobody's bid is at fault: other group, recovery, else 因投标人之外原因
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from sealing.bid import key_of, share_is_true
from sealing.canonical import Malformed, sha256
from sealing.letter import open_letter
from sealing.manifest import Manifest
from sealing.package import open_chunks, root_of_chunks, unpack
from sealing.rule import Rule
from sealing.suite import DoesNotOpen


class Fault(StrEnum):
    """Who is at fault."""

    NOBODY = "nobody"
    BIDDER = "bidder"
    OPENER = "opener"
    PLATFORM = "platform"
    ABSENT = "absent"
    DISCLOSE = "disclose"

    @property
    def zh(self) -> str:
        return {
            "nobody": "可以开启", "bidder": "投标人原因: 密封不合规", "opener": "开启人原因: 提交的份额不实",
            "platform": "平台原因: 密文保管不善", "absent": "到场开启人不足", "disclose": "须由开启人公开项目私钥后认定",
        }[self.value]  # fmt: skip


@dataclass(frozen=True)
class Verdict:
    """Who, which opener (0: none), and the reason in Chinese."""

    fault: Fault
    opener: int
    why: str


def blame(
    manifest: Manifest, rule: Rule, posted: Mapping[int, bytes], chunks: Iterable[bytes], disclosed: Mapping[int, bytes] | None = None
) -> Verdict:
    """The verdict on one envelope. posted: shares by opener; disclosed: tender keys (PKCS#8) that openers made public."""
    disclosed = disclosed or {}
    try:
        key = key_of(manifest, rule, posted)
    except DoesNotOpen:
        return _no_key(manifest, rule, posted, disclosed)
    held = list(chunks)
    if root_of_chunks(sha256(chunk) for chunk in held) != manifest.root:
        return Verdict(Fault.PLATFORM, 0, "保存的密文与清单的根不符")
    try:
        unpack(b"".join(open_chunks(rule.suite, key, manifest.context, held, manifest.chunks)))
    except (DoesNotOpen, Malformed) as reason:
        return Verdict(Fault.BIDDER, 0, f"密文与清单一致, 而内容不合规: {reason}")
    return Verdict(Fault.NOBODY, 0, "可以开启")


def _no_key(manifest: Manifest, rule: Rule, posted: Mapping[int, bytes], disclosed: Mapping[int, bytes]) -> Verdict:
    true = {n for n, share in posted.items() if share_is_true(manifest, n, share)}
    if any(set(group) <= true for group, _ in manifest.locks):
        return Verdict(Fault.BIDDER, 0, "份额与承诺相符, 而锁给出的密钥与承诺不符")
    for n in sorted(set(posted) - true):
        if n not in disclosed:
            if any(set(group) <= true | {n} for group, _ in manifest.locks):
                return Verdict(Fault.DISCLOSE, n, f"开启人 {n} 的份额与承诺不符")
            continue
        return _of_letter(manifest, rule, n, posted[n], disclosed[n])
    return Verdict(Fault.ABSENT, 0, "没有一个开启组的份额齐全")


def _of_letter(manifest: Manifest, rule: Rule, n: int, posted: bytes, private: bytes) -> Verdict:
    letter, point = manifest.share(n).letter, rule.opener(n).keys[manifest.context.envelope]
    if letter is None or rule.suite.point_of(private) != point:
        return Verdict(Fault.OPENER, n, f"开启人 {n} 公开的不是规则所载的项目私钥")
    try:
        share = open_letter(rule.suite, manifest.context, n, private, letter)
    except DoesNotOpen:
        return Verdict(Fault.BIDDER, n, f"给开启人 {n} 的信件打不开")
    if share == posted:
        return Verdict(Fault.BIDDER, n, f"给开启人 {n} 的信件里的份额与投标人自己的承诺不符")
    return Verdict(Fault.OPENER, n, f"开启人 {n} 提交的份额不是信件里的份额")
