"""Forms of the assignments."""

from __future__ import annotations

from collections.abc import Iterable

from wtforms import DateField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from app.accounts import Actor
from app.evaluation.assignments.queries import Candidate
from app.evaluation.assignments.services import Assign, Declare, DeclaredTie, Recuse
from app.web.forms import RoomForm
from app.web.plain_text import number
from evaluation.assignment import TieKind
from evaluation.kind import Party
from kernel.refusal import BadInput, Finding

NO_TIE = ""


class AssignForm(RoomForm):
    """指派评估人员."""

    person = SelectField("人员", coerce=number, validate_choice=False)
    party = SelectField("评估主体", choices=[SelectChoice(p.value, p.zh) for p in Party])
    qualifications = StringField("已核对的资格（多项用顿号分开）", [Optional(), Length(max=200)])

    def offer(self, candidates: Iterable[Candidate]) -> None:
        self.person.choices = [SelectChoice(str(c.person_id), f"{c.name} · {c.organisation_name} · {c.role.zh}") for c in candidates]

    def command(self, actor: Actor, scheme_id: int) -> Assign:
        """Raises BadInput when nobody was chosen."""
        if not self.person.data:
            raise BadInput((Finding("person", "请选择人员"),))
        held = [q.strip() for q in (self.qualifications.data or "").replace("，", "、").replace(",", "、").split("、")]
        return Assign(actor, scheme_id, self.person.data, Party(self.party.data), [q for q in held if q])


class DeclareForm(RoomForm):
    """无利害关系声明."""

    answer = RadioField(
        "本人声明",
        [InputRequired("请选择一项")],
        choices=[
            SelectChoice("none", "本人与被评估机构和本项目没有应当回避的利害关系, 将独立、客观评分, 并对所见材料保密"),
            SelectChoice("conflict", "本人有应当回避的利害关系, 申请回避"),
        ],
    )
    tie = SelectField("曾有的利害关系", choices=[SelectChoice(NO_TIE, "没有"), *(SelectChoice(t.value, t.zh) for t in TieKind)])
    ended = DateField("该关系结束日期（仍在的不填）", [Optional()])
    note = TextAreaField("说明", [Optional(), Length(max=500, message="说明最长500字")])

    def declaration(self, actor: Actor, assignment_id: int) -> Declare:
        ties = [DeclaredTie(TieKind(self.tie.data), self.ended.data, self.note.data or "")] if self.tie.data else []
        return Declare(actor, assignment_id, True, ties)

    def recusal(self, actor: Actor, assignment_id: int) -> Recuse:
        """What the person wrote, with the kind of tie in words."""
        said = [TieKind(self.tie.data).zh] if self.tie.data else []
        return Recuse(actor, assignment_id, "; ".join([*said, *([self.note.data.strip()] if (self.note.data or "").strip() else [])]))


class RecuseForm(RoomForm):
    """回避 by the body or the buyer."""

    autosaved = True
    reason = TextAreaField("回避理由", [InputRequired("请写明回避理由"), Length(max=1000, message="理由最长1000字")])
