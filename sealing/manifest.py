"""The manifest 投标清单 of one envelope, and the submission 投标函 that signs all envelopes of a version in one act."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sealing.canonical import Malformed, decode, encode, fields, from_base64, is_digest, sha256, to_base64
from sealing.context import FORM as CONTEXT
from sealing.context import Context, context_of
from sealing.package import CHUNK, MOST_CHUNKS
from sealing.rule import BIDDER, Rule
from sealing.suite import KEY, SUITES, Suite

FORM = CONTEXT | {
    "v": int, "replaces": str, "chunk": int, "chunks": int, "length": int, "root": str, "key": str, "shares": list, "groups": list,
    "made_by": str, "made_at": str, "signer": str,
}  # fmt: skip


@dataclass(frozen=True)
class Share:
    """What the manifest holds for opener ``n``: the commitment, and the letter (none for the bidder's own half)."""

    n: int
    commit: str
    letter: bytes | None


@dataclass(frozen=True)
class Manifest:
    """A manifest as read. raw: exact bytes; length: bytes of the padded package; key: commitment to K; signer: bidder's point."""

    raw: bytes
    context: Context
    replaces: str
    chunks: int
    length: int
    root: bytes
    key: str
    shares: tuple[Share, ...]
    locks: tuple[tuple[tuple[int, ...], bytes], ...]
    made_by: str
    made_at: str
    signer: bytes

    @property
    def digest(self) -> str:
        return sha256(self.raw).hex()

    @property
    def suite(self) -> Suite:
        return SUITES[self.context.suite]

    def share(self, n: int) -> Share:
        return next(each for each in self.shares if each.n == n)


def manifest_bytes(
    context: Context, *, replaces: str, chunks: int, length: int, root: bytes, key: str, shares: Sequence[Share],
    locks: Sequence[tuple[Sequence[int], bytes]], made_by: str, made_at: str, signer: bytes,
) -> bytes:  # fmt: skip
    """The bytes of a manifest."""
    return encode(
        asdict(context)
        | {
            "v": 1, "replaces": replaces, "chunk": CHUNK, "chunks": chunks, "length": length, "root": root.hex(), "key": key,
            "shares": [{"n": s.n, "commit": s.commit, "letter": to_base64(s.letter) if s.letter else ""} for s in shares],
            "groups": [{"of": list(of), "lock": to_base64(bar)} for of, bar in locks],
            "made_by": made_by, "made_at": made_at, "signer": to_base64(signer),
        }
    )  # fmt: skip


def read_manifest(raw: bytes) -> Manifest:
    """A manifest by its form alone; ``fits`` says whether it is of a rule. Raises Malformed."""
    value = fields(decode(raw), FORM, "投标清单")
    context = context_of(value, "投标清单")
    if value["v"] != 1 or context.suite not in SUITES or value["chunk"] != CHUNK:
        raise Malformed("投标清单: 未知版本、算法套件或分块大小")
    suite = SUITES[context.suite]
    chunks, length = value["chunks"], value["length"]
    if not 1 <= chunks <= MOST_CHUNKS or not (chunks - 1) * CHUNK < length <= chunks * CHUNK:
        raise Malformed("投标清单: 分块数与长度不符")
    if not is_digest(value["root"]) or not is_digest(value["key"]) or not (value["replaces"] == "" or is_digest(value["replaces"])):
        raise Malformed("投标清单: 摘要写法不符")
    shares = tuple(_share(each, suite) for each in value["shares"])
    locks = tuple(_lock(each) for each in value["groups"])
    signer = from_base64(value["signer"], suite.point_length, "投标人公钥")
    if not suite.is_point(signer):
        raise Malformed("投标清单: 投标人公钥不在曲线上")
    return Manifest(
        raw, context, value["replaces"], chunks, length, bytes.fromhex(value["root"]), value["key"], shares, locks,
        value["made_by"], value["made_at"], signer,
    )  # fmt: skip


def _share(value: Any, suite: Suite) -> Share:
    found = fields(value, {"n": int, "commit": str, "letter": str}, "投标清单份额")
    if not is_digest(found["commit"]):
        raise Malformed("投标清单份额: 承诺写法不符")
    own = found["n"] == BIDDER and found["letter"] == ""
    return Share(found["n"], found["commit"], None if own else from_base64(found["letter"], suite.letter_length, "信件"))


def _lock(value: Any) -> tuple[tuple[int, ...], bytes]:
    found = fields(value, {"of": list, "lock": str}, "投标清单锁")
    if any(type(n) is not int for n in found["of"]):
        raise Malformed("投标清单锁: 编号须为整数")
    return tuple(found["of"]), from_base64(found["lock"], KEY, "锁")


def fits(manifest: Manifest, rule: Rule) -> tuple[str, ...]:
    """Why the manifest is not one of this rule, in Chinese; empty when it is."""
    context, wrong = manifest.context, []
    if (context.tender, context.tender_version) != (rule.tender, rule.tender_version) or context.rule != rule.digest.hex():
        wrong.append("不是本项目本版本的开启规则")
    if context.envelope not in rule.envelopes:
        wrong.append("本项目没有这个信封")
    if context.suite != rule.suite.name:
        wrong.append("算法套件不是本项目的")
    numbers = ([BIDDER] if rule.bidder_half else []) + [each.n for each in rule.openers]
    if [each.n for each in manifest.shares] != numbers:
        wrong.append("份额与开启人不一致")
    if tuple(of for of, _ in manifest.locks) != rule.groups:
        wrong.append("锁与开启组不一致")
    return tuple(wrong)


@dataclass(frozen=True)
class Submission:
    """A submission as read: which manifests make up one version of a bid."""

    raw: bytes
    tender: str
    tender_version: int
    org: str
    bid: str
    bid_version: int
    manifests: tuple[str, ...]

    @property
    def digest(self) -> str:
        return sha256(self.raw).hex()


def submission_bytes(manifests: Sequence[Manifest]) -> bytes:
    """The submission of a version: its manifests in the order of the rule's envelopes."""
    context = manifests[0].context
    return encode(
        {
            "v": 1, "tender": context.tender, "tender_version": context.tender_version, "org": context.org, "bid": context.bid,
            "bid_version": context.bid_version, "manifests": [each.digest for each in manifests],
        }
    )  # fmt: skip


def read_submission(raw: bytes) -> Submission:
    """Raises Malformed."""
    form = {
        "v": int, "tender": str, "tender_version": int, "org": str, "bid": str, "bid_version": int, "manifests": list,
    }  # fmt: skip
    value = fields(decode(raw), form, "投标函")
    if value["v"] != 1 or not 1 <= len(value["manifests"]) <= 2 or not all(map(is_digest, value["manifests"])):
        raise Malformed("投标函: 版本或清单摘要不符")
    return Submission(
        raw, value["tender"], value["tender_version"], value["org"], value["bid"], value["bid_version"], tuple(value["manifests"])
    )


def submission_faults(submission: Submission, signature: bytes, manifests: Sequence[Manifest], rule: Rule) -> tuple[str, ...]:
    """Why this is not a bid's version under ``rule``, everything at once; empty when it is."""
    wrong = [f"{each.context.envelope}: {fault}" for each in manifests for fault in fits(each, rule)]
    if [each.context.envelope for each in manifests] != list(rule.envelopes):
        wrong.append("须为每个信封各交一份清单")
    if tuple(each.digest for each in manifests) != submission.manifests:
        wrong.append("清单与投标函所载不符")
    about = (submission.tender, submission.tender_version, submission.org, submission.bid, submission.bid_version)
    for each in manifests:
        c = each.context
        if (c.tender, c.tender_version, c.org, c.bid, c.bid_version) != about:
            wrong.append(f"{c.envelope}: 清单不属于这份投标")
    signers = {each.signer for each in manifests}
    if len(signers) != 1 or not rule.suite.is_signed(next(iter(signers)), "submission/1", submission.raw, signature):
        wrong.append("投标人签名无效")
    return tuple(wrong)
