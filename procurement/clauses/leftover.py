"""模板遗留: words of another trade that stand in this file, because a template was used before."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from procurement.clauses.document import Document
from procurement.clauses.finding import ClauseFinding, Severity

_65 = "财政部令第87号 第六十五条"


@dataclass(frozen=True)
class Trade:
    """A trade: words that name it as a subject, and words that stand only in its own files."""

    zh: str
    subject: re.Pattern[str]
    words: re.Pattern[str]


def _trade(zh: str, subject: str, words: str) -> Trade:
    return Trade(zh, re.compile(subject), re.compile(words))


TRADES = (
    _trade(
        "工程",
        r"工程|施工|修缮|装修|改造|建设项目|监理|检测|勘察|荷载",
        "荷载试验|成桥|桥梁|交工验收|竣工(?:验收|图|资料|结算)|桩基|钢筋|混凝土|沥青|路基|隧道|勘察设计|土建"
        "|施工(?:图|现场|组织|进度|单位|安全|方案|许可|队伍|人员|合同)|监理工程师|总监理|工程(?:进度|款|量清单"
        "|质量保修|竣工|变更签证)|试验(?:人员|服务|检测|方案|组织|仪器|设备|报告)|脚手架|塔吊|项目经理部|建造师"
        "|安全生产许可证",
    ),
    _trade(
        "医疗",
        r"医疗(?:器械|设备|耗材)|药品|试剂|医院|卫生院|疫苗|检验",
        "医疗器械(?:注册证|经营许可证|生产许可证)|体外诊断|试剂盒|耗材目录|核磁共振|彩超|呼吸机|监护仪|药品(?:经营"
        "|生产)许可证|冷链|药品批准文号|手术室",
    ),
    _trade(
        "信息化",
        r"信息化|软件|系统|平台|网络|数据|机房|智慧|运维|安全测评",
        "源代码|服务器(?:配置|机柜|硬件)|交换机|机柜|机房(?:建设|改造|搬迁)|系统集成(?:资质|项目)|等级保护测评"
        "|软件开发(?:流程|文档|工具)|数据库(?:软件|服务器)|CMMI|信创|综合布线|云平台部署",
    ),
    _trade(
        "货物",
        r"设备|采购货物|家具|器材|物资|用品|车辆",
        "出厂(?:合格证|检验|日期)|备品备件|到货验收|开箱(?:检验|验收)|装箱单|原产地证|整机质保|设备(?:安装|调试"
        "|到货|铭牌|型号)|安装调试|货物(?:运抵|到货|验收单|装运)|包装箱|易损件|保修卡",
    ),
    _trade(
        "物业",
        r"物业|保洁|保安|绿化|环卫|垃圾",
        "电梯(?:维保|维护|年检)|保洁(?:员|标准|区域)|绿化养护|消防中控室|秩序维护员|垃圾(?:清运|分类收集点)|化粪池"
        "|外墙清洗",
    ),
    _trade(
        "餐饮",
        r"食堂|餐饮|配餐|食材|膳食",
        r"食材(?:配送|采购)|食堂(?:承包|管理|托管)|厨师(?:长|人员)|食品经营许可证|餐具消毒|留样|菜谱",
    ),
)
"""What other files are about. A word of the list is foreign unless the file's own subject is of that trade."""

_TITLE = re.compile(r"项目名称\s*[:：|]?\s*([^\n|]{4,80})|([^\n]{4,60}(?:项目|服务|采购))")


def subject_of(document: Document) -> str:
    """What the file is about, as it says itself: the project's name, or its first heading; "" when it says nothing."""
    opening = document.text[:6000]
    named = re.search(r"(?:采购)?项目名称\s*[:：|]\s*([^\n|；;]{4,80})", opening)
    if named:
        return named[1].strip()
    found = _TITLE.search(opening)
    return (found[1] or found[2]).strip() if found else ""


def leftover_findings(document: Document, subject: str) -> Iterator[ClauseFinding]:
    """One finding per line and trade. A trade whose words fill the file is its own, whatever the name says."""
    for trade in TRADES:
        if trade.subject.search(subject):
            continue
        found = list(trade.words.finditer(document.text))
        if not found or len(found) * 1500 > document.characters + 6000:
            continue
        lines: set[int] = set()
        for each in found:
            n = document.line_at(each.start())
            if n in lines:
                continue
            lines.add(n)
            yield ClauseFinding(
                "87-65",
                Severity.VIOLATION,
                f"“{each[0]}”是{trade.zh}项目的词, 与“{subject or '本项目'}”无关, 像是别的模板留下的",
                "删去, 换成本项目的内容",
                _65,
                each.span(),
            )
