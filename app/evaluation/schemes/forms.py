"""Forms of the schemes: the shape only. What the law asks is the service's to say."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from wtforms import DateField, HiddenField, IntegerField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from app.accounts import Actor
from app.evaluation.schemes.models import CONTRACT, RUBRIC, SchemeRow
from app.evaluation.schemes.services import DraftScheme, TakeStep
from app.web.forms import RoomForm
from app.web.plain_text import number
from evaluation.kind import Kind, Party, Use
from evaluation.subject import SubjectKind
from kernel.period import Period, Unit
from kernel.points import points, shortest_text
from kernel.refusal import BadInput, Finding
from rubric.criterion import Folding, Mean

FOLDINGS = {"": "按指标体系的规定", Mean.PLAIN.value: "算术平均", Mean.WITHOUT_EXTREMES.value: "去掉一个最高分和一个最低分"}
GRADINGS = {RUBRIC: "按指标体系", CONTRACT: "按合同约定的验收等级"}
SHARED = (Kind.MIDTERM, Kind.FINAL)
USUAL = (Kind.APPRAISAL, Kind.MIDTERM, Kind.FINAL, Kind.COMPREHENSIVE, Kind.SPOT_CHECK, Kind.SELF)
"""The kinds in the order in which a page offers them."""


class SchemeForm(RoomForm):
    """起草评估方案. Weights are per cent, and none is filled in beforehand."""

    autosaved = True
    kind = SelectField("评估类型")
    name = StringField("方案名称", [InputRequired("请填写方案名称"), Length(max=200, message="名称最长200字")])
    rubric = SelectField("指标体系", coerce=number, validate_choice=False)
    government = StringField("政府部门权重（%）", [Optional()])
    users = StringField("服务对象权重（%）", [Optional()])
    professional = StringField("专业机构权重（%）", [Optional()])
    government_least = IntegerField("政府部门评估人员至少", [Optional(), NumberRange(0, 99, "人数为 0 至 99")])
    users_least = IntegerField("服务对象评估人员至少", [Optional(), NumberRange(0, 99, "人数为 0 至 99")])
    professional_least = IntegerField("专业机构评估人员至少", [Optional(), NumberRange(0, 99, "人数为 0 至 99")])
    qualifications = StringField("评估小组须具备的资格", [Optional(), Length(max=200)])
    grading = SelectField("等级划分", choices=[SelectChoice(*each) for each in GRADINGS.items()])
    folding = SelectField("评分的汇总", choices=[SelectChoice(*each) for each in FOLDINGS.items()])
    folding_minimum = IntegerField("去掉最高最低分的最少人数", [Optional(), NumberRange(3, 99, "不少于 3 人")])
    midterm = StringField("中期权重（%）", [Optional()])
    final = StringField("期末权重（%）", [Optional()])
    work_begins = DateField("评估开始日期", [InputRequired("请填写评估开始日期")])
    sheets_due = DateField("评分表提交期限", [InputRequired("请填写评分表提交期限")])
    statement = IntegerField("机构陈述期（工作日）", [InputRequired("请填写机构陈述期"), NumberRange(1, 60, "为 1 至 60 个工作日")])
    publicity = IntegerField("公示期（工作日）", [InputRequired("请填写公示期"), NumberRange(1, 60, "为 1 至 60 个工作日")])
    uses = SelectMultipleField(
        "结果应用于", choices=[SelectChoice(u.value, u.zh) for u in Use], option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )  # fmt: skip

    version = HiddenField()

    def fill(self, row: SchemeRow) -> None:
        """What the draft says now."""
        terms, percents = row.terms, {}
        for name, weight in (*terms["parties"], *terms["stages"]):
            percents[name] = shortest_text(Fraction(weight) * 100)
        for name in (*Party, *SHARED):
            self[name.value].data = percents.get(name.value, "")
        for name, least in terms["panel"]:
            self[f"{name}_least"].data = least
        self.qualifications.data = "、".join(f"{name} {least}" for name, least in terms["qualifications"])
        self.kind.data, self.name.data, self.rubric.data = row.kind.value, row.name, row.rubric_id
        self.grading.data, self.uses.data = terms["grading"], list(terms["uses"])
        self.work_begins.data, self.sheets_due.data = row.work_begins, row.sheets_due
        self.statement.data, self.publicity.data = terms["statement"][0], terms["publicity"][0]
        if terms["folding"]:
            self.folding.data, self.folding_minimum.data = terms["folding"][:2]
        self.version.data = str(row.version)

    def offer(self, kind: SubjectKind, rubrics: Iterable[tuple[int, str]]) -> None:
        """The kinds that fit the subject, the usual one first, and the rubrics at hand."""
        self.kind.choices = [SelectChoice(k.value, k.zh) for k in USUAL if k.subject is kind]
        self.rubric.choices = [SelectChoice(str(id), name) for id, name in rubrics]

    def command(self, actor: Actor, subject_id: int) -> DraftScheme:
        """Raises BadInput naming every number that cannot be read."""
        wrong: list[Finding] = []
        shares = {party: _percent(self, party.value, wrong) for party in Party}
        stages = {kind: _percent(self, kind.value, wrong) for kind in SHARED}
        qualifications = _qualifications(self.qualifications.data or "", wrong)
        if not self.rubric.data:
            wrong.append(Finding("rubric", "请选择指标体系"))
        if wrong:
            raise BadInput(wrong, "填写有误")
        folding = None
        if self.folding.data:
            folding = Folding(Mean(self.folding.data), self.folding_minimum.data or 3)
        return DraftScheme(
            actor=actor, subject_id=subject_id, rubric_id=self.rubric.data, kind=Kind(self.kind.data), name=self.name.data,
            parties=[(p, w) for p, w in shares.items() if w is not None],
            panel=[(p, self[f"{p.value}_least"].data) for p in Party if self[f"{p.value}_least"].data],
            work_begins=self.work_begins.data, sheets_due=self.sheets_due.data,
            statement=Period(self.statement.data, Unit.WORKING_DAY), publicity=Period(self.publicity.data, Unit.WORKING_DAY),
            uses=frozenset(Use(u) for u in self.uses.data or ()),
            stages=[(k, w) for k, w in stages.items() if w is not None], qualifications=qualifications, folding=folding,
            contract_grades=self.grading.data == CONTRACT,
        )  # fmt: skip


class StepForm(RoomForm):
    """One step of the table, with the version that the page showed."""

    version = HiddenField()

    def command(self, actor: Actor, scheme_id: int) -> TakeStep:
        shown = self.version.data or ""
        return TakeStep(actor, scheme_id, number(shown))


class AbandonForm(StepForm):
    """终止方案."""

    autosaved = True
    reason = TextAreaField("终止理由", [InputRequired("请写明终止理由"), Length(max=1000, message="理由最长1000字")])


def _percent(form: Any, name: str, wrong: list[Finding]) -> Fraction | None:
    """A percentage as a share, exactly; None when left empty."""
    text = (form[name].data or "").strip().rstrip("%％")
    if not text:
        return None
    try:
        return points(text) / 100
    except ValueError:
        wrong.append(Finding(name, "权重须为数字", have=text))
        return None


def _qualifications(text: str, wrong: list[Finding]) -> list[tuple[str, int]]:
    """``会计 1、社会工作师 2`` as pairs."""
    found = []
    for item in text.replace("，", "、").replace(",", "、").split("、"):
        words = item.split()
        if not words:
            continue
        if len(words) != 2 or number(words[1]) < 1:
            wrong.append(Finding("qualifications", "每项写为“资格 人数”, 如: 会计 1", have=item.strip()))
            continue
        found.append((words[0], number(words[1])))
    return found
