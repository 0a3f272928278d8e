"""Term and money 合同期限与资金: one year or up to three, the yearly gate, supplements, deposits, payment, acceptance."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from kernel.money import Fen, yuan_text
from kernel.period import Period
from kernel.points import percent_text
from kernel.refusal import BadInput
from law import law_at
from law.day import LawAt
from law.region import Region, region
from procurement.contract import LongTermGround, share_floor
from procurement.desk.answer import Answer, Point, Severity, articles_of, point, tidy, used
from procurement.desk.counting import Counted, Edge, count, shown, stray_days
from procurement.slot import Slot


@dataclass(frozen=True)
class Deal:
    """A question about a contract; money in fen. None = not asked.

    grounds     the conditions for more than a year that are met; evidence: {condition: what proves it}
    gate        the yearly gate: was the year evaluated, is the next one budgeted; None where it is not asked
    """

    on: date
    region: Region
    years: int | None = None
    grounds: tuple[LongTermGround, ...] = ()
    evidence: Mapping[str, str] | None = None
    gate: tuple[bool, bool] | None = None
    amount: Fen | None = None
    supplements: tuple[Fen, ...] = ()
    other_terms_unchanged: bool = True
    budget: Fen | None = None
    bid_deposit: Fen | None = None
    performance_deposit: Fen | None = None
    notice: date | None = None
    signed: date | None = None
    changed: date | None = None
    invoice: date | None = None
    delivered: date | None = None
    sme: bool = False
    accepted: date | None = None
    users_took_part: bool | None = None
    acceptance_published: bool | None = None
    unread: str = ""


_KEYS = (
    "date", "region", "years", "grounds", "evidence", "year_evaluated", "next_year_budgeted", "amount", "supplements",
    "other_terms_unchanged", "budget", "bid_deposit", "performance_deposit", "notice", "signed", "changed", "invoice", "delivered",
    "supplier", "accepted", "users_took_part", "acceptance_published",
)  # fmt: skip
_ALIASES = {
    "conditions": "grounds", "contract_amount": "amount", "amount_yuan": "amount", "supplement": "supplements", "term_years": "years",
    "award_notice": "notice", "notice_date": "notice", "signed_on": "signed", "invoice_date": "invoice", "on": "date",
    "performance_bond": "performance_deposit", "delivery": "delivered",
}  # fmt: skip


def read_deal(value: Mapping[str, Any], otherwise: date) -> Deal:
    """A question as JSON gives it; amounts in yuan. Raises BadInput with everything that is wrong."""
    tidied, unread = tidy(value, _KEYS, _ALIASES)
    if "supplements" in tidied and not isinstance(tidied["supplements"], list | tuple):
        tidied["supplements"] = [tidied["supplements"]]
    slot = Slot(tidied)
    try:
        place = region(slot["region"].text())
    except BadInput as wrong:
        slot.problems.extend(wrong.findings)
        place = region()
    grounds = []
    for each in slot["grounds"].texts():
        ground = next((ground for ground in LongTermGround if each in (ground.value, ground.zh)), None)
        if ground is None:
            slot["grounds"].problem(f"条件须为 {'、'.join(ground.value for ground in LongTermGround)} 之一", have=each)
        else:
            grounds.append(ground)
    evidence = slot["evidence"].mapping()
    proofs = {ground.value: evidence[ground.value].text() for ground in LongTermGround} if evidence else None
    asked = "year_evaluated" in slot or "next_year_budgeted" in slot
    deal = Deal(
        slot["date"].day() or slot["signed"].day() or otherwise, place, slot["years"].count(1), tuple(grounds), proofs,
        (slot["year_evaluated"].flag(), slot["next_year_budgeted"].flag()) if asked else None, slot["amount"].fen(),
        tuple(found for each in slot["supplements"].items() if (found := each.fen()) is not None),
        slot["other_terms_unchanged"].flag(True), slot["budget"].fen(), slot["bid_deposit"].fen(), slot["performance_deposit"].fen(),
        slot["notice"].day(), slot["signed"].day(), slot["changed"].day(), slot["invoice"].day(), slot["delivered"].day(),
        slot["supplier"].text() in ("sme", "中小企业"), slot["accepted"].day(),
        slot["users_took_part"].flag() if "users_took_part" in slot else None,
        slot["acceptance_published"].flag() if "acceptance_published" in slot else None, unread,
    )  # fmt: skip
    days = ("on", "notice", "signed", "changed", "invoice", "delivered", "accepted")
    slot.problems += stray_days(**{name: getattr(deal, name) for name in days})
    if slot.problems:
        raise BadInput(slot.problems, "合同期限与资金: 填写有误")
    return deal


# --- the answer ---------------------------------------------------------------------------------------------------------


def judge(deal: Deal) -> Answer:
    """How long, how much more, which deposits, until when to sign, publish, file and pay; and what acceptance needs."""
    law = law_at(deal.on, deal.region.place.id)
    points = [
        *_term(deal, law), *_gate(deal), *_supplements(deal, law), *_deposits(deal, law), *_acceptance(deal), *_signing(deal, law),
    ]  # fmt: skip
    dates = dict(_dates(deal, law))
    working = [*_money_lines(deal, law), *(f"{zh}: {'; '.join(found.working)}" for zh, found, _ in dates.values())]
    breaches = [each for each in points if each.severity is Severity.BREACH]
    parts = [f"有{len(breaches)}项不符合规定" if breaches else "没有发现不符合规定的内容"]
    if deal.years is not None:
        parts.append(_term_said(deal, law))
    parts += [f"{zh}{found.edge.zh} {shown(found.day)}" for zh, found, _ in dates.values()]
    return Answer(
        question=f"合同期限与资金 {deal.on.isoformat()}",
        conclusion="; ".join(parts),
        working=tuple(working),
        points=tuple(points),
        articles=articles_of(points, *_looked_at(deal), *(cites for _, _, cites in dates.values())),
        results={
            "supplement_left": _left(deal, law),
            "dates": {
                name: {"zh": zh, "date": found.day, "count": found.period.length, "unit": found.period.unit.value, "citation": cites,
                       "provisional": bool(found.provisional)}
                for name, (zh, found, cites) in dates.items()
            },
        },
        cautions=tuple(filter(None, (deal.region.caution, deal.unread))),
    )  # fmt: skip


def _looked_at(deal: Deal) -> Iterable[str]:
    """The articles of everything that was asked, whether something is wrong or not."""
    asked: tuple[tuple[Any, str], ...] = (
        (deal.years, "财政部令第102号 第二十四条；财库〔2014〕37号"),
        (deal.gate, "财政部令第102号 第十六条、第二十一条"),
        (deal.amount, "政府采购法 第四十九条"),
        (deal.bid_deposit, "政府采购法实施条例 第三十三条"),
        (deal.performance_deposit, "政府采购法实施条例 第四十八条"),
        (deal.users_took_part, "政府采购法实施条例 第四十五条"),
        (deal.acceptance_published, "政府采购法实施条例 第四十五条"),
        (deal.accepted, "财库〔2021〕22号 第二十四条；财政部令第87号 第七十四条"),
    )
    return (cites for value, cites in asked if value is not None)


def _term_said(deal: Deal, law: LawAt) -> str:
    most = law.period("service_contract_term_max") if "service_contract_term_max" in law else None
    return f"合同期 {deal.years}年（一般1年, 具备全部条件的最长{most or '1年'}）"


def _term(deal: Deal, law: LawAt) -> Iterable[Point]:
    if deal.years is None:
        return
    parameter = law.parameter("service_contract_term_max")
    assert isinstance(parameter.value, Period)
    if deal.years > parameter.value.length:
        yield point(
            "102-24", "服务合同连同续签超过最长期限", parameter.cites, parameter.status, have=f"{deal.years}年", need=f"不超过{parameter.value}",
            cure="缩短合同期, 期满重新采购",
        )  # fmt: skip
    if deal.years > 1:
        for ground in LongTermGround:
            if ground not in deal.grounds:
                yield point(
                    "102-24", f"合同期超过一年, 缺少条件: {ground.zh}", parameter.cites, parameter.status, need=f"{ground.zh}的证明材料",
                    cure="取得并归档证明材料, 或者改为一年", until=deal.signed,
                )  # fmt: skip
            elif deal.evidence is not None and not deal.evidence.get(ground.value):
                yield point(
                    "102-24",
                    f"没有证明材料: {ground.zh}",
                    parameter.cites,
                    parameter.status,
                    Severity.RISK,
                    cure="补充证明材料并归档",
                )
        yield point(
            "37",
            "三年内一年一签的, 视为一次采购, 每年考核合格、预算落实后续签",
            "财库〔2014〕37号",
            "V2",
            Severity.NOTE,
        )


def _gate(deal: Deal) -> Iterable[Point]:
    if deal.gate is None:
        return
    evaluated, budgeted = deal.gate
    if not evaluated:
        yield point(
            "102-20/21",
            "上一年度没有绩效评价结果, 不能决定续签",
            "财政部令第102号 第二十一条",
            "V2",
            cure="先完成年度评价",
        )
    if not budgeted:
        yield point(
            "102-16", "下一年度没有列入预算的, 不得续签", "财政部令第102号 第十六条", "V2", cure="落实预算后再续签"
        )


def _supplements(deal: Deal, law: LawAt) -> Iterable[Point]:
    if not deal.supplements:
        return
    cites = law.parameter("supplement_max_share").cites
    if not deal.other_terms_unchanged:
        yield point("L-49", "补充合同不得改变原合同的其他条款", cites, cure="其他条款不变, 或者重新采购")
    if deal.amount is not None and sum(deal.supplements) > (most := _most(deal.amount, law)):
        yield point(
            "L-49", "所有补充合同金额合计超过原合同的百分之十", cites, have=yuan_text(sum(deal.supplements)), need=f"不超过{yuan_text(most)}",
            cure="超出部分重新采购",
        )  # fmt: skip


def _most(amount: Fen, law: LawAt) -> Fen:
    return share_floor(amount, law.share("supplement_max_share"))


def _left(deal: Deal, law: LawAt) -> str | None:
    return None if deal.amount is None else yuan_text(max(0, _most(deal.amount, law) - sum(deal.supplements)))


def _deposits(deal: Deal, law: LawAt) -> Iterable[Point]:
    for zh, rule, own, base, base_zh, name in (
        ("投标保证金", "R-33", deal.bid_deposit, deal.budget, "预算", "bid_deposit_max_share"),
        ("履约保证金", "R-48", deal.performance_deposit, deal.amount, "合同金额", "performance_deposit_max_share"),
    ):
        if own is None or base is None:
            continue
        most = share_floor(base, law.share(name))
        if own > most:
            yield point(
                rule, f"{zh}超过{base_zh}的{percent_text(law.share(name))}", law.parameter(name).cites, have=yuan_text(own),
                need=f"不超过{yuan_text(most)}", cure="降低数额; 以支票、汇票、本票或者保函等非现金形式交纳",
            )  # fmt: skip


def _acceptance(deal: Deal) -> Iterable[Point]:
    if deal.users_took_part is False:
        yield point(
            "R-45",
            "公共服务项目验收须有服务对象参与并出具意见",
            "政府采购法实施条例 第四十五条",
            cure="邀请服务对象参加验收, 意见归档",
            until=deal.accepted,
        )
    if deal.acceptance_published is False:
        yield point("R-45", "公共服务项目的验收结果须向社会公告", "政府采购法实施条例 第四十五条", cure="公告验收结果")
    if deal.accepted is not None:
        yield point(
            "22-24",
            "验收方案应当写入合同; 主观指标转化为有数量的满意度调查",
            "财库〔2021〕22号 第二十四条",
            severity=Severity.NOTE,
        )


def _signing(deal: Deal, law: LawAt) -> Iterable[Point]:
    if deal.notice is None or deal.signed is None:
        return
    last = count(deal.notice, law.period("contract_signing"), Edge.LATEST)
    if deal.signed > last.day:
        yield point(
            "L-46", "超过三十日签订合同", law.parameter("contract_signing").cites, have=deal.signed, need=f"最迟 {last.day}",
            cure="说明原因并归档; 逾期不影响依法签订的合同效力的判断", until=last.day,
        )  # fmt: skip
    elif deal.signed < deal.notice:
        yield point(
            "L-46",
            "签订日期早于通知书",
            law.parameter("contract_signing").cites,
            have=deal.signed,
            need=f"不早于 {deal.notice}",
        )


_DATES = (
    ("contract_signing", "签订合同", "notice", "contract_signing"),
    ("contract_publication", "公告合同", "signed", "contract_publication"),
    ("contract_filing", "合同备案", "signed", "contract_filing"),
    ("change_publication", "公告合同变更", "changed", "contract_change_publication"),
    ("payment", "支付资金", "invoice", "payment"),
    ("payment_prompt", "支付资金（压缩后, 待核对）", "invoice", "payment_prompt"),
    ("archive", "采购文件可销毁", "signed", "file_retention"),
)


def _dates(deal: Deal, law: LawAt) -> Iterable[tuple[str, tuple[str, Counted, str]]]:
    for event, zh, start, number in _DATES:
        day: date | None = getattr(deal, start)
        if day is not None and number in law:
            edge = Edge.EARLIEST if event == "archive" else Edge.LATEST
            yield event, (zh, count(day, law.period(number), edge), law.parameter(number).cites)
    if deal.sme and deal.delivered is not None and "sme_payment" in law:
        cites = law.parameter("sme_payment").cites
        yield "sme_payment", ("向中小企业付款", count(deal.delivered, law.period("sme_payment"), Edge.LATEST), cites)
        longest = count(deal.delivered, law.period("sme_payment_max"), Edge.LATEST)
        yield "sme_payment_max", ("与中小企业约定付款期限的", longest, cites)


def _money_lines(deal: Deal, law: LawAt) -> Iterable[str]:
    if deal.amount is not None:
        most = _most(deal.amount, law)
        yield (
            f"补充合同上限: {yuan_text(deal.amount)} × {percent_text(law.share('supplement_max_share'))} = {yuan_text(most)}; "
            f"已签 {yuan_text(sum(deal.supplements))}, 余 {_left(deal, law)}"
        )
        yield used(law.parameter("performance_deposit_max_share"))
    if deal.budget is not None:
        yield used(law.parameter("bid_deposit_max_share"))
