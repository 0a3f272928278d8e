"""Forms of the contract."""

from __future__ import annotations

from fractions import Fraction

from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from app.accounts import Actor
from app.procurement.contracts.commands import (
    DecideRenewal,
    DrawUpContract,
    Pay,
    PlannedPayment,
    SettlePayment,
    SignContract,
    SupplementContract,
    TerminateContract,
)
from app.web.forms import RoomForm
from app.web.plain_text import number
from kernel.money import fen_from_yuan
from kernel.points import points, shortest_text
from kernel.refusal import BadInput, Finding
from procurement.contract import LongTermGround
from procurement.documents import PaymentTerm
from procurement.termination import Ground

REST = "尾款"


class DrawUpForm(RoomForm):
    """拟定合同."""

    autosaved = True
    number = StringField("合同编号", [InputRequired("请填写合同编号"), Length(max=60, message="最长60字")])
    starts_on = DateField("服务开始日", [InputRequired("请填写服务开始日")])
    years = IntegerField("合同年数（含续签）", [InputRequired("请填写合同年数"), NumberRange(1, 3, "合同年数为1至3年")])
    grounds = SelectMultipleField(
        "合同期超过一年所具备的条件（须全部具备）", choices=[SelectChoice(ground.value, ground.zh) for ground in LongTermGround],
        widget=ListWidget(prefix_label=False), option_widget=CheckboxInput(),
    )  # fmt: skip
    amount = StringField("年度合同金额（元）", [InputRequired("请填写年度合同金额")])
    payments = TextAreaField("付款约定（每行一笔: 条件 比例）", [InputRequired("请填写付款约定")], render_kw={"rows": 5})

    def command(self, actor: Actor, ocid: str) -> DrawUpContract:
        """Raises BadInput with everything that cannot be read."""
        wrong: list[Finding] = []
        amount = None
        try:
            amount = fen_from_yuan(self.amount.data or "")
        except ValueError as error:
            wrong.append(Finding("amount", str(error)))
        payments = tuple(_payments(self.payments.data or "", wrong))
        if wrong:
            raise BadInput(wrong, "合同未能保存")
        return DrawUpContract(
            actor, ocid, self.number.data or "", self.starts_on.data, amount, self.years.data, payments,
            tuple(self.grounds.data or ()),
        )  # fmt: skip


def _payments(text: str, wrong: list[Finding]) -> list[PlannedPayment]:
    """One payment per line; the share stands last, 尾款 takes what the others leave."""
    found = []
    for n, line in enumerate(filter(None, map(str.strip, text.splitlines())), 1):
        condition, _, share = line.rpartition(" ")
        if not condition.strip():
            wrong.append(Finding("payments", f"第{n}行须写明条件和比例, 如 “合同签订后 30%”", have=line))
        elif share == REST:
            found.append(PlannedPayment(condition.strip(), None))
        else:
            try:
                found.append(PlannedPayment(condition.strip(), points(share)))
            except ValueError:
                wrong.append(Finding("payments", f"第{n}行的比例无法识别", have=share, need="如 30% 或 尾款"))
    return found


def payments_text(payments: tuple[PaymentTerm, ...]) -> str:
    """The documents' payments as the form holds them."""
    return "\n".join(f"{p.when} {REST if p.share is None else shortest_text(Fraction(p.share) * 100) + '%'}" for p in payments)


class SignForm(RoomForm):
    """签订合同."""

    signed_on = DateField("双方签字盖章日期", [InputRequired("请填写签订日期")])

    def command(self, actor: Actor, contract_id: int) -> SignContract:
        return SignContract(actor, contract_id, self.signed_on.data)


class PayForm(RoomForm):
    """登记支付."""

    payment = HiddenField()
    paid_on = DateField("支付日期", [InputRequired("请填写支付日期")])

    def command(self, actor: Actor) -> Pay:
        return Pay(actor, number(self.payment.data), self.paid_on.data)


class SettleForm(RoomForm):
    """确认结算."""

    payment = HiddenField()
    deducted = StringField("扣减金额（元）", [InputRequired("请填写扣减金额, 不扣减的填 0")])
    reason = TextAreaField("双方确认的理由", [Length(max=400, message="最长400字")])

    def command(self, actor: Actor) -> SettlePayment:
        try:
            deducted = fen_from_yuan(self.deducted.data or "")
        except ValueError as error:
            raise BadInput([Finding("deducted", str(error))], "结算未能确认") from None
        return SettlePayment(actor, number(self.payment.data), deducted, self.reason.data or "")


class RenewForm(RoomForm):
    """续签决定."""

    year = HiddenField()
    decision = RadioField("决定", [InputRequired("请选择")], choices=[SelectChoice("renew", "续签下一年度"), SelectChoice("end", "本年度期满终止")])
    budgeted = BooleanField("下一年度预算已落实")
    reason = TextAreaField("理由", [Length(max=1000, message="最长1000字")])

    def command(self, actor: Actor, contract_id: int) -> DecideRenewal:
        renew = self.decision.data == "renew"
        return DecideRenewal(actor, contract_id, number(self.year.data), renew, self.reason.data or "", bool(self.budgeted.data))


class TerminateForm(RoomForm):
    """终止合同."""

    autosaved = True
    ground = RadioField("事由", [InputRequired("请选择事由")], choices=[SelectChoice(g.value, f"{g.zh}（{g.cites}）") for g in Ground])
    ended_on = DateField("终止日（服务的最后一天）", [InputRequired("请填写终止日")])
    earned = StringField("已履行部分的应付金额（元, 含已支付）", [InputRequired("请填写金额, 没有履行的填 0")])
    reason = TextAreaField("理由", [InputRequired("请写明理由"), Length(max=500, message="最长500字")], render_kw={"rows": 3})

    def command(self, actor: Actor, contract_id: int) -> TerminateContract:
        try:
            earned = fen_from_yuan(self.earned.data or "")
        except ValueError as error:
            raise BadInput([Finding("earned", str(error))], "合同未能终止") from None
        return TerminateContract(actor, contract_id, self.ground.data or "", self.ended_on.data, earned, self.reason.data or "")


class SupplementForm(RoomForm):
    """补充合同."""

    supplement_amount = StringField("追加金额（元）", [InputRequired("请填写追加金额")])
    supplement_on = DateField("补充合同签订日期", [Optional()])
    supplement_reason = TextAreaField("追加的内容和理由", [Length(max=250, message="最长250字")])

    def command(self, actor: Actor, contract_id: int) -> SupplementContract:
        wrong = []
        amount = 0
        try:
            amount = fen_from_yuan(self.supplement_amount.data or "")
        except ValueError as error:
            wrong.append(Finding("supplement_amount", str(error)))
        if self.supplement_on.data is None:
            wrong.append(Finding("supplement_on", "请填写签订日期"))
        if wrong:
            raise BadInput(wrong, "补充合同未能保存")
        return SupplementContract(actor, contract_id, amount, self.supplement_reason.data or "", self.supplement_on.data)
