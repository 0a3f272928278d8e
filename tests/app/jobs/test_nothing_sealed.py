"""What is sealed cannot be read off what people are told: two worlds that differ in it alone look the same to everybody else.

Everything that messages make is compared, byte by byte but for tokens drawn by lot: the inbox page with its counts, letters as
they arrive, the calendar feed, and the administrator's page with the mail server up and down.
"""

from __future__ import annotations

import itertools
import re
from datetime import timedelta

import pytest
from flask import current_app

from app.accounts import Actor
from app.jobs import clock
from app.messages.journal import Journal
from app.messages.kinds import Channel
from app.messages.letters import Post
from app.messages.mail import Mail, Smtp
from app.messages.outbox import drain
from app.messages.services import Contact, set_contact
from app.procurement.bids.services import SubmitBid, submit_bid
from app.procurement.scorings import services as scorings
from app.procurement.scorings.services import SignSheet
from app.procurement.suppliers.services import RegisterSupplier, register_supplier
from kernel.role import Role
from procurement.supplier import Condition, Proof, SupplierKind
from tests.builders import accounts
from tests.builders import story as tell
from tests.builders.accounts import an_actor
from tests.builders.post_office import nobody_there, post_office

OTHERS = (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN)
BY_LOT = re.compile(r'(?<=name="once" value=")[^"]+|(?<=name="csrf_token" value=")[^"]+|(?<=/messages/)[\w-]{16}(?=/read)|(?<=before=)[\w-]{16}')


class Onlookers:
    """Everybody who must not know, and what they see."""

    def __init__(self, app, work, sign_in_as, tmp_path, actors: list[Actor]) -> None:
        self._app, self._work, self._folder = app, work, tmp_path
        self._browsers = {}
        for n, actor in enumerate(actors):
            with work() as unit:
                set_contact(unit, actor, Contact(f"onlooker{n}@example.cn", sms=True), tell.REGISTERED)
            self._browsers[n] = (actor, app.test_client())
            sign_in_as(self._browsers[n][1], actor)
        self._actors = actors

    def see(self, now) -> dict[str, object]:
        self._app.extensions["clock"].set(now)
        seen: dict[str, object] = {}
        for n, (actor, browser) in self._browsers.items():
            for path in ("/messages", "/messages?show=unread"):
                page = browser.get(path)
                assert page.status_code == 200
                seen[f"{n} {actor.role} {path}"] = BY_LOT.sub("…", page.text)
            path = re.search(r"/calendar/[^<]+\.ics", browser.post("/messages/calendar").text)
            assert path is not None
            seen[f"{n} {actor.role} calendar"] = re.sub(r"DTSTAMP:\w+", "", browser.get(path.group()).text)
        seen["letters"] = self._letters(now)
        return seen

    def jobs(self, administrator: Actor, now) -> str:
        self._app.extensions["clock"].set(now)
        [browser] = [browser for actor, browser in self._browsers.values() if actor == administrator]
        return BY_LOT.sub("…", browser.get("/jobs").text)

    def _letters(self, now) -> list[tuple[str, str, str]]:
        """What arrives at the onlookers' addresses."""
        with post_office() as office:
            self.drain(now, office.port)
        return sorted(
            (address, letter["Subject"], letter.get_body(("plain",)).get_content())
            for address, letter in zip(office.recipients, office.letters, strict=True)
            if address.startswith("onlooker")
        )

    def drain(self, now, port: int) -> None:
        mail = Mail(Smtp("127.0.0.1", port, "none"), "caiping@example.cn")
        post = Post(current_app.jinja_env, "https://caiping.example.cn")
        drain({Channel.EMAIL: mail}, post, Journal(self._folder / "journal"), lambda: now, timedelta(minutes=1))


@pytest.fixture
def anew(database, session, monkeypatch):
    """``anew()``: an empty world, in which the same people are registered once more."""

    def empty() -> None:
        session.rollback()  # what is being read cannot be emptied
        database.empty()
        monkeypatch.setattr(accounts, "_numbers", itertools.count(1))

    return empty


@pytest.fixture
def world(app, work, anew, sign_in_as, tmp_path):
    """``world(bids)``: a fresh world in which that many of four agencies have bid at other prices; who looks on in it."""

    def begin(bids: int) -> tuple[tell.Story, Onlookers, Actor]:
        anew()
        app.extensions["clock"].set(tell.SUBMITTED)
        told = tell.a_published_tender(work)
        with work() as unit:
            others = [an_actor(unit, role) for role in OTHERS]
            agencies = [an_actor(unit, Role.SUPPLIER) for _ in range(4)]
            for n, agency in enumerate(agencies):
                set_contact(unit, agency, Contact(f"agency{n}@example.cn", mobile="13800138000"), tell.REGISTERED)
        for agency in agencies:
            with work() as unit:
                proofs = tuple(Proof(condition, f"{condition.zh}的证明") for condition in Condition)
                register_supplier(unit, RegisterSupplier(agency, SupplierKind.SERVICE_AGENCY, {}, None, proofs), tell.REGISTERED)
        onlookers = Onlookers(app, work, sign_in_as, tmp_path, [told.buyer, told.finance, told.overseer, *others, agencies[-1]])
        for n, offer in enumerate(tell.offers(bids)):
            command = SubmitBid(
                agencies[n], told.ocid, int(offer["price"]) * 100 + bids, tell.declared(told.rubric, offer), {"salt": f"{bids}"}
            )
            with work() as unit:
                submit_bid(unit, command, tell.SUBMITTED)
        return told, onlookers, others[0]

    return begin


def test_how_many_bids_there_are_can_be_read_off_nothing_that_people_are_told(app, work, world):
    """政府采购法实施条例 第三十九条 and 财政部令第87号 第三十三条: bids stay sealed until the opening, their number too."""
    worlds = []
    for bids in (1, 3):
        _, onlookers, administrator = world(bids)
        onlookers.drain(tell.SUBMITTED, nobody_there())
        down = onlookers.jobs(administrator, tell.SUBMITTED)
        seen = onlookers.see(tell.SUBMITTED + timedelta(hours=1))
        up = onlookers.jobs(administrator, tell.SUBMITTED + timedelta(hours=1))
        clock.tick(tell.CLOSE)
        worlds.append({"down": down, "up": up, **seen, "closed": onlookers.see(tell.CLOSE)})

    one, three = worlds
    assert "投标已截止" in str(one["closed"]), "the buyer is told something"
    assert "自动重试" in one["down"]
    assert [what for what, text in one.items() if text != three[what]] == []


def test_what_others_marked_can_be_read_off_nothing_that_people_are_told(app, work, anew, sign_in_as, tmp_path):
    """财政部令第87号 第六十二条: members judge independently; until all have signed nobody knows another's marks."""
    worlds = []
    for shift in (0, 1):
        anew()
        told = tell.conforming(work, bidders=3)
        with work() as unit:
            others = [an_actor(unit, role) for role in OTHERS]
        app.extensions["clock"].set(tell.SCORED)
        onlookers = Onlookers(app, work, sign_in_as, tmp_path, [told.buyer, told.overseer, *others, *told.members[2:], *told.suppliers])
        for expert in range(2):
            other = {
                place: {part.id: tell.choices(told.rubric, offer, expert + shift)[part.id] for part in told.rubric.parts()}
                for place, offer in enumerate(told.offers)
            }
            tell.mark(work, told, expert, but=other)
            with work() as unit:
                scorings.sign_sheet(unit, SignSheet(told.members[expert], told.ocid), tell.SCORED)
        later = tell.SCORED + timedelta(hours=1)
        worlds.append({**onlookers.see(later), "jobs": onlookers.jobs(others[0], later)})

    mild, strict = worlds
    assert [what for what, text in mild.items() if text != strict[what]] == []
