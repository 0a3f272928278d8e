"""Pages of the supplier file 供应商档案: the list, one file with its proofs, credit checks and standing; own file to edit."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.procurement.suppliers import queries, services
from app.procurement.suppliers.charts import standing_chart
from app.procurement.suppliers.file import PROFILE, supplier_of
from app.procurement.suppliers.forms import CHANNELS, CreditForm, SupplierForm
from app.procurement.suppliers.listing import SUPPLIERS
from app.store import reading, unit_of_work
from app.web import navigation
from app.web.clock import clock
from app.web.identity import signed_in
from app.web.once import done
from app.web.plain_text import number
from kernel.refusal import BadInput, NotPermitted, Stale, Unlawful
from kernel.role import Role
from procurement.supplier import Condition, qualification_findings

room = Blueprint("suppliers", __name__)
navigation.add("供应商", "suppliers.index", 12)
navigation.add("本机构档案", "suppliers.mine", 12)


@room.get("/suppliers")
def index() -> Response | str:
    wanted, text = SUPPLIERS.wanted(request.args), request.args.get("q", "")[:100].strip()
    found = queries.suppliers(reading(), text=text, after=number(wanted.after), limit=wanted.limit(queries.PAGE))
    if wanted.form:
        return SUPPLIERS.file(wanted, found, said=[("文字", text)] if text else [])
    page = SUPPLIERS.page(wanted, found, queries.PAGE, lambda line: line.id)
    return render_template("procurement/suppliers/index.html", page=page, q=text)


@room.get("/suppliers/mine")
def mine() -> Response:
    row = queries.own_file(reading(), signed_in().organisation_id)
    return redirect(url_for(".show", supplier_id=row.id) if row else url_for(".new"))


@room.get("/suppliers/<int:supplier_id>")
def show(supplier_id: int) -> str:
    return _show(supplier_id, CreditForm() if signed_in().role in (Role.BUYER, Role.FINANCE) else None)


@room.route("/suppliers/new", methods=["GET", "POST"])
def new() -> Response | str | tuple[str, int]:
    actor, form = signed_in(), SupplierForm()
    existing = queries.own_file(reading(), actor.organisation_id)
    if existing is not None and request.method == "GET":
        return redirect(url_for(".show", supplier_id=existing.id))
    if not form.validate_on_submit():
        return _edit(form, "建立供应商档案")
    try:
        with unit_of_work() as work:
            row = services.register_supplier(work, form.opening(actor), clock())
            return done(work, url_for(".show", supplier_id=row.id), "供应商档案已建立。")
    except (BadInput, Unlawful, Stale) as refusal:
        form.explain(refusal)
        return _edit(form, "建立供应商档案", refused=True)


@room.route("/suppliers/<int:supplier_id>/edit", methods=["GET", "POST"])
def edit(supplier_id: int) -> Response | str | tuple[str, int]:
    actor, row = signed_in(), queries.supplier(reading(), supplier_id)
    actor.must_act_for(row.organisation_id)
    form = SupplierForm(data=SupplierForm.held(row)) if request.method == "GET" else SupplierForm()
    if not form.validate_on_submit():
        return _edit(form, "修改供应商档案", row=row)
    try:
        with unit_of_work() as work:
            services.update_supplier_file(work, form.change(actor, supplier_id), clock())
            return done(work, url_for(".show", supplier_id=supplier_id), "供应商档案已更新。")
    except (BadInput, Unlawful, Stale) as refusal:
        form.explain(refusal)
        return _edit(form, "修改供应商档案", refused=True, row=row)


@room.post("/suppliers/<int:supplier_id>/credit")
def check_credit(supplier_id: int) -> Response | str | tuple[str, int]:
    form = CreditForm()
    if not form.validate_on_submit():
        return _show(supplier_id, form), 422
    try:
        with unit_of_work() as work:
            services.record_credit_check(work, form.command(signed_in(), supplier_id), clock())
            return done(work, url_for(".show", supplier_id=supplier_id), "信用查询结果已登记。")
    except BadInput as refusal:
        form.explain(refusal)
        return _show(supplier_id, form), 422


def _show(supplier_id: int, credit: CreditForm | None) -> str:
    actor, today = signed_in(), clock().date()
    row = queries.supplier(reading(), supplier_id)
    own = actor.role is Role.SUPPLIER and actor.organisation_id == row.organisation_id
    if actor.role is Role.SUPPLIER and not own:
        raise NotPermitted("只能查看本单位的供应商档案")
    if credit is not None and not credit.is_submitted():
        credit.checked_on.data = today
    standings = queries.standings_of(reading(), supplier_id)
    supplier = supplier_of(row, standings)
    return render_template(
        "procurement/suppliers/show.html", row=row, supplier=supplier, standings=standings, own=own, credit=credit,
        standing=standing_chart(standings),
        conditions=[(condition, supplier.proof_of(condition)) for condition in Condition], profile=PROFILE,
        findings=qualification_findings(supplier, today), today=today, channels=CHANNELS,
        checkers=[check.get("by", "") for check in row.facts.get("credit", ())],
    )  # fmt: skip


def _edit(form: SupplierForm, title: str, *, refused: bool = False, row: object = None) -> tuple[str, int]:
    status = 422 if refused or request.method == "POST" else 200
    page = render_template(
        "procurement/suppliers/edit.html", form=form, title=title, row=row, conditions=list(Condition), profile=PROFILE,
        organisation=signed_in().organisation_name,
    )  # fmt: skip
    return page, status
