"""Tables of scores 得分表 that evaluation reports share: by dimension, by level, by rater, by party, with working."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from kernel.points import shortest_text
from reports.chart import Bar, Chart, Rated, Raters, Scores, Web, printed
from reports.compose.wording import NONE, per_cent, points_text, rate_text, weight_text
from reports.compose.working import applicable, dimension_of, leaf_working
from reports.document import Align, Block, Column, Figure, Row, RowKind, Table, Tone
from rubric.aggregation import Line, Score
from rubric.criterion import Criterion, GradeBands, Rubric
from rubric.sheet import Sheet

RIGHT = Align.RIGHT


def dimension_figure(score: Score, rubric: Rubric, caption: str) -> Figure:
    """The chart by dimension, as a web and as bars; an indicator that does not apply shortens the scale, not the bar."""
    bars = tuple(Bar(line.name, line.points, applicable(line, rubric)) for line in dimension_of(score))
    web = Web(bars)
    return figure(caption, *([web] if web.is_a_web else []), Scores(bars))


def raters_figure(score: Score, rubric: Rubric, names: Mapping[str, str], caption: str) -> Figure | None:
    """Who gave how much of each dimension: the sum of its leaves as each rater marked them. None below two raters."""
    raters = list(dict.fromkeys(mark.rater for line in score.leaf_lines() for mark in line.marks))
    rated = []
    for line in dimension_of(score):
        given: dict[str, Fraction] = {}
        for mark in (mark for leaf in line.walk() if leaf.is_leaf for mark in leaf.marks if mark.points is not None):
            given[mark.rater] = given.get(mark.rater, Fraction(0)) + mark.points
        if line.weight:
            rated.append(Rated(line.name, applicable(line, rubric), tuple(map(given.get, raters)), line.points))
    chart = Raters(tuple(names.get(rater, rater) for rater in raters), tuple(rated))
    return figure(caption, chart) if len(raters) > 1 and not chart.is_empty else None


def figure(caption: str, *charts: Chart) -> Figure:
    """Charts side by side as one figure: their drawings, and what they show in words for who cannot see them."""
    return Figure("".join(map(printed, charts)), "".join(dict.fromkeys(chart.words() for chart in charts)), caption)


def dimension_table(score: Score, rubric: Rubric, caption: str) -> Table:
    """Dimensions and the groups under them, with points and rates, and the whole."""
    rows = []
    for line in dimension_of(score):
        rows.append(Row((line.name, *_figures(line, rubric), _remark(line, rubric)), RowKind.SUBTOTAL))
        rows += [Row((f"　{c.name}", *_figures(c, rubric), _remark(c, rubric))) for c in line.children]
    total = Row(("合计", shortest_text(score.full), str(score.shown), rate_text(score.total, score.full), "四舍五入一次"))
    columns = (Column("指标", 40), Column("分值", 12, RIGHT), Column("得分", 12, RIGHT), Column("得分率", 14, RIGHT), Column("说明", 22))
    note = "各行得分分别四舍五入，合计以精确值计算，两者末位可能相差0.01。"
    if score.scale != score.full:
        note += "不适用的指标不计入满分，得分率按适用满分计算，合计已按比例折算（见附件3）。"
    if score.bonus:
        note += f"合计含附加分{points_text(score.bonus)}分。"
    return Table(columns, tuple(rows), caption, total, note)


def _remark(line: Line, rubric: Rubric) -> str:
    reached = applicable(line, rubric)
    if line.points is None or reached == line.weight:
        return line.note
    return "；".join(filter(None, [f"适用满分{weight_text(reached)}分", line.note]))


def leaf_table(dimension: Line, rubric: Rubric, sheets: Sequence[Sheet], caption: str) -> Table:
    """The leaves of one dimension with points, rate and what the raters wrote."""
    rows: list[Row] = []
    for group, leaf in _leaves(dimension):
        if group and (not rows or rows[-1].kind is not RowKind.GROUP) and group not in [r.cells[0] for r in rows]:
            rows.append(Row((group,), RowKind.GROUP))
        tone = Tone.SOFT if leaf.points is None else Tone.PLAIN
        rows.append(Row((leaf.name, *_figures(leaf, rubric), remarks_on(leaf, rubric, sheets)), tone=tone))
    total = Row((f"{dimension.name}小计", *_figures(dimension, rubric), _remark(dimension, rubric)))
    columns = (Column("指标", 27), Column("分值", 9, RIGHT), Column("得分", 9, RIGHT), Column("得分率", 11, RIGHT), Column("评分依据及说明", 44))
    return Table(columns, tuple(rows), caption, total)


def _figures(line: Line, rubric: Rubric) -> tuple[str, str, str]:
    """Full points, points and rate of a line."""
    return weight_text(line.weight), points_text(line.points), rate_text(line.points, applicable(line, rubric))


def _leaves(line: Line, group: str = "") -> Iterator[tuple[str, Line]]:
    for child in line.children or (line,):
        if child.is_leaf:
            yield group, child
        else:
            yield from _leaves(child, child.name)


def remarks_on(line: Line, rubric: Rubric, sheets: Sequence[Sheet]) -> str:
    """What the raters gave as reasons and evidence for a leaf, each once; the engine's own notes come first."""
    parts = {part.id for part in rubric.leaf(line.id).parts} if line.marks else set()
    told: list[str] = [line.note] if line.note else []
    told += [note for mark in line.marks for note in (mark.note, *(part.note for part in mark.parts)) if note]
    for sheet in sheets:
        for id, mark in sheet.marks.items():
            if id in parts:
                told += [mark.reason] if mark.reason and not any(mark.reason in text for text in told) else []
                told += ["佐证：" + "、".join(e.name for e in mark.evidence)] if mark.evidence else []
    told = [text for text in told if not any(other != text and other.startswith(text) for other in told)]
    return "；".join(dict.fromkeys(told))


def rater_table(score: Score, names: Mapping[str, str], caption: str, limit: int = 9) -> tuple[Table, ...]:
    """Every leaf by every rater; more than ``limit`` raters continue in a further table."""
    raters = list(dict.fromkeys(mark.rater for line in score.leaf_lines() for mark in line.marks))
    tables = []
    for start in range(0, max(len(raters), 1), limit):
        some = raters[start : start + limit]
        rows: list[Row] = []
        for line in score.walk():
            if not line.is_leaf:
                if line.level == 1:
                    rows.append(Row((line.name,), RowKind.GROUP))
                continue
            marks = {mark.rater: mark for mark in line.marks}
            texts = [_mark_text(marks[r].points, marks[r].dropped) if r in marks else "" for r in some]
            rows.append(Row((line.name, weight_text(line.weight), *texts, points_text(line.points))))
        wide = 60 / max(len(some) + 2, 1)
        columns = (
            Column("指标", 30), Column("分值", wide, RIGHT), *(Column(names.get(r, r), wide, RIGHT) for r in some),
            Column("得分", wide, RIGHT),
        )  # fmt: skip
        more = f"（续{start // limit}）" if start else ""
        note = "各评分人分值为折合得分；带*的分值按规则未计入平均。"
        total = Row(("合计", shortest_text(score.full), *[""] * len(some), str(score.shown)))
        tables.append(Table(columns, tuple(rows), caption + more, total, note, compact=True))
    return tuple(tables)


def _mark_text(points: Fraction | None, dropped: bool) -> str:
    return NONE if points is None else points_text(points) + ("*" if dropped else "")


def working_table(score: Score, caption: str) -> Table:
    """How each leaf's points came about, and where they go."""
    rows: list[Row] = []
    for line in score.walk():
        if line.is_leaf:
            rows.append(Row((line.id, line.name, leaf_working(line))))
        elif line.level == 1:
            added = "＋".join(points_text(child.points, 4) for child in line.children if child.points is not None)
            rows.append(Row((line.id, line.name, f"{added}＝{points_text(line.points, 4)}" if added else line.note), RowKind.SUBTOTAL))
    return Table((Column("编号", 10), Column("指标", 26), Column("计算过程", 64)), tuple(rows), caption, compact=True)


def rubric_table(rubric: Rubric, caption: str) -> Table:
    """The indicator system: every criterion with its points and how it is judged."""
    rows: list[Row] = []
    for depth, criterion in rubric.walk():
        if not criterion.is_leaf:
            weight = weight_text(criterion.weight)
            if depth == 1:
                rows.append(Row((f"{criterion.name}（{weight}分）",), RowKind.GROUP))
            else:
                rows.append(Row(("　" * (depth - 1) + criterion.name, weight), RowKind.SUBTOTAL))
            continue
        owners = "、".join(rubric.parties_of(criterion)) or "全体评分人"
        rows.append(Row(("　" * (depth - 1) + criterion.name, weight_text(criterion.weight), owners, _judged(criterion))))
    columns = (Column("指标", 28), Column("分值", 9, RIGHT), Column("评分主体", 17), Column("评分规则", 46))
    total = Row(("合计", weight_text(rubric.total)))
    return Table(columns, tuple(rows), caption, total, compact=True)


def _judged(leaf: Criterion) -> str:
    if leaf.price:
        return "价格公式"
    if leaf.veto is not None and not leaf.weight:
        return f"{leaf.veto.zh}：{'；'.join(p.name or p.id for p in leaf.parts)}"
    return "；".join(part.rule.describe() for part in leaf.parts if part.rule is not None) or leaf.definition


def grade_table(bands: GradeBands, caption: str) -> Table:
    """The grades as written, gaps and all."""
    rows = []
    for band in bands.bands:
        low = "" if band.low is None else f"{shortest_text(band.low)}分{'（含）' if band.low_incl else '（不含）'}以上"
        high = "" if band.high is None else f"{shortest_text(band.high)}分{'（含）' if band.high_incl else '（不含）'}以下"
        rows.append(Row((band.grade, "，".join(filter(None, [low, high])))))
    if bands.below is not None:
        rows.append(Row((bands.below, "低于以上各档")))
    return Table((Column("等级", 25), Column("得分", 75)), tuple(rows), caption, note=f"等级依据：{bands.name}。" if bands.name else "")


def party_table(shares: Mapping[str, Fraction], counts: Mapping[str, int], caption: str) -> Table:
    """Who evaluated with which share."""
    rows = [Row((name, per_cent(share), str(counts.get(name, 0)))) for name, share in shares.items()]
    columns = (Column("评估主体", 40), Column("权重", 30, RIGHT), Column("评分人数", 30, RIGHT))
    return Table(columns, tuple(rows), caption)


def evidence_table(rubric: Rubric, sheets: Sequence[Sheet], caption: str) -> Table | None:
    """Every piece of evidence that a rater saw, by leaf; None when there is none."""
    seen: dict[tuple[str, str], set[str]] = {}
    for sheet in sheets:
        for id, mark in sheet.marks.items():
            for piece in mark.evidence:
                dated = f"（{piece.dated.isoformat()}）" if piece.dated else ""
                legible = "" if piece.legible else "，不清晰"
                seen.setdefault((rubric.leaf_of(id).name, f"{piece.name}{dated}{legible}"), set()).add(sheet.rater)
    rows = [Row((leaf, piece, f"{len(raters)}人")) for (leaf, piece), raters in seen.items()]
    if not rows:
        return None
    return Table((Column("指标", 32), Column("佐证材料", 54), Column("查阅人数", 14, RIGHT)), tuple(rows), caption, compact=True)


def staged(score: Score) -> tuple[tuple[str, Score], ...]:
    """The parts to print one after another: the stages, or the one score itself."""
    return tuple((stage, part) for stage, _, part in score.stages) or (("", score),)


def numbered(content: Sequence[Block]) -> tuple[Block, ...]:
    """Tables and figures whose caption begins with 表# or 图# get their numbers, in the order in which they stand."""
    counts = {"表": 0, "图": 0}
    out: list[Block] = []
    for block in content:
        if isinstance(block, Table | Figure) and block.caption[:2] in ("表#", "图#"):
            kind = block.caption[0]
            counts[kind] += 1
            block = replace(block, caption=f"{kind}{counts[kind]}{block.caption[2:]}")
        out.append(block)
    return tuple(out)
