"""评分汇总及排序: prices with their points, one sheet per expert, totals and ranks, all alive.

Blue cells hold prices as written and the points of the parts; every leaf, mean, price point, total, rounding and rank is
a formula. Bids that are out (无效投标) are listed with their reason and take no part in any of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from procurement.documents import PriceForm, Tender
from procurement.scoring import RankedBid, Ranking
from reports.compose import formulas
from reports.compose.formulas import at, column, exact, on
from reports.compose.score_workbook import number
from reports.document import Cell, Formula, Look, Sheet, Workbook
from rubric.aggregation import LeafMark
from rubric.criterion import Criterion, Rubric

PRICE_SHEET, SUMMARY = "价格分", "汇总排序"
_FIRST = 4  # the column of the first bidder on every sheet of points


@dataclass(frozen=True)
class BidWorkbookFacts:
    """The ranking to be recomputed. ``names``: supplier by bidder; ``experts``: their names in the order of the sheets."""

    tender: Tender
    ranking: Ranking
    organisation: str
    day: date
    experts: Sequence[str]
    names: Mapping[str, str] = field(default_factory=dict)
    deductions: Mapping[str, Fraction] = field(default_factory=dict)


def bid_workbook(facts: BidWorkbookFacts) -> Workbook:
    """The workbook of one evaluation of bids. Raises ValueError for a ranking that failed: nothing was scored."""
    rubric = facts.tender.rubric
    if rubric is None or facts.tender.price.weight is None or facts.ranking.failed:
        raise ValueError("没有评分结果, 不能生成评分工作簿")
    bids = _in_given_order(facts.ranking)
    names = formulas.sheet_names([SUMMARY, PRICE_SHEET, *(f"专家{n} {e}" for n, e in enumerate(facts.experts, 1))])
    experts = [_ExpertPage(name, rubric, bids, n, facts) for n, name in enumerate(names[2:])]
    pages = (_summary(rubric, bids, experts, facts), _prices(bids, facts), *(expert.page for expert in experts))
    return Workbook(f"{facts.tender.title}评分汇总及排序", facts.organisation, facts.day, pages)


def _in_given_order(ranking: Ranking) -> tuple[RankedBid, ...]:
    """Valid bids as they came, not as they were ranked: the order is a result here."""
    return tuple(ranking.bid(bidder) for bidder in ranking.valid)


def _heading(title: str, note: str, facts: BidWorkbookFacts) -> list[tuple[Cell | None, ...]]:
    return [
        (Cell(f"{facts.tender.title}　{title}", Look.TITLE),),
        (Cell(f"{facts.organisation}　{facts.day.isoformat()}　项目编号：{facts.tender.ocid}", Look.NOTE),),
        (Cell(note, Look.NOTE),),
        (),
    ]


def _name(facts: BidWorkbookFacts, bidder: str) -> str:
    return facts.names.get(bidder, bidder)


def _widths(bids: Sequence[RankedBid]) -> tuple[float, ...]:
    return (10.0, 38.0, 9.0, *[15.0] * len(bids))


# --- price ----------------------------------------------------------------------------------------------------------


def _prices(bids: Sequence[RankedBid], facts: BidWorkbookFacts) -> Sheet:
    weight = facts.tender.price.weight or Fraction(0)
    total = facts.tender.price.form is PriceForm.TOTAL
    note = "价格分＝评标基准价÷评标价×价格分值；评标基准价为有效投标中最低的评标价（财政部令第87号 第五十五条）。"
    rows = _heading("价格分", note, facts)
    rows.append((Cell("价格分值"), number(weight, Look.INPUT)))
    rows.append((Cell("评标基准价", Look.TOTAL), Cell(Formula(f"=MIN(D9:D{8 + len(bids)})"), Look.TOTAL, 2 if total else 6, thousands=total)))
    rows.append(())
    heads = ("投标人", "报价（元）" if total else "报价（折扣率）", "价格扣除", "评标价", "价格分")
    rows.append(tuple(Cell(head, Look.HEAD) for head in heads))
    places = 2 if total else 6
    for row, bid in enumerate(bids, 9):
        deduction = facts.deductions.get(bid.bidder, 1 - bid.adjusted_price / bid.price)
        rows.append(
            (
                Cell(_name(facts, bid.bidder)), Cell(bid.price, Look.INPUT, places, thousands=total), Cell(deduction, Look.INPUT, 2, per_cent=True),
                Cell(Formula(f"=B{row}*(1-C{row})"), Look.NUMBER, places, thousands=total), Cell(Formula(f"=$B$6/D{row}*$B$5"), Look.NUMBER, 6),
            )
        )  # fmt: skip
    if facts.ranking.invalid:
        rows += [(), (Cell("无效投标", Look.HEAD), Cell("原因", Look.HEAD))]
        rows += [(Cell(_name(facts, bidder)), Cell(reason)) for bidder, reason in facts.ranking.invalid.items()]
    return Sheet(PRICE_SHEET, tuple(rows), (38.0, 24.0, 12.0, 18.0, 14.0), "B9", "8:8")


# --- one expert -----------------------------------------------------------------------------------------------------


class _ExpertPage:
    """One expert's points of every valid bid; remembers the row of each leaf."""

    def __init__(self, name: str, rubric: Rubric, bids: Sequence[RankedBid], expert: int, facts: BidWorkbookFacts) -> None:
        self.name = name
        self.leaf_rows: dict[str, int] = {}
        self._bids, self._expert = bids, expert
        note = "蓝色单元格为各评分点得分（客观评审因素各专家一致）；评审因素得分＝评分点合计（以量程为限）×分值÷量程。"
        self._rows = _heading(f"评分表（{facts.experts[expert]}）", note, facts)
        heads = ("编号", "评审因素", "分值", *(_name(facts, bid.bidder) for bid in bids))
        self._rows.append(tuple(Cell(head, Look.HEAD) for head in heads))
        for depth, criterion in rubric.walk():
            if criterion.price:
                continue
            if criterion.is_leaf:
                self._leaf(criterion, depth)
            else:
                blanks = [Cell("", Look.GROUP)] * len(bids)
                label = Cell("　" * (depth - 1) + criterion.name, Look.GROUP)
                self._rows.append((Cell(criterion.id, Look.GROUP), label, number(criterion.weight, Look.GROUP), *blanks))
        self.page = Sheet(name, tuple(self._rows), _widths(bids), "D6", "5:5", landscape=len(bids) > 3)

    def _mark(self, bid: RankedBid, leaf: Criterion) -> LeafMark:
        marks = bid.leaf(leaf.id).marks
        return marks[self._expert] if len(marks) > 1 else marks[0]

    def _leaf(self, leaf: Criterion, depth: int) -> None:
        row = len(self._rows) + 1
        self.leaf_rows[leaf.id] = row
        marks = [self._mark(bid, leaf) for bid in self._bids]
        cells = [self._points(leaf, mark, row, _FIRST + n) for n, mark in enumerate(marks)]
        indent = "　" * (depth - 1)
        self._rows.append((Cell(leaf.id), Cell(indent + leaf.name, Look.TEXT), number(leaf.weight), *cells))
        for place, part in enumerate(leaf.parts):
            points = [number(mark.parts[place].points, Look.INPUT) for mark in marks]
            kind = "客观" if part.objective else "主观"
            label = f"{indent}　└ {part.name or part.note or part.id}（{kind}）"
            self._rows.append((Cell(part.id), Cell(label), Cell(""), *points))

    def _points(self, leaf: Criterion, mark: LeafMark, row: int, column_number: int) -> Cell:
        """The leaf's points from its parts below; a closed gate (前置条件) gives the engine's 0 as it is."""
        full = leaf.full or Fraction(0)
        cap = leaf.cap if leaf.cap is not None else full
        letter = column(column_number)
        expression = f"MIN({exact(cap)},SUM({letter}{row + 1}:{letter}{row + len(leaf.parts)}))"
        value = min(cap, sum((part.points or Fraction(0) for part in mark.parts), Fraction(0)))
        if leaf.floor is not None:
            expression, value = f"MAX({exact(leaf.floor)},{expression})", max(leaf.floor, value)
        if value != mark.sum:
            return Cell(mark.points, Look.NUMBER, 4)
        return Cell(Formula(f"={expression}*C{row}/{exact(full)}" if full else f"={expression}"), Look.NUMBER, 4)


# --- the summary ----------------------------------------------------------------------------------------------------


def _summary(rubric: Rubric, bids: Sequence[RankedBid], experts: Sequence[_ExpertPage], facts: BidWorkbookFacts) -> Sheet:
    places = facts.tender.award.decimals
    shown = 2 if places is None else places
    by = "精确总分" if places is None else f"四舍五入到{places}位的总分"
    note = f"各评审因素取{len(experts)}名专家的算术平均值；按{by}由高到低排序，得分相同的按报价由低到高（财政部令第87号 第五十七条）。"
    rows = _heading("评分汇总及排序", note, facts)
    rows.append(tuple(Cell(t, Look.HEAD) for t in ("编号", "评审因素", "分值", *(_name(facts, b.bidder) for b in bids))))
    columns = range(_FIRST, _FIRST + len(bids))
    tops: list[int] = []

    def write(criterion: Criterion, depth: int) -> int:
        row = len(rows) + 1
        label = "　" * (depth - 1) + criterion.name
        if criterion.is_leaf:
            cells = [_mean(experts, criterion.id, c) for c in columns]
            rows.append((Cell(criterion.id), Cell(label), number(criterion.weight), *cells))
            return row
        rows.append(())
        children = [write(child, depth + 1) for child in criterion.children if not child.price]
        sums = [Cell(Formula(f"=SUM({','.join(at(r, c) for r in children)})"), Look.GROUP, 4) for c in columns]
        rows[row - 1] = (Cell(criterion.id, Look.GROUP), Cell(label, Look.GROUP), number(criterion.weight, Look.GROUP), *sums)
        return row

    for criterion in rubric.criteria:
        if not criterion.price:
            tops.append(write(criterion, 1))
    price = len(rows) + 1
    points = [Cell(Formula(f"={on(PRICE_SHEET, f'$E${9 + n}')}"), Look.GROUP, 6) for n in range(len(bids))]
    rows.append((Cell("价格", Look.GROUP), Cell("价格分", Look.GROUP), number(facts.tender.price.weight, Look.GROUP), *points))
    total = price + 1
    sums = [Cell(Formula(f"=SUM({','.join(at(r, c) for r in (*tops, price))})"), Look.NUMBER, 8) for c in columns]
    full = Cell(Formula(f"=SUM({','.join(at(r, 3) for r in (*tops, price))})"), Look.NUMBER)
    rows.append((Cell(""), Cell("总分（未舍入）"), full, *sums))
    rounded = [Cell(Formula(f"={formulas.rounded(at(total, c), shown)}"), Look.TOTAL, shown) for c in columns]
    rows.append((Cell("", Look.TOTAL), Cell(f"总分（四舍五入，{shown}位小数）", Look.TOTAL), Cell("", Look.TOTAL), *rounded))
    counted = total if places is None else total + 1
    written = [Cell(Formula(f"={on(PRICE_SHEET, f'$B${9 + n}')}"), Look.NUMBER, 2, thousands=True) for n in range(len(bids))]
    rows.append((Cell(""), Cell("报价"), Cell(""), *written))
    ranks = [Cell(Formula(f"={_rank(counted, total + 2, c, columns)}"), Look.GRADE) for c in columns]
    rows.append((Cell("", Look.TOTAL), Cell("排名", Look.TOTAL), Cell("", Look.TOTAL), *ranks))
    return Sheet(SUMMARY, tuple(rows), _widths(bids), "D6", "5:5", landscape=len(bids) > 3)


def _mean(experts: Sequence[_ExpertPage], leaf: str, column_number: int) -> Cell:
    cells = ",".join(on(expert.name, at(expert.leaf_rows[leaf], column_number)) for expert in experts)
    return Cell(Formula(f"=AVERAGE({cells})"), Look.NUMBER, 4)


def _rank(total_row: int, price_row: int, column_number: int, columns: range) -> str:
    """1 + who has more points + who has the same and a lower price; so equals share a rank and the next one skips."""
    totals = formulas.fixed(total_row, columns.start, columns.stop - 1)
    prices = formulas.fixed(price_row, columns.start, columns.stop - 1)
    own, price = at(total_row, column_number), at(price_row, column_number)
    more = f"SUMPRODUCT((ROUND({totals},9)>ROUND({own},9))*1)"
    cheaper = f"SUMPRODUCT((ROUND({totals},9)=ROUND({own},9))*(ROUND({prices},9)<ROUND({price},9)))"
    return f"1+{more}+{cheaper}"
