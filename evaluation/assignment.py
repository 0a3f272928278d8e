"""Assignments 评估任务 and recusal 回避: who evaluates, in what capacity, and who must not.

Nobody opens a document before the declaration of no conflict 无利害关系声明 is signed. Ties 利害关系 come from two
places and count alike: what the person declares, and what the house already knows (appointments, earlier assignments).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from evaluation.kind import NOTICE_88, Party
from evaluation.scheme import Panel
from evaluation.subject import Subject
from kernel.lifecycle import Lifecycle, Step
from kernel.period import Unit, months_after
from kernel.refusal import Finding
from kernel.role import Role
from law.rule import rule

NINTH = "政府采购法实施条例 第九条"
EIGHTEENTH = "政府采购法实施条例 第十八条"


class TieKind(StrEnum):
    """What binds a person to the agency that is evaluated, or to the project."""

    EMPLOYMENT = "employment"
    OFFICER = "officer"
    SHAREHOLDER = "shareholder"
    KIN = "kin"
    SUPERVISION = "supervision"
    TRAINING = "training"
    DESIGN = "design"
    MONITORING = "monitoring"
    OTHER = "other"

    @property
    def zh(self) -> str:
        return _TIE_ZH[self]

    @property
    def cites(self) -> str:
        """The article that lets this tie count. Design and monitoring exclude by article 18, the rest by article 9."""
        return EIGHTEENTH if self in _OF_THE_PROJECT else NINTH

    @property
    def fades(self) -> bool:
        """True where the tie counts for the look-back only; kinship does not end, and one's own design stays one's own."""
        return self not in {TieKind.KIN, *_OF_THE_PROJECT}


_TIE_ZH = {
    TieKind.EMPLOYMENT: "与被评估机构存在劳动关系",
    TieKind.OFFICER: "担任被评估机构的理事、监事、董事",
    TieKind.SHAREHOLDER: "是被评估机构的出资人、控股股东或者实际控制人",
    TieKind.KIN: "与被评估机构的法定代表人或者负责人有夫妻、直系血亲、三代以内旁系血亲或者近姻亲关系",
    TieKind.SUPERVISION: "曾为被评估机构提供督导",
    TieKind.TRAINING: "曾为被评估机构提供培训",
    TieKind.DESIGN: "参与了本项目的整体设计、规范编制",
    TieKind.MONITORING: "承担了本项目的管理、监理、监测",
    TieKind.OTHER: "与被评估机构有其他可能影响公平公正的关系",
}
_OF_THE_PROJECT = frozenset({TieKind.DESIGN, TieKind.MONITORING})


class Source(StrEnum):
    """How a tie became known."""

    DECLARED = "declared"  # 本人申报
    ON_FILE = "on_file"  # 系统记录

    @property
    def zh(self) -> str:
        return {"declared": "本人申报", "on_file": "系统记录"}[self.value]


@dataclass(frozen=True)
class Tie:
    """One tie 利害关系: to an organisation, or, for design and monitoring, to a procurement (``ocid``).

    ended  the last day on which it existed; None while it lasts
    """

    kind: TieKind
    organisation_id: int
    ended: date | None = None
    ocid: str = ""
    note: str = ""
    source: Source = Source.DECLARED


@dataclass(frozen=True)
class Evaluator:
    """评估人员: one person in one party, with the qualifications 资格 that the panel counts, and every known tie."""

    person_id: int
    name: str
    organisation_id: int
    organisation_name: str
    party: Party
    qualifications: frozenset[str] = frozenset()
    ties: tuple[Tie, ...] = ()


def look_back_begins(work_begins: date, law: Any) -> date:
    """The first day whose ties still count: the look-back 三年 before the work begins, that day included."""
    period = law["recusal_look_back"]
    months = period.length * 12 if period.unit is Unit.YEAR else period.length
    return months_after(work_begins, -months)


def grounds_for_recusal(evaluator: Evaluator, subject: Subject, work_begins: date, law: Any) -> tuple[Finding, ...]:
    """Every ground on which this person must stand aside 应当回避; empty when there is none.

    A tie that ended on the first day of the look-back still counts ("三年内" includes its end, 民法典 第一千二百五十九条).
    Supervision and training of the same agency are other relations of article 9: help given to those one now judges.
    """
    return tuple(_grounds(evaluator, subject, work_begins, law))


def _grounds(evaluator: Evaluator, subject: Subject, work_begins: date, law: Any) -> Iterable[Finding]:
    since = look_back_begins(work_begins, law)
    if evaluator.organisation_id == subject.supplier.id:
        yield Finding(
            "evaluator", f"{evaluator.name}{TieKind.EMPLOYMENT.zh}", TieKind.EMPLOYMENT.cites,
            have=f"现任职于{subject.supplier.name}", cure="请改派其他评估人员",
        )
    for tie in evaluator.ties:
        if tie.kind in _OF_THE_PROJECT:
            if tie.ocid != subject.ocid:
                continue
        elif tie.organisation_id != subject.supplier.id:
            continue
        if tie.kind.fades and tie.ended is not None and tie.ended < since:
            continue
        until = "至今" if tie.ended is None else f"至 {tie.ended}"
        lasts = f"{until}（{tie.source.zh}）" + (f": {tie.note}" if tie.note else "")
        need = f"{since} 之前已结束" if tie.kind.fades else None
        yield Finding(
            "evaluator", f"{evaluator.name}{tie.kind.zh}", tie.kind.cites,
            have=lasts, need=need, cure="请改派其他评估人员",
        )


def panel_findings(evaluators: Sequence[Evaluator], panel: Panel) -> tuple[Finding, ...]:
    """What the panel 评估小组 lacks, by party and by qualification, everything at once."""
    found = []
    for party, least in panel.least:
        present = sum(1 for e in evaluators if e.party is party)
        if present < least:
            found.append(Finding(
                "assignments", f"{party.zh}的评估人员不足", NOTICE_88, have=f"{present} 人", need=f"不少于 {least} 人",
            ))
    for qualification, least in panel.qualifications:
        holders = sum(1 for e in evaluators if qualification in e.qualifications)
        if holders < least:
            found.append(Finding(
                "assignments", f"评估小组中具备“{qualification}”资格的人员不足", NOTICE_88,
                have=f"{holders} 人", need=f"不少于 {least} 人",
            ))
    twice = {e.person_id for e in evaluators if sum(1 for other in evaluators if other.person_id == e.person_id) > 1}
    for person_id in sorted(twice):
        name = next(e.name for e in evaluators if e.person_id == person_id)
        found.append(Finding("assignments", "同一人不能在一次评估中承担两个评分席位", NINTH, have=name))
    return tuple(found)


class AssignmentStage(StrEnum):
    """Where one person's task stands."""

    ASSIGNED = "assigned"
    DECLARED = "declared"
    SIGNED = "signed"
    RECUSED = "recused"

    @property
    def zh(self) -> str:
        return {"assigned": "待声明", "declared": "评分中", "signed": "已签名", "recused": "已回避"}[self.value]

    @property
    def may_open_documents(self) -> bool:
        """True once the declaration stands: before it, and after a recusal, nobody reads a page of the documents."""
        return self in {AssignmentStage.DECLARED, AssignmentStage.SIGNED}


@dataclass(frozen=True)
class Assignment:
    """评估任务: one evaluator's place in one evaluation.

    declares_no_conflict  what the declaration says; None before it is made
    unmarked              names of the leaves the sheet still lacks; a sheet is signed whole or not at all
    begun                 the scheme is in progress
    """

    stage: AssignmentStage
    evaluator: Evaluator
    subject: Subject
    work_begins: date
    declares_no_conflict: bool | None = None
    unmarked: tuple[str, ...] = ()
    begun: bool = False


@rule(zh="与被评估机构或者项目有利害关系的人员应当回避", cites=f"{NINTH}；{EIGHTEENTH}", status="V", id="R-9 R-18")
def no_tie_stands_in_the_way(assignment: Assignment, law: Any) -> Iterable[Finding]:
    """Who is tied to the agency or made the project does not judge it."""
    return grounds_for_recusal(assignment.evaluator, assignment.subject, assignment.work_begins, law)


@rule(zh="须由本人声明与被评估机构无利害关系后方可查阅材料", cites=NINTH, status="D")
def declaration_says_so(assignment: Assignment, law: Any) -> Finding | None:
    """A declaration declares: silence is no statement, and a declared conflict is a recusal."""
    if assignment.declares_no_conflict:
        return None
    return Finding("declares_no_conflict", cure="如有利害关系, 请申请回避")


@rule(zh="评分表在评估工作进行期间签名提交", cites=NOTICE_88, status="D")
def evaluation_is_in_progress(assignment: Assignment, law: Any) -> Finding | None:
    """Sheets are signed while the evaluation runs, neither before it begins nor after it closes."""
    return None if assignment.begun else Finding("scheme", have="评估工作尚未开始或者已经结束")


@rule(zh="评分表须逐项评分完毕方可签名", cites=NOTICE_88, status="D")
def every_leaf_is_marked(assignment: Assignment, law: Any) -> Iterable[Finding]:
    """A sheet is signed whole: every missing leaf is named at once."""
    return tuple(
        Finding(name, f"“{name}”尚未评分", cure="请评分, 或者标明不适用并说明理由") for name in assignment.unmarked
    )


_A = AssignmentStage
_WHO_RECUSES = (Role.EVALUATOR, Role.EVALUATION_BODY, Role.BUYER)

ASSIGNMENT = Lifecycle(
    "assignment 评估任务",
    #    from         act        to           who             what must hold                                     written in
    Step(_A.ASSIGNED, "declare", _A.DECLARED, Role.EVALUATOR, (declaration_says_so, no_tie_stands_in_the_way),   NINTH, "声明无利害关系"),
    Step(_A.ASSIGNED, "recuse",  _A.RECUSED,  _WHO_RECUSES,   (),                                                NINTH, "回避"),
    Step(_A.DECLARED, "recuse",  _A.RECUSED,  _WHO_RECUSES,   (),                                                NINTH, "回避"),
    Step(_A.DECLARED, "sign",    _A.SIGNED,   Role.EVALUATOR, (evaluation_is_in_progress, every_leaf_is_marked), NOTICE_88, "签名提交评分表"),
)  # fmt: skip
