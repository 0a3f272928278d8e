"""Every answer carries the security headers, and no page needs an exception from them."""

from __future__ import annotations

import pytest

from app import create_app
from app.settings import Settings


@pytest.mark.parametrize("path", ["/sign-in", "/nothing", "/workbench", "/static/css/caiping.css", "/healthz"])
def test_every_answer_allows_only_ourselves_and_no_frame(client, path):
    headers = client.get(path).headers

    assert headers["Content-Security-Policy"].startswith("default-src 'self'; ")
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "Strict-Transport-Security" not in headers


def test_https_is_remembered_where_it_is_on_and_the_cookie_is_bound_to_it(tmp_path):
    settings = Settings(secret_key="x" * 32, database_url="sqlite://", var=tmp_path, https=True)
    app = create_app(settings)

    answer = app.test_client().get("/sign-in", base_url="https://caiping.example")

    assert "max-age=31536000" in answer.headers["Strict-Transport-Security"]
    assert answer.headers["Set-Cookie"].startswith("__Host-caiping=")
    assert "Secure" in answer.headers["Set-Cookie"]


def test_pages_are_not_kept_by_caches_and_files_are_not_forbidden_to_be(client):
    assert client.get("/sign-in").headers["Cache-Control"] == "no-store"
    assert "no-store" not in client.get("/static/css/caiping.css").headers["Cache-Control"]


def test_only_as_many_proxies_are_believed_as_there_are(tmp_path):
    forwarded = {"X-Forwarded-For": "6.6.6.6, 10.0.0.9", "X-Forwarded-Proto": "https"}
    for proxies, expected in ((0, "127.0.0.1"), (1, "10.0.0.9")):
        settings = Settings(secret_key="x" * 32, database_url="sqlite://", var=tmp_path, proxies=proxies)
        app = create_app(settings)
        seen = []

        @app.before_request
        def note(seen=seen):
            from flask import request

            seen.append(request.remote_addr)

        app.test_client().get("/sign-in", headers=forwarded)
        assert seen == [expected]
