"""Attachments of a bid: nothing that came in is lost, the receipt names them, and until the opening nobody else knows."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import signal
import subprocess
import sys
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.files import file_store
from app.files.models import FileRow
from app.procurement.bids.models import BidRow
from app.procurement.bids.services import SubmitBid, WithdrawBid, submit_bid, withdraw_bid
from app.transparency.models import LogLine
from app.web.once import new_key
from kernel.refusal import BadInput
from tests.architecture.tree import ROOT
from tests.builders.attachments import attached
from tests.builders.files import a_jpeg, a_pdf, a_png, a_workbook, a_zip
from tests.builders.rooms import (
    BIDS_CLOSE,
    DURING,
    a_bid,
    a_published_tender,
    a_supplier,
    documents_of,
    facts_of,
)

OCID = "cp-2025-0001"
BID = f"/tenders/{OCID}/bid"


@pytest.fixture
def agency(app, work, clock_at, sign_in_as, client):
    with work() as unit:
        a_published_tender(unit)
        actor, _ = a_supplier(unit)
    clock_at(DURING)
    sign_in_as(client, actor)
    return actor


def entries(*files, **but):
    """A form as a browser sends it: ``files`` are (control, name, content)."""
    found = {
        "price": "900000", "project_leader": "周老师", "contact_person": "吴老师", "contact_phone": "0755-1",
        "statement": ["1", "2", "3"], "fact.T1a": "3", "once": new_key(), **but,
    }  # fmt: skip
    for control, name, content in files:
        found.setdefault(control, []).append((io.BytesIO(content), name))
    return found


def send(client, data, address=BID):
    return client.post(address, data=data, content_type="multipart/form-data")


def bids(session):
    session.rollback()
    return list(session.scalars(select(BidRow).order_by(BidRow.submitted_at, BidRow.status)))


def rows(session, kind):
    session.rollback()
    return list(session.scalars(select(FileRow).where(FileRow.subject_kind == kind).order_by(FileRow.name)))


def ticks(page):
    """(id, ticked, name) of every file on the form."""
    found = re.findall(r'name="kept" value="(\d+)"( checked)?> 已上传 <a href="[^"]*">([^<]*)</a>', page)
    return [(id, bool(checked), name) for id, checked, name in found]


# --- handing in ------------------------------------------------------------------------------------------------------


def test_the_receipt_names_every_attachment_with_its_sha256(client, session, agency):
    letter, proof, sheet = a_pdf("letter"), a_jpeg(), a_workbook()
    answer = send(client, entries(("files.", "投标函.pdf", letter), ("files.T2", "证书", proof), ("files.T2", "人员.xlsx", sheet)))

    assert answer.status_code == 303
    [bid] = bids(session)
    assert [(a["place"], a["name"], a["sha256"], a["size"], a["kind"]) for a in bid.documents["attachments"]] == [
        ("", "投标函.pdf", hashlib.sha256(letter).hexdigest(), len(letter), "pdf"),
        ("T2", "人员.xlsx", hashlib.sha256(sheet).hexdigest(), len(sheet), "xlsx"),
        ("T2", "证书.jpg", hashlib.sha256(proof).hexdigest(), len(proof), "jpeg"),
    ]  # fmt: skip
    text = client.get(f"{BID}/receipts/{bid.receipt_hash}.json").data
    assert hashlib.sha256(text).hexdigest() == bid.receipt_hash
    assert json.loads(text)["documents"]["attachments"] == bid.documents["attachments"]
    receipt = client.get(answer.location).text
    assert hashlib.sha256(proof).hexdigest() in receipt
    assert "与留存的投标文件一致" in receipt
    assert rows(session, "bid_draft") == []
    assert "证书.jpg" in client.get(BID).text


def test_a_form_without_files_hands_in_a_bid_that_speaks_of_none(client, session, agency):
    send(client, entries(("files.", "", b"")))
    assert "attachments" not in bids(session)[0].documents


def test_the_own_supplier_downloads_what_it_handed_in(client, session, agency):
    send(client, entries(("files.T1", "方案 “终稿”\u202e.pdf", a_pdf("plan"))))
    [row] = rows(session, "bid")
    answer = client.get(f"{BID}/files/{row.id}")

    assert answer.data == a_pdf("plan")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith(f'attachment; filename="{row.sha256[:12]}.pdf"; filename*=UTF-8\'\'')
    assert "%E6%96%B9%E6%A1%88" in answer.headers["Content-Disposition"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "no-store" in answer.headers["Cache-Control"]


def test_a_name_cannot_write_a_header(client, session, agency):
    send(client, entries(("files.", 'a"; x="%0d%0aX-Evil: 1%0d%0a\u2028<script>.pdf', a_pdf())))
    [row] = rows(session, "bid")
    answer = client.get(f"{BID}/files/{row.id}")
    assert "X-Evil" not in answer.headers
    assert "\n" not in answer.headers["Content-Disposition"]
    assert "<script>" not in client.get(BID).text


# --- what is refused, and what is not lost -----------------------------------------------------------------------------


def test_everything_refused_is_said_at_once_and_what_was_let_in_stays(client, session, agency):
    """A PDF by name, a PDF by content, a double ending, a polyglot, an empty file: one answer for all of them."""
    program, both = b"MZ\x90\x00 program", a_jpeg() + a_zip({"run.exe": b"MZ"})
    first = send(client, entries(
        ("files.", "投标函.pdf", program), ("files.", "报价.pdf.exe", a_pdf()), ("files.T1", "照片.jpg", both), ("files.T2", "空.pdf", b""),
        ("files.T2", "证书.png", a_png()), price="", **{"proof.T1": "独一无二的方案说明"},
    ))  # fmt: skip

    assert first.status_code == 422
    assert bids(session) == []
    problems = first.text.split('class="problems"')[1].split("</div>")[0]
    for said in ("“投标函.pdf”没有接收: 是Windows程序", "“照片.jpg”没有接收: 既是JPEG又是压缩包", "“空.pdf”没有接收: 文件是空的",
                 "请填写报价", "可以上传PDF、PNG、JPEG、XLSX文件, 每个不超过 50 MB, 合计不超过 40 个"):  # fmt: skip
        assert said in problems
    assert "独一无二的方案说明" in first.text
    assert sorted((ticked, name) for _, ticked, name in ticks(first.text)) == [(True, "报价.pdf.exe.pdf"), (True, "证书.png")]

    again = send(client, entries(kept=[id for id, _, _ in ticks(first.text)]))
    assert again.status_code == 303
    assert [a["name"] for a in bids(session)[0].documents["attachments"]] == ["报价.pdf.exe.pdf", "证书.png"]


def test_the_same_form_corrected_is_handed_in_though_its_files_were_kept_before(client, session, agency):
    """The key of the form belongs to the bid: keeping files does not use it up."""
    sent = entries(("files.", "a.pdf", a_pdf()), price="")
    first = send(client, sent)
    once = re.search(r'name="once"[^>]*value="([^"]+)"|value="([^"]+)"[^>]*name="once"', first.text)
    key = once.group(1) or once.group(2)
    second = send(client, entries(once=key, kept=[ticks(first.text)[0][0]]))
    assert second.status_code == 303
    assert len(bids(session)) == 1
    assert send(client, entries(once=key)).location == second.location


def test_a_refused_file_alone_keeps_the_bid_from_going_in_without_it(client, session, agency):
    assert send(client, entries(("files.T1", "方案.doc", b"\xd0\xcf\x11\xe0old"))).status_code == 422
    assert bids(session) == []


def test_files_may_be_uploaded_first_and_the_bid_handed_in_later(client, session, agency):
    page = send(client, entries(("files.T1", "方案.pdf", a_pdf()), price="", only_files="1", **{"fact.B1a": "许多"}))

    assert page.status_code == 200
    assert 'class="problems"' not in page.text
    assert 'value="许多"' in page.text
    assert [name for _, _, name in ticks(client.get(BID).text)] == ["方案.pdf"]
    assert bids(session) == []


def test_a_file_whose_tick_was_taken_away_does_not_go_in(client, session, agency):
    page = send(client, entries(("files.", "a.pdf", a_pdf("a")), ("files.", "b.pdf", a_pdf("b")), only_files="1"))
    [(id, _, _)] = [each for each in ticks(page.text) if each[2] == "a.pdf"]
    send(client, entries(kept=[id]))
    assert [a["name"] for a in bids(session)[0].documents["attachments"]] == ["a.pdf"]
    assert rows(session, "bid_draft") == []


@pytest.fixture
def narrow(app):
    """A site that takes no more than 200,000 bytes at once."""
    before, app.config["MAX_CONTENT_LENGTH"] = app.config["MAX_CONTENT_LENGTH"], 200_000
    yield
    app.config["MAX_CONTENT_LENGTH"] = before


def test_a_form_that_is_too_large_loses_its_file_and_nothing_that_was_typed(client, session, agency, narrow):
    answer = send(client, entries(("files.", "大.pdf", a_pdf() + b" " * 300_000), ("files.T1", "小.pdf", a_pdf()), price="812,345.67"))

    assert answer.status_code == 422
    assert "“大.pdf”没有接收: 一次上传的文件合计过大, 请分几次上传" in answer.text
    assert 'value="812,345.67"' in answer.text
    assert bids(session) == []
    assert [name for _, _, name in ticks(answer.text)] == ["小.pdf"], "what fitted is kept, wherever it stood"


def test_each_file_that_fits_beside_the_others_is_kept(client, session, agency, narrow):
    first, second = a_pdf("一" * 37_000), a_pdf("二" * 37_000)
    answer = send(client, entries(("files.", "一.pdf", first), ("files.", "二.pdf", second), only_files="1"))

    assert [name for _, _, name in ticks(answer.text)] == ["一.pdf"]
    assert "“二.pdf”没有接收" in answer.text


def test_what_is_beyond_all_patience_is_refused_unread(client, session, agency, narrow):
    answer = send(client, entries(("files.", "大.pdf", a_pdf() + b" " * 200_000 * 16)))

    assert answer.status_code == 413
    assert "提交的内容过大" in answer.text
    assert bids(session) == []


def test_elsewhere_nobody_is_read_who_sends_too_much(client, session, agency, narrow):
    assert client.post("/messages/settings", data={"email": "x" * 300_000}).status_code == 413


def test_the_number_of_files_is_bounded(client, session, agency):
    page = send(client, entries(*(("files.", f"{n:02}.pdf", a_pdf(str(n))) for n in range(42)), only_files="1"))
    assert len(ticks(page.text)) == 40
    assert "“40.pdf”没有接收: 附件合计不能超过 40 个" in page.text
    assert "“41.pdf”没有接收: 附件合计不能超过 40 个" in page.text
    assert send(client, entries(kept=[id for id, _, _ in ticks(page.text)])).status_code == 303
    assert len(bids(session)[0].documents["attachments"]) == 40


def test_the_same_file_sent_twice_is_there_once(client, session, agency):
    for _ in range(2):
        page = send(client, entries(("files.T1", "a.pdf", a_pdf()), ("files.T1", "a.pdf", a_pdf()), only_files="1"))
    assert len(ticks(page.text)) == 1
    send(client, entries(("files.T2", "a.pdf", a_pdf()), kept=[ticks(page.text)[0][0]]))
    assert [a["place"] for a in bids(session)[0].documents["attachments"]] == ["T1", "T2"]
    assert len({row.sha256 for row in rows(session, "bid")}) == 1


def test_nothing_is_kept_once_bids_are_late(app, client, session, agency, clock_at):
    clock_at(BIDS_CLOSE)
    answer = send(client, entries(("files.", "迟到.pdf", a_pdf("late by nothing"))))
    assert answer.status_code == 422
    assert rows(session, "bid_draft") == []
    assert not file_store().has(hashlib.sha256(a_pdf("late by nothing")).hexdigest(), len(a_pdf("late by nothing")))


# --- replacing -------------------------------------------------------------------------------------------------------


def test_a_replaced_bid_keeps_its_files_and_the_new_one_takes_over_those_with_a_tick(client, session, agency, clock_at):
    send(client, entries(("files.", "a.pdf", a_pdf("a")), ("files.", "b.pdf", a_pdf("b"))))
    clock_at(DURING + timedelta(minutes=1))
    page = client.get(f"{BID}/replace").text
    [(id, _, _)] = [each for each in ticks(page) if each[2] == "a.pdf"]
    send(client, entries(("files.", "c.pdf", a_pdf("c")), kept=[id], price="880000"), f"{BID}/replace")

    former, live = bids(session)
    assert [a["name"] for a in former.documents["attachments"]] == ["a.pdf", "b.pdf"]
    assert [a["name"] for a in live.documents["attachments"]] == ["a.pdf", "c.pdf"]
    for row in rows(session, "bid"):
        assert client.get(f"{BID}/files/{row.id}").status_code == 200


def test_another_suppliers_file_cannot_be_claimed(work, session, agency):
    """Neither by its number nor by writing its hash into the documents."""
    with work() as unit:
        other, _ = a_supplier(unit)
    [id] = attached(work, OCID, other, ("", "内部.pdf", a_pdf("theirs")))
    with pytest.raises(BadInput, match="重新上传"), work() as unit:
        submit_bid(unit, SubmitBid(agency, OCID, 90_000_000, facts_of(), documents_of(), files=(id,)), DURING)
    forged = {"place": "", "name": "x.pdf", "sha256": hashlib.sha256(a_pdf("theirs")).hexdigest(), "size": 1, "kind": "pdf"}
    with work() as unit:
        command = SubmitBid(agency, OCID, 90_000_000, facts_of(), documents_of(attachments=[forged]))
        submit_bid(unit, command, DURING)
    assert "attachments" not in bids(session)[0].documents


def test_a_receipt_is_not_given_for_bytes_that_are_gone(work, session, agency):
    [id] = attached(work, OCID, agency, ("", "方案.pdf", a_pdf("will be gone")))
    sha256 = hashlib.sha256(a_pdf("will be gone")).hexdigest()
    (file_store().folder / sha256[:2] / sha256[2:]).unlink()
    with pytest.raises(BadInput, match=r"方案\.pdf"), work() as unit:
        submit_bid(unit, SubmitBid(agency, OCID, 90_000_000, facts_of(), documents_of(), files=(id,)), DURING)
    assert bids(session) == []


def test_a_file_of_a_withdrawn_bid_stays_on_file_for_its_supplier(client, work, session, agency):
    ids = attached(work, OCID, agency, ("", "a.pdf", a_pdf()))
    with work() as unit:
        submit_bid(unit, SubmitBid(agency, OCID, 90_000_000, facts_of(), documents_of(), files=tuple(ids)), DURING)
    with work() as unit:
        withdraw_bid(unit, WithdrawBid(agency, OCID), DURING + timedelta(minutes=1))
    [row] = rows(session, "bid")
    assert client.get(f"{BID}/files/{row.id}").status_code == 200


# --- a crash ----------------------------------------------------------------------------------------------------------


KILLED = """
import os, signal, sys
from pathlib import Path
from app import create_app
from app.accounts import Actor
from app.files import file_store
from app.files.gate import Upload
from app.files.kinds import FileKind
from app.files.services import store_uploads
from app.procurement.bids.services import KeepAttachments, keep_attachments
from app.store import unit_of_work
from datetime import datetime
from kernel.role import Role
from tests.builders.files import a_pdf
from tests.databases import settings_for

url, var, person, organisation, now = sys.argv[1:]
with create_app(settings_for(url, Path(var))).app_context():
    stored = store_uploads(file_store(), [Upload("", "a.pdf", FileKind.PDF, a_pdf("crash"))])
    with unit_of_work() as work:
        actor = Actor(int(person), int(organisation), Role.SUPPLIER)
        keep_attachments(work, KeepAttachments(actor, "cp-2025-0001", stored), datetime.fromisoformat(now))
        os.kill(os.getpid(), signal.SIGKILL)
"""


def test_killed_between_the_store_and_the_commit_nothing_was_promised_and_nothing_is_in_the_way(
    app, database, client, session, work, agency
):
    send(client, entries(("files.", "before.pdf", a_pdf("before")), only_files="1"))
    var = str(app.extensions["settings"].var)
    person, organisation = str(agency.person_id), str(agency.organisation_id)
    command = [sys.executable, "-c", KILLED, database.url, var, person, organisation, DURING.isoformat()]
    killed = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, env={**os.environ, "PYTHONPATH": str(ROOT)})
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()

    crashed = hashlib.sha256(a_pdf("crash")).hexdigest()
    assert file_store().get(crashed) == a_pdf("crash"), "the bytes were durable before the row: an orphan, and harmless"
    assert [row.name for row in rows(session, "bid_draft")] == ["before.pdf"]
    page = send(client, entries(("files.", "a.pdf", a_pdf("crash")), kept=[str(rows(session, "bid_draft")[0].id)]))
    assert page.status_code == 303
    assert [a["sha256"] for a in bids(session)[0].documents["attachments"] if a["name"] == "a.pdf"] == [crashed]
    for row in rows(session, "bid"):
        assert file_store().has(row.sha256, row.size)


def test_the_log_says_that_a_file_was_kept_and_not_which(work, session, agency):
    attached(work, OCID, agency, ("", "a.pdf", a_pdf("well known paper")))
    session.rollback()
    [line] = session.scalars(select(LogLine).where(LogLine.act == "file.keep"))
    told = json.dumps({c.key: str(getattr(line, c.key)) for c in LogLine.__table__.columns})
    assert hashlib.sha256(a_pdf("well known paper")).hexdigest() not in told


@pytest.mark.parametrize("number", [1, 12])
def test_the_form_asks_the_database_as_often_for_twelve_files_as_for_one(app, client, work, agency, statements, number):
    attached(work, OCID, agency, *(("T1", f"{n}.pdf", a_pdf(str(n))) for n in range(number)))
    client.get(BID)
    with statements() as seen:
        assert len(ticks(client.get(BID).text)) == number
    assert len(seen) <= 8, seen


def test_a_bid_handed_in_without_a_form_carries_no_files_of_others(work, session, agency):
    with work() as unit:
        a_bid(unit, OCID, agency)
    assert rows(session, "bid") == []
