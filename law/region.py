"""Regions 行政区划: a six-digit code leads to the jurisdiction that is held for it and to the budget level.

What is not held falls back to the national law, and the region says so: nothing local is invented.
"""

from __future__ import annotations

from dataclasses import dataclass

from kernel.refusal import BadInput, Finding
from law.jurisdiction import Jurisdiction, jurisdiction
from law.table import names, table

NATION = ("", "000000", "100000", "national", "全国", "国家")


@dataclass(frozen=True)
class Region:
    """A place as a question names it.

    code    six digits; "" for the nation or a jurisdiction given by name
    place   the jurisdiction whose law applies; level: central, province, city or county, "" where the name says none
    held    False: nothing local is held for it, so national law is used
    """

    code: str
    zh: str
    place: Jurisdiction
    level: str
    held: bool

    @property
    def caution(self) -> str:
        """What is not known here, as one Chinese sentence; "" for the nation."""
        if not self.held:
            return f"未收录{self.zh}的本地规定, 按国家规定计算; 本地的数额标准和特别规定请查当地财政部门公布的文件"
        return f"{self.zh}尚不掌握: {'；'.join(self.place.unknown)}" if self.place.unknown else ""


def region(text: str = "") -> Region:
    """The region of a six-digit code (``410100``), or of the name of a jurisdiction (``shenzhen``, ``深圳市``).

    Raises BadInput for anything else.
    """
    name = str(text).strip()
    if name in NATION:
        return Region("", "全国", jurisdiction("national"), "", True)
    for id in names("jurisdictions"):
        place = jurisdiction(id)
        if name in (id, place.zh, place.zh.removesuffix("省").removesuffix("市")):
            return Region(
                "", place.zh, place, place.level if place.level in ("province", "city", "county") else "", True
            )
    codes = table("regions", "codes")
    province = codes["provinces"].get(name[:2])
    if len(name) != 6 or not name.isascii() or not name.isdigit() or province is None:
        raise BadInput(
            [Finding("region", "地区须为六位行政区划代码或者已收录的地区名称", have=name, need="如 410100、shenzhen")],
            "地区无法识别",
        )
    level = "province" if name.endswith("0000") else "city" if name.endswith("00") else "county"
    for length in (6, 4, 2):
        found = codes["jurisdictions"].get(name[:length])
        if found is not None:
            place = jurisdiction(found)
            return Region(
                name, place.zh if name == name[:length].ljust(6, "0") else f"{place.zh}（{name}）", place, level, True
            )
    zh = province if name.endswith("0000") else f"{province}（{name}）"
    return Region(name, zh, jurisdiction("national"), level, False)
