"""Every form that says ``autosaved``: kept while it is typed, one's own, overwritten by nobody, gone with its act."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from sqlalchemy import func, select

from app.accounts.models import OrganisationRow
from app.drafts.models import DraftRow
from app.drafts.services import KEPT, forget_old
from app.transparency.models import LogLine
from tests.app.drafts.places import FORMS, redraft_scheme
from tests.builders.accounts import an_actor, an_organisation

TYPED = "写到一半的内容 <b>&"


# --- what a page carries ---------------------------------------------------------------------------------------------


def opened(browser: Any, address: str) -> tuple[str, dict[str, str]]:
    """The page, and what its form carries hidden."""
    answer = browser.get(address)
    assert answer.status_code == 200, answer.text
    return answer.text, carried(answer.text)


def carried(page: str) -> dict[str, str]:
    form = page.split('id="own-form"')[1].split("</form>")[0]
    hidden = (tag for tag in re.findall(r"<input[^>]*>", form) if 'type="hidden"' in tag)
    return {re.search(r'name="([^"]*)"', tag)[1]: html.unescape(re.search(r'value="([^"]*)"', tag)[1]) for tag in hidden}


def kept(session: Any) -> list[DraftRow]:
    session.rollback()
    return list(session.scalars(select(DraftRow)))


def lines(session: Any) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(LogLine))


def in_page(text: str, page: str) -> bool:
    return text in html.unescape(page)


EACH = [pytest.param(*each, id=each[0].__name__) for places in FORMS.values() for each in places]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)  # both databases: the tests of one form below
@pytest.mark.parametrize(("make", "long"), EACH)
def test_a_draft_is_kept_until_its_act_for_its_author_alone(
    make, long, app, client, work, session, clock_at, sign_in_as, statements
) -> None:
    place = make()
    clock_at(place.moment)
    sign_in_as(client, place.actor)
    before = lines(session)
    first, second = (opened(client, place.address)[1] for _ in range(2))

    saved = client.post("/drafts", data={**first, long: TYPED})
    assert saved.status_code == 200, saved.text
    assert saved.json["saved"]
    assert [row.fields[long] for row in kept(session)] == [[TYPED]]
    assert not {"csrf_token", "once", "drawn", "draft"} & set(kept(session)[0].fields)
    assert lines(session) == before, "it is no act, and in no log"

    # a second window: told, and nothing overwritten, whether it saves or acts
    refused = client.post("/drafts", data={**second, long: "另一个窗口"})
    assert (refused.status_code, "另一窗口" in refused.json["conflict"]) == (409, True)
    acted = client.post(place.address, data={**place.act, **second, long: place.act.get(long, "另一个窗口")})
    assert acted.status_code in (409, 422)
    assert in_page("已在另一窗口保存过", acted.text)
    assert (lines(session), kept(session)[0].fields[long]) == (before, [TYPED])

    # signed out and in again, on another machine: there it is, with its time, for one statement
    client.post("/sign-out")
    again = app.test_client()
    sign_in_as(again, place.actor)
    again.get(place.address)
    with statements() as seen:
        page, window = opened(again, place.address)
    assert in_page(TYPED, page)
    assert "自动保存的草稿" in page
    assert f"{kept(session)[0].saved_at:%H:%M}" in page
    assert len([each for each in seen if "drafts" in each]) == 1

    # nobody else: not a colleague in the same chair, not with what the page carries
    with work() as unit:
        house = unit.session.get(OrganisationRow, place.actor.organisation_id)
        others = [an_actor(unit, place.actor.role, house), an_actor(unit, place.actor.role, an_organisation(unit, house.kind))]
    for other in others:
        browser = app.test_client()
        sign_in_as(browser, other)
        for address in (place.address, "/workbench"):
            seen = browser.get(address).text
            assert not in_page(TYPED, seen)
            assert "自动保存的草稿" not in seen
        assert browser.post("/drafts", data={**window, long: "别人"}).status_code == 403
        assert browser.post("/drafts", data={**window, "put_away": "1"}).status_code == 403
    assert kept(session)[0].fields[long] == [TYPED]

    # the act takes it along; what was still on its way does not bring it back
    done = again.post(place.address, data={**window, **place.act})
    assert done.status_code == 303, done.text
    assert kept(session) == []
    assert again.post("/drafts", data={**window, long: "迟到的"}).status_code == 409
    assert kept(session) == []


# --- what only some do -----------------------------------------------------------------------------------------------


@pytest.fixture
def scheme(client, clock_at, sign_in_as):
    place = redraft_scheme()
    clock_at(place.moment)
    sign_in_as(client, place.actor)
    return place


def test_a_draft_put_away_gives_the_form_back_as_it_was(client, scheme, session) -> None:
    _, window = opened(client, scheme.address)
    client.post("/drafts", data={**window, "name": TYPED})
    assert in_page(TYPED, client.get(scheme.address).text)

    answer = client.post("/drafts", data={**window, "put_away": "1"})

    assert (answer.status_code, answer.location) == (303, scheme.address)
    assert kept(session) == []
    shown = client.get(scheme.address).text
    assert not in_page(TYPED, shown)
    assert "第一年度期末绩效评估方案" in shown


def test_what_a_colleague_changed_since_is_not_undone_by_an_old_draft(app, client, scheme, work, sign_in_as, session) -> None:
    client.post("/drafts", data={**opened(client, scheme.address)[1], "name": TYPED})
    with work() as unit:
        colleague = an_actor(unit, scheme.actor.role, unit.session.get(OrganisationRow, scheme.actor.organisation_id))
    browser = app.test_client()
    sign_in_as(browser, colleague)
    sent = {**opened(browser, scheme.address)[1], **scheme.act, "name": "同事改的名称"}
    assert browser.post(scheme.address, data=sent).status_code == 303
    assert len(kept(session)) == 1, "another's act closes only their own draft"

    page, _ = opened(client, scheme.address)
    assert "同事改的名称" in page
    assert not in_page(TYPED, page)
    assert "草稿没有填入" in page

    asked, window = opened(client, f"{scheme.address}?draft=1")
    assert in_page(TYPED, asked)
    assert client.post(scheme.address, data={**scheme.act, **window, "name": TYPED}).status_code == 303


def test_a_refused_form_goes_on_in_its_own_window(client, scheme) -> None:
    _, window = opened(client, scheme.address)
    wrong = client.post(scheme.address, data={**scheme.act, **window, "name": "", "users": "一半"})
    assert wrong.status_code == 422
    assert "自动保存的草稿" not in wrong.text, "what stands there is what was sent"
    late = client.post("/drafts", data={**window, "name": "发出时还在保存的"})
    assert late.status_code == 200

    again = carried(wrong.text)
    assert client.post("/drafts", data={**again, "name": "改好的"}).status_code == 200
    assert client.post(scheme.address, data={**scheme.act, **again}).status_code == 303


def test_who_was_told_of_the_other_window_may_decide(client, scheme, session) -> None:
    first, second = (opened(client, scheme.address)[1] for _ in range(2))
    client.post("/drafts", data={**first, "name": TYPED})

    told = client.post(scheme.address, data={**scheme.act, **second})
    assert told.status_code == 422

    assert client.post(scheme.address, data={**scheme.act, **carried(told.text)}).status_code == 303
    assert kept(session) == []


@pytest.mark.parametrize("drawn", ["", "x", "WzEsMSwidGVuZGVycy5uZXciLCIvIl0.AAAA"])
def test_only_who_was_shown_a_form_keeps_a_draft_of_it(client, scheme, session, drawn) -> None:
    assert client.post("/drafts", data={"drawn": drawn, "draft": "0.a.", "name": "x"}).status_code == 403
    assert kept(session) == []


def test_without_scripts_the_form_is_what_it_was(client, scheme, session) -> None:
    page, window = opened(client, scheme.address)
    assert 'method="post"' in page
    plain = {name: text for name, text in window.items() if name not in ("draft", "drawn")}
    assert client.post(scheme.address, data={**scheme.act, **plain}).status_code == 303


@pytest.mark.parametrize(("seconds", "left"), [(-1, 1), (0, 1), (1, 0)])
def test_the_worker_puts_away_what_nobody_touched(client, scheme, session, seconds, left) -> None:
    client.post("/drafts", data={**opened(client, scheme.address)[1], "name": TYPED})
    [row] = kept(session)
    assert forget_old(row.saved_at + KEPT + type(KEPT)(seconds=seconds)) == 1 - left
    assert len(kept(session)) == left
