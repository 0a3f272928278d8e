"""The evaluating half of the line in a real browser: plan, mark, settle, sign the contract."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from playwright.sync_api import expect

from demo import calendar
from demo.procurement_story import OCID
from tests.browser.site import Site, Visitor

TENDER = f"/tenders/{OCID}"
EVALUATORS = ("evaluator1", "evaluator2", "evaluator3")


def plan_evaluation(site: Site, desk: Visitor) -> int:
    """Entrusted, planned, approved by a second person, published, three evaluators assigned. Gives the scheme's id."""
    with site.acting():
        from app.procurement.suppliers.queries import own_file
        from app.store import reading

        file = own_file(reading(), site.city.organisations["D"])
        assert file is not None
        winner = file.id
    site.at(calendar.ENTRUSTED)
    desk.go(f"{TENDER}/applicants/{winner}/entrust")
    desk.fill(body="示范明鉴社会服务评估中心")
    desk.press("委托")
    desk.sign_in("mingjian", "第三方评估机构").go("/rubrics/library/appraisal-agency")
    desk.press("导入到本单位")
    desk.task("示范市精神卫生专职社会工作服务项目")
    assert "/schemes/new" in desk.page.url
    desk.fill(kind="立项评估", name="立项评估方案", professional="90")
    desk.press("保存草稿")
    desk.reads("处需要修改")
    expect(desk.page.locator("[name=name]")).to_have_value("立项评估方案")
    desk.fill(
        professional="100", professional_least=3, qualifications="社会工作师 2、会计师 1", work_begins="2025-03-12",
        sheets_due="2025-03-12", statement=3, publicity=5,
    )  # fmt: skip
    desk.page.locator("[name=uses][value=standing]").check()
    desk.press("保存草稿")
    scheme = int(desk.page.url.rsplit("/", 1)[1])
    desk.sign_in("buyer").task("立项评估方案")
    desk.press("批准")
    desk.sign_in("mingjian").go(f"/evaluations/{scheme}")
    desk.press("告知")
    for n, login in enumerate(EVALUATORS):
        desk.go(f"/evaluations/{scheme}/evaluators")
        name = site.city.of(login).name
        person = desk.page.locator("[name=person]")
        person.select_option(value=str(site.city.of(login).person_id))
        desk.fill(party="专业机构", qualifications="社会工作师" if n < 2 else "会计师")
        desk.press("指派")
        desk.reads(name)
    return scheme


def mark_sheets(site: Site, phone: Visitor, scheme: int) -> None:
    """The first evaluator declares, marks every leaf and signs on a phone; the two others through the services."""
    from sqlalchemy import select

    from app.evaluation.assignments.models import AssignmentRow
    from app.evaluation.assignments.services import Begin, Declare, begin_evaluation
    from app.evaluation.sheets.services import Entry, MarkLeaf, SignSheet, declare_and_open, mark_leaf, sign_sheet
    from app.store import reading, unit_of_work
    from demo.evaluation_story import MARKS_FILE
    from rubric.library import load
    from rubric.reading import load_yaml

    marks: Mapping[str, Any] = dict(load_yaml(MARKS_FILE.read_text("utf-8")))["appraisal"]
    rubric = load("appraisal-agency")
    begun, marked = calendar.at("2025-03-12"), calendar.at("2025-03-12", "15:00")

    def mine(part: str, rater: int) -> Any:
        return marks[part][rater] if isinstance(marks[part], list) else marks[part]

    with site.acting():
        places = list(reading().execute(
            select(AssignmentRow.id, AssignmentRow.person_id).where(AssignmentRow.scheme_id == scheme).order_by(AssignmentRow.id)
        ))  # fmt: skip
        people = {actor.person_id: actor for actor in site.city.actors.values()}
        for id, person in places[1:]:
            with unit_of_work() as work:
                declare_and_open(work, Declare(people[person], id, no_conflict=True), begun)
    site.at(begun)
    phone.sign_in(EVALUATORS[0], "评估人员").task("立项评估方案")
    phone.page.locator("[name=answer][value=none]").check()
    phone.press("签署")
    with site.acting(), unit_of_work() as work:
        begin_evaluation(work, Begin(site.city.of("mingjian"), scheme), begun)
    site.at(marked)
    place = places[0].id
    phone.go(f"/assignments/{place}/sheet")
    for n, leaf in enumerate(rubric.leaves()):  # saving one leads to the next
        expect(phone.page.locator("#leaf")).to_have_attribute("action", f"/assignments/{place}/sheet/{leaf.id}")
        phone.page.locator("#reason").fill("查阅资料, 与指标说明一致")
        for part in leaf.parts:
            enter(phone, part, mine(part.id, 0))
        if n == 0:
            phone.page.locator("#evidence").fill("\n".join(leaf.evidence))
        phone.press("保存")
        phone.reads_nothing_of("处需要修改")
    phone.go(f"/assignments/{place}/sheet/sign")
    phone.press("签名提交")
    with site.acting():
        for n, (id, person) in enumerate(places[1:], 1):
            for leaf in rubric.leaves():
                entries = {part.id: Entry(value=mine(part.id, n)) for part in leaf.parts}
                command = MarkLeaf(people[person], id, leaf.id, entries, "查阅资料, 与指标说明一致", tuple(leaf.evidence[:2]))
                with unit_of_work() as work:
                    mark_leaf(work, command, marked)
            with unit_of_work() as work:
                sign_sheet(work, SignSheet(people[person], id), marked)


def enter(visitor: Visitor, part: Any, value: Any) -> None:
    """Enter an evaluator's mark: a band has a level and points, counts have one box each."""
    if part.rule.form.kind == "band":
        visitor.mark(f"mark.{part.id}.level", value["level"])
        visitor.mark(f"mark.{part.id}.points", value["points"])
    else:
        visitor.mark(f"mark.{part.id}", value, row=lambda key: f"mark.{part.id}.{key}")


def settle_result(site: Site, desk: Visitor, plain: Visitor, scheme: int) -> int:
    site.at(calendar.at("2025-03-12", "16:00"))
    desk.sign_in("mingjian").task("立项评估方案")
    desk.go(f"/evaluations/{scheme}/evaluators")
    desk.press("计算结果")
    desk.reads("95.17")
    result = int(desk.page.url.rsplit("/", 1)[1])
    plain.page.context.clear_cookies()
    plain.go(f"/results/{result}", wanted=404)  # not public yet
    plain.sign_in("datong").task("机构陈述")
    plain.go(f"/results/{result}/statement")
    plain.fill(statement="无异议")
    plain.press("提交陈述")
    site.at(calendar.at("2025-03-13", "10:00"))
    desk.sign_in("mingjian").go(f"/results/{result}")
    desk.press("公示")
    site.at(calendar.at("2025-03-21", "09:00"))
    desk.sign_in("mingjian").go(f"/results/{result}")
    desk.press("确定")
    desk.sign_in("buyer").go(f"/results/{result}")
    return result


def sign_contract(site: Site, desk: Visitor) -> None:
    site.at(calendar.SIGNED)
    desk.sign_in("buyer").task("签订合同")
    desk.fill(signed_on="2025-03-21")
    desk.press("登记签订")
    desk.reads("第 1 年度", "¥2,078,700.00")
