"""Masking 脱敏: what an evaluator sees of a service user before there is a reason to see more.

A family name, the last four of an identity number, an age in bands; of a minor not even the family name. Masking is one way:
what is shown cannot be turned back, and whoever needs more asks with a reason, which the log keeps.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

ADULT = 18
"""Years 周岁 from which a person is of age (民法典 第十七条)."""
_BANDS = ((0, 5), (6, 11), (12, 17), (18, 34), (35, 59), (60, 79))
_DOUBLE = frozenset(
    ("欧阳", "上官", "司马", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容", "司徒", "令狐", "夏侯", "端木", "长孙", "宇文", "独孤", "南宫", "赫连")
)
_IDENTITY = re.compile(r"(?<![0-9])[1-9][0-9]{16}[0-9Xx](?![0-9])")
_PHONE = re.compile(r"(?<![0-9])1[3-9][0-9]{9}(?![0-9])")
_LANDLINE = re.compile(r"(?<![0-9])0[0-9]{2,3}-?[0-9]{7,8}(?![0-9])")


@dataclass(frozen=True)
class ServiceUser:
    """服务对象 as the agency's own records know the person. code: the file's number, which is no name."""

    code: str
    name: str
    identity: str = ""
    born: date | None = None


def shown_user(user: ServiceUser, on: date) -> str:
    """How the person is shown on the day ``on``: an adult by family name, a minor by code and age band alone.

    Without a known day of birth the person is shown by code: nobody is taken for an adult by guess.

    >>> shown_user(ServiceUser("K07", "王小丫", "", date(1950, 3, 1)), date(2025, 6, 30))
    '王** · 60–79 岁'
    >>> shown_user(ServiceUser("K08", "李明", "", date(2010, 7, 1)), date(2025, 6, 30))
    '编号 K08 · 12–17 岁'
    """
    if user.born is None:
        return f"编号 {user.code}"
    years = age(user.born, on)
    who = masked_name(user.name) if years >= ADULT else f"编号 {user.code}"
    return f"{who} · {age_band(years)}"


def masked_name(name: str) -> str:
    """The family name, and two stars whatever follows: their number would tell the length.

    >>> [masked_name(name) for name in ("张三", "欧阳修远", "阿依古丽·买买提", "")]
    ['张**', '欧阳**', '阿**', '**']
    """
    name = name.strip()
    family = name[:2] if name[:2] in _DOUBLE and len(name) > 2 else name[:1]
    return f"{family}**"


def masked_identity(identity: str) -> str:
    """The last four characters of an identity number.

    >>> masked_identity("110105199003071234")
    '**************1234'
    """
    identity = identity.strip()
    return "*" * 14 + identity[-4:] if len(identity) >= 8 else "*" * 14


def age(born: date, on: date) -> int:
    """Full years 周岁, from the day after the birthday on: of the readings the one that protects a day longer."""
    years = on.year - born.year
    return years - ((on.month, on.day) <= (born.month, born.day))


def age_band(years: int) -> str:
    """The band of an age; from eighty on one band, since few people are in it."""
    for low, high in _BANDS:
        if years <= high:
            return f"{low}–{high} 岁"
    return "80 岁以上"


def masked_text(text: str, names: tuple[str, ...] = ()) -> str:
    """Free text with identity numbers, telephone numbers and the given names masked. Names that nobody gave stay.

    >>> masked_text("王小丫, 110105199003071234, 13800138000", ("王小丫",))
    '王**, **************1234, 1**********'
    """
    text = _IDENTITY.sub(lambda found: masked_identity(found.group()), text)
    text = _PHONE.sub("1**********", text)
    text = _LANDLINE.sub("****", text)
    for name in sorted(names, key=len, reverse=True):
        if len(name.strip()) > 1:
            text = text.replace(name.strip(), masked_name(name))
    return text
