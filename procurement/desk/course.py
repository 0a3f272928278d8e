"""The course of a procurement 全程时间表: for each method, every limit from the intention to the archive as a table.

One row of ``COURSES`` is one limit: the event, from which event it is counted, by which number of the law, forward or
back. The days themselves come from ``timetable``; the numbers from ``law/parameters``. Nothing here knows today.
"""

from __future__ import annotations

from dataclasses import dataclass

from kernel.period import Period, Unit
from procurement.desk.counting import Edge
from procurement.method import METHOD_NAMES, Method

EARLIEST, LATEST = Edge.EARLIEST, Edge.LATEST
NO_TIME = Period(0, Unit.DAY)


@dataclass(frozen=True)
class Limit:
    """One limit of a course.

    number     the parameter of the law, or NO_TIME for what happens at the same time
    base       the event it is counted from ("" = the start that is given); back: counted back from it
    full       the safe reading wants the whole last day (rule sheet D-20)
    pauses     whether a suspension moves it; cites, status: in place of the parameter's own
    """

    event: str
    zh: str
    edge: Edge
    base: str
    number: str | Period
    rule: str
    cites: str = ""
    status: str = ""
    back: bool = False
    full: bool = False
    pauses: bool = True
    note: str = ""


METHODS = {name: method for method, name in METHOD_NAMES.items() if method is not Method.QUOTATION}
"""The methods that have a course, by the names of the command. 询价 never buys a service."""

START = {
    Method.SINGLE_SOURCE: "single_source_publicity",
}
"""The event that the given start is; ``documents_issued`` otherwise."""


def start_of(method: Method) -> str:
    """The event whose day a question gives: documents issued, or for a single source the publicity 公示."""
    return START.get(method, "documents_issued")


_INTENTION = Limit(
    "intention_publication", "采购意向公开", LATEST, "start", "intention_publication", "10", back=True, pauses=False,
    note="原则上不得晚于采购活动开始前三十日; 不可预见的紧急采购除外",
)  # fmt: skip


def _issued(zh: str, rule: str, cites: str, status: str = "V") -> Limit:
    return Limit("documents_issued", zh, EARLIEST, "", NO_TIME, rule, cites, status, pauses=False, note="本表的起算日")


_OPEN_DOCUMENTS = (
    Limit("notice_period_end", "公告期限届满", EARLIEST, "documents_issued", "notice_period", "87-16", pauses=False),
    Limit(
        "documents_offered_until", "招标文件提供至", EARLIEST, "documents_issued", "documents_offered", "87-18", pauses=False,
        note="潜在投标人不足三家的, 可以顺延并公告",
    ),
    Limit("bids_close", "投标截止", EARLIEST, "documents_issued", "tendering_period", "L-35", full=True),
    Limit(
        "clarification", "可能影响投标文件编制的澄清或者修改", LATEST, "bids_close", "clarification_before_deadline", "87-27",
        back=True, note="不足的应当顺延投标截止时间; 不得改变采购标的和资格条件",
    ),
)  # fmt: skip

_OPENING = (
    Limit(
        "opening", "开标", EARLIEST, "bids_close", NO_TIME, "87-39/41", "财政部令第87号 第三十九条", "V",
        note="与投标截止为同一时间; 投标人不足三家的不得开标",
    ),
    Limit(
        "expert_draw", "抽取评审专家", EARLIEST, "evaluation", "expert_draw_ahead", "198-14", back=True,
        note="异地评审除外",
    ),
    Limit("evaluation", "评标", EARLIEST, "opening", NO_TIME, "87-44", "财政部令第87号 第四十四条", "V", note="开标、资格审查后进行"),
)  # fmt: skip


def _award(tender: bool) -> tuple[Limit, ...]:
    """From the report to the archive: 政府采购法实施条例 speaks of 中标 and 成交 alike."""
    deposit = "" if tender else "财政部令第74号 第二十条"
    notice = ("", "") if tender else ("财政部令第94号 第十条", "D")
    return (
        Limit("expert_rating", "记录评审专家履职情况", LATEST, "evaluation", "expert_rating", "198-21", pauses=False),
        Limit("evaluation_report", "评审报告送交采购人", LATEST, "evaluation", "award_report", "R-43", note="采购人自行组织的不适用"),
        Limit(
            "award_decision", "采购人确定中标（成交）供应商", LATEST, "evaluation_report", "award_decision", "R-43",
            note="按候选人名次; 逾期又无正当理由的, 视为确定排名第一的候选人",
        ),
        Limit("result_notice", "公告结果并发出中标（成交）通知书", LATEST, "award_decision", "result_notice", "R-43"),
        Limit("result_notice_period_end", "结果公告期限届满", LATEST, "result_notice", "result_notice_period", "87-69", *notice,
              pauses=False),
        Limit(
            "challenge", "供应商对结果提出质疑", LATEST, "result_notice_period_end", "challenge_period", "L-52", pauses=False,
            note="自公告期限届满之日起算",
        ),
        Limit(
            "bid_deposit_refund", "退还未中标（成交）供应商的保证金", LATEST, "result_notice", "bid_deposit_refund", "R-33",
            deposit, pauses=False,
        ),
        Limit("contract_signing", "签订合同", LATEST, "result_notice", "contract_signing", "L-46"),
        Limit(
            "winner_deposit_refund", "退还中标（成交）供应商的保证金或者转为履约保证金", LATEST, "contract_signing",
            "bid_deposit_refund", "R-33", deposit, pauses=False,
        ),
        Limit("contract_publication", "公告合同", LATEST, "contract_signing", "contract_publication", "R-50", pauses=False),
        Limit("contract_filing", "合同副本报财政部门备案", LATEST, "contract_signing", "contract_filing", "L-47", pauses=False),
        Limit("archive", "采购文件至少保存至", EARLIEST, "contract_signing", "file_retention", "L-42", pauses=False),
    )  # fmt: skip


_FRAMEWORK_AWARD = (
    Limit("expert_rating", "记录评审专家履职情况", LATEST, "evaluation", "expert_rating", "198-21", pauses=False),
    Limit("evaluation_report", "评审报告送交征集人", LATEST, "evaluation", "award_report", "R-43"),
    Limit("award_decision", "确定入围供应商", LATEST, "evaluation_report", "award_decision", "R-43"),
    Limit("result_notice", "公告入围结果并发出入围通知书", LATEST, "award_decision", "result_notice", "R-43"),
    Limit("result_notice_period_end", "入围结果公告期限届满", LATEST, "result_notice", "result_notice_period", "87-69", pauses=False),
    Limit("challenge", "供应商对入围结果提出质疑", LATEST, "result_notice_period_end", "challenge_period", "L-52", pauses=False),
    Limit("contract_signing", "签订框架协议", LATEST, "result_notice", "framework_signing", "110-29/30"),
    Limit("users_told", "向采购人和服务对象告知入围信息", LATEST, "contract_signing", "framework_users_told", "110-29/30", pauses=False),
    Limit("contract_filing", "框架协议副本报财政部门备案", LATEST, "contract_signing", "framework_filing", "110-29/30", pauses=False),
    Limit(
        "agreement_end", "服务类框架协议有效期最迟届满", LATEST, "contract_signing", "framework_service_term_max", "110-15",
        pauses=False, note="一般不超过两年; 每笔合同成交（二次竞价、顺序轮候）后两个工作日内逐笔公告",
    ),
    Limit("summary_notice", "成交结果汇总公告", LATEST, "agreement_end", "framework_summary", "110-32..35", pauses=False),
    Limit("archive", "采购文件至少保存至", EARLIEST, "agreement_end", "file_retention", "L-42", pauses=False),
)  # fmt: skip

_NEGOTIATED = (
    Limit(
        "opening",
        "提交首次响应文件截止后开始评审",
        EARLIEST,
        "bids_close",
        NO_TIME,
        "74-15",
        "财政部令第74号 第十五条",
        "V",
    ),
    Limit("evaluation", "谈判（磋商）和评审", EARLIEST, "opening", NO_TIME, "74-33", "政府采购法 第三十八条", "V"),
)

COURSES: dict[Method, tuple[Limit, ...]] = {
    Method.OPEN: (
        _INTENTION, _issued("发布招标公告, 开始提供招标文件", "87-13", "财政部令第87号 第十三条"), *_OPEN_DOCUMENTS, *_OPENING,
        *_award(True),
    ),
    Method.INVITED: (
        _INTENTION,
        Limit(
            "prequalification_notice", "发布资格预审公告（以资格预审产生供应商的）", LATEST, "documents_issued",
            "prequalification_application", "R-21", back=True, pauses=False, note="从供应商库抽取或者书面推荐的不适用",
        ),
        _issued("同时向被邀请的供应商发出投标邀请书, 开始提供招标文件", "87-14", "财政部令第87号 第十四条"),
        *_OPEN_DOCUMENTS[1:], *_OPENING, *_award(True),
    ),
    Method.NEGOTIATION: (
        _INTENTION, _issued("发出谈判文件", "74-29", "财政部令第74号 第二十九条"),
        Limit("bids_close", "首次响应文件提交截止", EARLIEST, "documents_issued", "negotiation_response_period", "74-29", full=True),
        Limit(
            "clarification", "可能影响响应文件编制的澄清或者修改", LATEST, "bids_close", "negotiation_change_before_deadline",
            "74-29", back=True, note="不足的应当顺延截止之日",
        ),
        *_NEGOTIATED, *_award(False),
    ),
    Method.CONSULTATION: (
        _INTENTION, _issued("发布磋商公告, 开始提供磋商文件", "214-10", "财库〔2014〕214号 第十条", "V2"),
        Limit(
            "documents_offered_until", "磋商文件提供至", EARLIEST, "documents_issued", "consultation_documents_offered", "214-10",
            pauses=False,
        ),
        Limit("bids_close", "首次响应文件提交截止", EARLIEST, "documents_issued", "consultation_response_period", "214-10", full=True),
        Limit(
            "clarification", "可能影响响应文件编制的澄清或者修改", LATEST, "bids_close", "consultation_change_before_deadline",
            "214-10", back=True, note="不足的应当顺延截止时间; 该项凭记忆, 待核对原文",
        ),
        *_NEGOTIATED, *_award(False),
    ),
    Method.SINGLE_SOURCE: (
        _INTENTION,
        Limit(
            "single_source_publicity", "单一来源公示", EARLIEST, "", NO_TIME, "R-38", "政府采购法实施条例 第三十八条", "V",
            pauses=False, note="达到公开招标数额标准且只能从唯一供应商采购的; 本表的起算日",
        ),
        Limit("publicity_end", "公示期限届满", EARLIEST, "single_source_publicity", "single_source_publicity", "R-38", pauses=False),
        Limit(
            "objection_review", "有异议的, 组织补充论证", LATEST, "publicity_end", "single_source_review", "74-40", pauses=False,
            note="异议成立的改用其他方式; 不成立的将异议和论证意见报财政部门",
        ),
        Limit(
            "approval_application", "向设区的市级以上财政部门申请批准", EARLIEST, "publicity_end", Period(1, Unit.DAY), "R-38",
            "政府采购法实施条例 第三十八条；财政部令第74号 第三十八条", "V", note="公示期满之后",
        ),
        Limit(
            "evaluation", "与供应商协商", EARLIEST, "approval_application", NO_TIME, "74-42/43", "财政部令第74号 第四十一条", "V",
            note="财政部门审批所需时间国家层面未作规定, 本表按当日批准推算",
        ),
        *_award(False),
    ),
    Method.FRAMEWORK: (
        _INTENTION,
        Limit(
            "plan_filing", "采购方案报财政部门备案", LATEST, "documents_issued", NO_TIME, "110-8/5", "财政部令第110号 第八条", "V",
            back=True, pauses=False, note="采购活动开始前",
        ),
        _issued("发布征集公告, 开始提供征集文件", "110-10", "财政部令第110号 第二十二条"),
        *_OPEN_DOCUMENTS, *_OPENING, *_FRAMEWORK_AWARD,
    ),
}  # fmt: skip
"""Closed framework agreements are called for by the rules of open tendering (财政部令第110号 第九条)."""
