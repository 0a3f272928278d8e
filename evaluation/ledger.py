"""The service ledger 服务台账: what was done, by whom, for how many; and the indicators that follow from it.

An indicator that can be counted is counted, and each number names the records it came from. Nothing is scored here: the
values go into leaves of the rubric, whose rules give points.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from kernel.money import Fen, yuan_text
from kernel.points import percent_text, shortest_text
from kernel.refusal import Finding


class Service(StrEnum):
    """What kind of record 记录类型."""

    CASE = "case"
    GROUP = "group"
    COMMUNITY = "community"
    VISIT = "visit"
    CONSULTATION = "consultation"
    TRAINING = "training"
    SUPERVISION = "supervision"

    @property
    def zh(self) -> str:
        return {
            "case": "个案", "group": "小组", "community": "社区活动", "visit": "走访", "consultation": "咨询", "training": "培训",
            "supervision": "督导",
        }[self.value]  # fmt: skip


class Measure(StrEnum):
    """How a commitment counts its records 计量: pieces, people, or time."""

    RECORDS = "records"
    PEOPLE = "people"
    HOURS = "hours"

    @property
    def zh(self) -> str:
        return {"records": "件（场）", "people": "人次", "hours": "小时"}[self.value]


@dataclass(frozen=True)
class Record:
    """One record.

    on       the day of the service; of a case, the day it was closed 结案, since an open case is not yet a result
    minutes  length in minutes; people: persons served, each time counted 人次
    staff    who served; evidence: SHA-256 of the files that prove it
    """

    id: str
    service: Service
    on: date
    minutes: int
    people: int
    staff: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True)
class Commitment:
    """承诺数量 of a contract year: how much of a service, until when."""

    id: str
    name: str
    service: Service
    measure: Measure
    quantity: Fraction
    due: date


@dataclass(frozen=True)
class Post:
    """One person's time on the project. until None: still there. certified: holds a social worker's certificate 持证."""

    person: str
    since: date
    until: date | None = None
    certified: bool = False


@dataclass(frozen=True)
class Indicator:
    """A number that was counted. value: exact, a share of one unless ``unit`` says otherwise; None: not defined, see ``working``.

    numerator, denominator  what a ratio rule of the rubric takes
    records                 ids of the records that it was counted from
    """

    id: str
    name: str
    value: Fraction | None
    numerator: Fraction
    denominator: Fraction
    working: str
    records: tuple[str, ...] = ()


def record_findings(records: Iterable[Record], begins: date, ends: date) -> tuple[Finding, ...]:
    """Everything wrong with the records of a contract year, each by its id."""
    found: list[Finding] = []
    seen: set[str] = set()
    for record in records:
        if record.id in seen:
            found.append(Finding(record.id, "编号重复", have=record.id))
        seen.add(record.id)
        if not begins <= record.on <= ends:
            found.append(Finding(record.id, "服务日期不在本合同年度内", have=record.on, need=f"{begins} 至 {ends}"))
        if not 0 < record.minutes <= 24 * 60 and record.service is not Service.CASE:
            found.append(Finding(record.id, "时长须大于零且不超过一天", have=f"{record.minutes} 分钟"))
        if record.people < 1:
            found.append(Finding(record.id, "服务人数须大于零", have=record.people))
        if not record.evidence:
            found.append(Finding(record.id, "没有佐证材料", binding=False))
    return tuple(found)


def completion(commitment: Commitment, records: Sequence[Record]) -> Indicator:
    """实际完成率: done by any day of the year ÷ committed. Above 1 it stays above 1; the rubric's rule caps it."""
    counted = _counted(commitment, records)
    done = _amount(commitment.measure, counted)
    return _ratio(f"{commitment.id}.completion", f"{commitment.name}实际完成率", done, commitment.quantity, commitment.measure.zh, counted)


def timeliness(commitments: Sequence[Commitment], records: Sequence[Record]) -> Indicator:
    """完成及时率: commitments that were reached on or before their day ÷ all commitments."""
    reached, used = [], []
    for commitment in commitments:
        counted = [record for record in _counted(commitment, records) if record.on <= commitment.due]
        used += counted
        if _amount(commitment.measure, counted) >= commitment.quantity:
            reached.append(commitment)
    return _ratio("timeliness", "完成及时率", Fraction(len(reached)), Fraction(len(commitments)), "项承诺", used)


def budget_execution(spent: Fen, arrived: Fen) -> Indicator:
    """预算执行率: spent ÷ arrived, the frame's denominator; the self-evaluation form divides by the year's budget instead."""
    value = Fraction(spent, arrived) if arrived else None
    working = f"{yuan_text(spent)} ÷ {yuan_text(arrived)}" + (f" = {percent_text(value, 2)}" if value is not None else ", 分母为零, 不适用")
    return Indicator("budget_execution", "预算执行率", value, Fraction(spent, 100), Fraction(arrived, 100), working)


def staff_stability(posts: Sequence[Post], begins: date, ends: date) -> Indicator:
    """人员稳定率: people who were there on the first day and still on the last ÷ people there on the first day."""
    first = [post for post in posts if post.since <= begins and (post.until is None or post.until >= begins)]
    still = {post.person for post in posts if post.since <= ends and (post.until is None or post.until >= ends)}
    names = {post.person for post in first}
    return _ratio("staff_stability", "人员稳定率", Fraction(len(names & still)), Fraction(len(names)), "人", ())


def certified_share(posts: Sequence[Post], on: date) -> Indicator:
    """持证比例: certified ÷ all who are on the project on the day ``on``."""
    there = [post for post in posts if post.since <= on and (post.until is None or post.until >= on)]
    people = {post.person for post in there}
    certified = {post.person for post in there if post.certified}
    return _ratio("certified_share", "持证社工比例", Fraction(len(certified)), Fraction(len(people)), "人", ())


def average_staff(posts: Sequence[Post], begins: date, ends: date) -> Indicator:
    """平均在岗人数: person-days on the project ÷ days of the period, both ends included. A number of people, no share."""
    days = (ends - begins).days + 1
    spans: dict[str, set[date]] = {}
    for post in posts:
        low, high = max(post.since, begins), min(post.until or ends, ends)
        spans.setdefault(post.person, set()).update(
            date.fromordinal(day) for day in range(low.toordinal(), high.toordinal() + 1)
        )
    person_days = sum(map(len, spans.values()))
    value = Fraction(person_days, days)
    working = f"{person_days} 人日 ÷ {days} 日 = {shortest_text(value)} 人"
    return Indicator("average_staff", "平均在岗人数", value, Fraction(person_days), Fraction(days), working)


@dataclass(frozen=True)
class Reuse:
    """The same file as proof of two things 同一材料重复使用: a question to be asked, not a verdict."""

    digest: str
    places: tuple[str, ...]


def reused(evidence: Iterable[tuple[str, str]]) -> tuple[Reuse, ...]:
    """Files (SHA-256) that prove more than one thing; ``evidence``: pairs of place and digest."""
    places: dict[str, set[str]] = {}
    for place, digest in evidence:
        places.setdefault(digest, set()).add(place)
    return tuple(Reuse(digest, tuple(sorted(found))) for digest, found in sorted(places.items()) if len(found) > 1)


def _counted(commitment: Commitment, records: Sequence[Record]) -> list[Record]:
    return [record for record in records if record.service is commitment.service]


def _amount(measure: Measure, records: Sequence[Record]) -> Fraction:
    if measure is Measure.RECORDS:
        return Fraction(len(records))
    if measure is Measure.PEOPLE:
        return Fraction(sum(record.people for record in records))
    return Fraction(sum(record.minutes for record in records), 60)


def _ratio(id: str, name: str, above: Fraction, below: Fraction, unit: str, records: Sequence[Record]) -> Indicator:
    value = above / below if below else None
    tail = f" = {percent_text(value, 2)}" if value is not None else ", 分母为零, 不适用"
    working = f"{shortest_text(above)} ÷ {shortest_text(below)} {unit}{tail}"
    return Indicator(id, name, value, above, below, working, tuple(dict.fromkeys(record.id for record in records)))
