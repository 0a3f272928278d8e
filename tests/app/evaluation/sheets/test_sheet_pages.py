"""The scoring desk: every form of rule has its control, everything typed survives, and nobody reads another's sheet."""

from __future__ import annotations

import pytest
from sqlalchemy import event

from app.evaluation.sheets import queries
from app.extensions import db
from app.store import reading
from tests.builders.evaluation_story import BEGUN, SHEET, Story, a_story, at

EVERY_CONTROL = """
id: controls
name: 各种评分控件
purpose: 绩效
total: 100
places: 2
criteria:
  - id: A
    name: 全部
    weight: 100
    criteria:
      - {id: A1, name: 分档, weight: 10, parts: [{id: A1, rule: {kind: judgement_levels, levels: {好: 10, 一般: 5, 差: 0}}}]}
      - {id: A2, name: 清单, weight: 10, parts: [{id: A2, objective: true, rule: {kind: checklist, items: [甲, 乙], by_count: [0, 5, 10]}}]}
      - {id: A3, name: 是否, weight: 10, parts: [{id: A3, objective: true, rule: {kind: yes_no, points: 10}}]}
      - {id: A4, name: 多选, weight: 10, parts: [{id: A4, objective: true, rule: {kind: flags, items: {有制度: 4, 有台账: 6}}}]}
      - {id: A5, name: 计数, weight: 10, parts: [{id: A5, objective: true, rule: {kind: per_unit, unit: 场, points: 2, cap: 10}}]}
      - {id: A6, name: 分级计数, weight: 10, parts: [{id: A6, objective: true, rule: {kind: graded_units, grades: {高级: 4, 中级: 2}, cap: 10}}]}
      - {id: A7, name: 比率, weight: 10, parts: [{id: A7, objective: true, rule: {kind: ratio, numerator: 完成数, denominator: 计划数, points: 10}}]}
      - {id: A8, name: 区间, weight: 10, parts: [{id: A8, objective: true, rule: {kind: ranges, input: 满意度, ranges: [{min: 90, points: 10}, {min: 80, max: 90, points: 6}]}}]}
      - {id: A9, name: 档内评分, weight: 10, parts: [{id: A9, rule: {kind: bands, bands: [{name: 优, range: [8, 10]}, {name: 差, range: [0, 7.9]}]}}]}
      - {id: A10, name: 外部等级, weight: 10, gates: [证书有效], parts: [{id: A10, objective: true, rule: {kind: ranked_external_grades, best_n: 2, ranks: {1: 5, 2: 3, other: 1}, cap: 10}}]}
"""  # noqa: E501 - rules are read across

TYPED = {
    # leaf: what the page sends, and what the desk then shows as its points
    "A1": ({"mark.A1": "一般"}, "5"),
    "A2": ({"mark.A2": "1"}, "5"),
    "A3": ({"mark.A3": "true"}, "10"),
    "A4": ({"mark.A4": ["有制度", "有台账"]}, "10"),
    "A5": ({"mark.A5": "3"}, "6"),
    "A6": ({"mark.A6.高级": "1", "mark.A6.中级": "2"}, "8"),
    "A7": ({"mark.A7.完成数": "45", "mark.A7.计划数": "50"}, "9"),
    "A8": ({"mark.A8": "80"}, "6"),
    "A9": ({"mark.A9.level": "优", "mark.A9.points": "8.5"}, "8.5"),
    "A10": ({"mark.A10": "1、2", "mark.证书有效": "true"}, "8"),
}


@pytest.fixture
def desk(app, clock_at, sign_in_as, client) -> Story:
    story = a_story().ready_to_score()
    clock_at(at(BEGUN, 14))
    sign_in_as(client, story.evaluators[0])
    return story


@pytest.fixture
def every_control(app, clock_at, sign_in_as, client) -> Story:
    story = a_story().handed_over().with_rubric(EVERY_CONTROL)
    story.drafted(uses=frozenset()).approved().told().assigned().declared().begun()
    clock_at(at(BEGUN, 14))
    sign_in_as(client, story.evaluators[0])
    return story


def sheet(story: Story, who: int = 0) -> str:
    return f"/assignments/{story.assignment_ids[who]}/sheet"


@pytest.mark.parametrize("leaf", TYPED)
def test_every_form_of_rule_is_entered_through_its_own_control_and_shown_again(client, every_control, leaf) -> None:
    typed, points = TYPED[leaf]

    answer = client.post(f"{sheet(every_control)}/{leaf}", data={**typed, "reason": "见档案 C-01"})
    page = client.get(f"{sheet(every_control)}?leaf={leaf}").text

    assert answer.status_code == 303
    assert f'total-now" data-shown="verdict">{points} / ' in page
    for name, value in typed.items():
        assert f'name="{name}"' in page
        for one in value if isinstance(value, list) else [value]:
            assert f'value="{one}"' in page
    assert page.count(" checked") == sum(
        len(v) if isinstance(v, list) else 1 for k, v in typed.items() if isinstance(v, list) or f'name="{k}" value="{v}" checked' in page
    )


def test_a_refused_leaf_keeps_everything_that_was_typed_and_says_everything_at_its_place(client, desk) -> None:
    typed = {"mark.G2a": "十二", "mark.G2b": "5.5", "reason": "", "evidence": "财务制度汇编\n档案管理办法", "unproven.mark.G2b": ""}

    answer = client.post(f"{sheet(desk)}/G2", data=typed)

    assert answer.status_code == 422
    for kept in ('value="十二"', 'value="5.5"', "财务制度汇编\n档案管理办法", "有 3 处需要修改"):
        assert kept in answer.text
    assert queries.marks_of(reading(), queries.sheet_of(reading(), desk.assignment_ids[0]).id) == {}


def test_a_level_chosen_without_points_keeps_the_level(client, desk) -> None:
    answer = client.post(f"{sheet(desk)}/C1", data={"mark.C1.level": "良", "mark.C1.points": "", "reason": "抽查十二份, 理由很长很长"})

    assert answer.status_code == 422
    assert 'value="良" checked' in answer.text
    assert "抽查十二份, 理由很长很长" in answer.text


def test_not_applicable_and_without_proof_are_two_answers(client, desk) -> None:
    client.post(f"{sheet(desk)}/G1", data={"na.mark.G1": "1", "reason": "本年度没有预算安排"})
    client.post(f"{sheet(desk)}/C1", data={"unproven.mark.C1": "1", "reason": "没有提供个案档案"})

    marks = queries.marks_of(reading(), queries.sheet_of(reading(), desk.assignment_ids[0]).id)
    assert (marks["G1"].not_applicable, marks["G1"].proven) == (True, True)
    assert (marks["C1"].not_applicable, marks["C1"].proven) == (False, False)
    assert 'data-shown="verdict">不适用' in client.get(f"{sheet(desk)}?leaf=G1").text
    assert 'data-shown="verdict">0 / ' in client.get(f"{sheet(desk)}?leaf=C1").text


def test_saving_leads_to_the_next_leaf_that_is_still_open(client, desk) -> None:
    answer = client.post(f"{sheet(desk)}/D1", data={"mark.D1": "合理", "reason": "见绩效目标表"})

    assert answer.location.endswith("leaf=G1")
    assert "已评 10 分中" in client.get(answer.location).text


def test_the_same_form_sent_twice_is_saved_once(client, desk) -> None:
    data = {"mark.D1": "合理", "reason": "见绩效目标表", "once": "a-key-of-at-least-16-characters"}

    first, second = (client.post(f"{sheet(desk)}/D1", data=data) for _ in range(2))

    assert first.location == second.location
    lines = reading().execute(db.text("SELECT count(*) FROM log_lines WHERE act = 'sheet.mark'")).scalar_one()
    assert lines == 1


def test_nobody_opens_anothers_sheet_not_even_who_leads_the_evaluation(client, desk, sign_in_as) -> None:
    assert client.get(sheet(desk, 1)).status_code == 403

    for actor in (desk.body, desk.agency):
        sign_in_as(client, actor)
        assert client.get(sheet(desk)).status_code == 403
    sign_in_as(client, desk.buyer)
    assert client.get(sheet(desk)).status_code == 403


def test_the_sheet_stays_shut_until_the_declaration(client, app, clock_at, sign_in_as) -> None:
    story = a_story().handed_over().with_rubric().drafted().approved().told().assigned()
    clock_at(at(BEGUN, 9))
    sign_in_as(client, story.evaluators[0])

    answer = client.get(sheet(story))
    assert (answer.status_code, answer.location) == (303, f"/assignments/{story.assignment_ids[0]}/declaration")

    refused = client.post(answer.location, data={"answer": ""})
    assert refused.status_code == 422
    tied = {"answer": "none", "tie": "training", "ended": "2025-06-01", "note": "年度培训"}
    excluded = client.post(answer.location, data=tied)
    assert excluded.status_code == 422
    assert "政府采购法实施条例 第九条" in excluded.text
    assert "年度培训" in excluded.text

    assert client.post(answer.location, data={"answer": "none", "tie": ""}).location == sheet(story)


def test_a_sheet_is_signed_on_its_own_page_which_lists_every_gap(client, desk) -> None:
    page = client.get(f"{sheet(desk)}/sign")
    assert "还有 <b class=\"num\">5</b> 项没有评分" in page.text
    refused = client.post(f"{sheet(desk)}/sign")
    assert refused.status_code == 422
    assert "服务对象改善" in refused.text

    desk.marked(0)
    assert client.post(f"{sheet(desk)}/sign").status_code == 303
    shut = client.get(sheet(desk)).text
    assert "评分表不能再更改" in shut
    assert 'name="reason" rows="4" disabled' in shut
    assert client.post(f"{sheet(desk)}/D1", data={"mark.D1": "合理", "reason": "改"}).status_code == 409


def test_the_others_sheets_are_shown_side_by_side_only_after_the_last_signature(client, desk, sign_in_as) -> None:
    sign_in_as(client, desk.body)
    desk.marked(0).signed(0).marked(1).signed(1)
    early = client.get(f"/evaluations/{desk.scheme_id}/sheets")
    assert early.status_code == 403
    assert desk.evaluators[2].name in early.text

    desk.marked(2).signed(2)
    late = client.get(f"/evaluations/{desk.scheme_id}/sheets")
    assert late.status_code == 200
    assert "抽查十二份档案" in late.text


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


def test_the_desk_takes_the_same_statements_empty_and_full(client, desk) -> None:
    empty = statements(client, sheet(desk))

    desk.marked(0)

    assert statements(client, sheet(desk)) == empty <= 6


def test_who_recused_reads_no_more(client, desk) -> None:
    conflict = {"answer": "conflict", "tie": "kin", "note": "亲属任职"}
    assert client.post(f"/assignments/{desk.assignment_ids[0]}/declaration", data=conflict).status_code == 303

    assert client.get(sheet(desk)).status_code == 403
    assert "已回避" in client.get("/assignments").text


def test_a_leaf_that_is_not_ones_own_is_not_there(client, desk) -> None:
    assert client.post(f"{sheet(desk)}/Z9", data={"reason": "x"}).status_code == 404
    assert client.get(f"{sheet(desk)}?leaf=Z9").status_code == 200
    assert SHEET.keys() == {"D1", "G1", "G2", "C1", "X1"}
