"""Forms of the supplier file: the shape only."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField, DateField, HiddenField, SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from app.accounts import Actor
from app.procurement.suppliers.file import PROFILE
from app.procurement.suppliers.models import SupplierRow
from app.procurement.suppliers.services import RecordCreditCheck, RegisterSupplier, UpdateSupplierFile
from app.web.forms import RoomForm
from app.web.plain_text import number
from procurement.supplier import Condition, CreditCheck, CreditList, Proof, SupplierKind

CHANNELS = ("信用中国", "中国政府采购网", "中国社会组织政务服务平台")
"""Where credit is usually looked up; any other channel may be written."""


class SupplierForm(RoomForm):
    """供应商档案. The fields of the six conditions are made from ``Condition``: three for each."""

    autosaved = True
    version = HiddenField()
    kind = SelectField("机构类型", choices=[SelectChoice(kind.value, kind.zh) for kind in SupplierKind])
    legal_representative = StringField(PROFILE["legal_representative"], [InputRequired("请填写法定代表人"), Length(max=60, message="最长60个字符")])
    address = StringField(PROFILE["address"], [InputRequired("请填写住所"), Length(max=200, message="最长200个字符")])
    phone = StringField(PROFILE["phone"], [InputRequired("请填写联系电话"), Length(max=40, message="最长40个字符")])
    business = StringField(PROFILE["business"], [Length(max=300, message="最长300个字符")])
    staff = StringField(PROFILE["staff"], [Length(max=10, message="最长10个字符")])
    social_workers = StringField(PROFILE["social_workers"], [Length(max=10, message="最长10个字符")])
    registered_on = DateField("登记（成立）日期", [Optional()])
    small_or_micro = BooleanField("本单位是小微企业（只有企业和个体工商户可以声明）")

    def profile(self) -> dict[str, str]:
        return {name: self[name].data or "" for name in PROFILE}

    def proofs(self) -> tuple[Proof, ...]:
        return tuple(
            Proof(
                condition,
                (self[f"{condition.value}_paper"].data or "").strip(),
                bool(self[f"{condition.value}_held"].data),
                self[f"{condition.value}_until"].data,
            )
            for condition in Condition
        )

    def opening(self, actor: Actor) -> RegisterSupplier:
        """The command that opens the file."""
        return RegisterSupplier(
            actor, SupplierKind(self.kind.data), self.profile(), self.registered_on.data, self.proofs(),
            bool(self.small_or_micro.data),
        )  # fmt: skip

    def change(self, actor: Actor, supplier_id: int) -> UpdateSupplierFile:
        """The command that changes it."""
        shown = self.version.data or ""
        return UpdateSupplierFile(
            actor, supplier_id, number(shown), SupplierKind(self.kind.data), self.profile(),
            self.registered_on.data, self.proofs(), bool(self.small_or_micro.data),
        )  # fmt: skip

    @staticmethod
    def held(row: SupplierRow) -> dict[str, Any]:
        """What the row holds, as the controls show it."""
        from app.procurement.suppliers.file import supplier_of

        supplier = supplier_of(row)
        shown: dict[str, Any] = {
            "version": str(row.version), "kind": row.kind.value, "registered_on": supplier.registered_on,
            "small_or_micro": supplier.small_or_micro, **row.facts.get("profile", {}),
        }  # fmt: skip
        for proof in supplier.proofs:
            shown[f"{proof.condition.value}_paper"] = proof.paper
            shown[f"{proof.condition.value}_held"] = proof.held
            shown[f"{proof.condition.value}_until"] = proof.valid_until
        return shown


for _condition in Condition:
    setattr(SupplierForm, f"{_condition.value}_held", BooleanField(f"具备: {_condition.zh}"))
    setattr(SupplierForm, f"{_condition.value}_paper", StringField("证明材料", [Length(max=300, message="最长300个字符")]))
    setattr(SupplierForm, f"{_condition.value}_until", DateField("有效期至", [Optional()]))


class CreditForm(RoomForm):
    """登记信用查询结果 (财库〔2016〕125号)."""

    channel = StringField("查询渠道", [InputRequired("请填写查询渠道"), Length(max=100, message="最长100个字符")])
    checked_on = DateField("查询日期", [InputRequired("请填写查询日期")])
    listed = SelectMultipleField(
        "查询到的不良记录（没有的不勾选）", choices=[SelectChoice(which.value, which.zh) for which in CreditList],
        widget=ListWidget(prefix_label=False), option_widget=CheckboxInput(),
    )  # fmt: skip
    evidence = StringField("查询凭证（截图、编号）", [Length(max=300, message="最长300个字符")])

    def command(self, actor: Actor, supplier_id: int) -> RecordCreditCheck:
        listed = tuple(CreditList(value) for value in self.listed.data or ())
        check = CreditCheck(self.channel.data, self.checked_on.data, listed, self.evidence.data or "")
        return RecordCreditCheck(actor, supplier_id, check)
