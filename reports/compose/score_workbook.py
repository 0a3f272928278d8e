"""评分表与汇总: one sheet per rater, and a summary in which every mean, share, total, rounding and grade is alive.

What people marked stands in blue cells as points; everything else is a formula. Whoever changes a blue cell sees what
follows; whoever changes none gets the engine's totals, to the last place shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from reports.compose import formulas
from reports.compose.formulas import NOT_APPLICABLE, at, exact
from reports.compose.wording import value_text
from reports.compose.year_score import YearStage, year_sheet
from reports.document import Cell, Formula, Look, Workbook
from reports.document import Sheet as WorkbookSheet
from rubric.aggregation import LeafMark, Line, Score
from rubric.criterion import Beyond, Criterion, Mean, NotApplicableRule, Part, Rubric
from rubric.grade import GradeScale
from rubric.sheet import Sheet


@dataclass(frozen=True)
class WorkbookFacts:
    """What the workbook is headed with. ``names``: what a rater's key is called; a missing one is printed as it is.

    year   the evaluations that the year's score is folded from, this one last; empty where it stands alone
    """

    title: str
    organisation: str
    day: date
    names: Mapping[str, str] = field(default_factory=dict)
    year: tuple[YearStage, ...] = ()


def score_workbook(rubric: Rubric, sheets: Sequence[Sheet], score: Score, facts: WorkbookFacts) -> Workbook:
    """The workbook of one evaluation. ``score`` must be the engine's fold of ``sheets`` by ``rubric``."""
    stages = score.stages or (("", Fraction(1), score),)
    wanted = [f"汇总 {stage}".strip() for stage, _, _ in stages]
    raters = [(stage, mark) for stage, _, staged in stages for mark in _raters(staged)]
    wanted += [f"{n:02d} {stage} {facts.names.get(m.rater, m.rater)}" for n, (stage, m) in enumerate(raters, 1)]
    names = formulas.sheet_names((["总汇总"] if score.stages else []) + wanted)
    overview = names.pop(0) if score.stages else ""
    summary_names, rater_names = names[: len(stages)], names[len(stages) :]

    pages: list[WorkbookSheet] = []
    summaries: list[_Summary] = []
    for number, (stage, _, staged) in enumerate(stages):
        rater_pages = []
        for name, (of_stage, mark) in zip(rater_names, raters, strict=True):
            if of_stage == stage:
                own = next((s for s in sheets if s.rater == mark.rater and (s.stage or "") in (stage, "")), None)
                rater_pages.append(_RaterPage(name, rubric, staged, mark.rater, mark.party, own, facts))
        summary = _Summary(summary_names[number], rubric, staged, rater_pages, facts, stage)
        summaries.append(summary)
        pages += [summary.page, *(page.page for page in rater_pages)]
    if score.stages:
        pages.insert(0, _overview(overview, rubric, score, summaries, facts))
    last = overview or summaries[0].name
    if facts.year and rubric.total is not None:
        grade = _grade_cell("B5", "A1", rubric, score) if not score.vetoes else Cell(Formula(f"={formulas.on(last, '$B$6')}"), Look.GRADE)
        own, (folded,) = formulas.on(last, "$B$11"), formulas.sheet_names(["年度得分"])
        pages.insert(0, year_sheet(folded, facts.title, facts.year, rubric.total, rubric.places, own, rubric.total, grade))
        last = folded
    named = {"最终得分": formulas.on(last, "$B$5"), "等级": formulas.on(last, "$B$6")}
    return Workbook(facts.title, facts.organisation, facts.day, tuple(pages), named)


def _raters(score: Score) -> list[LeafMark]:
    """One mark per rater, raters of a party side by side, in the order in which the sheets were folded."""
    seen: dict[str, LeafMark] = {}
    for line in score.leaf_lines():
        for mark in line.marks:
            seen.setdefault(mark.rater, mark)
    parties = list(dict.fromkeys(mark.party for mark in seen.values()))
    return sorted(seen.values(), key=lambda mark: parties.index(mark.party))


# --- one rater ------------------------------------------------------------------------------------------------------

_RATER_COLUMNS = (("编号", 11), ("评分指标", 40), ("分值", 9), ("量程", 9), ("评分", 22), ("得分", 11), ("折合得分", 11), ("说明", 40))


class _RaterPage:
    """One rater's sheet; remembers in which cell each leaf's points stand."""

    def __init__(
        self, name: str, rubric: Rubric, score: Score, rater: str, party: str | None, sheet: Sheet | None, facts: WorkbookFacts
    ) -> None:
        self.name, self.rater, self.party = name, rater, party
        self.leaf_cells: dict[str, str] = {}
        self._rubric, self._sheet = rubric, sheet
        who = facts.names.get(rater, rater)
        self._rows: list[tuple[Cell | None, ...]] = [
            (Cell(f"{facts.title}　评分表", Look.TITLE),),
            (Cell("　".join(filter(None, [f"评分人：{who}", party and f"评估主体：{party}", facts.organisation])), Look.NOTE),),
            (Cell("蓝色单元格为评分人给出的分值；其余为公式。量程为该项满分刻度，折合得分＝得分×分值÷量程。", Look.NOTE),),
            tuple(Cell(title, Look.HEAD) for title, _ in _RATER_COLUMNS),
        ]
        marks = {line.id: mark for line in score.leaf_lines() for mark in line.marks if mark.rater == rater}
        for depth, criterion in rubric.walk():
            if not criterion.is_leaf:
                if any(leaf.id in marks for leaf in criterion.leaves()):
                    self._group(criterion, depth)
            elif criterion.id in marks:
                self._leaf(criterion, marks[criterion.id], depth)
        widths = tuple(width for _, width in _RATER_COLUMNS)
        self.page = WorkbookSheet(name, tuple(self._rows), widths, "C5", "4:4", landscape=True)

    def _group(self, criterion: Criterion, depth: int) -> None:
        weight = number(criterion.weight, Look.GROUP)
        label = Cell("　" * (depth - 1) + criterion.name, Look.GROUP)
        filler = [Cell("", Look.GROUP)] * 5
        self._rows.append((Cell(criterion.id, Look.GROUP), label, weight, *filler))

    def _leaf(self, leaf: Criterion, mark: LeafMark, depth: int) -> None:
        row = len(self._rows) + 1
        single = len(leaf.parts) == 1
        weight, scale = number(leaf.weight), number(leaf.full)
        value = value_text(mark.parts[0].value) if single else ""
        if single:
            got = self._input(mark.parts[0].points)
        elif leaf.veto is not None and not leaf.weight:
            got = Cell("不计分", Look.TEXT)
        else:
            got = self._sum_of_parts(leaf, mark, row)
        why = self._why(leaf.parts[0], mark.parts[0].note) if single else ""
        note = "；".join(dict.fromkeys(filter(None, [mark.note, why])))
        indent = "　" * (depth - 1)
        self._rows.append(
            (Cell(leaf.id), Cell(indent + leaf.name), weight, scale, Cell(value), got, self._points(leaf, mark, row), Cell(note))
        )
        self.leaf_cells[leaf.id] = f"$G${row}"
        if not single:
            blank = Cell("")
            for part, points in zip(leaf.parts, mark.parts, strict=True):
                name = Cell(indent + "　└ " + (part.name or part.note or part.id), Look.TEXT)
                shown = Cell(value_text(points.value))
                why = self._why(part, points.note)
                self._rows.append((Cell(part.id), name, blank, blank, shown, self._input(points.points), blank, Cell(why)))

    def _input(self, points: Fraction | None) -> Cell:
        return Cell(NOT_APPLICABLE, Look.INPUT) if points is None else number(points, Look.INPUT)

    def _why(self, part: Part, note: str) -> str:
        mark = self._sheet.marks.get(part.id) if self._sheet else None
        reason = mark.reason if mark and mark.reason not in note else ""
        evidence = "佐证：" + "、".join(e.name for e in mark.evidence) if mark and mark.evidence else ""
        return "；".join(filter(None, [note, reason, evidence]))

    def _sum_of_parts(self, leaf: Criterion, mark: LeafMark, row: int) -> Cell:
        """The leaf's points on its own scale, from the part cells below; as the engine, or the engine's value itself."""
        if mark.sum is None:
            return Cell(NOT_APPLICABLE, Look.NUMBER)
        cells = f"F{row + 1}:F{row + len(leaf.parts)}"
        expression, value = f"SUM({cells})", sum((p.points for p in mark.parts if p.points is not None), Fraction(0))
        lost = sum((p.rule.high or Fraction(0) for p, m in zip(leaf.parts, mark.parts, strict=True) if m.points is None and p.rule), Fraction(0))
        full, treatment = leaf.full or Fraction(0), self._rubric.folding.not_applicable
        if lost and treatment is NotApplicableRule.FULL_POINTS:
            expression, value = f"{expression}+{exact(lost)}", value + lost
        elif 0 < lost < full and treatment is NotApplicableRule.RESCALE:
            expression, value = f"{expression}*{exact(full)}/{exact(full - lost)}", value * full / (full - lost)
        cap = leaf.cap if leaf.cap is not None else full
        expression, value = f"MIN({exact(cap)},{expression})", min(cap, value)
        if leaf.floor is not None:
            expression, value = f"MAX({exact(leaf.floor)},{expression})", max(leaf.floor, value)
        return Cell(Formula(f"={expression}") if value == mark.sum else mark.sum, Look.NUMBER, 4)

    def _points(self, leaf: Criterion, mark: LeafMark, row: int) -> Cell:
        if leaf.veto is not None and not leaf.weight:
            return Cell("不计分", Look.TEXT)
        cell, full = f"F{row}", leaf.full or Fraction(0)
        expression = cell
        if len(leaf.parts) == 1:
            cap = leaf.cap if leaf.cap is not None else full
            expression = f"MIN({exact(cap)},{cell})"
            if leaf.floor is not None:
                expression = f"MAX({exact(leaf.floor)},{expression})"
            value = mark.parts[0].points
            if value is not None and mark.sum is not None:
                value = max(min(cap, value), leaf.floor if leaf.floor is not None else min(cap, value))
                if value != mark.sum:  # a closed gate: the engine's value stands, with its reason beside it
                    return Cell(mark.points, Look.NUMBER, 4)
        if full:
            expression = f"{expression}*C{row}/D{row}"
        return Cell(Formula(f'=IF(ISNUMBER({cell}),{expression},"{NOT_APPLICABLE}")'), Look.NUMBER, 4)


# --- the summary ----------------------------------------------------------------------------------------------------


class _Summary:
    """The tree with all raters side by side; row 5 holds the score and row 6 the grade."""

    TOP = 16

    def __init__(
        self, name: str, rubric: Rubric, score: Score, pages: Sequence[_RaterPage], facts: WorkbookFacts, stage: str
    ) -> None:
        self.name, self._rubric, self._score, self._pages = name, rubric, score, pages
        self._parties = list(dict.fromkeys(m.party for line in score.leaf_lines() for m in line.parties))
        self._first = 4
        self._means = self._first + len(pages)
        self._points = self._means + len(self._parties)
        self._rate, self._full, self._scale, self._note = (self._points + n for n in (1, 2, 3, 4))
        self._body: list[tuple[Cell | None, ...]] = []
        self._row_of: dict[str, int] = {}
        self._lines = {line.id: line for line in score.walk()}
        for criterion in rubric.criteria:
            self._node(criterion, 1, False)
        self.page = self._sheet(facts, stage)

    # rows

    def _cell(self, id: str) -> str:
        """Where a criterion's points stand."""
        return at(self._row_of[id], self._points)

    def _below(self, criteria: Sequence[Criterion], column_number: int) -> list[str]:
        return [at(self._row_of[criterion.id], column_number) for criterion in criteria]

    def _node(self, criterion: Criterion, depth: int, extra: bool) -> None:
        """Write the node and what is under it; parents first, so their formula is filled in afterwards."""
        extra = extra or criterion.bonus is not None
        line = self._lines[criterion.id]
        row = self.TOP + len(self._body) + 1
        self._row_of[criterion.id] = row
        place = len(self._body)
        self._body.append(())
        if criterion.is_leaf or not line.children:
            self._body[place] = self._leaf(criterion, line, depth, row, extra)
            return
        for child in criterion.children:
            self._node(child, depth + 1, extra)
        addends = [self._cell(c.id) for c in criterion.children if c.bonus is not Beyond.BEYOND]
        limit = criterion.weight if any(c.bonus is Beyond.INSIDE for c in criterion.children) else None
        got = Cell(Formula(f"={_sum(addends, limit)}"), Look.GROUP, 4)
        full, scale = (
            Cell(Formula(f"=SUM({','.join(self._below(criterion.children, c))})"), Look.GROUP, number(criterion.weight).places)
            for c in (self._full, self._scale)
        )
        blank = [Cell("", Look.GROUP)] * (self._points - self._first)
        name = Cell("　" * (depth - 1) + criterion.name, Look.GROUP)
        self._body[place] = (
            Cell(criterion.id, Look.GROUP), name, number(criterion.weight, Look.GROUP), *blank, got,
            self._rate_cell(criterion, row, Look.GROUP), full, scale, Cell(line.note, Look.GROUP),
        )  # fmt: skip

    def _leaf(self, leaf: Criterion, line: Line, depth: int, row: int, extra: bool) -> tuple[Cell | None, ...]:
        raters = []
        for page in self._pages:
            address = page.leaf_cells.get(leaf.id)
            raters.append(Cell(Formula(f"={formulas.on(page.name, address)}"), Look.NUMBER, 4) if address else Cell("", Look.NUMBER))
        scored = bool(line.marks) and not (leaf.veto is not None and not leaf.weight)
        if scored:
            means, got = self._mean(leaf, line, row)
        else:
            means = [Cell("", Look.NUMBER)] * len(self._parties)
            got = Cell("不计分" if line.points is None else line.points, Look.INPUT if line.points is not None else Look.TEXT, 4)
        counted = not extra and (scored or line.points is not None)
        rescale = self._rubric.folding.not_applicable is NotApplicableRule.RESCALE
        own = self._cell(leaf.id)
        places = number(leaf.weight).places
        full = Cell(Formula(f"=C{row}"), Look.NUMBER, places) if counted else Cell("", Look.NUMBER)
        kept = f"=IF(ISNUMBER({own}),C{row},0)" if rescale else f"=C{row}"
        scale = Cell(Formula(kept), Look.NUMBER, places) if counted else Cell("", Look.NUMBER)
        note = "；".join(filter(None, [line.note, _dropped(line)]))
        return (
            Cell(leaf.id), Cell("　" * (depth - 1) + leaf.name), number(leaf.weight), *raters, *means, got,
            self._rate_cell(leaf, row, Look.NUMBER), full, scale, Cell(note),
        )  # fmt: skip

    def _rate_cell(self, criterion: Criterion, row: int, look: Look) -> Cell:
        own = self._cell(criterion.id)
        if not criterion.weight:
            return Cell("", look)
        reach = f"C{row}" if criterion.is_leaf else f"{formulas.column(self._scale)}{row}"
        return Cell(Formula(f'=IF(AND(ISNUMBER({own}),{reach}>0),{own}/{reach},"")'), look, 2, per_cent=True)

    def _mean(self, leaf: Criterion, line: Line, row: int) -> tuple[list[Cell], Cell]:
        empty = exact(leaf.weight or Fraction(0)) if self._all_full else f'"{NOT_APPLICABLE}"'
        if not line.parties:
            cells = formulas.span(row, self._first, self._first + len(self._pages) - 1)
            blank = [Cell("", Look.NUMBER)] * len(self._parties)
            return blank, Cell(Formula(f"=IF(COUNT({cells})=0,{empty},{self._average(cells)})"), Look.NUMBER, 4)
        owners = {mean.party: mean.share for mean in line.parties}
        means, addends, present = [], [], []
        for number, party in enumerate(self._parties):
            places = [n for n, page in enumerate(self._pages) if page.party == party]
            if party not in owners or not places:
                means.append(Cell("", Look.NUMBER))
                continue
            cells = formulas.span(row, self._first + places[0], self._first + places[-1])
            own = at(row, self._means + number)
            means.append(Cell(Formula(f'=IF(COUNT({cells})=0,"{NOT_APPLICABLE}",{self._average(cells)})'), Look.NUMBER, 4))
            share = exact(owners[party]) if leaf.parties else f"{formulas.column(self._means + number)}${self.TOP}"
            addends.append(f"IF(ISNUMBER({own}),{share}*{own},0)")
            present.append(f"IF(ISNUMBER({own}),{share},0)")
        whole, there = exact(sum(owners.values(), Fraction(0))), "+".join(present)
        total = f"({'+'.join(addends)})*{whole}/({there})"
        return means, Cell(Formula(f"=IF(({there})=0,{empty},{total})"), Look.NUMBER, 4)

    @property
    def _all_full(self) -> bool:
        return self._rubric.folding.not_applicable is NotApplicableRule.FULL_POINTS

    def _average(self, cells: str) -> str:
        folding = self._rubric.folding
        if folding.mean is not Mean.WITHOUT_EXTREMES:
            return f"AVERAGE({cells})"
        trimmed = f"(SUM({cells})-MAX({cells})-MIN({cells}))/(COUNT({cells})-2)"
        return f"IF(COUNT({cells})>={max(folding.minimum, 3)},{trimmed},AVERAGE({cells}))"

    # head

    def _sheet(self, facts: WorkbookFacts, stage: str) -> WorkbookSheet:
        rubric = self._rubric
        tops = [self._cell(c.id) for c in rubric.criteria if c.bonus is not Beyond.BEYOND]
        full, scale = (f"SUM({','.join(self._below(rubric.criteria, c))})" for c in (self._full, self._scale))
        limit = rubric.total if any(c.bonus is Beyond.INSIDE for c in rubric.criteria) else None
        beyond = [self._cell(c.id) for _, c in rubric.walk() if c.bonus is Beyond.BEYOND]
        raw = f"SUM({','.join(tops)})" if limit is None else f"MIN({exact(limit)},SUM({','.join(tops)}))"
        total = "IF(B9=0,B7,B7*B8/B9)+B10"
        if rubric.ceiling is not None:
            total = f"MIN({exact(rubric.ceiling)},{total})"
        veto = _veto_text(self._score)
        counted = len(self._pages)
        way = "去掉一个最高分和一个最低分后取平均" if rubric.folding.mean is Mean.WITHOUT_EXTREMES else "取算术平均"
        head: list[tuple[Cell | None, ...]] = [
            (Cell(facts.title + (f"（{stage}）" if stage else ""), Look.TITLE),),
            (Cell(f"{facts.organisation}　{facts.day.isoformat()}　评分标准：{rubric.name}", Look.NOTE),),
            (Cell(f"评分人{counted}名，各指标{way}；得分由公式逐级计算，只在最终得分四舍五入一次，保留{rubric.places}位小数。", Look.NOTE),),
            (),
            (Cell("最终得分", Look.TOTAL), Cell(Formula(f"={formulas.rounded('B11', rubric.places)}"), Look.TOTAL, rubric.places)),
            (Cell("等级", Look.TOTAL), _grade_cell("B5", "B12", rubric, self._score)),
            (Cell("原始得分"), Cell(Formula(f"={raw}"), Look.NUMBER, 4), Cell("各项得分之和，未折算", Look.NOTE)),
            (Cell("应评满分"), Cell(Formula(f"={full}"), Look.NUMBER), Cell("参与评分的全部末级指标分值之和", Look.NOTE)),
            (Cell("适用满分"), Cell(Formula(f"={scale}"), Look.NUMBER), Cell("扣除不适用指标后的分值之和", Look.NOTE)),
            (Cell("附加分"), Cell(Formula(f"=SUM({','.join(beyond)})") if beyond else 0, Look.NUMBER, 4), Cell("满分以外的加分", Look.NOTE)),
            (Cell("折算得分"), Cell(Formula(f"={total}"), Look.NUMBER, 8), Cell("原始得分×应评满分÷适用满分＋附加分", Look.NOTE)),
            (Cell("一票否决"), Cell(veto or "无", Look.TEXT)),
            (),
            (),
        ]
        shares = dict(rubric.parties)
        titles = ["编号", "评分指标", "分值"]
        titles += [facts.names.get(p.rater, p.rater) for p in self._pages]
        titles += [f"{party or ''}平均" for party in self._parties] + ["得分", "得分率", "应评分值", "适用分值", "说明"]
        under: list[Cell | None] = [Cell("", Look.HEAD)] * len(titles) if self._parties else []
        if self._parties:
            under[1] = Cell("评估主体及权重", Look.HEAD)
        for number, page in enumerate(self._pages):
            if self._parties:
                under[self._first - 1 + number] = Cell(page.party or "", Look.HEAD)
        for number, party in enumerate(self._parties):
            if party in shares:
                under[self._means - 1 + number] = Cell(shares[party], Look.HEAD, 2, per_cent=True)
        body = [*head, tuple(Cell(title, Look.HEAD) for title in titles), tuple(under), *self._body]
        widths = (12.0, 36.0, 9.0, *[11.0] * (self._points - self._first), 11.0, 10.0, 9.0, 9.0, 34.0)
        return WorkbookSheet(self.name, tuple(body), widths, f"C{self.TOP + 1}", f"{self.TOP - 1}:{self.TOP}", landscape=True)


def number(value: Fraction | None, look: Look = Look.NUMBER) -> Cell:
    """A number shown as it is when it is short, else to four places; the cell holds it whole in both cases."""
    short = value is None or (value * 10_000).denominator == 1
    return Cell(value, look, None if short else 4)


def _sum(addends: Sequence[str], limit: Fraction | None) -> str:
    cells = ",".join(addends)
    total = f"SUM({cells})" if limit is None else f"MIN({exact(limit)},SUM({cells}))"
    return f'IF(COUNT({cells})=0,"{NOT_APPLICABLE}",{total})'


def _dropped(line: Line) -> str:
    out = [mark.rater for mark in line.marks if mark.dropped]
    return f"未计入：{'、'.join(out)}" if out else ""


def _veto_text(score: Score) -> str:
    """The vetoes that took effect, as one text; empty when there is none."""
    return "；".join(veto.name for veto in score.vetoes if veto.effective)


def _grade_cell(score_cell: str, veto_cell: str, rubric: Rubric, score: Score) -> Cell:
    if rubric.grades is None:
        return Cell("评分标准未设等级", Look.TEXT)
    by_score = formulas.grade(score_cell, rubric.grades)
    verdict = GradeScale(rubric.grades).verdict(score)
    if verdict.vetoes:
        vetoed = verdict.final.name if verdict.final is not None and verdict.final.name else "无效"
        by_score = f'IF({veto_cell}<>"无",{formulas.quoted(vetoed)},{by_score})'
    return Cell(Formula(f"={by_score}"), Look.GRADE)


def _overview(name: str, rubric: Rubric, score: Score, summaries: Sequence[_Summary], facts: WorkbookFacts) -> WorkbookSheet:
    first = 11
    last = first + len(summaries) - 1
    rows: list[tuple[Cell | None, ...]] = [
        (Cell(f"{facts.title}　总汇总", Look.TITLE),),
        (Cell(f"{facts.organisation}　{facts.day.isoformat()}　评分标准：{rubric.name}", Look.NOTE),),
        (Cell(f"各阶段折算得分按权重相加，只在最终得分四舍五入一次，保留{rubric.places}位小数。", Look.NOTE),),
        (),
        (Cell("最终得分", Look.TOTAL), Cell(Formula(f"={formulas.rounded('B7', rubric.places)}"), Look.TOTAL, rubric.places)),
        (Cell("等级", Look.TOTAL), _grade_cell("B5", "B8", rubric, score)),
        (Cell("加权得分"), Cell(Formula(f"=SUM(D{first}:D{last})"), Look.NUMBER, 8)),
        (Cell("一票否决"), Cell(_veto_text(score) or "无")),
        (),
        tuple(Cell(title, Look.HEAD) for title in ("阶段", "权重", "折算得分", "加权得分")),
    ]
    for (stage, share, _), summary, row in zip(score.stages, summaries, range(first, last + 1), strict=True):
        points = Cell(Formula(f"={formulas.on(summary.name, '$B$11')}"), Look.NUMBER, 8)
        rows.append((Cell(stage), Cell(share, Look.NUMBER, 2, per_cent=True), points, Cell(Formula(f"=B{row}*C{row}"), Look.NUMBER, 8)))
    return WorkbookSheet(name, tuple(rows), (16.0, 24.0, 16.0, 16.0))


