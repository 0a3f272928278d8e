"""Kinds 评估类型, parties 评估主体 and uses 结果应用: the words of evaluation, each with its Chinese and its article."""

from __future__ import annotations

from enum import StrEnum

from evaluation.subject import SubjectKind

NOTICE_88 = "民发〔2015〕88号"
ORDER_102 = "财政部令第102号 第二十一条"


class Kind(StrEnum):
    """Which evaluation 评估类型."""

    SELF = "self"
    APPRAISAL = "appraisal"
    SPOT_CHECK = "spot_check"
    MIDTERM = "midterm"
    FINAL = "final"
    COMPREHENSIVE = "comprehensive"

    @property
    def zh(self) -> str:
        return _KIND_ZH[self]

    @property
    def subject(self) -> SubjectKind:
        """What it evaluates: the applying agency, or a year of a contract."""
        return SubjectKind.AGENCY if self is Kind.APPRAISAL else SubjectKind.PROJECT_YEAR

    @property
    def decides(self) -> bool:
        """Whether its result may have consequences. A self-evaluation is heard, and decides nothing."""
        return self is not Kind.SELF

    @property
    def cites(self) -> str:
        return NOTICE_88 if self in {Kind.SELF, Kind.APPRAISAL, Kind.COMPREHENSIVE} else ORDER_102


_KIND_ZH = {
    Kind.SELF: "机构自评",
    Kind.APPRAISAL: "立项评估",
    Kind.SPOT_CHECK: "抽查评估",
    Kind.MIDTERM: "中期绩效评估",
    Kind.FINAL: "期末绩效评估",
    Kind.COMPREHENSIVE: "综合评估",
}


class Party(StrEnum):
    """Who evaluates 评估主体: the three that 民发〔2015〕88号 names together."""

    GOVERNMENT = "government"
    USERS = "users"
    PROFESSIONAL = "professional"

    @property
    def zh(self) -> str:
        return {"government": "政府部门", "users": "服务对象", "professional": "专业机构"}[self.value]


class Use(StrEnum):
    """What a result is used for 结果应用."""

    PAYMENT = "payment"
    RENEWAL = "renewal"
    STANDING = "standing"

    @property
    def zh(self) -> str:
        return {"payment": "合同结算", "renewal": "续签", "standing": "履约记录"}[self.value]
