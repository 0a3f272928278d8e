"""What anybody may read without signing in: notices, and nothing that is still a draft."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.procurement.tenders.services import NOTICE_FIELDS, TerminateTender, terminate_tender
from tests.builders import story as tell
from tests.builders.rooms import DURING, NOTICE, a_case, a_draft, a_published_tender

OCID = "cp-2025-0001"


@pytest.mark.parametrize("address", ["/", "/notices"])
def test_an_empty_list_says_what_comes_next(client, app, address):
    page = client.get(address).text
    assert "还没有公告" in page
    assert "采购人发布招标公告后" in page


def test_a_draft_is_nowhere(client, work, buyer):
    with work() as unit:
        a_draft(unit, buyer)
    for address in (
        "/",
        "/notices",
        "/notices?q=矫正",
        "/notices.csv",
        "/notices.atom",
        "/notices.rss",
        "/sitemap-0.xml",
    ):
        answer = client.get(address)
        assert (answer.status_code, "社区矫正社会工作" in answer.text, OCID in answer.text) == (200, False, False), address
    for address in (
        f"/notices/{OCID}",
        f"/notices/{OCID}?as_of=2025-03-20",
        f"/notices/{OCID}/1",
        "/notices/no-such-thing",
    ):
        assert client.get(address).status_code == 404


def test_home_shows_the_next_deadlines_the_soonest_first(client, work, buyer, clock_at):
    with work() as unit:
        for n, days in ((1, 9), (2, 8), (3, 10)):
            a_published_tender(
                unit, buyer, f"cp-2025-000{n}", a_case(name=f"第{n}号项目"), bids_close=DURING + timedelta(days=days)
            )
    page = client.get("/").text.split("最新公告")[0]
    assert [page.index(f"第{n}号项目") for n in (2, 1, 3)] == sorted(page.index(f"第{n}号项目") for n in (1, 2, 3))
    clock_at(DURING + timedelta(days=8, seconds=1))
    assert "第2号项目" not in client.get("/").text.split("最新公告")[0]


def test_a_notice_holds_every_field_of_the_law(client, work, buyer):
    """财政部令第87号 第十三条: who buys, what, for how much, from whom, where and until when."""
    with work() as unit:
        a_published_tender(unit, buyer)
    for address in (f"/notices/{OCID}", f"/notices/{OCID}/1"):
        page = client.get(address).text
        for said in (*NOTICE.values(), *NOTICE_FIELDS.values(), buyer.organisation_name, "¥1,000,000.00",
                     "2025年3月27日 星期四 09:30", "5个工作日", "2025年3月17日 星期一"):  # fmt: skip
            assert said in page, (address, said)
    for said in ("个案服务", "60例", "具有独立承担民事责任的能力"):
        assert said in client.get(f"/notices/{OCID}").text


def test_a_notice_says_every_scoring_rule_in_plain_chinese(client, work, buyer):
    with work() as unit:
        row = a_published_tender(unit, buyer)
        parts = row.facts().rubric.parts()
    page = client.get(f"/notices/{OCID}").text
    assert all(part.rule.describe() in page for part in parts)
    assert page.index("优20分") < page.index("良10分") < page.index("差0分")


def test_a_notice_names_the_article_of_every_date(client, work, buyer):
    with work() as unit:
        a_published_tender(unit, buyer)
    page = client.get(f"/notices/{OCID}").text
    for article in (
        "财库〔2020〕10号",
        "财政部令第87号 第十六条",
        "财政部令第87号 第十八条",
        "财政部令第87号 第二十七条",
        "政府采购法 第三十五条",
    ):
        assert article in page


def test_a_terminated_tender_says_why_and_takes_no_more_bids(client, work, buyer, titles):
    """财政部令第87号 第二十九条."""
    with work() as unit:
        a_published_tender(unit, buyer)
    assert len(titles("/notices?open=1")) == 1
    with work() as unit:
        terminate_tender(unit, TerminateTender(buyer, OCID, "机构改革, 任务取消"), DURING)
    page = client.get(f"/notices/{OCID}").text
    for said in ("机构改革, 任务取消", "财政部令第87号 第二十九条", "终止"):
        assert said in page
    assert titles("/notices?open=1") == []
    assert len(titles("/notices?kind=terminated")) == len(titles("/notices?kind=tender")) == 1
    assert "即将截止" in client.get("/").text
    assert "现在没有可以投标的项目" in client.get("/").text


def test_a_title_with_markup_stays_text(client, work, buyer):
    with work() as unit:
        a_published_tender(unit, buyer, case=a_case(name="<script>alert(1)</script>服务"))
    for address in (
        "/",
        "/notices",
        "/notices?q=alert",
        f"/notices/{OCID}",
        f"/notices/{OCID}/1",
        "/notices.atom",
        "/notices.rss",
    ):
        page = client.get(address).text
        assert "<script>alert" not in page
        assert "&lt;script&gt;" in page or "&lt;script&gt;<mark>" in page or "/mark" in page


def test_the_result_is_public_once_it_is_announced_and_not_when_it_is_decided(client, work, clock_at):
    """财政部令第87号 第六十九条: winner, address, amount, main items, experts' names, period of the notice."""
    clock_at(tell.ANNOUNCED)
    told = tell.decided(work)
    decided = client.get(f"/notices/{told.ocid}").text
    assert "中标结果公告</a>" not in decided
    tell.awarded(work, told)
    announced = client.get(f"/notices/{told.ocid}").text
    with work() as unit:
        from app.procurement.awards.models import AwardRow

        winner = unit.session.get(AwardRow, told.ocid).supplier_name
    for said in (winner, "示范市和平路86号", "评审专家</dt>", "中标人总得分"):
        assert said not in decided
        assert said in announced
    losers = [actor.organisation_name for actor in told.suppliers if actor.organisation_name != winner]
    assert losers
    for address in (f"/notices/{told.ocid}", "/notices", "/agencies", "/notices.csv"):
        page = client.get(address).text
        assert not [name for name in losers if name in page], address


@pytest.mark.parametrize("as_of", ["", "?as_of=2025-03-11"])
def test_the_page_of_a_procurement_takes_a_fixed_number_of_statements(cost, work, clock_at, as_of):
    clock_at(tell.SIGNED + timedelta(days=1))
    told = tell.awarded(work)
    before = cost(f"/notices/{told.ocid}{as_of}")
    tell.contracted(work, told)
    assert cost(f"/notices/{told.ocid}{as_of}") == before == 2
    assert cost(f"/notices/{told.ocid}/1") == 1
