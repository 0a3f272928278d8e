"""Forms of the results."""

from __future__ import annotations

from wtforms import BooleanField, DateField, HiddenField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from app.accounts import Actor
from app.evaluation.results.services import Answer, Mend, Object, Order, State, TakeStep
from app.web.forms import RoomForm
from app.web.plain_text import number

LONG = Length(max=5000, message="最长5000字")


class StepForm(RoomForm):
    """One step of the table, with the version that the page showed."""

    version = HiddenField()

    def command(self, actor: Actor, result_id: int) -> TakeStep:
        shown = self.version.data or ""
        return TakeStep(actor, result_id, number(shown))


class StateForm(RoomForm):
    """机构陈述."""

    autosaved = True
    statement = TextAreaField("陈述意见（无意见的填“无异议”）", [LONG])

    def command(self, actor: Actor, result_id: int) -> State:
        return State(actor, result_id, self.statement.data or "")


class ObjectForm(RoomForm):
    """提出异议. What is missing is the service's to say, all at once."""

    autosaved = True
    name = StringField("姓名或者单位名称", [Length(max=200)])
    contact = StringField("联系方式", [Length(max=200)])
    text = TextAreaField("异议内容、事实和理由", [LONG])

    def command(self, actor: Actor, result_id: int) -> Object:
        return Object(actor, result_id, self.name.data or "", self.contact.data or "", self.text.data or "")


class AnswerForm(RoomForm):
    """答复异议."""

    autosaved = True
    answer = TextAreaField("答复", [InputRequired("请写明答复内容和理由"), LONG])
    upheld = BooleanField("异议成立（成立的须撤销本结果）")

    def command(self, actor: Actor, objection_id: int) -> Answer:
        return Answer(actor, objection_id, self.answer.data or "", bool(self.upheld.data))


class OrderForm(RoomForm):
    """提出整改要求."""

    autosaved = True
    leaf = StringField("所涉指标", [Optional(), Length(max=200)])
    found = TextAreaField("发现的问题", [InputRequired("请写明发现的问题"), LONG])
    asked = TextAreaField("整改要求", [InputRequired("请写明整改要求"), LONG])
    due = DateField("整改期限", [InputRequired("请填写整改期限")])

    def command(self, actor: Actor, result_id: int) -> Order:
        return Order(actor, result_id, self.leaf.data or "", self.found.data, self.asked.data, self.due.data)


class MendForm(RoomForm):
    """报告整改完成."""

    autosaved = True
    proof = TextAreaField("整改情况和证明材料", [InputRequired("请写明整改情况和证明材料"), LONG])

    def command(self, actor: Actor, rectification_id: int) -> Mend:
        return Mend(actor, rectification_id, self.proof.data or "")
