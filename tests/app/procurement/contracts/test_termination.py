"""A contract that ends before its time: on a lawful ground, with a reason, and what was done is paid."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from sqlalchemy import select, text

from app.messages.models import MessageRow
from app.procurement.contracts import queries
from app.procurement.contracts.commands import ApplyEvaluation, Pay, SettlePayment, TerminateContract
from app.procurement.contracts.models import ContractRow
from app.procurement.contracts.services import apply_evaluation, pay, settle_payment, terminate_contract
from kernel.refusal import BadInput, NotPermitted, Unlawful, WrongStage
from procurement.termination import Ground
from tests.builders import story as tell
from tests.builders.accounts import an_actor

YEAR = 692900000
FIRST, SECOND, LAST = 207870000, 249444000, 235586000
ENDED = tell.at("2025-09-20")
"""184 days of service in a year of 365 that began on 21 March 2025."""
LAST_DAY = ENDED.date()
DONE = 349297534
"""¥6,929,000.00 × 184 ÷ 365, rounded half up to the fen."""


@pytest.fixture
def signed(work):
    """A signed contract whose first payment of three was made."""
    story = tell.contracted(work)
    with work() as unit:
        [year] = queries.years_of(unit.session, story.contract_id)
        first = queries.payments_of(unit.session, [year.id])[year.id][0]
        pay(unit, Pay(story.buyer, first.id, date(2025, 4, 1)), tell.at("2025-04-01"))
    return story


def end(work, story, earned=DONE, ground=Ground.AGREED, reason="区划调整, 双方书面协商一致", on=LAST_DAY, actor=None):
    with work() as unit:
        terminate_contract(unit, TerminateContract(actor or story.buyer, story.contract_id, ground, on, earned, reason), ENDED)


def payments(work, story):
    with work() as unit:
        [year] = queries.years_of(unit.session, story.contract_id)
        return queries.payments_of(unit.session, [year.id])[year.id]


def test_what_was_done_is_paid_in_order_and_the_rest_falls_away(work, signed):
    """民法典 第五百六十六条."""
    end(work, signed)

    first, second, last = payments(work, signed)
    assert (first.paid, second.planned - second.deducted, last.planned - last.deducted) == (FIRST, DONE - FIRST, 0)
    assert (second.due_on is not None, last.due_on) == (True, None)
    assert "未履行部分不再支付" in last.working
    with work() as unit:
        assert pay(unit, Pay(signed.buyer, second.id, ENDED.date()), ENDED).paid == DONE - FIRST
    with pytest.raises(WrongStage, match="不再支付"), work() as unit:
        pay(unit, Pay(signed.buyer, last.id, ENDED.date()), ENDED)


@pytest.mark.parametrize(("earned", "left", "back"), [(FIRST - 1, 0, 1), (FIRST, 0, 0), (FIRST + 1, 1, 0), (YEAR, SECOND + LAST, 0)])
def test_what_was_paid_too_much_is_paid_back(work, signed, session, earned, left, back):
    end(work, signed, earned=earned)

    assert sum(p.planned - p.deducted for p in payments(work, signed) if p.paid_on is None) == left
    session.rollback()
    assert session.get(ContractRow, signed.contract_id).terms["ending"]["owed_back"] == back


@pytest.mark.parametrize("earned", [-1, YEAR + 1])
def test_no_more_is_earned_than_the_contract_comes_to(work, signed, earned):
    with pytest.raises(BadInput):
        end(work, signed, earned=earned)


@pytest.mark.parametrize("but", [{"reason": " "}, {"ground": ""}, {"on": date(2025, 3, 1)}])
def test_no_side_ends_a_contract_at_will(work, signed, but):
    """政府采购法 第五十条."""
    with pytest.raises(Unlawful) as refusal:
        end(work, signed, **but)
    assert [finding.cites for finding in refusal.value.findings] == ["政府采购法 第五十条"]


def test_neither_tomorrow_nor_by_another_buyer_nor_by_the_other_side_nor_twice(work, signed):
    with work() as unit:
        stranger = an_actor(unit)
    with pytest.raises(BadInput):
        end(work, signed, on=date(2025, 9, 21))
    for actor in (stranger, signed.suppliers[3]):
        with pytest.raises(NotPermitted):
            end(work, signed, actor=actor)
    end(work, signed)
    with pytest.raises(WrongStage):
        end(work, signed)


def test_a_result_still_counts_for_the_record_and_no_longer_for_the_money(work, signed):
    end(work, signed)
    before = [(p.planned, p.deducted, p.due_on) for p in payments(work, signed)]
    with work() as unit:
        year = apply_evaluation(unit, ApplyEvaluation(signed.buyer, signed.contract_id, 1, Fraction(81), "良好"), ENDED)
        assert (year.score, year.grade) == (81, "良好")
    assert [(p.planned, p.deducted, p.due_on) for p in payments(work, signed)] == before
    last = payments(work, signed)[-1].id
    with pytest.raises(WrongStage), work() as unit:
        settle_payment(unit, SettlePayment(signed.buyer, last, 0, "双方确认"), ENDED)


def test_the_other_side_is_told_and_the_log_holds_no_typed_word(work, signed, session):
    end(work, signed)

    session.rollback()
    told = session.scalars(select(MessageRow).where(MessageRow.subject.like("合同已终止%"))).all()
    assert told
    [(facts, cites)] = session.execute(text("SELECT facts, cites FROM log_lines WHERE act = 'contract.terminate'")).all()
    assert "区划调整" not in facts
    assert cites == "政府采购法 第五十条；民法典 第五百六十二条"


def test_the_page_proposes_what_the_days_come_to_and_says_everything_wrong_at_once(client, sign_in_as, clock_at, work, signed):
    clock_at(ENDED)
    sign_in_as(client, signed.buyer)
    address = f"/contracts/{signed.contract_id}/terminate"
    page = client.get(address).text
    assert f"{DONE / 100:.2f}" in page
    assert "不能撤销" in page

    wrong = client.post(address, data={"ground": "", "ended_on": "", "earned": "many", "reason": ""})
    assert wrong.status_code == 422
    for field in ("ground", "ended_on", "reason"):
        assert f'href="#{field}' in wrong.text
    late = client.post(address, data={"ground": "agreed", "ended_on": "2025-09-21", "earned": "9999999", "reason": "协商"})
    assert late.status_code == 422
    assert 'href="#earned"' in late.text
    assert "9999999" in late.text

    sent = {"ground": "agreed", "ended_on": "2025-09-20", "earned": "3492975.34", "reason": "区划调整, 双方书面协商一致"}
    assert client.post(address, data=sent).status_code == 303
    shown = client.get(f"/contracts/{signed.contract_id}").text
    assert "合同已终止" in shown
    assert "不再支付" in shown
    sign_in_as(client, signed.suppliers[3])
    assert "区划调整" in client.get(f"/contracts/{signed.contract_id}").text
    assert client.get(address).status_code == 403
