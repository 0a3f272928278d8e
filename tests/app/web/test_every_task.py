"""The workbench along a whole procurement and a whole evaluation: every task can be opened by whoever it waits for."""

from __future__ import annotations

from datetime import timedelta

from app.store import reading
from app.web.workbench import countdown, tasks_for
from kernel.role import Role
from tests.builders import evaluation_story
from tests.builders import story as tell

STAGES = [
    (tell.with_bids, tell.CLOSE + timedelta(minutes=1)), (tell.opened, tell.QUALIFIED), (tell.qualified, tell.DRAWN),
    (tell.committee_formed, tell.CONFORMITY), (tell.conforming, tell.SCORED), (tell.scored, tell.RANKED), (tell.ranked, tell.DECIDED),
    (tell.decided, tell.ANNOUNCED), (tell.awarded, tell.DRAWN_UP), (tell.drawn_up, tell.SIGNED), (tell.contracted, tell.SIGNED),
]  # fmt: skip


def looked_at(app, sign_in_as, clock_at, people, now):
    """Every task of every one of these people at ``now``, each opened as that person; the titles by role."""
    found = {}
    for actor in people:
        clock_at(now)
        browser = app.test_client()
        sign_in_as(browser, actor)
        reading().rollback()
        with app.test_request_context():
            tasks = tasks_for(reading(), actor, now)
        page = browser.get("/workbench").text
        for task in tasks:
            here = (actor.role, task.title)
            assert task.minutes > 0, here
            assert task.detail, here
            assert task.cites or task.due is None, here
            days, unit = countdown(task, now)
            assert unit in ("个工作日", "日"), here
            assert (days is None) == (task.due is None and task.days is None), here
            answer = browser.get(task.url.partition("#")[0])
            assert answer.status_code == 200, (*here, task.url, answer.status_code)
            assert task.act in page, here
            if anchor := task.url.partition("#")[2]:
                assert f'id="{anchor}"' in answer.text, here
            found.setdefault(actor.role, set()).add(task.title.partition(":")[0])
    return found


def test_along_a_procurement_somebody_always_has_something_to_do_and_can_open_it(app, work, sign_in_as, clock_at):
    story = tell.a_published_tender(work)
    seen = {}
    for tell_on, now in STAGES:
        story = tell_on(work, story)
        found = looked_at(app, sign_in_as, clock_at, [story.buyer, *story.members, *story.suppliers[:1], story.finance], now)
        if tell_on is not tell.contracted:
            assert found, f"after {tell_on.__name__} nobody has anything to do"
        for role, titles in found.items():
            seen.setdefault(role, set()).update(titles)
    assert {"开标", "资格审查", "组建评标委员会", "确定中标人", "公告中标结果", "拟定合同", "签订合同", "支付"} <= seen[Role.BUYER]
    assert {"符合性审查", "评分", "签署评标报告"} <= seen[Role.EXPERT]


def test_along_an_evaluation_too(app, sign_in_as, clock_at):
    story = evaluation_story.a_story().handed_over()
    people = [story.body, story.buyer, story.second_buyer, story.agency, *story.evaluators]
    seen = {}
    at = evaluation_story.at

    def look(day):
        for role, titles in looked_at(app, sign_in_as, clock_at, people, at(day, 12)).items():
            seen.setdefault(role, set()).update(titles)

    look(evaluation_story.DRAFTED)
    story.with_rubric().drafted()
    look(evaluation_story.DRAFTED)
    story.approved()
    look(evaluation_story.APPROVED)
    story.told().assigned()
    look(evaluation_story.TOLD)
    story.declared().begun()
    look(evaluation_story.BEGUN)
    for n in range(3):
        story.marked(n).signed(n)
    look(evaluation_story.SIGNED)
    story.computed()
    look(evaluation_story.COMPUTED)
    assert {"起草评估方案", "告知被评估机构", "计算结果"} <= seen[Role.EVALUATION_BODY]
    assert "批准评估方案" in seen[Role.BUYER]
    assert "机构陈述" in seen[Role.SUPPLIER]
    assert len(seen[Role.EVALUATOR]) >= 2
