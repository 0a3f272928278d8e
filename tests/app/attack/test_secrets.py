"""What nobody may learn yet shows nowhere: the same bytes with it and without it, on every address, for every role."""

from __future__ import annotations

import re
from datetime import timedelta

from sqlalchemy import text

from kernel.role import Role
from tests.builders import evaluation_story
from tests.builders import story as tell
from tests.builders.accounts import an_actor

CHANGING = re.compile(
    rb'name="(csrf_token|once)"[^>]*value="[^"]*"|value="[^"]*"[^>]*name="(csrf_token|once)"|[0-9a-f]{12}(?=<)'
    rb'|data-now="[^"]*"|name="draft" value="[^"]*"'
    rb"|\d\d:\d\d:\d\d"
)
"""What chance and the clock write: the token, the once-key, the draft's ticket, the number of the request, seconds.

Only *what* stands there is left out of the comparison, not how long it is: the length of a page tells nothing either.
"""


def by_length(found):
    return b"<%d>" % len(found[0])


ROLES = [role for role in Role if role is not Role.CLOCK]
LEAVING = {"accounts.sign_out", "accounts.end_session", "accounts.sign_in", "accounts.choose_role", "accounts.sessions", "design.show"}
WOULD_ACT = {"tenders.terminate", "rubrics.new", "rubrics.keep_from_library", "tenders.new", "messages.open_calendar", "messages.end_calendar"}


def everything(app, readers, sign_in_as, places, posts=True):
    """Every answer of every address to every reader."""
    answers, bid = {}, places.get("bid_id", "no bid")
    for name, reader in readers.items():
        browser = app.test_client()
        if reader is not None:
            sign_in_as(browser, reader)  # twice: what happened since the last time is then nothing, in every round
            sign_in_as(browser, reader)
        for rule in app.url_map.iter_rules():
            if rule.endpoint in LEAVING | WOULD_ACT | {"static", "bootstrap.static"} or any(a not in places for a in rule.arguments):
                continue
            address = re.sub(r"<(?:\w+:)?(\w+)>", lambda m: places[m[1]], rule.rule)
            for method in ("GET", "POST") if posts else ("GET",):
                if method in rule.methods:
                    answer = getattr(browser, method.lower())(address)
                    headers = {k: v for k, v in answer.headers if k not in ("X-Request-Id", "Set-Cookie", "Date")}
                    assert int(headers.get("Content-Length", len(answer.data))) == len(answer.data)
                    body = CHANGING.sub(by_length, answer.data.replace(bid.encode(), b"BID"))
                    where = {k: v.replace(bid, "BID") for k, v in headers.items() if k != "Content-Length"}
                    answers[name, method, address.replace(bid, "BID")] = (answer.status_code, where, body)
    return answers


def differing(before, after):
    assert before.keys() == after.keys()
    return [place for place in before if before[place] != after[place]]


def test_whether_and_how_many_bid_is_told_nowhere_before_the_opening(app, work, sign_in_as, clock_at, session):
    """财政部令第87号 第二十八条: names and number of bidders, to everybody, by every question and every refusal."""
    story = tell.a_published_tender(work)
    newcomers = []
    for _ in range(4):  # their files are there before the first look: only the bids are new
        with work() as unit:
            supplier = an_actor(unit, Role.SUPPLIER)
            proofs = tuple(tell.Proof(condition, f"{condition.zh}的证明") for condition in tell.Condition)
            command = tell.RegisterSupplier(supplier, tell.SupplierKind.SERVICE_AGENCY, {}, None, proofs)
            tell.register_supplier(unit, command, tell.REGISTERED)
            newcomers.append(supplier)
    with work() as unit:
        readers = {None: None, "own buyer": story.buyer, **{role: an_actor(unit, role) for role in ROLES}}
    places = {
        "ocid": story.ocid, "bid_id": "4503599627370", "supplier_id": "1", "hash": "0" * 64, "contract_id": "1", "year": "1", "scheme_id": "1",
        "assignment_id": "1", "result_id": "1", "rubric_id": "1", "subject_id": "1", "leaf_id": "x", "code": "x",
    }  # fmt: skip
    clock_at(tell.CLOSE - timedelta(minutes=9))
    without = everything(app, readers, sign_in_as, places)
    for n, supplier in enumerate(newcomers):
        documents = {"proofs": {}, "statements": [], "salt": f"s{n}", "contact": {}}
        bid = tell.SubmitBid(supplier, story.ocid, 650_000_000 + n, {}, documents)
        with work() as unit:
            tell.submit_bid(unit, bid, tell.SUBMITTED + timedelta(minutes=n))
    places["bid_id"] = str(session.execute(text("SELECT min(id) FROM bids")).scalar())
    clock_at(tell.CLOSE - timedelta(minutes=9))
    with_four = everything(app, readers, sign_in_as, places)

    assert differing(without, with_four) == []
    assert len(without) > 500


def test_an_experts_marks_are_told_nowhere_before_the_last_signature(app, work, sign_in_as, clock_at, session):
    """Four have signed; the fifth marks, and marks differently: not one byte changes for anybody else."""
    story = tell.conforming(work)
    for n in range(1, 5):
        tell.mark(work, story, n)
        with work() as unit:
            tell.scoring_acts.sign_sheet(unit, tell.SignSheet(story.members[n], story.ocid), tell.SCORED)
    with work() as unit:
        strangers = {role: an_actor(unit, role) for role in ROLES}
    readers = {
        None: None, **strangers, "own buyer": story.buyer, "finance": story.finance, "overseer": story.overseer,
        "bidder": story.suppliers[0], **{f"member {n}": story.members[n] for n in range(1, 5)},
    }  # fmt: skip
    places = {"ocid": story.ocid, "bid_id": str(story.bids[0]), "supplier_id": "1"}
    clock_at(tell.SCORED)
    tell.mark(work, story, 0)
    first = everything(app, readers, sign_in_as, places, posts=False)
    tell.mark(work, story, 0, but={place: {part.id: other for part, other in others(story)} for place in range(4)})
    clock_at(tell.SCORED)
    second = everything(app, readers, sign_in_as, places, posts=False)
    assert differing(first, second) == []
    for name, method, address in first:
        if "/ranking" in address and method == "GET":
            assert first[name, method, address][0] in (303, 403, 404), (name, address)


def others(story):
    """Another lawful mark for every judged part that has levels to choose from."""
    for part in story.rubric.parts():
        if not part.objective and part.rule.form.kind == "choice":
            yield part, part.rule.form.choices[-1].value


def test_an_evaluators_marks_are_told_nowhere_before_the_last_signature(app, work, sign_in_as, clock_at):
    """Two have signed; the third marks, and marks differently."""
    story = evaluation_story.a_story().ready_to_score()
    for n in (1, 2):
        story.marked(n).signed(n)
    with work() as unit:
        strangers = {role: an_actor(unit, role) for role in ROLES}
    readers = {
        None: None, **strangers, "buyer": story.buyer, "body": story.body, "agency": story.agency,
        "evaluator 1": story.evaluators[1], "evaluator 2": story.evaluators[2],
    }  # fmt: skip
    places = {
        "scheme_id": str(story.scheme_id), "assignment_id": str(story.assignment_ids[0]), "result_id": "1", "leaf_id": "D1",
        "subject_id": str(story.subject_id), "rubric_id": str(story.rubric_id),
    }  # fmt: skip
    clock_at(evaluation_story.at(evaluation_story.SIGNED))
    story.marked(0)
    first = everything(app, readers, sign_in_as, places, posts=False)
    story.marked(0, {**evaluation_story.SHEET, "D1": {"D1": "不合理"}, "X1": {"X1": "1"}})
    clock_at(evaluation_story.at(evaluation_story.SIGNED))
    second = everything(app, readers, sign_in_as, places, posts=False)
    assert differing(first, second) == []
