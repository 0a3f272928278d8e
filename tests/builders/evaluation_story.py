"""One evaluation as far as a test needs it, told through the services: who is there, and what they did so far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from fractions import Fraction
from typing import Any

from app.accounts import Actor
from app.accounts.organisation import Kind as OrganisationKind
from app.evaluation.assignments import services as assignments
from app.evaluation.results import services as results
from app.evaluation.rubrics import services as rubrics
from app.evaluation.schemes import services as schemes
from app.evaluation.sheets import services as sheets
from app.store import unit_of_work
from evaluation.kind import Kind, Party, Use
from evaluation.subject import Organisation, Subject, SubjectKind
from kernel.period import SHANGHAI, Period, Unit
from kernel.role import Role
from tests.builders.accounts import an_actor, an_organisation
from tests.builders.evaluation import GRADES, a_contract

RUBRIC = """
id: year-1
name: 年度绩效评估指标体系
purpose: 绩效
total: 100
places: 2
folding: {mean: plain, minimum: 3, not_applicable: rescale}
criteria:
  - id: D
    name: 决策
    weight: 10
    criteria:
      - {id: D1, name: 绩效目标合理性, weight: 10, parts: [{id: D1, rule: {kind: judgement_levels, levels: {合理: 10, 基本合理: 7, 不合理: 0}}}]}
  - id: G
    name: 过程
    weight: 25
    criteria:
      - id: G1
        name: 预算执行率
        weight: 10
        parts: [{id: G1, objective: true, rule: {kind: all_of, items: [执行率不低于九成], points: 10}}]
      - id: G2
        name: 制度执行有效性
        weight: 15
        evidence: [制度文件]
        parts: [{id: G2a, name: 财务制度, rule: {kind: judgement, points: 10}}, {id: G2b, name: 档案制度, rule: {kind: judgement, points: 5}}]
  - id: C
    name: 产出
    weight: 35
    criteria:
      - id: C1
        name: 个案服务质量
        weight: 35
        evidence: [个案档案]
        parts:
          - id: C1
            rule:
              kind: bands
              bands:
                - {name: 优, range: [31.5, 35]}
                - {name: 良, range: [28, 31.4]}
                - {name: 中, range: [21, 27.9]}
                - {name: 差, range: [0, 20.9]}
  - id: X
    name: 效益
    weight: 30
    criteria:
      - {id: X1, name: 服务对象改善, weight: 30, parts: [{id: X1, rule: {kind: judgement, points: 30}}]}
"""

SHEET: Mapping[str, Mapping[str, Any]] = {
    "D1": {"D1": "基本合理"},
    "G1": {"G1": True},
    "G2": {"G2a": "9", "G2b": "4"},
    "C1": {"C1": {"level": "良", "points": "30"}},
    "X1": {"X1": "26"},
}
"""A whole sheet by leaf and part: 7 + 10 + 13 + 30 + 26 = 86 points."""

DRAFTED, APPROVED, TOLD, BEGUN = date(2026, 1, 5), date(2026, 1, 6), date(2026, 1, 7), date(2026, 1, 19)
SIGNED, COMPUTED = date(2026, 1, 22), date(2026, 1, 26)


def at(day: date, hour: int = 10) -> datetime:
    return datetime.combine(day, time(hour), SHANGHAI)


@dataclass
class Story:
    """Who is there, and the ids of what they made."""

    buyer: Actor
    second_buyer: Actor
    agency: Actor
    body: Actor
    evaluators: list[Actor]
    subject_id: int = 0
    rubric_id: int = 0
    scheme_id: int = 0
    assignment_ids: list[int] = field(default_factory=list)
    result_id: int = 0

    @property
    def subject(self) -> Subject:
        return Subject(
            SubjectKind.PROJECT_YEAR, Organisation(self.agency.organisation_id, self.agency.organisation_name),
            Organisation(self.buyer.organisation_id, self.buyer.organisation_name), "cp-2025-0001",
            "精神卫生专职社工服务项目", replace(a_contract(), bands=GRADES.bands),
        )  # fmt: skip

    # --- acts, each at its day ---

    def handed_over(self, subject: Subject | None = None) -> Story:
        with unit_of_work() as work:
            command = schemes.HandOver(self.buyer, subject or self.subject, self.body.organisation_id)
            row = schemes.hand_over(work, command, at(DRAFTED, 8))
            work.session.flush()
            self.subject_id = row.id
        return self

    def with_rubric(self, text: str = RUBRIC) -> Story:
        with unit_of_work() as work:
            row = rubrics.keep_rubric(work, rubrics.KeepRubric(self.body, text), at(DRAFTED, 9))
            work.session.flush()
            self.rubric_id = row.id
        return self

    def drafted(self, by: Actor | None = None, on: date = DRAFTED, **but: Any) -> Story:
        with unit_of_work() as work:
            row = schemes.draft_scheme(work, self.a_draft(by, **but), at(on))
            work.session.flush()
            self.scheme_id = row.id
        return self

    def a_draft(self, by: Actor | None = None, **but: Any) -> schemes.DraftScheme:
        """A lawful scheme of the body: a third party alone, three raters, one of them an accountant."""
        facts: dict[str, Any] = {
            "actor": by or self.body, "subject_id": self.subject_id, "rubric_id": self.rubric_id, "kind": Kind.FINAL,
            "name": "第一年度期末绩效评估方案", "parties": [(Party.PROFESSIONAL, Fraction(1))],
            "panel": [(Party.PROFESSIONAL, 3)], "qualifications": [("会计", 1)], "work_begins": BEGUN,
            "sheets_due": date(2026, 1, 23), "statement": Period(5, Unit.WORKING_DAY),
            "publicity": Period(5, Unit.WORKING_DAY), "uses": frozenset(Use), "contract_grades": True,
        }  # fmt: skip
        return schemes.DraftScheme(**{**facts, **but})

    def approved(self, on: date = APPROVED) -> Story:
        with unit_of_work() as work:
            schemes.approve_scheme(work, schemes.TakeStep(self.second_buyer, self.scheme_id), at(on))
        return self

    def told(self, on: date = TOLD) -> Story:
        with unit_of_work() as work:
            schemes.publish_scheme(work, schemes.TakeStep(self.body, self.scheme_id), at(on))
        return self

    def assigned(self, parties: Sequence[Party] = (), on: date = TOLD) -> Story:
        self.assignment_ids = []
        for n, evaluator in enumerate(self.evaluators):
            party = parties[n] if parties else Party.PROFESSIONAL
            held = ["会计"] if n == 0 else ["社会工作师"]
            with unit_of_work() as work:
                command = assignments.Assign(self.body, self.scheme_id, evaluator.person_id, party, held)
                row = assignments.assign(work, command, at(on, 11 + n))
                work.session.flush()
                self.assignment_ids.append(row.id)
        return self

    def declared(self, on: date = TOLD) -> Story:
        for evaluator, assignment in zip(self.evaluators, self.assignment_ids, strict=True):
            with unit_of_work() as work:
                sheets.declare_and_open(work, assignments.Declare(evaluator, assignment, True), at(on, 16))
        return self

    def begun(self, on: date = BEGUN) -> Story:
        with unit_of_work() as work:
            assignments.begin_evaluation(work, assignments.Begin(self.body, self.scheme_id), at(on, 9))
        return self

    def marked(self, who: int = 0, sheet: Mapping[str, Mapping[str, Any]] = SHEET, on: date = BEGUN) -> Story:
        for leaf, values in sheet.items():
            entries = {part: sheets.Entry(value=value) for part, value in values.items()}
            command = sheets.MarkLeaf(
                self.evaluators[who], self.assignment_ids[who], leaf, entries, "抽查十二份档案, 编号 C-01 至 C-12。", ["个案档案"]
            )
            with unit_of_work() as work:
                sheets.mark_leaf(work, command, at(on, 14))
        return self

    def signed(self, who: int = 0, on: date = SIGNED) -> Story:
        with unit_of_work() as work:
            sheets.sign_sheet(work, sheets.SignSheet(self.evaluators[who], self.assignment_ids[who]), at(on))
        return self

    def computed(self, on: date = COMPUTED) -> Story:
        with unit_of_work() as work:
            row = results.compute_result(work, results.Compute(self.body, self.scheme_id), at(on))
            work.session.flush()
            self.result_id = row.id
        return self

    def step(self, act: Any, by: Actor, on: date) -> Story:
        """One step of the result that needs nothing but its taker: lapse, publish, finalise, withdraw."""
        with unit_of_work() as work:
            act(work, results.TakeStep(by, self.result_id), at(on))
        return self

    # --- where a story may begin ---

    def ready_to_score(self, **but: Any) -> Story:
        story = self.handed_over().with_rubric().drafted(**but).approved().told().assigned()
        return story.declared().begun()

    def all_signed(self, points: Sequence[str] = ("26", "28", "27"), **but: Any) -> Story:
        """Three sheets that differ in the last leaf."""
        self.ready_to_score(**but)
        for n, last in enumerate(points):
            self.marked(n, {**SHEET, "X1": {"X1": last}}).signed(n)
        return self

    def final(self, **but: Any) -> Story:
        self.all_signed(**but).computed().step(results.lapse, self.body, date(2026, 2, 3))
        return self.step(results.publish, self.body, date(2026, 2, 3)).step(results.finalise, self.buyer, date(2026, 2, 11))


def a_story(evaluators: int = 3) -> Story:
    """The people: two of the buyer's, one of the agency, one who leads the evaluation body, and its evaluators."""
    with unit_of_work() as work:
        bureau = an_organisation(work, OrganisationKind.BUYER)
        centre = an_organisation(work, OrganisationKind.EVALUATION_BODY)
        agency = an_organisation(work, OrganisationKind.SUPPLIER)
        return Story(
            buyer=an_actor(work, Role.BUYER, bureau), second_buyer=an_actor(work, Role.BUYER, bureau),
            agency=an_actor(work, Role.SUPPLIER, agency), body=an_actor(work, Role.EVALUATION_BODY, centre),
            evaluators=[an_actor(work, Role.EVALUATOR, centre) for _ in range(evaluators)],
        )  # fmt: skip
