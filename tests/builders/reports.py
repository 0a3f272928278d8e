"""What a report is made from: rubrics of every shape that a workbook has to recompute, and their sheets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

from evaluation.consequence import foreseen
from evaluation.rectification import Rectification
from evaluation.subject import PaymentClause, RenewalClause
from reports.compose.evaluation_report import EvaluationFacts, Goal, Problem, WorkStep
from reports.document import Attachment
from rubric.adjustments import Judgement, VetoRule
from rubric.aggregation import aggregate
from rubric.criterion import (
    Beyond,
    Criterion,
    Folding,
    GradeBand,
    GradeBands,
    Mean,
    NotApplicableRule,
    Part,
    Rubric,
    VetoEffect,
)
from rubric.levels import JudgementLevels
from rubric.ratios import Ratio
from rubric.sheet import Evidence, Mark, Sheet
from tests.builders.evaluation import a_contract, a_result, a_subject, an_evaluator

DAY = date(2026, 1, 15)

FOUR_GRADES = GradeBands(
    (
        GradeBand("优", Fraction(90), Fraction(100), True, True),
        GradeBand("良", Fraction(80), Fraction(90)),
        GradeBand("中", Fraction(60), Fraction(80)),
        GradeBand("差", Fraction(0), Fraction(60)),
    ),
    Fraction(100),
    name="财预〔2020〕10号",
)
GRADES_WITH_GAPS = GradeBands(
    (
        GradeBand("优秀", Fraction(90), Fraction(100), True, True),
        GradeBand("良好", Fraction(80), Fraction(89), True, True),
        GradeBand("合格", Fraction(60), Fraction(79), True, True),
        GradeBand("不合格", Fraction(0), Fraction(59), True, True),
    ),
    Fraction(100),
    name="深圳2021",
)

PERFORMANCE = {
    "决策": {
        "项目立项": ["立项依据充分性", "立项程序规范性"],
        "绩效目标": ["绩效目标合理性", "绩效指标明确性"],
        "资金投入": ["预算编制科学性", "资金分配合理性"],
    },
    "过程": {
        "资金管理": ["资金到位率", "预算执行率", "资金使用合规性"],
        "组织实施": ["管理制度健全性", "制度执行有效性", "人员配备与稳定性", "督导支持"],
    },
    "产出": {
        "产出数量": ["个案服务完成率", "小组活动完成率", "社区康复活动完成率"],
        "产出质量": ["个案服务质量", "服务档案规范性"],
        "产出时效": ["完成及时性"],
        "产出成本": ["成本节约率"],
    },
    "效益": {
        "项目效益": ["服务对象功能改善", "社会影响", "可持续影响"],
        "满意度": ["服务对象满意度", "用人单位满意度"],
    },
}
DIMENSION_POINTS = {"决策": 15, "过程": 20, "产出": 35, "效益": 30}


def a_leaf(id: str, name: str, weight: Fraction, **but: Any) -> Criterion:
    """A leaf judged on the scale of 100 and counted by its weight."""
    rule = but.pop("rule", Judgement(Fraction(0), Fraction(100), "按资料完整程度和实际效果评定"))
    return Criterion(id, name, weight, (), (Part(id, rule, name=name),), Fraction(100), **but)


def a_performance_rubric(**but: Any) -> Rubric:
    """决策, 过程, 产出, 效益 with 25 leaves: sevenths among the weights, one ratio, one leaf of two parts, one veto."""
    criteria = []
    for d, (dimension, groups) in enumerate(PERFORMANCE.items(), 1):
        names = [name for leaves in groups.values() for name in leaves]
        weight = Fraction(DIMENSION_POINTS[dimension], len(names))
        children = []
        for g, (group, leaves) in enumerate(groups.items(), 1):
            of_group = []
            for n, name in enumerate(leaves, 1):
                id = f"{d}.{g}.{n}"
                leaf = a_leaf(id, name, weight, definition=f"考察{name}，以佐证材料为准。")
                if name == "预算执行率":
                    leaf = replace(leaf, parts=(Part(id, Ratio(Fraction(100), "实际支出资金", "实际到位资金"), True),))
                if name == "服务档案规范性":
                    levels = JudgementLevels(tuple(zip("优良中差", map(Fraction, (40, 30, 20, 0)), strict=True)))
                    parts = (Part(f"{id}a", levels, name="档案完整"), Part(f"{id}b", Judgement(Fraction(0), Fraction(60)), name="记录及时"))
                    leaf = replace(leaf, parts=parts)
                of_group.append(leaf)
            children.append(Criterion(f"{d}.{g}", group, sum((leaf.weight for leaf in of_group), Fraction(0)), tuple(of_group)))
        criteria.append(Criterion(str(d), dimension, Fraction(DIMENSION_POINTS[dimension]), tuple(children)))
    veto = Criterion("V1", "财务一票否决", Fraction(0), (), (Part("V1", VetoRule("挪用项目资金"), name="挪用项目资金"),), veto=VetoEffect(grade="差"))
    rubric = Rubric("performance", "社会工作服务项目绩效评价指标体系", Fraction(100), (*criteria, veto), grades=FOUR_GRADES)
    return replace(rubric, **but)


def marks_for(rubric: Rubric, seed: int, **but: Mark) -> dict[str, Mark]:
    """One rater's marks: different for each seed, the same every time."""
    marks: dict[str, Mark] = {}
    for number, leaf in enumerate(rubric.leaves()):
        for part in leaf.parts:
            if isinstance(part.rule, JudgementLevels):
                value: Any = "优良中差"[(seed + number) % 2]
            elif isinstance(part.rule, Ratio):
                value = {"实际支出资金": 6317429, "实际到位资金": 6929000}
            elif isinstance(part.rule, VetoRule):
                value = False
            else:
                most = int(part.rule.high or 0) if part.rule else 0
                value = most - (seed * 7 + number * 5) % (most // 5 + 1)
            reason = f"查阅{part.name}资料后评定" if number % 3 == 0 else ""
            marks[part.id] = Mark(value, reason=reason, evidence=(Evidence(f"{part.name}台账"),) if number % 4 == 0 else ())
    return {**marks, **but}


def sheets_for(rubric: Rubric, raters: Mapping[str, str | None], stage: str | None = None, **but: Mark) -> tuple[Sheet, ...]:
    """One sheet per rater (name → party). ``but``: marks that everybody makes."""
    return tuple(
        Sheet(rater, marks_for(rubric, seed, **but), party, stage) for seed, (rater, party) in enumerate(raters.items(), 1)
    )


THREE_RATERS: Mapping[str, str | None] = {"评估员张䶮": None, "评估员李㛃": None, "评估员刘龑": None}
FIVE_RATERS: Mapping[str, str | None] = {"赵一": None, "钱二": None, "孙三": None, "李四": None, "周五": None}
BY_PARTY: Mapping[str, str | None] = {
    "张一": "专业机构", "李二": "专业机构", "王三": "专业机构", "陈四": "政府部门", "林五": "服务对象", "黄六": "服务对象",
}  # fmt: skip
PARTY_SHARES = {"专业机构": Fraction(7, 10), "政府部门": Fraction(1, 5), "服务对象": Fraction(1, 10)}

WITHOUT_EXTREMES = Folding(Mean.WITHOUT_EXTREMES, 5)
NOTHING_FOR_NOTHING = Folding(not_applicable=NotApplicableRule.FULL_SCALE)


def with_bonus(rubric: Rubric, kind: Beyond, points: int) -> Rubric:
    """The rubric with one more leaf on top: a bonus inside or beyond the scale."""
    bonus = a_leaf("B1", "创新加分", Fraction(points), bonus=kind)
    return replace(rubric, criteria=(*rubric.criteria, bonus))


def evaluation_facts(**but: Any) -> EvaluationFacts:
    """A final evaluation with everything a report can tell: three evaluators, goals, problems, rectifications."""
    rubric = but.pop("rubric", a_performance_rubric())
    sheets = but.pop("sheets", None) or sheets_for(
        rubric, THREE_RATERS, **{"1.3.2": Mark(not_applicable=True, reason="本年度未发生资金再分配事项")}
    )
    score = aggregate(rubric, sheets)
    grade = next((b.grade for b in FOUR_GRADES.bands if b.low is not None and score.shown >= b.low), None)
    renewal = RenewalClause(frozenset({"优"}), frozenset({"差"}), "考核为优可续签，为差终止")
    payment = PaymentClause(frozenset({"优"}), Fraction(90), "等级为优全额支付；其他等级按（90－得分）÷90扣减")
    subject = a_subject(contract=a_contract(payment=payment, renewal=renewal))
    made_result = a_result(str(score.shown), grade=grade, exact=score.total, published_on=date(2026, 2, 3), subject=subject)
    result = but.pop("result", made_result)
    names = list(THREE_RATERS)
    evaluators = tuple(
        an_evaluator(person_id=100 + n, name=name, qualifications=frozenset({"社会工作师"} | ({"会计"} if n == 2 else set())))
        for n, name in enumerate(names)
    )
    made = EvaluationFacts(
        number="评〔2026〕17号", organisation="明衡第三方评估中心", day=DAY, result=result, rubric=rubric, score=score,
        sheets=sheets, evaluators=evaluators, leader=names[0], consequence=foreseen(result),
        rectifications=(
            Rectification("个案服务质量", "部分个案结案记录缺少督导意见", "补齐结案督导意见并建立抽查制度", date(2026, 3, 15)),
            Rectification("完成及时性", "第四季度小组活动延期开展", "制定季度进度表并按月报告", date(2026, 3, 15), date(2026, 3, 1)),
        ),
        background=(
            "项目由采购人以公开招标方式确定承接机构，向社区精神障碍患者及其家庭提供个案、小组、社区康复等专业社会工作服务。\n"
            "承接机构按约定配备专职社工四十一名，与社区关爱帮扶小组协同，按病情分类访视并协助完成签约服务。"
        ),
        goals=(
            Goal("专职社工", "41人，全部持助理社会工作师及以上证书", "41人，持证率100%"),
            Goal("人员稳定性", "不低于80%", "87.80%"),
            Goal("小组工作", "每个小组不少于5节", "开展36个小组，共192节"),
            Goal("业务培训", "全区业务培训2次", "2次"),
        ),
        steps=(
            WorkStep(date(2026, 1, 5), "方案经采购人批准并告知承接机构"),
            WorkStep(date(2026, 1, 19), "评估小组进场，查阅档案、访谈社工及督导"),
            WorkStep(date(2026, 1, 21), "走访服务对象家庭，回收满意度问卷"),
            WorkStep(date(2026, 1, 23), "评估人员独立评分并签名提交评分表"),
        ),
        methods=("查阅档案", "实地走访", "访谈", "问卷调查"),
        experiences=("与社区关爱帮扶小组建立每月例会制度，信息当日交换。", "以个案复盘会代替单向培训，督导意见可以追溯。"),
        problems=(
            Problem("个案结案质量不均衡", "抽查的个案中有三份缺少结案督导意见。", "督导一人兼顾两个片区。", "按片区配备督导，结案须经督导签署意见。"),
            Problem("活动进度前松后紧", "第四季度小组活动占全年四成。", "年初计划未按季度分解。", "按季度分解指标并按月报告进度。"),
        ),
        suggestions=("采购人在下一年度合同中写明季度进度要求。",),
        attachments=(Attachment("评分表与汇总（工作簿）", "随附1", "7c1e" * 16),),
    )  # fmt: skip
    return replace(made, **but)
