"""评标报告: what 财政部令第87号 第五十八条 asks for, and nothing that a bidder could not repeat."""

from __future__ import annotations

import io
from dataclasses import replace

from pypdf import PdfReader

from procurement.scoring import Evaluation
from reports.compose.bid_evaluation_report import bid_evaluation_report
from reports.document import Document, Heading, Signatures, Table
from reports.pdf import make_pdf
from tests.builders.bids import (
    EXPERTS,
    NAMES,
    a_contender,
    an_evaluation,
    bid_report_facts,
    contenders,
    ranked,
    two_wrong_entries,
)


def words(document: Document) -> str:
    return "\n".join(document.texts())


def table(document: Document, name: str) -> Table:
    return next(b for b in document.blocks if isinstance(b, Table) and b.caption.endswith(name))


def test_the_contents_of_article_58_are_all_there() -> None:
    """Media, opening, bidders, committee, method, invalid bids with reasons, result, candidates, other matters."""
    document = bid_evaluation_report(bid_report_facts())
    assert [b.text for b in document.blocks if isinstance(b, Heading) and b.level == 1] == [
        "项目基本情况", "开标记录", "评标委员会", "评标方法和标准", "资格审查和符合性审查", "价格评审", "评分情况", "评分的复核",
        "评标结果", "其他需要说明的情况", "评标委员会成员评分表", "总分的计算过程",
    ]  # fmt: skip
    text = words(document)
    for expected in ("中国政府采购网", "交易中心开标室二", *NAMES.values(), *EXPERTS, "综合评分法", "财政部令第87号 第五十八条"):
        assert expected in text, expected


def test_invalid_bids_are_told_with_their_reasons() -> None:
    rows = [row.cells for row in table(bid_evaluation_report(bid_report_facts()), "无效投标及原因").rows]
    assert rows == [("恒㛃社工事务所", "报价超过最高限价 (87-63)"), ("博雅社会工作研究院", "资格性审查不通过: 未提供登记证书")]


def test_candidates_stand_in_order_of_points_and_only_three_are_recommended() -> None:
    facts = bid_report_facts()
    rows = table(bid_evaluation_report(facts), "评标结果排序").rows
    assert [row.cells[1] for row in rows] == [facts.name(bid.bidder) for bid in facts.ranking.bids]
    assert [row.cells[3] for row in rows] == [str(bid.shown) for bid in facts.ranking.bids]
    assert [row.cells[4] for row in rows] == ["第1中标候选人", "第2中标候选人", "第3中标候选人", ""]


def test_price_points_carry_their_working() -> None:
    """基准价 6,236,100 = 6,929,000 less a tenth; A: 6236100 ÷ 6780000 × 10 = 9.20 rounded."""
    rows = {row.cells[0]: row.cells for row in table(bid_evaluation_report(bid_report_facts()), "价格分").rows}
    assert rows[NAMES["A"]][1:] == ("¥6,780,000.00", "无", "¥6,780,000.00", "9.20", "6,236,100.00÷6,780,000.00×10≈9.197788")
    assert rows[NAMES["B"]][2:5] == ("10%", "¥6,236,100.00", "10.00")


def test_each_members_own_points_are_annexed() -> None:
    document = bid_evaluation_report(bid_report_facts())
    captions = [b.caption.split("　")[-1] for b in document.blocks if isinstance(b, Table)]
    assert [caption for caption in captions if caption.endswith("的评分")] == [f"{name}的评分" for name in EXPERTS]


def test_what_blocks_the_signing_is_told_with_article_64() -> None:
    facts = bid_report_facts(ranking=ranked(evaluation=an_evaluation(entries=two_wrong_entries())))
    text = words(bid_evaluation_report(facts))
    assert "客观评审因素评分不一致" in text
    assert "填写15分，其他成员为17分；按一致值计算，须更正" in text
    assert "有须更正的情形，更正前不得签署评标报告。" in text


def test_a_tie_for_the_first_place_goes_to_the_rule_of_the_documents_or_the_lot() -> None:
    """87号令 第六十八条: the only lawful draw for a winner."""
    twins = (a_contender("A", 1), replace(a_contender("A", 1), bidder="B"), replace(a_contender("A", 1), bidder="C"))
    facts = bid_report_facts(ranking=ranked(evaluation=Evaluation(twins, 5)))
    text = words(bid_evaluation_report(facts))
    assert "第1名得分和报价均相同，并列。" in text
    assert "采取随机抽取的方式确定" in text


def test_a_failed_procurement_is_reported_without_scores() -> None:
    facts = bid_report_facts(ranking=ranked(evaluation=Evaluation(contenders()[:2], 5)))
    document = bid_evaluation_report(facts)
    assert "有效投标人2家, 少于3家，本次采购予以废标。" in words(document)
    assert not [b for b in document.blocks if isinstance(b, Heading) and b.number.startswith("附件")]


def test_every_member_has_a_place_to_sign_and_a_dissenter_gives_reasons() -> None:
    document = bid_evaluation_report(bid_report_facts(dissents={"专家三": "认为C的服务计划不可行"}))
    [signing] = [b for b in document.blocks if isinstance(b, Signatures)]
    assert [place.name for place in signing.places] == list(EXPERTS)
    assert signing.places[2].remark == "认为C的服务计划不可行"
    assert "第六十一条" in signing.statement


def test_the_report_prints() -> None:
    reader = PdfReader(io.BytesIO(make_pdf(bid_evaluation_report(bid_report_facts()))))
    text = "".join(page.extract_text() for page in reader.pages).replace("\n", "")
    for expected in ("明䶮社会服务促进会", "恒㛃社工事务所", "第1中标候选人", "评标〔2026〕7号"):
        assert expected in text
