"""Charts on pages: drawing and table say the same, names are text, and nothing is drawn that the reader may not know."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from fractions import Fraction
from xml.etree import ElementTree

import pytest
from flask import render_template_string

from app.procurement.contracts.charts import money_chart
from app.procurement.contracts.models import ContractYearRow, PaymentRow
from app.procurement.suppliers.charts import standing_chart
from app.procurement.suppliers.models import StandingRow
from kernel.role import Role
from reports.chart import Bar, MoneyOfYear, Record, Scores
from tests.builders import story as tell
from tests.builders.accounts import an_actor, open_the_door
from tests.builders.evaluation_story import a_story

BARS = Scores((Bar("决策", Fraction(45, 4), Fraction(15)), Bar("<script>&", Fraction(88, 5), Fraction(20))))
DRAWING = re.compile(r'<svg[^>]*class="chart-svg".*?</svg>', re.S)
FIGURE = re.compile(r"\d[\d,]*\.\d{2}%?")


@pytest.fixture
def drawn(app):
    """``drawn(chart, …)``: the macro's markup."""

    def draw(chart, said=""):
        with app.test_request_context():
            return render_template_string("{% import 'layouts/charts.html' as charts %}{{ charts.chart(figure" + said + ") }}", figure=chart)

    return draw


def test_a_chart_stands_with_its_title_its_sentence_and_its_table(drawn) -> None:
    page = drawn(BARS)

    for said in ("<b>各维度得分率</b>", "决策最低（75.00%）", "<details><summary>各维度得分率: 数据表</summary>"):
        assert said in page
    for cell in ("15", "11.25", "75.00%", "17.60", "88.00%"):
        assert f'<td class="num">{cell}</td>' in page
    assert "<details open>" in drawn(BARS, ", open=true")
    assert "<details" not in drawn(BARS, ", table=false")


def test_a_name_is_text_in_the_drawing_and_in_the_table(drawn) -> None:
    page = drawn(BARS)

    assert "<script" not in page
    assert page.count("&lt;script&gt;&amp;") >= 4  # sentence, description, drawing, table


def test_where_there_is_nothing_to_draw_words_say_so(drawn) -> None:
    page = drawn(Scores(()))

    assert "没有得分。" in page
    assert "<svg" not in page


# --- from rows to charts ---------------------------------------------------------------------------------------------


def test_money_is_due_once_it_has_a_day_and_until_it_is_paid() -> None:
    """Of 100.00 yuan agreed: 30.00 paid, 30.00 due less 5.00 taken off, 40.00 still without a day."""
    payments = (
        PaymentRow(planned=3000, deducted=0, due_on=date(2025, 4, 1), paid=3000, paid_on=date(2025, 3, 30)),
        PaymentRow(planned=3000, deducted=500, due_on=date(2026, 1, 31), paid=None, paid_on=None),
        PaymentRow(planned=4000, deducted=0, due_on=None, paid=None, paid_on=None),
    )
    chart = money_chart([ContractYearRow(id=7, number=1), ContractYearRow(id=8, number=2)], {7: payments})

    assert chart.years == (MoneyOfYear("第1年度", 10000, 3000, 2500), MoneyOfYear("第2年度", 0, 0, 0))


def test_standing_is_drawn_of_a_hundred_on_its_day_in_beijing_and_told_as_published() -> None:
    row = StandingRow(
        tender_ocid="cp-2025-0001", contract_year=1, kind="期末绩效评估", score="180/1", shown="180.00", grade="优秀",
        recorded_at=datetime(2026, 1, 15, 20, 0, tzinfo=UTC), facts={"total": "200"},
    )  # fmt: skip

    [record] = standing_chart([row]).records
    assert record == Record("cp-2025-0001", "第1年度期末绩效评估", date(2026, 1, 16), Fraction(90), "180.00", "优秀")


# --- nothing beyond what the page tells ------------------------------------------------------------------------------


def test_the_charts_of_a_result_say_no_number_that_its_table_does_not(app, client, clock_at) -> None:
    story = a_story().all_signed().computed()
    open_the_door(app, client, story.body)
    page = client.get(f"/results/{story.result_id}").get_data(as_text=True)
    drawings = DRAWING.findall(page)
    table = set(FIGURE.findall(DRAWING.sub("", page)))

    assert len(drawings) == 3
    for drawing in drawings:
        root = ElementTree.fromstring(drawing)
        said = {number for each in root.itertext() for number in FIGURE.findall(each) if not number.endswith("%")}
        assert said
        assert said <= table


def test_before_the_last_signature_no_reader_sees_a_chart_of_the_marks(work, client, sign_in_as, clock_at) -> None:
    story = tell.conforming(work)
    clock_at(tell.SCORED)
    for reader in (story.leader, story.buyer):
        sign_in_as(client, reader)
        answer = client.get(f"/tenders/{story.ocid}/ranking")
        assert answer.status_code in (403, 404, 409)
        assert "chart-svg" not in answer.get_data(as_text=True)


def test_the_ranking_draws_bidders_and_members_only_for_who_may_read_it(app, work, client, sign_in_as, clock_at) -> None:
    story = tell.ranked(work)
    clock_at(tell.SCORED)
    sign_in_as(client, story.buyer)
    page = client.get(f"/tenders/{story.ocid}/ranking").get_data(as_text=True)

    assert len(DRAWING.findall(page)) == 1 + 2 * len(re.findall(r'<details id="bid-', page))
    with work() as unit:
        others = [None, an_actor(unit, Role.SUPPLIER), an_actor(unit, Role.BUYER)]
    for other in others:
        stranger = app.test_client()
        if other is not None:
            open_the_door(app, stranger, other)
        assert "chart-svg" not in stranger.get(f"/tenders/{story.ocid}/ranking", follow_redirects=True).get_data(as_text=True)
