"""Case files 案例文件: a tender with bids and experts' choices in, results out in a form that a stranger can compare.

The form is described in ``docs/case-files.md``. A case file is not a check of the committee's size.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any

from kernel.money import yuan
from kernel.points import exact_text, half_up, shortest_text
from kernel.refusal import BadInput, Finding
from law import law_at
from procurement.bid import price_findings
from procurement.documents import PriceForm, Tender
from procurement.publication import document_findings
from procurement.reading import read_tender
from procurement.scoring import Contender, Entry, Evaluation, Flag, FlagKind, Ranking, evaluation_findings, rank_bids
from procurement.slot import Slot
from rubric.criterion import Rubric
from rubric.fault import blocking


@dataclass(frozen=True)
class Case:
    """One case of a file: its id, the day whose law holds, and what lies before the committee."""

    id: str
    evaluation_date: date
    evaluation: Evaluation


@dataclass(frozen=True)
class CaseFile:
    """A case file that could be read: the tender and its cases."""

    tender: Tender
    cases: tuple[Case, ...]


def read_case_file(mapping: Any) -> CaseFile:
    """The tender and every case. Raises BadInput with all problems of the file at once, each with its place."""
    file = Slot(mapping)
    if not isinstance(mapping, Mapping):
        file.problem("须为“键: 值”的形式")
        raise BadInput(file.problems, "案例文件无法读取")
    problems: list[Finding] = []
    tender: Tender | None = None
    try:
        tender = read_tender(mapping)
    except BadInput as refusal:
        problems += refusal.findings
    cases: list[Case] = []
    seen: set[str] = set()
    for slot in file["cases"].items():
        case = _case(slot, tender, problems)
        if case is None:
            continue
        if case.id in seen:
            problems.append(Finding(slot.place, f"案例编号重复: {case.id}"))
        seen.add(case.id)
        cases.append(case)
    problems += file.problems
    if problems or tender is None:
        raise BadInput(dict.fromkeys(problems), "案例文件有误")
    return CaseFile(tender, tuple(cases))


def _case(slot: Slot, tender: Tender | None, problems: list[Finding]) -> Case | None:
    slot = slot.mapping()
    here = Slot(slot.value, slot.place)
    name = here["id"].text()
    if not name:
        here["id"].problem("缺少案例编号")
    day = here["evaluation_date"].day()
    if not here["evaluation_date"]:
        here["evaluation_date"].problem("缺少评审日期: 无法确定适用当日的规定", need="如 2026-12-21")
    evaluation = _evaluation(here, tender)
    problems += here.problems
    if tender is not None and tender.rubric is not None:
        problems += [replace(f, field=f"{slot.place}.{f.field}") for f in evaluation_findings(tender, evaluation)]
    return None if day is None else Case(name, day, evaluation)


def read_evaluation(tender: Tender, case: Mapping[str, Any]) -> Evaluation:
    """What one case lays before the committee of ``tender``. Raises BadInput with every place that cannot be read."""
    slot = Slot(case)
    evaluation = _evaluation(slot, tender)
    if slot.problems:
        raise BadInput(slot.problems, "案例有误")
    return evaluation


def _evaluation(slot: Slot, tender: Tender | None) -> Evaluation:
    experts = slot["experts"].count(1)
    if experts is None and not slot["experts"]:
        slot["experts"].problem("缺少专家人数")
    bidders = list(slot["bidders"].items())
    if not bidders:
        slot["bidders"].problem("没有投标人")
    outlier = slot["outlier"].mapping()
    gap = outlier["gap_share_of_max"].share()
    if outlier and gap is None and not outlier["gap_share_of_max"]:
        outlier["gap_share_of_max"].problem("缺少畸高畸低的界限（占该项满分的比例）")
    rubric = tender.rubric if tender is not None else None
    contenders = [_contender(each, tender, rubric) for each in bidders]
    entries = [e for each in slot["entries"].items() if (e := _entry(each)) is not None]
    return Evaluation(tuple(contenders), experts or 1, tuple(entries), gap)


def _contender(slot: Slot, tender: Tender | None, rubric: Rubric | None) -> Contender:
    slot = slot.mapping()
    name, price = slot["id"].text(), slot["price"]
    if not name:
        slot["id"].problem("缺少投标人编号")
    form = tender.price.form if tender is not None else PriceForm.TOTAL
    wrong = price_findings(price.value, form, price.place)
    slot.problems += wrong
    facts: dict[str, Any] = {}
    choices: dict[str, Sequence[Any]] = {}
    given = slot["facts"].mapping()
    if not given and not (slot["qualification"] or slot["conformity"]):
        given.problem("缺少评分事实")
    parts = {part.id: part for part in rubric.parts()} if rubric is not None else {}
    gates = {gate for leaf in rubric.leaves() for gate in leaf.gates} if rubric is not None else set()
    for key, value in dict(given.value or {}).items():
        part = parts.get(str(key))
        if part is not None and not part.objective:
            if isinstance(value, list | tuple):
                choices[str(key)] = tuple(value)
            else:
                given[key].problem(f"{part.label}: 主观评分须为列表, 每位专家一个")
        elif part is not None or str(key) in gates:
            facts[str(key)] = value  # what the table does not ask for is not read; a misspelt id shows as missing
    deduction = slot["sme_deduction"].share() or Fraction(0)
    contender = Contender(  # with a price that stands in for an unreadable one, so that its marks are looked at too
        name or slot.place, Fraction(1), facts, choices, deduction, slot["qualification"].text(), slot["conformity"].text(),
        slot["explanation_accepted"].flag(True),
    )  # fmt: skip
    number = None if wrong else price.number()
    return contender if number is None else replace(contender, price=number)


def _entry(slot: Slot) -> Entry | None:
    slot = slot.mapping()
    bidder, part = slot["bidder"].text(), slot["part"].text()
    expert, value, corrected = slot["expert"].count(1), slot["value"].number(), slot["corrected"].number()
    for key, missing in (("bidder", not bidder), ("part", not part)):
        if missing:
            slot[key].problem("未填写")
    for key in ("expert", "value"):
        if not slot[key]:
            slot[key].problem("未填写")
    if not bidder or not part or expert is None or value is None:
        return None
    return Entry(bidder, expert, part, value, corrected)


# --- judging a file ---------------------------------------------------------------------------------------------------


def day_of_law(mapping: Mapping[str, Any], otherwise: date) -> date:
    """The day whose law judges the documents: issue, original notice, first evaluation, the year's first day; else given.

    Reads only what is a date; what is none is told by ``read_case_file``.
    """
    slot = Slot(mapping)
    notice = slot["notice"].mapping()
    cases = [case.mapping()["evaluation_date"] for case in slot["cases"].items()]
    for place in (notice["documents_issued"], notice["original_notice_date"], *cases):
        if place and (day := place.day()) is not None:
            return day
    year = notice["year"].count(1)
    return date(year, 1, 1) if year is not None and year < 10_000 else otherwise


def faults_of(tender: Tender, on: date) -> tuple[Finding, ...]:
    """Everything that is wrong in the documents by the law of the day, binding or not."""
    return document_findings(tender, law_at(on, jurisdiction=tender.jurisdiction))


def keeps_from_scoring(tender: Tender) -> bool:
    """Whether the scoring table is missing or faulty, so that no total computed with it would mean anything."""
    return tender.rubric is None or bool(blocking(tender.rubric)) or tender.price.weight is None


def results(file: CaseFile) -> list[dict[str, Any]]:
    """The result of every case, in the form of ``docs/case-files.md``."""
    return [
        {"id": case.id, **result_mapping(rank_bids(file.tender, case.evaluation, law_at(case.evaluation_date)))}
        for case in file.cases
    ]


# --- writing results --------------------------------------------------------------------------------------------------


def result_mapping(ranking: Ranking) -> dict[str, Any]:
    """A ranking as JSON holds it: exact totals as ``n/d``, shown ones with two places, everything as text or whole number."""
    result: dict[str, Any] = {"valid": list(ranking.valid), "invalid": dict(ranking.invalid), "status": ranking.status}
    if ranking.failed:
        return {**result, "reason": ranking.reason, "flags": [flag_mapping(f) for f in ranking.flags]}
    assert ranking.base_price is not None
    result |= {
        "base_price": shortest_text(ranking.base_price),
        "ranking": [
            {
                "bidder": bid.bidder,
                "price": shortest_text(bid.price),
                "adjusted_price": shortest_text(bid.adjusted_price),
                "price_points": str(half_up(bid.price_points, 6)),
                "total_exact": exact_text(bid.total),
                "total": str(bid.shown),
                "rank": bid.rank,
            }
            for bid in ranking.bids
        ],
        "leaf_points": {
            bidder: {
                leaf.leaf: shortest_text(leaf.points[0]) if leaf.objective else [shortest_text(p) for p in leaf.points]
                for leaf in ranking.bid(bidder).leaves
            }
            for bidder in ranking.valid
        },
    }
    if ranking.winners is not None:
        result["winners"] = list(ranking.winners)
    if ranking.tied_ranks:
        result |= {"tied_ranks": list(ranking.tied_ranks), "tie_action": "并列, 随机抽取 (87-57/87-68)"}
    if ranking.amounts is not None:
        result["contract_amounts"] = {
            lot: {"bidder": bidder, "amount": str(yuan(fen))} for lot, bidder, fen in ranking.amounts
        }
    result["flags"] = [flag_mapping(flag) for flag in ranking.flags]
    if ranking.must_correct_before_signing:
        result["must_correct_before_signing"] = True
    return result


def flag_mapping(flag: Flag) -> dict[str, Any]:
    """A flag as JSON holds it, with the fields of its kind."""
    told: dict[str, Any] = {"kind": flag.kind.value, "bidder": flag.bidder}
    if flag.kind is FlagKind.LOW_PRICE:
        return told | {
            "triggers": [trigger.zh for trigger in flag.triggers], "action": "书面说明", "accepted": flag.accepted
        }  # fmt: skip
    told |= {"expert": flag.expert, "part": flag.part}
    for name in ("entered", "others", "value"):
        points = getattr(flag, name)
        if points is not None:
            told[name] = shortest_text(points)
    return told
