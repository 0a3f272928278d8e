"""Pages of the meeting point: entrust an evaluation, apply a result."""

from __future__ import annotations

from flask import Blueprint, render_template, url_for
from werkzeug.wrappers import Response

from app.evaluation.results import queries as results
from app.evaluation.results.services import TakeStep
from app.evaluation.schemes import queries as schemes
from app.handoffs import to_evaluation, to_procurement
from app.handoffs.forms import EntrustForm
from app.handoffs.to_evaluation import EntrustApplicant, EntrustYear
from app.procurement.contracts import queries as contracts
from app.procurement.suppliers import queries as suppliers
from app.procurement.tenders import queries as tenders
from app.store import reading, unit_of_work
from app.web.clock import clock
from app.web.identity import signed_in
from app.web.once import done
from kernel.refusal import BadInput, Missing

room = Blueprint("handoffs", __name__)


@room.route("/contracts/<int:contract_id>/years/<int:year>/entrust", methods=["GET", "POST"])
def entrust_year(contract_id: int, year: int) -> Response | str | tuple[str, int]:
    actor = signed_in()
    facts = contracts.year_facts(reading(), contract_id, year)
    if facts.buyer_id != actor.organisation_id:
        raise Missing("没有这个合同年度")
    what = f"{facts.title} · 第{facts.year}年度（{facts.starts_on:%Y-%m-%d} 至 {facts.ends_on:%Y-%m-%d}）"

    def act(work, form):  # type: ignore[no-untyped-def]
        return to_evaluation.entrust_year(work, EntrustYear(actor, contract_id, year, form.body.data), clock())

    return _entrust(act, "委托绩效评估", what, facts.supplier_name)


@room.route("/tenders/<ocid>/applicants/<int:supplier_id>/entrust", methods=["GET", "POST"])
def entrust_applicant(ocid: str, supplier_id: int) -> Response | str | tuple[str, int]:
    actor = signed_in()
    tender, _ = tenders.tender_for(reading(), ocid, actor)
    if tender.buyer_id != actor.organisation_id:
        raise Missing("没有这个采购项目")
    supplier = suppliers.supplier(reading(), supplier_id)

    def act(work, form):  # type: ignore[no-untyped-def]
        return to_evaluation.entrust_applicant(work, EntrustApplicant(actor, ocid, supplier_id, form.body.data), clock())

    return _entrust(act, "委托立项评估", tender.title, supplier.name)


def _entrust(act, title: str, what: str, supplier: str) -> Response | str | tuple[str, int]:  # type: ignore[no-untyped-def]
    form = EntrustForm()
    form.offer(schemes.evaluation_bodies(reading()))
    if form.validate_on_submit():
        try:
            with unit_of_work() as work:
                act(work, form)
                return done(work, url_for("schemes.index"), "已委托, 由评估机构起草评估方案。")
        except BadInput as refusal:
            form.explain(refusal)
    status = 422 if form.is_submitted() else 200
    return render_template("evaluation/handoffs/entrust.html", form=form, title=title, what=what, supplier=supplier), status


@room.post("/results/<int:result_id>/apply")
def apply(result_id: int) -> Response:
    actor, now = signed_in(), clock()
    results.result_for(reading(), result_id, actor, now.date())
    with unit_of_work() as work:
        to_procurement.apply_result(work, TakeStep(actor, result_id), now)
        return done(work, url_for("results.show", result_id=result_id), "结果已应用: 已通知合同结算、续签并登记履约记录。")
