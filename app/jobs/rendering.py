"""From rows to files: gather the frozen facts of one evaluation, let ``reports/compose`` write, let the renderers print.

Same rows, same bytes: nothing here reads a clock; a report bears the day on which what it tells was decided.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from app.accounts.models import PersonRow
from app.evaluation.assignments.queries import evaluator_of
from app.evaluation.results.queries import ResultFile
from app.procurement.committees import queries as committees
from app.procurement.openings.queries import opening
from app.procurement.qualifications import queries as reviews
from app.procurement.scorings import queries as scorings
from app.procurement.scorings.working import ranking_of
from app.procurement.tenders import queries as tenders
from evaluation.assignment import AssignmentStage
from evaluation.kind import Kind
from evaluation.rectification import Rectification
from kernel.period import aware
from kernel.refusal import Missing
from procurement.opening import OpeningLine, OpeningRecord
from procurement.qualification import Review
from procurement.scoring import Ranking
from reports.compose.bid_evaluation_report import bid_evaluation_report
from reports.compose.bid_scores import BidReportFacts
from reports.compose.bid_workbook import BidWorkbookFacts, bid_workbook
from reports.compose.evaluation_report import EvaluationFacts, Goal, Problem, WorkStep, evaluation_report
from reports.compose.score_workbook import WorkbookFacts, score_workbook
from reports.compose.year_score import YearStage
from reports.document import Document, Workbook
from reports.numerals import chinese_date
from rubric.aggregation import Score, aggregate
from rubric.sheet import Mark

if TYPE_CHECKING:
    from app.procurement.tenders.models import TenderRow

NUMBERED = {Kind.APPRAISAL: "立评", Kind.MIDTERM: "中评", Kind.FINAL: "终评"}


def bid_report(session: Session, row: TenderRow) -> Document:
    """评标报告 of one tender. Raises Missing before there is a ranking."""
    ranking, given, day = _ranking(session, row)
    seats = committees.members(session, row.ocid)
    committee = committees.committee_row(session, row.ocid)
    decisions = reviews.decisions(reviews.conclusions(session, row.ocid, list(Review)))
    tender = row.facts()
    record = opening(session, row.ocid)
    return bid_evaluation_report(
        BidReportFacts(
            number=f"{row.ocid}-PB", organisation=tender.organiser or tender.buyer, day=day, tender=tender, ranking=ranking,
            committee=committees.committee(committee, seats), opening=_record(record.record, row) if record else None,
            decisions=tuple(decisions), names={b["id"]: b["name"] for b in given["bidders"]},
            evaluated_on=date.fromisoformat(given["evaluation_date"]), place=row.notice.get("opening_place", ""),
            media=("采评系统公告页面",),
        )
    )  # fmt: skip


def bid_scores(session: Session, row: TenderRow) -> Workbook:
    """评分汇总及排序 with live formulas. Raises Missing before there is a ranking, or where it failed."""
    ranking, given, day = _ranking(session, row)
    if ranking.failed:
        raise Missing("本次采购已废标, 没有评分汇总")
    return bid_workbook(
        BidWorkbookFacts(
            row.facts(), ranking, row.facts().buyer, day, [m["name"] for m in given["members"]],
            {b["id"]: b["name"] for b in given["bidders"]},
        )
    )  # fmt: skip


def _ranking(session: Session, row: TenderRow) -> tuple[Ranking, Mapping[str, Any], date]:
    kept = scorings.ranking_row(session, row.ocid)
    if kept is None:
        raise Missing("评审尚未完成, 没有评标报告")
    return ranking_of(row.facts(), kept), kept.input, aware(kept.signed_at or kept.computed_at).date()


def _record(record: Mapping[str, Any], row: TenderRow) -> OpeningRecord:
    """The kept opening record as the report reads it."""
    assert row.opened_at is not None
    from datetime import datetime

    lines = tuple(
        OpeningLine(
            n, str(line["bid_id"]), line["supplier"], line["price"], line.get("rate") or "",
            datetime.fromisoformat(line["submitted_at"]), line["receipt_hash"],
        )
        for n, line in enumerate(record["lines"], 1)
    )  # fmt: skip
    return OpeningRecord(row.ocid, row.opened_at, record["host"], record["place"], lines, record.get("overseer", ""))


def evaluation_document(session: Session, file: ResultFile) -> Document:
    """绩效评价报告 or 立项评估报告 of one result, folded or not: this evaluation's own sheets stand behind it."""
    case, scheme = file.case, file.scheme
    names = _raters(file)
    sitting = [each.assignment for each in file.sheets]
    tender = tenders.tender(session, scheme.subject.ocid)
    leader = session.get(PersonRow, case.scheme.drafted_by)
    return evaluation_report(
        EvaluationFacts(
            number=f"{NUMBERED.get(scheme.kind, '评')}〔{file.row.computed_at.year}〕{file.row.id}号",
            organisation=case.body_name, day=aware(file.row.computed_at).date(), result=file.result, rubric=scheme.measure,
            score=file.score, sheets=tuple(each.sheet for each in file.sheets),
            evaluators=tuple(evaluator_of(row) for row in sitting if row.stage is not AssignmentStage.RECUSED),
            leader=leader.name if leader else "", names=names, consequence=file.consequence if scheme.uses else None,
            rectifications=tuple(Rectification(r.leaf, r.found, r.asked, r.due, r.done_on) for r in file.rectifications),
            year=_year(file), steps=_steps(file), goals=_goals(tender), background=_background(file, tender),
            problems=tuple(Problem(r.leaf, r.found, suggestion=r.asked) for r in file.rectifications),
        )
    )  # fmt: skip


LEFT_OUT = "公开版略去"


def for_the_public(file: ResultFile) -> ResultFile:
    """The same result without what evaluators typed: reasons and evidence may name service users.

    Every mark stays, so the score is still computed again from what is given; a reason that the engine needs (不适用,
    一票否决) says that it was left out.
    """
    sheets = [replace(each, sheet=replace(each.sheet, marks=_bare(each.sheet.marks))) for each in file.sheets]
    score = aggregate(file.scheme.measure, [each.sheet for each in sheets])
    return replace(file, sheets=sheets, score=score, rectifications=(), result=replace(file.result, statement=LEFT_OUT, objections=()))


def _bare(marks: Mapping[str, Mark]) -> dict[str, Mark]:
    return {
        part: replace(mark, reason=LEFT_OUT if mark.reason and (mark.not_applicable or mark.value is True) else "", evidence=())
        for part, mark in marks.items()
    }


def _goals(tender: TenderRow) -> tuple[Goal, ...]:
    """绩效目标: the services with their quantities, as the tender documents ask for them."""
    services = tender.facts().requirement.services
    return tuple(Goal(item.name, f"{item.content}; {item.quantity}" if item.quantity else item.content) for item in services)


def _background(file: ResultFile, tender: TenderRow) -> str:
    """How the project came about, from the facts on file."""
    subject = file.scheme.subject
    if tender.published_at is None:
        return ""
    method = tender.facts().method
    text = f"{subject.buyer.name}于{chinese_date(aware(tender.published_at).date())}发布招标公告"
    text += f", 以{method.zh}方式购买{subject.title}" if method else f", 购买{subject.title}"
    if subject.contract is None:
        return f"{text}。{subject.supplier.name}申请承接, 由第三方在签订合同之前评估。"
    return f"{text}, 由{subject.supplier.name}承接, 一年一签, 连同续签最多{subject.contract.years}年。"


def _steps(file: ResultFile) -> tuple[WorkStep, ...]:
    """评估工作过程 from the moments that the rooms kept."""
    row, scheme = file.row, file.case.scheme
    moments = [
        (scheme.drafted_at, "起草评估方案"), (scheme.approved_at, "评估方案经第二人批准, 指标体系冻结"),
        (scheme.published_at, "向被评估机构公布评估方案"), (scheme.begun_at, "评估人员签署无利害关系声明, 开始评估"),
        (row.computed_at, "全部评分表签名后汇总计算"), (row.heard_at, "听取被评估机构陈述"),
        (row.published_at, "公示评估结果"), (row.final_at, "确定评估结果"),
    ]  # fmt: skip
    return tuple(WorkStep(aware(moment).date(), what) for moment, what in moments if moment is not None)


def evaluation_scores(file: ResultFile) -> Workbook:
    """评分表与汇总 with live formulas of one evaluation."""
    facts = WorkbookFacts(
        f"{file.scheme.subject.name}{file.scheme.kind.zh}", file.case.body_name, aware(file.row.computed_at).date(), _raters(file),
        _year(file),
    )
    score: Score = file.score
    return score_workbook(file.scheme.measure, [each.sheet for each in file.sheets], score, facts)


def _year(file: ResultFile) -> tuple[YearStage, ...]:
    """The evaluations that the year's score was folded from, as the result keeps them."""
    return tuple(YearStage(kind.zh, share, percentage) for kind, share, percentage in file.year)


def _raters(file: ResultFile) -> dict[str, str]:
    return {each.sheet.rater: f"评估人员{each.number}" for each in file.sheets}



