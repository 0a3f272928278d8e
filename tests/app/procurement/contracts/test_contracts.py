"""Contracts of 1 + 1 + 1 years: the awarded price, 100 %, ten per cent, and what an evaluation does to money and renewal."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.procurement.contracts import queries
from app.procurement.contracts.commands import (
    ApplyEvaluation,
    CompleteContract,
    DecideRenewal,
    DrawUpContract,
    Pay,
    PlannedPayment,
    SettlePayment,
    SignContract,
    SupplementContract,
)
from app.procurement.contracts.models import ContractRow
from app.procurement.contracts.services import (
    apply_evaluation,
    complete_contract,
    decide_renewal,
    draw_up_contract,
    pay,
    settle_payment,
    sign_contract,
    supplement_contract,
)
from kernel.refusal import BadInput, Missing, NotPermitted, Unlawful, WrongStage
from procurement.contract import LongTermGround
from procurement.stage import Stage
from tests.builders import story as tell
from tests.builders.accounts import an_actor

PRICE = 692900000
EVALUATED = tell.at("2026-01-20")
DECIDED = tell.at("2026-02-06")


@pytest.fixture
def signed(work):
    """A signed contract: its first year runs from 21 March 2025 to 20 March 2026."""
    return tell.contracted(work)


def draw(work, story, **but):
    facts = {"number": "HT-1", "starts_on": tell.SIGNED.date(), "grounds": tuple(LongTermGround)} | but
    with work() as unit:
        draw_up_contract(unit, DrawUpContract(facts.pop("actor", story.buyer), story.ocid, **facts), tell.DRAWN_UP)


def apply(work, story, score, grade, year=1, at=EVALUATED, actor=None):
    with work() as unit:
        apply_evaluation(unit, ApplyEvaluation(actor or story.buyer, story.contract_id, year, Fraction(score), grade), at)


def decide(work, story, renew=True, year=1, at=DECIDED, **but):
    with work() as unit:
        decide_renewal(unit, DecideRenewal(story.buyer, story.contract_id, year, renew, **({"budgeted": True} | but)), at)


def years(work, story):
    with work() as unit:
        found = queries.years_of(unit.session, story.contract_id)
        payments = queries.payments_of(unit.session, [year.id for year in found])
    return [(year, payments[year.id]) for year in found]


# --- drawing up and signing ----------------------------------------------------------------------------------------------


def test_the_payments_of_the_documents_add_up_to_the_awarded_price_to_the_fen(work, signed):
    [(year, payments)] = years(work, signed)

    assert [payment.planned for payment in payments] == [207870000, 249444000, 235586000]
    assert sum(payment.planned for payment in payments) == PRICE
    assert (year.starts_on, year.ends_on) == (date(2025, 3, 21), date(2026, 3, 20))
    assert [payment.due_on for payment in payments] == [date(2025, 4, 21), date(2025, 10, 20), None]
    assert tell.stage_of(work, signed) is Stage.CONTRACTED


@pytest.mark.parametrize(("fen", "lawful"), [(PRICE - 1, False), (PRICE, True), (PRICE + 1, False)])
def test_the_price_is_the_awarded_one_to_the_fen(work, fen, lawful):
    story = tell.awarded(work)
    if lawful:
        draw(work, story, amount=fen)
    else:
        with pytest.raises(Unlawful, match="中标价"):
            draw(work, story, amount=fen)


@pytest.mark.parametrize(("last", "lawful"), [("0.69", False), ("0.70", True), ("0.71", False)])
def test_payment_shares_are_a_hundred_per_cent_not_ninety_nine_and_not_a_hundred_and_one(work, last, lawful):
    story = tell.awarded(work)
    payments = (PlannedPayment("签订后", Fraction(3, 10)), PlannedPayment("期满评估后", Fraction(last)))
    if lawful:
        draw(work, story, payments=payments)
    else:
        with pytest.raises(Unlawful, match="百分之百"):
            draw(work, story, payments=payments)


@pytest.mark.parametrize(("years", "grounds", "refused"), [(1, 0, None), (2, 4, Unlawful), (3, 5, None), (4, 5, BadInput)])
def test_more_than_a_year_needs_every_ground_and_four_years_are_never_lawful(work, years, grounds, refused):
    story = tell.awarded(work)
    held = tuple(LongTermGround)[:grounds]
    if refused is None:
        draw(work, story, years=years, grounds=held)
    else:
        with pytest.raises(refused):
            draw(work, story, years=years, grounds=held)


def test_everything_wrong_with_a_draft_is_told_at_once(work):
    story = tell.awarded(work)

    with pytest.raises(BadInput) as shape:
        draw(work, story, number=" ", starts_on=date(2025, 1, 1), grounds=("because",))
    with pytest.raises(Unlawful) as law:
        draw(work, story, amount=1, grounds=(), payments=(PlannedPayment("签订后", Fraction(1, 2)),))

    assert {finding.field for finding in shape.value.findings} == {"number", "starts_on", "grounds"}
    assert {finding.field for finding in law.value.findings} == {"amount", "grounds", "payments"}


def test_nothing_is_drawn_up_before_the_notice_nor_twice_nor_by_another_buyer(work):
    story = tell.decided(work, tell.ranked(work))
    with work() as unit:
        stranger = an_actor(unit)
    with pytest.raises(WrongStage):
        draw(work, story)
    tell.awarded(work, story)
    with pytest.raises(NotPermitted):
        draw(work, story, actor=stranger)
    draw(work, story)
    with pytest.raises(WrongStage):
        draw(work, story, number="HT-2")


@pytest.mark.parametrize(("day", "late"), [("2025-04-08", False), ("2025-04-09", False), ("2025-04-10", True)])
def test_signing_after_thirty_days_is_noted_and_does_not_undo_the_contract(work, day, late):
    """The 中标通知书 went out on 10 March 2025: the thirtieth day after it is 9 April (政府采购法 第四十六条)."""
    story = tell.awarded(work)
    signing = tell.at(day)
    draw(work, story, starts_on=signing.date())
    with work() as unit:
        id = queries.contract_of(unit.session, story.ocid).id
        sign_contract(unit, SignContract(story.buyer, id, signing.date()), signing)

    assert tell.stage_of(work, story) is Stage.CONTRACTED
    with work() as unit:
        [line] = unit.session.execute(text("SELECT facts FROM log_lines WHERE act = 'contract.sign'")).scalars()
    assert ("三十日内签订合同" in line) is late


def test_a_contract_is_not_signed_tomorrow_nor_after_its_service_began(work):
    story = tell.drawn_up(work)
    for day in (tell.SIGNED.date() + timedelta(days=1), tell.SIGNED.date() + timedelta(days=30)):
        with pytest.raises(BadInput), work() as unit:
            sign_contract(unit, SignContract(story.buyer, story.contract_id, day), tell.SIGNED)


# --- money ---------------------------------------------------------------------------------------------------------------


def test_the_last_payment_waits_for_the_evaluation(work, signed):
    [(_, (first, _, last))] = years(work, signed)
    with work() as unit:
        pay(unit, Pay(signed.buyer, first.id, date(2025, 4, 1)), tell.at("2025-04-01"))

    with pytest.raises(WrongStage, match="绩效评估"), work() as unit:
        pay(unit, Pay(signed.buyer, last.id, date(2025, 4, 1)), tell.at("2025-04-01"))
    with pytest.raises(WrongStage, match="已经支付"), work() as unit:
        pay(unit, Pay(signed.buyer, first.id, date(2025, 4, 1)), tell.at("2025-04-01"))


@pytest.mark.parametrize(
    ("score", "grade", "deducted"),
    [("100", "优秀", 0), ("90", "优秀", 0), ("89.99", "良好", 76989), ("81", "良好", 69290000), ("86.40", "良好", 27716000)],
)
def test_below_the_base_the_share_that_is_missing_is_taken_off_the_last_payment(work, signed, score, grade, deducted):
    """(90 − score) ÷ 90 × the year's price, half up to the fen once."""
    apply(work, signed, score, grade)

    [(_, (*_, last))] = years(work, signed)
    assert last.deducted == deducted
    assert last.due_on is not None
    assert last.working
    with work() as unit:
        paid = pay(unit, Pay(signed.buyer, last.id, EVALUATED.date()), EVALUATED).paid
    assert paid == last.planned - deducted


@pytest.mark.parametrize(("score", "payable", "short"), [("59.41", 76989, False), ("59.40", 0, False), ("59.39", 0, True)])
def test_what_the_last_payment_cannot_cover_is_said_and_never_paid_twice(work, signed, score, payable, short):
    """The last payment is 34 %: at 59.4 points exactly all of it is taken off, below that the agency pays back."""
    apply(work, signed, score, "不合格")

    [(_, (*_, last))] = years(work, signed)
    assert last.planned - last.deducted == payable
    assert ("由承接机构退还" in last.working) is short


def test_where_the_clause_is_silent_the_buyer_settles_with_a_reason(work, signed):
    """92 points, and no grade: the formula has nothing to take off, and full payment asks for 优秀."""
    apply(work, signed, "92", None)
    [(year, (_, _, last))] = years(work, signed)
    assert last.due_on is None
    assert year.renewal == "undecided"
    with pytest.raises(BadInput), work() as unit:
        settle_payment(unit, SettlePayment(signed.buyer, last.id, last.planned + 1, " "), EVALUATED)

    with work() as unit:
        settle_payment(unit, SettlePayment(signed.buyer, last.id, 100, "双方书面确认扣减一元"), EVALUATED)

    [(_, (_, _, last))] = years(work, signed)
    assert last.deducted == 100
    assert last.due_on is not None


def test_a_result_is_applied_once_and_only_to_a_year_that_exists(work, signed):
    apply(work, signed, "95", "优秀")

    with pytest.raises(WrongStage):
        apply(work, signed, "96", "优秀")
    with pytest.raises(Missing):
        apply(work, signed, "96", "优秀", year=2)
    with pytest.raises(NotPermitted):
        apply(work, signed, "96", "优秀", actor=signed.suppliers[3])


@pytest.mark.parametrize(("fen", "lawful"), [(69289999, True), (69290000, True), (69290001, False)])
def test_supplements_of_a_year_stay_within_ten_per_cent_exactly(work, signed, fen, lawful):
    command = SupplementContract(signed.buyer, signed.contract_id, fen, "增加两个社区", date(2025, 6, 3))
    if lawful:
        with work() as unit:
            supplement_contract(unit, command, tell.at("2025-06-03"))
        [(_, payments)] = years(work, signed)
        assert payments[-1].planned == fen
    else:
        with pytest.raises(Unlawful, match="百分之十"), work() as unit:
            supplement_contract(unit, command, tell.at("2025-06-03"))


def test_the_second_supplement_counts_with_the_first(work, signed):
    for amount, refused in ((40000000, False), (29290001, True)):
        command = SupplementContract(signed.buyer, signed.contract_id, amount, "增加社区", date(2025, 6, 3))
        if refused:
            with pytest.raises(Unlawful), work() as unit:
                supplement_contract(unit, command, tell.at("2025-06-03"))
        else:
            with work() as unit:
                supplement_contract(unit, command, tell.at("2025-06-03"))


# --- renewal -------------------------------------------------------------------------------------------------------------


def test_a_grade_that_renews_opens_the_next_year_with_its_own_payments(work, signed):
    apply(work, signed, "95", "优秀")
    decide(work, signed)

    [(first, _), (second, payments)] = years(work, signed)
    assert first.decision == "renewed"
    assert (second.starts_on, second.ends_on) == (date(2026, 3, 21), date(2027, 3, 20))
    assert sum(payment.planned for payment in payments) == PRICE


@pytest.mark.parametrize(
    ("grade", "score", "reason", "lawful"),
    [("优秀", "95", "", True), ("良好", "85", "", False), ("良好", "85", "服务稳定, 群众满意", True), ("不合格", "50", "再给一次机会", False)],
)
def test_what_the_clause_says_of_the_grade_decides_and_an_open_verdict_needs_a_reason(work, signed, grade, score, reason, lawful):
    apply(work, signed, score, grade)
    if lawful:
        decide(work, signed, reason=reason)
    else:
        with pytest.raises(Unlawful):
            decide(work, signed, reason=reason)


def test_without_a_budget_nothing_is_renewed(work, signed):
    apply(work, signed, "95", "优秀")

    with pytest.raises(Unlawful, match="预算"):
        decide(work, signed, budgeted=False)


def test_before_the_evaluation_nothing_is_decided_and_nothing_is_decided_twice(work, signed):
    with pytest.raises(WrongStage, match="绩效评估"):
        decide(work, signed)
    apply(work, signed, "95", "优秀")
    decide(work, signed)
    with pytest.raises(WrongStage):
        decide(work, signed, renew=False)


def test_ending_against_a_grade_that_renews_needs_a_reason(work, signed):
    apply(work, signed, "95", "优秀")
    with pytest.raises(BadInput, match="理由"):
        decide(work, signed, renew=False)
    decide(work, signed, renew=False, reason="职能调整, 不再购买")

    [(year, _)] = years(work, signed)
    assert year.decision == "ended"


def test_after_the_third_year_there_is_nothing_left_to_renew(work, signed):
    apply(work, signed, "95", "优秀")
    decide(work, signed)
    apply(work, signed, "95", "优秀", year=2, at=tell.at("2026-12-20"))
    decide(work, signed, year=2, at=tell.at("2026-12-21"))
    apply(work, signed, "95", "优秀", year=3, at=tell.at("2026-12-22"))

    with pytest.raises(Unlawful, match="年限已满"):
        decide(work, signed, year=3, at=tell.at("2026-12-23"))
    assert [year.number for year, _ in years(work, signed)] == [1, 2, 3]


def test_a_contract_is_complete_when_all_is_paid_evaluated_and_decided(work, signed):
    with pytest.raises(Unlawful) as refusal, work() as unit:
        complete_contract(unit, CompleteContract(signed.buyer, signed.contract_id), EVALUATED)
    assert {finding.field for finding in refusal.value.findings} == {"payments", "years"}
    apply(work, signed, "95", "优秀")
    [(_, payments)] = years(work, signed)
    for payment in payments:
        with work() as unit:
            pay(unit, Pay(signed.buyer, payment.id, EVALUATED.date()), EVALUATED)
    decide(work, signed, renew=False, reason="职能调整")

    with work() as unit:
        assert complete_contract(unit, CompleteContract(signed.buyer, signed.contract_id), DECIDED).stage == "completed"


def test_the_database_itself_holds_the_money_together(work, signed):
    for statement in (
        "UPDATE payments SET deducted = planned + 1",
        "UPDATE payments SET paid = planned + 1, paid_on = '2025-04-01'",
        "UPDATE contracts SET years = 4",
        "UPDATE contracts SET amount = 0",
    ):
        with pytest.raises(IntegrityError), work() as unit:
            unit.session.execute(text(statement))


# --- pages ---------------------------------------------------------------------------------------------------------------


def test_the_two_sides_and_who_supervises_read_a_contract_and_nobody_else(client, sign_in_as, clock_at, work, signed):
    clock_at(tell.SIGNED)
    with work() as unit:
        strangers = (an_actor(unit), signed.suppliers[0])
    for reader in (signed.buyer, signed.suppliers[3], signed.finance, signed.overseer):
        sign_in_as(client, reader)
        assert client.get(f"/contracts/{signed.contract_id}").status_code == 200
        assert "HT-2025-0007" in client.get("/contracts").get_data(as_text=True)
    for reader in strangers:
        sign_in_as(client, reader)
        assert client.get(f"/contracts/{signed.contract_id}").status_code == 403
        assert "HT-2025-0007" not in client.get("/contracts").get_data(as_text=True)


def test_drawing_up_on_the_page_keeps_what_was_typed_and_a_double_click_draws_up_once(client, sign_in_as, clock_at, work):
    story = tell.awarded(work)
    clock_at(tell.DRAWN_UP)
    sign_in_as(client, story.buyer)
    address = f"/tenders/{story.ocid}/contract"
    shown = client.get(address).get_data(as_text=True)
    assert "合同签订后 30%" in shown
    assert "6929000.00" in shown
    assert "2025年4月9日" in shown
    form = {
        "number": "HT-9", "starts_on": "2025-04-01", "years": "3", "amount": "6929000",
        "payments": "签订后 30%\n中期 36%\n期满评估后 尾款", "grounds": [ground.value for ground in LongTermGround],
    }  # fmt: skip
    wrong = client.post(address, data=form | {"payments": "签订后 30%\n期满 60%", "amount": "6929000.01"})
    assert wrong.status_code == 422
    told = wrong.get_data(as_text=True)
    assert "期满 60%" in told
    assert "6929000.01" in told
    assert "百分之百" in told
    assert "中标价" in told

    twice = [client.post(address, data=form | {"once": "0123456789abcdefghijkl"}) for _ in range(2)]

    assert twice[0].status_code == twice[1].status_code == 303
    assert twice[0].location == twice[1].location
    with work() as unit:
        assert unit.session.query(ContractRow).count() == 1


def test_a_refused_renewal_says_everything_on_the_page(client, sign_in_as, clock_at, work, signed):
    apply(work, signed, "86.40", "良好")
    clock_at(DECIDED)
    sign_in_as(client, signed.buyer)
    assert "续签决定: " in client.get("/workbench").get_data(as_text=True)

    answer = client.post(f"/contracts/{signed.contract_id}/renew", data={"year": "1", "decision": "renew", "reason": ""})

    told = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "预算未落实" in told
    assert "须写明续签的理由" in told
    assert "（90 − 86.4）÷ 90 × ¥6,929,000.00 = ¥277,160.00" in told


def test_list_and_page_ask_the_same_number_of_times_whatever_there_is(client, sign_in_as, clock_at, work, signed, statements):
    clock_at(DECIDED)
    sign_in_as(client, signed.buyer)
    with statements() as before:
        client.get(f"/contracts/{signed.contract_id}")
    apply(work, signed, "95", "优秀")
    decide(work, signed)
    with statements() as after:
        client.get(f"/contracts/{signed.contract_id}")
    assert len(before) == len(after)


def test_evaluation_is_handed_one_year_with_its_money_and_its_people(work, signed):
    with work() as unit:
        facts = queries.year_facts(unit.session, signed.contract_id, 1)
        with pytest.raises(Missing):
            queries.year_facts(unit.session, signed.contract_id, 2)
    assert (facts.amount, facts.year, facts.years) == (PRICE, 1, 3)
    assert (facts.starts_on, facts.ends_on) == (date(2025, 3, 21), date(2026, 3, 20))
    assert facts.supplier_name == signed.suppliers[3].organisation_name
