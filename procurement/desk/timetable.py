"""The timetable 全程时间表: forward from a start, back from a wanted contract, and again after every change.

    forward(Method.OPEN, date(2026, 9, 24))          # every limit with its day and how it was counted
    backward(Method.OPEN, date(2026, 12, 31))        # the last day of each step so that the contract is signed in time
    recompute(plan, [Change("clarification", …)])    # what moved and why

Each number is that of the law on the day from which it counts (the day of the legal event), never of today.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from kernel.period import Period, Unit
from kernel.refusal import BadInput, Finding
from law import law_at
from law.calendar import PROVISIONAL
from law.day import NotInForce
from law.table import kept
from procurement.desk.answer import STATUS_ZH
from procurement.desk.counting import Counted, Edge, anchor, count, count_back, shown, stray_days
from procurement.desk.course import COURSES, NO_TIME, Limit, start_of
from procurement.method import Method


@dataclass(frozen=True)
class Pause:
    """A time in which the procedure stood still: from ``first`` on, going on again on ``until``."""

    first: date
    until: date
    why: str
    cites: str
    signing_only: bool = False

    @property
    def days(self) -> int:
        return (self.until - self.first).days


@dataclass(frozen=True)
class Row:
    """One limit with its day.

    day           the limit, or the day that was set for the event; limit: the limit in either case
    provisional   years before it that were counted without their official arrangement
    """

    event: str
    zh: str
    day: date
    edge: Edge
    period: Period
    rule: str
    cites: str
    status: str
    counted: Counted
    base: str = ""
    note: str = ""
    provisional: tuple[int, ...] = ()
    set_for: date | None = None

    @property
    def limit(self) -> date:
        return self.counted.day

    @property
    def strict(self) -> date:
        return self.counted.strict

    @property
    def safe(self) -> date:
        return self.counted.safe

    @property
    def working(self) -> tuple[str, ...]:
        inherited = () if not self.provisional or self.counted.provisional else (
            f"【暂定】起算日由{'、'.join(map(str, self.provisional))}年的暂定日历推得",
        )  # fmt: skip
        waits = (f"依据状态: {STATUS_ZH[self.status]}",) if self.status.startswith("M") else ()
        chosen = (
            () if self.set_for is None else (f"已定于 {shown(self.set_for)}; 法定{self.edge.zh} {shown(self.limit)}",)
        )
        return (*self.counted.working, *inherited, *chosen, *waits)


@dataclass(frozen=True)
class Plan:
    """A question: the method, the day it starts, where, what already happened on other days, and what stood still.

    actual   {event: day}: days that are set or happened; a day that breaks a limit is told by ``breaches``
    """

    method: Method
    start: date
    place: str = "national"
    actual: Mapping[str, date] = field(default_factory=dict)
    pauses: tuple[Pause, ...] = ()


@kept(1024)
def forward(method: Method, start: date, *, place: str = "national") -> tuple[Row, ...]:
    """Every limit of the method from its start, in order of days. The same question has the same answer, so it is kept."""
    return rows(Plan(method, start, place))


def rows(plan: Plan) -> tuple[Row, ...]:
    """Every limit of a plan, in order of days. Raises BadInput for events that the method does not have."""
    course = COURSES[plan.method]
    if far := stray_days(issued=plan.start, **plan.actual):
        raise BadInput(far, "日期超出范围")
    if stray := sorted(set(plan.actual) - {limit.event for limit in course}):
        raise BadInput([Finding("actual", f"{plan.method.zh}没有此环节", have=each) for each in stray], "环节无法识别")
    found: dict[str, Row] = {}
    days = {"": plan.start, "start": plan.start, start_of(plan.method): plan.start}
    waiting = list(course)
    while waiting:
        limit = next(each for each in waiting if each.base in days)
        waiting.remove(limit)
        row = _row(limit, days[limit.base], plan, found)
        if row is not None:
            found[limit.event] = row
            days.setdefault(limit.event, row.day)
        else:
            days.setdefault(limit.event, plan.actual.get(limit.event, days[limit.base]))
    order = {limit.event: n for n, limit in enumerate(course)}
    return tuple(sorted(found.values(), key=lambda row: (row.day, order[row.event])))


def _row(limit: Limit, base: date, plan: Plan, found: Mapping[str, Row]) -> Row | None:
    """None where no number is in force on that day."""
    try:
        period, cites, status = _number(limit, base, plan.place)
    except NotInForce:
        return None
    counted = _counted(limit, base, period)
    inherited = found[limit.base].provisional if limit.base in found else ()
    chosen = plan.actual.get(limit.event)
    for pause in plan.pauses:
        if limit.pauses and not limit.back and (limit.event == "contract_signing" or not pause.signing_only):
            counted = _paused(counted, pause)
            if chosen is not None and base <= pause.first <= chosen and not _done(limit, plan):
                chosen = PROVISIONAL.roll(chosen + timedelta(days=pause.days))
    zh = found[limit.base].zh if limit.base in found else ""
    return Row(
        limit.event, limit.zh, chosen or counted.day, limit.edge, _days_of(counted, period, limit), limit.rule, cites, status, counted,
        zh, limit.note, tuple(sorted({*inherited, *counted.provisional})), chosen,
    )  # fmt: skip


def _done(limit: Limit, plan: Plan) -> bool:
    """Whether a later step already has its day, so that this one is over and a pause no longer moves it."""
    return any(each.base == limit.event and each.event in plan.actual for each in COURSES[plan.method])


def _number(limit: Limit, base: date, place: str) -> tuple[Period, str, str]:
    if isinstance(limit.number, Period):
        return limit.number, limit.cites, limit.status
    parameter = law_at(base, place).parameter(limit.number)
    assert isinstance(parameter.value, Period)
    return parameter.value, limit.cites or parameter.cites, limit.status or parameter.status


def _counted(limit: Limit, base: date, period: Period) -> Counted:
    if period == NO_TIME:
        return replace(anchor(base, limit.note or "同一日"), edge=limit.edge)
    if limit.back:
        return count_back(base, period, limit.edge)
    return count(base, period, limit.edge, full=limit.full)


def _days_of(counted: Counted, period: Period, limit: Limit) -> Period:
    """Years are told as days too, so that every row counts in days or working days."""
    if period.unit in (Unit.MONTH, Unit.YEAR):
        return Period((counted.day - counted.start).days, Unit.DAY)
    return period


def _paused(counted: Counted, pause: Pause) -> Counted:
    """A limit that was running when everything stood still gets the days back. A period that is over does not."""
    if not (counted.start <= pause.first <= counted.day and counted.period.length and pause.days > 0):
        return counted
    moved = counted.day + timedelta(days=pause.days)
    day = PROVISIONAL.roll(moved) if counted.edge is Edge.LATEST else moved
    line = f"{pause.first.isoformat()}至{pause.until.isoformat()}{pause.why}, 停止{pause.days}日, 顺延至 {shown(day)}（{pause.cites}）"
    later = max(day, counted.safe + timedelta(days=pause.days))
    safe = day if counted.edge is Edge.LATEST else PROVISIONAL.roll(later)
    return replace(counted, day=day, strict=moved, safe=safe, working=(*counted.working, line))


# --- backward ---------------------------------------------------------------------------------------------------------------


@kept(256)
def backward(method: Method, contract: date, *, place: str = "national") -> tuple[Row, ...]:
    """The last day of each step so that the contract can still be signed on ``contract``, in order of days.

    Every step at its fastest: what the law fixes only as a limit to act takes no time, least periods are kept in full.
    ``safe`` of each row: the day on which every step may take the whole of its time, the challenge period included.
    """
    if far := stray_days(contract=contract):
        raise BadInput(far, "日期超出范围")
    course = {limit.event: limit for limit in COURSES[method]}
    start, latest = start_of(method), _latest_start(method, contract, place)
    safe = dict(_unhurried(method, contract, place))
    fast = {row.event: row for row in rows(Plan(method, latest, place))}
    slack = (contract - _fastest_contract(method, latest, place)).days
    told = []
    for event in (*_BEFORE, *_AFTER):
        if event not in course or event not in fast:
            continue
        row = fast[event]
        if event in _AFTER:
            day, period = contract, NO_TIME
            how: tuple[str, ...] = (f"不晚于合同签订日 {shown(contract)}; 法律只限定最长时间, 最快可以当日完成",)
        else:
            day = row.day + timedelta(days=slack if event not in _FROM_START and event != start else 0)
            period, how = row.period, row.counted.working
            if event == start:
                least = fast["bids_close"] if "bids_close" in fast else fast["publicity_end"]
                period, how = (
                    least.period,
                    (f"此日之后才开始的, 满{least.period}时已晚于 {shown(contract)}", *least.counted.working),
                )
                row = replace(row, rule=least.rule, cites=least.cites, status=least.status)
            elif event == "bids_close":
                period, how = NO_TIME, (f"最快可以在截止当日开标、评审、签订合同: 不晚于 {shown(contract)}",)
        counted = Counted(day, row.counted.start, period, Edge.LATEST, day, min(safe.get(event, day), day), how)
        told.append(replace(row, day=day, edge=Edge.LATEST, period=period, counted=counted))
    number, cites, status = _number(course["contract_signing"], contract, place)
    first = count_back(contract, number, Edge.LATEST).day
    lines = (f"通知书发出之日起{number}内签订; 早于 {shown(first)} 发出的, 到 {shown(contract)} 已逾期",)
    notice = fast["result_notice"]
    told.append(
        replace(
            notice, day=first, edge=Edge.EARLIEST, period=number, rule="L-46", cites=cites, status=status,
            counted=Counted(first, contract, number, Edge.EARLIEST, first, first, lines),
        )
    )  # fmt: skip
    order = {event: n for n, event in enumerate((*_BEFORE, *_AFTER))}
    return tuple(sorted(told, key=lambda row: (row.day, order[row.event], row.edge)))


_BEFORE = (
    "intention_publication", "prequalification_notice", "plan_filing", "single_source_publicity", "documents_issued",
    "notice_period_end", "documents_offered_until", "clarification", "bids_close", "publicity_end",
    "approval_application",
)  # fmt: skip
_AFTER = ("opening", "evaluation", "evaluation_report", "award_decision", "result_notice", "contract_signing")
_FROM_START = (
    "intention_publication", "prequalification_notice", "plan_filing", "notice_period_end", "documents_offered_until",
)  # fmt: skip


def _fastest_contract(method: Method, start: date, place: str) -> date:
    """The first day on which a contract can be signed lawfully: when the evaluation can begin at the earliest."""
    course = {limit.event: limit for limit in COURSES[method]}
    way = ["evaluation"]
    while course[way[-1]].base:
        way.append(course[way[-1]].base)
    day, plan = start, Plan(method, start, place)
    for event in reversed(way):
        row = _row(course[event], day, plan, {})
        day = day if row is None else row.day
    return day


def earliest_contract(method: Method, start: date, *, place: str = "national") -> date:
    """The first lawful day of the contract of a procurement that starts on ``start``; the counterpart of ``backward``."""
    return _fastest_contract(method, start, place)


def _latest_start(method: Method, contract: date, place: str) -> date:
    """The last start from which ``contract`` can be reached: the courses are monotone, so step back until it fits."""
    start = contract
    while (late := (_fastest_contract(method, start, place) - contract).days) > 0:
        start -= timedelta(days=max(1, late))
    while _fastest_contract(method, start + timedelta(days=1), place) <= contract:
        start += timedelta(days=1)
    return start


def _unhurried(method: Method, contract: date, place: str) -> Sequence[tuple[str, date]]:
    """The days when every step may take the whole of its time, and the contract waits for the challenge period."""
    start = contract
    while True:
        closes = [row.safe for row in rows(Plan(method, start, place)) if row.event == "bids_close"]
        plan = Plan(method, start, place, {"bids_close": closes[0]} if closes else {})
        found = {row.event: row for row in rows(plan)}
        done = found["challenge"].day
        if done < contract and PROVISIONAL.is_working_day(start):
            days = {event: row.day for event, row in found.items()}
            return tuple({**days, "contract_signing": contract}.items())
        start -= timedelta(days=max(1, (done - contract).days))


# --- changes ----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Change:
    """Something that happened on a day.

    kind   clarification 澄清修改 · extension 延期 · suspension 暂停 · resumption 恢复 · challenge 质疑 · complaint 投诉
    to     the new deadline (extension), the day it goes on or was answered or decided (suspension, challenge, complaint)
    """

    kind: str
    on: date
    to: date | None = None
    affects: bool = True


@dataclass(frozen=True)
class Moved:
    """One day that moved, and why."""

    event: str
    zh: str
    before: date
    after: date
    why: str


CHANGES = {
    "clarification": "澄清或者修改", "extension": "延长截止时间", "suspension": "暂停采购活动", "resumption": "恢复采购活动",
    "challenge": "收到质疑", "complaint": "收到投诉",
}  # fmt: skip


def recompute(plan: Plan, changes: Sequence[Change]) -> tuple[Plan, tuple[Row, ...], tuple[Moved, ...]]:
    """The plan, its rows and everything that moved after ``changes``, taken in order. Nothing ever becomes shorter.

    Raises BadInput for a kind that is not known, an extension that shortens, a resumption without a suspension.
    """
    moved: list[Moved] = []
    now = rows(plan)
    for change in changes:
        plan, why = _changed(plan, change, {row.event: row for row in now})
        after = rows(plan)
        before = {row.event: row.day for row in now}
        moved += [
            Moved(row.event, row.zh, before[row.event], row.day, why)
            for row in after
            if row.event in before and before[row.event] != row.day
        ]
        now = after
    return plan, now, tuple(moved)


def _changed(plan: Plan, change: Change, now: Mapping[str, Row]) -> tuple[Plan, str]:
    closes = now.get("bids_close")
    match change.kind:
        case "clarification" if closes is not None:
            if not change.affects:
                return plan, "澄清不影响投标文件编制, 截止时间不变（财政部令第87号 第二十七条）"
            limit = next(each for each in COURSES[plan.method] if each.event == "clarification")
            period, cites, _ = _number(limit, change.on, plan.place)
            need = PROVISIONAL.add(change.on, period)
            day = max(need, closes.day)
            why = f"{change.on.isoformat()}澄清或者修改, 距截止须满{period}（{cites}）"
            return replace(plan, actual={**plan.actual, "bids_close": day}), why
        case "extension" if closes is not None:
            if change.to is None or change.to < closes.day:
                raise BadInput(
                    [Finding("to", "延长后的截止时间不得早于原截止时间", have=change.to, need=f"不早于 {closes.day}")],
                    "延期有误",
                )
            why = f"{change.on.isoformat()}公告延长投标（响应）截止时间"
            return replace(plan, actual={**plan.actual, "bids_close": change.to}), why
        case "suspension":
            until = change.to or PROVISIONAL.add(change.on, law_at(change.on, plan.place).period("suspension_max"))
            why = "暂停采购活动" if change.to else "暂停采购活动（尚未恢复, 按最长三十日暂计）"
            pause = Pause(change.on, until, why, "政府采购法 第五十七条；财政部令第94号 第二十八条")
            return replace(plan, pauses=(*plan.pauses, pause)), f"{change.on.isoformat()}{why}"
        case "resumption":
            open_pause = next((p for p in reversed(plan.pauses) if not p.signing_only), None)
            if open_pause is None or change.on < open_pause.first:
                raise BadInput([Finding("kind", "没有可以恢复的暂停", have=change.on)], "恢复有误")
            pauses = tuple(
                replace(p, until=change.on, why="暂停采购活动") if p is open_pause else p for p in plan.pauses
            )
            return replace(plan, pauses=pauses), f"{change.on.isoformat()}恢复采购活动, 按实际暂停天数计算"
        case "challenge":
            until = (
                change.to or count(change.on, law_at(change.on, plan.place).period("challenge_answer"), Edge.LATEST).day
            )
            pause = Pause(
                change.on, until, "处理质疑, 暂停签订合同", "政府采购法实施条例 第五十四条", signing_only=True
            )
            return replace(plan, pauses=(*plan.pauses, pause)), f"{change.on.isoformat()}收到质疑, 答复前暂停签订合同"
        case "complaint":
            limit_days = law_at(change.on, plan.place).period("suspension_max")
            longest = PROVISIONAL.add(change.on, limit_days)
            until = min(change.to or longest, longest)
            pause = Pause(
                change.on, until, "处理投诉, 财政部门通知暂停", "政府采购法 第五十七条；财政部令第94号 第二十八条"
            )
            return replace(
                plan, pauses=(*plan.pauses, pause)
            ), f"{change.on.isoformat()}收到投诉, 暂停不超过{limit_days}"
    names = "、".join(CHANGES)
    raise BadInput(
        [Finding("kind", "变化的种类无法识别或者不适用于该采购方式", have=change.kind, need=names)], "变化有误"
    )


# --- judging days that were set ------------------------------------------------------------------------------------------------


def breaches(plan: Plan) -> tuple[Finding, ...]:
    """Which of the days that are set break their limit: have, need, article. Rules from memory only warn."""
    found = []
    for row in rows(plan):
        have = plan.actual.get(row.event)
        if have is None or (row.period.length == 0 and row.edge is Edge.LATEST):
            continue
        if (row.edge is Edge.EARLIEST and have < row.limit) or (row.edge is Edge.LATEST and have > row.limit):
            found.append(
                Finding(
                    row.event, f"{row.zh}{'过早' if row.edge is Edge.EARLIEST else '过迟'}", row.cites, have=have,
                    need=f"{row.edge.zh} {row.limit}", binding=not row.status.startswith("M"),
                )
            )  # fmt: skip
    return tuple(found)
