"""Long tables 清单: one concept for every long list of the product.

A room says which columns its list has. Which of them are shown, how the list is filtered and where the page begins stands in
the address (``c=…``, the room's own filters, ``after=…``), so an address can be kept, sent and printed; nothing is put into a
cookie. ``format=csv`` or ``xlsx`` gives the same list as a file: all pages of it, in its order and its columns. A file that
would be too long is refused with a reason, never cut off in silence.

    LIST = Listing("合同", "contracts", (Column("title", "合同", lambda row: row.title, fixed=True), …))
    wanted = LIST.wanted(request.args)
    found = queries.contracts_for(session, actor, after=wanted.after, limit=wanted.limit(PAGE))
    if wanted.form:
        return LIST.file(wanted, found, said=[("文字", text)])
    return render_template(…, page=LIST.page(wanted, found, PAGE, lambda row: row.id))

The template draws it: ``{% import "layouts/listing.html" as listing %} {{ listing.table(page) }}``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from flask import Flask, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from app.web.clock import clock
from app.web.filters import day
from kernel.refusal import BadInput, Finding
from reports.compose.listing import Value, listing_rows, listing_workbook

MOST_ROWS = {"csv": 20_000, "xlsx": 2_000}
"""Rows that one file may hold."""
MIMETYPES = {"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
OWN = ("c", "after", "format")
"""Words of an address that are not a filter of the room."""


@dataclass(frozen=True)
class Column:
    """One column: ``name`` in the address, ``zh`` in its head.

    value  what stands in it, on the page and in a file; link: where it leads; tone: the shape of a status word
    width  in a file, in characters · shown  unless the reader chooses otherwise · fixed  the row's head, always there
    """

    name: str
    zh: str
    value: Callable[[Any], Value]
    link: Callable[[Any], str] | None = None
    tone: Callable[[Any], str] | None = None
    width: int = 16
    shown: bool = True
    fixed: bool = False
    number: bool = False


@dataclass(frozen=True)
class Wanted:
    """What an address asks of a list beside the room's own filters. ``after``: the mark of the last row of the page before."""

    columns: tuple[Column, ...]
    after: str = ""
    form: str = ""
    chosen: bool = False

    def limit(self, page: int) -> int:
        """How many rows are to be read; the room reads one more, to know whether there is more."""
        return MOST_ROWS[self.form] if self.form else page

    @property
    def args(self) -> dict[str, list[str]]:
        """The choice of columns as part of an address."""
        return {"c": [column.name for column in self.columns]} if self.chosen else {}


@dataclass(frozen=True)
class Page:
    """One page of a list, ready to be drawn."""

    listing: Listing
    wanted: Wanted
    rows: Sequence[Any]
    onward: str
    kept: tuple[tuple[str, str], ...]
    files: tuple[tuple[str, str], ...]

    @property
    def later(self) -> bool:
        """Whether it is not the first page."""
        return bool(self.wanted.after)


@dataclass(frozen=True)
class Listing:
    """A long list: what its rows are called, the name of its files, and its columns."""

    zh: str
    file_name: str
    columns: tuple[Column, ...]

    def wanted(self, args: MultiDict[str, str], form: str = "") -> Wanted:
        """What the address asks for; ``form`` where the address itself is a file. Unknown columns are left out; where none is
        left, a page has its usual ones and a file has all."""
        names = set(args.getlist("c"))
        chosen = tuple(column for column in self.columns if column.fixed or column.name in names)
        own = any(not column.fixed for column in chosen)
        form = form or args.get("format", "")
        form = form if form in MOST_ROWS else ""
        usual = tuple(column for column in self.columns if column.shown or column.fixed or form)
        return Wanted(chosen if own else usual, "" if form else args.get("after", "")[:64], form, own)

    def page(self, wanted: Wanted, found: Sequence[Any], size: int, mark: Callable[[Any], Any], *, files: Sequence[tuple[str, str]] = ()) -> Page:
        """The page that shows ``found`` (up to ``size`` + 1 rows). ``mark``: what ``after`` says of a row.

        ``files``: (word, address) of the list as a file, where that has an address of its own.
        """
        rows = found[:size]
        kept = tuple((name, value) for name, value in request.args.items(multi=True) if name not in OWN and value)
        address: dict[str, Any] = {**(request.view_args or {}), **wanted.args}
        for name, value in kept:
            address.setdefault(name, []).append(value)
        endpoint = request.endpoint or ""
        onward = url_for(endpoint, **address, after=mark(rows[-1])) if len(found) > size else ""
        own = tuple((word, url_for(endpoint, **address, format=form)) for word, form in (("Excel", "xlsx"), ("CSV", "csv")))
        return Page(self, wanted, rows, onward, kept, tuple(files) or own)

    def file(self, wanted: Wanted, found: Sequence[Any], *, said: Sequence[tuple[str, str]] = ()) -> Response:
        """The whole list as a file. ``said``: (filter, value) for the workbook. Raises BadInput when it would be too long."""
        from reports.delimited import delimited
        from reports.workbook import make_workbook

        most = MOST_ROWS[wanted.form]
        if len(found) > most:
            finding = Finding(
                "", f"一个 {wanted.form.upper()} 文件最多 {most:,} 条{self.zh}", have=f"{most:,} 条以上", need=f"{most:,} 条以内",
                cure="请缩小筛选范围, 例如按日期分段导出",
            )  # fmt: skip
            raise BadInput((finding,), "不能导出")
        heads = [f"{column.zh}（元）" if column.number else column.zh for column in wanted.columns]
        rows = ([column.value(each) for column in wanted.columns] for each in found)
        if wanted.form == "csv":
            made = b"".join(delimited(listing_rows(heads, rows)))
        else:
            widths = [column.width for column in wanted.columns]
            made = make_workbook(listing_workbook(self.zh, heads, widths, rows, said=said, day=clock().date()))
        answer = Response(made, mimetype=MIMETYPES[wanted.form])
        part = "-filtered" if said else ""
        answer.headers["Content-Disposition"] = f'attachment; filename="caiping-{self.file_name}{part}.{wanted.form}"'
        return answer


def in_a_cell(value: Value) -> str:
    """A value as the page prints it: yuan with its sign, days with their weekday.

    >>> in_a_cell(Decimal("1234.5")), in_a_cell(date(2026, 11, 23)), in_a_cell(None), in_a_cell(3)
    ('¥1,234.50', '2026年11月23日 星期一', '—', '3')
    """
    if value is None or value == "":
        return "—"
    if isinstance(value, Decimal):
        return f"¥{value:,.2f}"
    return day(value) if isinstance(value, date | datetime) else str(value)


def is_number(value: Value) -> bool:
    """Whether it stands to the right."""
    return isinstance(value, int | Decimal)


def init_app(app: Flask) -> None:
    app.jinja_env.filters["in_a_cell"] = in_a_cell
    app.jinja_env.tests["a_number"] = is_number
