"""Case files 案例文件 of an evaluation: rubric, sheets, self-scores, questionnaire in; every intermediate figure out.

For the stranger who recomputes a published result without this product's database. The form is in ``docs/evaluation-cases.md``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any, TypeVar

from evaluation.consequence import Payment, Renewal, payment_by_clause, renewal_by_clause
from evaluation.kind import Kind
from evaluation.result import Scored, scored
from evaluation.scheme import StageShare, measure_of
from evaluation.subject import ContractFacts, PaymentClause, RenewalClause
from evaluation.survey import Answers, Reading, read_answers
from kernel.points import percent_text
from kernel.refusal import BadInput
from rubric.aggregation import Score, aggregate
from rubric.agreement import Agreement, agreement, ratings
from rubric.criterion import Criterion, Rubric
from rubric.entry import Entry, Log
from rubric.fault import Fault, faults
from rubric.reading import read_rubric
from rubric.submission import Submission, read_submission

KEYS = frozenset(
    ("id", "name", "kind", "note", "rubric", "parties", "stages", "sheets", "facts", "dates", "pool", "given", "self",
     "questionnaire", "contract")
)  # fmt: skip
T = TypeVar("T")
_SUBMITTED = ("sheets", "facts", "dates", "pool", "given")


@dataclass(frozen=True)
class Questionnaire:
    """What was answered, and the part of the rubric that the answers feed: ``{satisfied: …, valid: …}`` by its two names."""

    answers: Answers
    margin: Fraction
    confidence: Fraction
    part: str = ""
    satisfied: str = ""
    valid: str = ""


@dataclass(frozen=True)
class Case:
    """One evaluation as a file tells it.

    measure   the rubric with the case's parties laid over it
    earlier   percentages of the year's earlier stages, by kind
    own       the agency's self-evaluation 自评; heard, and never folded in
    """

    id: str
    name: str
    kind: Kind
    measure: Rubric
    submission: Submission
    stages: tuple[StageShare, ...] = ()
    earlier: Mapping[Kind, Fraction] | None = None
    own: Submission | None = None
    questionnaire: Questionnaire | None = None
    contract: ContractFacts | None = None


@dataclass(frozen=True)
class Difference:
    """One leaf as the agency saw it and as the panel did. Points are None where 不适用."""

    leaf: str
    name: str
    own: Fraction | None
    panel: Fraction | None


@dataclass(frozen=True)
class Worked:
    """A case worked out. agreement is None where fewer than two raters scored the same leaves."""

    case: Case
    scored: Scored
    faults: tuple[Fault, ...]
    reading: Reading | None
    own: Score | None
    differences: tuple[Difference, ...]
    agreement: Agreement | None
    payment: Payment | None
    renewal: Renewal | None


def read_case(mapping: Any) -> Case:
    """A case. Raises BadInput with every problem of the file, each with its place."""
    log = Log()
    entry = Entry(mapping, "", log)
    for key in sorted(set(map(str, entry.mapping)) - KEYS):
        log.problem(key, "不认识的项目")
    kinds = {**{kind.value: kind for kind in Kind}, **{kind.zh: kind for kind in Kind}}
    kind = _kind(entry, "kind", kinds)
    shares = entry.numbers("parties")
    if shares and sum(shares.values()) != 1:
        log.problem("parties", f"各评估主体权重之和须为 100%, 现为 {percent_text(sum(shares.values(), Fraction(0)), 2)}")
    stages, earlier = _stages(entry, kinds)
    rubric = _part(log, "rubric", lambda: read_rubric(entry.get("rubric")))
    given = {key: entry.get(key) for key in _SUBMITTED if key in entry}
    submission = _part(log, "", lambda: read_submission(given))
    own = None
    if entry.get("self") is not None:
        marks = dict(entry.child("self").mapping)
        own = _part(log, "self", lambda: read_submission([{"rater": "自评", "marks": marks}]))
    questionnaire = _questionnaire(entry.child("questionnaire")) if "questionnaire" in entry else None
    contract = _contract(entry.child("contract")) if "contract" in entry else None
    fed = questionnaire.part if questionnaire is not None else ""
    if fed and rubric is not None and fed not in {part.id for part in rubric.parts()}:
        log.problem("questionnaire.feeds", f"评分标准中没有“{fed}”")
    if log.problems or rubric is None or submission is None:
        raise BadInput(log.problems, "评估案例文件有误")
    return Case(
        entry.text("id"), entry.text("name"), kind, measure_of(rubric, shares), submission, stages, earlier, own,
        questionnaire, contract,
    )  # fmt: skip


def work_out(case: Case) -> Worked:
    """Every figure of the case. Raises BadInput for sheets or counts that cannot be used."""
    submission, reading = case.submission, None
    if case.questionnaire is not None:
        asked = case.questionnaire
        reading = read_answers(asked.answers, wanted_margin=asked.margin, confidence=asked.confidence)
        if asked.part:
            submission = _with_fact(submission, asked, reading)
    score = aggregate(case.measure, submission.sheets, submission.circumstances)
    found = scored(case, score, case.earlier)
    own = None
    if case.own is not None:
        said = {part for sheet in case.own.sheets for part in sheet.marks}
        around = submission.circumstances
        facts = {part: value for part, value in around.facts.items() if part not in said}
        own = aggregate(_without_parties(case.measure), case.own.sheets, replace(around, facts=facts))
    return Worked(
        case,
        found,
        faults(case.measure),
        reading,
        own,
        _differences(own, score),
        _agreement(case.measure, score),
        payment_by_clause(case.contract, found) if case.contract else None,
        renewal_by_clause(case.contract, found) if case.contract else None,
    )


# --- reading ------------------------------------------------------------------------------------------------------------


def _part(log: Log, place: str, read: Callable[[], T]) -> T | None:
    """What ``read`` gives, or None with its problems noted."""
    try:
        return read()
    except BadInput as refusal:
        for finding in refusal.findings or ():
            log.problem(f"{place}: {finding.field}".strip(": "), finding.zh)
        if not refusal.findings:
            log.problem(place, refusal.message)
        return None


def _kind(entry: Entry, key: str, kinds: Mapping[str, Kind]) -> Kind:
    said = entry.text(key)
    if said not in kinds:
        entry.problem(f"{key} 须为{'、'.join(kind.zh for kind in Kind)}之一, 现为 {said or '空'}")
    return kinds.get(said, Kind.FINAL)


def _stages(entry: Entry, kinds: Mapping[str, Kind]) -> tuple[tuple[StageShare, ...], dict[Kind, Fraction]]:
    shares, earlier = [], {}
    for stage in entry.entries("stages"):
        kind = _kind(stage, "kind", kinds)
        shares.append(StageShare(kind, stage.required("weight")))
        if "score" in stage:
            total = stage.number("total", Fraction(100)) or Fraction(100)
            earlier[kind] = stage.required("score") * 100 / total
    if shares and sum(share.weight for share in shares) != 1:
        entry.log.problem("stages", "各阶段权重之和须为 100%")
    return tuple(shares), earlier


def _questionnaire(entry: Entry) -> Questionnaire:
    given = {}
    for option, count in entry.numbers("given").items():
        if count.denominator != 1:
            entry.problem(f"given.{option} 须为整数份数")
        given[option] = int(count)
    answers = Answers(
        entry.whole("population", 0), entry.whole("asked", 0), given, frozenset(entry.texts("satisfied")),
        entry.whole("invalid", 0), entry.truth("random", True),
    )  # fmt: skip
    feeds = entry.child("feeds") if "feeds" in entry else None
    names = (feeds.text("part"), feeds.text("satisfied"), feeds.text("valid")) if feeds else ("", "", "")
    if feeds is not None and not all(names):
        entry.problem("feeds 须写明 part、satisfied 和 valid")
    margin, confidence = entry.number("margin", Fraction(5, 100)), entry.number("confidence", Fraction(95, 100))
    return Questionnaire(answers, margin or Fraction(5, 100), confidence or Fraction(95, 100), *names)


def _contract(entry: Entry) -> ContractFacts:
    amount = entry.required("amount_yuan")
    if amount <= 0 or (amount * 100).denominator != 1:
        entry.problem("amount_yuan 须大于零, 至多两位小数")
        amount = Fraction(1)
    payment = renewal = None
    if "payment" in entry:
        inner = entry.child("payment")
        payment = PaymentClause(frozenset(inner.texts("full_grades")), inner.number("base"), inner.text("text"))
        if payment.base is not None and payment.base <= 0:
            inner.problem("base 须大于零")
    if "renewal" in entry:
        inner = entry.child("renewal")
        renews, stops, left_open = (frozenset(inner.texts(key)) for key in ("renews", "stops", "buyer_decides"))
        renewal = RenewalClause(renews, stops, inner.text("text"), left_open)
    year, years = entry.whole("year", 1), entry.whole("years", 1)
    if not 1 <= year <= years:
        entry.problem("year 须在 1 与 years 之间")
    day = date(2000, 1, 1)  # the clauses ask for no day
    return ContractFacts(0, entry.text("number"), "", int(amount * 100), day, day, year, years, payment, renewal)


# --- working out --------------------------------------------------------------------------------------------------------


def _with_fact(submission: Submission, asked: Questionnaire, reading: Reading) -> Submission:
    """The satisfaction that was counted, as the fact of its part for every rater."""
    value = {asked.satisfied: reading.satisfied, asked.valid: reading.valid}
    around = submission.circumstances
    return replace(submission, circumstances=replace(around, facts={**around.facts, asked.part: value}))


def _without_parties(measure: Rubric) -> Rubric:
    """The agency scores every leaf alone, whoever else does."""
    return replace(measure, parties={}, criteria=tuple(_unshared(criterion) for criterion in measure.criteria))


def _unshared(criterion: Criterion) -> Criterion:
    return replace(criterion, parties={}, children=tuple(_unshared(child) for child in criterion.children))


def _differences(own: Score | None, panel: Score) -> tuple[Difference, ...]:
    if own is None:
        return ()
    seen = {line.id: line for line in panel.leaf_lines()}
    return tuple(
        Difference(line.id, line.name, line.points, seen[line.id].points) for line in own.leaf_lines() if line.id in seen
    )


def _agreement(measure: Rubric, score: Score) -> Agreement | None:
    """Of the leaves that several raters judged, each mark in percent of its leaf, so that large leaves do not decide.

    Leaves whose parts are all objective are left out: one value for everybody is no agreement.
    """
    judged = {leaf.id for leaf in measure.leaves() if any(not part.objective for part in leaf.parts)}
    lines = [
        (line.id, mark.rater, mark.points * 100 / line.weight)
        for line in score.leaf_lines()
        if line.id in judged and line.weight and len(line.marks) > 1
        for mark in line.marks
        if mark.points is not None
    ]
    return agreement(ratings(lines)) if len({rater for _, rater, _ in lines}) > 1 else None
