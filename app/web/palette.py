"""The palette 色板: which colour stands on which, and how strong the contrast must be in every light.

The colours themselves are in static/css/tokens.css and nowhere else; this module reads them there. Contrast is that of
WCAG 2.2: AA asks 4.5 of text and 3 of lines that must be seen, AAA asks 7 of text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

Tokens = dict[str, str]
"""Colour by token name, without the dashes: {"ink": "#17212b"}."""

LIGHTS: dict[str, frozenset[str]] = {
    "浅色": frozenset(),
    "深色": frozenset({"prefers-color-scheme: dark"}),
    "高对比": frozenset({"prefers-contrast: more"}),
    "深色高对比": frozenset({"prefers-color-scheme: dark", "prefers-contrast: more"}),
}
"""The lights a page is read in, each with what the reader's system says. Print is 浅色."""

TEXT, LINE = 7.0, 3.0
"""The least contrast of a text (AAA) and of a line that carries a meaning (AA for what is no text)."""


@dataclass(frozen=True)
class Pair:
    """One colour on another. ``least`` is the contrast it must have."""

    colour: str
    ground: str
    use: str
    least: float = TEXT


PAIRS = (
    Pair("ink", "paper", "正文"),
    Pair("ink", "wash", "页面底色上的正文"),
    Pair("ink", "accent-wash", "选中的一项"),
    Pair("ink", "warn-wash", "训练模式横幅"),
    Pair("ink-soft", "paper", "说明文字、表头"),
    Pair("ink-soft", "wash", "页面底色上的说明文字"),
    Pair("ink-soft", "accent-wash", "选中一项的说明文字"),
    Pair("ink-soft", "law-wash", "错误汇总下的说明"),
    Pair("accent", "paper", "链接、次要按钮"),
    Pair("accent", "wash", "页面底色上的链接"),
    Pair("accent-deep", "paper", "鼠标所指的链接"),
    Pair("accent-deep", "accent-wash", "一般提示和状态词"),
    Pair("paper", "accent", "主要按钮上的字"),
    Pair("paper", "accent-deep", "鼠标所指的主要按钮"),
    Pair("paper", "ink-soft", "不可用的按钮"),
    Pair("law", "paper", "法条、法定期限"),
    Pair("law", "wash", "页面底色上的法条"),
    Pair("law", "law-wash", "拒绝、错误汇总"),
    Pair("good", "paper", "成功"),
    Pair("good", "good-wash", "成功提示和状态词"),
    Pair("warn", "paper", "提醒"),
    Pair("warn", "warn-wash", "提醒提示和状态词"),
    Pair("head-ink", "head", "页首"),
    Pair("head-mark", "head", "页首的当前栏目", LINE),
    Pair("head", "head-mark", "页首的未读数"),
    Pair("line-strong", "paper", "输入框的边", LINE),
    Pair("line-strong", "wash", "页面底色上输入框的边", LINE),
    Pair("accent", "accent-wash", "选中一项的边", LINE),
)


def tokens(css: str, says: frozenset[str] = frozenset()) -> Tokens:
    """The colours that ``css`` gives to :root on the screen of a reader whose system ``says`` this."""
    found: Tokens = {}
    for conditions, body in _roots(re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)):
        if conditions <= says:
            found.update(re.findall(r"--([a-z-]+):\s*(#[0-9a-f]{6})\b", body))
    return found


def triples(css: str, says: frozenset[str] = frozenset()) -> dict[str, tuple[int, ...]]:
    """The colours that ``css`` repeats as three numbers for Bootstrap: {"accent": (11, 90, 122)}."""
    found: dict[str, tuple[int, ...]] = {}
    for conditions, body in _roots(css):
        if conditions <= says:
            for name, numbers in re.findall(r"--([a-z-]+)-rgb:\s*(\d[\d, ]+)", body):
                found[name] = tuple(int(number) for number in numbers.split(","))
    return found


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, from 1 to 21.

    >>> round(contrast("#000000", "#ffffff"), 2)
    21.0
    """
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    def linear(channel: int) -> float:
        share = channel / 255
        return share / 12.92 if share <= 0.04045 else float(((share + 0.055) / 1.055) ** 2.4)

    red, green, blue = (linear(int(colour[place : place + 2], 16)) for place in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _roots(css: str) -> list[tuple[frozenset[str], str]]:
    """Every :root rule in its order, with the features that its @media asks for."""
    found = []
    for match in re.finditer(r"(?:@media([^{]+)\{\s*)?:root\s*\{([^}]*)\}", css):
        found.append((frozenset(re.findall(r"\(([^)]+)\)", match[1] or "")), match[2]))
    return found
