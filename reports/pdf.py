"""PDF: a document in, bytes out. WeasyPrint is loaded at the first use; without Pango only this module refuses.

Nothing is fetched: fonts come out of the tree, everything else is in the page. A ``file://`` in a user's text is text.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from kernel.refusal import Finding, Refusal
from reports import fonts
from reports.document import Document, Table
from reports.numerals import chinese_date

TEMPLATES = Path(__file__).resolve().parent.parent / "templates" / "print"


class NoPango(Refusal):
    """缺少排版组件: this machine cannot make PDF files; everything else works."""

    status = 503
    zh = "本机缺少PDF排版组件Pango，暂不能生成PDF文件"


class BlockedAddress(ValueError):
    """Something in a document asked for an address. Documents ask for none, so this is our bug, and loud."""


def make_pdf(document: Document) -> bytes:
    """The document as an A4 PDF with its fonts embedded; same document, same bytes.

    Raises NoPango where the typesetting library is not installed, and BlockedAddress when anything in the document asks
    for an address (only a chart could: all texts are escaped).
    """
    weasyprint = _weasyprint()
    from weasyprint.urls import FatalURLFetchingError

    # Structure tags (headings, table heads, the words for a figure) let a screen reader read the report aloud.
    fetcher = closed_fetcher()
    page = weasyprint.HTML(string=document_html(document), url_fetcher=fetcher)
    with _without_collection():
        try:
            pdf: bytes = page.write_pdf(pdf_tags=True)
        except FatalURLFetchingError as error:  # derives from BaseException, and must not end a worker
            raise BlockedAddress(str(error)) from error
    if fetcher.blocked:  # WeasyPrint leaves a drawing out that could not load something, and goes on
        raise BlockedAddress(f"文书不得引用外部地址: {'、'.join(fetcher.blocked)}")
    return pdf


@contextmanager
def _without_collection() -> Iterator[None]:
    """The cyclic collector rests: the boxes of a document live until its end, and looking through them costs 13 %."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def document_html(document: Document) -> str:
    """The page that WeasyPrint sets, with its style in it; what a benchmark gives to bare WeasyPrint."""
    texts = tuple(document.texts())
    missing = tuple(f"U+{ord(character):04X}" for character in fonts.unprintable(texts))
    faces = "\n".join(face.css() for face in fonts.faces_for(texts))
    style = Markup(f"{faces}\n{_stylesheet()}")
    return _environment().get_template("document.html").render(document=document, style=style, missing=missing)


def closed_fetcher() -> Any:
    """A WeasyPrint ``URLFetcher`` that knows ``data:`` and the font files of the tree, and nothing else.

    Its ``fetch`` raises BlockedAddress for every other address, and WeasyPrint then stops.
    """
    return _fetcher_class()()


@cache
def _weasyprint() -> Any:
    try:
        import weasyprint
    except OSError as error:  # cffi could not load libpango
        cure = "请安装 libpango-1.0-0、libpangoft2-1.0-0、libharfbuzz-subset0 后重试；其他功能不受影响"
        raise NoPango(findings=(Finding("", zh=f"未能加载排版库：{error}", cure=cure),)) from error
    return weasyprint


@cache
def _fetcher_class() -> Any:
    _weasyprint()
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class ClosedFetcher(URLFetcher):  # type: ignore[misc]
        """An allow-list: our fonts by name, and data that is already in the page."""

        def __init__(self) -> None:
            super().__init__(allowed_protocols=("data",), allow_redirects=False, fail_on_errors=True)
            self.blocked: list[str] = []

        def fetch(self, url: str, headers: dict[str, str] | None = None) -> Any:
            scheme, _, rest = url.partition(":")
            if scheme.lower() == "data":
                return super().fetch(url, headers)
            if scheme == fonts.SCHEME and rest in fonts.FILES:
                return URLFetcherResponse(url, (fonts.FOLDER / rest).read_bytes(), {"Content-Type": "font/ttf"})
            self.blocked.append(url)
            raise BlockedAddress(f"文书不得引用外部地址: {url}")

    return ClosedFetcher


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    environment.filters["printable"] = fonts.printable
    environment.filters["chinese_date"] = chinese_date
    environment.filters["kind"] = lambda block: type(block).__name__
    environment.filters["shares"] = _shares
    environment.filters["drawing"] = lambda svg: Markup(svg)
    return environment


@cache
def _stylesheet() -> str:
    return (TEMPLATES / "document.css").read_text("utf-8")


def _shares(table: Table) -> list[str]:
    whole = sum(column.width for column in table.columns)
    return [f"{column.width * 100 / whole:.3f}" for column in table.columns]
