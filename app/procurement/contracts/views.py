"""Pages of the contract: the list, drawing up, and one contract with its years, payments and decisions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Blueprint, current_app, render_template, request, url_for
from werkzeug.wrappers import Response

from app.procurement.awards.queries import award_row
from app.procurement.contracts import queries, services
from app.procurement.contracts.charts import money_chart
from app.procurement.contracts.commands import CompleteContract
from app.procurement.contracts.forms import (
    DrawUpForm,
    PayForm,
    RenewForm,
    SettleForm,
    SignForm,
    SupplementForm,
    TerminateForm,
    payments_text,
)
from app.procurement.contracts.listing import CONTRACTS
from app.procurement.contracts.value import contract_value, worth_of
from app.procurement.tenders.queries import tender_for
from app.store import UnitOfWork, reading, unit_of_work
from app.web import navigation
from app.web.clock import clock
from app.web.forms import RoomForm
from app.web.identity import signed_in
from app.web.once import done
from app.web.plain_text import number
from kernel.money import yuan
from kernel.period import aware
from kernel.refusal import BadInput, NotPermitted, Refusal, Stale, Unlawful
from kernel.role import Role
from law import law_at
from procurement import timetable
from procurement.contract import ContractStage, share_floor
from procurement.documents import Renewal
from procurement.stage import Stage
from procurement.termination import earned_until

room = Blueprint("contracts", __name__)
navigation.add("合同", "contracts.index", 30)

FORMS: dict[str, type[RoomForm]] = {
    "sign": SignForm, "pay": PayForm, "settle": SettleForm, "renew": RenewForm, "supplement": SupplementForm,
}  # fmt: skip
"""The acts on a contract's page, each with its form; a refused one comes back as it was typed."""


@room.get("/contracts")
def index() -> Response | str:
    wanted, text = CONTRACTS.wanted(request.args), request.args.get("q", "")[:100].strip()
    stage = next((each for each in ContractStage if each == request.args.get("stage")), None)
    found = queries.contracts_for(
        reading(), signed_in(), text=text, stage=stage, after=number(wanted.after), limit=wanted.limit(queries.PAGE)
    )
    if wanted.form:
        said = [(zh, value) for zh, value in (("文字", text), ("环节", stage.zh if stage else "")) if value]
        return CONTRACTS.file(wanted, found, said=said)
    page = CONTRACTS.page(wanted, found, queries.PAGE, lambda line: line.id)
    return render_template("procurement/contracts/index.html", page=page, q=text, stage=stage, stages=list(ContractStage))


@room.route("/tenders/<ocid>/contract", methods=["GET", "POST"])
def draw_up(ocid: str) -> Response | str | tuple[str, int]:
    actor = signed_in()
    row, buyer = tender_for(reading(), ocid, actor)
    if row.buyer_id != actor.organisation_id:
        raise NotPermitted("只能办理本单位的采购项目")
    held = queries.contract_of(reading(), ocid)
    award = award_row(reading(), ocid)
    form = DrawUpForm()
    terms = row.facts().contract
    if not form.is_submitted() and award is not None:
        form.starts_on.data = clock().date()
        form.years.data = 1 + (terms.renewal.max_renewals * terms.renewal.each_years if terms.renewal else 0)
        form.amount.data = f"{yuan(award.amount):f}"
        form.payments.data = payments_text(terms.payments)
    elif form.validate_on_submit():
        try:
            with unit_of_work() as work:
                made = services.draw_up_contract(work, form.command(actor, ocid), clock())
                return done(work, url_for(".show", contract_id=made.id), "合同已拟定。签订前可以办理立项评估; 立项评估不影响签订期限。")
        except (BadInput, Unlawful, Stale) as refusal:
            form.explain(refusal)
    due = None
    if award is not None and award.announced_at is not None:
        due = timetable.contract(aware(award.announced_at).date(), law_at(clock().date(), row.jurisdiction))
    ready = row.stage is Stage.AWARDED and (held is None or (award is not None and held.supplier_id != award.supplier_id))
    page = render_template(
        "procurement/contracts/draw_up.html", row=row, buyer=buyer, form=form, award=award, held=held, ready=ready, due=due,
        terms=terms,
    )  # fmt: skip
    return page, 422 if form.is_submitted() else 200


@room.get("/contracts/<int:contract_id>")
def show(contract_id: int) -> str:
    return _page(contract_id)


@room.post("/contracts/<int:contract_id>/sign")
def sign(contract_id: int) -> Response | tuple[str, int]:
    def act(work: UnitOfWork, form: Any, now: datetime) -> str:
        services.sign_contract(work, form.command(signed_in(), contract_id), now)
        return "合同已签订: 两个工作日内公告, 七个工作日内将副本报财政部门备案。"

    return _act(contract_id, "sign", act)


@room.post("/contracts/<int:contract_id>/pay")
def pay(contract_id: int) -> Response | tuple[str, int]:
    def act(work: UnitOfWork, form: Any, now: datetime) -> str:
        services.pay(work, form.command(signed_in()), now)
        return "支付已登记。"

    return _act(contract_id, "pay", act)


@room.post("/contracts/<int:contract_id>/settle")
def settle(contract_id: int) -> Response | tuple[str, int]:
    def act(work: UnitOfWork, form: Any, now: datetime) -> str:
        services.settle_payment(work, form.command(signed_in()), now)
        return "结算金额已确认。"

    return _act(contract_id, "settle", act)


@room.post("/contracts/<int:contract_id>/renew")
def renew(contract_id: int) -> Response | tuple[str, int]:
    def act(work: UnitOfWork, form: Any, now: datetime) -> str:
        year = services.decide_renewal(work, form.command(signed_in(), contract_id), now)
        return "已续签下一年度。" if year.decision == "renewed" else "合同于本年度期满终止。"

    return _act(contract_id, "renew", act)


@room.post("/contracts/<int:contract_id>/supplement")
def supplement(contract_id: int) -> Response | tuple[str, int]:
    def act(work: UnitOfWork, form: Any, now: datetime) -> str:
        services.supplement_contract(work, form.command(signed_in(), contract_id), now)
        return "补充合同已登记。"

    return _act(contract_id, "supplement", act)


@room.route("/contracts/<int:contract_id>/terminate", methods=["GET", "POST"])
def terminate(contract_id: int) -> Response | str | tuple[str, int]:
    """A page of its own: what ends, what is paid, and that it cannot be undone, are read before it is done."""
    actor, now = signed_in(), clock()
    row, supplier, _ = queries.contract_for(reading(), contract_id, actor)
    years = queries.years_of(reading(), row.id)
    payments = queries.payments_of(reading(), [year.id for year in years])
    every = [p for year in years for p in payments[year.id]]
    proposed = earned_until(worth_of(years, payments), now.date())
    form = TerminateForm()
    if not form.is_submitted():
        form.ended_on.data, form.earned.data = now.date(), f"{yuan(proposed):f}"
    elif form.validate_on_submit():
        try:
            with unit_of_work() as work:
                services.terminate_contract(work, form.command(actor, contract_id), now)
                return done(work, url_for(".show", contract_id=contract_id), "合同已终止, 已通知承接机构。")
        except (BadInput, Unlawful, Stale) as refusal:
            form.explain(refusal)
    page = render_template(
        "procurement/contracts/terminate.html", row=row, supplier=supplier, form=form, proposed=proposed,
        paid=sum(p.paid or 0 for p in every), most=sum(p.planned - p.deducted for p in every),
        ready=row.stage == ContractStage.PERFORMING,
    )  # fmt: skip
    return page, 422 if form.is_submitted() else 200


@room.post("/contracts/<int:contract_id>/complete")
def complete(contract_id: int) -> Response | tuple[str, int]:
    try:
        with unit_of_work() as work:
            services.complete_contract(work, CompleteContract(signed_in(), contract_id), clock())
            return done(work, url_for(".show", contract_id=contract_id), "合同履行完毕。")
    except Unlawful as refusal:
        return _page(contract_id, refusal=refusal), refusal.status


def _act(contract_id: int, name: str, act: Callable[[UnitOfWork, Any, datetime], str]) -> Response | tuple[str, int]:
    """One form of the page: act and go back, or show the page with the form as it was typed and everything wrong."""
    form = FORMS[name]()
    if form.validate_on_submit():
        try:
            with unit_of_work() as work:
                return done(work, url_for(".show", contract_id=contract_id), act(work, form, clock()))
        except (BadInput, Unlawful) as refusal:
            form.explain(refusal)
    return _page(contract_id, typed={name: form}), 422


def _page(contract_id: int, *, typed: dict[str, RoomForm] | None = None, refusal: Refusal | None = None) -> str:
    actor, now = signed_in(), clock()
    row, supplier, buyer = queries.contract_for(reading(), contract_id, actor)
    years = queries.years_of(reading(), row.id)
    payments = queries.payments_of(reading(), [year.id for year in years])
    contract = contract_value(row, years, buyer, supplier.name)
    forms = {name: make(formdata=None) for name, make in FORMS.items()} | (typed or {})
    law = law_at(now.date())
    due = timetable.contract(contract.notice_on, law) if contract.notice_on is not None and row.signed_on is None else None
    waiting = [year for year in years if year.score is not None and year.decision is None]
    return render_template(
        "procurement/contracts/show.html", row=row, supplier=supplier, buyer=buyer, years=years, payments=payments,
        money=money_chart(years, payments),
        contract=contract, stage=ContractStage(row.stage), forms=forms, typed=typed or {}, refusal=refusal, due=due,
        buys=actor.role is Role.BUYER, renewals=Renewal, waiting=waiting[-1] if waiting else None,
        supplement_limit=share_floor(row.amount, law.share("supplement_max_share")),
        supplemented=sum(s.amount for s in contract.supplements if s.year == contract.signed_years),
        ending=row.terms.get("ending"), entrusts="handoffs.entrust_year" in current_app.view_functions, today=now.date(),
    )  # fmt: skip
