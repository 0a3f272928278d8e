"""A room's form: everything wrong at once, at the top and at its field, in Chinese."""

from __future__ import annotations

import pytest
from wtforms import DateField, DecimalField, FieldList, FormField, IntegerField, SelectChoice, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired

from app.web.forms import RoomForm, RowForm
from kernel.refusal import Finding, Unlawful, WrongStage


class Line(RowForm):
    amount = DecimalField("金额", [InputRequired()])


class TrialForm(RoomForm):
    title = StringField("名称", [DataRequired()])
    day = DateField("日期", [InputRequired()])
    count = IntegerField("数量", [InputRequired()])
    kind = SelectField("方式", choices=[SelectChoice("open", "公开招标")])
    lines = FieldList(FormField(Line), label="明细", min_entries=1)


@pytest.fixture
def form(app):
    data = {"title": "", "day": "tomorrow", "count": "many", "kind": "secret", "lines-0-amount": "lots"}
    with app.test_request_context("/", method="POST", data=data):
        form = TrialForm()
        form.validate()
        yield form


def test_everything_wrong_is_listed_in_the_order_of_the_form_and_in_chinese(form):
    assert form.problems() == [
        ("title", "名称", "此项必填"),
        ("day", "日期", "请填写日期, 如 2026-03-22"),
        ("count", "数量", "请填写整数"),
        ("kind", "方式", "所选内容无效"),
        ("lines-0-amount", "明细 第1行 金额", "请填写数字"),
    ]


def test_findings_go_to_their_field_and_the_rest_to_the_top(form):
    form.explain(Unlawful([Finding("day", "过早", "政府采购法 第三十五条", need="2026-03-22"), Finding("stage", "尚未论证")]))

    assert form.day.errors[-1] == "过早（应为 2026-03-22；政府采购法 第三十五条）"
    assert form.problems()[0] == ("", "", "尚未论证")


def test_a_refusal_without_findings_is_said_at_the_top(form):
    form.explain(WrongStage("已经开标"))

    assert form.problems()[0] == ("", "", "已经开标")


def test_what_was_typed_is_shown_again_with_its_errors_beside_it(app, form):
    face = app.jinja_env.get_template("layouts/face.html").module

    shown = face.form(form)

    assert 'value="tomorrow"' in shown
    assert 'aria-describedby="day-errors"' in shown
    assert '<a href="#day">日期</a>' in shown
    assert "有 5 处需要修改" in shown
