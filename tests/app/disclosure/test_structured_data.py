"""What pages say to machines: valid JSON in the words of schema.org, whole addresses, nobody's name; and the open data page."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import timedelta

import pytest

from tests.builders import story as tell
from tests.builders.notices import a_notice
from tests.builders.rooms import DURING, NOTICE, a_case, a_published_tender

BLOCK = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)


def structured(client, address):
    [block] = BLOCK.findall(client.get(address).text)
    return json.loads(block)


def walk(value):
    if isinstance(value, dict):
        yield value
        for each in value.values():
            yield from walk(each)
    elif isinstance(value, list):
        for each in value:
            yield from walk(each)


@pytest.mark.parametrize(
    ("address", "kind"),
    [("/", "WebSite"), ("/open-data", "DataCatalog"), ("/notices/cp-2025-0001", "GovernmentService")],
)
def test_every_thing_has_a_kind_and_every_address_is_whole(client, work, buyer, address, kind):
    with work() as unit:
        a_published_tender(unit, buyer)
    said = structured(client, address)
    assert (said["@context"], said["@type"]) == ("https://schema.org", kind)
    for thing in walk(said):
        assert "@type" in thing
        for name in ("url", "contentUrl"):
            assert name not in thing or thing[name].startswith("http://localhost/")


def test_a_procurement_says_who_buys_and_everything_that_was_published(client, work, clock_at):
    clock_at(tell.SIGNED + timedelta(days=1))
    told = tell.contracted(work)
    said = structured(client, f"/notices/{told.ocid}")
    assert said["provider"] == {"@type": "GovernmentOrganization", "name": told.buyer.organisation_name}
    assert [each["name"] for each in said["subjectOf"]] == ["招标公告", "中标结果公告", "合同公告"]
    assert all(client.get(each["url"]).status_code == 200 for each in said["subjectOf"])
    people = {"陈望舒", "0000-88001234", *(actor.name for actor in (*told.experts, *told.suppliers, told.buyer))}
    assert not [name for name in people if name in json.dumps(said, ensure_ascii=False)]


def test_what_was_not_public_on_a_day_is_not_said_of_that_day(client, work, clock_at):
    clock_at(tell.SIGNED + timedelta(days=1))
    told = tell.contracted(work)
    said = structured(client, f"/notices/{told.ocid}?as_of={tell.ANNOUNCED.date() - timedelta(days=1)}")
    assert [each["name"] for each in said["subjectOf"]] == ["招标公告"]
    assert "serviceOperator" not in said


def test_a_title_cannot_end_the_block(client, work, buyer):
    with work() as unit:
        a_published_tender(unit, buyer, case=a_case(name="</script><b>服务"))
    page = client.get("/notices/cp-2025-0001").text
    assert "</script><b>" not in page
    assert structured(client, "/notices/cp-2025-0001")["name"] == "</script><b>服务"


def test_open_data_leads_to_files_that_are_there(client, work, buyer):
    with work() as unit:
        a_published_tender(unit, buyer)
    page = client.get("/open-data").text
    addresses = re.findall(r'class="btn btn-outline-primary" href="([^"]+)"', page)
    assert len(addresses) == 8
    for address in addresses:
        assert client.get(address.replace("&amp;", "&")).status_code == 200, address


def test_a_file_has_the_columns_that_were_chosen(client, work, clock_at):
    clock_at(DURING)
    with work() as unit:
        a_notice(unit, "甲", service_field="drugs")
    answer = client.get("/notices.csv?c=field&c=amount&c=nonsense")
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")))
    assert rows == [["项目名称", "服务领域", "金额（元）"], ["甲", "禁毒戒毒", "1000000.00"]]


def test_the_table_keeps_its_columns_from_page_to_page(client, work):
    with work() as unit:
        for n in range(21):
            a_notice(unit, f"第{n}号")
    page = client.get("/notices?q=第&c=field").text
    [onward] = re.findall(r'href="(/notices\?[^"]*after=[^"]*)"', page)
    assert "c=field" in onward
    assert "q=" in onward
    later = client.get(onward.replace("&amp;", "&")).text
    assert re.findall(r'<th scope="col"[^>]*>(.*?)</th>', later) == ["项目名称", "服务领域"]
    assert "第0号" in later


@pytest.mark.parametrize("asked", ["c=nonsense", "c=", "c=<script>", "format=exe", "view=table&after=x"])
def test_odd_columns_and_forms_are_left_out(client, work, asked):
    with work() as unit:
        a_notice(unit)
    answer = client.get(f"/notices?{asked}")
    assert (answer.status_code, answer.mimetype) == (200, "text/html")


def test_only_the_notice_that_the_law_wants_names_the_contact(client, work, buyer):
    """财政部令第87号 第十三条: the contact of the buyer stands in the notice itself, and nowhere else."""
    with work() as unit:
        a_published_tender(unit, buyer)
    contact = {NOTICE["contact_person"], NOTICE["contact_phone"]}
    lists = ["/", "/notices", "/notices?view=table", "/notices?q=服务", "/notices/suggest?q=服务", "/notices.csv", "/notices.atom",
             "/notices.rss", "/agencies", "/results", "/open-data", "/sitemap-0.xml"]  # fmt: skip
    for address in lists:
        page = client.get(address).text
        assert not [name for name in contact if name in page], address
    assert all(name in client.get("/notices/cp-2025-0001").text for name in contact)


def test_no_public_address_leads_nowhere(client, work, clock_at):
    """Every link of the portal that a stranger may follow is there."""
    clock_at(tell.SIGNED + timedelta(days=1))
    told = tell.contracted(work)
    waiting, seen = ["/", f"/notices/{told.ocid}"], set()
    while waiting and len(seen) < 120:
        address = waiting.pop()
        if address in seen:
            continue
        seen.add(address)
        answer = client.get(address)
        assert answer.status_code in (200, 303), address
        if answer.mimetype == "text/html" and answer.status_code == 200 and address.count("&") < 2:
            found = re.findall(r'href="(/[^"#]*)', answer.text)
            waiting += [each.replace("&amp;", "&") for each in found if not each.startswith(("/static", "/bootstrap", "/tenders"))]
    assert {"/open-data", "/agencies", "/results"} <= seen
