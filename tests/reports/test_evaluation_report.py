"""绩效评价报告, 立项评估报告: the chapters of the reference outline, and every number from the engine."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from pypdf import PdfReader

from evaluation.kind import Kind
from evaluation.result import Objection
from reports.compose.evaluation_report import EvaluationFacts, evaluation_report
from reports.document import Document, Figure, GradeBadge, Heading, Paragraph, Table
from reports.pdf import make_pdf
from rubric.aggregation import aggregate
from rubric.sheet import Mark
from tests.builders.evaluation import an_applicant
from tests.builders.reports import (
    BY_PARTY,
    FIVE_RATERS,
    PARTY_SHARES,
    THREE_RATERS,
    WITHOUT_EXTREMES,
    a_performance_rubric,
    evaluation_facts,
    sheets_for,
)


def headings(document: Document, level: int) -> list[str]:
    return [f"{b.number}{b.text}" for b in document.blocks if isinstance(b, Heading) and b.level == level]


def words(document: Document) -> str:
    return "\n".join(document.texts())


def test_the_seven_chapters_of_the_reference_outline_stand_in_order() -> None:
    document = evaluation_report(evaluation_facts())
    assert headings(document, 1)[:7] == [
        "一、基本情况", "二、绩效评价工作开展情况", "三、综合评价情况及评价结论", "四、绩效评价指标分析",
        "五、主要经验及做法、存在的问题及原因分析", "六、有关建议", "七、其他需要说明的问题",
    ]  # fmt: skip
    assert [h for h in headings(document, 2) if "项目" in h][-4:] == ["（一）项目决策", "（二）项目过程", "（三）项目产出", "（四）项目效益"]


def test_an_appraisal_is_titled_so_and_analyses_its_own_dimensions() -> None:
    """立项评估 looks at 专业资质, 内部治理, 人才资源 of an agency that has no contract yet (民发〔2015〕88号)."""
    from rubric.criterion import Criterion, Rubric
    from tests.builders.reports import a_leaf

    names = ("专业资质", "内部治理", "人才资源")
    tops = tuple(Criterion(str(n), name, Fraction(30 + n), (a_leaf(f"{n}.1", f"{name}情况", Fraction(30 + n)),)) for n, name in enumerate(names))
    rubric = Rubric("appraisal", "立项评估指标体系", Fraction(93), tops)
    sheets = sheets_for(rubric, THREE_RATERS)
    base = evaluation_facts()
    result = replace(base.result, kind=Kind.APPRAISAL, subject=an_applicant(), grade=None)
    document = evaluation_report(
        replace(base, rubric=rubric, sheets=sheets, score=aggregate(rubric, sheets), result=result, consequence=None)
    )
    assert document.title.endswith("立项评估报告")
    assert [h[3:] for h in headings(document, 2)][5:8] == list(names)
    assert "二、立项评估工作开展情况" in headings(document, 1)


def test_score_grade_and_working_are_the_engines() -> None:
    facts = evaluation_facts()
    document = evaluation_report(facts)
    badge = next(b for b in document.blocks if isinstance(b, GradeBadge))
    assert (badge.grade, badge.score, badge.total) == (facts.result.grade, str(facts.score.shown), "100")
    assert f"精确值为{facts.score.total}" in words(document)
    figure = next(b for b in document.blocks if isinstance(b, Figure))
    assert "决策得11.25分（满分12.5分，得分率90.00%）" in figure.alt


def test_every_leaf_is_analysed_once_and_every_rater_is_shown() -> None:
    facts = evaluation_facts()
    tables = [b for b in evaluation_report(facts).blocks if isinstance(b, Table)]
    analysed = [row.cells[0] for t in tables if t.caption.endswith("得分") for row in t.rows]
    scored = [leaf.name for leaf in facts.rubric.leaves() if leaf.weight]
    assert sorted(set(analysed) & set(scored)) == sorted(scored)
    detail = next(t for t in tables if "评分明细" in t.caption)
    assert [column.title for column in detail.columns] == ["指标", "分值", *THREE_RATERS, "得分"]


def test_captions_are_numbered_without_a_gap() -> None:
    captions = [b.caption for b in evaluation_report(evaluation_facts()).blocks if isinstance(b, Table) and b.caption.startswith("表")]
    assert [caption.split("　")[0] for caption in captions] == [f"表{n}" for n in range(1, len(captions) + 1)]


def test_an_indicator_that_does_not_apply_is_named_with_its_reason_and_is_not_nought() -> None:
    text = words(evaluation_report(evaluation_facts()))
    assert "不适用: 本年度未发生资金再分配事项" in text
    assert "适用满分为97.5分" in text
    assert "“决策”满分15分（适用满分12.5分），得分11.25分，得分率90.00%" in text


def test_a_veto_binds_and_the_raw_score_stays_visible() -> None:
    rubric = a_performance_rubric()
    sheets = sheets_for(rubric, THREE_RATERS, V1=Mark(True, reason="审计报告第3页载明挪用"))
    facts = evaluation_facts(rubric=rubric, sheets=sheets)
    facts = replace(facts, result=replace(facts.result, grade="差", vetoes=("财务一票否决",)))
    text = words(evaluation_report(facts))
    assert "一票否决：财务一票否决。等级据此确定，原始得分保留。" in text
    assert "审计报告第3页载明挪用" in text
    assert str(facts.score.shown) in text


def test_a_score_in_a_gap_has_no_grade_and_says_why() -> None:
    base = evaluation_facts()
    gap = "89.50分不在任何等级内"
    facts = replace(base, result=replace(base.result, grade=None, gap=gap))
    document = evaluation_report(facts)
    assert next(b for b in document.blocks if isinstance(b, GradeBadge)).grade == "未定"
    assert any(isinstance(b, Paragraph) and b.text == gap for b in document.blocks)


def test_what_nobody_wrote_is_said_to_be_absent_not_invented() -> None:
    bare = replace(
        evaluation_facts(), goals=(), steps=(), methods=(), experiences=(), problems=(), suggestions=(), remarks=(),
        rectifications=(), evaluators=(), leader="", background="", consequence=None, attachments=(),
    )  # fmt: skip
    text = words(evaluation_report(bare))
    for expected in ("未载明可以量化的绩效目标", "未记录经验及做法", "未记录存在的问题", "未提出建议", "机构未提出书面陈述。"):
        assert expected in text


def test_payment_renewal_and_standing_follow_the_clauses() -> None:
    facts = evaluation_facts()
    assert facts.consequence is not None
    assert facts.consequence.renewal is not None
    text = words(evaluation_report(facts))
    assert "全额支付" in text
    assert facts.consequence.renewal.outcome.zh in text
    assert facts.consequence.renewal.reason in text
    assert "财政部令第102号 第十七条" in text


def test_objections_are_told_with_their_answers() -> None:
    base = evaluation_facts()
    objection = Objection("李某", "电话", "认为督导支持评分过低", date(2026, 2, 4), date(2026, 2, 9))
    facts = replace(base, result=replace(base.result, objections=(objection,)))
    assert "2026年2月4日，李某提出异议：认为督导支持评分过低（2026年2月9日答复，异议不成立）" in words(evaluation_report(facts))


def test_the_working_tells_parties_and_who_was_left_out() -> None:
    by_party = a_performance_rubric(parties=PARTY_SHARES)
    text = words(evaluation_report(evaluation_facts(rubric=by_party, sheets=sheets_for(by_party, BY_PARTY))))
    assert "×70%＋政府部门" in text
    trimmed = a_performance_rubric(folding=WITHOUT_EXTREMES)
    text = words(evaluation_report(evaluation_facts(rubric=trimmed, sheets=sheets_for(trimmed, FIVE_RATERS))))
    assert "÷3，未计入" in text
    assert "去掉一个最高分和一个最低分" in text


def test_stages_are_printed_one_after_the_other_and_added_by_their_shares() -> None:
    rubric = a_performance_rubric(stages={"中期": Fraction(2, 5), "期末": Fraction(3, 5)})
    sheets = sheets_for(rubric, THREE_RATERS, "中期") + sheets_for(rubric, FIVE_RATERS, "期末")
    text = words(evaluation_report(evaluation_facts(rubric=rubric, sheets=sheets)))
    assert "各阶段得分按权重相加：中期" in text
    assert "评分明细（中期）" in text
    assert "评分明细（期末）" in text


@pytest.fixture(scope="module")
def printed() -> tuple[EvaluationFacts, PdfReader]:
    facts = evaluation_facts()
    return facts, PdfReader(io.BytesIO(make_pdf(evaluation_report(facts))))


def test_a_project_of_26_indicators_and_three_evaluators_fills_ten_to_fourteen_pages(
    printed: tuple[EvaluationFacts, PdfReader],
) -> None:
    assert 10 <= len(printed[1].pages) <= 14


def test_the_printed_report_copies_out_with_names_and_numbers(printed: tuple[EvaluationFacts, PdfReader]) -> None:
    facts, reader = printed
    text = "".join(page.extract_text() for page in reader.pages).replace("\n", "")
    for expected in ("评估员张䶮", "评估员李㛃", "评估员刘龑", str(facts.score.shown), "财预〔2020〕10号", "七、其他需要说明的问题"):
        assert expected in text
