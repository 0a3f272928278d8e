"""What is sent is small, and what does not change is sent once."""

from __future__ import annotations

import gzip
import re

from tests.builders.accounts import an_actor, open_the_door

ASK = {"Accept-Encoding": "gzip, deflate, br"}


def test_every_style_sheet_and_script_of_a_page_may_be_kept_for_a_year_and_has_its_contents_mark_in_its_address(client):
    page = client.get("/notices").text
    addresses = re.findall(r'(?:href|src)="((?:/static|/bootstrap)[^"]+)"', page)
    assert len(addresses) >= 5
    for address in addresses:
        assert re.search(r"\?v=[0-9a-f]{10}$", address), address
        answer = client.get(address)
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_without_the_mark_a_static_file_is_asked_for_each_time(client):
    assert "immutable" not in client.get("/static/css/tokens.css").headers["Cache-Control"]


def test_texts_travel_compressed_and_say_the_same(client):
    for address in ("/notices", "/static/css/tokens.css", "/static/img/caiping.svg"):
        plain, packed = client.get(address), client.get(address, headers=ASK)
        assert packed.headers["Content-Encoding"] == "gzip", address
        assert "Accept-Encoding" in packed.headers["Vary"]
        assert len(packed.data) < len(plain.data)
        assert int(packed.headers["Content-Length"]) == len(packed.data)
        assert gzip.decompress(packed.data) == plain.data
        assert "Content-Encoding" not in plain.headers


def test_a_page_that_was_kept_compressed_is_not_sent_again(client):
    first = client.get("/notices", headers=ASK)
    again = client.get("/notices", headers={**ASK, "If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_workbooks_are_sent_as_they_are(client):
    assert "Content-Encoding" not in client.get("/notices.xlsx", headers=ASK).headers


def test_a_persons_page_whose_address_says_something_is_not_compressed(app, client, work):
    """Its length would tell whoever chose the address whether a guess stands in the page."""
    with work() as unit:
        actor = an_actor(unit)
    with app.app_context():
        open_the_door(app, client, actor)
    assert client.get("/workbench", headers=ASK).headers.get("Content-Encoding") == "gzip"
    assert "Content-Encoding" not in client.get("/tenders?q=guess", headers=ASK).headers
    assert "Content-Encoding" not in client.get("/notices?q=guess", headers=ASK).headers
