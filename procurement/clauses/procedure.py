"""程序: notices, clarification, opening, committee, ranking, award (87号令)."""

from __future__ import annotations

import re
from fractions import Fraction

from law.day import LawAt
from procurement.clauses.money import DAYS, days
from procurement.clauses.number import N, number
from procurement.clauses.plain import Clause
from procurement.clauses.rule import RISK, VIOLATION, ClauseRule, Judge, words

LEFTOVER = "工程、试验一类的词不属于社会工作服务项目, 是别的模板留下的"
"""Said of one clause; of a whole file ``leftover`` says it, knowing what the file is about."""


def _change_is_late(found: re.Match[str], clause: Clause, law: LawAt) -> bool:
    consultation = "磋商" in clause.plain or "响应" in clause.plain
    least = law.period(
        "consultation_change_before_deadline" if consultation else "clarification_before_deadline"
    ).length
    return number(found["n"] or found["later"]) < least


def _shorter_than(name: str) -> Judge:
    def judge(found: re.Match[str], clause: Clause, law: LawAt) -> bool:
        least = law.period(name).length
        return number(found["n"]) < (least if found["unit"] == "工作日" else least + 2)

    return judge


def _tendering_is_short(found: re.Match[str], clause: Clause, law: LawAt) -> bool:
    least = law.period(
        "consultation_response_period" if re.search("磋商|谈判", clause.plain) else "tendering_period"
    ).length
    return days(found) < least


def _committee_is_wrong(found: re.Match[str], clause: Clause, law: LawAt) -> bool:
    """An even or too small number, or too few experts, where the numbers are written."""
    start, end = clause.sentence(found.start())
    sentence = clause.plain[start:end]
    if re.search("磋商小组|谈判小组|询价小组", sentence):
        least = law.count("consultation_group_min")
    else:
        least = law.count("committee_min")
    total = re.search(
        rf"共(?:计)?({N})(?:人|名)|由({N})(?:人|名)(?:以上)?(?:单数)?(?:组成|成员)|({N})(?:人|名)(?:\(?单数\)?)?组成"
        rf"|成员(?:人数)?(?:为|共)({N})(?:人|名)",
        sentence,
    )
    experts = re.search(
        rf"专家[^,。;\n|\d一二三四五六七八九]{{0,4}}({N})(?:人|名)|({N})(?:人|名)[^,。;\n|]{{0,6}}专家", sentence
    )
    others = re.search(
        rf"(?:采购人|甲方|业主)(?:代表)?[^,。;\n|\d一二三四五六七八九]{{0,2}}({N})(?:人|名)|({N})(?:人|名)(?:采购人"
        "|业主)代表",
        sentence,
    )
    named = [number(next(filter(None, each.groups()))) if each else None for each in (total, experts, others)]
    whole = named[0] or (named[1] + named[2] if named[1] and named[2] else None)
    if whole is None:
        return False
    if whole < least or (whole % 2 == 0 and "以上" not in sentence):
        return True
    return named[1] is not None and named[1] / whole < Fraction(2, 3)


PROCEDURE = (
    ClauseRule(
        "87-27",
        "澄清太晚",
        RISK,
        "财政部令第87号 第二十七条；政府采购法实施条例 第三十一条",
        "可能影响投标文件编制的澄清或者修改, 应当在投标截止至少十五日前发出; 不足的应当顺延截止时间",
        "改为投标截止时间至少十五日前; 不足十五日的顺延投标截止时间",
        words("澄清 修改 更正 变更 补充 答疑 补遗"),
        rf"截止(?:时间|日期|之日|日|之时)?(?:前)?(?:至少)?(?P<n>{N})个?(?:工作日|日|天)(?:之?前)?|(?:投标|递交|提交"
        rf"|响应|开标)[^,。;\n|]{{0,12}}前(?P<later>{N})个?(?:工作日|日|天)",
        judge=lambda found, clause, law: (
            re.search("澄清|修改|更正|变更|补充|答疑|补遗", clause.plain[slice(*clause.sentence(found.start()))])
            is not None
            and _change_is_late(found, clause, law)
        ),
        unless=(
            r"(?:投标人|供应商|潜在)[^。;\n]{0,30}(?:提出|要求(?:采购|招标)|申请)|资格预审|撤回|踏勘"
            r"|补充、修改(?:或者?)?撤回|不足\d+[日天]"
        ),
        guarded=False,
    ),
    ClauseRule(
        "L-35",
        "招标期太短",
        VIOLATION,
        "政府采购法 第三十五条",
        "自招标文件开始发出之日起至投标截止之日止不得少于二十日",
        "改为不少于二十日",
        words("截止"),
        rf"(?:招标|采购|磋商|谈判)文件[^。;\n|]{{0,14}}(?:发出|发售|发布"
        rf"|提供)[^。;\n|]{{0,24}}截止[^。;\n|]{{0,14}}?{DAYS}",
        judge=_tendering_is_short,
        unless="质疑|澄清|修改",
    ),
    ClauseRule(
        "87-18",
        "文件提供期太短",
        VIOLATION,
        "财政部令第87号 第十八条",
        "招标文件的提供期限自公告发布之日起不得少于五个工作日",
        "改为不少于五个工作日",
        words("发售 提供期 获取"),
        rf"(?:发售|提供|获取|领取)(?:招标文件|采购文件|文件)?(?:的)?(?:期限|期|时间)[^。;\n|\d]{{0,20}}?{DAYS}",
        judge=_shorter_than("documents_offered"),
        unless="质疑|澄清|服务",
    ),
    ClauseRule(
        "87-16",
        "公告期太短",
        VIOLATION,
        "财政部令第87号 第十六条",
        "招标公告的公告期限为五个工作日",
        "改为五个工作日",
        words("公告期 公告发布之日起"),
        rf"公告期(?:限)?(?:为|:|是)?[^。;\n|]{{0,14}}?{DAYS}"
        rf"|自本?公告发布之日起{DAYS.replace('<n>', '<n2>').replace('<unit>', '<unit2>')}[。;]?$",
        judge=lambda found, clause, law: (
            number(found["n"] or found["n2"]) < 5 and (found["unit"] or found["unit2"]) in ("工作日", "日", "天")
        ),
        unless="中标|成交|结果|合同|更正|终止|质疑|异议|资格预审结果|1个工作日",
    ),
    ClauseRule(
        "L-47",
        "备案太晚",
        VIOLATION,
        "政府采购法 第四十七条",
        "合同副本应当自签订之日起七个工作日内报财政部门备案",
        "改为七个工作日内",
        words("备案"),
        rf"合同[^。;\n|]{{0,10}}(?:签订|签署)[^。;\n|]{{0,10}}?{DAYS}(?:之?内|以内)[^。;\n|]{{0,24}}备案",
        judge=lambda found, clause, law: days(found) > law.period("contract_filing").length * Fraction(7, 5),
    ),
    ClauseRule(
        "R-50",
        "合同公告太晚",
        VIOLATION,
        "政府采购法实施条例 第五十条",
        "合同应当自签订之日起两个工作日内公告",
        "改为两个工作日内",
        words("公告 公开"),
        rf"合同[^。;\n|]{{0,10}}(?:签订|签署)[^。;\n|]{{0,10}}?{DAYS}(?:之?内|以内)[^。;\n|]{{0,24}}(?:公告|公开"
        "|公示)",
        judge=lambda found, clause, law: days(found) > law.period("contract_publication").length * 2,
        unless="备案",
    ),
    ClauseRule(
        "87-68",
        "确定中标人太晚",
        VIOLATION,
        "财政部令第87号 第六十八条",
        "采购人应当自收到评审报告之日起五个工作日内确定中标人",
        "改为五个工作日内",
        words("报告"),
        rf"(?:评审|评标)报告[^。;\n|]{{0,10}}?{DAYS}(?:之?内|以内)[^。;\n|]{{0,24}}确定",
        judge=lambda found, clause, law: days(found) > law.period("award_decision").length * Fraction(7, 5),
    ),
    ClauseRule(
        "87-43",
        "不足三家继续",
        VIOLATION,
        "财政部令第87号 第四十三条；政府采购法 第三十六条",
        "投标人或者有效投标人不足三家的, 不得开标、评标, 应当废标",
        "改为: 不足三家的予以废标, 重新招标或者依法变更采购方式",
        words("三家 3家 三个 3个"),
        r"(?:不足|少于|未达|达不到|只有)[^。;\n|]{0,6}(?:3|三|两|2|一|1)[家个][^。;\n|]{0,30}(?:继续"
        r"|直接)[^。;\n|]{0,16}(?:评审|评标|开标|进行|谈判|磋商|采购|签)",
        unless="重新|124号|(?:竞争性)?磋商",
        guarded=False,
    ),
    ClauseRule(
        "87-47",
        "评委会组成",
        VIOLATION,
        "财政部令第87号 第四十七条",
        "评标委员会应当为五人以上单数, 评审专家不少于三分之二",
        "改为五人以上单数, 其中评审专家不少于三分之二",
        words("委员会 小组"),
        r"(?:评标委员会|评审委员会|评标小组|评审小组|磋商小组|谈判小组)[^。;\n|]{0,60}?(?:组成|共|人数|成员|专家)",
        judge=_committee_is_wrong,
        unless="以上单数",
    ),
    ClauseRule(
        "87-45",
        "采购人代表任组长",
        VIOLATION,
        "财政部令第87号 第四十五条",
        "采购人代表不得担任评标委员会组长",
        "改为由评标委员会成员推选评审专家担任组长",
        words("组长 主任委员"),
        r"采购人(?:代表)?[^,。;\n|]{0,10}(?:担任|任|为|作为)[^,。;\n|]{0,10}(?:组长|主任委员|负责人)",
    ),
    ClauseRule(
        "87-57",
        "同分排序",
        VIOLATION,
        "财政部令第87号 第五十七条",
        "公开招标得分相同的按报价由低到高排列, 报价也相同的并列, 不再比较技术或者由人决定",
        "改为: 得分相同的, 按投标报价由低到高顺序排列; 得分且投标报价相同的并列",
        words("相同 相等"),
        r"(?:得分|分数|评分|总分)[^。\n|]{0,50}报价(?:也|均|且|又|都|仍)?(?:相同|相等"
        r"|一致)的?[^。;\n|]{0,6}(?:,)?(?:则)?(?:按|以|由|依)[^。;\n|]{0,8}(?:技术|服务|业绩|商务|采购人|评委"
        r"|评标委员会|投票)|(?:得分|分数|总分)(?:均|都)?(?:相同|相等)(?:的|时|者)?,?[^价。;\n|]{0,10}(?:由|按|以"
        r"|依)[^价。;\n|]{0,14}(?:采购人|评委|投票|表决|技术|商务|业绩|抽签|摇号|评标委员会)[^价。;\n|]{0,24}",
        unless="磋商|最后报价|成交|并列|报价[^。;\\n]{0,20}随机",
    ),
    ClauseRule(
        "87-68",
        "不按名次定标",
        VIOLATION,
        "财政部令第87号 第六十八条；政府采购法实施条例 第四十三条",
        "采购人应当在评审报告推荐的候选人中按顺序确定中标人",
        "改为: 采购人自收到评审报告之日起五个工作日内, 按候选人排名顺序确定中标人",
        words("候选 前三名 推荐"),
        r"(?:采购人|甲方|业主|采购单位)[^。;\n|]{0,30}(?:候选人|候选供应商|候选单位"
        r"|前[三3两2]名)[^。;\n|]{0,14}(?:自行|自主|任意|择优|综合考虑|任选|选择|选定)",
        unless="按(?:照)?(?:排名|顺序|名次)|定标委员会|评定分离|排名顺序",
    ),
    ClauseRule(
        "R-44",
        "考察改变结果",
        RISK,
        "政府采购法实施条例 第四十四条",
        "对样品检测、对供应商考察不得改变评审结果",
        "删去评审中的考察; 需要核实的, 由评标委员会书面要求澄清",
        words("考察 核查 样品检测 走访"),
        r"(?:评审|评标|候选|定标|开标后|中标前|采购人|采购单位)[^。;\n|]{0,60}?(?:(?:实地|现场|上门)(?:考察|核查"
        r"|走访|查看)|对[^。;\n|]{0,16}(?:投标人|供应商|候选人)[^。;\n|]{0,10}考察|样品检测)",
        unless="踏勘|自行考察|服务对象|居民|答疑|项目现场|履约|合同期",
    ),
    ClauseRule(
        "87-42",
        "不到场即无效",
        RISK,
        "财政部令第87号 第四十二条",
        "投标人未参加开标的, 视同认可开标结果, 不能因此作无效处理",
        "改为: 投标人未参加开标的, 视同认可开标结果",
        words("开标 唱标"),
        r"(?:未|不|没有)(?:按时|派|准时)?(?:[^,。;\n|]{0,8})(?:参加|到场|出席|到达)(?![^,。;\n|]{0,6}(?:踏勘|考察"
        r"|答疑))[^,。;\n|]{0,8}(?:开标|唱标)?[^。;\n|]{0,14}(?:投标无效|视为(?:自动)?(?:放弃|弃权|撤回)|自动放弃"
        "|无效投标|作废标|取消投标)",
        unless="解密|认可开标",
        guarded=False,
    ),
    ClauseRule(
        "87-59",
        "小写为准",
        VIOLATION,
        "财政部令第87号 第五十九条",
        "大写金额和小写金额不一致的, 以大写金额为准",
        "改为以大写金额为准",
        words("小写"),
        r"以小写(?:金额|数字|报价)?为准",
        guarded=False,
    ),
    ClauseRule(
        "87-29",
        "任意终止",
        RISK,
        "财政部令第87号 第二十九条",
        "采购人不得随意终止招标或者拒绝投标; 终止的应当公告、通知、退费",
        "改为: 因重大变故采购任务取消的, 发布终止公告并通知供应商",
        words("拒绝 否决 取消 终止 宣布"),
        r"(?:有权|保留|权利)[^。;\n|]{0,30}(?:拒绝|否决|取消|终止|宣布)[^。;\n|]{0,20}(?:任何|所有|全部|招标|采购"
        r"|投标|一切)[^。;\n|]{0,60}(?:不(?:承担|负|做|作|予)|无(?:需|须)|权利|理由|解释)",
        unless="乙方|解除合同|合同期",
        guarded=False,
    ),
    ClauseRule(
        "87-22",
        "要求样品",
        RISK,
        "财政部令第87号 第二十二条",
        "一般不得要求投标人提供样品",
        "改为以文字、图片说明; 确需样品的写明评审方法和标准",
        words("样品"),
        r"(?:须|应当?|必须|需|要求)[^,。;\n|]{0,8}(?:提供|提交|递交)[^,。;\n|]{0,8}样品|样品[^,。;\n|]{0,12}(?:得\d"
        "|评分)",
        unless="样品的,|应当明确",
    ),
    ClauseRule(
        "87-28",
        "泄露获取名单",
        VIOLATION,
        "财政部令第87号 第二十八条",
        "投标截止前不得透露获取招标文件的供应商名称和数量",
        "删去",
        words("名单 名称 家数"),
        r"(?:公布|公示|告知|透露)[^,。;\n|]{0,10}(?:已?(?:获取|购买|报名|领取)[^,。;\n|]{0,14})(?:名单|名称|家数"
        "|数量)",
    ),
    ClauseRule(
        "87-20",
        "整章实质性",
        VIOLATION,
        "财政部令第87号 第二十条",
        "把整章内容列为实质性要求, 任何一行都可以否决投标",
        "逐条以★标明不允许偏离的条款, 只标确有必要的",
        words("全部 所有 整章 均为 均属"),
        r"第[一二三四五六七八九十\d]+章[^,。;\n|]{0,16}(?:全部|所有)(?:内容|条款|要求)[。;]?(?:$|\n|\|)|(?:全部|所有"
        r"|整章|本章|以上)[^,。;\n|]{0,16}(?:内容|条款|要求|需求)?[^,。;\n|]{0,6}(?:均|都|全部)?(?:为|属于|作为|视为"
        "|列为)(?:不可偏离的?)?实质性(?:响应)?(?:要求|条款|条件|响应)",
        unless="★|带星|标注|标有",
    ),
    ClauseRule(
        "L-42",
        "档案保存",
        VIOLATION,
        "政府采购法 第四十二条",
        "采购文件应当从采购结束之日起至少保存十五年",
        "改为至少十五年",
        words("保存 保管"),
        rf"(?:采购|招标|投标|评审)(?:文件|资料|档案)[^。;\n|]{{0,20}}(?:保存|保管)[^。;\n|]{{0,10}}?(?P<n>{N})年",
        judge=lambda found, clause, law: number(found["n"]) < law.period("file_retention").length,
    ),
    ClauseRule(
        "102-10",
        "购买岗位",
        RISK,
        "财政部令第102号 第十条",
        "人员招用、劳务派遣和以岗位为对象的购买不属于政府购买服务",
        "改为购买服务: 写明服务内容、数量和质量, 人员由承接主体管理",
        words("劳务派遣 岗位购买 购买岗位 派遣"),
        r"(?:采用|以|通过|提供|为)[^,。;\n|]{0,6}劳务派遣|劳务派遣(?:服务|方式|用工|人员)|岗位购买(?:服务|方式)?"
        "|购买(?:社工)?岗位",
        unless="许可证|不属于|不适用|劳务派遣公司的",
    ),
    ClauseRule(
        "R-19",
        "重大违法的罚款线",
        RISK,
        "政府采购法实施条例 第十九条；财库〔2022〕3号",
        "较大数额罚款是指二百万元以上的罚款, 行业另有更高规定的从其规定",
        "改为二百万元以上",
        words("罚款"),
        r"罚款[^。;\n|]{0,20}?(?P<n>\d+(?:\.\d+)?)(?P<ten>万)?元(?:\(含\))?(?:以上|及以上)[^。;\n|]{0,20}(?:重大违法"
        r"|较大数额)|(?:重大违法|较大数额)[^。;\n|]{0,30}?(?P<m>\d+(?:\.\d+)?)(?P<ten2>万)?元(?:\(含\))?(?:以上"
        "|及以上)",
        judge=lambda found, clause, law: (
            number(found["n"] or found["m"]) * (1000000 if found["ten"] or found["ten2"] else 100)
            < law.amount("large_fine")
        ),
        guarded=False,
    ),
    ClauseRule(
        "87-65",
        "别的项目的话",
        RISK,
        "财政部令第87号 第六十五条",
        LEFTOVER,
        "删去, 换成本项目的合同格式和要求",
        words(
            "荷载 成桥 交工 竣工 桩基 钢筋 混凝土 沥青 工程进度 试验 施工 工程款 监理 钻孔 路基 隧道 勘察设计 土建 "
            "弱电 配电"
        ),
        "荷载试验|成桥|交工验收|竣工(?:验收|图|资料)|桩基|钢筋|混凝土|沥青|工程进度|工程款|试验(?:人员|服务|检测"
        "|方案|组织|工作|报告|仪器|设备)|施工(?:图|现场|组织|进度|单位|安全|方案|许可|期|队)|监理(?:工程师|单位"
        "|服务)|路基|隧道|勘察设计|土建|工程质量(?:验收|标准)|工程量清单",
        unless="货物、?工程|工程(?:和|、)服务|建设工程类|监理、检测|设计、|整体设计|不得再参加|管理、监理",
        guarded=False,
    ),
)
