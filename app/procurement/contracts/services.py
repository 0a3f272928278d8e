"""Acts of the contract 合同: draw up, sign, pay, apply an evaluation, settle, renew or end, supplement, complete, terminate.

What somebody typed as a reason stays in the row, where a name in it can be corrected; the log, which cannot be, proves it by
its hash.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from fractions import Fraction

from sqlalchemy import select

from app.accounts import Actor
from app.procurement.awards.models import AwardRow
from app.procurement.contracts import queries
from app.procurement.contracts.commands import (
    ApplyEvaluation,
    CompleteContract,
    DecideRenewal,
    DrawUpContract,
    Pay,
    SettlePayment,
    SignContract,
    SupplementContract,
    TerminateContract,
)
from app.procurement.contracts.models import ContractRow, ContractYearRow, PaymentRow
from app.procurement.contracts.value import contract_value, ending_facts, payments_of_year, supplement_facts, terms_of
from app.procurement.qualifications.services import stage_is
from app.procurement.tenders.models import TenderRow
from app.store import UnitOfWork
from kernel.canonical import sha256_hex
from kernel.money import yuan_text
from kernel.period import aware
from kernel.points import shortest_text
from kernel.refusal import BadInput, Finding, Missing, Unlawful, WrongStage
from kernel.role import Role
from law.calendar import NoArrangement
from law.day import LawAt
from procurement.award import Award
from procurement.contract import (
    CONTRACT,
    Contract,
    ContractStage,
    LongTermGround,
    RenewalProposal,
    Supplement,
    deduction_for,
    draw_up,
    payment_findings,
    renewal_verdict,
    settle,
    the_price_is_the_awarded_one,
    the_term_is_lawful,
)
from procurement.documents import PaymentTerm, Renewal
from procurement.fulfilment import pay_by
from procurement.stage import Progress, Stage
from procurement.tender import TENDER
from procurement.termination import Ground, Termination, last_payments


def draw_up_contract(work: UnitOfWork, command: DrawUpContract, now: datetime) -> ContractRow:
    """拟定合同 from the announced award and the documents' draft contract. It binds nobody until it is signed.

    Raises BadInput or Unlawful with everything that is wrong (number, days, years and their grounds, shares that are not
    100 %, a price that is not the awarded one), WrongStage, NotPermitted. 立项评估 may run meanwhile; it hinders nothing.
    """
    tender = _buyers_tender(work, command.ocid, command.actor)
    stage_is(tender, Stage.AWARDED)
    award = work.lock(AwardRow, tender.ocid)
    former = queries.contract_of(work.session, tender.ocid)
    if former is not None and former.supplier_id == award.supplier_id:
        raise WrongStage("本项目的合同已经拟定")
    if former is not None:  # drawn up with a winner who then refused to sign
        work.session.delete(former)
        work.session.flush()
    facts, today = tender.facts(), aware(now).date()
    wrong = []
    if not command.number.strip():
        wrong.append(Finding("number", "请填写合同编号"))
    if command.starts_on < today:
        wrong.append(Finding("starts_on", "服务开始日不得早于今天", have=command.starts_on))
    grounds = []
    for name in dict.fromkeys(command.grounds):
        if name in set(LongTermGround):
            grounds.append(LongTermGround(name))
        else:
            wrong.append(Finding("grounds", f"没有“{name}”这一条件"))
    if wrong:
        raise BadInput(wrong, "合同未能保存")
    proposed = draw_up(
        facts, Award(tender.ocid, str(award.bid_id), award.amount, award.rank, (), {}), number=command.number.strip(),
        supplier=award.supplier_name, starts=command.starts_on, grounds=grounds, years=command.years,
        notice_on=aware(award.announced_at).date() if award.announced_at else None,
    )  # fmt: skip
    if command.amount is not None:
        proposed = replace(proposed, amount=command.amount)
    if command.payments:
        planned = (PaymentTerm(n, p.condition, p.share) for n, p in enumerate(command.payments, 1))
        proposed = replace(proposed, payments=tuple(planned))
    law = work.law(on=today, jurisdiction=tender.jurisdiction)
    price = the_price_is_the_awarded_one(proposed, law)
    found = [*([price] if price else []), *payment_findings(proposed.payments), *the_term_is_lawful(proposed, law)]
    if found:
        raise Unlawful(found, "合同未能保存")
    row = ContractRow(
        ocid=tender.ocid, number=proposed.number, title=tender.title, buyer_id=tender.buyer_id,
        supplier_id=award.supplier_id, stage=ContractStage.DRAFT, amount=proposed.amount, years=proposed.years,
        terms=terms_of(proposed), drawn_up_at=now,
    )  # fmt: skip
    work.session.add(row)
    logged = {"number": row.number, "amount": row.amount, "years": row.years, "grounds": grounds}
    work.record("contract.draw_up", row, by=command.actor, at=now, cites="财政部令第87号 第七十一条", facts=logged)
    return row


def sign_contract(work: UnitOfWork, command: SignContract, now: datetime) -> ContractRow:
    """签订合同: the first year begins as agreed, its payments are planned, and the tender is done (CONTRACTED).

    Raises Unlawful with every rule that does not hold, BadInput for a day in the future or a service that began before
    the signature, WrongStage, NotPermitted. Signing late is noted, and does not undo the contract.
    """
    row, tender = _contract(work, command.contract_id, command.actor)
    contract = replace(contract_value(row), signed_on=command.signed_on)
    today = aware(now).date()
    wrong = []
    if command.signed_on > today:
        wrong.append(Finding("signed_on", "签订日期不能晚于今天", have=command.signed_on))
    if contract.starts < command.signed_on:
        wrong.append(Finding("signed_on", "服务开始日早于签订日期", have=command.signed_on, need=f"不晚于 {contract.starts}"))
    if wrong:
        raise BadInput(wrong, "合同未能签订")
    law = work.law(on=today, jurisdiction=tender.jurisdiction)
    taken = CONTRACT.take(contract, "sign", by=command.actor.role, law=law)
    proposed = replace(tender.facts(), progress=Progress(at=now))
    of_tender = TENDER.take(proposed, "sign_contract", by=command.actor.role, law=law)
    tender.adopt(proposed, stage=of_tender.target)
    tender.reach("contract", now)
    row.stage, row.signed_on = taken.target, command.signed_on
    year = _begin_year(work, row, contract, 1, command.signed_on, law)
    facts = {
        "signed_on": command.signed_on, "starts_on": year.starts_on, "ends_on": year.ends_on,
        "late": [finding.sentence() for finding in taken.warnings],
    }  # fmt: skip
    work.record("contract.sign", row, by=command.actor, at=now, cites=taken.cites, facts=facts)
    return row


def pay(work: UnitOfWork, command: Pay, now: datetime) -> PaymentRow:
    """支付 one payment that is due, in full: what was planned, less what the evaluation took off.

    Raises WrongStage for one that is paid or whose condition is not met, BadInput for an impossible day, NotPermitted.
    """
    row, _, year, payment = _payment(work, command.payment_id, command.actor)
    if payment.paid_on is not None:
        raise WrongStage("这笔款项已经支付")
    if payment.due_on is None and row.stage == ContractStage.TERMINATED:
        raise WrongStage("合同已终止, 这笔款项不再支付")
    if payment.due_on is None:
        raise WrongStage("付款条件尚未成就: 须先完成年度绩效评估并应用结果（财库〔2016〕205号）")
    wrong = []
    if command.paid_on > aware(now).date():
        wrong.append(Finding("paid_on", "支付日期不能晚于今天", have=command.paid_on))
    if row.signed_on is not None and command.paid_on < row.signed_on:
        wrong.append(Finding("paid_on", "支付日期不能早于合同签订", have=command.paid_on, need=f"{row.signed_on} 起"))
    if wrong:
        raise BadInput(wrong, "支付未能登记")
    payment.paid, payment.paid_on = payment.planned - payment.deducted, command.paid_on
    late = command.paid_on > payment.due_on
    facts = {"year": year.number, "number": payment.number, "paid": payment.paid, "on": command.paid_on, "late": late}
    work.record("payment.pay", payment, by=command.actor, at=now, cites="财库〔2019〕38号", facts=facts)
    return payment


def apply_evaluation(work: UnitOfWork, command: ApplyEvaluation, now: datetime) -> ContractYearRow:
    """结果应用: keep score and grade of a year's final evaluation, say what the clause says about renewal, settle its money.

    The score is the published one, as both parties hold it in hand. Where it is not below the clause's base and yet without
    the grade that is paid in full (a veto, a gap between the bands), the clause is silent: the buyer settles, with reasons.
    Raises Missing, WrongStage (not signed, applied before), BadInput, NotPermitted.
    """
    command.actor.must_be(Role.BUYER, Role.FINANCE, Role.EVALUATION_BODY, Role.CLOCK)
    row, tender = _contract(work, command.contract_id, command.actor if command.actor.role is Role.BUYER else None)
    if row.stage not in (ContractStage.PERFORMING, ContractStage.TERMINATED):
        raise WrongStage(f"合同现处“{ContractStage(row.stage).zh}”, 不能应用评估结果")
    year = work.lock_by(ContractYearRow, contract_id=row.id, number=command.year)
    if year.score is not None:
        raise WrongStage(f"第{year.number}年度的评估结果已经应用")
    if command.score < 0:
        raise BadInput([Finding("score", "评估得分不能小于0", have=shortest_text(command.score))])
    contract = contract_value(row)
    year.score, year.grade = command.score, command.grade
    year.renewal = renewal_verdict(contract.renewal, command.grade)
    last = _settlement(work, year, contract)
    found = deduction_for(contract.deduction, command.score, command.grade, row.amount)
    if last.paid_on is None and found is not None and row.stage == ContractStage.PERFORMING:
        payable, short = settle(last.planned, found)
        last.deducted = last.planned - payable
        last.working = found.working + (f"; 超出尾款的 {yuan_text(short)} 由承接机构退还" if short else "")
        last.due_on = _last_day_to_pay(aware(now).date(), work.law(on=aware(now).date(), jurisdiction=tender.jurisdiction))
    tender.reach("fulfilment", now)
    tender.reach("evaluation", now)
    facts = {
        "year": year.number, "score": command.score, "grade": command.grade, "renewal": year.renewal,
        "deducted": last.deducted, "silent": found is None,
    }  # fmt: skip
    work.record("contract.apply_evaluation", year, by=command.actor, at=now, cites="财库〔2016〕205号", facts=facts)
    return year


def settle_payment(work: UnitOfWork, command: SettlePayment, now: datetime) -> PaymentRow:
    """结算确认 by the buyer where the clause is silent. Raises BadInput without reason or above the payment, WrongStage."""
    row, tender, year, payment = _payment(work, command.payment_id, command.actor)
    awaited = row.stage == ContractStage.PERFORMING and year.score is not None and payment.due_on is None
    if not awaited or payment.id != _settlement(work, year, contract_value(row)).id:
        raise WrongStage("这笔款项不需要另行确认结算金额")
    wrong = []
    if not 0 <= command.deducted <= payment.planned:
        wrong.append(
            Finding("deducted", "扣减额须在0与本笔款项之间", have=yuan_text(command.deducted), need=f"不超过{yuan_text(payment.planned)}")
        )
    if not command.reason.strip():
        wrong.append(Finding("reason", "合同没有写明如何结算, 请写明双方确认的理由", cites="政府采购法 第五十条"))
    if wrong:
        raise BadInput(wrong, "结算未能确认")
    payment.deducted, payment.working = command.deducted, f"合同未写明, 双方确认: {command.reason.strip()}"
    today = aware(now).date()
    payment.due_on = _last_day_to_pay(today, work.law(on=today, jurisdiction=tender.jurisdiction))
    facts = {"year": year.number, "deducted": command.deducted, "reason_sha256": sha256_hex(command.reason.strip())}
    work.record("payment.settle", payment, by=command.actor, at=now, cites="政府采购法 第五十条", facts=facts)
    return payment


def decide_renewal(work: UnitOfWork, command: DecideRenewal, now: datetime) -> ContractYearRow:
    """续签决定: the next year with its payments, or the end with this year. Gives the year that was decided on.

    Raises Unlawful with everything that forbids the renewal (grade, years used up, no budget, no reason where the clause
    leaves it open); BadInput for ending against a clause that renews without a reason; WrongStage, NotPermitted.
    """
    row, tender = _contract(work, command.contract_id, command.actor)
    year = work.lock_by(ContractYearRow, contract_id=row.id, number=command.year)
    if year.decision is not None:
        raise WrongStage(f"第{year.number}年度的续签已经决定")
    if year.score is None:
        raise WrongStage(f"第{year.number}年度的绩效评估结果尚未应用, 不能决定续签")
    years = queries.years_of(work.session, row.id)
    reason = command.reason.strip()
    today = aware(now).date()
    law = work.law(on=today, jurisdiction=tender.jurisdiction)
    cites = "财政部令第102号 第二十四条"
    if command.renew:
        asked = RenewalProposal(year.number, year.grade, command.budgeted, reason)
        contract = replace(contract_value(row, years), renewal_asked=asked)
        taken = CONTRACT.take(contract, "renew", by=command.actor.role, law=law)
        _begin_year(work, row, contract, year.number + 1, today, law)
        cites = taken.cites
    elif year.renewal == Renewal.RENEW and year.number < row.years and not reason:
        raise BadInput([Finding("reason", "等级达到续签条件而不续签的, 请写明理由", cites="政府采购法 第五十条")], "决定未能保存")
    year.decision, year.reason, year.decided_at = "renewed" if command.renew else "ended", reason, now
    tender.reach("feedback", now)
    facts = {
        "year": year.number, "decision": year.decision, "grade": year.grade, "clause": year.renewal,
        "reason_sha256": sha256_hex(reason),
    }  # fmt: skip
    work.record("contract.decide_renewal", year, by=command.actor, at=now, cites=cites, facts=facts)
    return year


def supplement_contract(work: UnitOfWork, command: SupplementContract, now: datetime) -> ContractRow:
    """补充合同 in the year that runs; it is paid as a payment of its own. Raises Unlawful above 10 %, BadInput, WrongStage."""
    row, tender = _contract(work, command.contract_id, command.actor)
    years = queries.years_of(work.session, row.id)
    wrong = []
    if command.amount <= 0:
        wrong.append(Finding("amount", "补充合同金额须大于0", have=yuan_text(command.amount)))
    if not command.reason.strip():
        wrong.append(Finding("reason", "请写明追加的内容和理由", cites="政府采购法 第四十九条"))
    if command.signed_on > aware(now).date():
        wrong.append(Finding("signed_on", "签订日期不能晚于今天", have=command.signed_on))
    if wrong:
        raise BadInput(wrong, "补充合同未能保存")
    law = work.law(on=aware(now).date(), jurisdiction=tender.jurisdiction)
    held = contract_value(row, years)
    added = Supplement(held.signed_years, command.amount, command.signed_on, command.reason.strip())
    proposed = replace(held, supplements=(*held.supplements, added))
    taken = CONTRACT.take(proposed, "supplement", by=command.actor.role, law=law)
    row.terms = {**row.terms, "supplements": [supplement_facts(each) for each in proposed.supplements]}
    year = years[-1]
    number = 1 + max(p.number for p in queries.payments_of(work.session, [year.id])[year.id])
    work.session.add(
        PaymentRow(
            year_id=year.id, number=number, condition=f"补充合同: {added.reason}"[:300], planned=command.amount, deducted=0,
            working="", share=Fraction(command.amount, row.amount), due_on=_last_day_to_pay(command.signed_on, law),
        )
    )  # fmt: skip
    facts = {"year": year.number, "amount": command.amount, "reason_sha256": sha256_hex(added.reason)}
    work.record("contract.supplement", row, by=command.actor, at=now, cites=taken.cites, facts=facts)
    return row


def complete_contract(work: UnitOfWork, command: CompleteContract, now: datetime) -> ContractRow:
    """履行完毕: every year is decided and everything is paid. Raises Unlawful with all that is open, WrongStage."""
    row, tender = _contract(work, command.contract_id, command.actor)
    years = queries.years_of(work.session, row.id)
    payments = queries.payments_of(work.session, [year.id for year in years])
    open_ends = [
        Finding("payments", f"第{year.number}年第{p.number}笔尚未支付: {yuan_text(p.planned - p.deducted)}", cites="财库〔2016〕205号")
        for year in years
        for p in payments[year.id]
        if p.paid_on is None and p.planned > p.deducted
    ]
    open_ends += [Finding("years", f"第{year.number}年度的评估结果尚未应用") for year in years if year.score is None]
    if years and years[-1].decision is None and years[-1].number < row.years:
        open_ends.append(Finding("years", f"第{years[-1].number}年度之后是否续签尚未决定"))
    law = work.law(on=aware(now).date(), jurisdiction=tender.jurisdiction)
    contract = replace(contract_value(row, years), unsettled=tuple(open_ends))
    taken = CONTRACT.take(contract, "complete", by=command.actor.role, law=law)
    row.stage = taken.target
    work.record("contract.complete", row, by=command.actor, at=now, cites=taken.cites)
    return row


def terminate_contract(work: UnitOfWork, command: TerminateContract, now: datetime) -> ContractRow:
    """终止合同 before its time: what was earned until then is paid as far as it is not, the rest of the payments falls away.

    Raises Unlawful without a lawful ground and a reason, BadInput for a day to come or more than the contract comes to,
    WrongStage, NotPermitted. An evaluation of the time until then still counts for the agency's record, no longer for money.
    """
    row, tender = _contract(work, command.contract_id, command.actor)
    years = queries.years_of(work.session, row.id)
    payments = queries.payments_of(work.session, [year.id for year in years])
    every = [payment for year in years for payment in payments[year.id]]
    paid, most = sum(p.paid or 0 for p in every), sum(p.planned - p.deducted for p in every)
    wrong = []
    if command.ended_on > aware(now).date():
        wrong.append(Finding("ended_on", "终止日不能晚于今天", have=command.ended_on))
    if not 0 <= command.earned <= most:
        have, need = yuan_text(command.earned), f"不超过{yuan_text(most)}"
        wrong.append(Finding("earned", "已履行部分的应付金额须在0与合同应付总额之间", have=have, need=need))
    if command.ground and command.ground not in set(Ground):
        wrong.append(Finding("ground", f"没有“{command.ground}”这一事由"))
    if wrong:
        raise BadInput(wrong, "合同未能终止")
    law, reason = work.law(on=aware(now).date(), jurisdiction=tender.jurisdiction), command.reason.strip()
    ending = Termination(Ground(command.ground), command.ended_on, command.earned) if command.ground else None
    taken = CONTRACT.take(
        replace(contract_value(row, years), ending=ending, reason=reason), "terminate", by=command.actor.role, law=law
    )  # fmt: skip
    assert ending is not None, "the table lets nobody terminate without a ground"
    waiting = [payment for payment in every if payment.paid_on is None]
    parts, owed_back = last_payments([p.planned - p.deducted for p in waiting], ending.earned, paid)
    for payment, part in zip(waiting, parts, strict=True):
        if part < payment.planned - payment.deducted:
            payment.working = f"{payment.working}{'; ' if payment.working else ''}合同终止, 未履行部分不再支付"[:500]
        payment.deducted = payment.planned - part
        payment.due_on = (payment.due_on or _last_day_to_pay(aware(now).date(), law)) if part else None
    row.stage, row.terms = taken.target, {**row.terms, "ending": ending_facts(ending, reason, owed_back)}
    facts = {
        "ground": ending.ground, "ended_on": ending.ended_on, "earned": ending.earned, "paid": paid, "owed_back": owed_back,
        "left": sum(parts), "reason_sha256": sha256_hex(reason),
    }  # fmt: skip
    work.record("contract.terminate", row, by=command.actor, at=now, cites="；".join(dict.fromkeys((taken.cites, ending.ground.cites))), facts=facts)
    return row


def _begin_year(
    work: UnitOfWork, row: ContractRow, contract: Contract, number: int, agreed_on: date, law: LawAt
) -> ContractYearRow:
    """One more year with its payments. The first is due after the agreement, those between along the year; the last waits
    for the year's evaluation 结算尾款."""
    starts, ends = contract.year(number)
    year = ContractYearRow(contract_id=row.id, number=number, starts_on=starts, ends_on=ends, reason="")
    work.session.add(year)
    work.session.flush()
    payments = payments_of_year(contract, year.id)
    for place, payment in enumerate(payments[:-1]):
        met = max(agreed_on, starts) if place else agreed_on
        payment.due_on = _last_day_to_pay(met + timedelta(days=(ends - starts).days * place // (len(payments) - 1)), law)
    work.session.add_all(payments)
    return year


def _last_day_to_pay(met: date, law: LawAt) -> date:
    """Thirty days after the condition is met, rolled over days off; plainly thirty where that year's calendar is not out yet."""
    try:
        return pay_by(met, law)
    except NoArrangement:
        return law.calendar.add(met, law.period("payment"))


def _settlement(work: UnitOfWork, year: ContractYearRow, contract: Contract) -> PaymentRow:
    """The payment of a year that waits for its evaluation: the last one agreed; supplements come behind it."""
    return work.lock_by(PaymentRow, year_id=year.id, number=contract.payments[-1].number)


def _buyers_tender(work: UnitOfWork, ocid: str, actor: Actor) -> TenderRow:
    actor.must_be(Role.BUYER)
    row = work.lock(TenderRow, ocid)
    actor.must_act_for(row.buyer_id)
    return row


def _contract(work: UnitOfWork, contract_id: int, actor: Actor | None) -> tuple[ContractRow, TenderRow]:
    """The contract with its tender, the tender locked first as everywhere. ``actor``: must be its buyer."""
    ocid = work.session.scalar(select(ContractRow.ocid).where(ContractRow.id == contract_id))
    if ocid is None:
        raise Missing("没有这份合同")
    tender = work.lock(TenderRow, ocid) if actor is None else _buyers_tender(work, ocid, actor)
    return work.lock(ContractRow, contract_id), tender


def _payment(
    work: UnitOfWork, payment_id: int, actor: Actor
) -> tuple[ContractRow, TenderRow, ContractYearRow, PaymentRow]:
    found = work.session.execute(
        select(ContractYearRow.id, ContractYearRow.contract_id)
        .join(PaymentRow, PaymentRow.year_id == ContractYearRow.id)
        .where(PaymentRow.id == payment_id)
    ).one_or_none()
    if found is None:
        raise Missing("没有这笔款项")
    row, tender = _contract(work, found.contract_id, actor)
    if row.stage not in (ContractStage.PERFORMING, ContractStage.TERMINATED):
        raise WrongStage(f"合同现处“{ContractStage(row.stage).zh}”, 不能办理支付")
    return row, tender, work.lock(ContractYearRow, found.id), work.lock(PaymentRow, payment_id)

