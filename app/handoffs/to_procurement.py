"""To procurement: a final result becomes a standing record, a deduction, a renewal condition met or not. One act."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction

from app.evaluation.results import services as results
from app.evaluation.results.services import TakeStep
from app.procurement.contracts.commands import ApplyEvaluation
from app.procurement.contracts.services import apply_evaluation
from app.procurement.suppliers import queries as suppliers
from app.procurement.suppliers.services import RecordStanding, record_standing
from app.store import UnitOfWork
from evaluation.consequence import Consequence
from kernel.refusal import Missing

NO_GRADE = "无等级"


def apply_result(work: UnitOfWork, command: TakeStep, now: datetime) -> Consequence:
    """应用结果 by the buyer: all that follows from it, or nothing. Gives what followed.

    The contract's clause is applied to the published score. Raises WrongStage before the result is final, and whatever
    the contract or the record refuses; then the result is not applied either.
    """
    file, consequence = results.apply_result(work, command, now)
    standing, contract = consequence.standing, file.scheme.subject.contract
    if standing is not None:
        supplier = suppliers.own_file(work.session, standing.supplier_id)
        if supplier is None:
            raise Missing("该机构没有供应商档案, 不能登记履约记录")
        record = RecordStanding(
            actor=command.actor, supplier_id=supplier.id, tender_ocid=standing.ocid, contract_year=standing.year or 0,
            kind=standing.kind.zh, score=file.row.exact, shown=file.row.shown, grade=standing.grade or NO_GRADE,
            facts={"result": file.row.id, "total": standing.total, "remark": standing.remark, "digest": file.row.digest},
        )  # fmt: skip
        record_standing(work, record, now)
    if contract is not None and (consequence.payment or consequence.renewal):
        applied = ApplyEvaluation(
            command.actor, contract.contract_id, contract.year, Fraction(file.row.shown), file.row.grade
        )
        apply_evaluation(work, applied, now)
    return consequence
