"""Drafts: kept, one's own, overwritten by nobody, gone with the act; and no act themselves."""

from __future__ import annotations

import re
import threading

import pytest
from sqlalchemy import func, select, text

from app.accounts.models import OrganisationRow
from app.drafts.models import DraftRow
from app.drafts.queries import own_draft, own_drafts
from app.drafts.services import MOST, KeepDraft, Overtaken, Ticket, close_draft, keep_draft, put_away
from app.procurement.scorings.models import MarkRow
from app.transparency.models import LogLine
from kernel.refusal import BadInput, Stale
from kernel.role import Role
from tests.builders import story as tell
from tests.builders.accounts import an_actor
from tests.builders.evaluation_story import BEGUN, a_story
from tests.builders.evaluation_story import at as on
from tests.builders.rooms import BIDS_CLOSE, DURING, a_bid, a_published_tender, a_supplier

NOW = tell.SCORED
BID = "/tenders/cp-2025-0001/bid"


@pytest.fixture
def author(work):
    with work() as unit:
        return an_actor(unit, Role.EXPERT)


def keep(work, actor, said, ticket, *, base="", now=NOW, subject="s"):
    with work() as unit:
        return keep_draft(unit, KeepDraft(actor, "form", subject, base, ticket, {"reason": [said]}), now).version


def said_in(session, actor, subject="s"):
    session.rollback()
    row = own_draft(session, actor, "form", subject)
    return None if row is None else row.fields["reason"][0]


def test_one_window_saves_as_often_as_it_likes(work, session, author):
    window = Ticket(0, "a")
    assert [keep(work, author, said, window) for said in ("一", "一二", "一二三")] == [1, 2, 3]
    assert said_in(session, author) == "一二三"


def test_a_window_that_has_not_seen_the_others_word_is_refused_and_nothing_is_overwritten(work, session, author):
    keep(work, author, "第一个窗口", Ticket(0, "a"))

    with pytest.raises(Overtaken, match="另一窗口"):
        keep(work, author, "第二个窗口", Ticket(0, "b"))

    assert said_in(session, author) == "第一个窗口"
    keep(work, author, "看过以后", Ticket(1, "b"))
    with pytest.raises(Overtaken):
        keep(work, author, "没看过", Ticket(0, "a"))
    assert said_in(session, author) == "看过以后"


def test_the_same_content_sent_again_is_no_conflict(work, author):
    """The answer was lost with the server: the window that comes back says the same once more."""
    keep(work, author, "同样的话", Ticket(0, "a"))
    assert keep(work, author, "同样的话", Ticket(0, "b")) == 2


def test_a_window_from_before_the_act_saves_nothing_after_it(work, session, author):
    keep(work, author, "旧页面", Ticket(0, "a"))
    with work() as unit:
        close_draft(unit, author, "form", "s", "", Ticket(0, "a"))

    with pytest.raises(Overtaken):
        keep(work, author, "旧页面又写", Ticket(0, "a"), base="acted")
    assert said_in(session, author) is None


def test_an_act_that_would_bury_another_windows_draft_is_refused(work, session, author):
    keep(work, author, "第一个窗口", Ticket(0, "a"))
    with pytest.raises(Overtaken), work() as unit:
        close_draft(unit, author, "form", "s", "", Ticket(0, "b"))
    assert said_in(session, author) == "第一个窗口"
    with work() as unit:
        close_draft(unit, author, "form", "s", "", None)  # sent by no page of ours
    assert said_in(session, author) is None


def test_two_windows_in_the_same_instant_leave_one_word_and_one_refusal(app, work, session, author):
    together, outcomes = threading.Barrier(2), []

    def window(name):
        with app.app_context():
            together.wait()
            try:
                keep(work, author, name, Ticket(0, name))
                outcomes.append(name)
            except Stale:
                outcomes.append("refused")

    threads = [threading.Thread(target=window, args=(name,)) for name in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes)[1] == "refused"
    assert said_in(session, author) == sorted(outcomes)[0]


def test_a_draft_is_its_authors_alone_and_only_for_the_organisation_they_act_for(work, session, author):
    with work() as unit:
        other = an_actor(unit, Role.EXPERT)
    keep(work, author, "只给自己", Ticket(0, "a"))

    assert said_in(session, other) is None
    assert own_drafts(session, other, "form", "") == {}
    elsewhere = type(author)(author.person_id, other.organisation_id, author.role, author.name, other.organisation_name)
    assert said_in(session, elsewhere) is None
    with work() as unit:
        put_away(unit, other, "form", "s")
    assert said_in(session, author) == "只给自己"


@pytest.mark.parametrize(("length", "kept"), [(MOST - 100, True), (MOST + 1, False)])
def test_a_draft_is_no_bigger_than_a_form(work, author, length, kept):
    if kept:
        keep(work, author, "x" * length, Ticket(0, "a"))
    else:
        with pytest.raises(BadInput, match="过长"):
            keep(work, author, "x" * length, Ticket(0, "a"))


@pytest.mark.parametrize("sent", ["", "x", "1", "1.", "-1.a.", "²." + "a", "1." + "a" * 41, "9" * 12 + ".a."])
def test_a_ticket_that_is_none_is_read_as_none(sent):
    assert Ticket.read(sent) is None


# --- the expert's sheet ---------------------------------------------------------------------------------------------


@pytest.fixture
def scoring(work, client, sign_in_as, clock_at):
    story = tell.conforming(work)
    clock_at(tell.SCORED)
    sign_in_as(client, story.leader)
    return story


def address(story, bid=0):
    return f"/tenders/{story.ocid}/scoring/{story.bids[bid]}"


def test_an_autosave_is_no_act_no_mark_is_saved_and_the_log_is_silent(client, scoring, session):
    before = session.scalar(select(func.count()).select_from(LogLine))

    answer = client.post(f"{address(scoring)}/draft", data={"T1b": "优", "reason.T1": "先记下"})

    session.rollback()
    assert answer.status_code == 200
    assert answer.json["saved"] == "15:30:00"
    assert session.scalar(select(func.count()).select_from(MarkRow)) == 0
    assert session.scalar(select(func.count()).select_from(LogLine)) == before
    shown = client.get(address(scoring)).text
    assert "先记下" in shown
    assert "自动保存的草稿" in shown


def test_the_running_total_is_the_saved_total(client, scoring):
    from tests.app.procurement.scorings.test_scoring_pages import filled

    running = client.post(f"{address(scoring)}/draft", data=filled(scoring)).json["shown"]
    client.post(address(scoring), data=filled(scoring))

    shown = client.get(address(scoring)).text
    assert f'data-shown="total">{running["total"]}<' in shown
    assert f'data-shown="of">{running["of"]}<' in shown
    assert "自动保存的草稿" not in shown, "the draft went with the act"


def test_what_cannot_be_read_yet_is_kept_and_blamed_on_nobody(client, scoring):
    told = client.post(f"{address(scoring)}/draft", data={"T7d": "很"}).json

    assert told["shown"]["total"] == "0.00"
    shown = client.get(address(scoring)).text
    assert 'value="很"' in shown
    assert "field control wrong" not in shown


def test_nobody_signs_over_a_draft(client, scoring, work):
    tell.mark(work, scoring, 0)
    client.post(f"{address(scoring, 1)}/draft", data={"T1b": "差"})

    refused = client.post(f"/tenders/{scoring.ocid}/scoring/sign")
    assert refused.status_code == 422
    assert "有自动保存的草稿" in refused.text

    client.post(f"{address(scoring, 1)}/draft", data={"put_away": "1"})
    assert client.post(f"/tenders/{scoring.ocid}/scoring/sign").status_code == 303


def test_a_signed_sheet_takes_no_draft_and_others_see_none(client, scoring, work, sign_in_as):
    client.post(f"{address(scoring)}/draft", data={"reason.T1": "独一无二的理由"})
    sign_in_as(client, scoring.members[1])
    assert "独一无二的理由" not in client.get(address(scoring)).text
    for stranger in (scoring.buyer, scoring.suppliers[0]):
        sign_in_as(client, stranger)
        assert client.post(f"{address(scoring)}/draft", data={"T1b": "差"}).status_code == 403
    sign_in_as(client, scoring.members[1])
    tell.mark(work, scoring, 1)
    client.post(f"/tenders/{scoring.ocid}/scoring/sign")
    assert client.post(f"{address(scoring)}/draft", data={"T1b": "差"}).status_code == 409


def test_a_conflict_is_told_in_words(client, scoring):
    first, second = (_ticket(client.get(address(scoring)).text) for _ in range(2))
    client.post(f"{address(scoring)}/draft", data={"draft": first, "reason.T1": "第一个窗口"})

    refused = client.post(f"{address(scoring)}/draft", data={"draft": second, "reason.T1": "第二个窗口"})
    acted = client.post(address(scoring), data={"draft": second, "reason.T1": "第二个窗口"})

    assert (refused.status_code, refused.json["at"]) == (409, "15:30:00")
    assert acted.status_code == 409
    assert "另一窗口" in acted.text
    assert "第二个窗口" in acted.text
    assert "第一个窗口" in client.get(address(scoring)).text


def _ticket(page):
    return page.split('name="draft" value="')[1].split('"')[0]


# --- the evaluator's sheet and the bid ------------------------------------------------------------------------------


def test_an_evaluators_leaf_runs_along_and_must_be_saved_before_signing(client, app, clock_at, sign_in_as):
    story = a_story().ready_to_score().marked(0)
    clock_at(on(BEGUN, 15))
    sign_in_as(client, story.evaluators[0])
    sheet = f"/assignments/{story.assignment_ids[0]}/sheet"
    before = client.get(f"{sheet}?leaf=X1").text.split('data-shown="total">')[1].split("<")[0]

    told = client.post(f"{sheet}/X1/draft", data={"mark.X1": "0", "reason": "没有成效证据"}).json

    assert told["shown"]["verdict"] == "0 / 30"
    assert told["shown"]["total"] != before
    assert "没有成效证据" in client.get(f"{sheet}?leaf=X1").text
    assert "△ 草稿" in client.get(f"{sheet}?leaf=D1").text
    assert "草稿" in client.get(f"{sheet}/sign").text
    assert client.post(f"{sheet}/sign").status_code == 422
    assert client.post(f"{sheet}/X1", data={"mark.X1": "0", "reason": "没有成效证据"}).status_code == 303
    assert client.post(f"{sheet}/sign").status_code == 303


@pytest.fixture
def agency(app, work, clock_at, sign_in_as, client):
    with work() as unit:
        a_published_tender(unit)
        actor, _ = a_supplier(unit)
    clock_at(DURING)
    sign_in_as(client, actor)
    return actor


def test_a_bids_draft_is_seen_by_its_author_and_by_nobody_else_not_even_that_it_is_there(
    client, agency, work, sign_in_as, session
):
    client.post(f"{BID}/draft", data={"price": "777777.77", "statement": ["1"], "proof.T1": "还没写完的方案"})
    page = client.get(BID).text
    assert 'value="777777.77"' in page
    assert "还没写完的方案" in page

    with work() as unit:
        rival, _ = a_supplier(unit)
        colleague = an_actor(unit, Role.SUPPLIER, unit.session.get(OrganisationRow, agency.organisation_id))
    for other in (rival, colleague):
        sign_in_as(client, other)
        for place in (BID, "/tenders/cp-2025-0001", "/workbench"):
            assert "777777.77" not in client.get(place).text
            assert "自动保存的草稿" not in client.get(place).text
    session.rollback()
    traces = session.execute(text("SELECT count(*) FROM log_lines WHERE act LIKE 'bid%'")).scalar()
    assert traces == 0


def test_handing_in_takes_the_draft_along_and_replacing_begins_with_the_bid(client, agency, work, session):
    client.post(f"{BID}/draft", data={"price": "777777.77"})
    with work() as unit:
        a_bid(unit, "cp-2025-0001", agency)  # by another way: the draft is from before it

    assert "777777.77" not in client.get(f"{BID}/replace").text
    told = client.post(f"{BID}/draft", data={"price": "666666.66"})
    assert told.status_code == 200
    assert 'value="666666.66"' in client.get(f"{BID}/replace").text


def test_what_a_refused_form_was_still_saving_when_it_was_sent_is_no_other_windows_word(client, agency):
    """Saving and handing in travel side by side: the draft may arrive after the page with the refusal was drawn."""
    typed = {"price": "九十万", "draft": ticket_in(client.get(BID).text)}
    refused = client.post(BID, data=typed)
    assert refused.status_code == 422

    assert client.post(f"{BID}/draft", data=typed).status_code == 200
    again = {"price": "900000", "draft": ticket_in(refused.text)}

    assert client.post(f"{BID}/draft", data=again).status_code == 200
    assert "另一窗口" not in client.post(BID, data=again).text


def test_another_window_is_still_another_after_a_refusal(client, agency):
    mine, other = ticket_in(client.get(BID).text), ticket_in(client.get(BID).text)
    refused = ticket_in(client.post(BID, data={"price": "九十万", "draft": mine}).text)
    client.post(f"{BID}/draft", data={"price": "800000", "draft": other})

    assert client.post(f"{BID}/draft", data={"price": "900000", "draft": refused}).status_code == 409


def ticket_in(page):
    return re.search(r'name="draft" value="([^"]+)"', page)[1]


def test_after_the_deadline_nothing_is_kept(client, agency, clock_at, session):
    clock_at(BIDS_CLOSE)
    assert client.post(f"{BID}/draft", data={"price": "1"}).status_code == 409
    session.rollback()
    assert session.scalar(select(func.count()).select_from(DraftRow)) == 0


def test_a_draft_needs_the_pages_token_as_every_form(client, agency, app):
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        assert client.post(f"{BID}/draft", data={"price": "1"}).status_code == 400
    finally:
        app.config["WTF_CSRF_ENABLED"] = False
