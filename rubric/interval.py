"""Intervals 区间: from one end to the other, each end included 含 or not; an end that is None is open."""

from __future__ import annotations

from fractions import Fraction

from kernel.points import shortest_text


class Interval:
    """What every band and range of numbers can be asked. The dataclass that is one brings the four fields."""

    low: Fraction | None
    high: Fraction | None
    low_incl: bool
    high_incl: bool

    def holds(self, value: Fraction) -> bool:
        """Whether ``value`` lies inside, the ends as written."""
        above = self.low is None or value > self.low or (self.low_incl and value == self.low)
        return above and (self.high is None or value < self.high or (self.high_incl and value == self.high))

    def overlaps(self, upper: Interval) -> bool:
        """Whether both hold some value; ``upper`` is one that begins no lower than this."""
        if self.high is None or upper.low is None:
            return True
        return self.high > upper.low or (self.high == upper.low and self.high_incl and upper.low_incl)

    def leaves_gap(self, upper: Interval) -> bool:
        """Whether some value between this and ``upper`` belongs to neither."""
        if self.high is None or upper.low is None:
            return False
        return self.high < upper.low or (self.high == upper.low and not self.high_incl and not upper.low_incl)

    def text(self) -> str:
        """As a sentence prints it: "≥1且<2", "≥2", "<1", "=3"."""
        if self.low is not None and self.low == self.high:
            return f"={shortest_text(self.low)}"
        ends = []
        if self.low is not None:
            ends.append(("≥" if self.low_incl else ">") + shortest_text(self.low))
        if self.high is not None:
            ends.append(("≤" if self.high_incl else "<") + shortest_text(self.high))
        return "且".join(ends) or "任何值"
