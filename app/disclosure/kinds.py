"""Kinds of public notice 公告类型, and the act that publishes each."""

from __future__ import annotations

from enum import StrEnum

from procurement.method import Method


class NoticeKind(StrEnum):
    """What a notice announces. The value stands in addresses and in the database."""

    TENDER = "tender"
    CORRECTION = "correction"
    AWARD = "award"
    UNSUCCESSFUL = "unsuccessful"
    TERMINATED = "terminated"
    CONTRACT = "contract"
    EVALUATION = "evaluation"

    @property
    def zh(self) -> str:
        return _WORDS[self][0]

    @property
    def cites(self) -> str:
        """The article that asks for this notice."""
        return _WORDS[self][1]

    @property
    def tone(self) -> str:
        """The shape of its tag: good, stop or info."""
        return _WORDS[self][2]

    def named(self, method: Method | None) -> str:
        """The notice's own name: who buys by consultation publishes no 招标公告, and nobody wins a 中标 there.

        >>> NoticeKind.TENDER.named(Method.CONSULTATION), NoticeKind.AWARD.named(Method.OPEN)
        ('竞争性磋商公告', '中标结果公告')
        """
        if method is None or method.is_tender:
            return self.zh
        return {NoticeKind.TENDER: f"{method.zh}公告", NoticeKind.AWARD: "成交结果公告"}.get(self, self.zh)


_WORDS = {
    NoticeKind.TENDER: ("招标公告", "财政部令第87号 第十三条", "info"),
    NoticeKind.CORRECTION: ("更正公告", "财政部令第87号 第二十七条", "warn"),
    NoticeKind.AWARD: ("中标结果公告", "财政部令第87号 第六十九条", "good"),
    NoticeKind.UNSUCCESSFUL: ("废标公告", "政府采购法 第三十六条", "stop"),
    NoticeKind.TERMINATED: ("终止公告", "财政部令第87号 第二十九条", "stop"),
    NoticeKind.CONTRACT: ("合同公告", "政府采购法实施条例 第五十条", "good"),
    NoticeKind.EVALUATION: ("评估结果公示", "民发〔2015〕88号", "info"),
}
