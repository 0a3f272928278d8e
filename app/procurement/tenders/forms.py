"""Forms of the tender: the shape only. What the law asks is the service's to say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, time
from typing import Any

from flask_wtf.file import FileField
from wtforms import BooleanField, DateField, DateTimeLocalField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional, Regexp

from app.accounts import Actor
from app.procurement.tenders.casefile import read_case_file
from app.procurement.tenders.services import (
    NOTICE_FIELDS,
    OCID,
    OCID_ZH,
    CorrectTender,
    DraftTender,
    PublishTender,
    RedraftTender,
    TerminateTender,
)
from app.procurement.tenders.wording import place
from app.web.forms import RoomForm
from app.web.plain_text import number
from kernel.period import SHANGHAI
from kernel.refusal import BadInput, Finding, Refusal
from procurement.service_field import ServiceField

JURISDICTIONS = {"national": "全国（国家规定）", "shenzhen": "深圳市", "fujian": "福建省"}


class AskedByLaw:
    """Marks a field that must be filled, and leaves it to the service to say by which article, with all else at once."""

    field_flags = {"required": True}  # noqa: RUF012 (WTForms reads a plain dict)

    def __call__(self, form: Any, field: Any) -> None:
        """Nothing to check: the law is not the form's affair."""


class CaseForm(RoomForm):
    """The documents: a file, or the text itself. After a refusal the text stands in the page, so nothing is lost."""

    autosaved = True
    case_file = FileField("采购文件（YAML 文件）")
    case_text = TextAreaField("或者粘贴采购文件的内容", [Optional()])
    service_field = SelectField(
        "服务领域", choices=[SelectChoice("", "按采购文件所写"), *(SelectChoice(each.value, each.zh) for each in ServiceField)], default=""
    )

    mapping: dict[str, Any]

    def read(self) -> bool:
        """Read the fields and the documents; True when all of it is sound, else everything wrong is in the form."""
        sound = self.validate()
        try:
            self.mapping = self._case()
        except BadInput as refusal:
            self.explain(refusal)
            return False
        return bool(sound)

    def _case(self) -> dict[str, Any]:
        upload = self.case_file.data
        data = upload.read() if upload and upload.filename else b""
        if data:
            self.case_text.data = data.decode("utf-8", errors="replace")
            self.case_text.raw_data = None
        elif (self.case_text.data or "").strip():
            data = self.case_text.data.encode()
        else:
            raise BadInput((Finding("case_file", "请选择采购文件, 或者粘贴它的内容"),), "没有采购文件")
        return self._in_its_field(read_case_file(data))

    def _in_its_field(self, case: dict[str, Any]) -> dict[str, Any]:
        """The documents with the chosen field of service in their notice: what is chosen becomes part of what is published."""
        notice = case.get("notice") or {}
        if not self.service_field.data or not isinstance(notice, Mapping):
            return case
        return {**case, "notice": {**notice, "service_field": self.service_field.data}}


class DraftForm(CaseForm):
    """编制采购文件."""

    ocid = StringField("项目编号", [InputRequired("请填写项目编号"), Regexp(OCID, message=OCID_ZH)])
    jurisdiction = SelectField("适用的地方规定", choices=[SelectChoice(*each) for each in JURISDICTIONS.items()])
    intention = DateField("采购意向公开日期", [Optional()])

    def command(self, actor: Actor) -> DraftTender:
        return DraftTender(actor, (self.ocid.data or "").strip(), self.mapping, self.jurisdiction.data, self.intention.data)


class RedraftForm(CaseForm):
    """替换采购文件."""

    version = HiddenField()

    def command(self, actor: Actor, ocid: str) -> RedraftTender:
        shown = self.version.data or ""
        return RedraftTender(actor, ocid, self.mapping, number(shown))


class PublishForm(RoomForm):
    """发布招标公告 (财政部令第87号 第十三条)."""

    autosaved = True
    bids_close = DateTimeLocalField("投标截止时间", [InputRequired("请填写投标截止时间")], format="%Y-%m-%dT%H:%M")
    documents_until = DateField("招标文件提供至", [InputRequired("请填写招标文件提供的截止日期")])
    buyer_address = StringField(NOTICE_FIELDS["buyer_address"], [AskedByLaw(), Length(max=200, message="最长200个字符")])
    contact_person = StringField(NOTICE_FIELDS["contact_person"], [AskedByLaw(), Length(max=100, message="最长100个字符")])
    contact_phone = StringField(NOTICE_FIELDS["contact_phone"], [AskedByLaw(), Length(max=60, message="最长60个字符")])
    documents_place = StringField(NOTICE_FIELDS["documents_place"], [AskedByLaw(), Length(max=200, message="最长200个字符")])
    documents_price = StringField(NOTICE_FIELDS["documents_price"], [AskedByLaw(), Length(max=60, message="最长60个字符")])
    opening_place = StringField(NOTICE_FIELDS["opening_place"], [AskedByLaw(), Length(max=200, message="最长200个字符")])

    def explain(self, refusal: Refusal | Iterable[Finding]) -> None:
        """What is wrong in the documents is said with its place in them."""
        found = refusal.findings if isinstance(refusal, Refusal) else tuple(refusal)
        if not found and isinstance(refusal, Refusal):
            super().explain(refusal)
        super().explain(f if f.field in self or not f.field else replace(f, zh=f"{place(f.field)}: {f.zh}") for f in found)

    def command(self, actor: Actor, ocid: str) -> PublishTender:
        notice = {name: self[name].data or "" for name in NOTICE_FIELDS}
        close = self.bids_close.data.replace(tzinfo=SHANGHAI)
        return PublishTender(actor, ocid, close, self.documents_until.data, notice)


class CorrectForm(RoomForm):
    """发布更正公告 (财政部令第87号 第二十七条)."""

    autosaved = True
    bids_close = DateTimeLocalField("投标截止时间", [InputRequired("请填写投标截止时间")], format="%Y-%m-%dT%H:%M")
    documents_until = DateField("招标文件提供至", [InputRequired("请填写招标文件提供的截止日期")])
    text = TextAreaField("采购文件的澄清或者修改（原文是什么, 现在是什么）", [Optional(), Length(max=4000, message="最长4000个字符")])
    buyer_address = StringField(NOTICE_FIELDS["buyer_address"], [AskedByLaw(), Length(max=200, message="最长200个字符")])
    contact_person = StringField(NOTICE_FIELDS["contact_person"], [AskedByLaw(), Length(max=100, message="最长100个字符")])
    contact_phone = StringField(NOTICE_FIELDS["contact_phone"], [AskedByLaw(), Length(max=60, message="最长60个字符")])
    documents_place = StringField(NOTICE_FIELDS["documents_place"], [AskedByLaw(), Length(max=200, message="最长200个字符")])
    documents_price = StringField(NOTICE_FIELDS["documents_price"], [AskedByLaw(), Length(max=60, message="最长60个字符")])
    opening_place = StringField(NOTICE_FIELDS["opening_place"], [AskedByLaw(), Length(max=200, message="最长200个字符")])
    affects = BooleanField("以上更正可能影响投标文件的编制")
    same_object = BooleanField("本次更正没有改变采购标的和资格条件")

    def command(self, actor: Actor, ocid: str) -> CorrectTender:
        notice = {name: self[name].data or "" for name in NOTICE_FIELDS}
        close = self.bids_close.data.replace(tzinfo=SHANGHAI)
        return CorrectTender(
            actor, ocid, close, self.documents_until.data, notice, self.text.data or "", self.affects.data, self.same_object.data
        )


class TerminateForm(RoomForm):
    """终止采购."""

    autosaved = True
    reason = TextAreaField("终止理由（重大变故）", [AskedByLaw(), Length(max=2000, message="最长2000个字符")])

    def command(self, actor: Actor, ocid: str) -> TerminateTender:
        return TerminateTender(actor, ocid, self.reason.data or "")


def at_half_past_nine(day: Any) -> datetime:
    """A usual deadline: half past nine on ``day``, without a zone, as the control holds it."""
    return datetime.combine(day, time(9, 30))
