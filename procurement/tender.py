"""The tender 采购项目: its facts, and the table of what may happen to it, each step with its article."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from kernel.lifecycle import Lifecycle, Step
from kernel.refusal import Finding
from kernel.role import Role
from law.rule import rule
from procurement.documents import Tender
from procurement.method import Method
from procurement.publication import (
    PUBLICATION,
)
from procurement.reading import read_tender
from procurement.stage import Progress, Stage

__all__ = ["TENDER", "Progress", "Stage", "Tender", "read_tender"]


def _fewest(tender: Tender) -> int:
    return (tender.method or Method.OPEN).min_suppliers


@rule(zh="投标截止时间已到", cites="财政部令第87号 第三十三条")
def the_deadline_has_passed(tender: Tender, law: Any) -> Finding | None:
    """Time alone closes a tender; ``progress.at`` is the moment of the act."""
    at = tender.progress.at
    if tender.bids_close is None or at is None or at < tender.bids_close:
        return Finding("bids_close", have=at, need=tender.bids_close)
    return None


@rule(zh="开标应当在招标文件确定的提交投标文件截止时间的同一时间进行", cites="财政部令第87号 第三十九条")
def it_is_opened_at_the_deadline(tender: Tender, law: Any) -> Finding | None:
    """Not a moment earlier; the hall may need minutes, so later is no ground to refuse."""
    at = tender.progress.at
    if tender.opens is None or at is None or at < tender.opens:
        return Finding("opening_at", have=at, need=tender.opens)
    return None


@rule(zh="投标人不足三家的, 不得开标", cites="财政部令第87号 第四十一条", id="87-39/41")
def enough_bids_for_an_opening(tender: Tender, law: Any) -> Finding | None:
    """不足 excludes the number: two are too few, three are enough."""
    have, need = tender.progress.bids, _fewest(tender)
    return None if have is not None and have >= need else Finding("progress.bids", have=have, need=need)


@rule(zh="合格投标人不足三家的, 不得评标", cites="财政部令第87号 第四十四条", id="87-44")
def enough_qualified_bids(tender: Tender, law: Any) -> Finding | None:
    """Counted after the buyer's qualification review."""
    have, need = tender.progress.qualified, _fewest(tender)
    return None if have is not None and have >= need else Finding("progress.qualified", have=have, need=need)


@rule(zh="每份投标文件都应当作出资格审查结论", cites="财政部令第87号 第四十四条", id="87-44")
def every_bid_was_reviewed(tender: Tender, law: Any) -> Finding | None:
    """A bid without a conclusion is neither in nor out."""
    have, need = tender.progress.reviewed, tender.progress.bids
    return None if have is not None and have == need else Finding("progress.reviewed", have=have, need=need)


@rule(zh="评标委员会成员应当对每个投标人独立评价、打分并签字", cites="财政部令第87号 第五十五条", id="87-55b")
def every_sheet_is_signed(tender: Tender, law: Any) -> Finding | None:
    """All sheets, by all members."""
    have, need = tender.progress.sheets_signed, tender.progress.sheets_due
    return None if need and have == need else Finding("progress.sheets_signed", have=have, need=need)


@rule(zh="有效投标人不足三家的, 应予废标", cites="政府采购法 第三十六条", id="L-36")
def enough_valid_bids(tender: Tender, law: Any) -> Finding | None:
    """Counted after conformity and price review."""
    have, need = tender.progress.valid, max(_fewest(tender), tender.award.min_valid)
    return None if have is not None and have >= need else Finding("progress.valid", have=have, need=need)


@rule(zh="投标截止后投标人不足三家的, 应予废标", cites="政府采购法 第三十六条", id="L-36")
def too_few_bids(tender: Tender, law: Any) -> Finding | None:
    """Failing needs its ground: a tender with enough bids goes on."""
    have, need = tender.progress.bids, _fewest(tender)
    if have is not None and have < need:
        return None
    return Finding("progress.bids", "投标人并未少于法定家数, 不能以此为由废标", have=have, need=f"少于{need}")


@rule(zh="资格审查合格的投标人不足三家的, 应予废标", cites="财政部令第87号 第四十三条", id="87-43")
def too_few_qualified(tender: Tender, law: Any) -> Finding | None:
    """The branch after qualification."""
    have, need = tender.progress.qualified, _fewest(tender)
    if have is not None and have < need:
        return None
    return Finding("progress.qualified", "合格投标人并未少于法定家数, 不能以此为由废标", have=have, need=f"少于{need}")


@rule(zh="符合性审查后有效投标人不足三家的, 应予废标", cites="财政部令第87号 第四十三条", id="87-43")
def too_few_valid(tender: Tender, law: Any) -> Finding | None:
    """The branch after conformity review, also while experts score."""
    have, need = tender.progress.valid, max(_fewest(tender), tender.award.min_valid)
    if have is not None and have < need:
        return None
    return Finding("progress.valid", "有效投标人并未少于法定家数, 不能以此为由废标", have=have, need=f"少于{need}")


@rule(zh="应当写明理由并告知全部投标人", cites="政府采购法 第三十六条")
def a_reason_is_given(tender: Tender, law: Any) -> Finding | None:
    """The reason goes into the notice."""
    return None if tender.progress.reason.strip() else Finding("reason")


@rule(zh="采购任务取消且属重大变故的, 方可终止招标", cites="财政部令第87号 第二十九条", id="87-29")
def a_major_reason_is_given(tender: Tender, law: Any) -> Finding | None:
    """Whether it is major is the buyer's to answer for; that it is written down is ours to see to."""
    return None if tender.progress.reason.strip() else Finding("reason")


def nothing_is_outstanding(tender: Tender, law: Any) -> Iterable[Finding]:
    """What the module of this step found (committee, scoring flags, award, contract) stands in its way."""
    return tender.progress.outstanding


# fmt: off
TENDER = Lifecycle(
    "采购项目",
    # from, act, to, who
    #    what must hold, written in, zh
    Step(Stage.DRAFT,     "publish",        Stage.TENDERING,    Role.BUYER,
         PUBLICATION, "财政部令第87号 第十三条", "发布招标公告"),
    Step(Stage.TENDERING, "terminate",      Stage.TERMINATED,   Role.BUYER,
         (a_major_reason_is_given,), "财政部令第87号 第二十九条", "终止采购"),
    Step(Stage.TENDERING, "close",          Stage.CLOSED,       Role.CLOCK,
         (the_deadline_has_passed,), "财政部令第87号 第三十三条", "投标截止"),
    Step(Stage.CLOSED,    "open",           Stage.OPENED,       Role.BUYER,
         (it_is_opened_at_the_deadline, enough_bids_for_an_opening), "财政部令第87号 第三十九条", "开标"),
    Step(Stage.CLOSED,    "fail",           Stage.UNSUCCESSFUL, (Role.BUYER, Role.CLOCK),
         (too_few_bids,), "财政部令第87号 第四十三条", "废标"),
    Step(Stage.OPENED,    "qualify",        Stage.QUALIFIED,    Role.BUYER,
         (every_bid_was_reviewed, enough_qualified_bids), "财政部令第87号 第四十四条", "完成资格审查"),
    Step(Stage.OPENED,    "fail",           Stage.UNSUCCESSFUL, Role.BUYER,
         (too_few_qualified, a_reason_is_given), "财政部令第87号 第四十三条", "废标"),
    Step(Stage.QUALIFIED, "form_committee", Stage.COMMITTEE,    Role.BUYER,
         (nothing_is_outstanding,), "财政部令第87号 第四十七条", "组建评标委员会"),
    Step(Stage.COMMITTEE, "score",          Stage.SCORED,       (Role.BUYER, Role.EXPERT),
         (every_sheet_is_signed,), "财政部令第87号 第五十五条", "完成评分"),
    Step(Stage.COMMITTEE, "fail",           Stage.UNSUCCESSFUL, Role.BUYER,
         (too_few_valid, a_reason_is_given), "财政部令第87号 第四十三条", "废标"),
    Step(Stage.SCORED,    "rank",           Stage.RANKED,       (Role.BUYER, Role.EXPERT),
         (enough_valid_bids, nothing_is_outstanding), "财政部令第87号 第五十七条", "推荐中标候选人"),
    Step(Stage.SCORED,    "fail",           Stage.UNSUCCESSFUL, Role.BUYER,
         (too_few_valid, a_reason_is_given), "财政部令第87号 第四十三条", "废标"),
    Step(Stage.RANKED,    "award",          Stage.AWARDED,      Role.BUYER,
         (nothing_is_outstanding,), "财政部令第87号 第六十八条", "确定中标人并公告"),
    Step(Stage.AWARDED,   "next_candidate", Stage.RANKED,       Role.BUYER,
         (a_reason_is_given,), "政府采购法实施条例 第四十九条", "中标人拒签, 转下一候选人"),
    Step(Stage.AWARDED,   "sign_contract",  Stage.CONTRACTED,   Role.BUYER,
         (nothing_is_outstanding,), "财政部令第87号 第七十一条", "签订合同"),
)
# fmt: on
