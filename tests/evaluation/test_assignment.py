"""Recusal 回避 and the declaration: 政府采购法实施条例 第九条, 第十八条."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from evaluation.assignment import (
    ASSIGNMENT,
    AssignmentStage,
    Tie,
    TieKind,
    grounds_for_recusal,
    look_back_begins,
    panel_findings,
)
from evaluation.kind import Party
from kernel.refusal import NotPermitted, Unlawful, WrongStage
from kernel.role import Role
from law import law_at
from tests.builders.evaluation import AGENCY, CENTRE, a_panel, a_subject, an_assignment, an_evaluator

LAW = law_at(date(2026, 1, 19))
CASES = tomllib.loads((Path(__file__).parent.parent / "cases" / "evaluation-recusal.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES["case"], ids=lambda case: case["name"])
def test_who_must_stand_aside(case: dict[str, Any]) -> None:
    organisation = 99 if case.get("other_agency") else AGENCY.id
    tie = Tie(TieKind(case["kind"]), organisation, case.get("ended"), case.get("ocid", ""))

    grounds = grounds_for_recusal(an_evaluator(ties=(tie,)), a_subject(), CASES["work_begins"], LAW)

    assert bool(grounds) is case["recused"]
    assert {g.cites for g in grounds} <= {"政府采购法实施条例 第九条", "政府采购法实施条例 第十八条"}


def test_the_look_back_is_three_years_to_the_day() -> None:
    assert look_back_begins(date(2026, 1, 19), LAW) == date(2023, 1, 19)
    assert look_back_begins(date(2028, 2, 29), LAW) == date(2025, 2, 28)


def test_whoever_works_for_the_evaluated_agency_does_not_evaluate_it_declared_or_not() -> None:
    insider = an_evaluator(organisation_id=AGENCY.id)

    [ground] = grounds_for_recusal(insider, a_subject(), date(2026, 1, 19), LAW)

    assert "现任职于晨光社会工作服务中心" in ground.sentence()


def test_every_tie_is_named_not_only_the_first() -> None:
    ties = (Tie(TieKind.OFFICER, AGENCY.id), Tie(TieKind.KIN, AGENCY.id, note="配偶为负责人"))

    assert len(grounds_for_recusal(an_evaluator(ties=ties), a_subject(), date(2026, 1, 19), LAW)) == 2


def test_no_document_is_open_before_the_declaration() -> None:
    assigned = an_assignment()
    assert not assigned.stage.may_open_documents

    taken = ASSIGNMENT.take(assigned, "declare", by=Role.EVALUATOR, law=LAW)

    assert taken.target is AssignmentStage.DECLARED
    assert {stage for stage in AssignmentStage if stage.may_open_documents} == {AssignmentStage.DECLARED, AssignmentStage.SIGNED}


def test_silence_is_no_declaration() -> None:
    with pytest.raises(Unlawful) as refusal:
        ASSIGNMENT.take(an_assignment(declares_no_conflict=None), "declare", by=Role.EVALUATOR, law=LAW)

    assert [f.field for f in refusal.value.findings] == ["declares_no_conflict"]


def test_a_declaration_against_the_record_is_refused_with_the_article() -> None:
    tied = an_evaluator(ties=(Tie(TieKind.SUPERVISION, AGENCY.id, date(2025, 5, 1)),))

    with pytest.raises(Unlawful) as refusal:
        ASSIGNMENT.take(an_assignment(evaluator=tied), "declare", by=Role.EVALUATOR, law=LAW)

    [finding] = refusal.value.findings
    assert finding.cites == "政府采购法实施条例 第九条"
    assert finding.binding


def test_nobody_declares_for_an_evaluator() -> None:
    with pytest.raises(NotPermitted):
        ASSIGNMENT.take(an_assignment(), "declare", by=Role.EVALUATION_BODY, law=LAW)


def test_a_sheet_is_signed_whole_and_every_missing_leaf_is_named_at_once() -> None:
    lacking = an_assignment(stage=AssignmentStage.DECLARED, unmarked=("个案服务质量", "服务对象改善"))

    with pytest.raises(Unlawful) as refusal:
        ASSIGNMENT.take(lacking, "sign", by=Role.EVALUATOR, law=LAW)

    assert [f.field for f in refusal.value.findings] == ["个案服务质量", "服务对象改善"]


def test_a_sheet_is_not_signed_before_work_begins_nor_twice() -> None:
    with pytest.raises(Unlawful):
        ASSIGNMENT.take(an_assignment(stage=AssignmentStage.DECLARED, begun=False), "sign", by=Role.EVALUATOR, law=LAW)
    with pytest.raises(WrongStage):
        ASSIGNMENT.take(an_assignment(stage=AssignmentStage.SIGNED), "sign", by=Role.EVALUATOR, law=LAW)


@pytest.mark.parametrize(("members", "lacks"), [(2, True), (3, False), (4, False)])
def test_the_panel_has_as_many_raters_as_the_scheme_says(members: int, lacks: bool) -> None:
    panel = [an_evaluator(person_id=n, qualifications=frozenset({"会计"})) for n in range(members)]

    assert bool(panel_findings(panel, a_panel())) is lacks


def test_the_panel_needs_its_accountant() -> None:
    [finding] = panel_findings([an_evaluator(person_id=n) for n in range(3)], a_panel())

    assert "会计" in finding.sentence()


def test_one_person_does_not_sit_twice() -> None:
    twice = [an_evaluator(), an_evaluator(party=Party.GOVERNMENT)]

    assert "同一人" in panel_findings(twice, a_panel(least=(), qualifications=()))[0].sentence()


def test_an_evaluator_of_the_centre_without_ties_is_free() -> None:
    assert grounds_for_recusal(an_evaluator(organisation_id=CENTRE.id), a_subject(), date(2026, 1, 19), LAW) == ()
