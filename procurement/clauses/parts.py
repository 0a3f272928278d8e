"""必备内容: the sixteen parts of 87号令第二十条, looked for by headings and by words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from procurement.clauses.document import Document
from procurement.clauses.finding import ClauseFinding, Severity
from procurement.clauses.plain import plain

_20 = "财政部令第87号 第二十条"


@dataclass(frozen=True)
class Part:
    """One of the sixteen. ``item`` as the article counts; ``words``: any of them shows that it is there."""

    item: int
    zh: str
    words: re.Pattern[str]


def _part(item: int, zh: str, words: str) -> Part:
    return Part(item, zh, re.compile(words))


PARTS = (
    _part(1, "投标邀请", r"投标邀请|招标公告|磋商公告|采购公告|磋商邀请|邀请书|竞争性磋商公告|采购邀请"),
    _part(
        2,
        "投标人须知（含投标文件的密封、签署、盖章要求）",
        r"(?:投标人|供应商|响应人)须知|(?:密封|签署|盖章|电子签章|签章)[^。;\n]{0,12}(?:要求|规定)|按要求(?:密封"
        "|签署|盖章)",
    ),
    _part(3, "投标人应当提交的资格、资信证明文件", r"资格(?:证明|条件|要求)|资信证明|资格性审查|资格审查"),
    _part(
        4,
        "落实政府采购政策的要求和价格扣除等规定",
        r"中小企业|小微企业|小型、?微型|政府采购政策|监狱企业|价格扣除|残疾人福利",
    ),
    _part(
        5,
        "投标文件编制、报价、保证金交纳和退还的要求",
        r"(?:投标|响应)(?:文件)?(?:的)?(?:编制|组成|格式)|投标报价|报价要求|保证金",
    ),
    _part(
        6,
        "采购项目预算金额（设最高限价的, 写明最高限价）",
        r"预算(?:金额|价|限额|总额|为|:)|最高限价|采购预算|财政预算",
    ),
    _part(7, "技术规格、数量、服务标准、验收等要求", r"服务(?:内容|标准|要求|需求|范围)|采购需求|用户需求|验收"),
    _part(8, "拟签订的合同文本", r"合同(?:文本|格式|范本|草案|条款|样本|主要条款)|拟签订(?:的)?合同"),
    _part(
        9,
        "货物、服务提供的时间、地点、方式",
        r"服务(?:期限?|时间|地点|方式)|履[行约]期限|交付(?:时间|地点)|合同期限|实施地点",
    ),
    _part(
        10,
        "采购资金的支付方式、时间、条件",
        r"付款(?:方式|条件|时间|进度|期限)|支付(?:方式|条件|时间|合同|总价|款)|资金支付",
    ),
    _part(
        11,
        "评标方法、评标标准和投标无效情形",
        r"(?:评标|评审)(?:方法|办法|标准)|评分(?:标准|细则|办法|表)|综合评分法|最低评标价法",
    ),
    _part(12, "投标有效期", r"(?:投标|响应|报价|磋商)(?:文件)?有效期"),
    _part(
        13,
        "投标截止时间、开标时间及地点",
        r"(?:投标|响应文件|提交)[^。;\n]{0,10}截止|开标(?:时间|日期|地点)|截止时间",
    ),
    _part(14, "采购代理机构代理费用的收取标准和方式", r"代理(?:服务)?费|中标服务费|成交服务费|不收取代理"),
    _part(
        15,
        "投标人信用信息查询渠道及截止时间、记录方式、使用规则",
        r"信用中国|信用(?:信息|记录)[^。;\n]{0,12}查询|creditchina",
    ),
    _part(16, "省级以上财政部门规定的其他事项（如质疑、投诉的提出方式）", r"质疑"),
)

_INVALID = re.compile(
    r"(?:投标|响应|报价)(?:文件)?(?:将|按|作|应)?[^。;\n]{0,10}(?:无效|否决)|无效投标|废标|符合性审查"
)
_FILE = re.compile(r"(?:招标|采购|磋商|谈判)文件")
_LEAST = 3000
"""A file shorter than this is a part of one: nothing can be said to be missing."""


def missing_parts(document: Document) -> Iterator[ClauseFinding]:
    """One finding per part that is nowhere to be seen; they have no place, so their span is empty."""
    if document.characters < _LEAST or not _FILE.search(document.text):
        return
    text = plain(document.text).plain
    for part in PARTS:
        if not part.words.search(text):
            yield ClauseFinding(
                "87-20", Severity.RISK, f"没有找到第{part.item}项: {part.zh}", f"补充: {part.zh}", _20, (0, 0)
            )
    if PARTS[10].words.search(text) and not _INVALID.search(text):
        yield ClauseFinding(
            "87-20", Severity.RISK, "没有找到第11项中的投标无效情形", "补充: 逐项列明投标无效的情形", _20, (0, 0)
        )
