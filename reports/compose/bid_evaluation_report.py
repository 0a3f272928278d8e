"""评标报告: what 财政部令第87号 第五十八条 asks the evaluation committee to write, from the opening to the candidates.

Everything in it is a fact of the file or a number of the ranking; prices and points are printed with their working, so
that a bidder who is told its own score can repeat it. A committee that disagrees signs with its reasons (第六十一条).
"""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction

from kernel.money import yuan_text
from kernel.period import aware
from kernel.points import shortest_text
from procurement.committee import Capacity
from procurement.documents import PriceForm
from reports.compose.bid_scores import (
    BidReportFacts,
    flag_review,
    price_review,
    price_text,
    reviews,
    score_annexes,
    score_tables,
)
from reports.compose.ranking_charts import bidders_by_factor
from reports.compose.score_tables import figure, numbered
from reports.compose.wording import weight_text
from reports.document import (
    Align,
    Block,
    Column,
    Document,
    Heading,
    ItemList,
    KeyValues,
    Paragraph,
    Row,
    RowKind,
    Signature,
    Signatures,
    Table,
    Tone,
    rows,
)
from reports.numerals import chapter, chinese_date, section

RIGHT, CENTRE = Align.RIGHT, Align.CENTRE


def bid_evaluation_report(facts: BidReportFacts) -> Document:
    """The report of one evaluation, also of one that ended without enough valid bids (废标)."""
    chapters = (_project, _opening, _committee, _method, reviews, price_review, score_tables, flag_review, _result, _other)
    body = tuple(block for number, write in enumerate(chapters, 1) for block in write(facts, number))
    pairs = (("采购人", facts.tender.buyer), ("组织评标单位", facts.organisation), ("项目编号", facts.tender.ocid))
    return Document(
        title=f"{facts.tender.title}\n评标报告", number=facts.number, organisation=facts.organisation, day=facts.day,
        blocks=numbered((*body, *_signatures(facts), *score_annexes(facts))), facts=pairs,
        keywords=("评标报告", facts.tender.title, facts.tender.ocid),
    )  # fmt: skip


def _moment(moment: datetime | None) -> str:
    if moment is None:
        return "未记录"
    local = aware(moment)
    return f"{chinese_date(local.date())}{local:%H:%M}"


# --- 一 to 四: before the review ------------------------------------------------------------------------------------


def _project(facts: BidReportFacts, number: int) -> tuple[Block, ...]:
    tender = facts.tender
    pairs = [("项目名称", tender.title), ("项目编号", tender.ocid), ("采购人", tender.buyer)]
    if tender.organiser:
        pairs.append(("采购代理机构", tender.organiser))
    pairs.append(("采购方式", tender.method.zh if tender.method else "未载明"))
    pairs += [("预算金额", yuan_text(tender.budget))] if tender.budget is not None else []
    pairs += [("最高限价", yuan_text(tender.ceiling))] if tender.ceiling is not None else []
    pairs += [("招标公告媒体", "、".join(facts.media) or "未记录")]
    pairs += [("招标文件发出", chinese_date(tender.documents_issued))] if tender.documents_issued else []
    pairs += [("投标截止", _moment(tender.bids_close))]
    sat = chinese_date(facts.evaluated_on) if facts.evaluated_on else "未记录"
    pairs += [("评标时间、地点", f"{sat}　{facts.place}".strip())]
    intro = "评标委员会根据招标文件和全体成员签字的原始评标记录编写本报告。"
    return (
        Heading("项目基本情况", 1, chapter(number)),
        Paragraph(intro, cites="财政部令第87号 第五十八条"),
        KeyValues(tuple(pairs)),
    )


def _opening(facts: BidReportFacts, number: int) -> tuple[Block, ...]:
    head = Heading("开标记录", 1, chapter(number))
    record = facts.opening
    if record is None:
        return (head, Paragraph("未附开标记录。", Tone.SOFT))
    pairs = [("开标时间", _moment(record.opened_at)), ("开标地点", record.place or "未记录"), ("主持人", record.host)]
    pairs += [("监督人", record.overseer)] if record.overseer else []
    discount = facts.tender.price.form is PriceForm.DISCOUNT_RATE
    lines = (
        (str(n.number), n.supplier, n.rate if discount else yuan_text(n.price or 0), _moment(n.submitted_at), n.receipt[:16])
        for n in record.lines
    )
    columns = (
        Column("序号", 7, CENTRE), Column("投标人", 31), Column("投标报价", 18, RIGHT), Column("送达时间", 22), Column("回执摘要", 22),
    )  # fmt: skip
    doubts = "；".join(record.doubts) or "投标人代表对开标过程和开标记录未提出疑义。"
    return (
        head,
        KeyValues(tuple(pairs)),
        Table(columns, rows(lines), "表#　开标一览表", note="回执摘要为投标文件SHA-256值的前16位。"),
        Paragraph(doubts, cites="财政部令第87号 第四十二条"),
    )


def _committee(facts: BidReportFacts, number: int) -> tuple[Block, ...]:
    committee = facts.committee
    lines = (
        (m.name, m.capacity.zh, "组长" if m.leader else "成员", m.employer, _chosen(m.capacity, m.self_selected))
        for m in committee.members
    )
    columns = (Column("姓名", 18), Column("身份", 18), Column("职务", 12), Column("工作单位", 32), Column("产生方式", 20))
    experts = len(committee.experts)
    text = f"评标委员会由{len(committee.members)}人组成，其中评审专家{experts}人。评标委员会成员名单在中标结果公告前保密。"
    out: list[Block] = [
        Heading("评标委员会", 1, chapter(number)),
        Paragraph(text, cites="财政部令第87号 第四十七条"),
        Table(columns, rows(lines), "表#　评标委员会成员"),
    ]
    draw = committee.draw
    if draw is not None:
        out.append(
            Paragraph(
                f"抽取记录：随机种子“{draw.seed}”，库内可抽取{len(draw.pool)}人，应回避而未进入抽取{len(draw.excluded)}人，"
                f"抽中{len(draw.drawn)}人；以同一种子可以复核抽取结果。", Tone.SOFT, cites="财政部令第87号 第四十八条",
            )
        )  # fmt: skip
    return tuple(out)


def _chosen(capacity: Capacity, self_selected: bool) -> str:
    if capacity is Capacity.BUYER_REPRESENTATIVE:
        return "采购人授权"
    return "自行选定" if self_selected else "随机抽取"


def _method(facts: BidReportFacts, number: int) -> tuple[Block, ...]:
    tender = facts.tender
    name = tender.evaluation_method.zh if tender.evaluation_method else "综合评分法"
    out: list[Block] = [
        Heading("评标方法和标准", 1, chapter(number)),
        Paragraph(f"评标方法：{name}。评审因素、分值和评分规则以招标文件为准，未改变。", cites="财政部令第87号 第五十五条"),
    ]
    weight = tender.price.weight
    if tender.rubric is not None and weight is not None:
        lines: list[Row] = []
        for depth, criterion in tender.rubric.walk():
            if depth == 1:
                lines.append(Row((criterion.name, weight_text(criterion.weight), ""), RowKind.SUBTOTAL))
            if criterion.is_leaf and not criterion.price:
                kinds = {part.objective for part in criterion.parts}
                kind = "客观、主观" if len(kinds) > 1 else ("客观" if True in kinds else "主观")
                lines.append(Row((f"　{criterion.name}", weight_text(criterion.weight), kind)))
        lines.append(Row(("价格", weight_text(weight), "公式"), RowKind.SUBTOTAL))
        total = sum((c.weight or Fraction(0) for c in tender.rubric.criteria if not c.price), weight)
        columns = (Column("评审因素", 60), Column("分值", 18, RIGHT), Column("性质", 22))
        out.append(Table(columns, tuple(lines), "表#　评审因素和分值", Row(("合计", shortest_text(total)))))
    text = (
        "价格分＝评标基准价÷评标价×价格分值；评标基准价为满足招标文件要求且评标价最低的投标的评标价。"
        "总分为各评审因素得分之和，不去掉最高分和最低分，只在列示时四舍五入到两位小数。"
    )
    return (*out, Paragraph(text))


# --- 九, 十 ---------------------------------------------------------------------------------------------------------


def _result(facts: BidReportFacts, number: int) -> tuple[Block, ...]:
    ranking, tender = facts.ranking, facts.tender
    out: list[Block] = [Heading("评标结果", 1, chapter(number))]
    if ranking.failed:
        return (*out, Paragraph(f"{ranking.reason}，本次采购予以废标。", Tone.LAW, cites="政府采购法 第三十六条"))
    way = "评标结果按评审后得分由高到低顺序排列。得分相同的，按投标报价由低到高顺序排列；得分且投标报价相同的并列。"
    out.append(Paragraph(way, cites="财政部令第87号 第五十七条"))
    candidates = [bid for bid in ranking.bids if bid.rank <= tender.award.candidates]
    lines = []
    for bid in ranking.bids:
        place = f"第{bid.rank}中标候选人" if bid in candidates else ""
        texts = (str(bid.rank), facts.name(bid.bidder), price_text(facts, bid.price), str(bid.shown), place)
        lines.append(Row(texts, tone=Tone.STRONG if bid in candidates else Tone.PLAIN))
    columns = (Column("排名", 9, CENTRE), Column("投标人", 39), Column("投标报价", 20, RIGHT), Column("总分", 12, RIGHT), Column("推荐", 20))
    out.append(Table(columns, tuple(lines), "表#　评标结果排序"))
    out.append(figure("图#　各投标人得分率", bidders_by_factor(tender, ranking, {bid.bidder: facts.name(bid.bidder) for bid in ranking.bids})))
    if ranking.tied_ranks:
        tied = "、".join(f"第{rank}名" for rank in ranking.tied_ranks)
        text = f"{tied}得分和报价均相同，并列。"
        if ranking.winners is None:
            text += "由采购人按招标文件规定的方式确定，未规定的采取随机抽取的方式确定。"
            out.append(Paragraph(text, Tone.WARN, cites="财政部令第87号 第六十八条"))
        else:
            out.append(Paragraph(f"{text}不影响中标人的确定。"))
    names = "、".join(facts.name(bid.bidder) for bid in candidates)
    out.append(Paragraph(f"评标委员会推荐中标候选人{len(candidates)}名，依次为：{names}。"))
    if ranking.amounts:
        amounts = ((lot, facts.name(bidder), yuan_text(fen)) for lot, bidder, fen in ranking.amounts)
        out.append(Table((Column("采购包", 25), Column("候选人", 45), Column("金额", 30, RIGHT)), rows(amounts), "表#　各采购包候选人及金额"))
    return tuple(out)


def _other(facts: BidReportFacts, number: int) -> tuple[Block, ...]:
    out: list[Block] = [Heading("其他需要说明的情况", 1, chapter(number))]
    groups = (
        ("澄清、说明或者补正", facts.clarifications, "财政部令第87号 第五十一条"),
        ("评标委员会成员的更换", facts.replacements, "财政部令第87号 第四十九条"),
        ("不同意见", tuple(f"{who}：{why}" for who, why in facts.dissents.items()), "财政部令第87号 第六十一条"),
        ("其他", facts.remarks, ""),
    )
    for place, (title, texts, cites) in enumerate(groups, 1):
        out.append(Heading(title, 2, section(place)))
        if not texts:
            out.append(Paragraph("无。"))
            continue
        out.append(ItemList(texts, len(texts) > 1))
        if cites:
            out.append(Paragraph("", cites=cites))
    return tuple(out)


def _signatures(facts: BidReportFacts) -> tuple[Block, ...]:
    places = tuple(
        Signature(f"{m.capacity.zh}{'（组长）' if m.leader else ''}", m.name, remark=facts.dissents.get(m.name, ""))
        for m in facts.committee.members
    )
    text = (
        "评标委员会成员对需要共同认定的事项存在争议的，按少数服从多数作出结论。"
        "持不同意见的成员应当在报告上签署不同意见及理由，否则视为同意（财政部令第87号 第六十一条）。"
    )
    return (Signatures(text, places),)
