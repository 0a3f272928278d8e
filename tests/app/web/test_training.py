"""训练模式: a database of its own, a banner on every page, a clock that only goes forward; nothing of it in production."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import flask_migrate
import pytest
from sqlalchemy import select

from app import create_app
from app.settings import HalfConfigured, Settings
from app.store import reading, unit_of_work
from app.transparency.models import LogLine
from app.web.clock import MovableClock
from app.web.training import after
from kernel.period import SHANGHAI
from kernel.refusal import BadInput
from kernel.role import Role
from tests.builders.accounts import an_actor, open_the_door
from tests.databases import Browser, settings_for

START = datetime(2025, 2, 7, 10, 0, tzinfo=SHANGHAI)


@pytest.fixture(scope="module")
def _school(tmp_path_factory):
    folder = tmp_path_factory.mktemp("training")
    settings = replace(settings_for(f"sqlite:///{folder / 'caiping.sqlite3'}", folder), training=True, now=START)
    made = create_app(settings)
    made.test_client_class = Browser
    with made.app_context():
        flask_migrate.upgrade()
        with unit_of_work() as work:
            made.learner = an_actor(work, Role.BUYER)
    return made


@pytest.fixture
def school(_school):
    """An installation for training, its clock at the start."""
    with _school.app_context():
        _school.extensions["clock"].set(START)
        yield _school


@pytest.fixture
def learner(school):
    browser = school.test_client()
    open_the_door(school, browser, school.learner)
    return browser


def now(school):
    return school.extensions["clock"].now().replace(microsecond=0)


def test_training_has_a_database_of_its_own(tmp_path):
    settings = Settings.from_env({"CAIPING_TRAINING": "1", "CAIPING_VAR": str(tmp_path)})

    assert settings.training
    assert settings.database_url == f"sqlite:///{tmp_path / 'training' / 'caiping.sqlite3'}"
    assert not Settings.from_env({"CAIPING_VAR": str(tmp_path)}).training


def test_production_refuses_to_train_and_training_refuses_another_database(tmp_path):
    base = {"CAIPING_VAR": str(tmp_path), "CAIPING_TRAINING": "1"}
    for more, said in (
        ({"CAIPING_ENV": "production", "CAIPING_SECRET_KEY": "k" * 32}, "生产环境不得设置"),
        ({"DATABASE_URL": "postgresql://db/caiping"}, "不得同时设置 DATABASE_URL"),
        ({"CAIPING_TRAINING": "yes"}, "CAIPING_TRAINING 只能是 0 或 1"),
    ):
        with pytest.raises(HalfConfigured, match=said):
            Settings.from_env({**base, **more})


def test_every_page_says_that_this_is_training(school, learner):
    for browser, address in ((school.test_client(), "/sign-in"), (school.test_client(), "/glossary"), (learner, "/workbench")):
        page = browser.get(address).text
        assert "训练模式" in page, address
        assert "2025年2月7日 星期五" in page, address
    assert "下一个工作日" in learner.get("/workbench").text
    assert "下一个工作日" not in school.test_client().get("/sign-in").text


@pytest.mark.parametrize(
    ("step", "moment"),
    [
        ("hour", START + timedelta(hours=1)),
        ("day", START + timedelta(days=1)),
        ("working_day", datetime(2025, 2, 8, 9, 0, tzinfo=SHANGHAI)),  # a make-up Saturday 调休
        ("week", START + timedelta(weeks=1)),
    ],
)
def test_the_buttons_move_the_clock_forward(school, learner, step, moment):
    answer = learner.post("/training/clock", data={"step": step}, headers={"Referer": "http://localhost/tenders?q=a"})

    assert (answer.status_code, answer.location) == (303, "/tenders?q=a")
    assert now(school) - moment < timedelta(seconds=30)
    assert now(school) >= moment


def test_over_a_weekend_the_next_working_day_is_monday():
    assert after("working_day", datetime(2025, 2, 14, 10, 0, tzinfo=SHANGHAI)) == datetime(2025, 2, 17, 9, 0, tzinfo=SHANGHAI)


def test_a_chosen_moment_is_reached_and_the_learner_stays_signed_in(school, learner):
    answer = learner.post("/training/clock", data={"moment": "2025-06-30T09:30"})

    assert answer.location == "/workbench"
    assert now(school) - datetime(2025, 6, 30, 9, 30, tzinfo=SHANGHAI) < timedelta(seconds=30)
    assert "2025年6月30日" in learner.get("/workbench").text


@pytest.mark.parametrize("moment", ["2025-02-07T09:59", "2027-02-07T09:00", "", "yesterday"])
def test_the_clock_goes_neither_back_nor_years_ahead_nor_nowhere(school, learner, moment):
    answer = learner.post("/training/clock", data={"moment": moment})

    assert answer.status_code == 422
    assert now(school) - START < timedelta(seconds=30)


def test_a_form_sent_twice_moves_the_clock_once(school, learner):
    for _ in range(2):
        assert learner.post("/training/clock", data={"step": "day", "once": "o" * 22}).status_code == 303
    assert now(school) - START < timedelta(days=1, seconds=30)


def test_moving_the_clock_is_in_the_log(school, learner):
    learner.post("/training/clock", data={"step": "hour"})
    reading().rollback()
    line = reading().scalars(select(LogLine).order_by(LogLine.sequence.desc()).limit(1)).one()

    assert (line.act, line.person_id) == ("training.move_clock", school.learner.person_id)


def test_a_link_from_elsewhere_or_to_an_act_leads_to_the_workbench(school, learner):
    for came in ("http://elsewhere.example/tenders", "http://localhost/training/clock", ""):
        assert learner.post("/training/clock", data={"step": "hour"}, headers={"Referer": came}).location == "/workbench"


def test_every_process_sees_the_same_clock_and_it_survives_a_restart(tmp_path):
    first = MovableClock(tmp_path / "clock", START)
    second = MovableClock(tmp_path / "clock", START + timedelta(days=99))  # there is a file: it counts
    first.move_to(START + timedelta(days=3))

    assert abs(second.now() - (START + timedelta(days=3))) < timedelta(seconds=30)
    with pytest.raises(BadInput):
        second.move_to(START)


def test_elsewhere_there_is_no_banner_and_no_clock_to_move(app, client, work, sign_in_as):
    with work() as unit:
        actor = an_actor(unit, Role.BUYER)
    sign_in_as(client, actor)

    assert "训练模式" not in client.get("/workbench").text
    assert client.post("/training/clock", data={"step": "week"}).status_code == 404


# --- partners ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def town(tmp_path):
    """A training installation with its people and one draft."""
    from demo.training import START as BEGINS
    from demo.training import prepare

    settings = replace(settings_for(f"sqlite:///{tmp_path / 'caiping.sqlite3'}", tmp_path), training=True, now=BEGINS)
    made = create_app(settings)
    made.test_client_class = Browser
    with made.app_context():
        flask_migrate.upgrade()
        prepare()
        yield made


def stage_now():
    from app.procurement.tenders.models import TenderRow

    reading().rollback()
    return reading().scalars(select(TenderRow)).one()


def test_with_partners_a_whole_tender_is_walked_in_three_clicks(town):
    """A learner who bids: partners publish and bid; time passes; they open, review, score, award and sign."""
    from demo.training import START as BEGINS
    from demo.training import partners_act, the_city
    from procurement.stage import Stage

    learner = the_city().of("baichuan")
    told = partners_act(learner, BEGINS)
    assert told.count("一家社工机构准备了投标文件") == 3  # the learner's own bid is the learner's
    assert stage_now().stage is Stage.TENDERING
    assert partners_act(learner, BEGINS + timedelta(hours=1)) == []  # until the deadline there is nothing to do

    later = stage_now().bids_close + timedelta(minutes=5)
    assert "采购人开标" in partners_act(learner, later)
    assert stage_now().stage is Stage.CONTRACTED


def test_what_is_the_learners_the_partners_leave(town):
    from demo.training import START as BEGINS
    from demo.training import partners_act, the_city
    from procurement.stage import Stage

    buyer = the_city().of("buyer")

    assert partners_act(buyer, BEGINS) == []  # publishing is the buyer's
    assert stage_now().stage is Stage.DRAFT


def test_the_banner_asks_the_partners(town):
    from demo.training import the_city

    browser = town.test_client()
    open_the_door(town, browser, the_city().of("anlan"))
    answer = browser.post("/training/partners", headers={"Referer": "http://localhost/tenders"})

    assert answer.location == "/tenders"
    page = browser.get("/tenders").text
    assert "陪练: 采购人发布招标公告；一家社工机构准备了投标文件（3 次）。" in page
    browser.post("/training/partners")
    assert "现在没有别人要办的事" in browser.get("/workbench").text


def test_partners_are_only_in_training(client, work, sign_in_as):
    with work() as unit:
        actor = an_actor(unit, Role.BUYER)
    sign_in_as(client, actor)

    assert client.post("/training/partners").status_code == 404


def test_preparing_twice_changes_nothing(town):
    from app.accounts.models import PersonRow
    from demo.training import prepare

    before = reading().scalars(select(PersonRow.id)).all()
    accounts, _ = prepare()
    reading().rollback()
    assert reading().scalars(select(PersonRow.id)).all() == before
    assert len(accounts) == len(before)
