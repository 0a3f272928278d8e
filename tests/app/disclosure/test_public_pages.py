"""What anybody may read without signing in: notices, and nothing that is still a draft."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import event

from app.extensions import db
from app.procurement.tenders.services import NOTICE_FIELDS, TerminateTender, terminate_tender
from kernel.role import Role
from tests.builders.accounts import an_actor
from tests.builders.rooms import DURING, NOTICE, PUBLISHED, a_draft, a_published_tender

OCID = "cp-2025-0001"


@pytest.fixture
def buyer(work, clock_at):
    clock_at(DURING)
    with work() as unit:
        return an_actor(unit, Role.BUYER)


def statements(browser, address):
    """How many SQL statements one page takes."""
    seen = []

    def count(connection, cursor, statement, *rest):
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", count)
    try:
        assert browser.get(address).status_code == 200
    finally:
        event.remove(db.engine, "before_cursor_execute", count)
    return len([s for s in seen if s.lstrip().upper().startswith("SELECT")])


def test_an_empty_list_says_what_comes_next(client, app):
    page = client.get("/").text
    assert "还没有公告" in page
    assert "采购人发布招标公告后" in page


def test_a_draft_is_nowhere(client, work, buyer):
    with work() as unit:
        a_draft(unit, buyer)
    assert "社区矫正" not in client.get("/").text
    assert client.get(f"/notices/{OCID}").status_code == 404
    assert client.get("/notices/no-such-thing").status_code == 404


def test_a_notice_holds_every_field_of_the_law(client, work, buyer):
    """财政部令第87号 第十三条: who buys, what, for how much, from whom, where and until when."""
    with work() as unit:
        a_published_tender(unit, buyer)
    page = client.get(f"/notices/{OCID}").text
    for said in (*NOTICE.values(), *NOTICE_FIELDS.values(), buyer.organisation_name, "¥1,000,000.00", "个案服务", "60例",
                 "具有独立承担民事责任的能力", "2025年3月27日 星期四 09:30", "5个工作日", "2025年3月17日 星期一"):  # fmt: skip
        assert said in page, said


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
    for article in ("财库〔2020〕10号", "财政部令第87号 第十六条", "财政部令第87号 第十八条", "财政部令第87号 第二十七条", "政府采购法 第三十五条"):
        assert article in page


def test_a_terminated_tender_says_why(client, work, buyer):
    """财政部令第87号 第二十九条."""
    with work() as unit:
        a_published_tender(unit, buyer)
    with work() as unit:
        terminate_tender(unit, TerminateTender(buyer, OCID, "机构改革, 任务取消"), DURING)
    page = client.get(f"/notices/{OCID}").text
    assert "机构改革, 任务取消" in page
    assert "财政部令第87号 第二十九条" in page
    assert "终止" in page
    assert OCID in client.get("/?stage=terminated").text
    assert OCID not in client.get("/?stage=tendering").text


@pytest.mark.parametrize(
    "address", ["/?stage=nonsense", "/?after=nothing", "/?q=%25%5C_'", "/?q=" + "长" * 500, "/?after=' OR 1=1"]
)
def test_odd_questions_get_a_quiet_answer(client, work, buyer, address):
    with work() as unit:
        a_published_tender(unit, buyer)
    assert client.get(address).status_code == 200


def test_the_list_takes_as_many_statements_with_thirty_notices_as_with_one(client, work, buyer):
    with work() as unit:
        a_published_tender(unit, buyer)
    one = statements(client, "/")
    with work() as unit:
        for n in range(2, 31):
            a_published_tender(unit, buyer, f"cp-2025-{n:04d}", now=PUBLISHED + timedelta(minutes=n))
    assert statements(client, "/") == one == 1


def test_a_long_list_is_read_page_by_page(client, work, buyer):
    with work() as unit:
        for n in range(1, 24):
            a_published_tender(unit, buyer, f"cp-2025-{n:04d}", now=PUBLISHED + timedelta(minutes=n))
    first = client.get("/").text
    assert "cp-2025-0023" in first
    assert "cp-2025-0003" not in first
    onward = first.split('href="/?after=')[1].split('"')[0]
    second = client.get(f"/?after={onward}").text
    assert [f"cp-2025-{n:04d}" in second for n in (4, 3, 2, 1)] == [False, True, True, True]
    assert "更早的公告" not in second


def test_a_title_with_markup_stays_text(client, work, buyer):
    from tests.builders.rooms import a_case

    with work() as unit:
        a_published_tender(unit, buyer, case=a_case(name="<script>alert(1)</script>服务"))
    for address in ("/", f"/notices/{OCID}"):
        page = client.get(address).text
        assert "<script>alert" not in page
        assert "&lt;script&gt;" in page


def an_award(work, announced):
    """A tender whose award was decided, and announced or not."""
    from sqlalchemy import select

    from app.procurement.awards.models import AwardRow
    from app.procurement.bids.models import BidRow
    from tests.builders.rooms import a_bid, a_supplier

    with work() as unit:
        buyer = an_actor(unit, Role.BUYER)
        a_published_tender(unit, buyer)
        agency, supplier = a_supplier(unit)
        a_bid(unit, OCID, agency)
    with work() as unit:
        bid = unit.session.scalars(select(BidRow)).one()
        notice = {
            "tender": OCID, "title": "示范区社区矫正社会工作服务", "buyer": "示范区司法局", "buyer_contact": "林老师", "organiser": "",
            "organiser_contact": "", "winner": "晨光社会工作服务中心", "winner_address": "社工路8号", "amount": 90_000_000,
            "total": "92.35", "subject": "社区矫正社会工作", "scope": "个案60例", "period": "365日", "experts": ["甲", "乙", "丙"],
            "notice_ends": "2025-04-02", "attachments": ["招标文件"], "draw": "", "agency_fee": "",
        }  # fmt: skip
        unit.session.add(
            AwardRow(
                ocid=OCID, bid_id=bid.id, supplier_id=supplier.id, supplier_name="晨光社会工作服务中心", amount=90_000_000, rank=1,
                decision={"passed_over": {}, "refused": []}, decided_at=DURING, decided_by=buyer.person_id,
                announced_at=DURING if announced else None, notice=notice if announced else {},
            )
        )  # fmt: skip


@pytest.mark.parametrize("announced", [False, True], ids=["decided", "announced"])
def test_the_result_is_public_once_it_is_announced_and_not_when_it_is_decided(client, work, clock_at, announced):
    """财政部令第87号 第六十九条: winner, address, amount, main items, experts' names, period of the notice."""
    clock_at(DURING)
    an_award(work, announced)
    page = client.get(f"/notices/{OCID}").text
    for said in ("晨光社会工作服务中心", "社工路8号", "¥900,000.00", "92.35", "甲、乙、丙", "2025-04-02"):
        assert (said in page) is announced, said
