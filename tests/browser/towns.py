"""Two towns to walk through: one where tenders stand at every stage, one where the demonstration has come to its end.

Each is a database of its own behind a site in this process. All that happened in them happened through the services.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from app.accounts import Actor
from kernel.role import Role
from tests.browser.site import Site, open_site
from tests.builders import evaluation_story, story


@dataclass
class Town:
    """A site, and what a test may want to find in it.

    tenders      a procurement by the stage it has come to
    evaluations  an evaluation by what was done last
    people       somebody by what the test calls them
    secrets      what stands in an address of a letter
    """

    site: Site
    tenders: dict[str, story.Story] = field(default_factory=dict)
    evaluations: dict[str, evaluation_story.Story] = field(default_factory=dict)
    people: dict[str, Actor] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)

    def asked(self, question: Callable[[Any], Any]) -> Any:
        """The answer to a question to the database: ``question(session)``."""
        with self.site.acting():
            from app.store import reading

            return question(reading())

    def one(self, statement: str, **values: Any) -> Any:
        """The one value of an SQL statement."""
        from sqlalchemy import text

        return self.asked(lambda session: session.execute(text(statement), values).scalar_one())

    def let_in(self, page: Page, actor: Actor | None) -> None:
        """``page`` acts as ``actor`` from now on; None: nobody is signed in."""
        page.context.clear_cookies()
        if actor is None:
            return
        from tests.builders.accounts import open_the_door

        with self.site.acting():
            client = self.site.app.test_client()
            open_the_door(self.site.app, client, actor)
            name = self.site.app.config["SESSION_COOKIE_NAME"]
            cookie = client.get_cookie(name)
        assert cookie is not None
        page.context.add_cookies([{"name": name, "value": cookie.value, "url": self.site.address}])


def procuring(var: Path) -> Town:
    """Eleven tenders, each left at another stage; somebody who has not begun anything."""
    town = Town(open_site(var))
    with town.site.acting():
        from app.procurement.tenders.services import DraftTender, draft_tender
        from app.store import unit_of_work as work
        from tests.builders.accounts import an_actor

        with work() as unit:
            buyer, newcomer, agency = an_actor(unit), an_actor(unit, Role.SUPPLIER), an_actor(unit, Role.SUPPLIER)
            document = DraftTender(buyer, "cp-2025-0100", story.lawful_case(), intention=story.REGISTERED.date())
            draft_tender(unit, document, story.DRAFTED)
        with work() as unit:
            _open_file(unit, agency)
        town.people = {"buyer": buyer, "newcomer": newcomer, "agency": agency}
        walks: list[tuple[str, Callable[..., story.Story]]] = [
            ("published", story.a_published_tender), ("bidding", story.with_bids), ("opened", story.opened),
            ("qualified", story.qualified), ("drawn", _drawn), ("formed", story.committee_formed), ("scoring", story.conforming),
            ("scored", story.scored), ("ranked", story.ranked), ("decided", story.decided), ("awarded", story.awarded),
            ("drawn up", story.drawn_up), ("contracted", story.contracted),
        ]  # fmt: skip
        for number, (stage, walk) in enumerate(walks, 101):
            town.tenders[stage] = walk(work, ocid=f"cp-2025-{number:04d}")
        town.secrets = _letters(work, buyer)
    return town


def _drawn(work: story.Work, **but: Any) -> story.Story:
    """Experts are drawn, and nobody has declared anything yet."""
    from app.procurement.committees import queries as committees
    from app.procurement.committees import services as committee_acts

    told = story.with_pool(work, story.qualified(work, **but))
    with work() as unit:
        draw = committee_acts.DrawCommittee(told.buyer, told.ocid, story.SEED, 5, story.EVALUATION)
        committee_acts.draw_committee(unit, draw, story.DRAWN)
    with work() as unit:
        told.members = [story._expert(unit, seat.person_id) for seat in committees.members(unit.session, told.ocid)]
    return told


def _letters(work: story.Work, actor: Actor) -> dict[str, str]:
    """Searches saved by a stranger, one to be confirmed and one confirmed, and one of ``actor``: the secrets of the letters."""
    from app.disclosure import subscriptions, telling
    from app.disclosure.filters import asked
    from app.messages.kinds import Timing
    from app.messages.models import LeafletRow

    now, secrets = story.SIGNED, {}
    with work() as unit:
        subscriptions.subscribe_person(unit, actor, asked({"q": "精神卫生"}), Timing.DAILY, now)
    for state in ("confirmed", "waiting"):
        with work() as unit:
            command = subscriptions.Subscribe(asked({"q": "社会工作"}), f"{state}@example.com", Timing.DAILY, "nowhere")
            subscriptions.subscribe(unit, command, now)
        with work() as unit:
            [letter] = unit.session.query(LeafletRow).filter_by(address=f"{state}@example.com")
            secrets[state] = letter.items[0][2].rsplit("/", 1)[1]
        if state == "confirmed":
            with work() as unit:
                secrets[state] = telling.token(subscriptions.confirm(unit, secrets[state], now))
    return secrets


def _open_file(unit: Any, agency: Actor) -> None:
    from app.procurement.suppliers.services import RegisterSupplier, register_supplier
    from procurement.supplier import Condition, Proof, SupplierKind

    proofs = tuple(Proof(condition, f"{condition.zh}的证明") for condition in Condition)
    register_supplier(unit, RegisterSupplier(agency, SupplierKind.SERVICE_AGENCY, {}, None, proofs), story.REGISTERED)


def working(var: Path) -> Town:
    """Work for many hands: a tender that takes bids, one whose sheets are open, evaluations to be marked and to be answered."""
    town = Town(open_site(var))
    with town.site.acting():
        from app.store import unit_of_work as work
        from tests.builders import rooms
        from tests.builders.accounts import an_actor

        with work() as unit:
            town.people["buyer"] = an_actor(unit)
            town.people["administrator"] = an_actor(unit, Role.SYSTEM_ADMIN)
            rooms.a_published_tender(unit, ocid=TAKING_BIDS)
            for n in range(5):
                town.people[f"agency {n}"], _ = rooms.a_supplier(unit)
        facts = {**rooms.facts_of(), "T1b": ["良"]}
        offers = [{"price": price, "facts": facts} for price in ("900000", "880000", "950000")]
        town.tenders["scoring"] = story.conforming(work, ocid="cp-2025-0202", case=rooms.a_case(), offers=offers)
        new = evaluation_story.a_story
        town.evaluations = {f"begun {n}": new().ready_to_score() for n in range(2)}
        town.evaluations |= {f"computed {n}": new().all_signed().computed() for n in range(3)}
    return town


TAKING_BIDS = "cp-2025-0201"


def evaluating(var: Path) -> Town:
    """The demonstration city at the end of its story, and evaluations left at every step."""
    from demo import calendar
    from demo.story import _contract_and_evaluations, _procurement

    town = Town(open_site(var))
    with town.site.acting():
        for told in (_procurement(town.site.city), _contract_and_evaluations(town.site.city)):
            for _ in told:
                pass
        new = evaluation_story.a_story
        at = {
            "entrusted": new().handed_over().with_rubric(), "drafted": new().handed_over().with_rubric().drafted(),
            "assigned": new().handed_over().with_rubric().drafted().approved().told().assigned(), "begun": new().ready_to_score(),
            "signed": new().all_signed(), "computed": new().all_signed().computed(),
        }  # fmt: skip
        at["marked"] = new().ready_to_score().marked(0)
        at["published"] = _published(new())
        at["objected"] = _objected(_published(new()))
        town.evaluations = at
        _entered(town.site.city.of("system"), town.site.city.of("finance"))
        town.people = {login: town.site.city.of(login) for login in town.site.city.actors}
    town.site.at(calendar.END)
    return town


def _entered(system: Actor, finance: Actor) -> None:
    """A threshold of a place where nobody buys is entered and approved; a year waits for its approver."""
    from app.lawdesk import entering
    from app.store import law_in_force, unit_of_work
    from demo import calendar
    from tests.law.test_entry import a_threshold, a_year

    for entry in (a_threshold(place="jilin", level="city"), a_year()):
        with unit_of_work() as work:
            row = entering.propose(work, entering.Propose(system, entry), calendar.END)
            work.session.flush()
            number = row.id
        if entry.key == "threshold":
            with unit_of_work() as work:
                entering.decide(work, entering.Decide(finance, number, True, read=True), calendar.END)
    law_in_force.hold(now=True)


def _published(told: evaluation_story.Story) -> evaluation_story.Story:
    from app.evaluation.results import services as results

    told.all_signed().computed().step(results.lapse, told.body, date(2026, 2, 3))
    return told.step(results.publish, told.body, date(2026, 2, 3))


def _objected(told: evaluation_story.Story) -> evaluation_story.Story:
    from app.evaluation.results import services as results
    from app.store import unit_of_work

    with unit_of_work() as work:
        command = results.Object(told.agency, told.result_id, f"{told.agency.organisation_name} {told.agency.name}", "0000-1", "抽样不足。")
        results.object_to(work, command, _on("2026-02-04"))
    return told


def _on(day: str) -> datetime:
    return story.at(day)
