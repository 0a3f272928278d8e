"""Refusals as pages: what, why, what next; and nothing of the inside."""

from __future__ import annotations

from datetime import date

import pytest
from werkzeug.exceptions import abort

from app import create_app
from app.accounts import policy
from app.settings import Settings
from kernel.refusal import Finding, Missing, NotPermitted, Stale, StillSealed, Unlawful, WrongStage
from tests.databases import settings_for


@pytest.fixture
def showing(tmp_path, monkeypatch):
    """``showing(what)``: the page that a view which does ``what`` ends in."""
    app = create_app(settings_for("sqlite://", tmp_path))
    app.config["PROPAGATE_EXCEPTIONS"] = False
    monkeypatch.setitem(policy.ROUTES, "trial.show", policy.PUBLIC)

    def show(what, method="GET", **more):
        app.add_url_rule("/trial", "trial.show", what, methods=["GET", "POST"])
        return app.test_client().open("/trial", method=method, **more)

    return show


def raising(exception):
    def view():
        raise exception

    return view


def test_what_is_unlawful_is_said_with_every_article_and_what_would_be_right(showing):
    findings = [
        Finding("bids_close", "招标期间不得少于二十日", "政府采购法 第三十五条", date(2026, 3, 21), date(2026, 3, 22)),
        Finding("title", "请填写项目名称", cure="按采购计划填写"),
    ]

    page = showing(raising(Unlawful(findings)))

    assert page.status_code == 422
    for words in ("招标期间不得少于二十日", "2026-03-22", '<cite class="law">政府采购法 第三十五条</cite>', "按采购计划填写"):
        assert words in page.text


@pytest.mark.parametrize(
    ("refusal", "status", "words"),
    [
        (WrongStage("现处“草稿”环节"), 409, "现处“草稿”环节"),
        (Stale(), 409, "内容已被他人更新"),
        (NotPermitted(), 403, "无权办理"),
        (StillSealed(), 403, "开标前任何人不得查看"),
        (Missing(), 404, "未找到"),
    ],
)
def test_each_member_of_the_family_has_its_page(showing, refusal, status, words):
    page = showing(raising(refusal))

    assert (page.status_code, words in page.text) == (status, True)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 413, 422, 429, 500])
def test_every_status_has_words_of_its_own_in_chinese(showing, status):
    page = showing(lambda: abort(status))

    assert page.status_code == status
    assert f'<span class="num">{status}</span>' in page.text
    assert "Werkzeug" not in page.text
    assert "Error" not in page.text


def test_our_own_bug_tells_a_number_and_nothing_else(showing):
    page = showing(raising(KeyError("password of the database")))

    assert page.status_code == 500
    assert "password" not in page.text
    assert "KeyError" not in page.text
    assert page.headers["X-Request-Id"] in page.text


def test_a_page_that_is_not_there_says_so_in_chinese(client):
    page = client.get("/nothing/here")

    assert page.status_code == 404
    assert "没有这个页面" in page.text


def test_an_upload_over_the_limit_is_refused_before_it_is_read(tmp_path, monkeypatch):
    settings = Settings(secret_key="x" * 32, database_url="sqlite://", var=tmp_path, request_limit=1000, testing=True)
    app = create_app(settings)

    page = app.test_client().post("/sign-in", data={"login": "x" * 2000})

    assert page.status_code == 413
    assert "过大" in page.text


def test_a_form_of_too_many_parts_is_refused(tmp_path):
    settings = Settings(secret_key="x" * 32, database_url="sqlite://", var=tmp_path, form_parts=10, testing=True)
    data = {f"field{number}": "x" for number in range(11)}

    page = create_app(settings).test_client().post("/sign-in", data=data, content_type="multipart/form-data")

    assert page.status_code == 413
