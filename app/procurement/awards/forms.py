"""Forms of the award: decide, announce, next candidate."""

from __future__ import annotations

from wtforms import StringField, TextAreaField
from wtforms.validators import Length

from app.accounts import Actor
from app.procurement.awards.services import AnnounceAward, DecideAward, NextCandidate
from app.web.forms import RoomForm


class DecideForm(RoomForm):
    """确定中标人. The reasons for passing over a candidate are fields named ``reason.<bid>``."""

    seed = StringField("公开抽取的随机种子（候选人并列时必填）", [Length(max=200, message="最长200字")])

    def command(self, actor: Actor, ocid: str, reasons: dict[int, str]) -> DecideAward:
        return DecideAward(actor, ocid, (self.seed.data or "").strip(), reasons)


class AnnounceForm(RoomForm):
    """公告中标结果."""

    winner_address = StringField("中标人地址", [Length(max=200, message="最长200字")])
    agency_fee = StringField("代理服务费收费标准和金额", [Length(max=200, message="最长200字")])

    def command(self, actor: Actor, ocid: str) -> AnnounceAward:
        return AnnounceAward(actor, ocid, self.winner_address.data or "", self.agency_fee.data or "")


class NextForm(RoomForm):
    """中标人拒绝签订合同, 转下一候选人."""

    reason = TextAreaField("中标人拒绝签订合同的情况", [Length(max=1000, message="最长1000字")])

    def command(self, actor: Actor, ocid: str) -> NextCandidate:
        return NextCandidate(actor, ocid, self.reason.data or "")
