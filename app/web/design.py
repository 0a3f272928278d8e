"""The living page of the design language 设计语言: every component in every state, drawn by the macros that the rooms use.

For those who build: in production the address answers 404. docs/design.md says in words what this page shows. Names and
figures on it are invented; its buttons do nothing.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path

from flask import Blueprint, current_app, render_template
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    DateField,
    FileField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from app.web.chart_samples import chart_samples
from app.web.clock import clock
from app.web.controls import UNPROVEN, WAIVE, Control, control, read_controls
from app.web.forms import RoomForm
from app.web.palette import LIGHTS, PAIRS, Pair, contrast, tokens
from kernel.period import SHANGHAI
from kernel.refusal import Finding, Missing
from rubric.criterion import Part
from rubric.reading import rule_from

room = Blueprint("design", __name__)

LINE = (
    ("需求", "done", "1月6日"), ("意向", "done", "1月8日"), ("公告", "done", "2月10日"), ("投标", "now", "截止 3月3日 09:30"), ("开标", "", "3月3日"),
    ("评审", "", ""), ("中标", "", ""), ("合同", "", ""), ("履约", "", ""), ("评估", "", ""), ("结果应用", "", ""),
)  # fmt: skip

FINDINGS = (
    Finding(
        "closes", "投标截止时间距招标文件发出之日不足二十日", "政府采购法 第三十五条",
        have="15日", need="20日", cure="请把投标截止时间改到 2025年3月3日 之后。",
    ),
    Finding("", "询价不适用于服务采购", "政府采购法 第三十二条"),
    Finding("", "公告未写明采购项目联系人的电话", cure="请补充, 或说明理由。", binding=False),
)

RULES = (
    ("choice", {"kind": "judgement_levels", "levels": {"优": 20, "良": 10, "中": 5, "差": 0}}, "良", "很好"),
    ("boolean", {"kind": "yes_no", "input": "无行政处罚信息", "points": 10}, True, "也许"),
    ("several", {"kind": "flags", "items": {"章程经核准": 2, "理事会按章程换届": 2, "近一年会议记录完整": 2}}, ["章程经核准"], "不在其中"),
    ("band", {"kind": "bands", "step": "0.5", "bands": [{"name": "健全", "range": [6, 7]}, {"name": "基本健全", "range": [4, "5.5"]}]},
     {"level": "健全", "points": "6.5"}, {"level": "健全", "points": "9"}),
    ("count", {"kind": "deduct_missing", "start": 2, "minus": "0.5", "items": ["细化为具体指标", "指标值可衡量", "有完成时间"]}, 1, "-1"),
    ("counts_by_grade", {"kind": "graded_units", "unit": "人", "grades": {"高级": 3, "中级": 2, "初级": 1}, "cap": 20},
     {"高级": 1, "中级": 4}, {"高级": "两"}),
    ("values", {"kind": "ratio", "points": 10, "numerator": "满意份数", "denominator": "有效问卷数"},
     {"满意份数": 178, "有效问卷数": 190}, {"满意份数": "大部分", "有效问卷数": "190"}),
    ("number", {"kind": "judgement", "text": "服务计划针对需求评估的发现", "points": 10}, "8.5", "12"),
    ("places", {"kind": "ranked_external_grades", "best_n": 3, "ranks": {1: 3, 2: 2, 3: 1, "other": 0}, "cap": 9}, ["1", "3"], "第一"),
    ("none", None, None, None),
)  # fmt: skip
"""One rule for each kind of form that a rule can ask for, a mark that it reads, and one that it does not."""


def choices(words: dict[str, str]) -> list[SelectChoice]:
    return [SelectChoice(value, zh) for value, zh in words.items()]


class SampleForm(RoomForm):
    """示例表单: each kind of field once."""

    title = StringField("项目名称", [InputRequired(), Length(max=40)])
    amount = StringField("预算金额（元）", [InputRequired()])
    closes = DateField("投标截止日期", [InputRequired()])
    method = SelectField("采购方式", [InputRequired()], choices=choices({"": "请选择", "open": "公开招标", "talk": "竞争性磋商"}))
    scope = TextAreaField("服务内容")
    kind = RadioField("服务类别", [InputRequired()], choices=choices({"mental": "精神卫生", "drug": "禁毒", "old": "养老"}))
    places = SelectMultipleField(
        "服务区域", choices=choices({"a": "甲街道", "b": "乙街道"}), widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )
    document = FileField("需求文件")
    truthful = BooleanField("以上内容属实", [InputRequired()])


class DoorForm(RoomForm):
    """A form with a secret: what was typed is not kept, and the page does not say that it was."""

    password = PasswordField("口令", [InputRequired()])


@room.get("/design")
def show() -> str:
    settings = current_app.extensions["settings"]
    if settings.production:
        raise Missing
    filled = MultiDict({"w-title": "示范市精神卫生社会工作服务项目" * 3, "w-amount": "六百万", "w-closes": "后天"})
    wrong = SampleForm(filled, prefix="w-", meta={"csrf": False})
    wrong.validate()
    wrong.explain([Finding("amount", "预算金额须为数字"), FINDINGS[1]])
    door = DoorForm(MultiDict(), prefix="d-", meta={"csrf": False})
    door.validate()
    return render_template(
        "design/show.html",
        form=SampleForm(None), wrong=wrong, door=door, line=LINE, findings=FINDINGS, samples=controls(),
        signed=control(Part("choice", rule_from({"kind": "judgement_levels", "levels": {"优": 20, "差": 0}})), "优", "s-", "已签名, 不能更改"),
        charts_shown=chart_samples(), lights=list(LIGHTS), palette=measured(settings.root), now=clock(), fen=692900000,
        moment=datetime(2026, 3, 3, 9, 30, tzinfo=SHANGHAI), day=date(2026, 3, 3), exact=Fraction(89995, 1000),
        digest="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    )  # fmt: skip


def controls() -> list[tuple[str, Control, Control, Control | None]]:
    """For each kind of form: the control empty, filled, and with something typed that its rule cannot read."""
    found = []
    for kind, mapping, value, unreadable in RULES:
        rule = rule_from(mapping) if mapping else None
        part = Part(kind, rule, objective=kind == "boolean")
        filled = replace(control(part, value, "b-", "已填"), offers=frozenset({WAIVE, UNPROVEN}))
        found.append((kind, control(part, prefix="a-", label="未填"), filled, refused(part, unreadable) if rule else None))
    return found


def refused(part: Part, typed: object) -> Control:
    """The control as it comes back with ``typed`` in it and the reason why the rule cannot read that."""
    name = f"c-{part.id}"
    sent: MultiDict[str, str] = MultiDict({f"{name}.{key}": text for key, text in typed.items()} if isinstance(typed, dict) else {name: typed})
    return replace(read_controls([part], sent, prefix="c-")[1][part.id], label="退回")


def measured(root: Path) -> list[tuple[Pair, list[float]]]:
    """Every pair of the palette with its contrast in each light."""
    css = (root / "static" / "css" / "tokens.css").read_text("utf-8")
    each = [tokens(css, says) for says in LIGHTS.values()]
    return [(pair, [contrast(colours[pair.colour], colours[pair.ground]) for colours in each]) for pair in PAIRS]
