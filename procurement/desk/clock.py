"""The challenge clock 质疑投诉时钟: from an event and its day, the last day to challenge and everything that follows.

What is not known yet (when the challenge is made, when it is answered) is taken at its last day, so each day is the
latest there can be; ``facts`` gives the real ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from kernel.period import Period, Unit
from kernel.refusal import BadInput, Finding
from law import law_at
from procurement.desk.answer import Answer, articles
from procurement.desk.counting import Counted, Edge, anchor, count, shown
from procurement.desk.timetable import Row


@dataclass(frozen=True)
class Event:
    """Something a supplier may challenge. ``notice``: the number of the law for the notice period that runs first."""

    id: str
    zh: str
    what: str
    notice: str = ""
    cites: str = ""


EVENTS = {
    "documents_received": Event(
        "documents_received", "收到采购文件", "对采购文件提出质疑: 自收到采购文件之日起", cites="政府采购法实施条例 第五十三条"
    ),
    "document_notice": Event(
        "document_notice", "发布采购公告", "对采购文件提出质疑: 自采购文件公告期限届满之日起", "notice_period",
        "政府采购法实施条例 第五十三条",
    ),
    "process_step": Event(
        "process_step", "采购程序环节结束", "对采购过程提出质疑: 自各采购程序环节结束之日起", cites="政府采购法实施条例 第五十三条"
    ),
    "result_notice": Event(
        "result_notice", "公告中标（成交）结果", "对结果提出质疑: 自结果公告期限届满之日起", "result_notice_period",
        "政府采购法实施条例 第五十三条",
    ),
}  # fmt: skip
"""What may be challenged and from when it counts (政府采购法实施条例 第五十三条; 财政部令第94号 第十条、第十一条)."""

FACTS = ("challenged", "answered", "complained", "suspended")


@dataclass(frozen=True)
class _Step:
    event: str
    zh: str
    base: str
    number: str
    rule: str
    note: str = ""


_STEPS = (
    _Step("challenge_answer", "采购人或者代理机构书面答复质疑", "challenge", "challenge_answer", "L-53",
          "自收到质疑函之日起; 在法定期限内提出的不得拒收; 同时通知其他有关供应商"),
    _Step("complaint", "向同级财政部门投诉", "challenge_answer", "complaint_period", "L-55",
          "对答复不满意或者逾期未答复的; 投诉事项不得超出已质疑事项（基于答复内容的除外）"),
    _Step("complaint_review", "财政部门审查投诉书", "complaint", "complaint_review", "94-21/22/26", "需要补正的, 一次性告知"),
    _Step("complaint_refusal", "不予受理的, 书面告知投诉人", "complaint_review", "complaint_refusal", "94-21/22/26"),
    _Step("complaint_notice", "发出投诉答复通知书和投诉书副本", "complaint", "complaint_notice", "94-21/22/26", "自收到投诉之日起"),
    _Step("complaint_reply", "被投诉人和有关供应商书面说明", "complaint_notice", "complaint_reply", "94-21/22/26"),
    _Step("suspension_end", "书面通知暂停采购活动的, 暂停期限届满", "complaint", "suspension_max", "94-28",
          "自暂停通知之日起最长三十日, 此处按收到投诉当日通知暂停计"),
    _Step("complaint_decision", "作出投诉处理决定", "complaint", "complaint_decision", "94-21/22/26",
          "自收到投诉之日起; 检验、检测、鉴定、专家评审和补正时间不计入（财政部令第94号 第二十七条）"),
)  # fmt: skip


def clock(
    event: str,
    day: date,
    *,
    facts: Mapping[str, date] | None = None,
    place: str = "national",
    notice_days: int | None = None,
) -> Answer:
    """The clock of one event. ``results["rows"]``: the rows, in order of days; ``results["last_day"]``: to challenge.

    facts         challenged, answered, complained, suspended: the real days, where they are known
    notice_days   working days of the notice period where the notice states more than the least
    Raises BadInput for an unknown event or fact, and for facts out of order.
    """
    event = event.strip().replace("-", "_")
    known = _checked(event, day, facts or {})
    kind = EVENTS[event]
    begins = anchor(day, "本题的起算事件")
    found = [Row(event, kind.zh, day, Edge.EARLIEST, Period(0, Unit.DAY), "L-52", kind.cites, "V", begins)]
    base = found[0]
    if kind.notice:
        parameter = law_at(day, place).parameter(kind.notice)
        assert isinstance(parameter.value, Period)
        period = parameter.value if notice_days is None else Period(notice_days, Unit.WORKING_DAY)
        ends = count(day, period, Edge.LATEST)
        rule = "87-69" if event == "result_notice" else "87-16"
        base = Row(f"{event}_period_end", "公告期限届满", ends.day, Edge.LATEST, period, rule, parameter.cites, parameter.status, ends,
                   base=kind.zh, provisional=ends.provisional)  # fmt: skip
        found.append(base)
    challenge = _limit(
        "challenge", kind.what, base, "challenge_period", "L-52", place, "书面提出, 附证据; 邮寄在途时间不计"
    )
    found.append(challenge)
    starts: dict[str, Row | None] = {
        "challenge": _since(challenge, known.get("challenged")), "challenge_answer": None, "complaint": None,
        "complaint_review": None, "complaint_notice": None,
    }  # fmt: skip
    # 答复期满后 counts from the end of the answer period, whenever the answer was really given (政府采购法 第五十五条).
    facts_of = {"complaint": known.get("complained")}
    for step in _STEPS:
        start = starts[step.base]
        assert start is not None
        if step.event == "suspension_end" and "suspended" in known:
            start = _since(start, known["suspended"])
        row = _limit(step.event, step.zh, start, step.number, step.rule, place, step.note)
        found.append(row)
        if step.event in starts:
            starts[step.event] = _since(row, facts_of.get(step.event))
    ordered = tuple(sorted(found, key=lambda row: row.day))
    return _answer(kind, day, challenge, ordered, known)


def _checked(event: str, day: date, facts: Mapping[str, date]) -> Mapping[str, date]:
    problems = []
    if event not in EVENTS:
        problems.append(Finding("event", "事件无法识别", have=event, need="、".join(EVENTS)))
    problems += [Finding(name, "事实无法识别", have=name, need="、".join(FACTS)) for name in facts if name not in FACTS]
    order = [facts[name] for name in ("challenged", "answered", "complained") if name in facts]
    if order != sorted(order) or (order and order[0] < day):
        problems.append(
            Finding("facts", "质疑、答复、投诉的日期须依次不早于事件日期", have="、".join(map(str, order)), need=day)
        )
    if problems:
        raise BadInput(problems, "质疑投诉时钟: 填写有误")
    return facts


def _since(row: Row, real: date | None) -> Row:
    """The step with the day on which it really happened, where that is known; what follows counts from it."""
    if real is None:
        return row
    return replace(row, day=real, provisional=())


def _limit(event: str, zh: str, base: Row, number: str, rule: str, place: str, note: str = "") -> Row:
    parameter = law_at(base.day, place).parameter(number)
    assert isinstance(parameter.value, Period)
    counted: Counted = count(base.day, parameter.value, Edge.LATEST)
    years = tuple(sorted({*base.provisional, *counted.provisional}))
    return Row(
        event,
        zh,
        counted.day,
        Edge.LATEST,
        parameter.value,
        rule,
        parameter.cites,
        parameter.status,
        counted,
        base.zh,
        note,
        years,
    )


def _answer(kind: Event, day: date, challenge: Row, found: tuple[Row, ...], known: Mapping[str, date]) -> Answer:
    made = known.get("challenged")
    late = made is not None and made > challenge.day
    said = f"提出质疑的最后一日为 {shown(challenge.day)}"
    if made is not None:
        said = f"质疑于 {shown(made)} 提出, {'已超过' if late else '在'}法定期限（最后一日 {shown(challenge.day)}）{'' if late else '内'}"
    answer = next(row for row in found if row.event == "challenge_answer")
    answered = known.get("answered")
    if answered is not None:
        kept = "在答复期限内" if answered <= answer.day else "已超过答复期限"
        said += f"; 答复于 {shown(answered)} 作出, {kept}（{shown(answer.day)}）"
    years = sorted({year for row in found for year in row.provisional})
    cautions = [
        "每一步按最后一日推算; 实际质疑、答复、投诉较早的, 后续日期相应提前",
        "质疑可能影响结果的, 应当暂停签订合同; 已签订的, 中止履行（政府采购法实施条例 第五十四条）",
    ]
    if years:
        cautions.insert(
            0, f"【暂定】{'、'.join(map(str, years))}年放假安排尚未收录, 有关日期仅按法定节假日推算, 通知公布后可能变动"
        )
    return Answer(
        question=f"{kind.zh}: {day.isoformat()}",
        conclusion=said,
        working=tuple(f"{row.zh}: {'; '.join(row.working)}" for row in found),
        articles=articles(kind.cites, "财政部令第94号 第十条、第四十二条", "政府采购法实施条例 第五十四条", *(row.cites for row in found)),
        results={"last_day": challenge.day, "in_time": None if made is None else not late, "rows": found},
        cautions=tuple(cautions),
    )  # fmt: skip
