"""Award 中标: the candidates in order, ties drawn from a published seed, the buyer's decision, the notice, each loser's own line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby

from kernel.lot import order_by_lot
from kernel.money import Fen
from kernel.refusal import BadInput, Finding
from procurement.documents import PriceForm, Tender
from procurement.scoring import RankedBid, Ranking


@dataclass(frozen=True)
class Candidate:
    """中标候选人: the order after a draw may differ from the rank, which several may share."""

    place: int
    bidder: str
    rank: int
    total: Decimal
    drawn: bool = False


@dataclass(frozen=True)
class Award:
    """中标结果 of one tender (or lot): who, for how much, as which candidate, and why the ones before it were passed over.

    amount    fen: the price as bid, never the adjusted one
    seed      of the draw, where a tie was drawn; "" otherwise
    """

    tender: str
    bidder: str
    amount: Fen
    place: int
    candidates: tuple[Candidate, ...]
    passed_over: Mapping[str, str]
    seed: str = ""
    lot: str = ""


def needs_draw(ranking: Ranking, tender: Tender) -> bool:
    """Whether a tie reaches the recommended candidates, so that lots must be drawn 随机抽取 (87号令 第五十七条, 第六十八条)."""
    return any(rank <= tender.award.candidates for rank in ranking.tied_ranks)


def candidates(ranking: Ranking, tender: Tender, seed: str = "") -> tuple[Candidate, ...]:
    """The recommended candidates in order. Tied ones are ordered by lot: SHA-256 of ``seed|ocid#rank|bidder``.

    This draw is the only lawful use of lots to choose a winner (财库〔2019〕38号). The same seed gives the same order.
    Raises BadInput when the procurement failed, marks must still be corrected, or a needed seed is missing.
    """
    problems = []
    if ranking.failed:
        problems.append(Finding("ranking", f"已废标: {ranking.reason}", cites="政府采购法 第三十六条"))
    if ranking.must_correct_before_signing:
        problems.append(Finding("flags", "评审报告签署前须先更正评分", cites="财政部令第87号 第六十四条"))
    if needs_draw(ranking, tender) and not seed.strip():
        problems.append(Finding("seed", "候选人并列, 须公布随机种子后抽取", cites="财政部令第87号 第六十八条"))
    if problems:
        raise BadInput(problems, "不能推荐中标候选人")
    ordered: list[Candidate] = []
    for rank, group in groupby(ranking.bids, key=lambda bid: bid.rank):
        bids = list(group)
        if len(bids) > 1:
            lots = order_by_lot(seed, f"{tender.ocid}#{rank}", [b.bidder for b in bids])
            bids.sort(key=lambda bid: lots.index(bid.bidder))
        ordered += [Candidate(len(ordered) + n, b.bidder, rank, b.shown, len(bids) > 1) for n, b in enumerate(bids, 1)]
    return tuple(ordered[: tender.award.candidates])


def decide(
    ranking: Ranking, tender: Tender, *, seed: str = "", passed_over: Mapping[str, str] | None = None
) -> Award:
    """确定中标人: the first candidate who was not passed over for a lawful reason (政府采购法实施条例 第四十三条, 第四十九条).

    passed_over   {bidder: reason}; only candidates before the winner, each with its reason
    Raises BadInput as ``candidates`` does, for a reason left empty, a stranger passed over, or nobody left.
    """
    order = candidates(ranking, tender, seed)
    given = dict(passed_over or {})
    problems = [
        Finding("passed_over", f"{bidder}不是中标候选人", have=bidder)
        for bidder in given
        if bidder not in {c.bidder for c in order}
    ]
    problems += [
        Finding("passed_over", f"不按排名次序确定中标人的, 须写明法定理由: {bidder}", cites="政府采购法实施条例 第四十三条")
        for bidder, reason in given.items()
        if not reason.strip()
    ]
    left = [c for c in order if c.bidder not in given]
    if not left:
        problems.append(Finding("passed_over", "没有剩余的中标候选人, 应当重新开展采购", cites="政府采购法实施条例 第四十九条"))
    if problems:
        raise BadInput(problems, "不能确定中标人")
    winner = left[0]
    behind = [bidder for bidder in given if next(c.place for c in order if c.bidder == bidder) > winner.place]
    if behind:
        raise BadInput(
            [Finding("passed_over", f"排在中标人之后的候选人无须说明理由: {'、'.join(behind)}")], "不能确定中标人"
        )
    drawn = seed if any(c.drawn for c in order) else ""
    return Award(tender.ocid, winner.bidder, amount_of(tender, ranking.bid(winner.bidder)), winner.place, order, given, drawn)


def amount_of(tender: Tender, bid: RankedBid) -> Fen:
    """The contract price of a bid: as written. For a discount rate it is the rate of the budget, half up to the fen."""
    if tender.price.form is PriceForm.DISCOUNT_RATE:
        budget = tender.budget or 0
        doubled = bid.price * budget * 2 + 1
        return int(doubled.numerator // (doubled.denominator * 2))
    return int(bid.price * 100)


# --- notice and letters ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ResultNotice:
    """中标结果公告: the fields of 87号令 第六十九条 (form headings from memory, 财办库〔2020〕50号)."""

    tender: str
    title: str
    buyer: str
    buyer_contact: str
    organiser: str
    organiser_contact: str
    winner: str
    winner_address: str
    amount: Fen
    total: Decimal
    subject: str
    scope: str
    period: str
    experts: tuple[str, ...]
    notice_ends: date | None = None
    attachments: tuple[str, ...] = ("招标文件",)
    draw: str = ""


def result_notice(
    tender: Tender, award: Award, ranking: Ranking, *, experts: Sequence[str], winner_name: str, winner_address: str,
    buyer_contact: str, organiser_contact: str = "", notice_ends: date | None = None, sme_statement: bool = False,
) -> ResultNotice:  # fmt: skip
    """The notice of the result. Raises BadInput listing every field that the article asks for and that is missing."""
    needed = {"winner_name": winner_name, "winner_address": winner_address, "buyer_contact": buyer_contact}
    problems = [
        Finding(field, f"公告缺少: {zh}", cites="财政部令第87号 第六十九条")
        for field, zh in (("winner_name", "中标人名称"), ("winner_address", "中标人地址"), ("buyer_contact", "采购人联系方式"))
        if not needed[field].strip()
    ]
    if not experts:
        problems.append(Finding("experts", "公告缺少: 评审专家名单", cites="财政部令第87号 第六十九条"))
    if problems:
        raise BadInput(problems, "中标结果公告不完整")
    attachments = ["招标文件"]
    if sme_statement:
        attachments.append("中小企业声明函")
    if award.passed_over:
        attachments.append("确定中标人的理由")
    term = tender.contract.term
    return ResultNotice(
        tender=tender.ocid, title=tender.title, buyer=tender.buyer, buyer_contact=buyer_contact,
        organiser=tender.organiser, organiser_contact=organiser_contact, winner=winner_name, winner_address=winner_address,
        amount=award.amount, total=ranking.bid(award.bidder).shown, subject=tender.title,
        scope="、".join(service.name for service in tender.requirement.services),
        period=f"自{tender.contract.term_from or '合同签订之日'}起{term}" if term else "",
        experts=tuple(experts), notice_ends=notice_ends, attachments=tuple(attachments),
        draw=f"候选人并列, 以公布的种子“{award.seed}”随机抽取" if award.seed else "",
    )  # fmt: skip


@dataclass(frozen=True)
class OwnResult:
    """What one bidder is told 告知: its own score and rank, or why it was invalid; nothing about the others."""

    bidder: str
    total: Decimal | None = None
    rank: int | None = None
    reason: str = ""
    cites: str = "财政部令第87号 第六十九条"


def own_result(ranking: Ranking, bidder: str) -> OwnResult:
    """The bidder's own line. Raises KeyError for one that did not bid."""
    if bidder in ranking.invalid:
        return OwnResult(bidder, reason=ranking.invalid[bidder])
    if ranking.failed:
        if bidder not in ranking.valid:
            raise KeyError(bidder)
        return OwnResult(bidder, reason=f"废标: {ranking.reason}", cites="政府采购法 第三十六条")
    bid = ranking.bid(bidder)
    return OwnResult(bidder, bid.shown, bid.rank)
