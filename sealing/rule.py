"""The access rule 开启规则 of a tender: who may open together. Made before the tender is published, accepted by every opener.

Its SHA-256 goes into every bid; the first 130 bits are printed in the notice and compared there, which is what keeps a server
from slipping in a key of its own.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sealing.canonical import Malformed, decode, encode, fields, from_base64, sha256, to_base64
from sealing.suite import SUITES, Suite

MOST_GROUPS, MOST_OPENERS = 40, 16
ENVELOPES = (["all"], ["quality", "price"])
BIDDER = 0
"""Opener number 0 is the bidder itself, where the rule gives it a half."""


@dataclass(frozen=True)
class Opener:
    """开启人. identity: point of the signing key; keys: point of the tender key by envelope; sig: the opener's own over them."""

    n: int
    role: str
    org: str
    identity: bytes
    keys: Mapping[str, bytes]
    sig: bytes


@dataclass(frozen=True)
class Rule:
    """A rule as read. raw: its exact bytes; groups: openers that together suffice."""

    raw: bytes
    suite: Suite
    tender: str
    tender_version: int
    envelopes: tuple[str, ...]
    openers: tuple[Opener, ...]
    groups: tuple[tuple[int, ...], ...]
    bidder_half: bool
    window_minutes: int

    @property
    def digest(self) -> bytes:
        return sha256(self.raw)

    @property
    def fingerprint(self) -> str:
        """130 bits as 26 letters and digits, in groups of five and a last one of six: what is printed and compared."""
        text = base64.b32encode(self.digest).decode()[:26]
        return " ".join((text[:5], text[5:10], text[10:15], text[15:20], text[20:]))

    def opener(self, n: int) -> Opener:
        return next(each for each in self.openers if each.n == n)

    def suffices(self, present: set[int]) -> bool:
        """Whether some group is wholly present. The bidder's half is not counted: it comes from its recovery file."""
        return any(set(group) - {BIDDER} <= present for group in self.groups)


def keys_bytes(tender: str, tender_version: int, n: int, keys: Mapping[str, bytes]) -> bytes:
    """What an opener signs when it gives its tender keys."""
    points = {envelope: to_base64(point) for envelope, point in keys.items()}
    return encode({"keys": points, "n": n, "tender": tender, "tender_version": tender_version})


def rule_bytes(
    tender: str, tender_version: int, envelopes: list[str], openers: list[Opener], groups: list[list[int]],
    bidder_half: bool, window_minutes: int = 30,
) -> bytes:  # fmt: skip
    """The bytes of a rule."""
    listed = [
        {
            "n": each.n, "role": each.role, "org": each.org, "identity": to_base64(each.identity),
            "keys": {envelope: to_base64(point) for envelope, point in each.keys.items()}, "sig": to_base64(each.sig),
        }
        for each in openers
    ]  # fmt: skip
    return encode(
        {
            "v": 1, "tender": tender, "tender_version": tender_version, "envelopes": envelopes, "openers": listed,
            "groups": groups, "bidder_half": bidder_half, "window_minutes": window_minutes,
        }
    )  # fmt: skip


def read_rule(raw: bytes, suite: Suite = SUITES["P256-1"]) -> Rule:
    """A rule whose keys are on the curve and signed by their openers. Raises Malformed with everything wrong with it."""
    form = {
        "v": int, "tender": str, "tender_version": int, "envelopes": list, "openers": list, "groups": list,
        "bidder_half": bool, "window_minutes": int,
    }  # fmt: skip
    value = fields(decode(raw), form, "开启规则")
    if value["v"] != 1:
        raise Malformed("开启规则: 未知版本")
    openers = tuple(_opener(each, suite, value["envelopes"]) for each in value["openers"])
    rule = Rule(
        raw, suite, value["tender"], value["tender_version"], tuple(map(str, value["envelopes"])), openers,
        tuple(tuple(group) if isinstance(group, list) else () for group in value["groups"]), value["bidder_half"],
        value["window_minutes"],
    )  # fmt: skip
    wrong = list(_faults(rule, value))
    if wrong:
        raise Malformed(f"开启规则: {'；'.join(wrong)}")
    return rule


def _opener(value: Any, suite: Suite, envelopes: list[Any]) -> Opener:
    form = {"n": int, "role": str, "org": str, "identity": str, "keys": dict, "sig": str}
    found = fields(value, form, "开启人")
    points = {key: from_base64(text, suite.point_length, "开启人公钥") for key, text in found["keys"].items()}
    identity = from_base64(found["identity"], suite.point_length, "开启人身份公钥")
    if sorted(points) != sorted(map(str, envelopes)):
        raise Malformed("开启人: 每个信封须有一把公钥")
    return Opener(found["n"], found["role"], found["org"], identity, points, from_base64(found["sig"], 64, "开启人签名"))


def _faults(rule: Rule, value: Mapping[str, Any]) -> Any:
    numbers = [each.n for each in rule.openers]
    organisations = {each.n: each.org for each in rule.openers}
    if value["envelopes"] not in ENVELOPES:
        yield "信封须为 all, 或 quality 和 price"
    if not 2 <= len(numbers) <= MOST_OPENERS or numbers != list(range(1, len(numbers) + 1)):
        yield f"开启人须有 2 至 {MOST_OPENERS} 名, 自 1 起连续编号"
    if not 1 <= len(rule.groups) <= MOST_GROUPS or len(set(rule.groups)) != len(rule.groups):
        yield f"开启组须有 1 至 {MOST_GROUPS} 个, 不得重复"
    if not 5 <= rule.window_minutes <= 240 or rule.tender_version < 1 or not rule.tender:
        yield "解密时限须为 5 至 240 分钟, 项目和版本须写明"
    for group in rule.groups:
        people = [n for n in group if n != BIDDER]
        if list(group) != sorted(set(group)) or any(type(n) is not int for n in group) or not set(people) <= set(numbers):
            yield f"开启组 {list(group)} 的编号不合规"
        elif len(people) < 2 or len({organisations[n] for n in people}) < 2:
            yield f"开启组 {list(group)} 须有不同单位的两人以上"
        if (BIDDER in group) is not rule.bidder_half:
            yield f"开启组 {list(group)} 与投标人份额的约定不符"
    for each in rule.openers:
        if not rule.suite.is_point(each.identity) or not all(map(rule.suite.is_point, each.keys.values())):
            yield f"开启人 {each.n} 的公钥不在曲线上"
        elif not rule.suite.is_signed(
            each.identity, "tender-key/1", keys_bytes(rule.tender, rule.tender_version, each.n, each.keys), each.sig
        ):
            yield f"开启人 {each.n} 的公钥没有本人签名"
    if len({point for each in rule.openers for point in (each.identity, *each.keys.values())}) != len(numbers) * (
        1 + len(rule.envelopes)
    ):
        yield "公钥不得重复使用"


def accepted(suite: Suite, identity: bytes, rule: bytes, signature: bytes) -> bool:
    """Whether the opener with this identity accepted the rule of these bytes."""
    return suite.is_signed(identity, "rule/1", sha256(rule), signature)


def accept(suite: Suite, private: bytes, rule: bytes) -> bytes:
    """An opener's acceptance: its signature over the rule's hash."""
    return suite.sign(private, "rule/1", sha256(rule))


