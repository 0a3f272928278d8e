"""绩效评价报告 and 立项评估报告: seven chapters as the reference outline of 财预〔2020〕10号 orders them, and annexes.

Nothing is invented: what nobody wrote is said to be absent; what can be computed (points, rates, what was best and
weakest, what follows for payment and renewal) is computed from the score and the contract's clauses.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from evaluation.assignment import Evaluator
from evaluation.consequence import Consequence
from evaluation.kind import Kind
from evaluation.rectification import Rectification
from evaluation.result import Result
from kernel.money import yuan_text
from kernel.points import shortest_text
from reports.compose import score_tables as tables
from reports.compose.wording import points_text, rate_text, weight_text
from reports.compose.working import applicable, dimension_of, total_working
from reports.compose.year_score import YearStage, year_blocks
from reports.document import (
    Align,
    Attachment,
    Block,
    Column,
    Document,
    GradeBadge,
    Heading,
    ItemList,
    KeyValues,
    PageBreak,
    Paragraph,
    Signature,
    Signatures,
    Table,
    Tone,
    rows,
)
from reports.numerals import chapter, chinese_date, section
from rubric.aggregation import Line, Score
from rubric.criterion import Mean, NotApplicableRule, Rubric
from rubric.sheet import Sheet


@dataclass(frozen=True)
class Goal:
    """绩效目标: what was agreed, and what was done where that is known."""

    name: str
    target: str
    achieved: str = ""


@dataclass(frozen=True)
class WorkStep:
    """One step of the evaluation work 工作过程."""

    day: date
    what: str


@dataclass(frozen=True)
class Problem:
    """存在的问题: what was found, why, and what is suggested against it."""

    title: str
    found: str
    cause: str = ""
    suggestion: str = ""


@dataclass(frozen=True)
class EvaluationFacts:
    """All that the report tells.

    number        报告编号 · organisation: the body that evaluates and signs · day: the report's date
    sheets        as folded into ``score`` by ``rubric``; names: what a rater's key is called
    evaluators    who evaluated, with qualifications; leader: who signs first
    background    how the project came about, in a person's words; budget etc. come from the contract
    year          the evaluations that the year's score is folded from, this one last; empty where it stands alone
    attachments   files that belong to the report (the workbook, evidence), named with their hash
    """

    number: str
    organisation: str
    day: date
    result: Result
    rubric: Rubric
    score: Score
    sheets: tuple[Sheet, ...]
    evaluators: tuple[Evaluator, ...] = ()
    leader: str = ""
    names: Mapping[str, str] = field(default_factory=dict)
    consequence: Consequence | None = None
    rectifications: tuple[Rectification, ...] = ()
    background: str = ""
    goals: tuple[Goal, ...] = ()
    steps: tuple[WorkStep, ...] = ()
    methods: tuple[str, ...] = ()
    experiences: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    suggestions: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    year: tuple[YearStage, ...] = ()


def evaluation_report(facts: EvaluationFacts) -> Document:
    """The whole report as a document; which of the two reports it is follows from the result's kind."""
    subject, kind = facts.result.subject, facts.result.kind
    applying = kind is Kind.APPRAISAL
    name = "立项评估报告" if applying else "绩效评价报告"
    about = subject.supplier.name if applying else subject.title
    chapters = (_basics, _work, _conclusion, _analysis, _lessons, _advice, _rest)
    body = tuple(block for number, write in enumerate(chapters, 1) for block in write(facts, number))
    return Document(
        title=f"{about}\n{name}", subtitle="" if applying else f"（{kind.zh}）", number=facts.number,
        organisation=facts.organisation, day=facts.day, blocks=tables.numbered((*body, *_annexes(facts))),
        facts=_cover(facts), keywords=(kind.zh, subject.title, subject.supplier.name),
    )  # fmt: skip


def _cover(facts: EvaluationFacts) -> tuple[tuple[str, str], ...]:
    subject = facts.result.subject
    pairs = [("项目名称", subject.title), ("采购人", subject.buyer.name)]
    pairs.append(("申请机构" if subject.contract is None else "承接机构", subject.supplier.name))
    if subject.contract is not None:
        begins, ends = subject.contract.begins, subject.contract.ends
        pairs.append(("评价期间", f"第{subject.contract.year}年度，{chinese_date(begins)}至{chinese_date(ends)}"))
    return (*pairs, ("评价机构", facts.organisation))


# --- 一、基本情况 ---------------------------------------------------------------------------------------------------


def _basics(facts: EvaluationFacts, number: int) -> tuple[Block, ...]:
    subject = facts.result.subject
    contract = subject.contract
    pairs: list[tuple[str, str]] = [("采购项目", f"{subject.title}（{subject.ocid}）"), ("采购人", subject.buyer.name)]
    if contract is None:
        pairs.append(("申请机构", subject.supplier.name))
    else:
        pairs += [
            ("承接机构", subject.supplier.name),
            ("合同", f"{contract.title}（{contract.number}）"),
            ("评价年度", f"第{contract.year}年度，合同及续签合计不超过{contract.years}年"),
            ("服务期", f"{chinese_date(contract.begins)}至{chinese_date(contract.ends)}"),
            ("年度合同金额", yuan_text(contract.amount_fen)),
        ]
        if contract.payment is not None:
            pairs.append(("结算条款", contract.payment.text))
        if contract.renewal is not None:
            pairs.append(("续签条款", contract.renewal.text))
    out: list[Block] = [
        Heading("基本情况", 1, chapter(number)),
        Heading("申请机构及项目概况" if contract is None else "项目概况", 2, section(1)),
        *_texts(facts.background, ""),
        KeyValues(tuple(pairs)),
        Heading("拟承接项目的绩效目标" if contract is None else "项目绩效目标", 2, section(2)),
    ]
    if not facts.goals:
        return (*out, Paragraph("采购文件和合同未载明可以量化的绩效目标。", Tone.SOFT))
    done = any(goal.achieved for goal in facts.goals)
    columns = (Column("目标", 28), Column("约定", 36), *((Column("完成情况", 36),) if done else ()))
    texts = ((goal.name, goal.target, goal.achieved)[: 3 if done else 2] for goal in facts.goals)
    return (*out, Table(columns, rows(texts), "表#　绩效目标"))


def _texts(text: str, absent: str) -> tuple[Block, ...]:
    paragraphs = [Paragraph(part.strip()) for part in text.split("\n") if part.strip()]
    return tuple(paragraphs) or ((Paragraph(absent, Tone.SOFT),) if absent else ())


# --- 二、工作开展情况 -----------------------------------------------------------------------------------------------


def _work(facts: EvaluationFacts, number: int) -> tuple[Block, ...]:
    kind, subject, rubric = facts.result.kind, facts.result.subject, facts.rubric
    if kind is Kind.APPRAISAL:
        aim = "在承诺资金之前，由第三方对申请承接机构的承接能力作出评价，为采购人确定承接机构提供依据。"
        scope = f"对象为{subject.supplier.name}，范围为{'、'.join(line.name for line in dimension_of(_first(facts.score)))}。"
    else:
        aim = "评价项目目标实现程度、专业服务成效和资金使用情况，评价结果用于结算、续签和以后年度的履约记录。"
        scope = f"对象为{subject.name}，范围为该年度合同约定的全部服务内容及资金。"
    folding = rubric.folding
    mean = "取算术平均值"
    if folding.mean is Mean.WITHOUT_EXTREMES:
        mean = f"评分人不少于{max(folding.minimum, 3)}名时去掉一个最高分和一个最低分后取平均值，不足时取算术平均值"
    absent = {
        NotApplicableRule.RESCALE: "不计入满分，得分按比例折算",
        NotApplicableRule.FULL_SCALE: "不得分，满分不变",
        NotApplicableRule.FULL_POINTS: "按满分计",
    }[folding.not_applicable]
    out: list[Block] = [
        Heading("绩效评价工作开展情况" if kind is not Kind.APPRAISAL else "立项评估工作开展情况", 1, chapter(number)),
        Heading("评价目的、对象和范围", 2, section(1)),
        Paragraph(f"目的：{aim}", cites="民发〔2015〕88号" if kind is Kind.APPRAISAL else "财政部令第102号 第二十一条"),
        Paragraph(scope),
        Heading("评价原则、评价指标体系、评价方法、评价标准", 2, section(2)),
        Paragraph("原则：独立、客观、公正、公开；评分人各自评分，结果由系统按公开的规则计算，任何人不得直接填写总分。"),
        Paragraph(f"指标体系：采用“{rubric.name}”，末级指标{len(rubric.leaves())}项，满分{shortest_text(_first(facts.score).full)}分，全表见附件1。"),
        Paragraph(f"评价方法：{'、'.join(facts.methods) if facts.methods else '评估方案未另列方法，以查阅佐证材料并按评分标准评分为准'}。"),
        Paragraph(f"计分方法：各末级指标的各评分人得分{mean}；不适用的指标{absent}；全程以精确分数计算，最终得分四舍五入一次，保留{rubric.places}位小数。"),
    ]
    if rubric.parties:
        counts = {party: len({s.rater for s in facts.sheets if s.party == party}) for party in rubric.parties}
        out.append(tables.party_table(rubric.parties, counts, "表#　评估主体及权重"))
    if rubric.grades is not None:
        out.append(tables.grade_table(rubric.grades, "表#　评价等级"))
    out.append(Heading("评价工作过程", 2, section(3)))
    if facts.steps:
        texts = ((chinese_date(step.day), step.what) for step in facts.steps)
        out.append(Table((Column("日期", 24), Column("工作", 76)), rows(texts), "表#　工作过程"))
    if facts.evaluators:
        people = (
            (e.name, e.organisation_name, e.party.zh, "、".join(sorted(e.qualifications)), "已声明无利害关系")
            for e in facts.evaluators
        )
        columns = (Column("评估人员", 16), Column("单位", 28), Column("评估主体", 15), Column("资格", 23), Column("回避", 18))
        out.append(Table(columns, rows(people), "表#　评估人员"))
    return tuple(out)


def _first(score: Score) -> Score:
    return score.stages[0][2] if score.stages else score


# --- 三、综合评价情况及评价结论 -------------------------------------------------------------------------------------


def _conclusion(facts: EvaluationFacts, number: int) -> tuple[Block, ...]:
    result, score = facts.result, facts.score
    grade = result.grade or ("无效" if result.vetoes else "未定")
    overridden = f"一票否决：{'；'.join(result.vetoes)}。等级据此确定，原始得分保留。" if result.vetoes else ""
    dimensions = dimension_of(_first(score))
    out: list[Block] = [
        Heading("综合评价情况及评价结论", 1, chapter(number)),
        Paragraph(
            f"经评价，{result.subject.name}{result.kind.zh}得分为{result.shown}分（满分{shortest_text(result.total)}分），"
            f"等级为“{grade}”。" + _best_and_weakest(dimensions, facts.rubric)
        ),
        GradeBadge(grade, str(result.shown), shortest_text(result.total), _band_text(facts), overridden),
    ]
    if result.gap:
        out.append(Paragraph(result.gap, Tone.WARN))
    out += year_blocks(facts.year, result.total, facts.rubric.places)
    for stage, part in tables.staged(score):
        of = f"（{stage}）" if stage else "（本次评估）" if facts.year else ""
        out.append(tables.dimension_figure(part, facts.rubric, f"图#　各维度得分率{of}"))
        out.append(tables.dimension_table(part, facts.rubric, f"表#　得分汇总{of}"))
    if score.stages:
        out += [Paragraph(text) for text in total_working(facts.rubric, score)]
    if facts.consequence is not None:
        out += _consequences(facts.consequence)
    return tuple(out)


def _best_and_weakest(lines: Sequence[Line], rubric: Rubric) -> str:
    reach = {line.id: applicable(line, rubric) for line in lines}
    rated = [(line.points / reach[line.id], line) for line in lines if line.points is not None and reach[line.id]]
    if len(rated) < 2:
        return ""
    best, weakest = max(rated, key=lambda pair: pair[0])[1], min(rated, key=lambda pair: pair[0])[1]
    if best is weakest:
        return ""
    return (
        f"得分率最高的是“{best.name}”（{rate_text(best.points, reach[best.id])}），"
        f"最低的是“{weakest.name}”（{rate_text(weakest.points, reach[weakest.id])}）。"
    )


def _band_text(facts: EvaluationFacts) -> str:
    bands = facts.rubric.grades.bands if facts.rubric.grades else ()
    band = next((b for b in bands if b.grade == facts.result.grade), None)
    if band is None or facts.result.vetoes:
        return ""
    low = "" if band.low is None else f"{shortest_text(band.low)}{'（含）' if band.low_incl else ''}"
    high = "" if band.high is None else f"{shortest_text(band.high)}{'（含）' if band.high_incl else ''}"
    return f"{low}—{high}分为“{band.grade}”"


def _consequences(consequence: Consequence) -> list[Block]:
    texts: list[tuple[str, str, str]] = []
    if consequence.payment is not None:
        pay = consequence.payment
        outcome = f"扣减{yuan_text(pay.deduction_fen)}" if pay.deduction_fen else ("全额支付" if pay.decided else "待采购人决定")
        texts.append(("合同结算", outcome, f"{pay.working}\n条款：{pay.clause}" if pay.clause else pay.working))
    if consequence.renewal is not None:
        renewal = consequence.renewal
        texts.append(("续签", renewal.outcome.zh, f"{renewal.reason}\n条款：{renewal.clause}" if renewal.clause else renewal.reason))
    if consequence.standing is not None:
        texts.append(("履约记录", "记入承接机构履约记录", "供以后采购文件引用；不得据此直接确定中标人（财政部令第102号 第十七条）"))
    if not texts:
        return []
    return [Table((Column("用途", 14), Column("结果", 26), Column("依据", 60)), rows(texts), "表#　结果应用")]


# --- 四、指标分析 ---------------------------------------------------------------------------------------------------


def _analysis(facts: EvaluationFacts, number: int) -> tuple[Block, ...]:
    out: list[Block] = [Heading("绩效评价指标分析" if facts.result.kind is not Kind.APPRAISAL else "评估指标分析", 1, chapter(number))]
    part = facts.score.stages[-1][2] if facts.score.stages else facts.score
    if facts.score.stages:
        out.append(Paragraph(f"以下为{facts.score.stages[-1][0]}的指标分析，其他阶段见附件。", Tone.SOFT))
    sheets = tuple(s for s in facts.sheets if not facts.score.stages or s.stage == facts.score.stages[-1][0])
    for place, line in enumerate(dimension_of(part), 1):
        prefix = "" if facts.result.kind is Kind.APPRAISAL or not line.name.startswith(("决策", "过程", "产出", "效益")) else "项目"
        leaves = [leaf for leaf in line.walk() if leaf.is_leaf]
        absent = [leaf.name for leaf in leaves if leaf.points is None]
        reached = applicable(line, facts.rubric)
        short = "" if reached == line.weight else f"（适用满分{weight_text(reached)}分）"
        text = (
            f"“{line.name}”满分{weight_text(line.weight)}分{short}，得分{points_text(line.points)}分，"
            f"得分率{rate_text(line.points, reached)}，末级指标{len(leaves)}项。" + _best_and_weakest(leaves, facts.rubric)
        )
        if absent:
            text += f"不适用{len(absent)}项：{'、'.join(absent)}。"
        out += [
            Heading(f"{prefix}{line.name}", 2, section(place)),
            Paragraph(text),
            tables.leaf_table(line, facts.rubric, sheets, f"表#　{line.name}得分"),
        ]
    return tuple(out)


# --- 五、六、七 -----------------------------------------------------------------------------------------------------


def _lessons(facts: EvaluationFacts, number: int) -> tuple[Block, ...]:
    out: list[Block] = [Heading("主要经验及做法、存在的问题及原因分析", 1, chapter(number)), Heading("主要经验及做法", 2, section(1))]
    out.append(ItemList(facts.experiences, True) if facts.experiences else Paragraph("评估人员未记录经验及做法。", Tone.SOFT))
    out.append(Heading("存在的问题及原因分析", 2, section(2)))
    for place, problem in enumerate(facts.problems, 1):
        out += [Heading(problem.title, 3, f"{place}. "), Paragraph(f"问题：{problem.found}")]
        if problem.cause:
            out.append(Paragraph(f"原因：{problem.cause}"))
    if not facts.problems:
        out.append(Paragraph("评估人员未记录存在的问题。", Tone.SOFT))
    weak = _weak_leaves(facts.score)
    if weak:
        out.append(weak)
    return tuple(out)


def _weak_leaves(score: Score, most: int = 5) -> Table | None:
    """The leaves with the lowest rates, as the numbers say; whether they are problems is for people to say."""
    part = score.stages[-1][2] if score.stages else score
    rated = [(leaf.points / leaf.weight, leaf) for leaf in part.leaf_lines() if leaf.points is not None and leaf.weight]
    lowest = sorted((pair for pair in rated if pair[0] < 1), key=lambda pair: (pair[0], pair[1].id))[:most]
    if not lowest:
        return None
    texts = (
        (leaf.name, weight_text(leaf.weight), points_text(leaf.points), rate_text(leaf.points, leaf.weight))
        for _, leaf in lowest
    )
    right = Align.RIGHT
    columns = (Column("指标", 46), Column("分值", 18, right), Column("得分", 18, right), Column("得分率", 18, right))
    return Table(columns, rows(texts), "表#　得分率较低的指标", note="按得分率由低到高列出，供分析原因时参考。")


def _advice(facts: EvaluationFacts, number: int) -> tuple[Block, ...]:
    out: list[Block] = [Heading("有关建议", 1, chapter(number))]
    advice = (*facts.suggestions, *(p.suggestion for p in facts.problems if p.suggestion))
    out.append(ItemList(tuple(advice), True) if advice else Paragraph("评估人员未提出建议。", Tone.SOFT))
    if facts.rectifications:
        texts = (
            (item.leaf, item.found, item.asked, item.due.isoformat(), item.done_on.isoformat() if item.done_on else "未完成")
            for item in facts.rectifications
        )
        columns = (Column("指标", 16), Column("问题", 28), Column("整改要求", 28), Column("期限", 14), Column("完成", 14))
        out.append(Table(columns, rows(texts), "表#　整改事项"))
    return tuple(out)


def _rest(facts: EvaluationFacts, number: int) -> tuple[Block, ...]:
    result, score = facts.result, facts.score
    out: list[Block] = [Heading("其他需要说明的问题", 1, chapter(number)), Heading("一票否决", 2, section(1))]
    raised = [veto for veto in score.vetoes if veto.raised_by]
    for veto in raised:
        who = "；".join(f"{facts.names.get(rater, rater)}：{reason or '未写理由'}" for rater, reason in veto.raised_by)
        state = f"已生效，等级为“{veto.effect.grade or '无效'}”，原始得分保留" if veto.effective else "提出人数不足，未生效"
        out.append(Paragraph(f"{veto.name}（{state}）。{who}", Tone.LAW if veto.effective else Tone.WARN))
    if not raised:
        out.append(Paragraph("无。"))
    out.append(Heading("不适用的指标", 2, section(2)))
    absent = [
        (line.name, tables.remarks_on(line, facts.rubric, facts.sheets))
        for _, part in tables.staged(score)
        for line in part.leaf_lines()
        if line.id in part.not_applicable
    ]
    if absent:
        out.append(Table((Column("指标", 34), Column("理由", 66)), rows(absent), "表#　不适用的指标"))
    else:
        out.append(Paragraph("无。"))
    out += [Heading("机构陈述与异议", 2, section(3)), Paragraph(f"机构陈述：{result.statement or '机构未提出书面陈述。'}")]
    for objection in result.objections:
        answer = "尚未答复"
        if objection.answered_on:
            answer = f"{chinese_date(objection.answered_on)}答复，异议{'成立' if objection.upheld else '不成立'}"
        out.append(Paragraph(f"{chinese_date(objection.raised_on)}，{objection.name}提出异议：{objection.text}（{answer}）"))
    if result.published_on is not None and not result.objections:
        out.append(Paragraph(f"结果自{chinese_date(result.published_on)}起公示，公示期内未收到异议。"))
    out += [Heading("其他", 2, section(4)), ItemList(facts.remarks) if facts.remarks else Paragraph("无。")]
    signing = [Signature("评估组组长", facts.leader)] if facts.leader else []
    signing += [Signature(e.party.zh, e.name) for e in facts.evaluators if e.name != facts.leader]
    if signing:
        out.append(Signatures("评估人员确认：本人独立评分，评分表内容属实，与被评估机构无利害关系。", tuple(signing)))
    return tuple(out)


# --- 附件 -----------------------------------------------------------------------------------------------------------


def _annexes(facts: EvaluationFacts) -> tuple[Block, ...]:
    rubric = facts.rubric
    out: list[Block] = [PageBreak(), Heading("评价指标体系", 1, "附件1　"), tables.rubric_table(rubric, rubric.name)]
    out += [Heading("各评分人评分明细", 1, "附件2　")]
    for stage, part in tables.staged(facts.score):
        of = f"（{stage}）" if stage else ""
        side_by_side = tables.raters_figure(part, rubric, facts.names, f"图#　各评分人得分率{of}")
        out += [side_by_side] if side_by_side is not None else []
        out += tables.rater_table(part, facts.names, f"评分明细{of}")
    out += [Heading("计算过程", 1, "附件3　")]
    for stage, part in tables.staged(facts.score):
        out.append(tables.working_table(part, f"逐项计算{f'（{stage}）' if stage else ''}"))
    out += [Paragraph(text, Tone.STRONG) for text in total_working(rubric, facts.score)]
    evidence = tables.evidence_table(rubric, facts.sheets, "佐证材料清单")
    if evidence is not None:
        out += [Heading("佐证材料", 1, "附件4　"), evidence]
    if facts.attachments:
        out += [Heading("随附文件", 1, "附件5　" if evidence is not None else "附件4　"), *facts.attachments]
    return tuple(out)


