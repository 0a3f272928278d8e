"""Search on both databases: two characters are a word, drafts and bids are not found, and a page costs what it costs."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest
from sqlalchemy import func, select, text

from app.disclosure import search
from app.disclosure.models import NoticeRow
from tests.builders.notices import a_notice
from tests.builders.rooms import a_bid, a_case, a_draft, a_published_tender

DRUGS, PRISON, ELDERS = "示范区禁毒社会工作服务", "示范区社区矫正帮教（二期）项目", "Senior Care ＣＰ养老评估2025"


@pytest.fixture
def three(work):
    with work() as unit:
        a_notice(
            unit,
            DRUGS,
            "个案管理与戒毒康复",
            ocid="cp-2025-0001",
            buyer_id=_buyer(unit, "示范区公安分局"),
            buyer="示范区公安分局",
        )
        a_notice(
            unit, PRISON, "小组工作", ocid="cp-2025-0002", buyer_id=_buyer(unit, "示范区司法局"), buyer="示范区司法局"
        )
        a_notice(unit, ELDERS, "", ocid="cp-2025-0003", buyer_id=_buyer(unit, "示范区民政局"), buyer="示范区民政局")


def _buyer(unit, name):
    from app.accounts.organisation import Kind
    from tests.builders.accounts import an_organisation

    row = an_organisation(unit, Kind.BUYER, name=name)
    unit.session.flush()
    return row.id


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("禁毒", [DRUGS]),  # two characters
        ("戒毒", [DRUGS]),  # in the words beside the title
        ("矫正帮", [PRISON]),  # three
        ("社区矫正", [PRISON]),  # four
        ("社会", [DRUGS]),
        ("会社", []),  # both characters are there, but not side by side in this order
        ("工作服务", [DRUGS]),
        ("毒社会工", [DRUGS]),
        ("禁毒服务", []),  # every pair of 禁毒 and 服务 is there, not the word
        ("禁毒 服务", [DRUGS]),  # two words: both must be there
        ("禁毒 矫正", []),
        ("毒", [DRUGS]),  # one character
        ("正", [PRISON]),
        ("期", [PRISON]),  # the last before a sign
        ("二期", [PRISON]),
        ("期项", []),  # a sign stands between them
        ("（二期）项目", [PRISON]),
        ("(二期)", [PRISON]),
        ("cp-2025-0001", [DRUGS]),
        ("CP－２０２５－０００２", [PRISON]),  # full-width
        ("cp-2025", [ELDERS, PRISON, DRUGS]),
        ("2025-00", [ELDERS, PRISON, DRUGS]),
        ("0003", [ELDERS]),
        ("2025", [ELDERS, PRISON, DRUGS]),
        ("评估2025", [ELDERS]),
        ("senior", [ELDERS]),
        ("SENIOR care", [ELDERS]),
        ("cp养老", [ELDERS]),
        ("司法局", [PRISON]),  # the buyer
        ("公安分局 禁毒", [DRUGS]),
        ("不存在的词", []),
        ("%", [ELDERS, PRISON, DRUGS]),  # nothing is asked: everything is shown
        ("_", [ELDERS, PRISON, DRUGS]),
        ("禁%", [DRUGS]),
        ("禁_", [DRUGS]),
        ("*", [ELDERS, PRISON, DRUGS]),
        ("", [ELDERS, PRISON, DRUGS]),
        ('禁毒" OR "矫正', []),
        ("'; DROP TABLE notices; --", []),
    ],
)
def test_what_is_asked_for_is_found_and_nothing_else(titles, three, asked, found):
    assert titles(f"/notices?q={quote(asked)}") == found


def test_the_word_is_marked_where_it_stands(client, three):
    page = client.get(f"/notices?q={quote('戒毒')}").text
    assert "<mark>戒毒</mark>康复" in page
    assert "<mark>ＣＰ</mark>" in client.get("/notices?q=cp").text


def test_a_question_without_an_answer_names_the_words_that_have_one(client, three):
    page = client.get(f"/notices?q={quote('禁毒矫正')}").text
    assert "没有符合条件的公告" in page
    for word in ("禁毒", "矫正"):
        assert f'q={quote(word)}">{word}</a>' in page
    assert "毒矫" not in page.split("您是不是要找")[1]


def test_markup_in_a_question_stays_text(client, three):
    page = client.get("/notices?q=<script>alert(1)</script>").text
    assert "<script>alert" not in page


def test_a_draft_and_a_bid_are_neither_found_nor_counted_nor_suggested(client, work, buyer):
    """Until the opening nobody learns who bids, or that anybody does (财政部令第87号 第二十八条)."""
    with work() as unit:
        a_draft(unit, buyer, "cp-2025-0009", a_case(name="尚未公布的戒毒康复服务"))
        a_published_tender(unit, buyer)
    with work() as unit:
        from tests.builders.rooms import a_supplier

        agency, supplier = a_supplier(unit)
        a_bid(unit, actor=agency)
        name = supplier.name
    for asked in ("戒毒康复", "cp-2025-0009", name):
        page = client.get(f"/notices?q={quote(asked)}").text
        assert '<b class="num">0</b> 条公告' in page
        assert "尚未公布的" not in page
        assert "article" not in page.split("条公告")[1].split("aside")[0]
    assert "cp-2025-0001" in client.get("/notices?q=cp-2025").text


def test_nobodys_name_or_telephone_is_searched(client, work, buyer):
    """The law wants a contact in the notice, not a directory of people."""
    with work() as unit:
        a_published_tender(unit, buyer)
    for asked in ("林老师", "0755-00000001", "00000001"):
        assert '<b class="num">0</b> 条公告' in client.get(f"/notices?q={asked}").text
        assert asked not in client.get("/notices").text


def test_a_search_takes_as_many_statements_for_thirty_as_for_one(cost, work):
    with work() as unit:
        a_notice(unit, DRUGS)
    one = cost("/notices?q=禁毒")
    with work() as unit:
        for _ in range(30):
            a_notice(unit, DRUGS)
    assert cost("/notices?q=禁毒") == one == 2
    assert cost("/notices?q=禁毒矫正") == 3


def test_pages_of_a_search_follow_each_other_without_gap_or_repetition(client, titles, work):
    with work() as unit:
        for n in range(45):
            a_notice(unit, f"禁毒服务第{n:02d}包")
            a_notice(unit, f"养老服务第{n:02d}包")
    for order, expected in (("newest", range(44, -1, -1)), ("oldest", range(45))):
        address, seen = f"/notices?q=禁毒&sort={order}", []
        while address:
            seen += titles(address)
            onward = re.search(r'href="(/notices\?[^"]*after=\d+[^"]*)"', client.get(address).text)
            address = onward[1].replace("&amp;", "&") if onward else ""
        assert seen == [f"禁毒服务第{n:02d}包" for n in expected]


def test_the_index_is_made_anew_from_the_notices(client, work, titles, three, session):
    with work() as unit:
        if unit.session.get_bind().dialect.name == "sqlite":
            unit.session.execute(text("INSERT INTO notice_index (notice_index) VALUES ('delete-all')"))
        else:
            unit.session.execute(text("DELETE FROM notice_words"))
    assert titles("/notices?q=禁毒") == []
    with work() as unit:
        assert search.rebuild(unit.session) == 3
    assert titles("/notices?q=禁毒") == [DRUGS]
    with work() as unit:
        assert search.rebuild(unit.session) == 3
    assert titles("/notices?q=禁毒") == [DRUGS]


def test_an_act_that_is_undone_leaves_no_word_behind(client, work, titles, session):
    def fails_after_publishing():
        with work() as unit:
            a_notice(unit, DRUGS)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails_after_publishing()
    assert session.scalar(select(func.count()).select_from(NoticeRow)) == 0
    with work() as unit:
        a_notice(unit, PRISON)
    assert titles("/notices?q=禁毒") == []
    assert titles("/notices?q=矫正") == [PRISON]
