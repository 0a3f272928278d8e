"""One lawful tender, told through the services on a simulated clock: February and March 2025, the demonstration's file.

    story = ranked(work)                  # everything before it has happened
    story = scored(work, bidders=30)      # the same, larger
    story = awarded(work, story)          # go on from where a story stands

Every step takes ``work`` (the fixture: ``with work() as unit``) and gives the story. Without a story it tells what comes
before; ``scored``, ``awarded`` and ``contracted`` also take the small step before them when a given story lacks it. Each
act is one unit of work at its own moment, done by whoever the law names.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from app.accounts import Actor
from app.accounts.models import AppointmentRow
from app.accounts.organisation import Kind
from app.procurement.awards.models import AwardRow
from app.procurement.awards.services import AnnounceAward, DecideAward, announce_award, decide_award
from app.procurement.bids.services import SubmitBid, submit_bid
from app.procurement.committees import queries as committees
from app.procurement.committees import services as committee_acts
from app.procurement.committees.services import (
    ConcludeConformity,
    Declare,
    DrawCommittee,
    FormCommittee,
    RegisterExpert,
    SignConformity,
)
from app.procurement.contracts.commands import DrawUpContract, SignContract
from app.procurement.contracts.services import draw_up_contract, sign_contract
from app.procurement.openings.services import OpenBids, open_bids
from app.procurement.qualifications import services as qualification_acts
from app.procurement.qualifications.queries import opened_bids, signed_reviews, valid_bids
from app.procurement.qualifications.services import Conclude, Conclusion, SignReview
from app.procurement.scorings import services as scoring_acts
from app.procurement.scorings.services import SaveMarks, SignRanking, SignSheet
from app.procurement.suppliers.services import RegisterSupplier, register_supplier
from app.procurement.tenders.models import TenderRow
from app.procurement.tenders.services import DraftTender, PublishTender, draft_tender, publish_tender
from app.store import UnitOfWork
from kernel.period import SHANGHAI
from kernel.role import Role
from procurement.contract import LongTermGround
from procurement.qualification import Review, items_of
from procurement.stage import Stage
from procurement.supplier import Condition, Proof, SupplierKind
from procurement.tender import read_tender
from rubric.criterion import Rubric
from rubric.reading import load_yaml
from tests.builders.accounts import an_actor, an_organisation

Work = Callable[[], AbstractContextManager[UnitOfWork]]

TENDER_FILE = Path(__file__).resolve().parents[2] / "demo" / "tender.yaml"
OCID = "cp-2025-0007"
SEED = "2025-03-04 上证综指收盘 3324.21"


def at(day: str, time: str = "09:00") -> datetime:
    """A moment in Beijing time."""
    return datetime.fromisoformat(f"{day}T{time}").replace(tzinfo=SHANGHAI)


REGISTERED = at("2025-01-06")
DRAFTED = at("2025-02-07", "10:00")
PUBLISHED = at("2025-02-10")
SUBMITTED = at("2025-02-27", "15:20")
CLOSE = at("2025-03-04", "09:30")
QUALIFIED = at("2025-03-04", "11:30")
DRAWN = at("2025-03-04", "14:00")
DECLARED = at("2025-03-05", "08:40")
FORMED = at("2025-03-05", "08:55")
EVALUATION = at("2025-03-05", "09:00")
CONFORMITY = at("2025-03-05", "10:00")
SCORED = at("2025-03-05", "15:30")
RANKED = at("2025-03-05", "16:30")
DECIDED = at("2025-03-07", "10:00")
ANNOUNCED = at("2025-03-10")
DRAWN_UP = at("2025-03-12", "09:30")
SIGNED = at("2025-03-21", "10:00")

NOTICE = {
    "buyer_address": "示范市人民路1号", "contact_person": "陈望舒", "contact_phone": "0000-88001234",
    "documents_place": "在采评系统公告页面免费下载", "documents_price": "0元", "opening_place": "公共资源交易中心开标一室",
}  # fmt: skip


@dataclass
class Story:
    """Who is in it, and what it has come to.

    suppliers   the bidders' people in the order of their bids; bids: their bids' ids in the same order
    offers      what they offer, as a case file lists it
    experts     the pool; members: who sits on the committee, the leader first
    delay       how much later than told here the committee and all that follows act: a year, for the law of 2026
    """

    ocid: str
    case: dict[str, Any]
    buyer: Actor
    finance: Actor
    overseer: Actor
    suppliers: list[Actor] = field(default_factory=list)
    bids: list[int] = field(default_factory=list)
    experts: list[Actor] = field(default_factory=list)
    members: list[Actor] = field(default_factory=list)
    offers: list[Mapping[str, Any]] = field(default_factory=list)
    contract_id: int = 0
    delay: timedelta = timedelta()

    @property
    def leader(self) -> Actor:
        return self.members[0]

    @property
    def rubric(self) -> Rubric:
        found = read_tender(self.case).rubric
        assert found is not None
        return found


@cache
def _file() -> Mapping[str, Any]:
    if not TENDER_FILE.exists():
        pytest.skip("demo/tender.yaml is not there")
    found: Mapping[str, Any] = load_yaml(TENDER_FILE.read_text("utf-8"))
    return found


def whole_file() -> Mapping[str, Any]:
    """The demonstration's tender file with its one case of bids."""
    return _file()


def lawful_case(**but: Any) -> dict[str, Any]:
    """The demonstration's tender documents, without its bids; ``but`` replaces whole blocks."""
    return {key: value for key, value in _file().items() if key not in ("cases", "expected_results")} | but


def offers(bidders: int) -> list[Mapping[str, Any]]:
    """Bidders as a case file lists them; more than it has are the same again, each a little dearer."""
    known = _file()["cases"][0]["bidders"]
    return [
        {**known[n % len(known)], "price": int(known[n % len(known)]["price"]) + 1000 * (n // len(known))} for n in range(bidders)
    ]


_offers = offers


def declared(rubric: Rubric, offer: Mapping[str, Any]) -> dict[str, Any]:
    """What a bidder declares: values of objective parts and gates."""
    subjective = {part.id for part in rubric.parts() if not part.objective}
    return {id: value for id, value in offer["facts"].items() if id not in subjective}


def choices(rubric: Rubric, offer: Mapping[str, Any], expert: int) -> dict[str, Any]:
    """What expert number ``expert`` (from 0) marks: declared values, and the own choice of subjective parts."""
    values = offer["facts"]
    return {p.id: values[p.id] if p.objective else values[p.id][expert % len(values[p.id])] for p in rubric.parts()}


# --- the steps -----------------------------------------------------------------------------------------------------------


def a_published_tender(work: Work, *, ocid: str = OCID, case: Mapping[str, Any] | None = None) -> Story:
    """The buyer drafts and publishes on 10 February 2025; bids close on 4 March, 09:30."""
    documents = dict(case or lawful_case())
    with work() as unit:
        story = Story(ocid, documents, an_actor(unit), an_actor(unit, Role.FINANCE), an_actor(unit, Role.OVERSEER))
        draft_tender(unit, DraftTender(story.buyer, ocid, documents, intention=REGISTERED.date()), DRAFTED)
    with work() as unit:
        publish_tender(unit, PublishTender(story.buyer, ocid, CLOSE, date(2025, 2, 17), NOTICE), PUBLISHED)
    return story


def with_bids(
    work: Work, story: Story | None = None, *, bidders: int = 4, offers: Sequence[Mapping[str, Any]] = (), **but: Any
) -> Story:
    """That many agencies open their files and bid; ``offers``: these offers instead of the file's."""
    story = story or a_published_tender(work, **but)
    rubric = story.rubric
    story.offers = list(offers) or _offers(bidders)
    for n, offer in enumerate(story.offers):
        with work() as unit:
            supplier = an_actor(unit, Role.SUPPLIER)
            proofs = tuple(Proof(condition, f"{condition.zh}的证明") for condition in Condition)
            register_supplier(unit, RegisterSupplier(supplier, SupplierKind.SERVICE_AGENCY, {}, None, proofs), REGISTERED)
        documents = {
            "proofs": {"T6": "附件一 证书扫描件"}, "statements": [], "salt": f"story {n}",
            "contact": {"project_leader": "林向晚", "contact_person": "苏小满", "contact_phone": "0000-1"},
        }  # fmt: skip
        command = SubmitBid(supplier, story.ocid, int(offer["price"]) * 100, declared(rubric, offer), documents)
        with work() as unit:
            submit_bid(unit, command, SUBMITTED.replace(minute=n % 60))
        story.suppliers.append(supplier)
    return story


def opened(work: Work, story: Story | None = None, **but: Any) -> Story:
    """The bids are opened at the deadline."""
    story = story or with_bids(work, **but)
    with work() as unit:
        row = open_bids(unit, OpenBids(story.buyer, story.ocid, story.overseer.person_id, "开标一室"), CLOSE)
        bids = {line["supplier"]: line["bid_id"] for line in row.record["lines"]}
    story.bids = [bids[supplier.organisation_name] for supplier in story.suppliers]
    return story


def qualified(work: Work, story: Story | None = None, *, failed: Mapping[int, str] | None = None, **but: Any) -> Story:
    """The buyer reviews and signs. ``failed``: reason by place of the bidder."""
    story = story or opened(work, **but)
    with work() as unit:
        made = conclusions(unit, story, Review.QUALIFICATION, failed or {})
        qualification_acts.conclude(unit, Conclude(story.buyer, story.ocid, made), QUALIFIED)
        qualification_acts.sign_review(unit, SignReview(story.buyer, story.ocid), QUALIFIED)
    return story


def with_pool(work: Work, story: Story, *, pool: int = 8) -> Story:
    """The finance authority fills the pool of experts."""
    with work() as unit:
        house = an_organisation(unit, Kind.EXPERT_POOL)
        unit.session.flush()
        for n in range(pool):
            expert = an_actor(unit, Role.EXPERT, house)
            story.experts.append(expert)
            register = RegisterExpert(story.finance, expert.person_id or 0, expert.name, f"高校{n}", "副教授", ("社会工作",))
            committee_acts.register_expert(unit, register, REGISTERED)
    return story


def committee_formed(work: Work, story: Story | None = None, *, pool: int = 8, experts: int = 5, **but: Any) -> Story:
    """Experts are drawn, all declare, one leads; 符合性审查 is not done yet."""
    story = with_pool(work, story or qualified(work, **but), pool=pool)
    with work() as unit:
        committee_acts.draw_committee(unit, DrawCommittee(story.buyer, story.ocid, SEED, experts, EVALUATION + story.delay), DRAWN + story.delay)
    with work() as unit:
        seats = [(seat.id, _expert(unit, seat.person_id)) for seat in committees.members(unit.session, story.ocid)]
    for _, member in seats:
        with work() as unit:
            committee_acts.declare(unit, Declare(member, story.ocid), DECLARED + story.delay)
    with work() as unit:
        committee_acts.form_committee(unit, FormCommittee(story.buyer, story.ocid, seats[0][0]), FORMED + story.delay)
    story.members = [member for _, member in seats]
    return story


def conforming(work: Work, story: Story | None = None, *, failed: Mapping[int, str] | None = None, **but: Any) -> Story:
    """The leader enters 符合性审查 and signs: sheets are open now. ``failed``: reason by place of the bidder."""
    story = story or committee_formed(work, **but)
    with work() as unit:
        made = conclusions(unit, story, Review.CONFORMITY, failed or {})
        committee_acts.conclude_conformity(unit, ConcludeConformity(story.leader, story.ocid, made), CONFORMITY + story.delay)
        committee_acts.sign_conformity(unit, SignConformity(story.leader, story.ocid), CONFORMITY + story.delay)
    return story


def mark(work: Work, story: Story, expert: int, *, but: Mapping[int, Mapping[str, Any]] | None = None) -> None:
    """Member number ``expert`` fills in the own sheet. ``but``: other values by place of the bidder and part."""
    rubric, member = story.rubric, story.members[expert]
    for place, (bid, offer) in enumerate(zip(story.bids, story.offers, strict=True)):
        values = {**choices(rubric, offer, expert), **(but or {}).get(place, {})}
        with work() as unit:
            row = unit.session.get(TenderRow, story.ocid)
            assert row is not None
            if bid in {valid.row.id for valid in valid_bids(unit.session, row)}:
                scoring_acts.save_marks(unit, SaveMarks(member, story.ocid, bid, values), SCORED + story.delay)


def scored(
    work: Work, story: Story | None = None, *, marks: Mapping[int, Mapping[int, Mapping[str, Any]]] | None = None, **but: Any
) -> Story:
    """Every member marks and signs. ``marks``: other values by member, place of the bidder and part."""
    story = story or conforming(work, **but)
    with work() as unit:
        waits = Review.CONFORMITY not in signed_reviews(unit.session, story.ocid)
    if waits:
        conforming(work, story)
    for expert, member in enumerate(story.members):
        mark(work, story, expert, but=(marks or {}).get(expert))
        with work() as unit:
            scoring_acts.sign_sheet(unit, SignSheet(member, story.ocid), SCORED + story.delay)
    return story


def ranked(work: Work, story: Story | None = None, **but: Any) -> Story:
    """The leader signs the ranking."""
    story = story or scored(work, **but)
    with work() as unit:
        scoring_acts.sign_ranking(unit, SignRanking(story.leader, story.ocid), RANKED + story.delay)
    return story


def decided(work: Work, story: Story | None = None, **but: Any) -> Story:
    """The buyer decides on the first candidate, on 7 March."""
    story = story or ranked(work, **but)
    with work() as unit:
        decide_award(unit, DecideAward(story.buyer, story.ocid), DECIDED + story.delay)
    return story


def awarded(work: Work, story: Story | None = None, **but: Any) -> Story:
    """The result is announced on 10 March."""
    story = story or decided(work, **but)
    with work() as unit:
        waits = unit.session.get(AwardRow, story.ocid) is None
    if waits:
        decided(work, story)
    with work() as unit:
        announce_award(unit, AnnounceAward(story.buyer, story.ocid, "示范市和平路86号"), ANNOUNCED + story.delay)
    return story


def drawn_up(work: Work, story: Story | None = None, **but: Any) -> Story:
    """A contract of 1 + 1 + 1 years lies on the table."""
    story = story or awarded(work, **but)
    with work() as unit:
        command = DrawUpContract(story.buyer, story.ocid, "HT-2025-0007", (SIGNED + story.delay).date(), grounds=tuple(LongTermGround))
        row = draw_up_contract(unit, command, DRAWN_UP + story.delay)
        unit.session.flush()
        story.contract_id = row.id
    return story


def contracted(work: Work, story: Story | None = None, **but: Any) -> Story:
    """The contract is signed on 21 March: the first year runs until 20 March 2026."""
    story = story or drawn_up(work, **but)
    if not story.contract_id:
        drawn_up(work, story)
    with work() as unit:
        sign_contract(unit, SignContract(story.buyer, story.contract_id, (SIGNED + story.delay).date()), SIGNED + story.delay)
    return story


def stage_of(work: Work, story: Story) -> Stage:
    """Where the tender stands."""
    with work() as unit:
        row = unit.session.get(TenderRow, story.ocid)
        assert row is not None
        return row.stage


def _expert(unit: UnitOfWork, person_id: int) -> Actor:
    """Whoever was drawn: the pool may hold experts of another story."""
    appointment = unit.session.scalars(
        select(AppointmentRow).where(AppointmentRow.person_id == person_id, AppointmentRow.role == Role.EXPERT)
    ).one()
    person, house = appointment.person, appointment.organisation
    return Actor(person.id, house.id, Role.EXPERT, person.name, house.name)


def conclusions(unit: UnitOfWork, story: Story, review: Review, failed: Mapping[int, str]) -> list[Conclusion]:
    row = unit.session.get(TenderRow, story.ocid)
    assert row is not None
    items = items_of(row.facts(), review)
    wrong = {story.bids[place]: reason for place, reason in failed.items()}
    made = []
    for bid in opened_bids(unit.session, row):
        id = bid.row.id
        made += [
            Conclusion(id, item.number, not (id in wrong and n == 0), wrong.get(id, "") if n == 0 else "")
            for n, item in enumerate(items)
        ]
    return made
