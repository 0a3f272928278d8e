"""Formulas 公式 as composers write them: exact numbers, addresses, and the one rounding that the engine does too."""

from __future__ import annotations

import re
from collections.abc import Iterable
from fractions import Fraction

from kernel.points import shortest_text
from rubric.criterion import GradeBands

NOT_APPLICABLE = "不适用"
NO_GRADE = "无对应等级（得分落在等级空档）"


def exact(number: Fraction) -> str:
    """A number as a formula writes it exactly: ``7.25``, ``(1/3)``."""
    text = shortest_text(number)
    return f"({text})" if "/" in text or number < 0 else text


def column(number: int) -> str:
    """The letters of a column, from 1.

    >>> column(1), column(28)
    ('A', 'AB')
    """
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def at(row: int, column_number: int) -> str:
    return f"{column(column_number)}{row}"


def span(row: int, first: int, last: int) -> str:
    return f"{at(row, first)}:{at(row, last)}"


def fixed(row: int, first: int, last: int) -> str:
    """A span that stays where it is when the formula is copied."""
    return f"${column(first)}${row}:${column(last)}${row}"


def on(sheet: str, address: str) -> str:
    """An address on another sheet."""
    quoted = sheet.replace("'", "''")
    return f"'{quoted}'!{address}"


def rounded(expression: str, places: int) -> str:
    """四舍五入 once, as the engine does. The inner ROUND only takes away the binary dust of spreadsheet sums:
    89.995 that arrives as 89.99499999999999 has to become 90.00. It lies far below any difference that scores can have.
    """
    return f"ROUND(ROUND({expression},11),{places})"


def grade(cell: str, grades: GradeBands) -> str:
    """The grade of the number in ``cell`` by the bands as written; in a gap it says so and moves nothing.

    The same order as ``rubric.grade.GradeScale.grade_of``: a band that holds it; below all, the set's own word; above
    all, the top grade where scores may exceed the scale.
    """
    bands = [band for band in grades.bands if band.low is not None or band.high is not None]
    otherwise = f'"{NO_GRADE}"'
    tops = [band for band in bands if band.high is not None]
    if grades.may_exceed_scale and tops and len(tops) == len(bands):
        top = max(tops, key=lambda band: band.high or Fraction(0))
        otherwise = f"IF({cell}>={exact(top.high or Fraction(0))},{quoted(top.grade)},{otherwise})"
    lows = [band.low for band in bands if band.low is not None]
    if grades.below and lows and len(lows) == len(bands):
        otherwise = f"IF({cell}<{exact(min(lows))},{quoted(grades.below)},{otherwise})"
    for band in reversed(bands):
        tests = []
        if band.low is not None:
            tests.append(f"{cell}{'>=' if band.low_incl else '>'}{exact(band.low)}")
        if band.high is not None:
            tests.append(f"{cell}{'<=' if band.high_incl else '<'}{exact(band.high)}")
        otherwise = f"IF(AND({','.join(tests)}),{quoted(band.grade)},{otherwise})"
    return otherwise


def quoted(text: str) -> str:
    """A text inside a formula. A quotation mark is doubled, so nobody's words end the text and begin a formula."""
    return '"' + text.replace('"', '""').replace("\n", " ") + '"'


def sheet_names(wanted: Iterable[str]) -> list[str]:
    """Names that a workbook accepts, at most 31 characters, no two alike."""
    taken: set[str] = set()
    names = []
    for text in wanted:
        clean = re.sub(r"[\[\]:*?/\\\x00-\x1f]", " ", text).strip(" '") or "工作表"
        name, number = clean[:31], 2
        while name.casefold() in taken:
            name = f"{clean[: 31 - len(str(number)) - 1]} {number}"
            number += 1
        taken.add(name.casefold())
        names.append(name)
    return names
