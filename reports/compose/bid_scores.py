"""Reviews, prices and scores of bids as the 评标报告 prints them, each number with its working."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import TypeVar

from kernel.points import exact_text, half_up, shortest_text
from procurement.committee import Committee
from procurement.documents import PriceForm, Tender
from procurement.opening import OpeningRecord
from procurement.qualification import Decision, Review, items_of
from procurement.scoring import Flag, FlagKind, RankedBid, Ranking
from reports.compose.wording import NONE, per_cent, points_text, value_text, weight_text
from reports.compose.working import equals, term
from reports.document import Align, Block, Column, Heading, ItemList, PageBreak, Paragraph, Row, RowKind, Table, Tone
from reports.numerals import chapter, section
from rubric.criterion import Rubric

RIGHT, CENTRE = Align.RIGHT, Align.CENTRE
BIDS_PER_TABLE = 5
T = TypeVar("T")


@dataclass(frozen=True)
class BidReportFacts:
    """All that the report tells.

    organisation   who organises the evaluation · evaluated_on, place: when and where the committee sat
    names          supplier by bidder id; where an id is missing it is printed itself
    decisions      of both reviews; conformity is the committee's, qualification the buyer's
    explanations   by bidder id: what was asked, answered and concluded in the low-price review
    clarifications what bidders were asked to clarify in writing, and answered
    dissents       member's name → reasons for not agreeing
    """

    number: str
    organisation: str
    day: date
    tender: Tender
    ranking: Ranking
    committee: Committee
    opening: OpeningRecord | None = None
    decisions: tuple[Decision, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    deductions: Mapping[str, Fraction] = field(default_factory=dict)
    evaluated_on: date | None = None
    place: str = ""
    media: tuple[str, ...] = ()
    explanations: Mapping[str, str] = field(default_factory=dict)
    clarifications: tuple[str, ...] = ()
    replacements: tuple[str, ...] = ()
    dissents: Mapping[str, str] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()

    def name(self, bidder: str) -> str:
        return self.names.get(bidder, bidder)


def price_text(facts: BidReportFacts, price: Fraction | None) -> str:
    """A price as written: money, or the rate; an adjusted price may have parts of a fen and is rounded for the eye."""
    if price is None:
        return NONE
    if facts.tender.price.form is PriceForm.DISCOUNT_RATE:
        return shortest_text(price)
    return f"¥{half_up(price, 2):,}"


# --- 五: the reviews ------------------------------------------------------------------------------------------------


def reviews(facts: BidReportFacts, number: int) -> tuple[Block, ...]:
    out: list[Block] = [Heading("资格审查和符合性审查", 1, chapter(number))]
    for place, review in enumerate(Review, 1):
        out += [Heading(review.zh, 2, section(place)), *_review(facts, review)]
    out.append(Heading("无效投标", 2, section(len(Review) + 1)))
    if not facts.ranking.invalid:
        return (*out, Paragraph("无。"))
    lines = tuple(Row((facts.name(bidder), reason), tone=Tone.LAW) for bidder, reason in facts.ranking.invalid.items())
    return (*out, Table((Column("投标人", 38), Column("原因", 62)), lines, "表#　无效投标及原因"))


def _review(facts: BidReportFacts, review: Review) -> tuple[Block, ...]:
    who = "采购人" if review is Review.QUALIFICATION else "评标委员会"
    made = [d for d in facts.decisions if d.review is review]
    sentence = Paragraph(f"由{who}逐项审查，结果如下。" if made else f"未附{who}逐项审查的记录。", cites=review.cites)
    if not made:
        return (sentence,)
    bidders = list(dict.fromkeys(d.bid for d in made))
    by = {(d.bid, d.item): d for d in made}
    out: list[Block] = [sentence]
    for some in _groups(bidders):
        lines = []
        for item in items_of(facts.tender, review):
            texts = tuple(_passed(by.get((bidder, item.number))) for bidder in some)
            lines.append(Row((item.number, item.text, *texts)))
        what = "审查内容" if review is Review.QUALIFICATION else "无效情形"
        each = (Column(facts.name(bidder), 52 / len(some), CENTRE) for bidder in some)
        columns = (Column("序号", 7, CENTRE), Column(what, 41), *each)
        out.append(Table(columns, tuple(lines), f"表#　{review.zh}", compact=True))
    failed = [f"{facts.name(d.bid)}第{d.item}项未通过：{d.reason}" for d in made if not d.passed]
    return (*out, *((ItemList(tuple(failed)),) if failed else ()))


def _passed(decision: Decision | None) -> str:
    if decision is None:
        return NONE
    return "通过" if decision.passed else "未通过"


# --- 六, 七: price and scores ---------------------------------------------------------------------------------------


def price_review(facts: BidReportFacts, number: int) -> tuple[Block, ...]:
    ranking = facts.ranking
    out: list[Block] = [Heading("价格评审", 1, chapter(number)), Heading("报价是否明显偏低的审查", 2, section(1))]
    low = [flag for flag in ranking.flags if flag.kind is FlagKind.LOW_PRICE]
    if not low:
        out.append(Paragraph("没有投标人的报价触发异常低价审查。", cites="财政部令第87号 第六十条"))
    for flag in low:
        said = facts.explanations.get(flag.bidder, "书面说明未附")
        verdict = "评标委员会接受其说明" if flag.accepted else "评标委员会不接受其说明，按无效投标处理"
        why = "、".join(trigger.zh for trigger in flag.triggers)
        out.append(Paragraph(f"{facts.name(flag.bidder)}：触发{why}。说明：{said}。{verdict}。", Tone.WARN, cites="财政部令第87号 第六十条"))
    out.append(Heading("价格分", 2, section(2)))
    if ranking.failed or ranking.base_price is None:
        return (*out, Paragraph("有效投标人不足，未计算价格分。", Tone.SOFT))
    base = ranking.base_price
    weight = facts.tender.price.weight or Fraction(0)
    lines = []
    for bid in ranking.bids:
        deduction = facts.deductions.get(bid.bidder, 1 - bid.adjusted_price / bid.price)
        working = f"{_plain(facts, base)}÷{_plain(facts, bid.adjusted_price)}×{term(weight)}{equals(bid.price_points, places=6)}"
        prices = (price_text(facts, bid.price), per_cent(deduction) if deduction else "无", price_text(facts, bid.adjusted_price))
        lines.append(Row((facts.name(bid.bidder), *prices, points_text(bid.price_points), working)))
    columns = (
        Column("投标人", 20), Column("报价", 14, RIGHT), Column("扣除", 7, RIGHT), Column("评标价", 14, RIGHT), Column("价格分", 9, RIGHT),
        Column("计算过程", 36),
    )  # fmt: skip
    text = f"评标基准价为{price_text(facts, base)}。价格扣除只用于评标，合同金额以报价为准。"
    return (*out, Paragraph(text, cites="财政部令第87号 第五十五条"), Table(columns, tuple(lines), "表#　价格分", compact=True))


def _plain(facts: BidReportFacts, price: Fraction) -> str:
    return price_text(facts, price).lstrip("¥")


def score_tables(facts: BidReportFacts, number: int) -> tuple[Block, ...]:
    head = Heading("评分情况", 1, chapter(number))
    rubric = facts.tender.rubric
    if facts.ranking.failed or rubric is None:
        return (head, Paragraph(f"{facts.ranking.reason}，未进行评分。", Tone.LAW, cites="政府采购法 第三十六条"))
    text = "评标委员会成员对每个投标人独立评价、打分，下表为全体成员评分的算术平均值；各成员的评分见附件。"
    out: list[Block] = [head, Paragraph(text, cites="财政部令第87号 第五十五条")]
    for some in _groups(facts.ranking.bids):
        lines: list[Row] = []
        for depth, criterion in rubric.walk():
            if criterion.price:
                continue
            first = ("　" * (depth - 1) + criterion.name, weight_text(criterion.weight))
            if criterion.is_leaf:
                lines.append(Row((*first, *(points_text(bid.leaf(criterion.id).mean) for bid in some))))
            else:
                sums = (sum((bid.leaf(leaf.id).mean for leaf in criterion.leaves()), Fraction(0)) for bid in some)
                lines.append(Row((*first, *map(points_text, sums)), RowKind.SUBTOTAL))
        prices = (points_text(bid.price_points) for bid in some)
        lines.append(Row(("价格", weight_text(facts.tender.price.weight), *prices), RowKind.SUBTOTAL))
        total = Row(("总分", "", *(str(b.shown) for b in some)))
        note = "各行分别四舍五入，总分以精确值计算，两者末位可能相差0.01。"
        out.append(Table(_bid_columns(facts, some, "评审因素"), tuple(lines), "表#　评分汇总", total, note, compact=True))
    return tuple(out)


def _groups(some: Sequence[T]) -> list[Sequence[T]]:
    """At most five a table, and tables of about the same width."""
    tables = -(-len(some) // BIDS_PER_TABLE)
    each = -(-len(some) // tables) if tables else 1
    return [some[start : start + each] for start in range(0, len(some), each)]


def _bid_columns(facts: BidReportFacts, some: Sequence[RankedBid], first: str) -> tuple[Column, ...]:
    share = 58 / len(some)
    return (Column(first, 32), Column("分值", 10, RIGHT), *(Column(facts.name(b.bidder), share, RIGHT) for b in some))


# --- 八: what the committee had to look at --------------------------------------------------------------------------


def flag_review(facts: BidReportFacts, number: int) -> tuple[Block, ...]:
    out: list[Block] = [Heading("评分的复核", 1, chapter(number))]
    flags = [flag for flag in facts.ranking.flags if flag.kind is not FlagKind.LOW_PRICE]
    text = "签署本报告前，对分值汇总计算错误、分项评分超出评分标准范围、客观评审因素评分不一致和评分畸高畸低四种情形进行了复核。"
    out.append(Paragraph(text, cites="财政部令第87号 第六十四条"))
    if not flags:
        return (*out, Paragraph("未发现上述情形。"))
    lines = []
    for flag in flags:
        where = (flag.kind.value, facts.name(flag.bidder), _expert(facts, flag), _part_name(facts.tender.rubric, flag.part))
        lines.append(Row((*where, _flag_text(flag)), tone=Tone.LAW if flag.kind.blocks else Tone.WARN))
    columns = (Column("情形", 22), Column("投标人", 22), Column("评委", 12), Column("评分点", 18), Column("情况及处理", 26))
    out.append(Table(columns, tuple(lines), "表#　复核发现的情形", compact=True))
    if facts.ranking.must_correct_before_signing:
        out.append(Paragraph("有须更正的情形，更正前不得签署评标报告。", Tone.LAW, cites="财政部令第87号 第六十四条"))
    return tuple(out)


def _expert(facts: BidReportFacts, flag: Flag) -> str:
    members = facts.committee.members
    if flag.expert is None:
        return NONE
    return members[flag.expert - 1].name if flag.expert <= len(members) else f"评委{flag.expert}"


def _part_name(rubric: Rubric | None, part: str) -> str:
    if rubric is None or not part:
        return part
    leaf = rubric.leaf_of(part)
    own = rubric.part(part).name
    return f"{leaf.name}（{own or part}）"


def _flag_text(flag: Flag) -> str:
    if flag.kind is FlagKind.INCONSISTENT:
        return f"填写{value_text(flag.entered)}分，其他成员为{value_text(flag.others)}分；按一致值计算，须更正"
    if flag.kind is FlagKind.OUT_OF_RANGE:
        return f"填写{value_text(flag.entered)}分，评分标准给不出此分；须更正"
    return f"评{value_text(flag.value)}分，与其他成员相差较大；由评标委员会认定，未作改动"


# --- 附件 -----------------------------------------------------------------------------------------------------------


def score_annexes(facts: BidReportFacts) -> tuple[Block, ...]:
    rubric, ranking = facts.tender.rubric, facts.ranking
    if ranking.failed or rubric is None:
        return ()
    out: list[Block] = [PageBreak(), Heading("评标委员会成员评分表", 1, "附件1　")]
    experts = max((len(leaf.points) for bid in ranking.bids for leaf in bid.leaves), default=1)
    members = facts.committee.members
    for expert in range(experts):
        name = members[expert].name if expert < len(members) else f"评委{expert + 1}"
        for some in _groups(ranking.bids):
            lines = []
            for leaf in rubric.leaves():
                texts = (points_text(_of_expert(bid.leaf(leaf.id).points, expert)) for bid in some)
                lines.append(Row((leaf.name, weight_text(leaf.weight), *texts)))
            sums = (sum((_of_expert(leaf.points, expert) for leaf in bid.leaves), Fraction(0)) for bid in some)
            total = Row(("合计（不含价格分）", "", *map(points_text, sums)))
            out.append(Table(_bid_columns(facts, some, "评审因素"), tuple(lines), f"表#　{name}的评分", total, compact=True))
    out += [Heading("总分的计算过程", 1, "附件2　")]
    lines = [Row((facts.name(bid.bidder), _working(bid, rubric))) for bid in ranking.bids]
    out.append(Table((Column("投标人", 26), Column("计算过程", 74)), tuple(lines), "表#　总分的计算过程", compact=True))
    return tuple(out)


def _of_expert(points: tuple[Fraction, ...], expert: int) -> Fraction:
    return points[expert] if len(points) > 1 else points[0]


def _working(bid: RankedBid, rubric: Rubric) -> str:
    terms = [f"{rubric.leaf(leaf.leaf).name} {term(leaf.mean)}" for leaf in bid.leaves]
    terms.append(f"价格分 {term(bid.price_points, 6)}")
    sum_ = "＋".join(terms)
    exact = equals(bid.total, *(leaf.mean for leaf in bid.leaves), bid.price_points, places=6)
    return f"{sum_}{exact}；精确值{exact_text(bid.total)}，列示为{bid.shown}"
