"""公告清单: the list of public notices as a workbook or as rows of texts, each exactly what the page's filter shows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from kernel.money import Fen, yuan
from reports.document import Cell, Look, Sheet, Workbook

HEADS = (
    "公告类型",
    "项目名称",
    "项目编号",
    "采购人",
    "承接机构",
    "地区",
    "采购方式",
    "金额（元）",
    "公布时间",
    "投标截止",
    "不再有效自",
    "网址",
)
WIDTHS = (14, 44, 18, 26, 26, 12, 14, 18, 17, 17, 17, 50)
MONEY = HEADS.index("金额（元）")


@dataclass(frozen=True)
class NoticeFacts:
    """One notice as a list tells it. Times are aware; ``amount`` in fen."""

    name: str
    title: str
    ocid: str
    buyer: str
    supplier: str
    region: str
    method: str
    amount: Fen | None
    published_at: datetime
    closes_at: datetime | None
    until: datetime | None
    address: str


def notice_rows(notices: Iterable[NoticeFacts]) -> Iterator[Sequence[str]]:
    """The heads, then one row of texts for each notice."""
    yield HEADS
    for each in notices:
        yield [_text(value) for value in _values(each)]


def notice_workbook(notices: Iterable[NoticeFacts], *, asked: Sequence[tuple[str, str]], day: date) -> Workbook:
    """A sheet of the notices and one that says what was asked for: (filter, value)."""
    rows = [tuple(Cell(head, Look.HEAD) for head in HEADS)]
    for each in notices:
        rows.append(
            tuple(
                Cell(value, Look.NUMBER, places=2, thousands=True) if isinstance(value, Decimal) else Cell(_text(value))
                for value in _values(each)
            )
        )
    told = [(Cell("筛选条件", Look.TITLE),), (Cell("导出日期", Look.HEAD), Cell(day.isoformat()))]
    told += [(Cell(name, Look.HEAD), Cell(value)) for name, value in asked] or [(Cell("全部公告", Look.NOTE),)]
    told.append((Cell("公告数", Look.HEAD), Cell(len(rows) - 1, Look.NUMBER)))
    sheets = (
        Sheet("公告", tuple(rows), WIDTHS, freeze="A2", repeat="1:1", landscape=True),
        Sheet("筛选条件", tuple(told), (18, 60)),
    )
    return Workbook("政府购买社会工作服务公告", "采评 Caiping", day, sheets)


def _values(each: NoticeFacts) -> tuple[str | Decimal | datetime | None, ...]:
    return (
        each.name, each.title, each.ocid, each.buyer, each.supplier, each.region, each.method,
        None if each.amount is None else yuan(each.amount), each.published_at, each.closes_at, each.until, each.address,
    )  # fmt: skip


def _text(value: str | Decimal | datetime | None) -> str:
    if value is None:
        return ""
    return f"{value:%Y-%m-%d %H:%M}" if isinstance(value, datetime) else str(value)
