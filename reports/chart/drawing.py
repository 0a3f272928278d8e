"""Which chart of the library draws which figure, on which frame. Only this module knows pygal.

pygal places axes, guides, bars, dots, lines and the web. Its style sheet, scripts and tooltips are not taken over: what
comes out is a bare tree, dressed by ``reports.chart.dress``. Measures are in px of a drawing 360 px wide, so that it is
read on a phone without being shrunk.
"""

from __future__ import annotations

import sys
from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from typing import Any

from kernel.money import yuan, yuan_text
from kernel.points import half_up, percent_text, shortest_text
from reports.chart.dress import Dress, Marker, Series, full_widths
from reports.chart.figure import NOT_APPLICABLE, Chart, Money, Raters, Scores, Standing, State, Timeline, Web
from reports.numerals import chinese_date

WIDTH = 360
AXIS = 26.0
"""Height of the line of texts below the plot."""
FULL = 100.0
MARKERS = (
    Marker.DISC,
    Marker.SQUARE,
    Marker.TRIANGLE,
    Marker.DIAMOND,
    Marker.CROSS,
    Marker.DROP,
    Marker.PLUS,
    Marker.STAR,
)
"""Told apart without colour; a ninth rater begins again, hollow."""
STATE_SIGNS: dict[State, tuple[str, Marker]] = {
    "done": ("chart-mark", Marker.DISC),
    "now": ("chart-mark", Marker.DIAMOND),
    "ahead": ("chart-mark-hollow", Marker.DISC),
    "missed": ("chart-mark", Marker.CROSS),
}
LEGEND = {3: 4.5, 2: 8.0, 1: 18.0}
"""Columns of a legend, and how many full-width characters a name may have in each."""
Frame = tuple[float, float, float, float]
"""Margins top, right, bottom, left around the plot."""


def drawing(chart: Chart) -> tuple[Any, Dress]:
    """The bare tree of the library and how it is to be dressed. ``chart`` is not empty."""
    match chart:
        case Web() if chart.is_a_web:
            return _web(chart)
        case Scores():
            return _bars(chart)
        case Raters():
            return _raters(chart)
        case Timeline():
            return _timeline(chart)
        case Money():
            return _money(chart)
        case Standing():
            return _standing(chart)
    raise TypeError(f"no drawing for {type(chart).__name__}")


@cache
def _library() -> dict[str, Any]:
    """pygal's charts with our frame instead of its guess at margins, which takes a Chinese character for a Latin one."""
    import pygal
    from pygal.etree import etree
    from pygal.view import Margin

    etree.to_etree()  # the same bytes whether lxml is installed or not
    # pygal leaves a finder of the old protocol behind, for map plug-ins; Python warns at every later import.
    sys.meta_path[:] = [finder for finder in sys.meta_path if type(finder).__module__ != "pygal"]

    class Framed:
        frame: Frame
        _box: Any

        def _compute_margin(self) -> None:
            self.margin_box, self._box.margin = Margin(*self.frame), 0
            self._title = self._x_title = self._y_title = ()
            self._x_labels_height, self._x_title_height, self._y_title_height, self._legend_at_left_width = (
                AXIS,
                0,
                0,
                0,
            )

    made = {
        name: type(f"Framed{name}", (Framed, getattr(pygal, name)), {}) for name in ("HorizontalBar", "Radar", "XY")
    }
    config = pygal.Config(
        no_prefix=True, js=(), css=(), show_legend=False, truncate_label=-1, pretty_print=False, explicit_size=True, margin=0,
        include_x_axis=False, dots_size=5, allow_interruptions=True,
    )  # fmt: skip
    return {**made, "config": config}


def _chart(kind: str, height: float, frame: Frame, **options: Any) -> Any:
    library = _library()
    made = library[kind](library["config"], width=WIDTH, height=round(height), **options)
    made.frame = frame
    return made


def _share(rate: Fraction | None) -> float:
    """A rate as per cent on the axis: a bonus or a penalty stays on it, the number beside says how much."""
    return 0.0 if rate is None else float(min(max(rate, Fraction(0)), Fraction(1)) * 100)


def _bars(scores: Scores) -> tuple[Any, Dress]:
    frame = (4.0, 88.0, AXIS, 104.0)
    chart = _chart("HorizontalBar", frame[0] + frame[2] + 36 * len(scores.bars), frame, range=(0, FULL))
    below_first = scores.bars[::-1]  # the library counts from below
    chart.x_labels = [bar.name for bar in below_first]
    chart.y_labels = _per_cents()
    chart.add("", [_share(bar.rate) for bar in below_first])
    said = tuple(_reached(bar.points, bar.full, scores.places) for bar in below_first)
    return chart.render_tree(), Dress(names=7, series=(Series("chart-fill", labels=said),))


def _reached(points: Fraction | None, full: Fraction, places: int) -> str:
    return NOT_APPLICABLE if points is None else f"{half_up(points, places)} / {shortest_text(full)}"


def _web(web: Web) -> tuple[Any, Dress]:
    chart = _chart("Radar", 300, (50.0, 80.0, 50.0, 80.0), range=(0, FULL), fill=True)
    clockwise = (web.bars[0], *web.bars[:0:-1])  # the library goes against the clock
    chart.x_labels = [bar.name for bar in clockwise]
    chart.y_labels = [{"value": step, "label": f"{step}%" if step == 50 else ""} for step in (0, 25, 50, 75, 100)]
    chart.add("", [_share(bar.rate) for bar in clockwise])
    below = tuple(percent_text(bar.rate or Fraction(0), 2) for bar in clockwise)
    return chart.render_tree(), Dress(names=5, series=(Series("chart-web", marker=Marker.DISC),), around=below)


def _raters(raters: Raters) -> tuple[Any, Dress]:
    lane = 12 if len(raters.raters) <= 7 else 9
    row = max(36, lane * len(raters.raters) + 18)
    columns = _columns(raters.raters)
    legend = _legend_height(len(raters.raters) + any(item.folded is not None for item in raters.items), columns)
    frame = (4.0, 16.0, AXIS + legend, 104.0)
    chart = _chart(
        "XY", frame[0] + frame[2] + row * len(raters.items), frame, stroke=False, xrange=(0, FULL), **_legend_options(columns)
    )
    top = len(raters.items) - 1
    chart.range = (-0.5, top + 0.5)
    chart.y_labels = [{"value": top - index, "label": item.name} for index, item in enumerate(raters.items)]
    chart.x_labels = _per_cents()
    middle, series = (len(raters.raters) - 1) / 2, []
    for nr, rater in enumerate(raters.raters):
        places = []
        for index, item in enumerate(raters.items):
            mark = item.points[nr]
            if mark is not None and item.full:
                places.append((_share(mark / item.full), top - index + (middle - nr) * lane / row))
        chart.add(rater, places)
        series.append(
            Series("chart-mark" if nr < len(MARKERS) else "chart-mark-hollow", marker=MARKERS[nr % len(MARKERS)])
        )
    folded = [
        (_share(item.folded / item.full), top - index)
        for index, item in enumerate(raters.items)
        if item.folded is not None and item.full
    ]
    if folded:
        chart.add("汇总", folded)
        series.append(Series("chart-mean", marker=Marker.BAR, reach=row / 2 - 7))
    return chart.render_tree(), Dress(names=7, series=tuple(series), legend=LEGEND[columns])


def _timeline(timeline: Timeline) -> tuple[Any, Dress]:
    moments, row = timeline.moments, 30
    frame = (4.0, 100.0, AXIS, 104.0)
    chart = _chart("XY", frame[0] + frame[2] + row * len(moments), frame, stroke=False)
    days = [day for each in moments for day in (each.on, each.until) if day is not None]
    around = timedelta(max(1, (max(days) - min(days)).days // 16))
    first, last = min(days) - around, max(days) + around
    chart.xrange = (first.toordinal(), last.toordinal())
    chart.x_labels = _months(first, last, 4)
    top = len(moments) - 1
    chart.range = (-0.5, top + 0.5)
    chart.y_labels = [{"value": top - index, "label": each.name} for index, each in enumerate(moments)]
    spans: list[tuple[float | None, float | None]] = []
    for index, each in enumerate(moments):
        if each.on is not None and each.until is not None and each.until > each.on:
            spans += [(each.on.toordinal(), top - index), (each.until.toordinal(), top - index), (None, None)]
    series = []
    if spans:
        chart.add("", spans, stroke=True, show_dots=False)
        series.append(Series("chart-span"))
    dated = [(top - nr, each) for nr, each in enumerate(moments) if each.on is not None]
    chart.add("", [(each.on.toordinal(), row_nr) for row_nr, each in dated if each.on is not None])
    series.append(Series("chart-mark", signs=tuple(STATE_SIGNS[each.state] for _, each in dated)))
    if timeline.today is not None and timeline.shows_today:
        today = timeline.today.toordinal()
        chart.add("", [(today, -0.5), (today, top + 0.5)], stroke=True, show_dots=False)
        series.append(Series("chart-today"))
    said = tuple(chinese_date(each.on) if each.on else "未定" for each in moments)
    return chart.render_tree(), Dress(names=7, series=tuple(series), beside=said, ruled=True)


def _money(money: Money) -> tuple[Any, Dress]:
    frame = (4.0, 100.0, AXIS + _legend_height(3), 72.0)
    chart = _chart("HorizontalBar", frame[0] + frame[2] + 66 * len(money.years), frame, **_legend_options())
    below_first = money.years[::-1]
    most = max(1, *(max(y.planned, y.paid, y.due) for y in money.years))
    chart.range = (0, float(yuan(most)))
    chart.x_labels = [year.name for year in below_first]
    chart.y_labels = _amounts(most)
    series = []
    for name, look in (("planned", "chart-hollow"), ("paid", "chart-fill"), ("due", "chart-dashed")):
        amounts = [getattr(year, name) for year in below_first]
        title = {"planned": "约定", "paid": "已付", "due": "应付未付"}[name]
        chart.add(title, [float(yuan(max(amount, 0))) for amount in amounts])
        series.append(Series(look, labels=tuple(yuan_text(amount) for amount in amounts)))
    return chart.render_tree(), Dress(names=5, series=tuple(series), legend=LEGEND[3])


def _standing(standing: Standing) -> tuple[Any, Dress]:
    records, several = standing.records, len(standing.contracts) > 1
    legend = _legend_height(len(standing.contracts), columns=1) if several else 0
    frame = (14.0, 40.0, AXIS + legend, 40.0)
    options = _legend_options(columns=1) if several else {}
    chart = _chart("XY", 200 + frame[0] + frame[2], frame, **options)
    low = (
        max(0, int(min(each.points for each in records) - 5) // 20 * 20)
        if min(each.points for each in records) < 100
        else 80
    )
    high = (
        100
        if max(each.points for each in records) <= 100
        else int(max(each.points for each in records)) // 20 * 20 + 20
    )
    chart.range = (low, high + (high - low) / 25)  # the library leaves out a label at the very edge
    chart.y_labels = [
        {"value": step, "label": f"{step}"} for step in range(low, high + 1, 10 if high - low <= 60 else 20)
    ]
    first, last = records[0].on, records[-1].on
    around = max(30, (last - first).days // 6)
    first, last = first - timedelta(around), last + timedelta(around)
    chart.x_labels = _months(first, last, 4)
    chart.xrange = (first.toordinal(), last.toordinal())
    series = []
    for nr, contract in enumerate(standing.contracts):
        mine = [each for each in records if each.contract == contract]
        chart.add(contract, [(each.on.toordinal(), float(each.points)) for each in mine])
        said = tuple(f"{each.shown} {each.grade}".strip() for each in mine) if len(records) <= 6 else ()
        look = "chart-mark" if nr < len(MARKERS) else "chart-mark-hollow"
        series.append(Series(look, marker=MARKERS[nr % len(MARKERS)], labels=said, below=bool(nr % 2)))
    return chart.render_tree(), Dress(names=7, series=tuple(series), legend=LEGEND[1] if several else 0)


# --- axes and legends ------------------------------------------------------------------------------------------------


def _per_cents() -> list[dict[str, Any]]:
    return [{"value": step, "label": f"{step}%"} for step in range(0, 101, 25)]


def _amounts(most: int) -> list[dict[str, Any]]:
    """Ticks of a money axis in 万元: none, half and all of the next round amount below the greatest."""
    whole = most // 1_000_000  # 万元
    step = max(1, 10 ** (len(str(whole)) - 1))
    rounded = whole // step * step
    if not rounded:
        return [{"value": 0, "label": "0"}, {"value": float(yuan(most)), "label": ""}]
    ticks = (0, rounded // 2, rounded) if rounded % 2 == 0 else (0, rounded)
    return [{"value": tick * 10_000, "label": f"{tick}万" if tick else "0"} for tick in ticks]


def _months(first: date, last: date, most: int) -> list[dict[str, Any]]:
    """The first days of at most so many months (quarters, half years, years) between two days; the day in the middle if none is."""
    count = (last.year - first.year) * 12 + last.month - first.month
    step = next((each for each in (1, 2, 3, 6, 12, 24, 60, 120) if count // each < most), 240)
    found: list[dict[str, Any]] = []
    for nr in range(first.year * 12 + first.month - 1, last.year * 12 + last.month):
        start = date(nr // 12, nr % 12 + 1, 1)
        if nr % step == 0 and first <= start <= last:
            year, month = f"{start.year}年", f"{start.month}月"
            label = f"{year}{month}" if not found and start.month > 1 else (year if start.month == 1 else month)
            found.append({"value": start.toordinal(), "label": label})
    middle = first + (last - first) / 2
    return found or [{"value": middle.toordinal(), "label": chinese_date(middle)}]


def _columns(names: tuple[str, ...]) -> int:
    """How many names of a legend stand side by side."""
    longest = max(full_widths(name) for name in names)
    return next((columns for columns, room in LEGEND.items() if longest <= room), 1)


def _legend_options(columns: int = 3) -> dict[str, Any]:
    return {
        "show_legend": True,
        "legend_at_bottom": True,
        "legend_at_bottom_columns": columns,
        "truncate_legend": -1,
        "legend_box_size": 14,
    }


def _legend_height(entries: int, columns: int = 3) -> float:
    return 10.0 + 21 * -(-entries // columns)
