"""The evaluation committee 评标委员会: how many, who may not sit, how members are drawn, and proof that the draw was fair."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from kernel.lot import order_by_lot
from kernel.period import months_after
from kernel.refusal import BadInput, Finding
from law.day import LawAt
from procurement.documents import Tender
from procurement.method import Method


class Capacity(StrEnum):
    """In which capacity a member sits."""

    EXPERT = "expert"  # 评审专家
    BUYER_REPRESENTATIVE = "buyer_representative"  # 采购人代表

    @property
    def zh(self) -> str:
        return {"expert": "评审专家", "buyer_representative": "采购人代表"}[self.value]


class Ground(StrEnum):
    """The five grounds of recusal 回避 (政府采购法实施条例 第九条)."""

    EMPLOYED = "employed"
    DIRECTOR = "director"
    CONTROLLER = "controller"
    FAMILY = "family"
    OTHER = "other"

    @property
    def zh(self) -> str:
        return {
            "employed": "参加采购活动前三年内与供应商存在劳动关系",
            "director": "参加采购活动前三年内担任供应商的董事、监事",
            "controller": "参加采购活动前三年内是供应商的控股股东或者实际控制人",
            "family": "与供应商的法定代表人或者负责人有夫妻、直系血亲、三代以内旁系血亲或者近姻亲关系",
            "other": "与供应商有其他可能影响政府采购活动公平、公正进行的关系",
        }[self.value]

    @property
    def looks_back(self) -> bool:
        """Whether a relation that ended more than three years before no longer counts."""
        return self in (Ground.EMPLOYED, Ground.DIRECTOR, Ground.CONTROLLER)


@dataclass(frozen=True)
class Relation:
    """A person's relation with a supplier; ``ended`` None = it still is."""

    person: str
    supplier: str
    ground: Ground
    ended: date | None = None
    detail: str = ""

    def bars(self, activity: date) -> bool:
        """Whether it bars the person from an activity on that day; three years to the day still bars."""
        return self.ended is None or not self.ground.looks_back or self.ended >= months_after(activity, -36)


@dataclass(frozen=True)
class Candidate:
    """One person in the pool 专家库. ``employer`` keeps experts off their own employer's projects."""

    person: str
    name: str
    employer: str = ""
    fields: tuple[str, ...] = ()
    finance_supervisor: bool = False


@dataclass(frozen=True)
class Member:
    """One member. ``authorised``: the buyer's letter of authorisation; ``self_selected``: not drawn 自行选定."""

    person: str
    name: str
    capacity: Capacity = Capacity.EXPERT
    employer: str = ""
    leader: bool = False
    authorised: bool = False
    self_selected: bool = False


@dataclass(frozen=True)
class Draw:
    """One random draw 随机抽取: published seed, who was in the pool, who was drawn. Anybody can repeat it."""

    seed: str
    pool: tuple[str, ...]
    drawn: tuple[str, ...]
    excluded: tuple[str, ...] = ()
    drawn_on: date | None = None


@dataclass(frozen=True)
class Committee:
    """评标委员会 of one tender."""

    tender: str
    members: tuple[Member, ...]
    evaluation_on: date | None = None
    draw: Draw | None = None
    consent: bool = False

    @property
    def experts(self) -> tuple[Member, ...]:
        return tuple(m for m in self.members if m.capacity is Capacity.EXPERT)

    @property
    def leader(self) -> Member | None:
        return next((m for m in self.members if m.leader), None)


@dataclass(frozen=True)
class Size:
    """How many must sit at least 组成人数, how many of them are experts, and where it is written."""

    least: int
    experts_share: Fraction
    cites: str
    rule: str
    status: str
    why: str = ""


def lawful_size(
    method: Method, law: LawAt, *, budget: int | None = None, demanding: bool = False, at_threshold: bool = False
) -> Size:
    """The fewest members by the law alone.

    Tenders: five, seven from 1000万元 on or where complex or of great social impact (``demanding``). Negotiation: three,
    five once the open-tender threshold is reached. Consultation: three. 以上 includes the number; all sizes are odd.
    """
    if method.is_tender or method is Method.FRAMEWORK:
        large = budget is not None and budget >= law.amount("committee_large_budget")
        name = "committee_min_large" if large or demanding else "committee_min"
        why = "预算达到一千万元" if large else "技术复杂或者社会影响较大" if demanding else ""
        return Size(
            law.count(name), law.share("committee_experts_share"), "财政部令第87号 第四十七条", "87-47", "V", why
        )
    if method in (Method.NEGOTIATION, Method.QUOTATION):
        name = "negotiation_group_min_at_threshold" if at_threshold else "negotiation_group_min"
        why = "达到公开招标数额标准" if at_threshold else ""
        return Size(
            law.count(name), law.share("negotiation_group_experts_share"), "财政部令第74号 第七条", "74-7", "V", why
        )
    if method is Method.CONSULTATION:
        share = law.share("consultation_group_experts_share")
        return Size(law.count("consultation_group_min"), share, "财库〔2014〕214号 第十四条", "214-14", "V2")
    return Size(
        method.terms.committee,
        Fraction(0),
        "财政部令第74号 第四十一条",
        "74-42/43",
        "V",
        "由具有相关经验的专业人员协商",
    )


def required_size(tender: Tender, law: LawAt) -> int:
    """The fewest members the law and the documents allow: 5, or 7 from 1000万元 on (以上 includes the number)."""
    lawful = lawful_size(tender.method or Method.OPEN, law, budget=tender.budget)
    return max(lawful.least, tender.committee.minimum or 0)


def composition(committee: Committee, tender: Tender, law: LawAt) -> tuple[Finding, ...]:
    """What is wrong with a committee, all at once; empty when it may evaluate (87号令 第四十五条, 第四十七条)."""
    found: list[Finding] = []
    size, experts = len(committee.members), len(committee.experts)
    need = required_size(tender, law)
    composed = lawful_size(tender.method or Method.OPEN, law, budget=tender.budget).cites
    if size < need:
        found.append(Finding("members", "评标委员会成员人数不足", cites=composed, have=size, need=f"{need}人以上"))
    if size % 2 == 0:
        found.append(Finding("members", "评标委员会成员人数应当为单数", cites=composed, have=size))
    share = max(law.share("committee_experts_share"), tender.committee.experts_share or Fraction(0))
    if experts < share * size:
        found.append(
            Finding(
                "members",
                "评审专家不得少于成员总数的三分之二",
                cites=composed,
                have=f"{experts}/{size}",
                need=f"{share}",
            )
        )
    people = [m.person for m in committee.members]
    if len(set(people)) != len(people):
        found.append(Finding("members", "同一人不能占两个席位", cites=composed))
    for member in committee.members:
        found += _member_findings(member, tender, committee)
    leaders = [m for m in committee.members if m.leader]
    if len(leaders) > 1:
        found.append(
            Finding("leader", "评标委员会只能有一名组长", cites="财政部令第87号 第四十五条", have=len(leaders))
        )
    if any(m.self_selected for m in committee.members) and not committee.consent:
        found.append(
            Finding(
                "members",
                "自行选定评审专家须经主管预算单位同意",
                cites="财政部令第87号 第四十八条",
                need="主管预算单位同意文件",
            )
        )
    if committee.draw is not None and not draw_is_true(committee.draw, tender.ocid):
        found.append(Finding("draw", "抽取结果与公布的随机种子不符", cites="财政部令第87号 第四十八条"))
    return (*found, *_drawn_late_enough(committee, tender, law))


def _member_findings(member: Member, tender: Tender, committee: Committee) -> Iterable[Finding]:
    place = f"members.{member.person}"
    if member.capacity is Capacity.BUYER_REPRESENTATIVE:
        if member.leader:
            yield Finding(place, f"采购人代表不得担任评标组长: {member.name}", cites="财政部令第87号 第四十五条")
        if not member.authorised:
            yield Finding(place, f"采购人代表须持授权函: {member.name}", cites="财政部令第87号 第四十五条")
    elif member.employer and member.employer == tender.buyer:
        yield Finding(
            place, f"评审专家不得以专家身份参与本单位的采购项目: {member.name}", cites="财政部令第87号 第四十七条",
            cure="可以采购人代表身份参加",
        )  # fmt: skip
    elif member.employer and member.employer == tender.organiser:
        yield Finding(
            place, f"代理机构工作人员不得参加本机构代理项目的评审: {member.name}", cites="财政部令第87号 第四十七条"
        )
    elif committee.draw is not None and member.person not in committee.draw.drawn and not member.self_selected:
        yield Finding(place, f"未经随机抽取产生: {member.name}", cites="财政部令第87号 第四十八条")


def _drawn_late_enough(committee: Committee, tender: Tender, law: LawAt) -> Iterable[Finding]:
    """Drawn no earlier than two working days before the evaluation (财库〔2016〕198号 第十四条); not for 谈判, 磋商."""
    draw = committee.draw
    if draw is not None and draw.drawn_on is not None and committee.evaluation_on is not None:
        yield from drawing_findings(draw.drawn_on, committee.evaluation_on, tender, law)


def drawing_findings(drawn_on: date, evaluation_on: date, tender: Tender, law: LawAt) -> Iterable[Finding]:
    """Whether experts may be drawn on that day for that evaluation; asked before the draw, and again of the committee."""
    if not (tender.method or Method.OPEN).is_tender:
        return
    ahead = law.period("expert_draw_ahead")
    if law.calendar.add(drawn_on, ahead) < evaluation_on:
        yield Finding(
            "draw", f"评审专家抽取不得早于评审活动开始前{ahead}", cites="财库〔2016〕198号 第十四条",
            have=drawn_on, need=f"评审日 {evaluation_on} 前{ahead}以内",
        )  # fmt: skip


def recusals(
    relations: Iterable[Relation], people: Collection[str], suppliers: Collection[str], activity: date
) -> tuple[Finding, ...]:
    """Who must recuse 应当回避, and why: relations of these people with these suppliers that bar on that day."""
    return tuple(
        Finding(
            f"members.{r.person}", f"应当回避: {r.ground.zh}（{r.supplier}{'，' + r.detail if r.detail else ''}）",
            cites="政府采购法实施条例 第九条", have=r.ended,
        )
        for r in relations
        if r.person in people and r.supplier in suppliers and r.bars(activity)
    )  # fmt: skip


def attendance_findings(present: Iterable[str], committee: Committee) -> tuple[Finding, ...]:
    """Members of the committee may not attend the opening (87号令 第四十条)."""
    members = {m.person: m.name for m in committee.members}
    return tuple(
        Finding("present", f"评标委员会成员不得参加开标活动: {members[person]}", cites="财政部令第87号 第四十条")
        for person in present
        if person in members
    )


# --- the draw 随机抽取 ---------------------------------------------------------------------------------------------------


def draw(
    seed: str,
    tender: str,
    pool: Sequence[Candidate],
    seats: int,
    *,
    excluded: Collection[str] = (),
    drawn_on: date | None = None,
) -> Draw:
    """Draw ``seats`` people from the pool, without those who must recuse. The same seed gives the same people.

    Raises BadInput when the seed is empty or the pool is too small.
    """
    open_to_lot = [c for c in pool if c.person not in excluded and not c.finance_supervisor]
    problems = []
    if not seed.strip():
        problems.append(Finding("seed", "随机种子不能为空: 没有公布的种子, 抽取结果无法复核"))
    if len({c.person for c in open_to_lot}) < seats:
        problems.append(
            Finding(
                "pool",
                "专家库中可以抽取的专家不足",
                have=len(open_to_lot),
                need=seats,
                cites="财政部令第87号 第四十八条",
            )
        )
    if problems:
        raise BadInput(problems, "不能抽取评审专家")
    in_pool = tuple(sorted(c.person for c in open_to_lot))
    left_out = tuple(sorted(c.person for c in pool if c.person not in set(in_pool)))
    return Draw(seed, in_pool, order_by_lot(seed, tender, in_pool)[:seats], left_out, drawn_on)


def draw_is_true(made: Draw, tender: str) -> bool:
    """Whether the draw can be repeated from its seed: who was drawn comes first by lot, in this order."""
    return order_by_lot(made.seed, tender, made.pool)[: len(made.drawn)] == made.drawn
