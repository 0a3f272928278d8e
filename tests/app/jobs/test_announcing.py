"""Which act tells whom what: each bidder its own, the winner its letter, the evaluated what concerns it, and no sealed fact."""

from __future__ import annotations

import ast
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from app.accounts import Actor
from app.accounts.models import AppointmentRow
from app.evaluation.results import services as results
from app.evaluation.results.queries import case_of_result
from app.jobs.announcing import TELLS
from app.messages.models import MessageRow
from app.messages.queries import inbox
from app.procurement.awards.queries import award_row
from app.procurement.tenders.services import CloseTender, TerminateTender, close_tender, terminate_tender
from kernel.role import Role
from tests.builders import evaluation_story, story
from tests.builders.story import CLOSE, SUBMITTED

ROOT = Path(__file__).resolve().parents[3]


def subjects(session, actor: Actor) -> list[str]:
    """What somebody was told, the oldest first: the words before the colon."""
    session.rollback()
    return [message.subject.partition(":")[0] for message in reversed(inbox(session, actor, limit=100))]


def recorded_acts() -> set[str]:
    """Every name of an act that some service writes into the log; ``verb.*`` where it is put together."""
    found = set()
    for path in (ROOT / "app").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute | ast.Name) and node.args:
                for argument in node.args[:7]:
                    if isinstance(argument, ast.Constant) and isinstance(argument.value, str) and argument.value.count(".") == 1:
                        found.add(argument.value)
                    elif isinstance(argument, ast.JoinedStr) and isinstance(argument.values[0], ast.Constant):
                        found.add(f"{argument.values[0].value}*")
    return found


def test_every_act_that_tells_is_an_act_that_happens():
    acts = recorded_acts()

    assert [act for act in TELLS if act not in acts and f"{act.split('.')[0]}.*" not in acts] == []


def test_until_the_opening_a_bid_is_told_of_to_its_own_bidder_alone(work, session):
    """政府采购法实施条例 第五十二条: what is in the bids, and who bid at all, is sealed."""
    told = story.with_bids(work, bidders=3)
    with work() as unit:
        close_tender(unit, CloseTender(actor=Actor.clock(), ocid=told.ocid), CLOSE)

    for supplier in told.suppliers:
        assert subjects(session, supplier) == ["投标文件已送达"]
        [message] = inbox(session, supplier)
        assert message.statutory
        assert message.cites == "财政部令第87号 第三十三条"
    for reader in (told.buyer, told.finance, told.overseer):
        for message in inbox(session, reader):
            assert message.subject.startswith("投标已截止")
            everything = f"{message.subject} {message.facts} {message.url} {message.key}"
            for secret in (*(s.organisation_name for s in told.suppliers), "家", "份", *(str(o["price"]) for o in told.offers)):
                assert secret not in everything
    assert subjects(session, told.buyer) == ["投标已截止, 请按时开标"]
    assert subjects(session, told.finance) == []


def test_a_terminated_procurement_is_told_to_each_bidder_by_itself(work, session):
    told = story.with_bids(work, bidders=3)
    with work() as unit:
        terminate_tender(unit, TerminateTender(actor=told.buyer, ocid=told.ocid, reason="项目预算取消"), SUBMITTED.replace(hour=18))

    keys = set()
    for supplier in told.suppliers:
        message = inbox(session, supplier)[0]
        assert message.subject.startswith("采购终止")
        assert ["理由", "项目预算取消"] in message.facts
        keys.add(message.key)
    assert len(keys) == 3


def test_the_award_tells_the_winner_its_letter_and_each_other_its_own_result(work, session):
    """财政部令第87号 第六十九条: 中标通知书 to the winner; the others learn their own score and rank, nobody else's."""
    told = story.awarded(work)
    award = award_row(session, told.ocid)
    for supplier, bid in zip(told.suppliers, told.bids, strict=True):
        message = inbox(session, supplier)[0]
        everything = f"{message.subject} {message.facts}"
        assert message.statutory
        if bid == award.bid_id:
            assert message.subject.startswith("中标通知书")
        else:
            assert message.subject.startswith("评审结果告知")
            assert "¥" not in everything
        others = {other.organisation_name for other in told.suppliers} - {supplier.organisation_name}
        assert not any(name in everything for name in others)
    assert "中标" not in "".join(subjects(session, told.buyer))


def test_an_expert_is_told_of_its_seat_in_person_and_once(work, session):
    told = story.committee_formed(work)
    seats = list(session.scalars(select(MessageRow).where(MessageRow.key == f"seat:{told.ocid}")))

    assert len({seat.person_id for seat in seats}) == len(seats) == 5
    assert all(seat.organisation_id is None for seat in seats)
    assert {seat.person_id for seat in seats} <= {expert.person_id for expert in told.experts}


def test_a_signed_contract_is_told_to_its_supplier_alone(work, session):
    told = story.contracted(work)

    signed = list(session.scalars(select(MessageRow).where(MessageRow.key.like("contract.sign:%"))))
    assert {message.person_id for message in signed} < {supplier.person_id for supplier in told.suppliers}
    assert len(signed) == 1


def test_an_evaluation_is_told_to_whom_it_concerns_step_by_step(work, session):
    told = evaluation_story.a_story().final()

    assert subjects(session, told.agency) == [
        "评估方案已公布", "评估结果已计算, 请在陈述期内陈述", "评估结果公示", "评估结果已确定",
    ]  # fmt: skip
    assert subjects(session, told.body) == ["受托评估", "机构陈述期已届满"]
    assert subjects(session, told.buyer) == ["评估结果公示", "评估结果已确定"]
    for evaluator in told.evaluators:
        assert subjects(session, evaluator) == ["评估任务"]


def test_before_the_result_is_published_its_score_is_in_no_message(work, session):
    told = evaluation_story.a_story().all_signed().computed()
    row, _ = case_of_result(session, told.result_id)
    messages = list(session.scalars(select(MessageRow)))

    assert messages
    for message in messages:
        assert row.shown not in f"{message.subject} {message.facts}"


def test_an_objection_names_nobody_and_its_answer_goes_to_who_raised_it(work, session):
    told = evaluation_story.a_story().all_signed().computed()
    told.step(results.lapse, told.body, date(2026, 2, 3)).step(results.publish, told.body, date(2026, 2, 3))
    with work() as unit:
        words = results.Object(told.agency, told.result_id, "林向晚", "0000-1234", "评分与档案不符")
        raised = results.object_to(unit, words, evaluation_story.at(date(2026, 2, 4)))
        unit.session.flush()
        objection_id = raised.id
    message = inbox(session, told.body)[0]
    assert message.subject.startswith("收到异议")
    for secret in ("林向晚", "0000-1234", "档案不符", told.agency.name):
        assert secret not in f"{message.subject} {message.facts}"

    with work() as unit:
        results.answer(unit, results.Answer(told.body, objection_id, "复核后评分无误", False), evaluation_story.at(date(2026, 2, 5)))
    assert subjects(session, told.agency)[-1] == "异议已书面答复"


def test_a_rectification_is_told_with_its_last_day_and_its_report_to_who_ordered_it(work, session):
    told = evaluation_story.a_story().all_signed().computed()
    told.step(results.lapse, told.body, date(2026, 2, 3)).step(results.publish, told.body, date(2026, 2, 3))
    with work() as unit:
        order = results.Order(told.body, told.result_id, "G1", "执行率不足", "按季度核对预算", date(2026, 3, 31))
        row = results.order_rectification(unit, order, evaluation_story.at(date(2026, 2, 4)))
        unit.session.flush()
        mending = row.id
    message = inbox(session, told.agency)[0]
    assert ["整改期限", "2026年3月31日 星期二"] in message.facts
    with work() as unit:
        results.mend(unit, results.Mend(told.agency, mending, "核对记录"), evaluation_story.at(date(2026, 3, 1)))
    assert subjects(session, told.body)[-1] == subjects(session, told.buyer)[-1] == "整改已报告完成"


@pytest.fixture
def everything_told(work):
    story.contracted(work)
    evaluation_story.a_story().final()


def test_every_message_leads_to_a_page_that_its_reader_may_open(app, session, everything_told, sign_in_as):
    """A link to a refusal would be worse than none."""
    roles: dict[int, tuple[int, Role]] = {}
    for person, organisation, role in session.execute(
        select(AppointmentRow.person_id, AppointmentRow.organisation_id, AppointmentRow.role)
    ):
        roles[person] = (organisation, role)
    messages = list(session.scalars(select(MessageRow)))
    assert len({message.kind for message in messages}) >= 9
    app.extensions["clock"].set(evaluation_story.at(date(2026, 3, 1)))
    wrong, seen = [], set()
    for message in messages:
        if (message.kind, message.role) in seen:
            continue
        seen.add((message.kind, message.role))
        organisation, role = roles[message.person_id]
        browser = app.test_client()
        sign_in_as(browser, Actor(message.person_id, message.organisation_id or organisation, message.role or role))
        answer = browser.get(message.url)
        if answer.status_code not in (200, 303):
            wrong.append((message.kind, message.url, answer.status_code))
    assert wrong == []
