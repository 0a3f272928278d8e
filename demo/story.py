"""The story told: one tender from publication to the standing record, each act through its service, in a fresh database."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from demo import calendar
from demo.calendar import at

if TYPE_CHECKING:
    from demo.city import City
    from demo.procurement_story import Told

CHAPTERS = (
    "建立示范市", "公告与投标", "开标与资格审查", "评审", "中标", "拟定合同与立项评估", "签订合同",
    "中期绩效评估", "期末绩效评估", "续签与履约记录", "报告",
)  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One step as it is printed."""

    chapter: str
    at: datetime
    zh: str
    detail: str = ""
    cites: str = ""


@dataclass(frozen=True)
class Ending:
    """What there is at the end: results, files with their SHA-256, accounts, and where the site's clock starts."""

    folder: Path
    now: datetime
    table: tuple[tuple[str, str], ...]
    files: tuple[tuple[Path, str], ...]
    accounts: tuple[tuple[str, str, str, str], ...]
    password: str


def tell(folder: Path) -> Iterator[Line]:
    """Tell the whole story into ``folder``: a fresh database and the papers. Whatever was there before is removed.

    Yields each step as it happens; the iterator's return value is the Ending.
    """
    from app import create_app
    from app.settings import Settings

    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    environment = {"CAIPING_VAR": str(folder)}
    app = create_app(replace(Settings.from_env(environment), sqlite_synchronous="OFF"))
    with app.app_context():
        return (yield from _tell(folder))


def _tell(folder: Path) -> Iterator[Line]:
    import flask_migrate

    from demo.city import found_city

    flask_migrate.upgrade()
    city = found_city(calendar.FOUNDED)
    yield Line(CHAPTERS[0], calendar.FOUNDED, "登记单位和人员", f"{len(city.organisations)} 家单位, {len(city.actors)} 人")
    yield from _procurement(city)
    yield from _contract_and_evaluations(city)
    files = []
    for path, digest in _papers(folder):
        files.append((path, digest))
        yield Line(CHAPTERS[10], calendar.END, "生成文件", path.name)
    return Ending(folder, calendar.END, tuple(_table()), tuple(files), tuple(city.accounts()), city.password)


def _procurement(city: City) -> Iterator[Line]:
    from demo.contract_story import award
    from demo.procurement_story import procure

    for told in procure(city):
        chapter = CHAPTERS[1] if told.at < calendar.CLOSE else CHAPTERS[2] if told.at <= calendar.QUALIFIED else CHAPTERS[3]
        yield _line(chapter, told)
    for told in award(city):
        yield _line(CHAPTERS[4], told)


def _line(chapter: str, told: Told) -> Line:
    return Line(chapter, told.at, told.zh, told.detail, told.cites)


def _contract_and_evaluations(city: City) -> Iterator[Line]:
    from app.evaluation.results.services import TakeStep
    from app.handoffs.to_evaluation import EntrustApplicant, EntrustYear, entrust_applicant, entrust_year
    from app.handoffs.to_procurement import apply_result
    from app.procurement.suppliers.queries import own_file
    from app.store import unit_of_work
    from demo import contract_story as contracts
    from demo.evaluation_story import Days, evaluate, keep_rubrics, result_of
    from demo.procurement_story import OCID, Told
    from evaluation.kind import Kind

    buyer, winner, body = city.of("buyer"), city.supplier("D"), city.organisations["body"]
    rubrics = keep_rubrics(city, calendar.RUBRICS)
    for told in contracts.draw_up(city):
        yield _line(CHAPTERS[5], told)
    with unit_of_work() as work:
        file = own_file(work.session, city.organisations["D"])
        assert file is not None
        agency = entrust_applicant(work, EntrustApplicant(buyer, OCID, file.id, body), calendar.ENTRUSTED)
    appraisal = Days(
        at("2025-03-11", "10:00"), at("2025-03-12"), at("2025-03-12", "15:00"), at("2025-03-12", "17:00"),
        at("2025-03-13"), at("2025-03-13", "10:00"), at("2025-03-21", "09:00"),
    )  # fmt: skip
    for told in evaluate(city, agency, rubrics["appraisal-agency"], Kind.APPRAISAL, appraisal, winner=winner, statement="无异议"):
        yield _line(CHAPTERS[5], told)
    with unit_of_work() as work:
        apply_result(work, TakeStep(buyer, result_of(Kind.APPRAISAL, agency)), appraisal.final)
    for told in contracts.sign(city):
        yield _line(CHAPTERS[6], told)
    for told in contracts.pay_part(city, 1, 1):
        yield _line(CHAPTERS[6], told)
    with unit_of_work() as work:
        year = entrust_year(work, EntrustYear(buyer, contracts.contract_id(work.session), 1, body), calendar.YEAR_ENTRUSTED)
    midterm = Days(
        at("2025-09-01"), at("2025-09-08"), at("2025-09-10", "16:00"), at("2025-09-12"), at("2025-09-15"),
        at("2025-09-16"), at("2025-09-25"),
    )  # fmt: skip
    mending = ("2.1.3 资金使用合规性", "抽查凭证 60 笔, 1 笔缺少经办人签字", "补齐签字手续并完善报销审核流程")
    stages = ((Kind.MIDTERM, Fraction(2, 5)), (Kind.FINAL, Fraction(3, 5)))
    for told in evaluate(
        city, year, rubrics["performance-project"], Kind.MIDTERM, midterm, winner=winner, statement="无异议, 已着手整改。",
        stages=stages, mending=mending,
    ):  # fmt: skip
        yield _line(CHAPTERS[7], told)
    with unit_of_work() as work:
        apply_result(work, TakeStep(buyer, result_of(Kind.MIDTERM, year)), midterm.final)
    for told in contracts.pay_part(city, 1, 2):
        yield _line(CHAPTERS[7], told)
    final = Days(
        at("2025-12-22"), at("2025-12-29"), at("2026-01-05", "16:00"), at("2026-01-06"), at("2026-01-07"),
        at("2026-01-08"), at("2026-01-16"),
    )  # fmt: skip
    lasting = ("4.1.3 可持续影响", "与两个街道的转介协议将于2026年6月到期, 尚无续签安排", "在协议到期前完成续签, 并把转介流程写入制度")
    for told in evaluate(
        city, year, rubrics["performance-project"], Kind.FINAL, final, winner=winner, statement="无异议, 按要求整改。",
        stages=stages, mending=lasting,
    ):  # fmt: skip
        yield _line(CHAPTERS[8], told)
    with unit_of_work() as work:
        apply_result(work, TakeStep(buyer, result_of(Kind.FINAL, year)), calendar.APPLIED)
    yield _line(CHAPTERS[9], Told(calendar.APPLIED, "应用评估结果", "结算、续签条件和履约记录在同一事务内办理", "财政部令第102号 第二十一条"))
    for told in contracts.renew(city):
        yield _line(CHAPTERS[9], told)
    for told in contracts.pay_part(city, 1, 3):
        yield _line(CHAPTERS[9], told)


def _papers(folder: Path) -> Iterator[tuple[Path, str]]:
    """Every paper of the story, written as it is made; (path, SHA-256)."""
    import json

    from app.evaluation.results.queries import result_for, results_for
    from app.jobs import rendering
    from app.procurement.scorings.models import RankingRow
    from app.procurement.scorings.working import case_file
    from app.procurement.tenders.models import TenderRow
    from app.store import reading
    from demo.procurement_story import OCID
    from reports.pdf import make_pdf
    from reports.workbook import make_workbook

    session = reading()
    row, ranking = session.get(TenderRow, OCID), session.get(RankingRow, OCID)
    assert row is not None
    assert ranking is not None
    yield _write(folder / "评标报告.pdf", make_pdf(rendering.bid_report(session, row)))
    yield _write(folder / "评分汇总及排序.xlsx", make_workbook(rendering.bid_scores(session, row)))
    yield _write(folder / "评审数据.json", json.dumps(case_file(row, ranking), ensure_ascii=False, indent=1).encode())
    for line in reversed(results_for(session, None)):
        file = result_for(session, line.id, None, calendar.END.date())
        yield _write(folder / f"{line.kind.zh}报告.pdf", make_pdf(rendering.evaluation_document(session, file)))
        yield _write(folder / f"{line.kind.zh}评分表.xlsx", make_workbook(rendering.evaluation_scores(file)))


def _write(path: Path, content: bytes) -> tuple[Path, str]:
    path.write_bytes(content)
    return path, hashlib.sha256(content).hexdigest()


def _table() -> Iterator[tuple[str, str]]:
    """The results, read back from the database."""
    from app.evaluation.results.queries import results_for
    from app.procurement.scorings.models import RankingRow
    from app.procurement.suppliers.models import StandingRow
    from app.store import reading
    from app.transparency import chain
    from demo.contract_story import payments
    from demo.procurement_story import OCID
    from kernel.money import yuan_text

    session = reading()
    ranking = session.get(RankingRow, OCID)
    assert ranking is not None
    names = {bidder["id"]: bidder["name"] for bidder in ranking.input["bidders"]}
    for place in ranking.result["ranking"]:
        yield f"第{place['rank']}名 {place['total']} 分", f"{names[place['bidder']]}（{place['total_exact']}）"
    for line in reversed(results_for(session, None)):
        yield f"{line.kind.zh} {line.shown} 分", f"{line.grade}（{line.supplier_name}）"
    for payment in payments(session, 1):
        paid = f"已付 {yuan_text(payment.paid or 0)}"
        yield f"第{payment.number}笔款项", f"计划 {yuan_text(payment.planned)}, 扣减 {yuan_text(payment.deducted)}, {paid}"
    for standing in session.query(StandingRow).order_by(StandingRow.id):
        yield "履约记录", f"{standing.kind} 第{standing.contract_year}年度 {standing.shown} 分 {standing.grade}"
    verdict = chain.verify(session)
    yield "透明日志", f"{verdict.lines} 行, {'核验完好' if verdict.holds else '有问题: ' + verdict.reason}"
