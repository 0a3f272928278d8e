"""What machines read: files that hold exactly what the filter shows, feeds, sitemap; and what a cache may keep."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from xml.etree import ElementTree as xml

import openpyxl
import pytest

from app.disclosure.feeds import ATOM, SITEMAP
from app.disclosure.kinds import NoticeKind
from app.web import listing
from tests.builders import story as tell
from tests.builders.notices import a_notice
from tests.builders.rooms import DURING, PUBLISHED, a_bid, a_published_tender, a_supplier

QUERIES = ["", "q=禁毒", "kind=award", "q=服务&sort=oldest&low=1000000", "open=1", "q=找不到的"]


@pytest.fixture
def some(work, clock_at):
    clock_at(DURING)
    with work() as unit:
        for n in range(30):
            a_notice(
                unit,
                f"禁毒服务第{n:02d}号",
                kind=list(NoticeKind)[n % 6],
                closes_at=DURING + timedelta(days=n) if n % 6 == 0 else None,
            )
        a_notice(unit, "=HYPERLINK(1)服务", supplier="+社工", amount=None)


def csv_rows(client, query):
    answer = client.get(f"/notices.csv?{query}")
    assert answer.status_code == 200
    assert answer.data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("query", QUERIES)
def test_a_file_holds_exactly_what_the_filter_shows(client, titles, some, query):
    """All of its pages, in its order, and nothing else."""
    import re

    shown, address = [], f"/notices?{query}"
    while address:
        shown += titles(address)
        onward = re.search(r'href="(/notices\?[^"]*after=\d+[^"]*)"', client.get(address).text)
        address = onward[1].replace("&amp;", "&") if onward else ""
    rows = csv_rows(client, query)
    assert [row["项目名称"].removeprefix("'") for row in rows] == shown
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"/notices.xlsx?{query}").data))
    cells = list(book["公告"].iter_rows(values_only=True))
    assert [row[1] for row in cells[1:]] == shown
    assert csv_rows(client, f"{query}&after=5") == rows  # from whatever page it was asked for


def test_a_text_that_looks_like_a_formula_is_none(client, some):
    [row] = [row for row in csv_rows(client, "") if "HYPERLINK" in row["项目名称"]]
    assert (row["项目名称"], row["承接机构"], row["金额（元）"]) == ("'=HYPERLINK(1)服务", "'+社工", "")
    book = openpyxl.load_workbook(io.BytesIO(client.get("/notices.xlsx").data))
    assert {cell.data_type for line in book["公告"].iter_rows() for cell in line} <= {"s", "n", "inlineStr"}


def test_the_workbook_says_what_was_asked_for(client, some):
    book = openpyxl.load_workbook(io.BytesIO(client.get("/notices.xlsx?q=禁毒&kind=award").data))
    said = {row[0]: row[1] for row in book["筛选条件"].iter_rows(values_only=True) if len(row) > 1}
    assert (said["文字"], said["类型"], said["公告数"]) == ("禁毒", "中标结果公告", 5)


def test_a_file_that_would_be_too_long_is_refused_with_a_reason_and_not_cut(client, some, monkeypatch):
    monkeypatch.setattr(listing, "MOST_ROWS", {"csv": 31, "xlsx": 30})
    assert len(csv_rows(client, "")) == 31
    refused = client.get("/notices.xlsx")
    assert refused.status_code == 422
    assert "请缩小筛选范围" in refused.text
    assert client.get("/notices.xlsx?q=禁毒").status_code == 200


def test_files_and_feeds_take_one_statement(cost, some):
    assert [cost(f"/notices.{form}") for form in ("csv", "xlsx", "atom", "rss")] == [1, 1, 1, 1]


@pytest.mark.parametrize("query", QUERIES)
def test_a_feed_follows_the_same_filters_the_newest_first(client, titles, some, query):
    shown = titles(f"/notices?{query.replace('&sort=oldest', '')}")
    atom = xml.fromstring(client.get(f"/notices.atom?{query}").data)
    entries = [entry.findtext(f"{{{ATOM}}}title") for entry in atom.findall(f"{{{ATOM}}}entry")]
    assert [title.split(": ", 1)[1] for title in entries][: len(shown)] == shown
    rss = xml.fromstring(client.get(f"/notices.rss?{query}").data)
    assert [item.findtext("title") for item in rss.iter("item")] == entries


def test_every_entry_of_a_feed_leads_to_its_notice_and_keeps_its_id(client, work, buyer):
    with work() as unit:
        a_published_tender(unit, buyer)
    for _ in range(2):
        atom = xml.fromstring(client.get("/notices.atom").data)
        [entry] = atom.findall(f"{{{ATOM}}}entry")
        assert entry.findtext(f"{{{ATOM}}}id") == "urn:x-caiping:notice:cp-2025-0001:1"
        assert entry.findtext(f"{{{ATOM}}}published") == PUBLISHED.isoformat()
        assert client.get(entry.find(f"{{{ATOM}}}link").get("href")).status_code == 200


def test_no_person_is_in_a_feed_or_a_file(client, work, buyer, clock_at):
    """The notice itself names the contact and the experts, since the law wants it; lists repeat no names."""
    clock_at(tell.SIGNED)
    told = tell.contracted(work)
    people = {"陈望舒", "0000-88001234", *(actor.name for actor in (*told.experts, *told.suppliers, told.buyer))}
    for address in ("/", "/notices", "/notices.csv", "/notices.atom", "/notices.rss", "/agencies", "/sitemap-0.xml"):
        page = client.get(address).text
        assert not [name for name in people if name in page], address


def test_the_sitemap_leads_to_every_procurement(client, work, buyer):
    with work() as unit:
        for n in range(1, 4):
            a_published_tender(unit, buyer, f"cp-2025-000{n}")
    place = f"{{{SITEMAP}}}loc"
    [part] = [each.text for each in xml.fromstring(client.get("/sitemap.xml").data).iter(place)]
    pages = [each.text for each in xml.fromstring(client.get(part).data).iter(place)]
    assert len([page for page in pages if "/notices/cp-2025-000" in page]) == 3
    assert all(client.get(page).status_code == 200 for page in pages)
    assert client.get("/sitemap-1.xml").status_code == 404
    robots = client.get("/robots.txt")
    assert robots.mimetype == "text/plain"
    assert "/sitemap.xml" in robots.text


PAGES = ["/", "/notices", "/notices/cp-2025-0001", "/notices/cp-2025-0001/1", "/agencies", "/notices.csv", "/notices.xlsx",
         "/notices.atom", "/notices.rss", "/sitemap.xml", "/robots.txt"]  # fmt: skip


@pytest.mark.parametrize("address", PAGES)
def test_a_public_page_may_be_kept_and_is_asked_for_by_its_fingerprint(client, work, buyer, address):
    with work() as unit:
        a_published_tender(unit, buyer)
    first = client.get(address)
    assert "public" in first.headers["Cache-Control"]
    assert "Set-Cookie" not in first.headers
    again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert client.get(address).headers["ETag"] == first.headers["ETag"]
    other = client.get(address, headers={"If-None-Match": '"something else"'})
    assert other.status_code == 200


@pytest.mark.parametrize("address", PAGES[:5])
def test_what_a_signed_in_reader_gets_nobody_keeps(client, work, buyer, sign_in_as, address):
    with work() as unit:
        a_published_tender(unit, buyer)
    sign_in_as(client, buyer)
    answer = client.get(address)
    assert "no-store" in answer.headers["Cache-Control"]
    assert "ETag" not in answer.headers


def test_a_changed_list_has_another_fingerprint(client, work, buyer):
    before = client.get("/notices").headers["ETag"]
    with work() as unit:
        a_published_tender(unit, buyer)
    assert client.get("/notices", headers={"If-None-Match": before}).status_code == 200


def test_a_bid_changes_no_public_answer_by_a_single_byte(client, work, buyer):
    """Fingerprints would tell what pages do not (财政部令第87号 第二十八条)."""
    with work() as unit:
        a_published_tender(unit, buyer)
        agency, _ = a_supplier(unit)
    before = [client.get(address).headers["ETag"] for address in PAGES]
    with work() as unit:
        a_bid(unit, actor=agency)
    assert [client.get(address).headers["ETag"] for address in PAGES] == before
