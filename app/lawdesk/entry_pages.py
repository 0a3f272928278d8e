"""``/law/entries`` 补录: what was entered into the law, in public; proposed on a page, approved on another by somebody else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from flask import render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import DateField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from app.lawdesk import entering
from app.lawdesk.place import room
from app.lawdesk.year import Month, year_months
from app.store import law_in_force, reading, unit_of_work
from app.web.clock import clock
from app.web.forms import RoomForm
from app.web.identity import signed_in, the_actor
from app.web.once import done
from kernel.refusal import BadInput, Finding, Missing
from kernel.role import Role
from law.entry import NATION, Entry, Kind, lay, proved
from law.entry_reading import read_entry, year_from_lines
from law.jurisdiction import GOODS, KINDS, LEVELS, jurisdictions, known
from law.parameter import UNITS, Parameter, histories
from law.table import laid_over

INSIDE = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN, Role.FINANCE, Role.OVERSEER})
"""Who also reads what is only proposed, or was rejected."""

DAY = {"type": "date"}


class ProposeForm(RoomForm):
    """What all three kinds share: where it is written."""

    kind: ClassVar[Kind]
    title = StringField("文件名称", [InputRequired("请填写文件名称")])
    number = StringField("文号", [InputRequired("请填写文号")])
    issuer = StringField("发布机关", [InputRequired("请填写发布机关")])
    issued = DateField("发布日期", [InputRequired("请填写发布日期")], render_kw=DAY)
    url = StringField("官方网址", [InputRequired("请填写官方网址")])

    def entry(self) -> Entry:
        """What was typed. Raises BadInput with all that is wrong, at the fields of this form."""
        source = {name: self[name].data for name in ("title", "number", "issuer", "issued", "url")}
        part, wrong = self.part()
        try:
            read = read_entry({self.kind.value: part, "source": source})
        except BadInput as refusal:
            wrong += [
                Finding(found.field.removeprefix("source_"), found.zh, have=found.have, need=found.need) for found in refusal.findings
            ]
        if wrong:
            raise BadInput(wrong)
        return read

    def part(self) -> tuple[Mapping[str, Any], list[Finding]]:
        raise LookupError(self.kind)

    @property
    def own(self) -> list[Any]:
        """The fields of this kind, before those of the source."""
        shared = {"title", "number", "issuer", "issued", "url", "once", "csrf_token"}
        return [field for field in self if field.name not in shared]


class YearForm(ProposeForm):
    """一个年度的放假安排."""

    kind = Kind.YEAR
    year = StringField("年度", [InputRequired("请填写年度")], render_kw={"inputmode": "numeric"})
    holidays = TextAreaField("放假", [InputRequired("请填写放假安排")], render_kw={"rows": 8})
    make_up = TextAreaField("调休上班", render_kw={"rows": 4})

    def part(self) -> tuple[Mapping[str, Any], list[Finding]]:
        held, wrong = year_from_lines(self.holidays.data or "", self.make_up.data or "")
        return {"year": self.year.data, "holiday": held}, wrong


class ThresholdForm(ProposeForm):
    """一个地区的数额标准."""

    kind = Kind.THRESHOLD
    place = SelectField("地区")
    level = SelectField("预算级次", choices=[SelectChoice(key, zh) for key, zh in LEVELS.items()])
    standard = SelectField("标准", choices=[SelectChoice(key, zh) for key, zh in KINDS.items()])
    goods = SelectField("采购对象", choices=[SelectChoice(key, zh) for key, zh in GOODS.items()], default="services")
    yuan = StringField("金额（元）", [InputRequired("请填写金额")], render_kw={"inputmode": "numeric"})
    since = DateField("自哪一日起", [InputRequired("请填写起始日")], render_kw=DAY)
    until = StringField("至哪一日止", render_kw=DAY)
    article = StringField("条款")

    def part(self) -> tuple[Mapping[str, Any], list[Finding]]:
        names = ("place", "level", "goods", "yuan", "since", "until", "article")
        return {name: self[name].data for name in names} | {"kind": self.standard.data}, []


class ValueForm(ProposeForm):
    """全国或者一个地区的期限、比例、金额."""

    kind = Kind.VALUE
    place = SelectField("地区")
    id = SelectField("什么数值")
    value = StringField("数值", [InputRequired("请填写数值")])
    since = DateField("自哪一日起", [InputRequired("请填写起始日")], render_kw=DAY)
    article = StringField("条款")

    def part(self) -> tuple[Mapping[str, Any], list[Finding]]:
        return {name: self[name].data for name in ("place", "id", "value", "since", "article")}, []


FORMS: dict[Kind, type[ProposeForm]] = {form.kind: form for form in (YearForm, ThresholdForm, ValueForm)}


class ApproveForm(RoomForm):
    """批准."""

    read = RadioField("是否核对了官方原文", [InputRequired("请选择是否核对了原文")], choices=[
        SelectChoice("yes", "已打开官方原文核对, 数字、日期和条款与原文一致"), SelectChoice("no", "尚未核对原文: 只作提示, 不作为否决依据"),
    ])  # fmt: skip


class RejectForm(RoomForm):
    """不批准."""

    reason = TextAreaField("不批准的理由", [InputRequired("请写明理由")], render_kw={"rows": 2, "maxlength": 500})


@room.get("/law/entries")
def entries() -> str:
    found = entering.entries(reading(), public=not _inside(), today=clock().date())
    return render_template("lawdesk/entries.html", entries=found, inside=_inside(), kinds=Kind)


@room.get("/law/entries/<int:entry_id>")
def entry(entry_id: int) -> str:
    return _page(entry_id)


@room.route("/law/entries/new/<kind>", methods=("GET", "POST"))
def propose(kind: str) -> Response | str | tuple[str, int]:
    if kind not in set(Kind):
        raise Missing("没有这一种补录")
    form = _choices(FORMS[Kind(kind)]())
    if not form.is_submitted():
        return _form(form)
    if not form.validate():
        return _form(form), 422
    try:
        wanted = form.entry()
        if not request.form.get("send"):
            return _form(form, wanted)
        with unit_of_work() as work:
            row = entering.propose(work, entering.Propose(signed_in(), wanted), clock())
            work.session.flush()
            return done(work, url_for(".entry", entry_id=row.id), "已提出。财政部门的另一人核对原文、批准以后生效。")
    except BadInput as refusal:
        form.explain(refusal)
    return _form(form), 422


@room.post("/law/entries/<int:entry_id>/approve")
def approve(entry_id: int) -> Response | tuple[str, int]:
    form = ApproveForm()
    if form.validate_on_submit():
        try:
            command = entering.Decide(signed_in(), entry_id, True, read=form.read.data == "yes")
            with unit_of_work() as work:
                entering.decide(work, command, clock())
                answer = done(work, url_for(".entry", entry_id=entry_id), "已批准, 自规定的日期起按此判断。")
            law_in_force.hold(now=True)
            return answer
        except BadInput as refusal:
            form.explain(refusal)
    return _page(entry_id, approving=form), 422


@room.post("/law/entries/<int:entry_id>/reject")
def reject(entry_id: int) -> Response | tuple[str, int]:
    form = RejectForm()
    if form.validate_on_submit():
        with unit_of_work() as work:
            entering.decide(work, entering.Decide(signed_in(), entry_id, False, reason=form.reason.data), clock())
            return done(work, url_for(".entry", entry_id=entry_id), "未批准, 理由已记录。")
    return _page(entry_id, rejecting=form), 422


@room.post("/law/entries/<int:entry_id>/withdraw")
def withdraw_entry(entry_id: int) -> Response:
    with unit_of_work() as work:
        entering.withdraw(work, entry_id, signed_in(), clock())
        return done(work, url_for(".entry", entry_id=entry_id), "已撤回。")


def _inside() -> bool:
    actor = the_actor()
    return actor is not None and actor.role in INSIDE


def _page(entry_id: int, approving: ApproveForm | None = None, rejecting: RejectForm | None = None) -> str:
    shown = entering.entry(reading(), entry_id, public=not _inside(), today=clock().date())
    months: tuple[Month, ...] = ()
    if shown.entry.kind is Kind.YEAR:
        with laid_over(lay([shown.entry])):
            months = year_months(int(shown.entry.name))
    return render_template(
        "lawdesk/entry.html", shown=shown, months=months, inside=_inside(), actor=the_actor(), roles=Role,
        approving=approving or ApproveForm(formdata=None), rejecting=rejecting or RejectForm(formdata=None),
    )  # fmt: skip


def _form(form: ProposeForm, wanted: Entry | None = None) -> str:
    """The form; with ``wanted``, what it would change, before it is sent. Raises BadInput for what cannot be laid."""
    months: tuple[Month, ...] = ()
    told: tuple[str, ...] = ()
    if wanted is not None:
        held = entering.held(reading())
        told = entering.would_change(wanted, held)
        if wanted.kind is Kind.YEAR:
            with laid_over(proved(wanted, held)):
                months = year_months(int(wanted.name))
    return render_template(
        "lawdesk/propose.html", form=form, kind=form.kind, kinds=Kind, wanted=wanted, told=told, months=months,
        backdated=wanted is not None and wanted.valid_from <= clock().date(),
    )  # fmt: skip


def _choices(form: ProposeForm) -> ProposeForm:
    if "place" in form:
        form["place"].choices = [SelectChoice(each.id, each.zh) for each in sorted(jurisdictions(), key=lambda each: each.id != NATION)]
    if "id" in form:
        named = sorted(known().items(), key=lambda item: (item[0] not in histories(), item[1].zh))
        form["id"].choices = [SelectChoice(id, f"{history.zh}（{_unit(history.values[-1])}）") for id, history in named]
    return form


def _unit(value: Parameter) -> str:
    return "比例" if value.unit == "share" else UNITS[value.unit] or "个数"
