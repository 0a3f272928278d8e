"""Forms of the messages."""

from __future__ import annotations

import re

from wtforms import BooleanField, RadioField, SelectChoice, StringField, ValidationError
from wtforms.validators import InputRequired, Length

from app.messages.kinds import Timing
from app.messages.mail import ADDRESS
from app.messages.services import Contact
from app.web.forms import RoomForm

MOBILE = re.compile(r"1[3-9][0-9]{9}")


class ContactForm(RoomForm):
    """通知方式."""

    email = StringField("电子邮箱", [Length(max=254, message="电子邮箱过长")],
                        render_kw={"type": "email", "autocomplete": "email", "inputmode": "email"})  # fmt: skip
    timing = RadioField("邮件发送时间", [InputRequired("请选择")], choices=[SelectChoice(each.value, each.zh) for each in Timing])
    mobile = StringField("手机号码", [Length(max=20, message="手机号码过长")],
                         render_kw={"type": "tel", "autocomplete": "tel", "inputmode": "tel"})  # fmt: skip
    sms = BooleanField("其他消息也发送短信（法定通知始终发送）")

    def validate_email(self, field: StringField) -> None:
        field.data = (field.data or "").strip()
        if field.data and not ADDRESS.fullmatch(field.data):
            raise ValidationError("请填写完整的邮箱地址, 如 name@example.cn")

    def validate_mobile(self, field: StringField) -> None:
        field.data = "".join((field.data or "").split()).removeprefix("+86")
        if field.data and not MOBILE.fullmatch(field.data):
            raise ValidationError("请填写 11 位手机号码")

    def wanted(self) -> Contact:
        """What was chosen."""
        return Contact(self.email.data, Timing(self.timing.data), self.mobile.data, bool(self.sms.data))
