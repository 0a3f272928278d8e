"""Suppliers 供应商 (承接主体): who they are, the six conditions of 政府采购法 第二十二条, credit, and their standing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from kernel.credit_code import ALPHABET, check_character
from kernel.refusal import Finding


class SupplierKind(StrEnum):
    """What a supplier is in law. It decides who may supply at all, and who gets the SME price deduction."""

    SERVICE_AGENCY = "service_agency"  # 社会服务机构 (民办非企业单位)
    ASSOCIATION = "association"  # 社会团体
    FOUNDATION = "foundation"  # 基金会
    ENTERPRISE = "enterprise"  # 企业
    INSTITUTION_ONE = "institution_one"  # 公益一类事业单位
    INSTITUTION_TWO = "institution_two"  # 公益二类事业单位
    RURAL_COLLECTIVE = "rural_collective"  # 农村集体经济组织
    SELF_GOVERNING = "self_governing"  # 基层群众性自治组织
    SOLE_TRADER = "sole_trader"  # 个体工商户

    @property
    def zh(self) -> str:
        return _KIND_ZH[self]

    @property
    def is_enterprise(self) -> bool:
        """Whether SME support can reach it at all: enterprises and sole traders (财库〔2020〕46号 第二条)."""
        return self in (SupplierKind.ENTERPRISE, SupplierKind.SOLE_TRADER)


_KIND_ZH = {
    SupplierKind.SERVICE_AGENCY: "社会服务机构",
    SupplierKind.ASSOCIATION: "社会团体",
    SupplierKind.FOUNDATION: "基金会",
    SupplierKind.ENTERPRISE: "企业",
    SupplierKind.INSTITUTION_ONE: "公益一类事业单位",
    SupplierKind.INSTITUTION_TWO: "公益二类事业单位",
    SupplierKind.RURAL_COLLECTIVE: "农村集体经济组织",
    SupplierKind.SELF_GOVERNING: "基层群众性自治组织",
    SupplierKind.SOLE_TRADER: "个体工商户",
}


class Condition(StrEnum):
    """The six conditions of 政府采购法 第二十二条, each with the proof that 实施条例 第十七条 asks for."""

    LIABILITY = "liability"
    CREDIT_AND_ACCOUNTS = "credit_and_accounts"
    ABILITY = "ability"
    TAX_AND_INSURANCE = "tax_and_insurance"
    NO_MAJOR_VIOLATION = "no_major_violation"
    OTHER = "other"

    @property
    def zh(self) -> str:
        return _CONDITIONS[self][0]

    @property
    def proof(self) -> str:
        """What proves it."""
        return _CONDITIONS[self][1]


_CONDITIONS = {
    Condition.LIABILITY: ("具有独立承担民事责任的能力", "法人登记证书（社会服务机构为民办非企业单位登记证书）"),
    Condition.CREDIT_AND_ACCOUNTS: ("具有良好的商业信誉和健全的财务会计制度", "财务报告或者信用承诺函"),
    Condition.ABILITY: ("具有履行合同所必需的设备和专业技术能力", "设备和专业技术能力的证明材料"),
    Condition.TAX_AND_INSURANCE: ("有依法缴纳税收和社会保障资金的良好记录", "纳税和缴纳社会保障资金的材料或者信用承诺函"),
    Condition.NO_MAJOR_VIOLATION: ("参加政府采购活动前三年内在经营活动中没有重大违法记录", "书面声明"),
    Condition.OTHER: ("法律、行政法规规定的其他条件", "按规定提供"),
}


@dataclass(frozen=True)
class Proof:
    """What a supplier shows for one condition: the paper, until when it holds (None = no end), whether it is there."""

    condition: Condition
    paper: str
    held: bool = True
    valid_until: date | None = None


@dataclass(frozen=True)
class SpecialCondition:
    """A special condition 特定条件 of one tender (第二十二条第二款) and whether this supplier proves it."""

    text: str
    paper: str = ""
    held: bool = False


class CreditList(StrEnum):
    """The lists that bar a supplier 信用记录 (财库〔2016〕125号)."""

    DEFAULTER = "defaulter"
    TAX = "tax"
    PROCUREMENT = "procurement"
    SOCIAL_ORGANISATION = "social_organisation"

    @property
    def zh(self) -> str:
        return {
            "defaulter": "失信被执行人",
            "tax": "重大税收违法失信主体",
            "procurement": "政府采购严重违法失信行为记录名单",
            "social_organisation": "社会组织严重违法失信名单",
        }[self.value]

    @property
    def cites(self) -> str:
        return "民政部令第60号" if self is CreditList.SOCIAL_ORGANISATION else "财库〔2016〕125号"


@dataclass(frozen=True)
class CreditCheck:
    """One look-up: where, on which day, and on which lists the supplier itself stands.

    A listing of the legal representative as a person is not one of the organisation and does not belong here.
    """

    channel: str
    checked_on: date
    listed: tuple[CreditList, ...] = ()
    evidence: str = ""


@dataclass(frozen=True)
class Ban:
    """A ban from procurement 禁止参加政府采购活动, both days included."""

    starts: date
    ends: date
    reason: str = ""

    def holds(self, day: date) -> bool:
        return self.starts <= day <= self.ends


@dataclass(frozen=True)
class Standing:
    """履约记录: how one evaluation of one contract year ended. It belongs to procurement and is read by the next round.

    score   exact, on the scale of its rubric; shown as printed; kind: 立项评估, 中期绩效评估, 期末绩效评估 ...
    """

    supplier: str
    tender: str
    contract_year: int
    kind: str
    score: Fraction
    shown: str
    grade: str
    recorded_on: date


@dataclass(frozen=True)
class Supplier:
    """A supplier file 供应商档案."""

    name: str
    uscc: str
    kind: SupplierKind
    legal_representative: str = ""
    address: str = ""
    phone: str = ""
    registered_on: date | None = None
    proofs: tuple[Proof, ...] = ()
    special: tuple[SpecialCondition, ...] = ()
    credit: tuple[CreditCheck, ...] = ()
    bans: tuple[Ban, ...] = ()
    standings: tuple[Standing, ...] = ()
    small_or_micro: bool = False

    def proof_of(self, condition: Condition) -> Proof | None:
        return next((p for p in self.proofs if p.condition is condition), None)


# --- unified social credit code 统一社会信用代码 (GB 32100-2015) -------------------------------------------------------

_REGISTRARS = {
    SupplierKind.SERVICE_AGENCY: "52", SupplierKind.ASSOCIATION: "51", SupplierKind.FOUNDATION: "53",
    SupplierKind.ENTERPRISE: "91", SupplierKind.SOLE_TRADER: "92",
    SupplierKind.INSTITUTION_ONE: "12", SupplierKind.INSTITUTION_TWO: "12",
}  # fmt: skip


def uscc_findings(uscc: str, kind: SupplierKind | None = None) -> Iterable[Finding]:
    """What is wrong with a unified social credit code; nothing when it is sound. ``kind`` also checks its registrar."""
    code = uscc.strip().upper()
    bad = sorted({sign for sign in code if sign not in ALPHABET})
    if len(code) != 18 or bad:
        detail = f"含有不使用的字符 {'、'.join(bad)}" if bad and len(code) == 18 else f"现有{len(code)}位"
        yield Finding("uscc", f"统一社会信用代码须为18位数字和大写字母（不用 I、O、S、V、Z）, {detail}", have=uscc)
        return
    expected = check_character(code[:17])
    if code[17] != expected:
        yield Finding("uscc", "统一社会信用代码的校验码不符, 请核对有无抄写错误", have=code[17], need=expected)
    elif kind in _REGISTRARS and not code.startswith(_REGISTRARS[kind]):
        yield Finding("uscc", f"统一社会信用代码的登记机关和类别与“{kind.zh}”不符", have=code[:2], need=_REGISTRARS[kind])


# --- judging a file -----------------------------------------------------------------------------------------------------


def file_findings(supplier: Supplier) -> tuple[Finding, ...]:
    """What is wrong with the form of a file, before any tender is asked. Empty when it can be kept."""
    found = [] if supplier.name.strip() else [Finding("name", "请填写供应商名称")]
    return (*found, *uscc_findings(supplier.uscc, supplier.kind))


def qualification_findings(
    supplier: Supplier, on: date, special: Sequence[SpecialCondition] = (), channels: Sequence[str] = ()
) -> tuple[Finding, ...]:
    """Why the supplier would not qualify on the day ``on`` 资格条件; empty when it qualifies.

    special    the tender's own conditions, as this supplier answers them
    channels   the credit channels that the documents name; each must have been looked up no later than ``on``
    """
    found: list[Finding] = []
    if supplier.kind is SupplierKind.INSTITUTION_ONE:
        found.append(Finding("kind", "公益一类事业单位不得作为政府购买服务的承接主体", cites="财政部令第102号 第八条"))
    for condition in Condition:
        if condition is Condition.OTHER:
            continue
        proof = supplier.proof_of(condition)
        if proof is None or not proof.held:
            found.append(
                Finding(condition.value, f"未证明: {condition.zh}", cites="政府采购法 第二十二条", need=condition.proof)
            )
        elif proof.valid_until is not None and proof.valid_until < on:
            found.append(
                Finding(
                    condition.value, f"证明已过有效期: {condition.zh}", cites="政府采购法实施条例 第十七条",
                    have=proof.valid_until, need=f"{on}当日有效",
                )
            )  # fmt: skip
    found += [
        Finding(f"special.{n}", f"未证明特定条件: {item.text}", cites="政府采购法 第二十二条")
        for n, item in enumerate(special, 1)
        if not item.held
    ]
    found += [
        Finding("ban", f"处于禁止参加政府采购活动期间: {ban.reason}".rstrip(": "), cites="政府采购法实施条例 第十九条", have=ban.ends)
        for ban in supplier.bans
        if ban.holds(on)
    ]  # fmt: skip
    return (*found, *credit_findings(supplier, on, channels))


def credit_findings(supplier: Supplier, on: date, channels: Sequence[str] = ()) -> tuple[Finding, ...]:
    """What the credit check 信用查询 found, and the channels that were not looked up (财库〔2016〕125号)."""
    seen = [check for check in supplier.credit if check.checked_on <= on]
    found = [
        Finding("credit", f"被列入{which.zh}（{check.channel}, {check.checked_on}查询）", cites=which.cites)
        for check in seen
        for which in check.listed
    ]
    found += [
        Finding("credit", f"尚未在“{channel}”查询信用记录", cites="财库〔2016〕125号")
        for channel in channels
        if not any(check.channel == channel for check in seen)
    ]
    return tuple(found)


def sme_deduction_of(supplier: Supplier, offered: Fraction) -> Fraction:
    """The price deduction this supplier gets 价格扣除: ``offered`` for a small or micro enterprise, else 0.

    Social organisations and 事业单位 are no enterprises (财库〔2020〕46号 第二条): they get none, whatever they declare.
    """
    return offered if supplier.kind.is_enterprise and supplier.small_or_micro else Fraction(0)


def sme_findings(supplier: Supplier) -> tuple[Finding, ...]:
    """A statement 《中小企业声明函》 that its maker cannot make."""
    if supplier.small_or_micro and not supplier.kind.is_enterprise:
        return (
            Finding(
                "small_or_micro", f"{supplier.kind.zh}不是企业, 不能声明为小微企业, 不享受价格扣除",
                cites="财库〔2020〕46号 第二条",
            ),
        )  # fmt: skip
    return ()
