"""Who evaluates 评审组成: how many, how many experts, who may not sit, when to draw, and what to do when one drops out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from kernel.money import Fen, yuan_text
from kernel.period import months_after
from kernel.refusal import BadInput
from law import law_at
from law.day import LawAt
from law.region import Region, region
from procurement.committee import Capacity, Ground, Relation, Size, lawful_size
from procurement.desk.answer import Answer, Point, Severity, articles_of, point, tidy
from procurement.desk.counting import Counted, Edge, count_back, stray_days
from procurement.method import METHOD_NAMES, Method, method_named
from procurement.slot import Slot

DROPOUTS = {"before": "评审开始前", "during": "评审过程中", "after": "评审结束、报告签署后"}


@dataclass(frozen=True)
class Seat:
    """One person who is to sit."""

    name: str
    capacity: Capacity = Capacity.EXPERT
    employer: str = ""
    leader: bool = False
    authorised: bool = True
    self_selected: bool = False
    legal: bool = False
    finance_supervisor: bool = False
    relations: tuple[Relation, ...] = ()


@dataclass(frozen=True)
class Panel:
    """A question about a committee. ``activity``: the day the purchase begins, for the three years of recusal."""

    method: Method
    on: date
    region: Region
    budget: Fen | None = None
    complex: bool = False
    great_impact: bool = False
    at_threshold: bool = False
    buyer: str = ""
    agent: str = ""
    suppliers: tuple[str, ...] = ()
    seats: tuple[Seat, ...] | None = None
    evaluation: date | None = None
    drawn: date | None = None
    remote: bool = False
    consent: bool = False
    dropout: str = ""
    can_fill: bool | None = None
    unread: str = ""


_KEYS = (
    "method", "date", "region", "budget", "complex", "great_impact", "at_threshold", "buyer", "agent", "suppliers", "members",
    "experts", "evaluation", "drawn", "remote", "consent", "dropout", "can_fill",
)  # fmt: skip
_ALIASES = {
    "amount": "budget", "budget_yuan": "budget", "size": "members", "evaluation_date": "evaluation", "draw_date": "drawn", "on": "date",
    "purchaser": "buyer", "drop_out": "dropout", "social_impact": "great_impact",
}  # fmt: skip
_CAPACITIES = {"expert": Capacity.EXPERT, "专家": Capacity.EXPERT, "评审专家": Capacity.EXPERT}
_CAPACITIES |= dict.fromkeys(("buyer_representative", "representative", "采购人代表"), Capacity.BUYER_REPRESENTATIVE)


def read_panel(value: Mapping[str, Any], otherwise: date) -> Panel:
    """A question as JSON gives it. Raises BadInput with everything that is wrong."""
    tidied, unread = tidy(value, _KEYS, _ALIASES)
    if isinstance(tidied.get("members"), int):
        tidied["members"] = _counted_seats(tidied["members"], tidied.get("experts"))
    slot = Slot(tidied)
    try:
        method = method_named(slot["method"].text() or "公开招标")
    except ValueError as wrong:
        slot["method"].problem(str(wrong))
        method = Method.OPEN
    try:
        place = region(slot["region"].text())
    except BadInput as wrong:
        slot.problems.extend(wrong.findings)
        place = region()
    dropout = slot["dropout"].text()
    if dropout and dropout not in DROPOUTS:
        slot["dropout"].problem(f"退出的环节须为 {'、'.join(DROPOUTS)} 之一")
    evaluation = slot["evaluation"].day()
    on = slot["date"].day() or evaluation or otherwise
    panel = Panel(
        method, on, place, slot["budget"].fen(), slot["complex"].flag(),
        slot["great_impact"].flag(), slot["at_threshold"].flag(), slot["buyer"].text(), slot["agent"].text(), slot["suppliers"].texts(),
        tuple(_seat(each) for each in slot["members"].items()) if "members" in slot else None, evaluation,
        slot["drawn"].day(), slot["remote"].flag(), slot["consent"].flag(), dropout,
        slot["can_fill"].flag() if "can_fill" in slot else None, unread,
    )  # fmt: skip
    slot.problems += stray_days(date=panel.on, evaluation=evaluation, drawn=panel.drawn)
    if slot.problems:
        raise BadInput(slot.problems, "评审组成: 填写有误")
    return panel


def _counted_seats(size: int, experts: Any) -> list[dict[str, str]]:
    """So many members, so many of them experts, when a question gives only numbers."""
    size = max(0, min(size, 99))
    most = experts if isinstance(experts, int) and not isinstance(experts, bool) and 0 <= experts <= size else size
    return [
        {"name": f"第{n}名", "capacity": "expert" if n <= most else "buyer_representative"} for n in range(1, size + 1)
    ]


def _seat(slot: Slot) -> Seat:
    slot = slot.mapping()
    name = slot["name"].text() or slot.place
    capacity = slot["capacity"].text() or "expert"
    if capacity not in _CAPACITIES:
        slot["capacity"].problem("身份须为 expert、buyer_representative 之一")
    return Seat(
        name, _CAPACITIES.get(capacity, Capacity.EXPERT), slot["employer"].text(), slot["leader"].flag(), slot["authorised"].flag(True),
        slot["self_selected"].flag(), slot["legal"].flag(), slot["finance_supervisor"].flag(),
        tuple(_relation(each, name) for each in slot["relations"].items()),
    )  # fmt: skip


def _relation(slot: Slot, person: str) -> Relation:
    slot = slot.mapping()
    written = slot["ground"].text()
    found = next((ground for ground in Ground if written in (ground.value, ground.zh)), None)
    if found is None:
        slot["ground"].problem(f"回避情形须为 {'、'.join(ground.value for ground in Ground)} 之一")
    return Relation(person, slot["supplier"].text(), found or Ground.OTHER, slot["ended"].day(), slot["detail"].text())


# --- the answer ---------------------------------------------------------------------------------------------------------


def compose(panel: Panel) -> Answer:
    """What the committee must look like, what is wrong with the one that was given, and what to do when somebody drops out."""
    law = law_at(panel.on, panel.region.place.id)
    size = lawful_size(
        panel.method,
        law,
        budget=panel.budget,
        demanding=panel.complex or panel.great_impact,
        at_threshold=panel.at_threshold,
    )
    experts = -(-size.least * size.experts_share.numerator // size.experts_share.denominator)
    legal = panel.complex and panel.method in (Method.NEGOTIATION, Method.CONSULTATION)
    points = list(_fixed(panel, size, legal))
    if panel.seats is not None:
        points += _judged(panel, panel.seats, size, law)
    earliest = _earliest_draw(panel, law)
    if earliest is not None and panel.drawn is not None and panel.drawn < earliest.day:
        points.append(
            point("198-14", "评审专家抽取过早", "财库〔2016〕198号 第十四条", "V2", have=panel.drawn, need=f"最早 {earliest.day}",
                  who="采购人、采购代理机构", cure="在最早日之后重新抽取", until=panel.evaluation)
        )  # fmt: skip
    steps = _dropout(panel) if panel.dropout else ()
    said = f"{panel.method.zh}: {size.least}人以上单数, 其中评审专家不少于{experts}人"
    if panel.seats is not None:
        breaches = [each for each in points if each.severity is Severity.BREACH]
        said = f"{'可以组成' if not breaches else f'有{len(breaches)}项不符合规定'}; {said}"
    working = [
        f"最少人数 {size.least}（{size.why or '一般项目'}; {size.cites}）, 须为单数",
        f"评审专家不得少于成员总数的 {size.experts_share}: {size.least}人时 {size.least} × {size.experts_share} 进位为 {experts}人",
        *((f"预算 {yuan_text(panel.budget)}",) if panel.budget is not None else ()),
        *((f"抽取最早日: {'; '.join(earliest.working)}",) if earliest is not None else ()),
    ]
    if panel.method is Method.SINGLE_SOURCE:
        said, working = "单一来源: 由具有相关经验的专业人员与供应商商定, 法律未定人数", [f"{size.why}（{size.cites}）"]
    return Answer(
        question=f"{panel.method.zh}评审组成 {panel.on.isoformat()}",
        conclusion=said,
        working=tuple(working),
        points=tuple(points),
        articles=articles_of(points, size.cites, "政府采购法实施条例 第九条", *(("财政部令第87号 第四十九条",) if steps else ())),
        results={
            "method": METHOD_NAMES[panel.method],
            "least_members": size.least,
            "odd": True,
            "least_experts": experts,
            "legal_experts": 1 if legal else 0,
            "earliest_draw": earliest.day if earliest is not None else None,
            "recused": [each.have for each in points if each.rule == "R-9"],
            "dropout": list(steps),
        },
        cautions=tuple(filter(None, (panel.region.caution, panel.unread))),
    )  # fmt: skip


def _fixed(panel: Panel, size: Size, legal: bool) -> Iterable[Point]:
    """What holds for every committee of the method."""
    if legal:
        status, cites, rule = ("V", "财政部令第74号 第七条", "74-7") if panel.method is Method.NEGOTIATION else (
            "Mh", "财库〔2014〕214号 第十四条", "214-14",
        )  # fmt: skip
        yield point(
            rule,
            "技术复杂、专业性强的, 评审专家中应当包含一名法律专家",
            cites,
            status,
            Severity.NOTE,
            need="法律专家1人",
        )
    if panel.method.is_tender:
        yield point("87-40", "评标委员会成员不得参加开标活动", "财政部令第87号 第四十条", severity=Severity.NOTE)
    yield point(
        "87-66", "评审现场只留成员、采购人代表和组织人员; 采购人派驻监督人员不超过2人", "财政部令第87号 第六十六条；财库〔2012〕69号", "V2",
        Severity.NOTE,
    )  # fmt: skip


def _judged(panel: Panel, seats: tuple[Seat, ...], size: Size, law: LawAt) -> Iterable[Point]:
    have, experts = len(seats), sum(seat.capacity is Capacity.EXPERT for seat in seats)
    who = "采购人、采购代理机构"
    cure = "依法补足后继续评审"
    if have < size.least:
        yield point(
            size.rule,
            "成员人数不足",
            size.cites,
            size.status,
            have=have,
            need=f"{size.least}人以上",
            who=who,
            cure=cure,
        )
    if have % 2 == 0:
        yield point(
            size.rule, "成员人数应当为单数", size.cites, size.status, have=have, need="单数", who=who, cure=cure
        )
    if Fraction(experts) < size.experts_share * have:
        need = f"不少于{-(-have * size.experts_share.numerator // size.experts_share.denominator)}人"
        yield point(
            size.rule,
            "评审专家不足成员总数的三分之二",
            size.cites,
            size.status,
            have=experts,
            need=need,
            who=who,
            cure=cure,
        )
    for seat in seats:
        yield from _seat_points(panel, seat, law)
    leaders = [seat.name for seat in seats if seat.leader]
    if len(leaders) > 1:
        yield point(
            "87-45",
            "只能有一名组长",
            "财政部令第87号 第四十五条",
            have="、".join(leaders),
            who="评标委员会",
            cure="成员重新推选",
        )
    if panel.complex and panel.method is Method.NEGOTIATION and not any(seat.legal for seat in seats):
        yield point("74-7", "缺少法律专家", "财政部令第74号 第七条", have=0, need=1, who=who, cure="补抽一名法律专家")


def _seat_points(panel: Panel, seat: Seat, law: LawAt) -> Iterable[Point]:
    who = "采购人、采购代理机构"
    expert = seat.capacity is Capacity.EXPERT
    own = bool(seat.employer) and seat.employer == panel.buyer
    if not expert and seat.leader:
        yield point(
            "87-45",
            f"采购人代表不得担任组长: {seat.name}",
            "财政部令第87号 第四十五条",
            who="评标委员会",
            cure="由评审专家中另行推选",
        )
    if not expert and not seat.authorised:
        yield point(
            "87-45", f"采购人代表须有授权函: {seat.name}", "财政部令第87号 第四十五条", who="采购人", cure="出具授权函"
        )
    if expert and own:
        cites, rule = (
            ("财库〔2014〕214号 第十四条", "214-14")
            if panel.method is Method.CONSULTATION
            else ("财政部令第87号 第四十七条", "87-47b")
        )
        yield point(
            rule,
            f"评审专家不得以专家身份参加本单位项目: {seat.name}",
            cites,
            who=who,
            cure="改以采购人代表身份, 或者更换",
        )
    if seat.employer and seat.employer == panel.agent:
        yield point(
            "87-47b",
            f"代理机构工作人员不得参加本机构代理项目的评审: {seat.name}",
            "财政部令第87号 第四十七条",
            who=who,
            cure="更换",
        )
    if expert and seat.finance_supervisor:
        yield point(
            "87-47b",
            f"财政部门政府采购监督管理人员不得作为评审专家: {seat.name}",
            "财库〔2016〕198号 第十六条",
            "V2",
            who=who,
            cure="更换",
        )
    if seat.self_selected and not panel.consent:
        yield point(
            "87-48", f"自行选定评审专家须经主管预算单位同意: {seat.name}", "财政部令第87号 第四十八条", who="主管预算单位", cure="取得同意文件",
            until=panel.evaluation,
        )  # fmt: skip
    look_back = law.parameter("recusal_look_back")
    since = months_after(panel.on, -36)
    for relation in seat.relations:
        related = not panel.suppliers or relation.supplier in panel.suppliers
        if related and relation.bars(panel.on):
            until = f"至 {relation.ended}" if relation.ended else "至今"
            yield point(
                "R-9", f"应当回避: {seat.name}, {relation.ground.zh}", look_back.cites, have=f"{seat.name}（{relation.supplier}, {until}）",
                need=f"{since} 之前已结束" if relation.ground.looks_back else "无此关系", who=who, cure="更换该成员; 供应商也可书面申请其回避",
            )  # fmt: skip


def _earliest_draw(panel: Panel, law: LawAt) -> Counted | None:
    """Two working days before the evaluation at the earliest; not for 谈判, 磋商 and remote evaluation."""
    if panel.evaluation is None or not panel.method.is_tender or panel.remote or "expert_draw_ahead" not in law:
        return None
    return count_back(panel.evaluation, law.period("expert_draw_ahead"), Edge.EARLIEST)


def _dropout(panel: Panel) -> tuple[str, ...]:
    """缺席、回避、健康: what to do, by how far the evaluation has come (财政部令第87号 第四十九条、第六十七条)."""
    if panel.dropout == "before":
        return (
            "评审专家缺席、回避的: 重新随机抽取补足; 无法及时抽取的, 经主管预算单位同意可自行选定补足（财库〔2016〕198号 第十七条）",
            "采购人代表缺席的: 由采购人另行授权",
            "补足后人数、单数和专家比例仍须符合规定, 才能开始评审",
        )
    if panel.dropout == "during":
        fill = (
            "组成已不合法, 立即暂停评审",
            "能够依法补足的: 补足后继续评审, 被更换成员所作的评审意见无效; 新成员独立完成全部评审（财政部令第87号 第四十九条）",
        )
        stop = (
            "不能及时补足的: 停止评标活动, 封存全部投标文件和开标、评标资料, 依法重新组建评标委员会, 原评审意见全部无效",
            "变更、重新组建的情况书面记录并随采购文件存档",
        )
        if panel.can_fill is True:
            return (*fill, stop[1])
        return (fill[0], *stop) if panel.can_fill is False else (*fill, *stop)
    return (
        "评审报告签署后: 成员退出不影响已完成的评审, 不得因此重新评审",
        "发现评分错误须更正的: 由原评标委员会复核; 原成员确实不能参加的, 书面报告本级财政部门处理（财政部令第87号 第六十四条）",
        "只有组成违法、成员违规、非法干预等法定情形才重新组建评标委员会（财政部令第87号 第六十七条）",
    )
