"""The web server is killed with -9 at random moments while people act: what they were answered stands, and stands once.

The real server (granian, two workers) with everything that it started is killed; the visitors send the same form again until
they are answered. Between two lives the database is asked: it holds what was acknowledged, and at most the one act more whose
answer was lost. The seed of the moments is the number of kills.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable
from math import inf

import pytest
from sqlalchemy import func, select

from app.accounts import Actor
from app.drafts.queries import own_draft
from app.messages.kinds import Delivery, Kind
from app.messages.models import EnvelopeRow, MessageRow
from app.messages.services import Contact, set_contact
from app.procurement.bids.models import BidRow
from app.procurement.scorings.models import MarkRow
from app.transparency.chain import verify
from app.transparency.models import LogLine
from tests.app.procurement.bids.test_bid_pages import BID, entries
from tests.app.procurement.scorings.test_scoring_pages import filled
from tests.builders import story as tell
from tests.builders.accounts import open_the_door
from tests.builders.killing import Child
from tests.builders.persistent import PATIENCE_SECONDS, Crowd, Persistent
from tests.builders.post_office import post_office
from tests.builders.rooms import DURING, a_published_tender, a_supplier

KILLS = [pytest.param(5, id="5"), pytest.param(100, id="100", marks=pytest.mark.deep)]
LONGEST_LIFE = 0.25
"""Seconds from the first answer of a life to its end."""


class Visitor:
    """Somebody with a window. ``acked``: how many acts were answered."""

    def __init__(self, actor: Actor, window: Persistent) -> None:
        self.actor, self.window = actor, window
        self.acked = 0

    def acts(self, act: Callable[[int], None], last: float = inf) -> Callable[[], bool]:
        """One act after the other, until number ``last`` was answered."""

        def once() -> bool:
            act(self.acked + 1)
            self.acked += 1
            return self.acked < last

        return once


@pytest.fixture
def visitor(app):
    def come(actor: Actor, port: int) -> Visitor:
        browser = app.test_client()
        open_the_door(app, browser, actor)
        return Visitor(actor, Persistent(port, browser.get_cookie("caiping").value))

    return come


def kill_while(crowd: Crowd, visitors: list[Visitor], server: Child, kills: int, stands: Callable[[], None]) -> None:
    """Kill that many servers under the crowd, and look each time at what stands."""
    chance = random.Random(kills)
    crowd.begin()
    for _ in range(kills):
        if chance.random() < 0.85:  # else it may die before it has served anybody
            _wait_for_an_answer(crowd, visitors)
        time.sleep(chance.uniform(0, LONGEST_LIFE))
        server.kill()
        stands()
        server.start()
    crowd.end()
    stands()
    lost = sum(visitor.window.lost for visitor in visitors)
    print(f"{kills} kills: {sum(visitor.acked for visitor in visitors)} acts acknowledged, {lost} answers lost")
    assert lost >= kills // 4, "the kills hardly ever met anybody in the middle of an act"


def _wait_for_an_answer(crowd: Crowd, visitors: list[Visitor]) -> None:
    before, until = sum(visitor.window.answers for visitor in visitors), time.monotonic() + PATIENCE_SECONDS
    while sum(visitor.window.answers for visitor in visitors) == before:
        crowd.fine()
        assert time.monotonic() < until
        time.sleep(0.002)


def all_or_one_more(visitors: list[Visitor], stored: Callable[[Visitor], int]) -> Callable[[], None]:
    """What stands is what was acknowledged, or that and the act whose answer was lost."""

    def stands() -> None:
        for visitor in visitors:
            acked = visitor.acked  # before the database is asked: an answer may still be on its way
            assert stored(visitor) in (acked, acked + 1)

    return stands


def acts_in_the_log(session, actor: Actor, *acts: str) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(LogLine).where(LogLine.person_id == actor.person_id, LogLine.act.in_(acts)))


@pytest.mark.parametrize("kills", KILLS)
def test_no_saved_draft_is_lost(work, session, server, visitor, kills):
    with work() as unit:
        a_published_tender(unit)
        agencies = [a_supplier(unit)[0] for _ in range(2)]
    web = server(DURING)
    visitors = [visitor(agency, web.settings["port"]) for agency in agencies]

    def typing(who: Visitor) -> Callable[[int], None]:
        who.ticket = who.window.open(BID).split('name="draft" value="')[1].split('"')[0]

        def save(n: int) -> None:
            answer = who.window.post(f"{BID}/draft", draft=who.ticket, price=str(n), **{"proof.T1": f"第{n}稿" * 50})
            assert answer.status == 200, answer

        return save

    def kept(who: Visitor) -> int:
        session.rollback()
        row = own_draft(session, who.actor, "bid", "cp-2025-0001")
        assert row is None or row.fields["proof.T1"] == [f"第{row.fields['price'][0]}稿" * 50]
        return int(row.fields["price"][0]) if row else 0

    crowd = Crowd([who.acts(typing(who)) for who in visitors])
    kill_while(crowd, visitors, web, kills, all_or_one_more(visitors, kept))
    assert verify(session).holds


@pytest.mark.parametrize("kills", KILLS)
def test_a_bid_whose_receipt_was_given_stands_once_and_its_receipt_is_sent_once(
    work, session, server, worker, visitor, kills
):
    """Server and worker are killed, each at its own moments; the post office counts."""
    with work() as unit:
        a_published_tender(unit)
        agencies = [a_supplier(unit)[0] for _ in range(2)]
        for n, agency in enumerate(agencies):
            set_contact(unit, agency, Contact(f"agency{n}@example.cn"), DURING)
    web = server(DURING)
    visitors = [visitor(agency, web.settings["port"]) for agency in agencies]
    receipts: dict[str, tuple[Visitor, int]] = {}

    def bidding(who: Visitor) -> Callable[[int], None]:
        who.window.open(BID)

        def hand_in(n: int) -> None:
            answer = who.window.post(BID if n == 1 else f"{BID}/replace", **entries(price=f"{800_000 + n}.00", aware="y"))
            assert answer.status == 303, answer
            assert "/receipts/" in answer.location, answer
            receipts[answer.location.rpartition("/")[2]] = (who, n)

        return hand_in

    def stored(who: Visitor) -> int:
        return acts_in_the_log(session, who.actor, "bid.submit", "bid.replace")

    with post_office() as office:
        postman = worker(office, DURING)
        postman.start()
        crowd = Crowd([who.acts(bidding(who)) for who in visitors])
        stands = all_or_one_more(visitors, stored)

        def and_the_worker_too() -> None:
            stands()
            postman.kill()
            postman.start()

        kill_while(crowd, visitors, web, kills, and_the_worker_too)
        postman.kill()
        postman.finish()

    session.rollback()
    bids = {bid.receipt_hash: bid for bid in session.scalars(select(BidRow))}
    assert set(bids) == set(receipts), "every receipt is a bid, and every bid has been acknowledged in the end"
    for hash, (_who, n) in receipts.items():
        assert bids[hash].price == (800_000 + n) * 100
    assert sum(bid.status == "submitted" for bid in bids.values()) == len(visitors)

    told = Counter(session.scalars(select(MessageRow.person_id).where(MessageRow.kind == Kind.BID_RECEIVED)))
    assert told == {who.actor.person_id: who.acked for who in visitors}
    envelopes = {row.key: row.state for row in session.scalars(select(EnvelopeRow))}
    assert len(envelopes) == len(bids)
    sent = {id.strip("<>").removesuffix("@example.cn"): times for id, times in office.by_id.items()}
    assert set(sent.values()) == {1}, "no letter twice"
    assert {key for key, state in envelopes.items() if state is Delivery.SENT} <= set(sent) <= set(envelopes)
    assert set(envelopes.values()) <= {Delivery.SENT, Delivery.UNANSWERED}
    print(f"{len(envelopes)} letters, {Counter(envelopes.values())[Delivery.UNANSWERED]} without an answer")
    assert verify(session).holds


@pytest.mark.parametrize("kills", KILLS)
def test_marks_that_were_saved_stand_and_a_sheet_is_signed_once(work, session, server, visitor, kills):
    story = tell.conforming(work, bidders=3)
    for expert in range(len(story.members)):
        tell.mark(work, story, expert)
    marked = {member.person_id: acts_in_the_log(session, member, "scoring.save") for member in story.members}
    web = server(tell.SCORED)
    visitors = [visitor(member, web.settings["port"]) for member in story.members]
    place = f"/tenders/{story.ocid}/scoring"
    chance = random.Random(kills)
    signs_at: list[float] = [chance.randrange(1, max(3, kills // 4)) for _ in visitors[1:]]
    signs_at.insert(0, inf)  # the leader goes on until the last server has died

    def scoring(who: Visitor, signing: float) -> Callable[[int], None]:
        who.window.open(f"{place}/{story.bids[0]}")

        def act(n: int) -> None:
            if n == signing:
                answer = who.window.post(f"{place}/sign")
            else:
                answer = who.window.post(f"{place}/{story.bids[0]}", **filled(story), **{"reason.T1": f"第{n}次"})
            assert answer.status == 303, answer

        return act

    def stored(who: Visitor) -> int:
        return acts_in_the_log(session, who.actor, "scoring.save", "scoring.sign") - marked[who.actor.person_id]

    crowd = Crowd([who.acts(scoring(who, signing), signing) for who, signing in zip(visitors, signs_at, strict=True)])
    kill_while(crowd, visitors, web, kills, all_or_one_more(visitors, stored))
    signed = [who for who, signing in zip(visitors, signs_at, strict=True) if who.acked == signing]
    for who in visitors:
        assert who in signed or who.window.post(f"{place}/sign").status == 303

    print(f"{len(signed)} sheets signed while servers died")
    assert [acts_in_the_log(session, who.actor, "scoring.sign") for who in visitors] == [1] * len(visitors)
    assert f"第{visitors[0].acked}次" in set(session.scalars(select(MarkRow.reason)))
    assert verify(session).holds
