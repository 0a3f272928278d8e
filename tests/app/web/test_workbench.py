"""The workbench: the soonest first, and a kind word when nothing waits."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from app.web import workbench
from app.web.workbench import Task, Underway, countdown
from kernel.period import SHANGHAI
from kernel.role import Role
from tests.builders.accounts import an_actor

NOW = datetime(2026, 11, 23, 9, 12, tzinfo=SHANGHAI)


@pytest.fixture
def browser(client, work, sign_in_as, clock_at):
    clock_at(NOW)
    with work() as unit:
        actor = an_actor(unit, Role.EXPERT)
    sign_in_as(client, actor)
    return client


@pytest.fixture
def waiting(monkeypatch):
    """Tasks that wait for every expert, and for nobody else."""
    tasks = []
    monkeypatch.setattr(workbench, "_SOURCES", {})
    monkeypatch.setattr(workbench, "_WORK", {})
    workbench.register(Role.EXPERT, lambda session, actor, now: tasks)
    workbench.register(Role.BUYER, lambda session, actor, now: [Task(NOW, "别人的事", "", "", "/", 5)])
    return tasks


def test_with_nothing_to_do_the_page_says_what_will_come(browser, waiting):
    page = browser.get("/workbench").text

    assert "待办已清" in page
    assert "2026年11月23日 星期一 09:12" in page


def test_the_soonest_is_first_and_what_has_no_date_is_last(browser, waiting):
    waiting += [
        Task(None, "没有期限", "", "", "/c", 5),
        Task(NOW + timedelta(days=9), "后天以后", "", "", "/b", minutes=10),
        Task(NOW + timedelta(days=1), "明天", "逾期视为弃权", "财政部令第87号 第六十八条", "/a", minutes=20),
    ]

    page = browser.get("/workbench").text

    assert page.index("明天") < page.index("后天以后") < page.index("没有期限")
    assert "今天有 3 件事等您办理" in page
    assert '<cite class="law">财政部令第87号 第六十八条</cite>' in page
    assert '预计 <span class="num">35</span> 分钟' in page
    assert "别人的事" not in page


@pytest.mark.parametrize(
    ("due", "left"),
    [
        (datetime(2026, 11, 20, 23, 59, tzinfo=SHANGHAI), (-1, "个工作日")),  # Friday before: Monday is one working day late
        (NOW.replace(hour=23), (0, "个工作日")),
        (NOW + timedelta(days=1), (1, "个工作日")),
        (NOW + timedelta(days=7), (5, "个工作日")),  # the weekend does not count
    ],
)
def test_the_countdown_is_in_working_days(due, left):
    assert countdown(Task(due, "", "", "", "", 5), NOW) == left


def test_where_no_working_day_is_left_calendar_days_say_that_it_is_not_today():
    friday = datetime(2026, 11, 27, 9, 0, tzinfo=SHANGHAI)

    assert countdown(Task(friday + timedelta(days=1), "", "", "", "", 5), friday) == (1, "日")
    assert countdown(Task(friday + timedelta(days=3), "", "", "", "", 5), friday) == (1, "个工作日")


def test_a_make_up_saturday_is_a_working_day():
    """国务院办公厅 2026 年放假安排: 10 月 10 日（星期六）上班."""
    friday = datetime(2026, 10, 9, 9, 0, tzinfo=SHANGHAI)

    assert countdown(Task(friday + timedelta(days=1), "", "", "", "", 5), friday) == (1, "个工作日")


def test_a_year_whose_working_days_are_not_arranged_is_counted_in_calendar_days():
    far = datetime(2031, 3, 5, 9, 0, tzinfo=SHANGHAI)

    assert countdown(Task(far, "", "", "", "", 5), far - timedelta(days=9)) == (9, "日")


def test_what_the_law_counts_itself_is_shown_as_given():
    assert countdown(Task(NOW, "", "", "", "", 5, days=6), NOW) == (6, "日")
    assert countdown(Task(None, "", "", "", "", 5), NOW) == (None, "日")



def test_how_far_the_work_has_come_stands_below_what_to_do(browser, waiting):
    steps = [("公告", "done", "11月2日"), ("投标", "now", "11月24日 09:30 止"), ("开标", "", "")]
    workbench.show_underway(Role.EXPERT, lambda session, actor, now: [Underway("困境儿童社会工作服务项目", "/t", steps)])
    workbench.show_underway(Role.BUYER, lambda session, actor, now: [Underway("别人的项目", "/x", steps)])

    page = browser.get("/workbench").text

    assert page.index("待办已清") < page.index('<a href="/t">困境儿童社会工作服务项目</a>')
    assert '<li class="now" aria-current="step">投标<small>11月24日 09:30 止</small></li>' in page
    assert "别人的项目" not in page
