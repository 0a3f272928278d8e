"""External grades 外部评估等级: what other evaluators gave, each in a scale of words or letters of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar

from kernel.points import shortest_text
from rubric.entry import Entry
from rubric.rule import BadMark, Choice, Form, Rule, cap_text, capped, fen_text, register, shown, whole


@register
@dataclass(frozen=True)
class RankedExternalGrades(Rule):
    """外部评估等级: places reached, each in its evaluator's own scale; the ``best_n`` highest count, at most ``cap``.

    A mark is a list of places (1 = the best grade of that evaluator's scale). A word counts by its place in
    ``scales`` where all scales that have it agree; otherwise the place must be written.
    """

    ranks: tuple[tuple[int, Fraction], ...]
    other: Fraction = Fraction(0)
    best_n: int | None = None
    cap: Fraction | None = None
    scales: tuple[tuple[str, ...], ...] = ()
    kind: ClassVar[str] = "ranked_external_grades"
    counts_pieces: ClassVar[bool] = False

    def points(self, value: Any, pool: Sequence[Any] = ()) -> Fraction:
        if isinstance(value, int | str) and not isinstance(value, bool):
            value = [value]
        if isinstance(value, bool) or not isinstance(value, Sequence):
            raise BadMark(f"须为名次列表: {shown(value)}")
        known = dict(self.ranks)
        found = sorted((known.get(self._place(v), self.other) for v in value), reverse=True)
        total = sum(found[: self.best_n] if self.best_n else found, Fraction(0))
        return capped(total, self.cap)

    def _place(self, value: Any) -> int:
        if isinstance(value, str) and not value.strip().isdigit():
            places = {scale.index(value.strip()) + 1 for scale in self.scales if value.strip() in scale}
            if value.strip() in ("other", "其他"):
                return 0
            if len(places) != 1:
                raise BadMark(f"“{shown(value)}”在评估方等级中的名次不明, 请直接填写名次（1为最高等级）")
            return places.pop()
        return whole(value, "名次")

    @property
    def low(self) -> Fraction | None:
        return Fraction(0)

    @property
    def high(self) -> Fraction | None:
        best = max([p for _, p in self.ranks] + [self.other])
        if self.best_n is None:
            return self.cap
        return capped(best * self.best_n, self.cap)

    def gives(self, points: Fraction) -> bool:
        steps, reach = {p for _, p in self.ranks} | {self.other, Fraction(0)}, {Fraction(0)}
        for _ in range(min(self.best_n or 50, 50)):
            more = reach | {a + b for a in reach for b in steps if a + b <= points}
            if more == reach:
                break
            reach = more
        return points in reach or (points == self.cap and self.high == self.cap)

    def describe(self) -> str:
        best = f"取最高{self.best_n}项, " if self.best_n else ""
        places = "、".join(f"第{place}等{fen_text(p)}" for place, p in self.ranks)
        return f"外部评估等级, {best}{places}、其他{fen_text(self.other)}{cap_text(self.cap, '合计最高')}"

    @property
    def form(self) -> Form:
        choices = tuple(Choice(str(n), f"第{n}等", shortest_text(p)) for n, p in self.ranks)
        return Form("places", choices, help=self.describe())

    def parse(self, entered: Any) -> Any:
        if isinstance(entered, str) and entered.strip() == "无":
            entered = []
        if isinstance(entered, str):
            entered = entered.replace("，", " ").replace(",", " ").replace("、", " ").split()
        return [int(v) if isinstance(v, str) and v.isdigit() else v for v in super().parse(list(entered or []))]

    @classmethod
    def read(cls, entry: Entry) -> Rule | None:
        ranks, other = [], Fraction(0)
        for place, points in entry.numbers("ranks").items():
            if place == "other":
                other = points
            elif place.isdigit():
                ranks.append((int(place), points))
            else:
                entry.problem(f"ranks 的键须为名次或 other, 现为 {place}")
        if not ranks:
            entry.problem("缺少 ranks")
            return None
        scales = tuple(tuple(str(w) for w in scale) for scale in entry.items("grade_scales") if isinstance(scale, list))
        return cls(tuple(ranks), other, entry.whole("best_n", 0) or None, entry.number("cap"), scales)
