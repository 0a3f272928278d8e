"""The evaluation wing as people meet it: from the rubric to the final result through forms, and what each may open."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import event, text

from app.accounts import Actor
from app.evaluation.results import services as results
from app.extensions import db
from app.store import reading, unit_of_work
from tests.builders.evaluation_story import APPROVED, BEGUN, COMPUTED, DRAFTED, RUBRIC, TOLD, Story, a_story, at

PUBLISHED, OBJECTED, OVER = date(2026, 2, 3), date(2026, 2, 5), date(2026, 2, 11)

SCHEME_FORM = {
    "kind": "final", "name": "第一年度期末绩效评估方案", "grading": "contract", "professional": "100", "professional_least": "3",
    "qualifications": "会计 1", "folding": "", "work_begins": "2026-01-19", "sheets_due": "2026-01-23", "statement": "5",
    "publicity": "5", "uses": ["payment", "renewal", "standing"],
}  # fmt: skip


@pytest.fixture
def visit(client, clock_at, sign_in_as) -> Callable[[Actor | None, date], object]:
    """``visit(actor, day)``: the browser, as somebody, on a day."""

    def go(actor: Actor | None, day: date) -> object:
        clock_at(at(day))
        if actor is not None:
            sign_in_as(client, actor)
        return client

    return go


def statements(client, address: str) -> int:
    """How many SQL statements one page takes."""
    seen: list[str] = []

    def note(_c, _cur, statement, *_rest) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")):
            seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        assert client.get(address).status_code == 200
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return len(seen)


def shown_version(page: str) -> str:
    """The version of the thing that a page shows."""
    found = re.search(r'name="version"[^>]*value="(\d+)"', page)
    assert found
    return found[1]


def the_only(table: str) -> int:
    reading().rollback()
    return reading().execute(text(f"SELECT id FROM {table}")).scalar_one()


# --- the whole line through the pages --------------------------------------------------------------------------------


def test_an_evaluation_goes_from_the_rubric_to_its_final_result_through_the_pages(app, visit) -> None:
    story = a_story().handed_over()
    body = visit(story.body, DRAFTED)
    kept = body.post("/rubrics/new", data={"text": RUBRIC, "name": ""})
    assert "指标体系已导入" in body.get(kept.location).text
    rubric = the_only("rubrics")
    drafted = body.post(f"/subjects/{story.subject_id}/schemes/new", data={**SCHEME_FORM, "rubric": str(rubric)})
    assert drafted.status_code == 303, drafted.text
    story.scheme_id = the_only("evaluation_schemes")

    buyer = visit(story.second_buyer, APPROVED)
    page = buyer.get(f"/evaluations/{story.scheme_id}").text
    assert "批准方案" in page
    assert buyer.post(f"/evaluations/{story.scheme_id}/approve", data={"version": "1"}).status_code == 303
    body = visit(story.body, TOLD)
    assert body.post(f"/evaluations/{story.scheme_id}/publish", data={"version": "2"}).status_code == 303
    for n, evaluator in enumerate(story.evaluators):
        data = {"person": str(evaluator.person_id), "party": "professional", "qualifications": "会计" if n == 0 else "社会工作师"}
        assert body.post(f"/evaluations/{story.scheme_id}/evaluators", data=data).status_code == 303
    reading().rollback()
    story.assignment_ids = list(reading().execute(text("SELECT id FROM evaluation_assignments ORDER BY id")).scalars())
    for n, evaluator in enumerate(story.evaluators):
        client = visit(evaluator, TOLD)
        assert client.post(f"/assignments/{story.assignment_ids[n]}/declaration", data={"answer": "none", "tie": ""}).status_code == 303
    assert visit(story.body, BEGUN).post(f"/evaluations/{story.scheme_id}/begin", data={"version": "3"}).status_code == 303
    for n in range(3):
        story.marked(n)
        assert visit(story.evaluators[n], BEGUN).post(f"/assignments/{story.assignment_ids[n]}/sheet/sign").status_code == 303

    body = visit(story.body, COMPUTED)
    assert "计算结果" in body.get(f"/evaluations/{story.scheme_id}/evaluators").text
    computed = body.post(f"/evaluations/{story.scheme_id}/compute")
    assert "86.00" in body.get(computed.location).text
    result = the_only("evaluation_results")
    agency = visit(story.agency, COMPUTED)
    assert agency.post(f"/results/{result}/statement", data={"statement": ""}).status_code == 422
    assert agency.post(f"/results/{result}/statement", data={"statement": "无异议"}).status_code == 303
    assert visit(story.body, PUBLISHED).post(f"/results/{result}/publish", data={"version": "2"}).status_code == 303
    buyer = visit(story.buyer, OVER)
    assert "确定结果" in buyer.get(f"/results/{result}").text
    assert buyer.post(f"/results/{result}/finalise", data={"version": "3"}).status_code == 303
    page = buyer.get(f"/results/{result}").text
    assert "结果已确定" in page
    assert "应用结果" in page
    assert "¥307,955.56" in page


# --- rubrics ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("upload", "said"),
    [
        (b" \n", "文件是空的"),
        (b"criteria: [", "YAML"),
        (b"\x00\x01\x02", "不是文本文件"),
        (b"name: x\ncriteria:\n  - {id: A, id: B}\n", "重复"),
        ("name: 空的\ntotal: 100\ncriteria: []\n".encode(), "criteria"),
        (b"x" * (1024 * 1024 + 1), "1 MiB"),
    ],
)
def test_a_file_that_is_no_rubric_is_refused_in_chinese_and_nothing_is_kept(app, visit, upload: bytes, said: str) -> None:
    client = visit(a_story().body, DRAFTED)

    answer = client.post("/rubrics/new", data={"file": (io.BytesIO(upload), "rubric.yaml")}, content_type="multipart/form-data")

    assert answer.status_code == 422
    assert said in answer.text
    assert reading().execute(text("SELECT count(*) FROM rubrics")).scalar_one() == 0


def test_a_file_in_the_old_office_encoding_is_read(app, visit) -> None:
    client = visit(a_story().body, DRAFTED)

    upload = (io.BytesIO(RUBRIC.encode("gb18030")), "rubric.yaml")
    answer = client.post("/rubrics/new", data={"file": upload}, content_type="multipart/form-data")

    assert "年度绩效评估指标体系" in client.get(answer.location).text


def test_everything_wrong_in_a_rubric_is_said_at_once_and_the_text_stays_in_the_page(app, visit) -> None:
    client = visit(a_story().body, DRAFTED)
    broken = RUBRIC.replace("weight: 25", "weight: 很多").replace("kind: all_of", "kind: 猜一猜")

    answer = client.post("/rubrics/new", data={"text": broken})

    assert answer.status_code == 422
    assert "很多" in answer.text
    assert "猜一猜" in answer.text
    assert "抽样" in answer.text or "个案服务质量" in answer.text
    assert "有 2 处需要修改" in answer.text


def test_a_rubric_of_105_points_is_kept_with_its_faults_in_view(app, visit) -> None:
    client = visit(a_story().body, DRAFTED)

    answer = client.post("/rubrics/new", data={"text": RUBRIC.replace("weight: 30", "weight: 35")})
    page = client.get(answer.location).text

    assert "改正后才能用于评分" in page
    assert "105" in page


def test_the_library_is_read_and_taken_from(app, visit) -> None:
    client = visit(a_story().body, DRAFTED)
    assert "承接机构立项评估指标体系" in client.get("/rubrics").text
    assert "专业资质" in client.get("/rubrics/library/appraisal-agency").text

    answer = client.post("/rubrics/library/appraisal-agency/keep")

    assert "来自指标库" in client.get(answer.location).text
    assert client.get("/rubrics/library/nothing-here").status_code == 404
    assert client.post("/rubrics/library/appraisal-agency/keep").status_code == 422


# --- schemes ---------------------------------------------------------------------------------------------------------


def test_a_form_with_wrong_numbers_says_all_of_them_and_keeps_what_was_typed(app, visit) -> None:
    story = a_story().handed_over().with_rubric()
    client = visit(story.body, DRAFTED)
    typed = {**SCHEME_FORM, "rubric": str(story.rubric_id), "professional": "很多", "final": "x", "qualifications": "会计", "name": "我的方案"}

    answer = client.post(f"/subjects/{story.subject_id}/schemes/new", data=typed)

    assert answer.status_code == 422
    assert answer.text.count("权重须为数字") == 4  # at the top and at its field, twice
    for kept in ('value="很多"', 'value="我的方案"', 'value="2026-01-19"', 'value="会计"'):
        assert kept in answer.text


def test_weights_that_do_not_add_up_are_shown_before_anybody_approves_and_the_draft_is_put_right(app, visit) -> None:
    story = a_story().handed_over().with_rubric()
    client = visit(story.body, DRAFTED)
    form = {**SCHEME_FORM, "rubric": str(story.rubric_id)}
    client.post(f"/subjects/{story.subject_id}/schemes/new", data={**form, "professional": "105"})
    story.scheme_id = the_only("evaluation_schemes")

    page = visit(story.second_buyer, APPROVED).get(f"/evaluations/{story.scheme_id}").text
    assert "105.00%" in page
    assert "改正之前不能批准" in page
    assert visit(story.second_buyer, APPROVED).post(f"/evaluations/{story.scheme_id}/approve", data={"version": "1"}).status_code == 422

    client = visit(story.body, APPROVED)
    before = client.get(f"/evaluations/{story.scheme_id}/redraft").text
    for kept in ('value="105"', 'value="会计 1"', 'value="第一年度期末绩效评估方案"', 'value="2026-01-23"'):
        assert kept in before
    put_right = client.post(f"/evaluations/{story.scheme_id}/redraft", data={**form, "version": "1"})
    assert put_right.status_code == 303
    stale = client.post(f"/evaluations/{story.scheme_id}/redraft", data={**form, "version": "1"})
    assert stale.status_code == 422
    buyer = visit(story.second_buyer, APPROVED)
    shown = shown_version(buyer.get(f"/evaluations/{story.scheme_id}").text)
    assert buyer.post(f"/evaluations/{story.scheme_id}/approve", data={"version": shown}).status_code == 303


def test_before_it_is_made_known_the_evaluated_do_not_find_the_scheme(app, visit) -> None:
    story = a_story().handed_over().with_rubric().drafted().approved()
    client = visit(story.agency, TOLD)

    assert client.get(f"/evaluations/{story.scheme_id}").status_code == 404
    assert story.told().scheme_id
    assert "个案服务质量" in client.get(f"/evaluations/{story.scheme_id}").text


# --- results ---------------------------------------------------------------------------------------------------------


def test_everybody_reads_a_published_result_and_nobody_an_unpublished_one(app, visit) -> None:
    story = a_story().all_signed().computed()
    anybody = visit(None, PUBLISHED)
    assert anybody.get(f"/results/{story.result_id}").status_code == 404
    assert "87.00" not in anybody.get("/results").text

    story.step(results.lapse, story.body, PUBLISHED).step(results.publish, story.body, PUBLISHED)

    page = anybody.get(f"/results/{story.result_id}")
    assert page.status_code == 200
    assert "良好" in page.text
    assert "<svg" in page.text
    assert "登录后提出异议" in page.text
    assert "87.00" in anybody.get("/results").text
    for name in (evaluator.name for evaluator in story.evaluators):
        assert name not in page.text


def test_an_objection_is_made_answered_and_seen_by_those_concerned_only(app, visit) -> None:
    story = a_story().all_signed().computed()
    story.step(results.lapse, story.body, PUBLISHED).step(results.publish, story.body, PUBLISHED)
    agency = visit(story.agency, OBJECTED)
    empty = agency.post(f"/results/{story.result_id}/objection", data={"name": "", "contact": "", "text": "只写了这一句"})
    assert empty.status_code == 422
    assert "只写了这一句" in empty.text
    typed = {"name": "晨光中心", "contact": "0755-2345", "text": "C1 抽样有误"}
    assert agency.post(f"/results/{story.result_id}/objection", data=typed).status_code == 303

    body = visit(story.body, OBJECTED)
    assert "C1 抽样有误" in body.get(f"/results/{story.result_id}").text
    objection = the_only("evaluation_objections")
    answered = body.post(f"/results/{story.result_id}/objections/{objection}/answer", data={"answer": "抽样与公布的种子一致。"})
    assert answered.status_code == 303
    stranger = visit(a_story().agency, OBJECTED)
    assert "C1 抽样有误" not in stranger.get(f"/results/{story.result_id}").text


def test_who_may_not_act_sees_no_button_and_is_refused(app, visit) -> None:
    story = a_story().all_signed().computed()
    story.step(results.lapse, story.body, PUBLISHED).step(results.publish, story.body, PUBLISHED)
    stranger = visit(a_story().body, OVER)

    assert "现在可以办理" not in stranger.get(f"/results/{story.result_id}").text
    assert stranger.post(f"/results/{story.result_id}/finalise", data={"version": "3"}).status_code == 404
    assert visit(story.agency, OVER).post(f"/results/{story.result_id}/finalise", data={"version": "3"}).status_code == 403


def test_a_rectification_is_ordered_and_reported_through_its_pages(app, visit) -> None:
    story = a_story().all_signed().computed()
    body = visit(story.body, COMPUTED)
    wrong = body.post(f"/results/{story.result_id}/rectifications/new", data={"found": "缺结案评估", "asked": "补齐", "due": "2026-01-26"})
    assert wrong.status_code == 422
    right = {"found": "缺结案评估", "asked": "补齐", "due": "2026-02-27"}
    assert body.post(f"/results/{story.result_id}/rectifications/new", data=right).status_code == 303
    item = the_only("evaluation_rectifications")

    agency = visit(story.agency, OBJECTED)
    assert "缺结案评估" in agency.get("/workbench").text
    assert agency.post(f"/results/{story.result_id}/rectifications/{item}", data={"proof": "已补齐"}).status_code == 303
    assert "缺结案评估" not in agency.get("/workbench").text


# --- the workbench ---------------------------------------------------------------------------------------------------


def test_the_workbench_leads_everybody_through_the_evaluation(app, visit) -> None:
    story = a_story().handed_over().with_rubric()
    bench = lambda actor, day: visit(actor, day).get("/workbench").text  # noqa: E731

    assert "起草评估方案" in bench(story.body, DRAFTED)
    story.drafted()
    assert "批准评估方案" in bench(story.second_buyer, DRAFTED)
    story.approved()
    assert "批准评估方案" not in bench(story.second_buyer, APPROVED)
    assert "告知被评估机构" in bench(story.body, APPROVED)
    story.told().assigned()
    assert "签署无利害关系声明" in bench(story.evaluators[0], TOLD)
    assert "开始评估" in bench(story.body, TOLD)
    story.declared().begun()
    assert "打开评分表" in bench(story.evaluators[0], BEGUN)
    for n in range(3):
        story.marked(n).signed(n)
    assert "打开评分表" not in bench(story.evaluators[0], COMPUTED)
    assert "计算结果" in bench(story.body, COMPUTED)
    story.computed()
    assert "机构陈述" in bench(story.agency, COMPUTED)
    assert "被评估机构未在期内陈述" not in bench(story.body, date(2026, 2, 2))
    assert "被评估机构未在期内陈述" in bench(story.body, PUBLISHED)
    story.step(results.lapse, story.body, PUBLISHED)
    assert "公示结果" in bench(story.body, PUBLISHED)
    story.step(results.publish, story.body, PUBLISHED)
    assert "确定结果" not in bench(story.buyer, date(2026, 2, 10))
    assert "确定结果" in bench(story.buyer, OVER)
    story.step(results.finalise, story.buyer, OVER)
    assert "应用结果" in bench(story.buyer, OVER)


# --- statements ------------------------------------------------------------------------------------------------------


def test_every_page_takes_the_same_number_of_statements_whatever_the_number_of_rows(app, visit) -> None:
    story = a_story().all_signed().computed()
    story.step(results.lapse, story.body, PUBLISHED).step(results.publish, story.body, PUBLISHED)
    client = visit(story.body, OBJECTED)
    pages = [
        "/rubrics", f"/rubrics/{story.rubric_id}", "/evaluations", f"/evaluations/{story.scheme_id}",
        f"/evaluations/{story.scheme_id}/evaluators", f"/evaluations/{story.scheme_id}/sheets", "/results",
        f"/results/{story.result_id}", "/workbench",
    ]  # fmt: skip
    before = {page: statements(client, page) for page in pages}

    for n in range(4):
        text_of = RUBRIC.replace("name: 年度绩效评估指标体系", f"name: 第{n}份")
        another = Story(story.buyer, story.second_buyer, story.agency, story.body, story.evaluators)
        another.subject_id = story.subject_id
        another.with_rubric(text_of)
        with unit_of_work() as work:
            order = results.Order(story.body, story.result_id, "", f"问题{n}", "整改", date(2026, 3, 2))
            results.order_rectification(work, order, at(OBJECTED))
    after = {page: statements(client, page) for page in pages}

    assert after == before
    # The workbench asks one question per kind of task and of outlook that a body has; no other page comes near it.
    assert before.pop("/workbench") <= 14
    assert max(before.values()) <= 8
