"""What only a whole file can show: sums, contradictions, left-overs, missing parts, dates; and where each of them stands."""

from __future__ import annotations

from datetime import date

import pytest

from law import law_at
from procurement.clauses.document import document_of
from procurement.clauses.whole import Placed, check_document

LAW = law_at(date(2026, 11, 22))


def found_in(text: str) -> list[Placed]:
    return list(check_document(document_of(text), LAW).findings)


def reasons(text: str) -> list[str]:
    return [each.finding.why for each in found_in(text)]


def a_table(*points: tuple[str, str]) -> str:
    return "\n".join(f"{name} | {value} | 见评分细则" for name, value in (("评分项", "分值"), *points))


# --- sums -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("commercial", "wrong"), [("24", True), ("25", False), ("26", True)])
def test_the_points_of_a_table_make_its_total(commercial: str, wrong: bool) -> None:
    table = a_table(("价格", "15"), ("技术", "60"), ("商务", commercial), ("合计", "100"))
    assert any("相加" in why for why in reasons(table)) is wrong


def test_a_part_is_what_the_rows_below_it_make() -> None:
    text = a_table(("价格部分", "10"), ("技术部分", "65"), ("方案", "35"), ("人员", "30"), ("商务部分", "25"), ("业绩", "15"), ("信誉", "15"))
    [why] = [why for why in reasons(text) if "相加" in why]
    assert why.endswith("下面2项相加为30")


def test_parts_in_a_sentence_make_the_total_that_it_states() -> None:
    assert any("相加为95分" in why for why in reasons("本项目由价格部分10分、技术部分60分、商务部分25分组成，总分100分。"))
    assert reasons("本项目由价格部分10分、技术部分60分、商务部分30分组成，总分100分。") == []


@pytest.mark.parametrize(("last", "wrong"), [("29.9%", True), ("30%", False), ("30.1%", True)])
def test_instalments_make_the_whole(last: str, wrong: bool) -> None:
    text = f"共分三期支付：第一期支付合同总价30%，第二期支付40%，第三期支付\n{last}。"
    assert any("不是100%" in why for why in reasons(text)) is wrong


def test_the_rest_makes_up_what_is_missing() -> None:
    assert reasons("共分三期支付：第一期支付30%，第二期支付36%，期满后支付剩余30%尾款。") == []


def test_a_point_without_a_score_among_scored_points() -> None:
    text = "1、具有本科学历的得10分；\n2、具有社会工作师证书的得10分；\n3、团队成员三个月内参加岗前培训的人数达到32人；"
    assert "同一列表的其他评分点都有分值, 这一点没有" in reasons(text)


# --- contradictions ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("said", "wrong"), [("五", True), ("六", False), ("七", True)])
def test_a_count_is_what_was_listed(said: str, wrong: bool) -> None:
    text = f"方案应包括：\n1、甲；\n2、乙；\n3、丙；\n4、丁；\n5、戊；\n6、己；\n具备上述{said}点得30%。"
    assert any("前面列了6项" in why for why in reasons(text)) is wrong


def test_partial_counts_beside_the_full_one_are_no_contradiction() -> None:
    assert reasons("方案包括：\n①甲；\n②乙；\n③丙；\n满足上述三点得30分，满足上述两点得20分。") == []


def test_words_and_figures_say_the_same() -> None:
    assert "大写是五, 数字是6" in reasons("服务团队五（6）人。")
    assert reasons("服务团队六（6）人。") == []


def test_a_budget_has_one_amount_however_it_is_written() -> None:
    assert any("预算金额前后不一致" in why for why in reasons("预算金额：120万元\n\n采购预算金额为1000000元"))
    assert reasons("预算金额：120万元\n\n采购预算金额为1200000元") == []


# --- left-overs -------------------------------------------------------------------------------------------------------


def test_a_bridge_load_test_is_foreign_to_social_work_and_at_home_on_a_bridge() -> None:
    clause = "乙方负责成桥荷载试验工作，满足交工验收标准。"
    assert any("工程项目的词" in why for why in reasons(f"项目名称：某区精神卫生社会工作服务项目\n{clause}"))
    assert reasons(f"项目名称：某大桥荷载试验检测项目\n{clause}") == []


def test_a_device_of_a_hospital_is_foreign_to_social_work() -> None:
    assert any("医疗项目的词" in why for why in reasons("项目名称：某镇社工站服务项目\n投标人须提供医疗器械注册证。"))


# --- dates ------------------------------------------------------------------------------------------------------------


def notice(closes: str, opens: str = "", until: str = "2026年10月12日", method: str = "公开招标") -> str:
    return (
        f"{method}公告\n项目名称：某区社会工作服务项目\n获取招标文件时间：2026年9月24日至{until}\n"
        f"提交投标文件截止时间：{closes}\n开标时间：{opens or closes}\n"
    )


@pytest.mark.parametrize(("closes", "wrong"), [("2026年10月13日", True), ("2026年10月14日", False), ("2026年10月15日", False)])
def test_twenty_days_from_the_documents_to_the_deadline(closes: str, wrong: bool) -> None:
    assert ("L-35" in {each.finding.rule for each in found_in(notice(closes))}) is wrong


def test_a_consultation_has_ten_days() -> None:
    text = notice("2026年10月9日", method="竞争性磋商").replace("招标文件", "磋商文件")
    assert "L-35" not in {each.finding.rule for each in found_in(text)}


def test_five_working_days_over_national_day_end_on_the_ninth_of_october() -> None:
    rules = {each.finding.rule for each in found_in(notice("2026年10月20日", until="2026年9月30日"))}
    assert "87-18" in rules


def test_bids_are_opened_at_the_deadline() -> None:
    text = notice("2026年10月20日9:30", "2026年10月20日10:00")
    assert "87-39" in {each.finding.rule for each in found_in(text)}
    assert "87-39" not in {each.finding.rule for each in found_in(notice("2026年10月20日9:30"))}


# --- the sixteen parts ------------------------------------------------------------------------------------------------

COMPLETE = """招标公告 投标人须知 按要求密封和盖章 资格条件 中小企业价格扣除 投标文件编制要求 投标报价 预算金额 服务内容 验收 合同条款 服务期限
付款方式 评标方法 投标无效情形: 投标文件未签章的, 投标无效。 投标有效期 投标截止时间 代理服务费 信用中国 质疑 招标文件"""


@pytest.mark.parametrize(
    ("left_out", "part"),
    [("投标有效期", "投标有效期"), ("信用中国", "信用信息"), ("代理服务费", "代理费用"), ("付款方式", "支付方式"), ("质疑", "质疑")],
)
def test_a_part_of_the_sixteen_that_is_nowhere_is_missed(left_out: str, part: str) -> None:
    padding = "本段为其他内容。\n" * 400
    assert [why for why in reasons(COMPLETE + padding) if "没有找到" in why] == []
    [why] = [why for why in reasons(COMPLETE.replace(left_out, "") + padding) if "没有找到" in why]
    assert part in why


def test_a_single_clause_is_not_asked_for_sixteen_parts() -> None:
    assert reasons("招标文件由采购人负责解释。") == []


# --- places -----------------------------------------------------------------------------------------------------------


def test_a_finding_in_a_table_names_row_and_column() -> None:
    [each] = [e for e in found_in("评分因素 | 分值 | 标准\n信誉 | 3 | 投标人获得市级以上表彰的得3分") if e.finding.rule == "R-20(4)"]
    assert each.place == "表1第2行第3列"


def test_a_clause_is_read_over_broken_lines() -> None:
    [each] = found_in("投标保证金为采购预算\n的百分之\n三。")
    assert (each.finding.rule, each.place) == ("R-33", "第1段")
    assert each.text.endswith("百分之\n三")


def test_a_list_is_read_with_its_opening() -> None:
    text = "投标人具有：\n①质量管理体系认证证书；\n②环境管理体系认证证书；\n每提供一项得25%。"
    assert "R-20(2)" in {each.finding.rule for each in found_in(text)}


def test_the_span_holds_the_words_that_were_found() -> None:
    text = "前文。 投标　保证金为预算的５％，以保函提交。"
    [each] = found_in(text)
    start, end = each.finding.span
    assert document_of(text).text[start:end] == "投标　保证金为预算的５％"


def test_the_law_of_the_day_decides_and_not_that_of_today() -> None:
    text = "对小型、微型企业给予6%的价格扣除。"
    assert check_document(document_of(text), law_at(date(2021, 6, 1))).findings == ()
    assert [each.finding.rule for each in found_in(text)] == ["46-9"]
