"""钱款: deposits, fees, price deductions, payment (条例第三十三条、第四十八条, 财库〔2019〕38号, 财库〔2020〕46号)."""

from __future__ import annotations

import re
from fractions import Fraction

from law.day import LawAt
from procurement.clauses.number import SHARE, YUAN, N, number, share, yuan
from procurement.clauses.plain import Clause
from procurement.clauses.rule import HINT, RISK, VIOLATION, ClauseRule, words
from procurement.clauses.vocabulary import BUYER

_R33 = "政府采购法实施条例 第三十三条"
_R48 = "政府采购法实施条例 第四十八条"
DAYS = rf"(?P<n>{N})个?(?P<unit>工作日|日历日|自然日|日|天|月|年)"


def days(found: re.Match[str]) -> Fraction:
    """Calendar days that a period written as ``DAYS`` takes at least: five working days take seven."""
    n = number(found["n"])
    return n * {"工作日": Fraction(7, 5), "月": Fraction(30), "年": Fraction(365)}.get(found["unit"], Fraction(1))


def _bid_deposit_is_high(found: re.Match[str], clause: Clause, law: LawAt) -> bool:
    return share(found["share"]) > law.share("bid_deposit_max_share")


_NEAR = 400
_BASE = re.compile(rf"(?:预算|限价|控制价)[^。;\n|\d]{{0,14}}?({YUAN})")


def _bid_deposit_is_much(found: re.Match[str], clause: Clause, law: LawAt) -> bool:
    """An amount against the budget named near it; where several are named, against the largest."""
    near = clause.plain[max(0, found.start() - _NEAR) : found.end() + _NEAR]
    budgets = [yuan(each[1]) for each in _BASE.finditer(near)]
    return bool(budgets) and yuan(found["sum"]) > max(budgets) * law.share("bid_deposit_max_share")


def _is_for_performance(found: re.Match[str], clause: Clause, law: LawAt) -> bool:
    """Whether the deposit that was found is the one for performance 履约: the last kind named before its word."""
    start = clause.sentence(found.start())[0]
    upto = found.start() + found[0].index("保证金")
    kinds = re.findall("履约|投标|磋商|谈判|响应|竞标|质量", clause.plain[start:upto])
    return bool(kinds) and kinds[-1] == "履约"


def _performance_deposit_is_high(found: re.Match[str], clause: Clause, law: LawAt) -> bool:
    return share(found["share"]) > law.share("performance_deposit_max_share")


def _refund_is_late(found: re.Match[str], clause: Clause, law: LawAt) -> bool:
    return days(found) > law.period("bid_deposit_refund").length * Fraction(7, 5)


def _forfeit_is_wide(found: re.Match[str], clause: Clause, law: LawAt) -> bool:
    """Withdrawal after the deadline is the one ground of 87号令第二十三条."""
    start, end = clause.sentence(found.start())
    sentence = clause.plain[start:end] + clause.plain[end : end + 160]
    if "没收" in found[0]:
        return True
    return re.search(r"质疑|投诉|虚假|放弃|拒绝签|拒签|不签|未按|未能|串通|弃标|隐瞒|缺席|违反", sentence) is not None


def _deduction_is_out_of_range(found: re.Match[str], clause: Clause, law: LawAt) -> bool:
    low, high = law.get("sme_deduction_min"), law.get("sme_deduction_max")
    if low is None or high is None:
        return False
    said = share(found["share"])
    if re.search("联合体|分包", clause.plain[max(0, found.start() - 60) : found.end() + 20]):
        low, high = law.get("sme_joint_deduction_min", low), law.get("sme_joint_deduction_max", high)
    return not low <= said <= high


def _payment_is_late(found: re.Match[str], clause: Clause, law: LawAt) -> bool:
    return days(found) > law.period("payment").length


def _is_not_free(found: re.Match[str], clause: Clause, law: LawAt) -> bool:
    return any(value and number(value) > 0 for value in found.groups())


_CASH = (
    r"保证金[^。;\n|]{0,60}(?<!非)(?<!以外)现[金钞](?!以?外)|(?<!非)现金[^,。;\n|]{0,12}(?:缴纳|交纳|提交|形式"
    r"|方式)[^。;\n|]{0,12}保证金"
)
_NO_CASH = "非现金|不接受现金|不收现金|不得(?:以|用|采用)现金"

MONEY = (
    ClauseRule(
        "R-33",
        "投标保证金过高",
        VIOLATION,
        _R33,
        "投标保证金不得超过采购项目预算金额的百分之二",
        "改为不超过预算的百分之二, 或者不收投标保证金",
        words("保证金"),
        rf"(?:投标|磋商|谈判|响应|竞标|询价|比选)保证金[^。;\n|]{{0,30}}?(?P<share>{SHARE})",
        judge=_bid_deposit_is_high,
        unless="上浮|利率|违约|逾期",
    ),
    ClauseRule(
        "R-33",
        "投标保证金数额过高",
        VIOLATION,
        _R33,
        "投标保证金的数额超过了预算金额的百分之二",
        "改为不超过预算的百分之二, 或者不收投标保证金",
        words("保证金"),
        rf"(?:投标|磋商|谈判|响应|竞标|询价|比选)保证金[^。;\n|%\d]{{0,24}}?(?P<sum>{YUAN})",
        judge=_bid_deposit_is_much,
        unless="违约|逾期|退还",
    ),
    ClauseRule(
        "R-33",
        "保证金现金",
        VIOLATION,
        _R33 + "；政府采购法实施条例 第四十八条",
        "保证金应当以支票、汇票、本票或者金融机构、担保机构出具的保函等非现金形式提交",
        "改为: 以支票、汇票、本票、保函等非现金形式提交",
        words("现金 现钞"),
        _CASH,
        unless=_NO_CASH,
        judge=lambda found, clause, law: not _is_for_performance(found, clause, law),
    ),
    ClauseRule(
        "R-48",
        "履约保证金现金",
        VIOLATION,
        _R48,
        "履约保证金应当以支票、汇票、本票或者金融机构、担保机构出具的保函等非现金形式提交",
        "改为: 以支票、汇票、本票、保函等非现金形式提交",
        words("现金 现钞"),
        _CASH,
        unless=_NO_CASH,
        judge=_is_for_performance,
    ),
    ClauseRule(
        "R-33",
        "保证金限账户",
        RISK,
        _R33,
        "法律只要求非现金形式和到账时间, 限定从基本账户转出没有依据",
        "删去基本账户的限制, 允许自主选择保函等形式",
        words("基本账户 基本存款账户 基本户 基本帐户 对公账户"),
        r"保证金[^。;\n|]{0,40}基本(?:存款)?(?:账户|帐户|户)|基本(?:存款)?(?:账户|帐户|户)[^。;\n|]{0,30}保证金",
    ),
    ClauseRule(
        "R-33",
        "保证金退还附条件",
        RISK,
        _R33 + "；财政部令第87号 第三十八条",
        "未中标人的保证金应当自中标通知书发出之日起五个工作日内退还, 不得附加交回收据等条件",
        "改为: 自中标通知书发出之日起五个工作日内退还未中标人的保证金, 自合同签订之日起五个工作日内退还中标人的保证金",
        words("收据 凭证 申请"),
        r"保证金[^。;\n|]{0,80}(?:收据|凭证|退款申请|申请表)[^。;\n|]{0,30}(?:退还|退回|退付|返还|办理)|(?:交回|凭"
        r"|持)[^。;\n|]{0,30}收据[^。;\n|]{0,40}(?:退|保证金)",
        unless="履约",
    ),
    ClauseRule(
        "R-33",
        "保证金退还太晚",
        VIOLATION,
        _R33,
        "投标保证金应当在五个工作日内退还",
        "改为五个工作日内退还",
        words("保证金"),
        rf"(?:投标|磋商|谈判|响应|竞标)保证金[^。;\n|]{{0,60}}?{DAYS}(?:之?内|后)[^。;\n|]{{0,20}}(?:退还|退回|返还"
        "|无息)",
        judge=_refund_is_late,
        unless="逾期|有效期",
    ),
    ClauseRule(
        "R-33",
        "保证金没收",
        RISK,
        _R33 + "；财政部令第87号 第二十三条",
        "没收、不予退还的情形宽于法律: 法律规定的是投标截止后撤销投标文件",
        "只列投标有效期内撤销投标文件; 其他违法行为由财政部门处理",
        words("没收 不予退还 不退还 不予返还 不退"),
        r"保证金[^。;\n|]{0,24}(?:没收|不予退还|不予返还|不退还|不予退回|概不退)|没收[^,。;\n|]{0,10}保证金"
        r"|不(?:予)?退还[^,。;\n|]{0,8}保证金",
        judge=_forfeit_is_wide,
        unless="履约保证金|不得没收|质量保证金",
        guarded=False,
    ),
    ClauseRule(
        "R-48",
        "履约保证金过高",
        VIOLATION,
        _R48,
        "履约保证金不得超过合同金额的百分之十",
        "改为不超过合同金额的百分之十, 或者不收履约保证金",
        words("履约"),
        rf"履约(?:保证金|担保(?:金|金额)?|保函)[^。;\n|]{{0,30}}?(?P<share>{SHARE})|(?:缴纳|交纳|提交"
        rf"|支付)[^。;\n|]{{0,16}}?(?P<before>{SHARE})[^,。;\n|]{{0,10}}履约(?:保证金|担保|保函)"
        rf"|(?P<paid>{SHARE})[^,。;\n|]{{0,4}}(?:缴纳|交纳|提交|支付|提供)[^,。;\n|]{{0,6}}履约(?:保证金|担保|保函)",
        judge=lambda found, clause, law: (
            share(found["share"] or found["before"] or found["paid"]) > law.share("performance_deposit_max_share")
        ),
        unless="违约金|扣除|退还",
    ),
    ClauseRule(
        "87-24",
        "采购文件收费",
        RISK,
        "财政部令第87号 第二十四条；财库〔2019〕38号",
        "电子采购文件应当免费提供; 纸质文件只能收取印制、邮寄成本",
        "改为: 免费提供电子采购文件",
        words("售价 工本费 文件费 标书费 每套 每份 报名费"),
        r"售价[^。;\n|\d]{0,12}(\d+(?:\.\d+)?)元|(?:招标|采购|磋商|谈判|询价)文件[^。;\n|]{0,14}(?:工本费|费用|每套"
        r"|每份|收费|收取)[^。;\n|\d]{0,12}(\d+(?:\.\d+)?)元|(?:标书费|报名费|工本费"
        r"|文件费)[^。;\n|\d]{0,10}(\d+(?:\.\d+)?)元",
        judge=_is_not_free,
        unless="副本|打印",
    ),
    ClauseRule(
        "87-20",
        "代理费没有标准",
        RISK,
        "财政部令第87号 第二十条",
        "代理费用的收取标准没有写明",
        "写明收费标准、计算方法和支付人",
        words("代理费 代理服务费 中标服务费 成交服务费"),
        r"(?:代理(?:服务)?费|中标服务费|成交服务费)[^。;\n|]{0,34}(?:约\d|左右|实报实销|另行(?:协商|约定|商定)|面议"
        "|市场价|协商(?:确定|收取|解决)|双方协商|视情况)",
    ),
    ClauseRule(
        "46-9",
        "价格扣除空白",
        RISK,
        "财库〔2020〕46号 第九条",
        "对小微企业的价格扣除比例是空白的",
        "写明一个比例（百分之十至百分之二十）",
        words("扣除"),
        r"(?:给予|按|予以|享受)[【\[(_]*[】\])_]*%[】\])]?(?:的)?[^。;\n|]{0,8}扣除"
        r"|[【\[(_][【\[(_/]*%?[】\])_]+%?(?:的)?(?:价格)?扣除|扣除(?:比例)?(?:为|:)?(?:_{2,}|【】|\(\)|【_*%】)",
    ),
    ClauseRule(
        "46-9",
        "价格扣除幅度",
        VIOLATION,
        "财库〔2022〕19号；财库〔2020〕46号 第九条",
        "对小微企业的价格扣除比例不在规定幅度内（百分之十至百分之二十; 联合体、分包百分之四至百分之六）",
        "改为规定幅度内的一个比例",
        words("扣除"),
        "(?:小微|小型|微型|小、微"
        rf"|中小)[^。;\n|]{{0,60}}?(?P<share>{SHARE})(?:[-~至到]{SHARE})?[^。;\n|]{{0,8}}扣除|(?:小微|小型"
        rf"|微型)[^。;\n|]{{0,40}}扣除(?:比例|幅度)?(?:为|:)?(?P<after>{SHARE})",
        judge=lambda found, clause, law: _deduction_is_out_of_range(found, clause, law) if found["share"] else False,
    ),
    ClauseRule(
        "SO-SME",
        "专门面向中小企业",
        HINT,
        "财库〔2020〕46号 第六条",
        "社会组织、事业单位不是中小企业: 专门面向中小企业采购会把社工机构几乎全部排除在外",
        "改为非专门面向中小企业采购, 并写明依据（向社会组织采购的情形, 财库〔2020〕46号第六条第一项）",
        words("专门面向 预留"),
        r"(?:本(?:项目|采购包|包)|采购包\d*|该项目)(?:\(包\))?(?:整体)?(?:为|属于|是)?专门面向(?:中小|小微"
        r"|小型)[^。;\n|]{0,6}企业(?:采购|预留)?(?!(?:采购)?[::]?(?:否|是|\(|□|☑|项目的))|(?:仅限|只接受)(?:中小"
        r"|小微)[^。;\n|]{0,4}企业(?:参加|投标)",
        unless="是否|不(?:属于|是)?专门|非专门|□",
    ),
    ClauseRule(
        "38-pay",
        "等财政拨款",
        VIOLATION,
        "财库〔2019〕38号",
        "以财政拨款、内部审批为付款的前提或者免责的理由",
        "改为: 满足合同约定的付款条件的, 甲方自收到发票之日起三十日内付款; 逾期的承担违约责任",
        words("财政 拨款 资金 国库 审批 审计 预算 上级 到位 拨付"),
        r"(?:财政|拨款|资金|国库|审批|审计|预算|内部)[^。;\n|]{0,44}(?:延[期迟误后]|逾期|迟延|推迟|滞后|不及时"
        r"|不到位|未到位|不能按时|顺延|未能按时)[^。;\n|]{0,34}(?:不视为|不构成|不属于|不承担|不负|免除|无须|无需"
        "|不得(?:要求|主张|追究|索|以此)|(?:有权)?顺延|不计)"
        r"|(?:财政|上级|专项|拨款|拨付)[^。;\n|]{0,14}(?:到位|到账|拨付|下达|划拨|批复"
        r"|拨款)[^。;\n|]{0,10}后[^。;\n|]{0,10}(?:支付|付款|付清|拨付|结算|付给)|(?:付款|支付)(?:时间|期限"
        r"|进度)?[^。;\n|]{0,8}以[^。;\n|]{0,16}(?:财政|拨款|国库|资金)[^。;\n|]{0,16}(?:为准|为前提|为条件)"
        r"|(?:视|根据|依据|按照?)[^,。;\n|]{0,6}(?:财政|拨款|上级|专项)[^,。;\n|]{0,10}(?:到位|到账|拨付|下达|拨款)(?:的)?(?:实际)?(?:情况"
        r"|进度|时间)[^。;\n|]{0,8}(?:支付|付款|付清|拨付|结算)",
        unless="不得以|不因|保证金",
        guarded=False,
    ),
    ClauseRule(
        "38-pay",
        "付款期太长",
        VIOLATION,
        "财库〔2019〕38号",
        "满足付款条件的, 应当自收到发票后三十日内付款",
        "改为: 自收到发票之日起三十日内付款",
        words("支付 付款 付清 转账"),
        rf"(?:发票|票据|验收合格|考核合格)[^。;\n|]{{0,14}}?{DAYS}(?:之?内|以内)[^。;\n|]{{0,26}}(?:支付|付款|付清"
        "|拨付|转账|结清)",
        judge=_payment_is_late,
        unless="保证金|违约金",
    ),
    ClauseRule(
        "38-pay",
        "甲方拖延免责",
        VIOLATION,
        "财库〔2019〕38号；政府采购法 第五十条",
        "甲方逾期付款不承担责任",
        "写明甲方逾期付款的违约责任",
        words("付款 支付 款项"),
        rf"{BUYER}[^。;\n|]{{0,16}}(?:逾期|延期|延迟|迟延|拖延)(?:付款|支付)[^。;\n|]{{0,16}}(?:不承担|不视为|不构成"
        "|免除|无需|无须|不负)",
    ),
)
