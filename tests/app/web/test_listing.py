"""Long tables: an export is exactly what its reader's filter shows, in the chosen columns, and shows nobody more."""

from __future__ import annotations

import csv
import io
import re
from datetime import date, datetime
from decimal import Decimal

import openpyxl
import pytest

from app.web import listing
from app.web.listing import in_a_cell
from kernel.period import SHANGHAI
from kernel.role import Role
from tests.builders import story as tell
from tests.builders.accounts import an_actor
from tests.builders.rooms import DURING, a_case, a_draft, a_published_tender


def rows(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, address
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")))


@pytest.fixture
def signed(work, clock_at):
    clock_at(tell.SIGNED)
    return tell.contracted(work)


def test_a_contract_is_in_the_file_of_its_sides_and_in_nobody_elses(client, work, signed, sign_in_as):
    with work() as unit:
        stranger = an_actor(unit, Role.BUYER)
    for actor, found in ((signed.buyer, 1), (stranger, 0)):
        sign_in_as(client, actor)
        assert len(rows(client, "/contracts?format=csv")) == 1 + found
        page = client.get("/contracts").text
        assert (signed.ocid in page or "年度金额" in page) == bool(found)


@pytest.mark.parametrize(("asked", "found"), [("", 1), ("q=精神卫生", 1), ("q=没有", 0), ("stage=performing", 1), ("stage=completed", 0)])
def test_the_file_of_contracts_is_what_the_filter_shows(client, signed, sign_in_as, asked, found):
    sign_in_as(client, signed.buyer)
    assert len(rows(client, f"/contracts?{asked}&format=csv")) - 1 == found
    assert len(re.findall(r'<th scope="row">', client.get(f"/contracts?{asked}").text)) == found


def test_a_draft_is_in_the_list_and_the_file_of_its_own_buyer_only(client, work, sign_in_as, clock_at):
    clock_at(DURING)
    with work() as unit:
        own, other, finance = (an_actor(unit, role) for role in (Role.BUYER, Role.BUYER, Role.FINANCE))
        a_draft(unit, own, "cp-2025-0001", a_case(name="尚未公布的服务"))
        a_published_tender(unit, own, "cp-2025-0002", a_case(name="已经公布的服务"))
    for actor, found in ((own, {"尚未公布的服务", "已经公布的服务"}), (other, set()), (finance, {"已经公布的服务"})):
        sign_in_as(client, actor)
        assert {row[0] for row in rows(client, "/tenders?format=csv")[1:]} == found
        table = client.get("/tenders?view=table").text
        assert {name for name in ("尚未公布的服务", "已经公布的服务") if name in table} == found


def test_the_workbook_has_the_chosen_columns_and_says_what_was_asked(client, signed, sign_in_as):
    sign_in_as(client, signed.buyer)
    book = openpyxl.load_workbook(io.BytesIO(client.get("/contracts?c=amount&q=服务&format=xlsx").data))
    head, first = list(book["合同"].iter_rows(values_only=True))
    assert head == ("合同", "年度金额（元）")
    assert isinstance(first[1], int | float)
    said = [row[:2] for row in book["筛选条件"].iter_rows(values_only=True)]
    assert ("文字", "服务") in said


def test_a_file_that_would_be_too_long_is_refused(client, signed, sign_in_as, monkeypatch):
    monkeypatch.setattr(listing, "MOST_ROWS", {"csv": 0, "xlsx": 1})
    sign_in_as(client, signed.buyer)
    assert client.get("/contracts?format=csv").status_code == 422
    assert client.get("/contracts?format=xlsx").status_code == 200


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "—"), ("", "—"), (0, "0"), (Decimal("0"), "¥0.00"), (Decimal("1234567.5"), "¥1,234,567.50"),
        (date(2026, 11, 22), "2026年11月22日 星期日"), (datetime(2026, 11, 22, 9, 5, tzinfo=SHANGHAI), "2026年11月22日 星期日 09:05"),
    ],
)  # fmt: skip
def test_a_cell_is_said_as_everywhere(value, shown):
    assert in_a_cell(value) == shown
