"""The line in a real browser: one tender from its draft to the result of an evaluation, each step by whoever must take it.

The clock moves as in the demonstration, the figures are the demonstration's: the winner has 92.03 points. What several
people do alike is done once before the browser and for the rest through the same services.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from demo import calendar
from demo.procurement_story import OCID, SEED, TENDER_FILE, case_file
from procurement.tender import read_tender
from tests.browser.evaluating import mark_sheets, plan_evaluation, settle_result, sign_contract
from tests.browser.site import Site, Visitor, open_site

TENDER = f"/tenders/{OCID}"
Window = Callable[..., Page]
AGENCIES = {
    "A": ("anlan", "示范市安澜社会工作服务中心"), "B": ("baichuan", "示范市百川社会工作服务中心"),
    "C": ("chuqing", "示范市初晴社会工作服务中心"), "D": ("datong", "示范市大同社会工作服务中心"),
}  # fmt: skip
NAMES = [name for _, name in AGENCIES.values()]


@dataclass(frozen=True)
class Seat:
    """One seat on the committee."""

    id: int
    person_id: int
    name: str


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    opened = open_site(tmp_path_factory.mktemp("line"))
    yield opened
    opened.close()


def test_a_tender_walks_the_whole_line(site: Site, window: Window) -> None:
    case = case_file()
    rubric = read_tender(case).rubric
    assert rubric is not None
    objective = {part.id: part.objective for part in rubric.parts()}
    bidders = {bidder["id"]: bidder for bidder in case["cases"][0]["bidders"]}
    desk = Visitor(window(site.address), site.city.password)
    phone = Visitor(window(site.address, phone=True), site.city.password)
    plain = Visitor(window(site.address, javascript=False), site.city.password, scripted=False)

    draft_and_publish(site, desk)
    open_the_files(site, phone)
    hand_in_bids(site, desk, phone, plain, bidders, objective)
    open_bids(site, desk)
    review_qualification(site, desk)
    seats = seat_the_committee(site, desk)
    score(site, desk, seats, bidders, objective)
    rank(site, desk, seats)
    award(site, desk, phone)
    draw_up_contract(site, desk)
    scheme = plan_evaluation(site, desk)
    mark_sheets(site, phone, scheme)
    result = settle_result(site, desk, plain, scheme)
    sign_contract(site, desk)
    read_in_public(site, desk, phone, result)


def draft_and_publish(site: Site, desk: Visitor) -> None:
    site.at(calendar.DRAFTED)
    desk.sign_in("buyer", "采购人").go("/tenders/new")
    desk.fill(ocid=OCID, intention="2025-01-06")
    desk.page.get_by_label("采购文件（YAML 文件）").set_input_files(TENDER_FILE)
    desk.press("保存草稿")
    desk.reads("示范市精神卫生专职社会工作服务项目", "人员")
    desk.page.context.clear_cookies()
    desk.go(f"/notices/{OCID}", wanted=404)  # a draft is nobody else's business

    site.at(calendar.NOTICE)
    desk.sign_in("buyer").go(f"{TENDER}/publish")
    desk.fill(bids_close="2025-03-01T09:30", documents_until="2025-02-17")
    desk.press("发布公告")
    desk.reads("处需要修改", "政府采购法 第三十五条")  # nineteen days, and no address: all of it is said at once
    assert desk.page.get_by_label("招标文件提供至").input_value() == "2025-02-17"
    desk.fill(
        bids_close="2025-03-04T09:30", documents_until="2025-02-17", buyer_address="示范市人民路1号", contact_person="陈望舒",
        contact_phone="0000-88001234", documents_place="在采评系统公告页面免费下载", documents_price="0元",
        opening_place="示范市公共资源交易中心开标一室",
    )  # fmt: skip
    desk.press("发布公告")
    desk.reads("投标")
    desk.page.context.clear_cookies()
    desk.go("/").get_by_role("link", name="示范市精神卫生专职社会工作服务项目").first.click()
    desk.reads("0000-88001234", "评分标准")


def open_the_files(site: Site, phone: Visitor) -> None:
    """One agency opens its file on a phone; the other three have theirs already."""
    from app.procurement.suppliers.services import RegisterSupplier, register_supplier
    from app.store import unit_of_work
    from procurement.supplier import Condition, Proof, SupplierKind

    profile = {"legal_representative": "负责人", "address": "示范市和平路8号", "phone": "0000-88000000"}
    proofs = tuple(Proof(condition, f"{condition.zh}的证明材料") for condition in Condition)
    with site.acting():
        for key in "BCD":
            command = RegisterSupplier(site.city.supplier(key), SupplierKind.SERVICE_AGENCY, profile, date(2014, 5, 20), proofs)
            with unit_of_work() as work:
                register_supplier(work, command, calendar.NOTICE)
    phone.sign_in("anlan", "社工机构").go("/suppliers/new")
    phone.fill(legal_representative="卫思齐", address="示范市和平路86号", phone="0000-88000086", registered_on="2014-05-20")
    for condition in Condition:
        phone.page.locator(f"[name='{condition.value}_held']").check()
        phone.page.locator(f"[name='{condition.value}_paper']").fill(f"{condition.zh}的证明材料")
    phone.press("保存")
    phone.reads("符合法定资格条件")


def hand_in_bids(
    site: Site, desk: Visitor, phone: Visitor, plain: Visitor, bidders: Mapping[str, Any], objective: Mapping[str, bool]
) -> None:
    for key, visitor in (("A", phone), ("B", desk), ("C", plain), ("D", desk)):
        site.at(calendar.BIDS[key])
        visitor.sign_in(AGENCIES[key][0])
        visitor.go(f"{TENDER}/bid")
        price = "6320000" if key == "C" else bidders[key]["price"]
        declare(visitor, bidders[key], price, objective)
        if key == "B":  # an error keeps what was typed
            visitor.fill(price="七百万")
            visitor.press("递交投标文件")
            visitor.reads("处需要修改")
            expect(visitor.page.locator("[name=project_leader]")).to_have_value("项目负责人")
            visitor.fill(price=str(price))
        visitor.press("递交投标文件")
        if visitor.page.locator("[name=aware]").count():
            visitor.page.locator("[name=aware]").check()
            visitor.press("递交投标文件")
        visitor.reads("回执", "sha256") if "receipts" in visitor.page.url else visitor.reads("回执")
        if key == "C":
            site.at(calendar.REPLACED)
            visitor.go(f"{TENDER}/bid").get_by_role("link", name="替换投标文件").click()
            assert visitor.page.get_by_label("投标总价（元）").input_value() == "6320000"
            visitor.fill(price=str(bidders["C"]["price"]))
            visitor.press("替换投标文件")
            if visitor.page.locator("[name=aware]").count():
                visitor.page.locator("[name=aware]").check()
                visitor.press("替换投标文件")
            visitor.go(f"{TENDER}/bid")
            visitor.reads("¥6,240,000.00")
    # Before the opening nobody sees who has bid, or how many (87-28).
    for login, role in (("buyer", "采购人"), ("overseer", "监督人员"), ("finance", "财政部门")):
        desk.sign_in(login, role)
        for path in ("/workbench", TENDER, f"{TENDER}/opening"):
            desk.go(path)
            desk.reads_nothing_of(*NAMES, "6240000", "6,240,000")


def declare(visitor: Visitor, bidder: Mapping[str, Any], price: Any, objective: Mapping[str, bool]) -> None:
    visitor.fill(price=str(price), project_leader="项目负责人", contact_person="授权代表", contact_phone="0000-88000000")
    for box in visitor.page.locator("[name=statement]").all():
        box.check()
    for part, value in bidder["facts"].items():
        if not objective[part]:
            continue
        if isinstance(value, Mapping):
            places = visitor.page.locator(f"[id='fact-{part}']")
            for grade, count in value.items():
                places.locator("label", has_text=grade).first.locator("input").fill(str(count))
        else:
            visitor.mark(f"fact.{part}", value)


def open_bids(site: Site, desk: Visitor) -> None:
    site.at(calendar.CLOSE)
    desk.sign_in("buyer").task("开标")
    desk.go(f"{TENDER}/opening")
    desk.fill(place="示范市公共资源交易中心开标一室", overseer_id=1)
    desk.press("开标, 公布报价")
    desk.go(f"{TENDER}/opening")
    desk.reads(*NAMES, "¥6,929,000.00", "¥6,240,000.00")


def review_qualification(site: Site, desk: Visitor) -> None:
    from app.procurement.qualifications.queries import opened_bids
    from app.procurement.suppliers.services import RecordCreditCheck, record_credit_check
    from app.procurement.tenders.models import TenderRow
    from app.store import reading, unit_of_work
    from procurement.supplier import CreditCheck

    site.at(calendar.CREDIT_CHECKED)
    with site.acting():
        row = reading().get(TenderRow, OCID)
        assert row is not None
        channels, bids = row.facts().credit_channels, opened_bids(reading(), row)
        for bid in bids[1:]:
            for channel in channels:
                check = CreditCheck(channel, calendar.CREDIT_CHECKED.date(), (), "查询截图已归档")
                with unit_of_work() as work:
                    record_credit_check(work, RecordCreditCheck(site.city.of("buyer"), bid.row.supplier_id, check), calendar.CREDIT_CHECKED)
        first = bids[0].row.supplier_id
    desk.go(f"/suppliers/{first}")
    for channel in channels:
        desk.page.locator("summary", has_text="登记").first.click()
        desk.fill(channel=channel, checked_on="2025-03-04", evidence="查询截图已归档")
        desk.press("登记")
        desk.reads(channel)
    site.at(calendar.QUALIFIED)
    desk.task("资格审查")
    desk.go(f"{TENDER}/qualification")
    for name in NAMES:
        desk.press("其余各项均通过, 保存", within=desk.page.locator("section", has=desk.page.get_by_role("heading", name=name)))
    desk.press("签字, 完成资格审查")
    desk.go(f"{TENDER}/qualification")
    desk.reads("已签字")


def seat_the_committee(site: Site, desk: Visitor) -> list[Any]:
    """Draw, declare, form; the leader's part is done before the browser. Gives the seats, the leader's first."""
    from app.procurement.committees import queries
    from app.procurement.committees.services import Declare
    from app.procurement.committees.services import declare as declare_no_ground
    from app.store import reading, unit_of_work

    site.at(calendar.DRAWN)
    desk.go(f"{TENDER}/committee")
    desk.fill(seed=SEED, experts=5, evaluation_at="2025-03-05T09:00")
    desk.press("抽取")
    desk.reads("待声明")
    site.at(calendar.DECLARED)
    with site.acting():
        seats = [Seat(row.id, row.person_id, row.name) for row in queries.members(reading(), OCID)]
        people = {actor.person_id: (login, actor) for login, actor in site.city.actors.items()}
        for seat in seats[1:]:
            with unit_of_work() as work:
                declare_no_ground(work, Declare(people[seat.person_id][1], OCID), calendar.DECLARED)
    desk.sign_in(people[seats[0].person_id][0], "评审专家").task("回避")
    desk.press("提交声明")
    site.at(calendar.FORMED)
    desk.sign_in("buyer").go(f"{TENDER}/committee")
    desk.page.get_by_label(f"推选{seats[0].name}为组长").check()
    desk.press("组建评标委员会")
    desk.reads("已组建")
    site.at(calendar.CONFORMITY)
    desk.sign_in(people[seats[0].person_id][0]).go(f"{TENDER}/conformity")
    for name in NAMES:
        desk.press("其余各项均通过, 保存", within=desk.page.locator("section", has=desk.page.get_by_role("heading", name=name)))
    desk.press("签字, 开始评分")
    return [(seat, *people[seat.person_id]) for seat in seats]


def score(
    site: Site, desk: Visitor, seats: list[Any], bidders: Mapping[str, Any], objective: Mapping[str, bool]
) -> None:
    """The first expert drives every control of the four sheets; the others enter theirs through the services."""
    from app.procurement.qualifications.queries import opened_bids
    from app.procurement.scorings.services import SaveMarks, SignSheet, save_marks, sign_sheet
    from app.procurement.tenders.models import TenderRow
    from app.store import reading, unit_of_work

    keys = {name: key for key, (_, name) in AGENCIES.items()}

    def choices(key: str, expert: int) -> dict[str, Any]:
        facts = bidders[key]["facts"]
        return {part: facts[part] if known else facts[part][expert] for part, known in objective.items()}

    site.at(calendar.SCORED)
    with site.acting():
        row = reading().get(TenderRow, OCID)
        assert row is not None
        bids = [(bid.row.id, keys[bid.supplier_name]) for bid in opened_bids(reading(), row)]
    [(_, login, _), *others] = seats
    desk.sign_in(login).go(f"{TENDER}/scoring")
    for n, (bid_id, key) in enumerate(bids):
        desk.go(f"{TENDER}/scoring/{bid_id}")
        mine = choices(key, 0)
        if n == 0:  # a mark that no rule gives is refused, and everything typed is still there
            desk.mark("T8b", "二十六")
            desk.mark("T1b", mine["T1b"])
            desk.page.locator("[name='reason.T1']").fill("方案完整, 进度可行")
            desk.press("保存本份")
            assert desk.page.locator("[name='T8b']").input_value() == "二十六"
            assert desk.page.locator(f"[name='T1b'][value='{mine['T1b']}']").is_checked()
            expect(desk.page.locator("[name='reason.T1']")).to_have_value("方案完整, 进度可行")
            expect(desk.page.locator("fieldset.wrong")).to_have_count(1)
        for part, value in mine.items():
            desk.mark(part, value, row=lambda grade, part=part: f"{part}.{grade}")
        desk.press("保存本份")
        desk.reads_nothing_of("处需要修改")
    desk.press("签字")
    desk.reads("您已于")
    desk.go(f"{TENDER}/ranking", wanted=403)  # nobody sees a ranking before all have signed
    with site.acting():
        for n, (_, _, actor) in enumerate(others, 1):
            for bid_id, key in bids:
                with unit_of_work() as work:
                    save_marks(work, SaveMarks(actor, OCID, bid_id, choices(key, n)), calendar.SCORED)
            with unit_of_work() as work:
                sign_sheet(work, SignSheet(actor, OCID), calendar.SCORED)


def rank(site: Site, desk: Visitor, seats: list[Any]) -> None:
    site.at(calendar.RANKED)
    desk.go(f"{TENDER}/ranking")
    desk.reads("92.03", "91.95", "74.78", "42.32", "2452483/26650")
    desk.press("签署评标报告")
    desk.go(f"{TENDER}/ranking")
    desk.reads("评标报告已签署")


def award(site: Site, desk: Visitor, phone: Visitor) -> None:
    site.at(calendar.DECIDED)
    desk.sign_in("buyer").task("确定中标")
    desk.go(f"{TENDER}/award")
    desk.press("确定中标人")
    site.at(calendar.ANNOUNCED)
    desk.sign_in("buyer").go(f"{TENDER}/award")
    desk.press("公告, 并发出中标通知书")
    desk.go(f"{TENDER}/award")
    desk.reads("示范市大同社会工作服务中心", "¥6,929,000.00")
    phone.sign_in("anlan").go(f"{TENDER}/award")
    phone.reads("91.95", "第 2 名")
    phone.reads_nothing_of("74.78", "42.32")  # its own points and place only (87-69)
    phone.go(f"{TENDER}/award/letter")


def draw_up_contract(site: Site, desk: Visitor) -> None:
    site.at(calendar.DRAWN_UP)
    desk.sign_in("buyer").task("合同")
    desk.go(f"{TENDER}/contract")
    desk.fill(number="示范卫健社工〔2025〕第1号", starts_on="2025-03-21")
    for box in desk.page.locator("[name=grounds]").all():
        box.check()
    desk.press("保存合同")
    desk.reads("立项评估")


def read_in_public(site: Site, desk: Visitor, phone: Visitor, result: int) -> None:
    """What anybody may see, at a desk and on a phone; the report is a PDF."""
    for visitor in (desk, phone):
        visitor.page.context.clear_cookies()
        for path in ("/", f"/notices/{OCID}", "/results", f"/results/{result}"):
            visitor.go(path)
    desk.reads("95.17", "优")
    with desk.page.expect_download() as arriving:
        desk.page.get_by_role("link", name="下载报告").click()
    assert Path(arriving.value.path()).read_bytes().startswith(b"%PDF-")
