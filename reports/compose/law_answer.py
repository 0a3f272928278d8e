"""答复: an answer of the law desk on paper: the conclusion first, then the working, what was found, and the articles.

Whoever holds the paper can ask again: the question, its day and its address stand on it. The same answer asked on the same day
gives the same document. It is no legal advice, and says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from kernel.refusal import Finding
from procurement.clauses import Severity as Weight
from procurement.clauses.whole import Checked
from procurement.desk.answer import STATUS_ZH, Answer, Article, Point, Severity, articles
from procurement.desk.counting import Edge, shown
from procurement.desk.month import Month
from procurement.desk.timetable import Moved, Row
from reports.compose.month_drawing import month_drawing, month_words
from reports.document import (
    Align,
    Block,
    Column,
    Document,
    Figure,
    Heading,
    ItemList,
    KeyValues,
    Paragraph,
    Table,
    Tone,
    rows,
)

ISSUER = "采评 Caiping 法规服务台"
NO_ADVICE = "本答复由规则和数字推算, 不是法律意见; 标明“待核对原文”的只作提示, 不作为否决依据。"
MOST_FINDINGS = 200
"""A draft that breaks everything makes a long paper, and typesetting is paid by the page."""
_TONES = {Severity.BREACH: Tone.LAW, Severity.RISK: Tone.WARN, Severity.NOTE: Tone.PLAIN}
_LOUD = ("暂定", "尚不掌握", "未收录")
_KEY_STEPS = ("documents_issued", "single_source_publicity", "bids_close", "contract_signing")


@dataclass(frozen=True)
class Question:
    """What was asked: which question, the facts as typed (name, text), the day whose law answers, the lasting address."""

    title: str
    facts: tuple[tuple[str, str], ...]
    day: date
    address: str


def answer_document(question: Question, answer: Answer) -> Document:
    """The answer about method, committee, scoring table, or term and money."""
    results = answer.results
    return _document(
        question,
        (
            *_conclusion((answer.conclusion,), answer.cautions),
            *_points(answer.points),
            *_methods(results.get("methods") or ()),
            *_listed("有成员退出时", results.get("dropout") or ()),
            *_low_price(results.get("low_price")),
            *_dates(results.get("dates") or {}),
            *_working(answer.working),
            *_articles(answer.articles),
        ),
    )


def timetable_document(
    question: Question, found: Sequence[Row], *, moved: Sequence[Moved] = (), wrong: Sequence[Finding] = (), back: bool = False,
    cautions: Sequence[str] = (),
) -> Document:  # fmt: skip
    """The timetable: the days that matter, what moved and why, every date, how each was counted, the articles.

    back   counted backward from a wanted contract: every day is the last possible one
    """
    key = [row for row in found if row.event in _KEY_STEPS and (not back or row.edge is Edge.LATEST)]
    years = sorted({year for row in found for year in row.provisional})
    loud = list(cautions)
    if years:
        loud.append(
            f"暂定: {'、'.join(map(str, years))}年的放假安排尚未收录, 标明“暂定”的日期只按法定节假日推算; "
            "年度通知公布后, 连休、补假会推后, 调休补班会提前。"
        )
    if back:
        loud.append("各行是最后可能的日期: 每一步都按最快办理。“稳妥”是每一步用足法定时间、并等质疑期满再签订合同的日期。")
    columns = (Column("日期", 25), Column("环节", 34), Column("期限", 13), Column("依据", 28))
    dates = rows(
        (_when(row, back), _with_note(row.zh, row.note), _length(row), f"{row.cites}\n规则 {row.rule}, {STATUS_ZH[row.status]}")
        for row in found
    )
    return _document(
        question,
        (
            *_conclusion([_key(row) for row in key], loud),
            *_wrong(wrong),
            *_moved(moved),
            Heading("每一个日期"),
            Table(columns, dates),
            Heading("推算过程"),
            *_counted(found),
            *_articles(articles(*(row.cites for row in found))),
        ),
    )


def clock_document(question: Question, answer: Answer, months: Sequence[Month]) -> Document:
    """The challenge clock: the last day, the little calendar, every step with its count, the articles."""
    found: Sequence[Row] = answer.results["rows"]
    columns = (Column("最后一日", 25), Column("事项", 40), Column("期限", 13), Column("依据", 22))
    steps = rows((_day(row), _with_note(row.zh, row.note), _length(row), row.cites) for row in found)
    pairs = [months[n : n + 2] for n in range(0, len(months), 2)]
    return _document(
        question,
        (
            *_conclusion((answer.conclusion,), answer.cautions),
            Heading("小日历"),
            Paragraph("数字圈是质疑期限的第几个工作日; “休”是休息日, “班”是调休补班; 朱框是提出质疑的最后一日。", Tone.SOFT),
            *map(_months, pairs),
            Heading("每一步"),
            Table(columns, steps),
            Heading("推算过程"),
            *_counted(found),
            *_articles(answer.articles),
        ),
    )


def _months(pair: Sequence[Month]) -> Figure:
    weeks = max(len(month.weeks) for month in pair)
    return Figure("".join(month_drawing(month, weeks) for month in pair), "。".join(map(month_words, pair)))


def check_paper(question: Question, checked: Checked) -> Document:
    """The clause check: how much was found, then every finding with its place, its words, why and how to write it."""
    told = "、".join(f"{severity.zh}{checked.count(severity)}处" for severity in Weight if checked.count(severity))
    said = f"找到 {len(checked.findings)} 处: {told}" if checked.findings else "没有找到问题; 没有找到不等于没有问题"
    blocks: list[Block] = [*_conclusion((said,), ("机器按文字找出的, 不会否决任何文件: 每一处都请由人对照条文判断。",))]
    if checked.findings:
        blocks.append(Heading("逐条说明"))
    for number, each in enumerate(checked.findings[:MOST_FINDINGS], 1):
        found = each.finding
        blocks.append(Heading(f"［{found.severity.zh}］{found.why}", 3, f"{number}. "))
        blocks.append(Paragraph(f"{each.place} · 规则 {found.rule}", Tone.SOFT))
        if each.text:
            blocks.append(Paragraph(f"原文: {_in_place(checked, found.span)}"))
        blocks.append(Paragraph(f"改法: {found.rewrite}", cites=found.cites))
    left = len(checked.findings) - MOST_FINDINGS
    if left > 0:
        blocks.append(Paragraph(f"其余 {left} 处从略, 请在网页上查看。", Tone.WARN))
    cited = dict.fromkeys(each.finding.cites for each in checked.findings[:MOST_FINDINGS])
    return _document(question, (*blocks, *_articles(articles(*cited))))


# --- what all of them share -------------------------------------------------------------------------------------------


def _document(question: Question, blocks: Iterable[Block]) -> Document:
    facts = tuple((name, text) for name, text in question.facts if text)
    asked: tuple[Block, ...] = (Heading("所提的问题"), KeyValues(facts)) if facts else ()
    again = f"固定地址: {question.address}" if question.address else ""
    end = tuple(Paragraph(text, Tone.SOFT) for text in (again, NO_ADVICE) if text)
    return Document(
        title=question.title, organisation=ISSUER, day=question.day, blocks=(*blocks, *asked, *end), cover=False, contents=False,
        keywords=("法规服务", question.title),
    )  # fmt: skip


def _conclusion(said: Iterable[str], cautions: Iterable[str]) -> tuple[Block, ...]:
    loud = tuple(Paragraph(text, Tone.WARN if any(word in text for word in _LOUD) else Tone.SOFT) for text in cautions)
    return (Heading("结论"), *(Paragraph(text, Tone.STRONG) for text in said), *loud)


def _points(found: Sequence[Point]) -> tuple[Block, ...]:
    if not found:
        return ()
    blocks: list[Block] = [Heading("发现的问题和提示")]
    for weight in Severity:
        for each in (point for point in found if point.severity is weight):
            blocks.append(Paragraph(f"［{weight.zh}］{each.zh}", _TONES[weight], cites=each.cites))
            numbers = "; ".join(f"{name} {text}" for name, text in (("现为", each.have), ("应为", each.need)) if text)
            until = f", 最迟 {shown(each.until)}" if each.until else ""
            cure = f"{each.who}: {each.cure}{until}" if each.cure else ""
            rest = (numbers, cure, f"规则 {each.rule}, {STATUS_ZH[each.status]}")
            blocks.append(Paragraph("。".join(filter(None, rest)), Tone.SOFT))
    return tuple(blocks)


def _methods(options: Sequence[Mapping[str, Any]]) -> tuple[Block, ...]:
    if not options:
        return ()
    columns = (
        Column("方式", 15), Column("能否采用", 10, Align.CENTRE), Column("理由", 35), Column("批准和义务", 21),
        Column("最少家数", 8, Align.CENTRE), Column("评审方法", 14),
    )  # fmt: skip
    lines = (
        (
            each["zh"], "可以" if each["open"] else "不可以", f"{'; '.join(each['why'])}\n§ {each['citation']}",
            "; ".join((*each["approvals"], *each["duties"])) or "—", str(each["min_suppliers"]),
            "、".join(each["evaluation"]) + (f"\n{each['exception']}" if each.get("exception") else ""),
        )
        for each in options
    )  # fmt: skip
    return (Heading("各种方式"), Table(columns, rows(lines), compact=True))


def _listed(title: str, lines: Sequence[str]) -> tuple[Block, ...]:
    return (Heading(title), ItemList(tuple(lines), numbered=True)) if lines else ()


def _low_price(low: Mapping[str, Any] | None) -> tuple[Block, ...]:
    if not low:
        return ()
    limits = (
        ("低于平均值", str(low["of_mean"])), ("低于次低报价", str(low["of_second_lowest"])), ("低于最高限价", str(low["of_ceiling"])),
        ("书面说明时间", f"一般不少于 {low['explanation_minutes']} 分钟"),
    )  # fmt: skip
    told = (Paragraph(f"应当启动: 报价 {each['price']} 元, {'、'.join(each['why'])}", Tone.WARN) for each in low["triggered"])
    return (Heading("异常低价审查"), KeyValues(limits), *told, Paragraph(low["consequence"], Tone.SOFT))


def _dates(dates: Mapping[str, Mapping[str, Any]]) -> tuple[Block, ...]:
    if not dates:
        return ()
    columns = (Column("日期", 27), Column("事项", 43), Column("依据", 30))
    lines = (
        (shown(each["date"]) + (" 暂定" if each["provisional"] else ""), each["zh"], each["citation"]) for each in dates.values()
    )
    return (Heading("日期"), Table(columns, rows(lines)))


def _working(lines: Sequence[str]) -> tuple[Block, ...]:
    return _listed("推算过程", lines)


def _counted(found: Sequence[Row]) -> Iterable[Block]:
    yield ItemList(tuple(f"{row.zh}: {'; '.join(row.working)}" for row in found), numbered=True)


def _wrong(found: Sequence[Finding]) -> Iterable[Block]:
    if not found:
        return
    yield Heading("不合法的日期")
    for each in found:
        numbers = "; ".join(f"{name} {text}" for name, text in (("现为", each.have), ("应为", each.need)) if text not in (None, ""))
        yield Paragraph("。".join(filter(None, (each.zh, numbers, each.cure))), Tone.LAW, cites=each.cites)


def _moved(found: Sequence[Moved]) -> Iterable[Block]:
    if not found:
        return
    yield Heading("变动和原因")
    columns = (Column("环节", 30), Column("原为", 16), Column("现为", 16), Column("原因", 38))
    yield Table(columns, rows((each.zh, each.before.isoformat(), each.after.isoformat(), each.why) for each in found))


def _articles(found: Sequence[Article]) -> tuple[Block, ...]:
    if not found:
        return ()
    columns = (Column("条文", 34), Column("文件", 32), Column("文号", 18), Column("核对状态", 16))
    lines = ((each.cites, each.title, each.number, each.status_zh) for each in found)
    sources = tuple({each.title: each.url for each in found if each.url}.items())
    told = (Heading("官方来源", 2), KeyValues(sources)) if sources else ()
    return (Heading("依据"), Table(columns, rows(lines)), *told)


def _key(row: Row) -> str:
    if row.set_for is not None:
        return f"{row.zh}: 定于 {shown(row.day)}（法定{row.edge.zh} {shown(row.limit)}）"
    edge = "最迟 " if row.edge is Edge.LATEST else "最早 " if row.period.length else ""
    safe = f"（稳妥 {shown(row.safe)}）" if row.safe != row.day else ""
    return f"{row.zh}: {edge}{shown(row.day)}{safe}"


def _when(row: Row, back: bool) -> str:
    if row.set_for is not None:
        return f"{_day(row)}\n定于; 法定{row.edge.zh} {shown(row.limit)}"
    edge = row.edge.zh if row.period.length or back else ""
    safe = f"稳妥 {shown(row.safe)}" if row.safe != row.day else ""
    return "\n".join(filter(None, (_day(row), edge, safe)))


def _day(row: Row) -> str:
    return shown(row.day) + ("\n暂定" if row.provisional else "")


def _with_note(zh: str, note: str) -> str:
    return f"{zh}\n{note}" if note else zh


def _length(row: Row) -> str:
    if row.period.length > 3000:
        return f"{round(row.period.length / 365.25)}年"
    return str(row.period) if row.period.length else "—"


def _in_place(checked: Checked, span: tuple[int, int], around: int = 60, most: int = 400) -> str:
    """The words that were found, in 【】, within their line."""
    document, (start, end) = checked.document, span
    first, last = document.line_at(start), document.line_at(end - 1)
    begins, ends = document.starts[first], document.starts[last] + len(document.lines[last].text)
    before = ("…" if start - begins > around else "") + document.text[max(begins, start - around) : start]
    after = document.text[end : min(ends, end + around)] + ("…" if ends - end > around else "")
    words = document.text[start : min(end, start + most)] + ("…" if end - start > most else "")
    return " ".join(f"{before}【{words}】{after}".split())
