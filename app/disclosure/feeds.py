"""Feeds 订阅: the list of notices as Atom and RSS, and the sitemap. Same filters, same order, nothing personal in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from email.utils import format_datetime
from xml.etree import ElementTree as xml

from app.disclosure.queries import Line
from app.web.filters import day
from kernel.money import yuan_text

ATOM = "http://www.w3.org/2005/Atom"
SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"

Address = Callable[[Line], str]


def atom(lines: Sequence[Line], *, title: str, here: str, page: str, address: Address, now: datetime) -> bytes:
    """An Atom 1.0 feed (RFC 4287). ``here``: its own address; ``page``: the list that it follows."""
    xml.register_namespace("", ATOM)
    feed = _element(None, "feed")
    _element(feed, "id", here)
    _element(feed, "title", title)
    _element(
        feed,
        "updated",
        (lines[0].published_at if lines else now.replace(hour=0, minute=0, second=0, microsecond=0)).isoformat(),
    )
    _element(feed, "link", rel="self", type="application/atom+xml", href=here)
    _element(feed, "link", rel="alternate", type="text/html", href=page)
    _element(_element(feed, "author"), "name", "采评 Caiping")
    for line in lines:
        entry = _element(feed, "entry")
        _element(entry, "id", f"urn:x-caiping:notice:{line.ocid}:{line.id}")
        _element(entry, "title", headline(line))
        _element(entry, "published", line.published_at.isoformat())
        _element(entry, "updated", (line.until or line.published_at).isoformat())
        _element(entry, "link", rel="alternate", type="text/html", href=address(line))
        _element(entry, "category", term=line.kind.value, label=line.kind.zh)
        _element(entry, "summary", summary(line))
    return _bytes(feed)


def rss(lines: Sequence[Line], *, title: str, here: str, page: str, address: Address) -> bytes:
    """The same as RSS 2.0, for readers that know nothing else."""
    root = xml.Element("rss", version="2.0")
    channel = xml.SubElement(root, "channel")
    for name, text in (
        ("title", title),
        ("link", page),
        ("description", "政府购买社会工作服务的公告"),
        ("language", "zh-cn"),
    ):
        xml.SubElement(channel, name).text = _clean(text)
    for line in lines:
        item = xml.SubElement(channel, "item")
        xml.SubElement(item, "title").text = _clean(headline(line))
        xml.SubElement(item, "link").text = address(line)
        xml.SubElement(item, "guid", isPermaLink="false").text = f"urn:x-caiping:notice:{line.ocid}:{line.id}"
        xml.SubElement(item, "pubDate").text = format_datetime(line.published_at)
        xml.SubElement(item, "category").text = line.kind.zh
        xml.SubElement(item, "description").text = _clean(summary(line))
    return _bytes(root)


def headline(line: Line) -> str:
    """A notice in one line."""
    return f"{line.name}: {line.title}"


def summary(line: Line) -> str:
    """What a notice says in a sentence: who, how much, until when. No person is in it."""
    said = [f"编号 {line.ocid}", f"采购人 {line.buyer}"]
    if line.supplier:
        said.append(f"承接机构 {line.supplier}")
    if line.amount is not None:
        said.append(f"金额 {yuan_text(line.amount)}")
    if line.closes_at is not None:
        said.append(f"投标截止 {day(line.closes_at)}")
    if line.until is not None:
        said.append(f"自 {day(line.until)} 起不再有效")
    return "; ".join(said)


def sitemap(pages: Iterable[tuple[str, datetime | None]]) -> bytes:
    """Addresses with the moment of their last change, for search engines."""
    return _map("urlset", "url", pages)


def sitemap_index(pages: Iterable[tuple[str, datetime | None]]) -> bytes:
    """The addresses of the sitemaps, where one is not enough."""
    return _map("sitemapindex", "sitemap", pages)


def _map(root: str, each: str, pages: Iterable[tuple[str, datetime | None]]) -> bytes:
    top = xml.Element(root, xmlns=SITEMAP)
    for address, changed in pages:
        entry = xml.SubElement(top, each)
        xml.SubElement(entry, "loc").text = address
        if changed is not None:
            xml.SubElement(entry, "lastmod").text = changed.isoformat(timespec="seconds")
    return _bytes(top)


def _element(parent: xml.Element | None, name: str, text: str = "", **attributes: str) -> xml.Element:
    tag = f"{{{ATOM}}}{name}"
    made = xml.Element(tag, attributes) if parent is None else xml.SubElement(parent, tag, attributes)
    made.text = _clean(text) or None
    return made


def _clean(text: str) -> str:
    """Without the characters that XML has no place for."""
    return "".join(c for c in text if (c >= " " and c not in "\ufffe\uffff") or c in "\t\n")


def _bytes(root: xml.Element) -> bytes:
    found: bytes = xml.tostring(root, encoding="utf-8", xml_declaration=True)
    return found
