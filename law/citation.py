"""Citations 引文: where a rule is written. Every citation resolves to an instrument we hold, or is refused.

The one form: ``政府采购法 第三十六条第一款第一项`` · ``财政部令第87号 第五十五条`` · ``财库〔2026〕2号`` · for texts in parts
without articles ``财库〔2019〕38号 一（九）``. Several are separated by "；"; articles of one instrument by "、".
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from law.instrument import Instrument, instrument_names
from law.table import kept


class UnknownCitation(ValueError):
    """A citation that does not resolve: unknown instrument, article it does not have, or a form nobody could look up."""


@dataclass(frozen=True)
class Citation:
    """An instrument and the place in it; a part that is not named is 0 or ""."""

    instrument: Instrument
    article: int = 0  # 条
    inserted: int = 0  # 之一
    paragraph: int = 0  # 款
    item: int = 0  # 项
    part: str = ""  # 一（九）: texts without articles

    def __str__(self) -> str:
        place = self.part
        if self.article:
            place += f"第{numeral(self.article)}条"
        if self.inserted:
            place += f"之{numeral(self.inserted)}"
        if self.paragraph:
            place += f"第{numeral(self.paragraph)}款"
        if self.item:
            place += f"第{numeral(self.item)}项"
        return f"{self.instrument.name} {place}".strip()


_NUMBER = "[一二三四五六七八九十百千零]+"
_PLACE = re.compile(
    rf"(?:第(?P<article>{_NUMBER})条(?:之(?P<inserted>{_NUMBER}))?"
    rf"(?:第(?P<paragraph>{_NUMBER})款)?(?:第[（(]?(?P<item>{_NUMBER})[）)]?项)?)"
    rf"|(?P<part>{_NUMBER}(?:（{_NUMBER}）)?)"
)
_TIDY = str.maketrans({"[": "〔", "]": "〕", "【": "〔", "】": "〕", "《": "", "》": "", "(": "（", ")": "）"})


@kept()
def resolve(text: str) -> Citation:
    """The one citation that ``text`` holds. Raises UnknownCitation, in Chinese, saying what does not resolve."""
    tidy = text.translate(_TIDY).strip()
    for name, instrument in instrument_names().items():
        if tidy.startswith(name):
            return _placed(instrument, tidy[len(name) :].strip(), text)
    raise UnknownCitation(f"引文无法识别: “{text}”: 未收录此文件（law/instruments）")


@kept()
def resolve_all(text: str) -> tuple[Citation, ...]:
    """Every citation in ``text``. A piece that starts with an article belongs to the instrument named before it.

    >>> [str(each) for each in resolve_all("政府采购法 第三十六条、第三十七条；87号令 第四十三条")]
    ['政府采购法 第三十六条', '政府采购法 第三十七条', '财政部令第87号 第四十三条']
    """
    found: list[Citation] = []
    for piece in filter(None, (each.strip() for each in re.split("[；;、]", text))):
        if found and _PLACE.fullmatch(piece.translate(_TIDY)):
            found.append(_placed(found[-1].instrument, piece.translate(_TIDY), text))
        else:
            found.append(resolve(piece))
    if not found:
        raise UnknownCitation("引文为空")
    return tuple(found)


def _placed(instrument: Instrument, place: str, text: str) -> Citation:
    if not place:
        return Citation(instrument)
    match = _PLACE.fullmatch(place)
    if match is None:
        raise UnknownCitation(f"引文无法识别: “{text}”: 条款须写作“第三十六条第一款第一项”, 不能是“{place}”")
    article, inserted, paragraph, item = (
        number(match[name]) if match[name] else 0 for name in ("article", "inserted", "paragraph", "item")
    )
    if article and instrument.articles == 0:
        raise UnknownCitation(f"引文有误: “{text}”: {instrument.name}不分条, 请引用其部分, 如“一（二）”")
    if instrument.articles and article > instrument.articles:
        raise UnknownCitation(f"引文有误: “{text}”: {instrument.name}共{instrument.articles}条")
    if match["part"] and instrument.articles != 0:
        raise UnknownCitation(f"引文有误: “{text}”: {instrument.name}分条, 请引用条文")
    return Citation(instrument, article, inserted, paragraph, item, match["part"] or "")


_DIGITS = "零一二三四五六七八九"
_PLACES = {"千": 1000, "百": 100, "十": 10}


def number(text: str) -> int:
    """The number of a Chinese numeral below ten thousand. Raises UnknownCitation for one that nobody writes so.

    >>> number("一千二百五十九"), number("一百零三"), number("十四")
    (1259, 103, 14)
    """
    total, digit = 0, 0
    for sign in text:
        if sign in _PLACES:
            total += (digit or 1) * _PLACES[sign]
            digit = 0
        elif sign in _DIGITS:
            digit = _DIGITS.index(sign)
        else:
            raise UnknownCitation(f"数字无法识别: “{text}”")
    if numeral(total + digit) != text:
        raise UnknownCitation(f"数字无法识别: “{text}”")
    return total + digit


def numeral(value: int) -> str:
    """The Chinese numeral that article numbers are written with, from 1 to 9999.

    >>> numeral(1260), numeral(103), numeral(14), numeral(20)
    ('一千二百六十', '一百零三', '十四', '二十')
    """
    if not 0 < value < 10000:
        raise UnknownCitation(f"条号须在1至9999之间: {value}")
    text, gap = "", False
    for sign, worth in (*_PLACES.items(), ("", 1)):
        digit, value = divmod(value, worth)
        if digit:
            text += ("零" if gap else "") + _DIGITS[digit] + sign
            gap = False
        else:
            gap = bool(text) and value > 0
    return text[1:] if text.startswith("一十") else text
