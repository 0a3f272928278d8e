"""The list of notices: filters in the address, pages that follow each other, counts of what is public."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from urllib.parse import quote

import pytest

from app.disclosure import counting
from app.disclosure.filters import asked
from app.disclosure.kinds import NoticeKind
from kernel.period import SHANGHAI
from procurement.method import Method
from tests.builders.notices import a_notice
from tests.builders.rooms import BIDS_CLOSE, DURING, PUBLISHED, a_published_tender

NEW_YEAR = datetime(2025, 1, 1, 0, 0, tzinfo=SHANGHAI)


@pytest.fixture
def mixed(work, clock_at):
    """Four notices that differ in everything."""
    clock_at(DURING)
    day = timedelta(days=1)
    with work() as unit:
        a_notice(unit, "甲", published_at=NEW_YEAR - day, amount=99_999_999)
        a_notice(
            unit, "乙", published_at=NEW_YEAR, amount=100_000_000, method=Method.CONSULTATION, closes_at=DURING + day
        )
        a_notice(
            unit, "丙", published_at=NEW_YEAR + day, amount=100_000_001, jurisdiction="shenzhen", kind=NoticeKind.AWARD
        )
        a_notice(unit, "丁", published_at=NEW_YEAR + 2 * day, amount=None, kind=NoticeKind.TERMINATED, closes_at=None)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", "丁丙乙甲"),
        ("sort=oldest", "甲乙丙丁"),
        ("kind=award", "丙"),
        ("kind=tender", "乙甲"),
        ("kind=nonsense", "丁丙乙甲"),
        ("region=shenzhen", "丙"),
        ("region=atlantis", "丁丙乙甲"),
        ("method=consultation", "乙"),
        ("low=1000000", "丙乙"),  # both ends included; who says no amount has none
        ("low=1000000.01", "丙"),
        ("high=1000000", "乙甲"),
        ("low=999999.99&high=999999.99", "甲"),
        ("low=1,000,000", "丙乙"),
        ("low=abc", "丁丙乙甲"),
        ("low=-1", "丁丙乙甲"),
        ("low=1e99", "丁丙乙甲"),
        ("low=0.001", "丁丙乙甲"),
        ("since=2025-01-01", "丁丙乙"),  # the day itself is in
        ("until=2025-01-01", "乙甲"),
        ("since=2025-01-01&until=2025-01-01", "乙"),
        ("since=2025-02-30", "丁丙乙甲"),
        ("until=9999-12-31", "丁丙乙甲"),
        ("open=1", "乙"),
        ("sort=deadline", "乙"),
        ("kind=award&region=national", ""),
        ("after=0", "丁丙乙甲"),
        ("after=999999", ""),
        ("after=nothing", "丁丙乙甲"),
        ("after=%D9%A3", "丁丙乙甲"),
        ("after=" + "9" * 30, "丁丙乙甲"),
    ],
)
def test_the_filter_in_the_address_is_the_list(titles, mixed, query, found):
    assert titles(f"/notices?{query}") == list(found)


def test_a_filter_by_buyer_takes_part_of_a_name_and_no_wildcards(client, work, titles):
    with work() as unit:
        row = a_notice(unit, "甲")
        a_notice(unit, "乙")
        name = row.buyer
    assert titles(f"/notices?buyer={quote(name)}") == ["甲"]
    assert titles(f"/notices?buyer={quote(name[2:])}") == ["甲"]
    assert titles("/notices?buyer=%25") == titles("/notices?buyer=_") == []


def test_one_question_has_one_address():
    said = {
        "q": " 禁毒  服务 ",
        "kind": "tender",
        "low": "1000000.00",
        "sort": "newest",
        "after": "0",
        "open": "",
        "x": "y",
    }
    assert asked(said).args() == {"q": "禁毒 服务", "kind": "tender", "low": "1000000"}
    assert asked(asked(said).args()) == asked(said)


def test_every_filter_in_force_can_be_taken_away(client, mixed):
    page = client.get("/notices?kind=tender&low=1&q=x").text
    for left in ("kind=tender&amp;low=1", "q=x&amp;low=1", "q=x&amp;kind=tender"):
        assert f'href="/notices?{left}"' in page


def test_counts_are_told_by_kind_for_all_else_that_was_asked(client, mixed):
    page = client.get("/notices?kind=award").text
    assert '<b class="num">1</b> 条公告' in page
    assert "招标公告 2" in page
    assert "终止公告 1" in page
    assert "招标公告 1" in client.get("/notices?method=open&high=999999.99&kind=tender").text


def test_beyond_two_hundred_a_count_of_what_was_looked_through_says_only_that_there_are_more(client, work, monkeypatch):
    assert counting.MOST == 200
    monkeypatch.setattr(counting, "MOST", 3)
    with work() as unit:
        for n in range(3):
            a_notice(unit, f"第{n}")
    assert '<b class="num">3</b> 条公告<' in client.get("/notices?low=1").text
    with work() as unit:
        a_notice(unit, "多一条")
        a_notice(unit, "结果", kind=NoticeKind.AWARD)
    assert '<b class="num">3</b> 条公告以上' in client.get("/notices?low=1").text
    assert '<b class="num">5</b> 条公告<' in client.get("/notices").text
    assert '<b class="num">1</b> 条公告<' in client.get("/notices?low=1&kind=award").text


@pytest.mark.parametrize("sort", ["newest", "oldest", "deadline"])
def test_pages_follow_each_other_also_where_many_share_one_moment(client, titles, work, clock_at, sort):
    clock_at(DURING)
    with work() as unit:
        made = [a_notice(unit, f"第{n:02d}号", published_at=PUBLISHED, closes_at=BIDS_CLOSE).title for n in range(43)]
    address, seen = f"/notices?sort={sort}", []
    while address:
        seen += titles(address)
        onward = re.search(r'href="(/notices\?[^"]*after=\d+[^"]*)"', client.get(address).text)
        address = onward[1].replace("&amp;", "&") if onward else ""
    assert seen == (made[::-1] if sort == "newest" else made)


def test_a_page_that_was_noted_stays_when_something_new_is_published(client, titles, work):
    with work() as unit:
        for n in range(25):
            a_notice(unit, f"第{n:02d}号")
    onward = re.search(r"after=\d+", client.get("/notices").text)[0]
    second = titles(f"/notices?{onward}")
    with work() as unit:
        a_notice(unit, "后来的")
    assert titles(f"/notices?{onward}") == second


def test_the_list_takes_as_many_statements_for_thirty_as_for_one(cost, work, buyer):
    with work() as unit:
        a_published_tender(unit, buyer)
    pages = ("/", "/notices", "/notices?kind=tender&low=1&since=2025-01-01&region=national&method=open&buyer=a")
    one = [cost(page) for page in pages]
    with work() as unit:
        for n in range(2, 32):
            a_published_tender(unit, buyer, f"cp-2025-{n:04d}", now=PUBLISHED + timedelta(minutes=n))
    assert [cost(page) for page in pages] == one == [2, 2, 2]


@pytest.mark.parametrize("path", ["/", "/notices", "/notices.csv", "/notices.atom", "/notices.rss", "/agencies"])
@pytest.mark.parametrize(
    "query",
    [
        "q=%25%5C_'",
        "q=" + "长" * 500,
        "q=%00",
        "after=' OR 1=1",
        "since=%00",
        "low=%D9%A3",
        "buyer=" + "x" * 5000,
        "sort=x",
    ],
)
def test_odd_questions_get_a_quiet_answer(client, mixed, path, query):
    assert client.get(f"{path}?{query}").status_code == 200
