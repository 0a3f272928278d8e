"""Calendar 期限计算: counting days, working days, months and years the way the texts do.

- The first day is not counted; counting starts on the next day (财政部令第87号 第八十五条; 民法典 第二百零一条).
- A working day 工作日 is Monday to Friday less the days off, plus the make-up days 调休, as the State Council's yearly
  notice arranges them. A year without a notice is refused: guessing a holiday would misjudge somebody's deadline.
- ``PROVISIONAL`` counts such a year with the public holidays 法定节假日 alone, for answers that say loudly that they are
  provisional 暂定. No act in a room is judged by it.
- Months and years end on the corresponding day (民法典 第二百零二条).
- Whether a period that ends on a plain Saturday moves is disputed: 87号令 says 法定节假日, 94号令 节假日, the Civil
  Code 法定休假日 (rule sheet D-weekend). So two questions are kept apart, each answered on the safe side:
  ``earliest``  a *minimum* period must be full without any roll-over (D-20: deadline − issue ≥ 20);
  ``latest``    a period within which somebody must act ends on a working day: weekends and holidays move it on.

Calendar days, months and years need no arrangement; only questions about working days do.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import date, timedelta

from kernel.period import Period, Unit, months_after
from kernel.refusal import Finding, Refusal
from law.holiday import ArrangedYear, arranged_year, provisional_year, years
from law.table import kept

_DAY = timedelta(days=1)


class NoArrangement(Refusal):
    """缺少放假安排: working days of this year cannot be counted, since no official notice for it is held."""

    status = 422
    zh = "缺少该年度的放假安排, 不能计算工作日"

    def __init__(self, year: int) -> None:
        self.year = year
        held = years()
        span = f"{held[0]}年至{held[-1]}年" if held else "无"
        why = (
            f"未收录国务院办公厅关于{year}年部分节假日安排的通知（已收录: {span}）, "
            f"不能计算{year}年的工作日和节假日顺延"
        )
        cure = (
            f"请核对日期是否填错；确需办理的, 由系统管理员在通知公布后补录{year}年放假安排, 经财政部门批准"
            f"（法规服务“补录”; 随软件更新的在 law/holidays/{year}.toml）。"
            "按日历日、月、年计算的期限不受影响"
        )
        super().__init__(why, [Finding("", zh="工作日以国务院办公厅年度通知为准", cites=_BASIS, cure=cure)])


_BASIS = "全国年节及纪念日放假办法"


@dataclass(frozen=True)
class Calendar:
    """The calendar of working days. It holds no date of its own; every day is an argument.

    provisional   True: a coming year without a notice is counted with its public holidays only; else it is refused
    """

    provisional: bool = False

    def is_working_day(self, day: date) -> bool:
        """Whether ``day`` is a working day 工作日, make-up days 调休 included. Raises NoArrangement."""
        ordinals = _working_days(day.year, self.provisional)
        place = bisect_left(ordinals, day.toordinal())
        return place < len(ordinals) and ordinals[place] == day.toordinal()

    def is_statutory_holiday(self, day: date) -> bool:
        """Whether ``day`` is itself a public holiday 法定节假日, not merely a day off beside one. Raises NoArrangement."""
        return day in _arranged(day.year, self.provisional).statutory

    def is_day_off(self, day: date) -> bool:
        """Whether ``day`` lies in a holiday as the yearly notice arranges it (放假调休). Raises NoArrangement."""
        return day in _arranged(day.year, self.provisional).days_off

    def add(self, day: date, period: Period) -> date:
        """The last day of ``period`` counted from ``day``, which is not counted. Nothing rolls over.

        Raises NoArrangement for working days that reach a year without a notice.
        """
        match period.unit:
            case Unit.DAY:
                return day + timedelta(days=period.length)
            case Unit.MONTH:
                return months_after(day, period.length)
            case Unit.YEAR:
                return months_after(day, 12 * period.length)
            case Unit.WORKING_DAY:
                return self._working_days_after(day, period.length)

    def before(self, day: date, period: Period) -> date:
        """The latest day whose ``add(…, period)`` is not after ``day``: the last day to start so as to be in time.

        Raises NoArrangement as ``add`` does.
        """
        match period.unit:
            case Unit.DAY:
                return day - timedelta(days=period.length)
            case Unit.MONTH | Unit.YEAR:
                months = period.length * (12 if period.unit is Unit.YEAR else 1)
                start = months_after(day, -months)
                while months_after(start + _DAY, months) <= day:
                    start += _DAY
                return start
            case Unit.WORKING_DAY:
                # Counting back to a working day w, every start before w's period is in time; so is w - 1 itself.
                if period.length == 0:
                    return day
                return self._working_days_before(day, period.length) - _DAY

    def earliest(self, day: date, period: Period) -> date:
        """The first day on which a minimum period that began on ``day`` is full, without roll-over (D-20)."""
        return self.add(day, period)

    def latest(self, day: date, period: Period) -> date:
        """The last day to act within a period that began on ``day``: rolled over weekends and holidays (D-weekend).

        Raises NoArrangement where the last day falls into a year without a notice.
        """
        return self.roll(self.add(day, period))

    def roll(self, day: date, *, weekends: bool = True) -> date:
        """``day``, or the first working day after it when it is a day off 顺延.

        With ``weekends=False`` only the holidays of the notice move the day, to the day after the holiday (87号令
        第八十五条 read narrowly); a plain Saturday stays. Raises NoArrangement.
        """
        if weekends:
            while not self.is_working_day(day):
                day += _DAY
        else:
            while self.is_day_off(day):
                day += _DAY
        return day

    def working_days_between(self, first: date, last: date) -> int:
        """The working days after ``first`` up to and including ``last``; negative when ``last`` is earlier.

        ``working_days_between(d, add(d, n working days)) == n``. Raises NoArrangement for any year touched.
        """
        if last < first:
            return -self.working_days_between(last, first)
        if last == first:
            return 0
        start, end = first.toordinal(), last.toordinal()
        return sum(
            bisect_right(ordinals, end) - bisect_right(ordinals, start)
            for ordinals in (
                _working_days(year, self.provisional) for year in range((first + _DAY).year, last.year + 1)
            )
        )

    def _working_days_after(self, day: date, count: int) -> date:
        if count == 0:
            return day
        year = (day + _DAY).year
        while True:
            ordinals = _working_days(year, self.provisional)
            place = bisect_right(ordinals, day.toordinal()) + count - 1
            if place < len(ordinals):
                return date.fromordinal(ordinals[place])
            count -= len(ordinals) - bisect_right(ordinals, day.toordinal())
            year += 1

    def _working_days_before(self, day: date, count: int) -> date:
        """The ``count``-th working day counting back from ``day`` with ``day`` included."""
        year = day.year
        while True:
            ordinals = _working_days(year, self.provisional)
            past = bisect_right(ordinals, day.toordinal())
            if count <= past:
                return date.fromordinal(ordinals[past - count])
            count -= past
            year -= 1


PROVISIONAL = Calendar(provisional=True)
"""For answers only: years to come are counted with the public holidays, and the answer says so."""


def _arranged(year: int, provisional: bool = False) -> ArrangedYear:
    found = arranged_year(year)
    if found is None and provisional:
        found = provisional_year(year)
    if found is None:
        raise NoArrangement(year)
    return found


@kept(64)
def _working_days(year: int, provisional: bool = False) -> tuple[int, ...]:
    """The working days of a year as ordinals, ascending. Raises NoArrangement."""
    arranged = _arranged(year, provisional)
    first, last = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
    days = (date.fromordinal(ordinal) for ordinal in range(first, last + 1))
    return tuple(
        day.toordinal()
        for day in days
        if day in arranged.make_up or (day.weekday() < 5 and day not in arranged.days_off)
    )
