"""What cannot be undone is asked once more: every step that people take in a lifecycle, and every other act of that weight.

With scripts, a question in its own place (data-confirm); without them, a tick beside the button, or a page of its own that
says what follows before its button is pressed.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from kernel.role import Role
from tests.architecture.tree import lifecycles

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"

ASKED = {
    # step (table, act)                       template, words of its button
    ("采购项目", "publish"): [("procurement/tenders/publish.html", "发布公告")],
    ("采购项目", "terminate"): [("procurement/tenders/terminate.html", "终止采购")],
    ("采购项目", "open"): [("procurement/openings/door.html", "开标, 公布报价")],
    ("采购项目", "fail"): [("procurement/openings/door.html", "废标并公告理由"), ("procurement/qualifications/parts.html", "作废标处理")],
    ("采购项目", "qualify"): [("procurement/qualifications/show.html", "签字, 完成资格审查")],
    ("采购项目", "form_committee"): [("procurement/committees/show.html", "组建评标委员会")],
    ("采购项目", "score"): [("procurement/scorings/sheet.html", "全部评完")],
    ("采购项目", "rank"): [("procurement/scorings/ranking.html", "签署评标报告")],
    ("采购项目", "award"): [("procurement/awards/show.html", "确定中标人"), ("procurement/awards/show.html", "公告, 并发出中标通知书")],
    ("采购项目", "next_candidate"): [("procurement/awards/show.html", "按排序转下一候选人")],
    ("采购项目", "sign_contract"): [("procurement/contracts/show.html", "登记签订")],
    ("采购合同", "sign"): [("procurement/contracts/show.html", "登记签订")],
    ("采购合同", "supplement"): [("procurement/contracts/show.html", "登记补充合同")],
    ("采购合同", "renew"): [("procurement/contracts/show.html", "保存决定")],
    ("采购合同", "complete"): [("procurement/contracts/show.html", "确认履行完毕")],
    ("采购合同", "terminate"): [("procurement/contracts/terminate.html", "终止合同")],
    ("scheme 评估方案", "abandon"): [("evaluation/schemes/abandon.html", "终止方案")],
    ("result 评估结果", "answer"): [("evaluation/results/answer.html", "书面答复")],
    ("assignment 评估任务", "recuse"): [("evaluation/assignments/recuse.html", "回避")],
    # no step of a table, and just as final
    ("", "pay"): [("procurement/contracts/show.html", "登记 {{")],
    ("", "settle"): [("procurement/contracts/show.html", ">确认<")],
    ("", "compute"): [("evaluation/assignments/show.html", "计算结果")],
    ("", "draw"): [("procurement/committees/show.html", "抽取")],
    ("", "declare"): [("procurement/committees/declare.html", "提交声明")],
    ("", "conform"): [("procurement/committees/conformity.html", "签字, 开始评分")],
    ("", "dismiss"): [("accounts/office.html", "免去此任职")],
}
IN_A_LIST = {
    # buttons drawn from the table itself: the template's ``grave`` names what is asked
    ("scheme 评估方案", "approve"): ("evaluation/schemes/show.html", "approve"),
    ("scheme 评估方案", "publish"): ("evaluation/schemes/show.html", "publish"),
    ("scheme 评估方案", "begin"): ("evaluation/schemes/show.html", "begin"),
    ("result 评估结果", "lapse"): ("evaluation/results/show.html", "陈述期届满"),
    ("result 评估结果", "publish"): ("evaluation/results/show.html", "公示结果"),
    ("result 评估结果", "finalise"): ("evaluation/results/show.html", "确定结果"),
    ("result 评估结果", "withdraw"): ("evaluation/results/show.html", "撤销结果"),
    ("result 评估结果", "apply"): ("evaluation/results/show.html", "应用结果"),
}
OWN_PAGE = {
    # a page of its own says what follows; its one button is the confirmation
    ("result 评估结果", "state"): ("evaluation/results/state.html", "提交一次"),
    ("result 评估结果", "object"): ("evaluation/results/object.html", "匿名的不予受理"),
    ("assignment 评估任务", "sign"): ("evaluation/sheets/sign.html", "任何人不能再更改"),
}
NO_BUTTON = {
    ("scheme 评估方案", "close"): "follows from the result that became final",
    ("assignment 评估任务", "declare"): "a declaration of no interest: whoever declared may still recuse, and a new tie may be told",
}


def test_every_step_that_people_take_is_thought_of():
    steps = {(table.name, step.act) for table in lifecycles() for step in table.steps if set(step.roles) != {Role.CLOCK}}
    known = {place for places in (ASKED, IN_A_LIST, OWN_PAGE, NO_BUTTON) for place in places if place[0]}
    assert steps - known == set()
    assert known - steps == set()


@pytest.mark.parametrize(("place", "buttons"), ASKED.items(), ids=lambda value: "-".join(value) if isinstance(value, tuple) else "")
def test_its_button_asks_once_more(place, buttons):
    for template, words in buttons:
        source = (TEMPLATES / template).read_text("utf-8")
        found = [each for each in re.findall(r"\{\{ face\.(?:form|act)\(.*?\}\}(?!\))|<button.*?</button>", source, re.DOTALL) if words in each]
        assert found, (template, words)
        assert any("confirm" in each for each in found), (template, words)


@pytest.mark.parametrize(("place", "entry"), IN_A_LIST.items(), ids=lambda value: "-".join(value))
def test_buttons_drawn_from_the_table_ask_once_more(place, entry):
    template, key = entry
    source = (TEMPLATES / template).read_text("utf-8")
    [grave] = re.findall(r"\{% set grave = (\{.*?\}) %\}", source)
    assert ast.literal_eval(grave)[key]
    assert "face.sure(grave" in source


@pytest.mark.parametrize(("place", "entry"), OWN_PAGE.items(), ids=lambda value: "-".join(value))
def test_a_page_of_its_own_says_what_follows(place, entry):
    template, words = entry
    assert words in (TEMPLATES / template).read_text("utf-8")


def test_every_question_can_be_answered_without_scripts():
    """Beside a button with data-confirm stands the tick of ``face.sure``, or the sentence itself for readers without scripts."""
    for template in TEMPLATES.rglob("*.html"):
        if template.name in ("face.html", "show.html") and template.parent.name in ("layouts", "design"):
            continue
        for form in re.findall(r"<form\b.*?</form>", template.read_text("utf-8"), re.DOTALL):
            if "data-confirm" in form:
                assert "face.sure(" in form or "<noscript>" in form, f"{template.name}: {form[:100]}"
