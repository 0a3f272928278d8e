"""Forms of the committee's room."""

from __future__ import annotations

from wtforms import DateTimeLocalField, IntegerField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange
from wtforms.widgets import CheckboxInput, ListWidget

from app.accounts import Actor
from app.procurement.committees.services import Declare, DrawCommittee, NameRepresentative
from app.web.forms import RoomForm
from kernel.period import SHANGHAI
from procurement.committee import Ground


class DrawForm(RoomForm):
    """随机抽取评审专家."""

    seed = StringField("公开的随机种子", [InputRequired("请填写随机种子"), Length(max=200, message="最长200字")])
    experts = IntegerField("抽取人数", [InputRequired("请填写抽取人数"), NumberRange(1, 50, "抽取人数须在1至50之间")], default=5)
    evaluation_at = DateTimeLocalField("评审时间", [InputRequired("请填写评审时间")])

    def command(self, actor: Actor, ocid: str) -> DrawCommittee:
        at = self.evaluation_at.data.replace(tzinfo=SHANGHAI)
        return DrawCommittee(actor, ocid, self.seed.data.strip(), self.experts.data, at)


class RepresentativeForm(RoomForm):
    """委派采购人代表."""

    login = StringField("采购人代表的登录名", [InputRequired("请填写登录名")])

    def command(self, actor: Actor, ocid: str, person_id: int, name: str) -> NameRepresentative:
        return NameRepresentative(actor, ocid, person_id, name)


class DeclareForm(RoomForm):
    """回避声明. No ground chosen: the declaration that there is none."""

    grounds = SelectMultipleField(
        "我有下列回避情形（没有的, 一项也不选）",
        choices=[SelectChoice(ground.value, ground.zh) for ground in Ground],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    detail = TextAreaField("回避情形说明", [Length(max=1000, message="最长1000字")])

    def command(self, actor: Actor, ocid: str) -> Declare:
        return Declare(actor, ocid, tuple(Ground(ground) for ground in self.grounds.data or ()), self.detail.data or "")
