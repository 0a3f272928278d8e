"""救济: questions, challenges and complaints may not be shortened, priced or cut off (法第五十一至五十五条, 94号令)."""

from __future__ import annotations

import re

from law.day import LawAt
from procurement.clauses.money import DAYS
from procurement.clauses.number import number
from procurement.clauses.plain import Clause
from procurement.clauses.rule import RISK, VIOLATION, ClauseRule, words

_52 = "政府采购法 第五十二条"
_KNOWS = re.compile("潜在|依法获取")
_94_10 = "财政部令第94号 第十条"


def _challenge_is_short(found: re.Match[str], clause: Clause, law: LawAt) -> bool:
    n, unit = (found["n2"], found["unit2"]) if found["n2"] else (found["n"], found["unit"])
    return number(n) < law.period("challenge_period").length and unit not in ("月", "年")


def _answer_is_late(found: re.Match[str], clause: Clause, law: LawAt) -> bool:
    most = law.period("challenge_answer").length
    return number(found["n"]) > (most if found["unit"] == "工作日" else most + 4)


def _complaint_is_short(found: re.Match[str], clause: Clause, law: LawAt) -> bool:
    return number(found["n"]) < law.period("complaint_period").length and found["unit"] not in ("月", "年")


REMEDY = (
    ClauseRule(
        "L-52",
        "视为认可",
        VIOLATION,
        _52 + "；" + _94_10,
        "没有及时提出就视为认可、不再受理, 剥夺了法定的质疑权利",
        "改为: 供应商认为采购文件、过程、结果使自己的权益受到损害的, "
        "可以自知道或者应当知道之日起七个工作日内以书面形式提出质疑",
        words("质疑 异议 疑问 澄清"),
        r"(?:没有|未|不)[^。;\n|]{0,20}(?:提出|要求)[^。;\n|]{0,12}(?:澄清|质疑|异议|疑问)?[^。;\n|]{0,60}(?:视为"
        r"|视同|则认为|即认为)[^。;\n|]{0,16}(?:认同|认可|接受|同意|无异议|放弃|理解)"
        r"|(?:逾期|过期|期满|否则|未(?:提出|书面))[^。;\n|]{0,20}(?:视为|视同)[^。;\n|]{0,16}(?:认可|认同|接受|放弃"
        "|无异议|同意)"
        r"|(?:投标截止|开标|公示期?)[^。;\n|]{0,10}后[^。;\n|]{0,10}(?:不再|不予|一律不)(?:受理|接受"
        r"|接收)[^。;\n|]{0,20}(?:质疑|投诉|异议)",
        unless="开标(?:过程|结果|记录|会|一览|时间)|唱标|回避|询问开标|投标有效期|放弃投标",
        guarded=False,
    ),
    ClauseRule(
        "L-52",
        "质疑期缩短",
        VIOLATION,
        _52,
        "质疑期是七个工作日, 不得缩短",
        "改为七个工作日",
        words("质疑 异议"),
        rf"(?:公告|公示|发布|获取|收到|领取|购买|知道|损害|结束|公布)[^。;\n|]{{0,24}}?{DAYS}(?:之?内"
        rf"|以内)[^。;\n|]{{0,34}}(?:质疑|异议)|公示期[^。;\n|]{{0,4}}(?P<days>[三3五5一1])[个]?(?:天"
        rf"|日)[^|\n]{{0,30}}(?:异议|质疑)|(?:质疑|异议)(?:函|书)?(?:必须|须|应当?|只能)[^,。;\n|]{{0,24}}?"
        rf"{DAYS.replace('<n>', '<n2>').replace('<unit>', '<unit2>')}(?:之?内|以内)[^,。;\n|]{{0,8}}(?:提出|递交|提交|送达)",
        judge=lambda found, clause, law: bool(found["days"]) or _challenge_is_short(found, clause, law),
        unless="答复|投诉|回复|修改|澄清",
    ),
    ClauseRule(
        "L-52",
        "质疑期起点",
        VIOLATION,
        "政府采购法实施条例 第五十三条；" + _94_10,
        "质疑期从采购文件公布、结果公示之日起算, 比法律规定的早",
        "改为: 对采购文件的质疑自收到采购文件之日或者公告期限届满之日起算; 对结果的质疑自结果公告期限届满之日起算",
        words("质疑"),
        r"(?:采购|招标|磋商)文件的?质疑,?[^。;\n|]{0,8}为(?:采购|招标|磋商)?文件(?:公布|发布|发出|公告)之日|(?:招标"
        r"|采购|磋商)?(?:文件|公告)(?:公布|发布|发出|发售)之日起[^。;\n|]{0,10}工作日[^。;\n|]{0,24}质疑"
        r"|质疑[^。;\n|]{0,20}(?:招标|采购|磋商)文件(?:公布|发布|发出|发售)之日起",
        unless="公告期限届满",
    ),
    ClauseRule(
        "L-52",
        "质疑收费",
        VIOLATION,
        _52,
        "质疑、投诉不得收取保证金或者费用",
        "删去",
        words("质疑 投诉"),
        r"(?:质疑|投诉)(?:人|供应商|方)?[^。;\n|]{0,14}(?:缴纳|交纳|支付|预交|提交|收取)[^。;\n|]{0,10}(?:保证金"
        "|押金|费)|(?:质疑|投诉)(?:保证金|押金|受理费|手续费)",
        unless="鉴定|检验|败诉",
    ),
    ClauseRule(
        "L-53",
        "答复太晚",
        VIOLATION,
        "政府采购法 第五十三条",
        "收到质疑后应当在七个工作日内答复",
        "改为七个工作日内书面答复",
        words("质疑"),
        rf"质疑[^。;\n|]{{0,24}}?{DAYS}(?:之?内|以内)[^。;\n|]{{0,16}}(?:答复|回复)|(?:答复"
        rf"|回复)质疑[^。;\n|]{{0,14}}?(?P<days>\d+)个?工作日",
        judge=lambda found, clause, law: (
            (number(found["days"]) > 7) if found["days"] else _answer_is_late(found, clause, law)
        ),
        unless="答复期满|投诉",
    ),
    ClauseRule(
        "L-55",
        "投诉期缩短",
        VIOLATION,
        "政府采购法 第五十五条",
        "投诉期是答复期满后十五个工作日, 不得缩短",
        "改为十五个工作日",
        words("投诉"),
        rf"(?:答复|期满|质疑)[^。;\n|]{{0,34}}?{DAYS}(?:之?内|以内)[^。;\n|]{{0,24}}投诉",
        judge=_complaint_is_short,
        unless="受理|处理决定|作出",
    ),
    ClauseRule(
        "R-54",
        "质疑期间照常",
        RISK,
        "政府采购法实施条例 第五十四条；财政部令第94号 第十六条",
        "质疑事项可能影响结果的, 应当暂停签订合同; 已签订的应当中止履行",
        "改为: 质疑可能影响中标结果的, 暂停签订合同; 已经签订的, 中止履行",
        words("质疑 投诉"),
        r"(?:质疑|投诉)[^。;\n|]{0,26}(?:不(?:中止|暂停|停止|影响|中断)|继续(?:进行|签订)"
        r"|照常)[^。;\n|]{0,26}(?:采购|招标|合同|签订|活动|履行|评审)",
        guarded=False,
        unless="不影响(?:采购|中标)(?:结果)?的",
    ),
    ClauseRule(
        "94-11",
        "质疑人范围",
        RISK,
        "财政部令第94号 第十一条",
        "漏掉了已依法获取采购文件的潜在供应商: 他们可以对采购文件提出质疑",
        "补充: 潜在供应商已依法获取采购文件的, 可以对该文件提出质疑",
        words("质疑"),
        r"(?:提出)?质疑的?(?:供应商|人|主体|方)?[^。;\n|]{0,6}(?:应当?|须|必须|只能|仅限|限于)(?:于)?(?:是"
        r"|为)?(?:直接)?(?:参与|参加|提交|递交|已投标)[^。;\n|]{0,34}(?:供应商|投标人)"
        r"|(?:只有|仅限?)[^。;\n|]{0,20}(?:提交|参加|参与|购买|递交)[^。;\n|]{0,24}(?:才|方)?[^。;\n|]{0,12}质疑"
        r"|(?:未|没有)(?:参加|参与|提交|递交)(?:本项目)?投标[^。;\n|]{0,16}(?:不得|无权|不能)[^。;\n|]{0,10}质疑",
        judge=lambda found, clause, law: (
            not _KNOWS.search(clause.plain, max(0, found.start() - 600), found.end() + 600)
        ),
        guarded=False,
    ),
    ClauseRule(
        "87-69b",
        "不解释未中标原因",
        VIOLATION,
        "财政部令第87号 第六十九条",
        "应当告知未通过资格审查的供应商原因, 告知未中标人本人的得分与排序",
        "改为: 公告结果的同时, 告知未通过审查的原因和未中标人本人的评审得分与排序",
        words("解释 说明 告知 答复"),
        r"(?:不|无(?:义务|需|须)|没有义务|概不|一律不)[^,。;\n|]{0,30}?(?:解释|说明|告知|答复"
        r"|公布)[^,。;\n|]{0,16}(?:落标|未中标|落选|未成交|评审结果|评标结果|中标结果|原因|理由|得分|情况)|(?:落标"
        r"|未中标|落选|未成交|评标结果|评审结果)[^。;\n|]{0,16}(?:不|概不)(?:作|做|予|再"
        r"|负责)?[^,。;\n|]{0,6}(?:解释|说明|答复|告知)",
        unless="保密|投标人不|供应商不|澄清",
        guarded=False,
    ),
)
