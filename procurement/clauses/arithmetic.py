"""合计 within a passage: parts against a stated total, shares that make 99.9 %, a point of a list without a score."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from kernel.points import shortest_text
from procurement.clauses.finding import ClauseFinding, Severity
from procurement.clauses.number import SHARE, share
from procurement.clauses.plain import SCORE, Clause

_55 = "财政部令第87号 第五十五条"
_65 = "财政部令第87号 第六十五条"
_PARTS = re.compile(r"[\u4e00-\u9fa5]{2,10}?(?:部分|评审|得分|因素|分值)?(?:分)?(?:占|为|:|满分)?(\d+(?:\.\d+)?)分")
_STATED = re.compile(r"(?:总分|满分|合计|共计|总计)(?:值)?(?:为|:|是)?(\d+(?:\.\d+)?)分")
_CUMULATE = re.compile(r"最高|最多|每|得\d|加\d|扣|累计|不超过|以上|以下|封顶|[≥≤]")
_PAID = re.compile(rf"(?:支付|付|拨付)[^。\n|%]{{0,24}}?({SHARE})")
_INSTALMENTS = re.compile(r"[分共按][一二三四五六七八九\d两]+[期次阶]|第[一二三四]期|首付款|首期")
_REST = re.compile(r"尾款|余款|剩余|其余|结算|按实|据实|余额")
_WEIGHTS = re.compile(r"权重|比重|占比|所占比例|各占|分别占")


def passage_sums(clause: Clause) -> Iterator[ClauseFinding]:
    """Parts against a stated total; shares and instalments against the whole."""
    for start, end in clause.sentences():
        sentence = clause.plain[start:end]
        stated = _STATED.search(sentence)
        if stated and not _CUMULATE.search(sentence):
            rest = sentence[: stated.start()] + "," * len(stated[0]) + sentence[stated.end() :]
            parts = [Fraction(each) for each in _PARTS.findall(rest)]
            if len(parts) >= 3 and sum(parts) != Fraction(stated[1]):
                yield ClauseFinding(
                    "87-55",
                    Severity.VIOLATION,
                    f"各部分相加为{shortest_text(sum(parts, Fraction(0)))}分, 写的总分是{stated[1]}分",
                    "核对各部分的分值, 使合计等于总分",
                    _55,
                    clause.span(start, end),
                )
        shares = [share(each) for each in re.findall(SHARE, sentence)]
        if _WEIGHTS.search(sentence) and len(shares) >= 3 and not re.search("不低于|不超过|不少于|扣除", sentence):
            yield from _off_by_little(shares, "各项比例", clause.span(start, end))
    paid = list(_PAID.finditer(clause.plain))
    if len(paid) >= 2 and _INSTALMENTS.search(clause.plain) and not _REST.search(clause.plain):
        span = clause.span(paid[0].start(), paid[-1].end())
        yield from _off_by_little([share(each[1]) for each in paid], "各期付款比例", span)


def _off_by_little(shares: list[Fraction], what: str, span: tuple[int, int]) -> Iterator[ClauseFinding]:
    """Near to the whole and yet not the whole is a slip; far from it is another kind of list."""
    total = sum(shares, Fraction(0))
    if total != 1 and Fraction(9, 10) <= total <= Fraction(11, 10):
        yield ClauseFinding(
            "87-65",
            Severity.VIOLATION,
            f"{what}相加为{shortest_text(total * 100)}%, 不是100%",
            "核对各项比例, 使合计等于100%",
            _65,
            span,
        )


_LISTS = (
    re.compile(r"(?:^|\n)(\d{1,2})[、.](?!\d)"),
    re.compile(r"(?:^|[\n;:。])\((\d{1,2})\)"),
    re.compile(r"(?:^|[\n;:。,])([①-⑳])"),
)
_EVIDENCE = re.compile(
    r"提供|证明|扫描|复印|材料|截图|原件|为准|备注|说明|评审|未|重复|不得|注:|社保|截止|认定|以上|查询|要求|同一|须|否则|依据|标准"
)


def unscored_items(clause: Clause) -> Iterator[ClauseFinding]:
    """A point among scored points of one list that itself has no score; lines about proofs have none and need none."""
    if not clause.gives_points:
        return
    for form in _LISTS:
        run: list[tuple[int, int]] = []
        for found in (*form.finditer(clause.plain), None):
            n = 0 if found is None else _ordinal(found[1])
            if run and n != len(run) + 1:
                yield from _without_score(clause, run, found.start() if found else len(clause.plain))
                run = []
            if found is not None and n == len(run) + 1:
                run.append((found.start(), found.end()))


def _ordinal(sign: str) -> int:
    return ord(sign) - 0x245F if "①" <= sign <= "⑳" else int(sign)


def _without_score(clause: Clause, run: list[tuple[int, int]], end: int) -> Iterator[ClauseFinding]:
    ends = [start for start, _ in run[1:]] + [end]
    items = [(start, stop, clause.plain[text:stop]) for (start, text), stop in zip(run, ends, strict=True)]
    scored = [SCORE.search(text) is not None for _, _, text in items]
    if sum(scored) < 2:
        return
    for (start, stop, text), has in zip(items, scored, strict=True):
        if not has and len(text.strip("。;\n ")) >= 8 and not _EVIDENCE.search(text):
            yield ClauseFinding(
                "87-55", Severity.RISK, "同一列表的其他评分点都有分值, 这一点没有", "写明分值, 或者移出评分标准", _55, clause.span(start, stop)
            )
