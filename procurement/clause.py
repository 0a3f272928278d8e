"""Forbidden factors 不得作为资格条件或者评审因素: words in conditions and scoring tables that the law names or that need a look.

A match is a place to look at, found by words alone. What the texts forbid by name binds; what is forbidden only where it
is aimed at somebody (place, honours, rating grades) warns.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from kernel.refusal import Finding


@dataclass(frozen=True)
class Factor:
    """One kind of clause: what it looks like, why not, by which article, and whether it binds."""

    pattern: re.Pattern[str]
    zh: str
    cites: str
    binding: bool = True


def _factor(pattern: str, zh: str, cites: str, binding: bool = True) -> Factor:
    return Factor(re.compile(pattern), zh, cites, binding)


FACTORS = (
    _factor(
        r"注册资本|注册资金|开办资金|资产总额|营业收入|从业人员|利润|纳税额",
        "不得将注册资本、资产总额、营业收入、从业人员、利润、纳税额等规模条件作为资格要求或者评审因素", "财政部令第87号 第十七条",
    ),
    _factor(
        r"(经营|成立|注册|执业)(年限|时间)|(成立|注册|经营)(满|不少于|超过)?[一二三四五六七八九十\d]+年",
        "不得以经营年限、成立年限作为资格要求或者评审因素", "财库〔2020〕46号 第五条；财库〔2019〕38号",
    ),
    _factor(r"股权结构|所有制|投资者国别", "不得以股权结构、所有制形式等限制供应商", "财库〔2020〕46号 第五条；财库〔2019〕38号"),
    _factor(r"抽签|摇号|抓阄", "不得以抽签、摇号、抓阄方式确定中标人", "财库〔2019〕38号"),
    _factor(r"备选库|名录库|资格库|入库供应商", "不得将入围备选库、名录库、资格库作为参加条件", "财库〔2019〕38号"),
    _factor(
        r"(本[市区县省]|当地|[^\s,，、;；]{2,3}[市区县])(内|设有)?[^,，。;；]{0,4}(网点|分支机构|分公司|办事处|服务机构)|服务网点",
        "以本地网点、分支机构评分可能构成差别待遇; 民办非企业单位依法不得设立分支机构",
        "政府采购法实施条例 第二十条；民办非企业单位登记管理暂行条例 第十三条", False,
    ),
    _factor(
        r"社会组织(等级)?评估(等级)?|评估等级\s*[1-5一二三四五]A|[1-5]A级",
        "以社会组织评估等级评分, 等级由各地评定, 可能构成以特定区域奖项加分", "政府采购法实施条例 第二十条", False,
    ),
    _factor(
        r"([区县市省]级|国家级).{0,6}(奖|荣誉|表彰|称号)|(奖项|荣誉|表彰).{0,8}[区县市省]级",
        "以特定行政区域或者特定行业的奖项加分须有依据", "政府采购法实施条例 第二十条", False,
    ),
    _factor(r"社保证明|缴纳社保.{0,6}月", "要求若干个月社保证明的, 须与履行合同有关, 不得变相限制新成立的机构", "财库〔2019〕38号", False),
)  # fmt: skip
"""Rule sheet section 11: what is forbidden by name binds, what was only seen in real tenders warns."""


def factors_in(text: str) -> Iterable[Factor]:
    """The forbidden or doubtful factors that ``text`` names."""
    return (factor for factor in FACTORS if factor.pattern.search(text))


def clause_findings(texts: Iterable[tuple[str, str]]) -> tuple[Finding, ...]:
    """Findings of (place, text) pairs: one per place and kind of factor."""
    found: dict[tuple[str, str], Finding] = {}
    for place, text in texts:
        for factor in factors_in(text):
            finding = Finding(place, factor.zh, factor.cites, have=text, binding=factor.binding)
            found.setdefault((place, factor.zh), finding)
    return tuple(found.values())
