"""Training 训练: the city before anything has happened, and partners 陪练 who do what the learner does not.

The learner acts in one role; whenever asked, everybody else takes the next steps that the procedure has for them, each
through its service, at the moment that the training clock shows. So a whole tender is walked in ten minutes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.accounts import Actor
from app.accounts.models import AppointmentRow, OrganisationRow, PersonRow
from app.procurement.awards.models import AwardRow
from app.procurement.awards.services import AnnounceAward, DecideAward, announce_award, decide_award
from app.procurement.bids.queries import own_live_bid
from app.procurement.bids.services import SubmitBid, submit_bid
from app.procurement.committees import queries as committees
from app.procurement.committees import services as committee_acts
from app.procurement.committees.models import CommitteeRow
from app.procurement.contracts.commands import DrawUpContract, SignContract
from app.procurement.contracts.queries import contract_of
from app.procurement.contracts.services import draw_up_contract, sign_contract
from app.procurement.openings.services import OpenBids, open_bids
from app.procurement.qualifications.queries import opened_bids, signed_reviews
from app.procurement.qualifications.services import Conclude, SignReview, conclude, sign_review
from app.procurement.scorings.queries import own_sheet
from app.procurement.scorings.services import SaveMarks, SignRanking, SignSheet, save_marks, sign_ranking, sign_sheet
from app.procurement.suppliers.queries import own_file
from app.procurement.tenders.models import TenderRow
from app.procurement.tenders.queries import stage_now
from app.procurement.tenders.services import DraftTender, PublishTender, draft_tender, publish_tender
from app.procurement.tenders.timetable import earliest
from app.store import UnitOfWork, reading, unit_of_work
from demo import calendar, procurement_story
from demo.city import City, data, found_city
from demo.evaluation_story import keep_rubrics
from demo.procurement_story import EXPERTS, OCID, SEED, all_pass, bid_documents, case_file, choices, declared
from kernel.money import fen_from_yuan
from kernel.period import SHANGHAI
from kernel.role import Role
from procurement.contract import LongTermGround
from procurement.qualification import Review
from procurement.stage import Stage
from procurement.tender import Tender, read_tender

START = calendar.at("2025-02-10", "08:30")
"""Where the training clock begins: a Monday on which everything is prepared and nothing is published."""


def prepare() -> tuple[list[tuple[str, str, str, str]], str]:
    """People the city once, with the agencies' files, the rubrics and one draft.

    Gives (login, name, role, organisation) of everybody, and their password.
    """
    if reading().scalar(select(OrganisationRow.id).limit(1)) is None:
        city = found_city(calendar.FOUNDED)
        list(procurement_story.supplier_files(city))
        keep_rubrics(city, calendar.DRAFTED)
        documents = {key: value for key, value in case_file().items() if key not in ("cases", "expected_results")}
        with unit_of_work() as work:
            draft_tender(work, DraftTender(city.of("buyer"), OCID, documents, intention=calendar.INTENTION.date()), calendar.DRAFTED)
        reading().rollback()
    city = the_city()
    return city.accounts(), city.password


def the_city() -> City:
    """The city as it was peopled, read back."""
    read = data()
    city = City(read["password"])
    rows = reading().execute(
        select(PersonRow.login, PersonRow.id, PersonRow.name, AppointmentRow.role, OrganisationRow.id, OrganisationRow.name)
        .join(AppointmentRow, AppointmentRow.person_id == PersonRow.id)
        .join(OrganisationRow, OrganisationRow.id == AppointmentRow.organisation_id)
        .where(AppointmentRow.on_behalf_of_id.is_(None))
    ).all()  # fmt: skip
    found = {login: Actor(id, of, role, name, organisation) for login, id, name, role, of, organisation in rows}
    for entry in read["organisation"]:
        for person in entry["people"]:
            actor = found[person["login"]]
            city.actors[person["login"]] = actor
            city.logins.setdefault(entry["key"], []).append(person["login"])
            city.organisations[entry["key"]], city.names[entry["key"]] = actor.organisation_id or 0, actor.organisation_name
    return city


def partners_act(learner: Actor, now: datetime) -> list[str]:
    """Everything that others may do now, one step after the other, until it is the learner's turn or time must pass."""
    city, told = the_city(), []
    for ocid in _open_tenders():
        for _ in range(len(Stage) * 2):
            reading().rollback()
            row = reading().get(TenderRow, ocid)
            assert row is not None
            steps = list(_steps(city, row, learner, now))
            if not steps:
                break
            for zh, act in steps:
                with unit_of_work() as work:
                    act(work)
                told.append(zh)
    return told


Act = Callable[[UnitOfWork], Any]


def _open_tenders() -> list[str]:
    """The newest tenders of the city whose documents are those of the demonstration: partners know what to say to them."""
    rows = reading().scalars(select(TenderRow).order_by(TenderRow.drafted_at.desc(), TenderRow.ocid).limit(5))
    known = _parts(read_tender(case_file()))
    return [row.ocid for row in rows if not row.stage.is_final and _parts(row.facts()) == known]


def _parts(tender: Tender) -> list[str]:
    return [part.id for part in tender.rubric.parts()] if tender.rubric else []


def _steps(city: City, row: TenderRow, learner: Actor, now: datetime) -> Iterator[tuple[str, Act]]:
    """What others may do with this tender at this stage."""
    stage = stage_now(row.stage, row.bids_close, now)
    if learner.role is not Role.BUYER:
        yield from _of_the_buyer(city, row, stage, now)
    if stage is Stage.TENDERING:
        yield from _bids(city, row, learner, now)
    elif stage in (Stage.QUALIFIED, Stage.COMMITTEE, Stage.SCORED):
        yield from _of_the_experts(city, row, stage, learner, now)


def _bids(city: City, row: TenderRow, learner: Actor, now: datetime) -> Iterator[tuple[str, Act]]:
    [case] = case_file()["cases"]
    for bidder in case["bidders"]:
        key, actor = bidder["id"], city.supplier(bidder["id"])
        file = own_file(reading(), actor.organisation_id)
        if actor.organisation_id == learner.organisation_id or file is None or own_live_bid(reading(), row.ocid, file.id):
            continue
        command = SubmitBid(actor, row.ocid, fen_from_yuan(str(bidder["price"])), declared(bidder), bid_documents(city, key))
        yield "一家社工机构准备了投标文件", lambda work, command=command: submit_bid(work, command, now)


def _of_the_buyer(city: City, row: TenderRow, stage: Stage, now: datetime) -> Iterator[tuple[str, Act]]:
    buyer, ocid, session = city.of("buyer"), row.ocid, reading()
    if stage is Stage.DRAFT:
        yield "采购人发布招标公告", lambda work: publish_tender(work, _notice(buyer, row, work, now), now)
    elif stage is Stage.CLOSED:
        witness = city.of("overseer").person_id
        yield "采购人开标", lambda work: open_bids(work, OpenBids(buyer, ocid, witness, "开标一室"), now)
    elif stage is Stage.OPENED:
        yield "采购人完成资格审查", lambda work: _qualify(work, buyer, ocid, now)
    elif stage is Stage.QUALIFIED:
        if session.get(CommitteeRow, ocid) is None:
            draw = committee_acts.DrawCommittee(buyer, ocid, SEED, EXPERTS, now)
            yield "采购人抽取评审专家", lambda work: committee_acts.draw_committee(work, draw, now)
        else:
            sitting = [seat for seat in committees.members(session, ocid) if seat.left_at is None]
            if all(seat.declared_at for seat in sitting):
                form = committee_acts.FormCommittee(buyer, ocid, sitting[0].id)
                yield "采购人组建评标委员会", lambda work: committee_acts.form_committee(work, form, now)
    elif stage is Stage.RANKED:
        if session.get(AwardRow, ocid) is None:
            yield "采购人确定中标人", lambda work: decide_award(work, DecideAward(buyer, ocid), now)
        else:
            yield "采购人公告中标结果", lambda work: announce_award(work, AnnounceAward(buyer, ocid), now)
    elif stage is Stage.AWARDED:
        contract = contract_of(session, ocid)
        if contract is None:
            grounds = tuple(ground.value for ground in LongTermGround)
            draw_up = DrawUpContract(buyer, ocid, f"{ocid}-合同", now.date(), grounds=grounds)
            yield "采购人拟定合同", lambda work: draw_up_contract(work, draw_up, now)
        else:
            yield "双方签订合同", lambda work: sign_contract(work, SignContract(buyer, contract.id, now.date()), now)


def _of_the_experts(city: City, row: TenderRow, stage: Stage, learner: Actor, now: datetime) -> Iterator[tuple[str, Act]]:
    people = {actor.person_id: actor for actor in city.actors.values()}
    seats = [seat for seat in committees.members(reading(), row.ocid) if seat.left_at is None]
    others = [seat for seat in seats if seat.person_id != learner.person_id and people[seat.person_id].role is Role.EXPERT]
    ocid = row.ocid
    if stage is Stage.QUALIFIED:
        for seat in others:
            if seat.declared_at is None:
                command = committee_acts.Declare(people[seat.person_id], ocid)
                yield "一名专家声明没有回避情形", lambda work, command=command: committee_acts.declare(work, command, now)
        return
    leader = next((people[seat.person_id] for seat in others if seat.leader), None)
    if stage is Stage.SCORED:
        if leader is not None:
            yield "组长签署评标报告", lambda work: sign_ranking(work, SignRanking(leader, ocid), now)
        return
    if Review.CONFORMITY not in signed_reviews(reading(), ocid):
        if leader is not None:
            yield "组长完成符合性审查", lambda work: _conform(work, leader, ocid, now)
        return
    for number, seat in enumerate(seats):
        sheet = own_sheet(reading(), seat.id)
        if seat in others and (sheet is None or sheet.signed_at is None):
            yield "一名专家评分并签字", lambda work, n=number, by=people[seat.person_id]: _score(work, city, by, ocid, n, now)


def _notice(buyer: Actor, row: TenderRow, work: UnitOfWork, now: datetime) -> PublishTender:
    first = earliest(work.law(on=now.date(), jurisdiction=row.jurisdiction), now.date())
    close = datetime(first.bids_close.year, first.bids_close.month, first.bids_close.day, 9, 30, tzinfo=SHANGHAI)
    notice = {
        "buyer_address": "示范市人民路1号", "contact_person": buyer.name, "contact_phone": "0000-88001234",
        "documents_place": "在采评系统公告页面免费下载", "documents_price": "0元", "opening_place": "开标一室",
    }  # fmt: skip
    return PublishTender(buyer, row.ocid, close, first.documents_until, notice)


def _qualify(work: UnitOfWork, buyer: Actor, ocid: str, now: datetime) -> None:
    conclude(work, Conclude(buyer, ocid, all_pass(work, Review.QUALIFICATION, ocid)), now)
    work.session.flush()
    sign_review(work, SignReview(buyer, ocid), now)


def _conform(work: UnitOfWork, leader: Actor, ocid: str, now: datetime) -> None:
    command = committee_acts.ConcludeConformity(leader, ocid, all_pass(work, Review.CONFORMITY, ocid))
    committee_acts.conclude_conformity(work, command, now)
    work.session.flush()
    committee_acts.sign_conformity(work, committee_acts.SignConformity(leader, ocid), now)


def _score(work: UnitOfWork, city: City, expert: Actor, ocid: str, number: int, now: datetime) -> None:
    """Objective parts as the bid declares them, the rest as the demonstration's experts chose."""
    [case] = case_file()["cases"]
    offered: Mapping[str, Any] = {bidder["id"]: bidder["facts"] for bidder in case["bidders"]}
    keys = {name: key for key, name in city.names.items()}
    for bid in opened_bids(work.session, work.lock(TenderRow, ocid)):
        values = choices(offered[keys[bid.supplier_name]], number % EXPERTS)
        values |= {part: value for part, value in bid.row.facts.items() if part in values}
        save_marks(work, SaveMarks(expert, ocid, bid.row.id, values), now)
    work.session.flush()
    sign_sheet(work, SignSheet(expert, ocid), now)
