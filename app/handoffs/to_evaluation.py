"""To evaluation: an applicant, or one year of a contract, becomes a subject 评估对象."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from app.accounts import Actor
from app.evaluation.schemes.services import HandOver, hand_over
from app.procurement.contracts import queries as contracts
from app.procurement.qualifications import queries as reviews
from app.procurement.suppliers import queries as suppliers
from app.procurement.tenders import queries as tenders
from app.store import UnitOfWork
from evaluation.subject import ContractFacts, Organisation, PaymentClause, RenewalClause, Subject, SubjectKind
from kernel.points import shortest_text
from kernel.refusal import BadInput, Finding, Missing, WrongStage
from procurement.documents import ContractTerms, Renewal


@dataclass(frozen=True)
class EntrustYear:
    """委托评估 of one year of a contract to a third party."""

    actor: Actor
    contract_id: int
    year: int
    body_id: int


@dataclass(frozen=True)
class EntrustApplicant:
    """委托立项评估 of an agency that applies in a procurement. ``supplier_id``: its supplier file."""

    actor: Actor
    ocid: str
    supplier_id: int
    body_id: int


def entrust_year(work: UnitOfWork, command: EntrustYear, now: datetime) -> int:
    """Hand one year of a signed contract over; gives the subject's id. Raises Missing, WrongStage before it is signed."""
    year = contracts.year_facts(work.session, command.contract_id, command.year)
    if year.buyer_id != command.actor.organisation_id:
        raise Missing("没有这个合同年度")
    if year.stage == "draft":
        raise WrongStage("合同签订后方可委托绩效评估")
    tender = tenders.tender(work.session, year.ocid).facts()
    payment, renewal = clauses_of(tender.contract)
    contract = ContractFacts(
        contract_id=year.contract_id, number=year.number, title=year.title, amount_fen=year.amount,
        begins=year.starts_on, ends=year.ends_on, year=year.year, years=year.years, payment=payment, renewal=renewal,
        bands=tender.contract.grades,
    )  # fmt: skip
    subject = Subject(
        SubjectKind.PROJECT_YEAR, Organisation(year.supplier_organisation_id, year.supplier_name),
        Organisation(year.buyer_id, year.buyer_name), year.ocid, year.title, contract,
    )  # fmt: skip
    return hand_over(work, HandOver(command.actor, subject, command.body_id), now).id


def entrust_applicant(work: UnitOfWork, command: EntrustApplicant, now: datetime) -> int:
    """Hand an applicant over for 立项评估; gives the subject's id. Raises StillSealed before the opening.

    Raises BadInput for an agency that does not apply in this procurement.
    """
    tender, buyer = tenders.tender_for(work.session, command.ocid, command.actor)
    if tender.buyer_id != command.actor.organisation_id:
        raise Missing("没有这个采购项目")
    if command.supplier_id not in {bid.row.supplier_id for bid in reviews.opened_bids(work.session, tender)}:
        raise BadInput((Finding("supplier", "该机构没有参加本项目的采购活动"),), "不能发起立项评估")
    supplier = suppliers.supplier(work.session, command.supplier_id)
    subject = Subject(
        SubjectKind.AGENCY, Organisation(supplier.organisation_id, supplier.name), Organisation(tender.buyer_id, buyer),
        tender.ocid, tender.title,
    )  # fmt: skip
    return hand_over(work, HandOver(command.actor, subject, command.body_id), now).id


def clauses_of(terms: ContractTerms) -> tuple[PaymentClause | None, RenewalClause | None]:
    """The contract's clauses on grades in evaluation's own words. A grade it does not name stays unsaid."""
    payment = renewal = None
    if terms.deduction is not None:
        base, full = terms.deduction.base, terms.deduction.full_grade
        text = f"{'等级为' + full + '的全额支付; ' if full else ''}其他按 ({shortest_text(base)} − 得分) ÷ {shortest_text(base)} × 年度合同金额扣减"
        payment = PaymentClause(frozenset({full} if full else ()), Fraction(base), text)
    if terms.renewal is not None:
        said = terms.renewal.grades
        text = "; ".join(t for t in (terms.renewal.condition, terms.renewal.stop_if, terms.renewal.may_if) if t)
        renewal = RenewalClause(
            frozenset(g for g, v in said.items() if v is Renewal.RENEW),
            frozenset(g for g, v in said.items() if v is Renewal.STOP),
            text,
            frozenset(g for g, v in said.items() if v is Renewal.BUYER_DECIDES),
        )
    return payment, renewal
