"""The first half of the story: from the notice to the ranking, each act through its service, at its own moment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from app.files import file_store
from app.files.gate import Upload
from app.files.kinds import kind_of
from app.files.services import store_uploads
from app.procurement.bids.services import (
    KeepAttachments,
    ReplaceBid,
    SubmitBid,
    keep_attachments,
    replace_bid,
    submit_bid,
)
from app.procurement.committees import queries as committees
from app.procurement.committees.services import (
    ConcludeConformity,
    Declare,
    DrawCommittee,
    FormCommittee,
    SignConformity,
    conclude_conformity,
    declare,
    draw_committee,
    form_committee,
    sign_conformity,
)
from app.procurement.openings.services import OpenBids, open_bids
from app.procurement.qualifications.queries import opened_bids
from app.procurement.qualifications.services import Conclude, Conclusion, SignReview, conclude, sign_review
from app.procurement.scorings.services import SaveMarks, SignRanking, SignSheet, save_marks, sign_ranking, sign_sheet
from app.procurement.suppliers.services import (
    RecordCreditCheck,
    RegisterSupplier,
    record_credit_check,
    register_supplier,
)
from app.procurement.tenders.models import TenderRow
from app.procurement.tenders.services import DraftTender, PublishTender, draft_tender, publish_tender
from app.store import UnitOfWork, unit_of_work
from demo import calendar
from demo.city import City
from kernel.money import fen_from_yuan, yuan_text
from procurement.qualification import Review, items_of
from procurement.supplier import Condition, CreditCheck, Proof, SupplierKind
from rubric.reading import load_yaml

OCID = "cp-2025-0001"
TENDER_FILE = Path(__file__).with_name("tender.yaml")
SEED = "福彩双色球 2025024 期 03 08 12 17 26 31 + 09"
EXPERTS = 5


@dataclass(frozen=True)
class Told:
    """One step of the story as it happened: when, what, in how many words, by which article."""

    at: datetime
    zh: str
    detail: str = ""
    cites: str = ""


def case_file() -> dict[str, Any]:
    """The demonstration's tender with its one case of bids and experts' choices."""
    return dict(load_yaml(TENDER_FILE.read_text("utf-8")))


def procure(city: City) -> Iterator[Told]:
    """Publish, take bids, open, review, score and rank."""
    case = case_file()
    [demo_case] = case["cases"]
    bidders = {bidder["id"]: bidder for bidder in demo_case["bidders"]}
    yield from supplier_files(city)
    yield from _publish(city, case)
    yield from _bids(city, bidders, case)
    yield from _open(city)
    yield from _qualify(city)
    yield from _committee(city)
    yield from _score(city, bidders)


def supplier_files(city: City) -> Iterator[Told]:
    """Each agency opens its file 供应商档案 with the proofs of 政府采购法 第二十二条."""
    now = calendar.INTENTION
    for key, staff in zip("ABCD", (86, 64, 38, 120), strict=True):
        actor = city.supplier(key)
        profile = {
            "legal_representative": actor.name, "address": f"示范市和平路{staff}号", "phone": f"0000-8800{staff:04d}",
            "business": "社会工作服务、心理健康服务、社会工作督导与培训", "staff": str(staff), "social_workers": str(staff - 12),
        }  # fmt: skip
        proofs = tuple(Proof(condition, _paper(condition)) for condition in Condition)
        with unit_of_work() as work:
            register_supplier(
                work,
                RegisterSupplier(actor, SupplierKind.SERVICE_AGENCY, profile, calendar.at("2014-05-20").date(), proofs),
                now,
            )
    yield Told(now, "四家社工机构建立供应商档案", "六项法定条件各附证明材料", "政府采购法 第二十二条")


def _paper(condition: Condition) -> str:
    return f"{condition.zh}的证明材料"


def _publish(city: City, case: Mapping[str, Any]) -> Iterator[Told]:
    buyer = city.of("buyer")
    documents = {key: value for key, value in case.items() if key not in ("cases", "expected_results")}
    with unit_of_work() as work:
        draft_tender(work, DraftTender(buyer, OCID, documents, intention=calendar.INTENTION.date()), calendar.DRAFTED)
    yield Told(calendar.INTENTION, "公开采购意向", "原则上不晚于采购活动开始前三十日", "财库〔2020〕10号")
    yield Told(calendar.DRAFTED, "编制采购文件", f"项目编号 {OCID}", "财政部令第87号 第二十条")
    notice = {
        "buyer_address": "示范市人民路1号", "contact_person": buyer.name, "contact_phone": "0000-88001234",
        "documents_place": "在采评系统公告页面免费下载", "documents_price": "0元", "opening_place": "示范市公共资源交易中心开标一室",
    }  # fmt: skip
    with unit_of_work() as work:
        row = publish_tender(
            work, PublishTender(buyer, OCID, calendar.CLOSE, calendar.DOCUMENTS_UNTIL.date(), notice), calendar.NOTICE
        )
        budget = yuan_text(row.budget or 0)
    yield Told(calendar.NOTICE, "发布招标公告", f"预算 {budget}, 投标截止 {calendar.CLOSE:%Y-%m-%d %H:%M}, 不少于二十日", "政府采购法 第三十五条")


def _bids(city: City, bidders: Mapping[str, Mapping[str, Any]], case: Mapping[str, Any]) -> Iterator[Told]:
    first_price_of_c = "6320000"
    for key in "ABCD":
        at, price = calendar.BIDS[key], fen_from_yuan(first_price_of_c if key == "C" else str(bidders[key]["price"]))
        files = _letter(city, key, case, price, at)
        command = SubmitBid(city.supplier(key), OCID, price, declared(bidders[key]), bid_documents(city, key), files=files)
        with unit_of_work() as work:
            receipt = submit_bid(work, command, at)
        detail = f"附投标函; 回执 {receipt.hash[:16]}…" if files else f"回执 {receipt.hash[:16]}…"
        yield Told(at, f"{city.names[key]}递交投标文件", detail, "财政部令第87号 第三十三条")
        if key == "C":
            at, price = calendar.REPLACED, fen_from_yuan(str(bidders[key]["price"]))
            files = _letter(city, key, case, price, at)
            again = ReplaceBid(city.supplier(key), OCID, price, declared(bidders[key]), bid_documents(city, key), files=files)
            with unit_of_work() as work:
                receipt = replace_bid(work, again, at)
            detail = f"截止前可以修改; 新回执 {receipt.hash[:16]}…"
            yield Told(at, f"{city.names[key]}替换投标文件", detail, "财政部令第87号 第三十四条")


def _letter(city: City, key: str, case: Mapping[str, Any], price: int, at: datetime) -> tuple[int, ...]:
    """The id of the uploaded letter 投标函; nothing on a machine that cannot make a PDF: the bid is valid without."""
    from demo.letters import bid_letter
    from reports.pdf import NoPango

    actor, valid_days = city.supplier(key), int(case["notice"]["bid_validity_days"])
    try:
        letter = bid_letter(case["name"], OCID, city.names[key], actor.name, price, valid_days, at)
    except NoPango:
        return ()
    stored = store_uploads(file_store(), [Upload("", "投标函.pdf", kind_of(letter), letter)])
    with unit_of_work() as work:
        return tuple(row.id for row in keep_attachments(work, KeepAttachments(actor, OCID, stored), at))


def declared(bidder: Mapping[str, Any]) -> dict[str, Any]:
    """What the bidder declares for objective parts. Lists are one choice per expert, and none of the bidder's business."""
    from procurement.tender import read_tender

    rubric = read_tender(case_file()).rubric
    assert rubric is not None
    objective = {part.id for part in rubric.parts() if part.objective}
    return {part: value for part, value in bidder["facts"].items() if part in objective}


def bid_documents(city: City, key: str) -> dict[str, Any]:
    """What a bid of agency ``key`` brings along besides its values."""
    actor = city.supplier(key)
    return {
        "proofs": {leaf: f"投标文件 附件{n}" for n, leaf in enumerate(("T6", "T7", "T8", "B1", "B2", "B3", "B4", "B5"), 1)},
        "statements": [str(condition["nr"]) for condition in case_file()["qualification"]],
        "contact": {"project_leader": actor.name, "contact_person": actor.name, "contact_phone": "0000-88000000"},
        "salt": f"{OCID}-{key}",
    }


def _open(city: City) -> Iterator[Told]:
    with unit_of_work() as work:
        command = OpenBids(city.of("buyer"), OCID, city.of("overseer").person_id, "示范市公共资源交易中心开标一室")
        opened = open_bids(work, command, calendar.CLOSE)
        lines = [(line["supplier"], line["price"]) for line in opened.record["lines"]]
    yield Told(calendar.CLOSE, "投标截止, 同一时间开标", f"{len(lines)} 家投标人, 现场唱标", "财政部令第87号 第三十九条")
    for supplier, price in lines:
        yield Told(calendar.CLOSE, "唱标", f"{supplier}  {yuan_text(int(price))}")


def _qualify(city: City) -> Iterator[Told]:
    buyer = city.of("buyer")
    with unit_of_work() as work:
        row = work.lock(TenderRow, OCID)
        channels = row.facts().credit_channels
        for bid in opened_bids(work.session, row):
            for channel in channels:
                check = CreditCheck(channel, calendar.CREDIT_CHECKED.date(), (), "查询截图已归档")
                record_credit_check(work, RecordCreditCheck(buyer, bid.row.supplier_id, check), calendar.CREDIT_CHECKED)
    yield Told(calendar.CREDIT_CHECKED, "查询投标人信用记录", f"{'、'.join(channels)}, 均无失信记录", "财库〔2016〕125号")
    with unit_of_work() as work:
        conclude(work, Conclude(buyer, OCID, all_pass(work, Review.QUALIFICATION)), calendar.QUALIFIED)
        sign_review(work, SignReview(buyer, OCID), calendar.QUALIFIED)
    yield Told(calendar.QUALIFIED, "资格审查", "四家投标人均合格", "财政部令第87号 第四十四条")


def all_pass(work: UnitOfWork, review: Review, ocid: str = OCID) -> list[Conclusion]:
    """Every item of a review concluded in the bidder's favour."""
    row = work.lock(TenderRow, ocid)
    items = items_of(row.facts(), review)
    return [
        Conclusion(bid.row.id, item.number, passed=True) for bid in opened_bids(work.session, row) for item in items
    ]


def _committee(city: City) -> Iterator[Told]:
    buyer = city.of("buyer")
    with unit_of_work() as work:
        draw_committee(work, DrawCommittee(buyer, OCID, SEED, EXPERTS, calendar.EVALUATION), calendar.DRAWN)
    with unit_of_work() as work:
        seats = committees.members(work.session, OCID)
        names = "、".join(seat.name for seat in seats)
    yield Told(calendar.DRAWN, "随机抽取评审专家", f"种子公开, 可以复算: {names}", "财政部令第87号 第四十八条")
    people = {actor.person_id: actor for actor in city.actors.values()}
    for seat in seats:
        with unit_of_work() as work:
            declare(work, Declare(people[seat.person_id], OCID), calendar.DECLARED)
    with unit_of_work() as work:
        form_committee(work, FormCommittee(buyer, OCID, seats[0].id), calendar.FORMED)
    yield Told(calendar.FORMED, "组建评标委员会", f"{len(seats)} 人, 均声明无回避情形; 推选{seats[0].name}为组长", "财政部令第87号 第四十七条")
    leader = people[seats[0].person_id]
    with unit_of_work() as work:
        conclude_conformity(work, ConcludeConformity(leader, OCID, all_pass(work, Review.CONFORMITY)), calendar.CONFORMITY)
        sign_conformity(work, SignConformity(leader, OCID), calendar.CONFORMITY)
    yield Told(calendar.CONFORMITY, "符合性审查", "四家投标文件均无投标无效情形", "财政部令第87号 第五十条")


def _score(city: City, bidders: Mapping[str, Mapping[str, Any]]) -> Iterator[Told]:
    people = {actor.person_id: actor for actor in city.actors.values()}
    keys = {name: key for key, name in city.names.items()}
    with unit_of_work() as work:
        seats = committees.members(work.session, OCID)
        bids = [(bid.row.id, keys[bid.supplier_name]) for bid in opened_bids(work.session, work.lock(TenderRow, OCID))]
    for n, seat in enumerate(seats):
        actor = people[seat.person_id]
        for bid_id, key in bids:
            with unit_of_work() as work:
                save_marks(work, SaveMarks(actor, OCID, bid_id, choices(bidders[key]["facts"], n)), calendar.SCORED)
        with unit_of_work() as work:
            sign_sheet(work, SignSheet(actor, OCID), calendar.SCORED)
        yield Told(calendar.SCORED, f"{seat.name}独立评分并签字", f"{len(bids)} 份投标文件", "财政部令第87号 第五十五条")
    with unit_of_work() as work:
        sign_ranking(work, SignRanking(people[seats[0].person_id], OCID), calendar.RANKED)
    yield Told(calendar.RANKED, "汇总排序, 推荐中标候选人", "总分精确计算, 只在显示时四舍五入一次", "财政部令第87号 第五十七条")


def choices(facts: Mapping[str, Any], expert: int) -> dict[str, Any]:
    """What one expert marks: the declared value of objective parts, the own choice of subjective ones."""
    from procurement.tender import read_tender

    rubric = read_tender(case_file()).rubric
    assert rubric is not None
    return {part.id: facts[part.id] if part.objective else facts[part.id][expert] for part in rubric.parts()}
