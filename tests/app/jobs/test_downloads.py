"""What leaves as a file: whole for those it concerns, without free texts for the public, and computed the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from app import create_app
from app.evaluation.results.queries import results_for
from app.settings import Settings
from app.store import reading
from demo.calendar import END
from demo.story import tell
from tests.databases import Browser


@pytest.fixture(scope="module")
def demo_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The demonstration's database behind the application, at the end of its story."""
    folder: Path = tmp_path_factory.mktemp("site") / "demo"
    for _ in tell(folder):
        pass
    app = create_app(replace(Settings.from_env({"CAIPING_VAR": str(folder)}), now=END, testing=True))
    app.test_client_class = Browser
    with app.app_context():
        yield app


def text_of(pdf: bytes) -> str:
    import io

    import pypdf

    return "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


def final_result() -> int:
    return next(line.id for line in results_for(reading(), None) if line.kind.value == "final")


def test_the_public_gets_every_number_and_no_word_that_an_evaluator_typed(demo_site: Flask) -> None:
    answer = demo_site.test_client().get(f"/results/{final_result()}/report.pdf")

    text = text_of(answer.data)
    assert answer.status_code == 200
    assert "95.65" in text
    assert "97.43" in text
    assert "经办人签字" not in text
    assert "转介协议" not in text


def test_the_body_that_evaluated_gets_the_reasons_too(demo_site: Flask) -> None:
    client = demo_site.test_client()
    sign_in(client, "mingjian")

    text = text_of(client.get(f"/results/{final_result()}/report.pdf").data)

    assert "转介协议" in text.replace("\n", "")


def test_a_bid_report_is_not_for_the_public(demo_site: Flask) -> None:
    answer = demo_site.test_client().get("/tenders/cp-2025-0001/ranking/report.pdf")
    assert answer.status_code == 303
    assert "/sign-in" in answer.location


def sign_in(client, login: str) -> None:
    import re

    page = client.get("/sign-in").text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert token is not None
    client.post("/sign-in", data={"login": login, "password": "caiping-demo-2025", "csrf_token": token[1]})
