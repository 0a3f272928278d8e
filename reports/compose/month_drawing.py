"""The little calendar 小日历 on paper: one drawing a month, every step of the challenge clock on its day."""

from __future__ import annotations

from xml.sax.saxutils import escape

from procurement.desk.month import Day, Month
from reports.fonts import printable

WIDTH, HEAD, ROW = 322, 44, 46
_CELL = WIDTH / 7
_FONT = 'font-family="Caiping Sans, Caiping Sans Full"'
INK, SOFT, LINE, ACCENT, REST, LAW = "#17212b", "#4a5963", "#d9e0e4", "#0b5a7a", "#f1f3f4", "#a3271c"


def month_drawing(month: Month, weeks: int = 0) -> str:
    """One month as SVG, at least ``weeks`` rows high, so that two stand side by side; the same month gives the same text."""
    height = HEAD + ROW * max(weeks, len(month.weeks)) + 2
    drawn = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}">',
        _text(WIDTH / 2, 16, month.zh, 13, INK, "middle"),
        *(_text((n + 0.5) * _CELL, 36, day, 10, SOFT, "middle") for n, day in enumerate("一二三四五六日")),
    ]
    for week, days in enumerate(month.weeks):
        for place, day in enumerate(days):
            if day is not None:
                drawn += _day(day, place * _CELL, HEAD + week * ROW)
    return "".join((*drawn, "</svg>"))


def month_words(month: Month) -> str:
    """The same in words: what ends on which day."""
    told = [f"{day.day.day}日{'、'.join(day.steps)}" for week in month.weeks for day in week if day is not None and day.steps]
    return f"{month.zh}: {'; '.join(told) or '没有事项'}"


def _day(day: Day, x: float, y: float) -> list[str]:
    edge, width = (LAW, 1.6) if day.last else (ACCENT, 1.2) if day.steps else (LINE, 0.6)
    fill = REST if day.off else "#ffffff"
    drawn = [
        f'<rect x="{x + 1:.1f}" y="{y + 1:.1f}" width="{_CELL - 2:.1f}" height="{ROW - 2}" fill="{fill}" stroke="{edge}" '
        f'stroke-width="{width}"/>',
        _text(x + 4, y + 13, str(day.day.day), 11, SOFT if day.off else INK),
    ]
    right = x + _CELL - 11
    if day.count:
        drawn.append(f'<circle cx="{right:.1f}" cy="{y + 10}" r="7" fill="{ACCENT}"/>')
        drawn.append(_text(right, y + 13, str(day.count), 9, "#ffffff", "middle"))
    elif day.worked or day.off:
        drawn.append(_text(right, y + 13, "班" if day.worked else "休", 8.5, SOFT, "middle"))
    for line, step in enumerate(day.steps[:3]):
        drawn.append(_text(x + _CELL / 2, y + 23 + line * 9.5, step, 8.5, LAW if day.last else ACCENT, "middle"))
    return drawn


def _text(x: float, y: float, text: str, size: float, colour: str, anchor: str = "start") -> str:
    place = f'x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{colour}" text-anchor="{anchor}" {_FONT}'
    return f"<text {place}>{escape(printable(text))}</text>"
