"""Names that are programs: on every page, in every file, they are only letters."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from html.parser import HTMLParser

import openpyxl
import pytest
import yaml

from app.accounts.organisation import Kind
from tests.builders import accounts, evaluation_story
from tests.builders import story as tell

EVIL = '=HYPERLINK("file:///etc/passwd")<script>alert(1)</script><img src="file:///etc/passwd">{{7*7}}\r\n\tX-Evil: 1 '


def call_them_evil(monkeypatch):
    """From now on every organisation is called like that, and a number."""
    for kind in (Kind.SUPPLIER, Kind.BUYER, Kind.EVALUATION_BODY, Kind.EXPERT_POOL):
        monkeypatch.setitem(accounts.NAMES, kind, EVIL.replace("{", "{{").replace("}", "}}") + "{}")


@pytest.fixture
def evil(work, monkeypatch):
    """The story, told by organisations that are all called like that (and a number)."""
    call_them_evil(monkeypatch)
    return tell.contracted(work, case=tell.lawful_case(name=f"项目{EVIL}"))


def pages(story):
    ocid = story.ocid
    return {
        None: ["/", f"/notices/{ocid}", "/results"],
        story.buyer: ["/workbench", "/tenders", "/suppliers", "/suppliers/1", "/contracts", f"/contracts/{story.contract_id}", *(
            f"/tenders/{ocid}{page}" for page in (
                "", "/opening", "/qualification", "/committee", "/conformity", "/ranking", "/award", "/award/letter", "/contract",
                "/publish", "/scoring",
            )
        )],
        story.leader: [
            "/workbench", "/committees/seats", f"/tenders/{ocid}/scoring", f"/tenders/{ocid}/ranking", f"/tenders/{ocid}/committee/declaration",
        ],
        story.suppliers[0]: ["/workbench", "/suppliers/1", f"/tenders/{ocid}/bid", f"/tenders/{ocid}/award", f"/tenders/{ocid}/award/letter"],
    }  # fmt: skip


OWN_SCRIPT = re.compile(r"/static/js/[a-z]+\.js(\?v=[0-9a-f]+)?")


class Harmless(HTMLParser):
    """What a browser would make of a page: collects every way in which a text could have become a program."""

    def __init__(self, page):
        super().__init__()
        self.found, self.inside = [], ""
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag == "script":
            self.inside = given.get("type", "")
            ours = self.inside == "module" and OWN_SCRIPT.fullmatch(given.get("src", ""))
            data = self.inside == "application/ld+json" and "src" not in given
            if not (ours or data):
                self.found.append(f"a script that is not ours: {given}")
        for name, value in attributes:
            leads = (value or "").strip().lower() if name in ("href", "src", "action", "formaction") else ""
            if name.startswith("on") or name == "style" or leads.startswith(("javascript:", "data:", "file:")):
                self.found.append(f"<{tag} {name}={value!r}>")

    def handle_endtag(self, tag):
        if tag == "script":
            self.inside = ""

    def handle_data(self, data):
        if self.inside and (self.inside != "application/ld+json" or "<" in data):
            self.found.append(f"a program in the page: {data[:80]}")


def test_the_watcher_would_notice():
    for bad in (
        "<script>x</script>", '<script type="module" src="/static/js/a.js">x</script>', '<img onerror="x">', "<p style='x'>",
        '<a href=" JavaScript:x">', '<script type="module" src="//evil/static/js/a.js"></script>',
        '<script type="application/ld+json"><x></script>',
    ):  # fmt: skip
        assert Harmless(bad).found, bad
    assert not Harmless('<script type="module" src="/static/js/confirm.js"></script><a href="/x">javascript:</a>').found


def test_a_name_is_only_letters_on_every_page(app, evil, sign_in_as, clock_at):
    clock_at(tell.SIGNED)
    seen = 0
    for reader, addresses in pages(evil).items():
        browser = app.test_client()
        if reader is not None:
            sign_in_as(browser, reader)
        for address in addresses:
            answer = browser.get(address)
            assert answer.status_code == 200, address
            assert Harmless(answer.text).found == [], address
            assert "<script>alert" not in answer.text, address
            assert '<img src="file' not in answer.text, address
            assert "X-Evil" not in answer.headers
            seen += "&lt;script&gt;" in answer.text
    assert seen > 15


def test_a_name_is_a_text_in_the_workbook_and_in_the_case_file(app, evil, sign_in_as):
    browser = app.test_client()
    sign_in_as(browser, evil.buyer)
    answer = browser.get(f"/tenders/{evil.ocid}/ranking/scores.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    found = 0
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and "HYPERLINK" in cell.value:
                    found += 1
                    assert cell.data_type == "s", (sheet.title, cell.coordinate)
    assert found >= 4
    assert "\n" not in answer.headers["Content-Disposition"]
    case = yaml.safe_load(browser.get(f"/tenders/{evil.ocid}/ranking/case.yaml").data)
    assert case["cases"][0]["bidders"][0]["name"].startswith("=HYPERLINK")


def test_a_name_opens_no_file_in_the_report(app, evil, sign_in_as, tmp_path):
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed")
    browser = app.test_client()
    sign_in_as(browser, evil.buyer)
    answer = browser.get(f"/tenders/{evil.ocid}/ranking/report.pdf")
    assert answer.data.startswith(b"%PDF")
    (tmp_path / "a.pdf").write_bytes(answer.data)
    text = subprocess.run(["pdftotext", tmp_path / "a.pdf", "-"], capture_output=True, text=True, check=True).stdout
    assert "alert(1)" in text
    assert "root:" not in text
    assert b"/JavaScript" not in answer.data
    assert not re.search(rb"/URI\s*\(file:", answer.data)


@pytest.mark.parametrize("onward", [
    "//evil.example", "/\\evil.example", "https://evil.example", "/\t/evil.example", "javascript:alert(1)", "\\\\evil", "/%0d%0aSet-Cookie:a=b",
    "///evil.example", " //evil.example",
])  # fmt: skip
def test_nobody_is_led_to_another_site_after_signing_in(app, work, client, onward):
    from urllib.parse import urljoin, urlsplit

    from tests.builders.accounts import an_actor

    with work() as unit:
        an_actor(unit, login="somebody", password="a long password 1")
    answer = client.post("/sign-in", query_string={"next": onward}, data={"login": "somebody", "password": "a long password 1"})
    assert answer.status_code == 303
    assert urlsplit(urljoin("http://localhost/sign-in", answer.location)).netloc == "localhost"
    assert "\n" not in answer.location
    assert "Set-Cookie: a=b" not in str(answer.headers)


@pytest.mark.parametrize("ocid", [
    "..%2F..%2Fetc%2Fpasswd", "....//....//etc/passwd", "%2e%2e", "cp-2025-0007%00", "cp-2025-0007%0d%0aX: 1", "%25", "_", "CP-2025-0007",
])  # fmt: skip
def test_an_address_is_a_name_and_not_a_path(app, work, sign_in_as, ocid):
    story = tell.a_published_tender(work)
    browser = app.test_client()
    sign_in_as(browser, story.buyer)
    for address in (f"/tenders/{ocid}", f"/notices/{ocid}", f"/tenders/{ocid}/ranking/case.yaml", f"/static/{ocid}", f"/rubrics/library/{ocid}"):
        assert browser.get(address).status_code in (403, 404), address


def test_evaluation_pages_hold_names_as_letters_too(app, work, monkeypatch, sign_in_as, clock_at):
    call_them_evil(monkeypatch)
    story = evaluation_story.a_story().final()
    clock_at(evaluation_story.at(evaluation_story.COMPUTED))
    for reader, addresses in {
        story.body: [
            "/workbench", "/evaluations", f"/evaluations/{story.scheme_id}", f"/evaluations/{story.scheme_id}/evaluators",
            f"/evaluations/{story.scheme_id}/sheets",
            f"/results/{story.result_id}", "/rubrics", f"/rubrics/{story.rubric_id}",
        ],
        story.evaluators[0]: ["/workbench", "/assignments", f"/assignments/{story.assignment_ids[0]}/sheet"],
        story.agency: ["/workbench", f"/results/{story.result_id}", f"/evaluations/{story.scheme_id}"],
    }.items():  # fmt: skip
        browser = app.test_client()
        sign_in_as(browser, reader)
        for address in addresses:
            answer = browser.get(address)
            assert answer.status_code == 200, address
            assert Harmless(answer.text).found == [], address
            assert "<script>alert" not in answer.text, address
    book = openpyxl.load_workbook(io.BytesIO(browser.get(f"/results/{story.result_id}/scores.xlsx").data))
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            assert all(cell.data_type == "s" for cell in row if isinstance(cell.value, str) and "HYPERLINK" in cell.value)
