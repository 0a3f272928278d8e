"""The second half of the story: 立项评估 before the contract is signed, mid-term and final 绩效评估 of its first year."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

from app.accounts import Actor
from app.evaluation.assignments.services import Assign, Begin, Declare, assign, begin_evaluation
from app.evaluation.results.services import (
    Compute,
    Order,
    State,
    TakeStep,
    compute_result,
    finalise,
    order_rectification,
    publish,
    state,
)
from app.evaluation.rubrics.services import KeepRubric, keep_rubric
from app.evaluation.schemes.services import DraftScheme, approve_scheme, draft_scheme, publish_scheme
from app.evaluation.schemes.services import TakeStep as SchemeStep
from app.evaluation.sheets.services import Entry, MarkLeaf, SignSheet, declare_and_open, mark_leaf, sign_sheet
from app.store import unit_of_work
from demo.city import City
from demo.procurement_story import Told
from evaluation.kind import Kind, Party, Use
from kernel.period import Period, Unit
from rubric.criterion import Criterion
from rubric.library import load, text
from rubric.reading import load_yaml

MARKS_FILE = Path(__file__).with_name("evaluations.yaml")
EVALUATORS = ("evaluator1", "evaluator2", "evaluator3")
STATEMENT = Period(3, Unit.WORKING_DAY)
PUBLICITY = Period(5, Unit.WORKING_DAY)


@dataclass(frozen=True)
class Days:
    """When one evaluation was planned, begun, marked, computed, stated, published and finalised."""

    planned: datetime
    begun: datetime
    marked: datetime
    computed: datetime
    stated: datetime
    published: datetime
    final: datetime


def keep_rubrics(city: City, now: datetime) -> dict[str, int]:
    """The body keeps the two rubrics of the library that the story uses; gives their ids."""
    kept = {}
    for name in ("appraisal-agency", "performance-project"):
        with unit_of_work() as work:
            row = keep_rubric(work, KeepRubric(city.of("mingjian"), text(name), "library"), now)
            work.session.flush()
            kept[name] = row.id
    return kept


def evaluate(
    city: City, subject_id: int, rubric_id: int, kind: Kind, days: Days, *, winner: Actor, statement: str,
    stages: tuple[tuple[Kind, Fraction], ...] = (), mending: tuple[str, str, str] | None = None,
) -> Iterator[Told]:  # fmt: skip
    """One evaluation from its scheme to its final result. The last thing told bears the score."""
    body, buyer = city.of("mingjian"), city.of("buyer")
    uses = frozenset({Use.PAYMENT, Use.RENEWAL, Use.STANDING}) if kind is Kind.FINAL else frozenset({Use.STANDING})
    with unit_of_work() as work:
        scheme = draft_scheme(
            work,
            DraftScheme(
                body, subject_id, rubric_id, kind, f"{kind.zh}方案", parties=((Party.PROFESSIONAL, Fraction(1)),),
                panel=((Party.PROFESSIONAL, len(EVALUATORS)),), work_begins=days.begun.date(), sheets_due=days.marked.date(),
                statement=STATEMENT, publicity=PUBLICITY, uses=uses, stages=stages,
                qualifications=(("社会工作师", 2), ("会计师", 1)), contract_grades=kind is not Kind.APPRAISAL,
            ),
            days.planned,
        )  # fmt: skip
        work.session.flush()
        scheme_id = scheme.id
    with unit_of_work() as work:
        approve_scheme(work, SchemeStep(buyer, scheme_id), days.planned)
    with unit_of_work() as work:
        publish_scheme(work, SchemeStep(body, scheme_id), days.planned)
    yield Told(days.planned, f"{kind.zh}: 起草、批准并告知被评估机构", "评估方案由第二人批准, 指标体系冻结", kind.cites)
    places = _assign(city, scheme_id, days)
    with unit_of_work() as work:
        begin_evaluation(work, Begin(body, scheme_id), days.begun)
    yield Told(days.begun, f"{kind.zh}: {len(places)} 名评估人员声明无利害关系, 开始评估", "", "政府采购法实施条例 第九条")
    yield from _mark(city, kind, places, days)
    with unit_of_work() as work:
        result = compute_result(work, Compute(body, scheme_id), days.computed)
        work.session.flush()
        result_id, shown, grade = result.id, result.shown, result.grade or result.gap
    if mending is not None:
        leaf, found, asked = mending
        due = days.final.date().replace(day=28)
        with unit_of_work() as work:
            order_rectification(work, Order(body, result_id, leaf, found, asked, due), days.computed)
    with unit_of_work() as work:
        state(work, State(winner, result_id, statement), days.stated)
    with unit_of_work() as work:
        publish(work, TakeStep(body, result_id), days.published)
    yield Told(days.published, f"{kind.zh}: 机构陈述后公示", f"公示{PUBLICITY}, 可书面实名提出异议", "民发〔2015〕88号")
    with unit_of_work() as work:
        finalise(work, TakeStep(body, result_id), days.final)
    yield Told(days.final, f"{kind.zh}结果确定", f"{shown} 分, {grade}", kind.cites)


def result_of(scheme_kind: Kind, subject_id: int) -> int:
    """The id of the result of this kind for a subject."""
    from app.evaluation.results.queries import results_of_subject
    from app.store import reading

    return next(
        line.id for line in results_of_subject(reading(), subject_id, Actor.clock()) if line.kind is scheme_kind
    )


def _assign(city: City, scheme_id: int, days: Days) -> list[tuple[str, int]]:
    places = []
    for n, login in enumerate(EVALUATORS):
        qualified = ("社会工作师",) if n < 2 else ("会计师",)
        command = Assign(city.of("mingjian"), scheme_id, city.of(login).person_id or 0, Party.PROFESSIONAL, qualified)
        with unit_of_work() as work:
            row = assign(work, command, days.planned)
            work.session.flush()
            places.append((login, row.id))
    for login, place in places:
        with unit_of_work() as work:
            declare_and_open(work, Declare(city.of(login), place, no_conflict=True), days.begun)
    return places


def _mark(city: City, kind: Kind, places: list[tuple[str, int]], days: Days) -> Iterator[Told]:
    told: dict[str, Any] = dict(load_yaml(MARKS_FILE.read_text("utf-8")))
    values, reasons = told[kind.value], told["reasons"]
    rubric = load("appraisal-agency" if kind is Kind.APPRAISAL else "performance-project")
    for n, (login, place) in enumerate(places):
        actor = city.of(login)
        for leaf in rubric.leaves():
            entries = {part.id: Entry(value=_value(values[part.id], n)) for part in leaf.parts}
            reason = reasons.get(leaf.id) or reasons.get(leaf.parts[0].id[:-1]) or "查阅资料, 与指标说明一致"
            with unit_of_work() as work:
                mark_leaf(work, MarkLeaf(actor, place, leaf.id, entries, str(reason), _evidence(leaf)), days.marked)
        with unit_of_work() as work:
            sign_sheet(work, SignSheet(actor, place), days.marked)
        yield Told(days.marked, f"{kind.zh}: {actor.name}评分并签名", f"{len(rubric.leaves())} 项指标", "民发〔2015〕88号")


def _value(value: Any, rater: int) -> Any:
    return value[rater] if isinstance(value, list) else value


def _evidence(leaf: Criterion) -> tuple[str, ...]:
    return tuple(leaf.evidence[:2])


