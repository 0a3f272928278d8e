"""Downloads 下载: reports and workbooks of bids and evaluations, made when asked for, from what is on file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, current_app, make_response

from app.evaluation.results.queries import ALL_SEEING, ResultFile, result_for
from app.jobs import administration, announcing, law_answers, rendering
from app.jobs.made import Made
from app.procurement.committees.queries import member_of
from app.procurement.qualifications.page import must_follow
from app.procurement.scorings.queries import all_signed
from app.procurement.tenders.queries import tender_for
from app.store import reading
from app.web.clock import clock
from app.web.identity import signed_in, the_actor
from kernel.refusal import NotPermitted
from kernel.role import Role
from reports.workbook import make_workbook

if TYPE_CHECKING:
    from app.procurement.tenders.models import TenderRow
    from reports.document import Document

room = Blueprint("jobs", __name__)

administration.open_on(room)
law_answers.open_on(room)
announcing.begin()

PDF = "application/pdf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@room.get("/tenders/<ocid>/ranking/report.pdf")
def bid_report(ocid: str) -> Response:
    row = _tender(ocid)
    return _file(_pdf(rendering.bid_report(reading(), row)), PDF, f"{ocid}-评标报告.pdf")


@room.get("/tenders/<ocid>/ranking/scores.xlsx")
def bid_scores(ocid: str) -> Response:
    row = _tender(ocid)
    return _file(make_workbook(rendering.bid_scores(reading(), row)), XLSX, f"{ocid}-评分汇总.xlsx")


@room.get("/results/<int:result_id>/report.pdf")
def evaluation_report(result_id: int) -> Response:
    file = _result(result_id)
    return _file(_pdf(rendering.evaluation_document(reading(), file)), PDF, f"评估结果{result_id}-{file.scheme.kind.zh}报告.pdf")


@room.get("/results/<int:result_id>/scores.xlsx")
def evaluation_scores(result_id: int) -> Response:
    file = _result(result_id)
    return _file(make_workbook(rendering.evaluation_scores(file)), XLSX, f"评估结果{result_id}-评分表.xlsx")


def _result(result_id: int) -> ResultFile:
    """A result as the reader may have it: whole for those it concerns and who supervise, without free texts for others."""
    actor = the_actor()
    file = result_for(reading(), result_id, actor, clock().date())
    subject, body = file.case.subject, file.case.scheme.body_id
    whole = actor is not None and (
        actor.role in ALL_SEEING or actor.organisation_id in (subject.buyer_id, subject.supplier_id, body)
    )
    return file if whole else rendering.for_the_public(file)


def _tender(ocid: str) -> TenderRow:
    """A tender whose scoring the reader may follow: its buyer, who supervises, and, once all have signed, its committee."""
    actor = signed_in()
    row, _ = tender_for(reading(), ocid, actor)
    must_follow(row, actor)
    if actor.role is Role.EXPERT and (
        member_of(reading(), ocid, actor.person_id) is None or not all_signed(reading(), ocid)
    ):
        raise NotPermitted("您不是本项目评标委员会的成员, 或者评分尚未全部签字")
    return row


def _pdf(document: Document) -> bytes:
    return Made(current_app.extensions["settings"].var / "made").pdf(document)


def _file(content: bytes, kind: str, name: str) -> Response:
    from urllib.parse import quote

    answer = make_response(content)
    answer.headers["Content-Type"] = kind
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
