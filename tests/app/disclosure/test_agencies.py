"""Agencies as the public knows them: their results, and never that they might be about to bid."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

from sqlalchemy import text

from app.procurement.suppliers.services import RecordStanding, record_standing
from tests.builders import story as tell
from tests.builders.rooms import DURING, a_bid, a_published_tender, a_supplier


def test_who_has_only_a_file_or_a_bid_is_not_known(client, work, buyer):
    with work() as unit:
        a_published_tender(unit, buyer)
        agency, row = a_supplier(unit)
        a_bid(unit, actor=agency)
    page = client.get("/agencies").text
    assert row.name not in page
    assert "还没有机构的公开信息" in page
    assert client.get(f"/agencies/{row.uscc}").status_code == 404
    assert row.name not in client.get(f"/agencies?q={row.uscc}").text


def test_the_winner_is_known_from_the_announcement_on_and_the_others_are_not(client, work, clock_at, session):
    from app.procurement.awards.queries import award_row
    from app.procurement.suppliers.queries import supplier

    clock_at(tell.SIGNED + timedelta(days=1))
    told = tell.decided(work)
    winner = supplier(session, award_row(session, told.ocid).supplier_id)
    assert client.get(f"/agencies/{winner.uscc}").status_code == 404
    tell.contracted(work, tell.awarded(work, told))
    listed = client.get("/agencies").text
    assert winner.name in listed
    assert [actor.organisation_name in listed for actor in told.suppliers].count(True) == 1
    page = client.get(f"/agencies/{winner.uscc}").text
    for said in ("中标结果公告", "合同公告", told.ocid, "还没有履约记录"):
        assert said in page


def test_standing_is_shown_and_nothing_of_the_file_behind_it(client, work, buyer):
    with work() as unit:
        a_published_tender(unit, buyer)
        _, row = a_supplier(unit)
        unit.session.flush()
        command = RecordStanding(
            actor=buyer, supplier_id=row.id, tender_ocid="cp-2025-0001", contract_year=1, kind="期末绩效评估", score=Fraction(9565, 100),
            shown="95.65", grade="优秀", facts={"result": 1, "total": Fraction(100), "remark": "", "digest": "x"},
        )  # fmt: skip
        record_standing(unit, command, DURING)
    page = client.get(f"/agencies/{row.uscc}").text
    for said in ("95.65", "优秀", "期末绩效评估", "第1年度", row.uscc):
        assert said in page
    for private in ("陈明", "示范区社工路8号", "0755-00000003"):
        assert private not in page
    assert row.name in client.get(f"/agencies?q={row.name[:4]}").text


def test_the_pages_of_agencies_take_a_fixed_number_of_statements(cost, work, clock_at, session):
    from app.procurement.suppliers.queries import supplier

    clock_at(tell.SIGNED + timedelta(days=1))
    tell.contracted(work)
    winner = supplier(session, session.scalar(text("SELECT supplier_id FROM awards")))
    assert cost("/agencies") == 1
    assert cost(f"/agencies/{winner.uscc}") == 3
