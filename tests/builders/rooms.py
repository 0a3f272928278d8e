"""Builders for the first rooms: a lawful case file, supplier files, a published tender, bids. All through the services."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from app.accounts import Actor
from app.procurement.bids.models import BidRow
from app.procurement.bids.services import SubmitBid, submit_bid
from app.procurement.openings.models import OpeningRow
from app.procurement.openings.services import OpenBids, open_bids
from app.procurement.suppliers.models import SupplierRow
from app.procurement.suppliers.services import RegisterSupplier, register_supplier
from app.procurement.tenders.models import TenderRow
from app.procurement.tenders.services import NOTICE_FIELDS, DraftTender, PublishTender, draft_tender, publish_tender
from app.store import UnitOfWork
from kernel.period import SHANGHAI
from kernel.role import Role
from procurement.bid import Receipt
from procurement.supplier import Condition, Proof, SupplierKind
from tests.builders.accounts import an_actor

DRAFTED = datetime(2025, 3, 3, 9, 0, tzinfo=SHANGHAI)
PUBLISHED = datetime(2025, 3, 5, 10, 0, tzinfo=SHANGHAI)  # a Wednesday
BIDS_CLOSE = datetime(2025, 3, 27, 9, 30, tzinfo=SHANGHAI)  # 22 days later, a Thursday
DURING = datetime(2025, 3, 20, 15, 0, tzinfo=SHANGHAI)
"""A moment at which bids are taken."""

NOTICE = {
    "buyer_address": "示范区民生路1号", "contact_person": "林老师", "contact_phone": "0755-00000001",
    "documents_place": "本平台网上下载", "documents_price": "免费", "opening_place": "示范区公共资源交易中心301室",
}  # fmt: skip
assert set(NOTICE) == set(NOTICE_FIELDS)


def a_case(**but: Any) -> dict[str, Any]:
    """A small lawful case file: 公开招标 of a service, 1,000,000 yuan, price 10 of 100 points, four leaves, six rules."""
    case: dict[str, Any] = {
        "id": "a-case", "kind": "tender", "name": "示范区社区矫正社会工作服务",
        "notice": {
            "purchaser": "示范区司法局", "organiser": "示范区公共资源交易中心", "project_type": "服务类", "method": "公开招标",
            "evaluation_method": "综合评分法", "budget_yuan": 1000000, "ceiling_yuan": 1000000, "joint_venture": False,
            "sme_reserved": False, "sme_price_deduction": "0.10", "sme_industry": "其他未列明行业", "bid_deposit": False,
            "performance_bond": False, "bid_validity_days": 120,
        },
        "qualification": [
            {"nr": 1, "text": "具有独立承担民事责任的能力", "proof": "登记证书"},
            {"nr": 2, "text": "政府采购法第二十二条规定的其他条件", "proof": "承诺函"},
            {"nr": 3, "text": "未被列入失信名单", "proof": "承诺函"},
        ],
        "credit_check": {"channels": ["信用中国", "中国政府采购网"], "cut_off": "开标当日"},
        "qualification_review": [{"nr": 1, "fail_if": "不符合资格条件或未提供证明"}],
        "conformity_review": [
            {"nr": 1, "fail_if": "报价高于最高限价"}, {"nr": 2, "fail_if": "未响应带★的实质性要求"},
        ],
        "substantive_requirements": [{"text": "项目负责人持社会工作师证书", "mark": "★"}],
        "requirement": {
            "staff": [{"item": "社工人数", "value": 8, "unit": "人"}, {"item": "持证比例", "min": "0.50", "soft": True}],
            "services": [
                {"name": "个案服务", "content": "全流程个案管理", "quantity": "60例"},
                {"name": "小组工作", "content": "教育帮扶小组", "quantity": "12个"},
            ],
            "price_form": "总价包干",
        },
        "contract": {
            "term": {"days": 365, "from": "合同签订之日"},
            "renewal": {
                "sign": "一年一签", "max_renewals": 2, "each_years": 1, "condition": "年度绩效评估达到优秀",
                "may_if": "年度绩效评估为良好、合格的, 由采购人决定", "stop_if": "年度绩效评估不合格",
            },
            "payment": [
                {"nr": 1, "when": "合同签订后", "share": "0.30"}, {"nr": 2, "when": "中期评估后", "share": "0.40"},
                {"nr": 3, "when": "期末评估后", "share": "0.30"},
            ],
            "acceptance": {
                "evaluator": "第三方机构", "when": "合同期满",
                "grades": [
                    {"grade": "优秀", "min": 90}, {"grade": "良好", "min": 80, "below": 90},
                    {"grade": "合格", "min": 60, "below": 80}, {"grade": "不合格", "below": 60},
                ],
            },
            "sign_within": {"working_days": 10, "after": "中标通知书发出"},
        },
        "evaluation": {"committee": {"min": 5, "odd": True, "experts_share_min": "2/3"}, "tie": ["总分", "投标报价低者优先"]},
        "price": {"ceiling": 1000000, "budget": 1000000},
        "award": {"winners": 1, "candidates": 3, "min_valid": 3},
        "scoring": {
            "method": "综合评分法", "total": 100, "scale": 100,
            "sections": [
                {"name": "价格", "weight": 10, "price": True},
                {"name": "技术部分", "weight": 50, "leaves": [
                    {"id": "T1", "name": "服务方案", "weight": 30, "parts": [
                        {"id": "T1a", "objective": True, "rule": {
                            "kind": "checklist", "items": ["目标", "内容", "指标"], "by_count": [0, 20, 50, 80]}},
                        {"id": "T1b", "objective": False, "requires": "T1a", "rule": {
                            "kind": "judgement_levels", "levels": {"优": 20, "良": 10, "差": 0}}},
                    ], "evidence": ["服务方案"]},
                    {"id": "T2", "name": "项目负责人", "weight": 20, "parts": [
                        {"id": "T2a", "objective": True, "rule": {
                            "kind": "best_of", "input": "社会工作者职业资格",
                            "map": {"高级社会工作师": 60, "社会工作师": 40, "无": 0}}},
                        {"id": "T2b", "objective": True, "rule": {
                            "kind": "yes_no", "input": "专职在岗", "points": 40}},
                    ], "evidence": ["资格证书", "劳动合同"]},
                ]},
                {"name": "商务部分", "weight": 40, "leaves": [
                    {"id": "B1", "name": "同类服务经验", "weight": 20, "parts": [
                        {"id": "B1a", "objective": True, "rule": {
                            "kind": "per_unit", "unit": "已完成的同类合同", "points": 25, "cap": 100}},
                    ], "evidence": ["合同关键页"]},
                    {"id": "B2", "name": "履约评价", "weight": 20, "parts": [
                        {"id": "B2a", "objective": True, "rule": {
                            "kind": "graded_units", "unit": "甲方评价", "grades": {"优": 50, "良": 25}, "cap": 100}},
                    ], "evidence": ["履约评价"]},
                ]},
            ],
        },
    }  # fmt: skip
    return {**copy.deepcopy(case), **but}


def facts_of(**but: Any) -> dict[str, Any]:
    """Declared values for every objective part of ``a_case``."""
    return {"T1a": 3, "T2a": "社会工作师", "T2b": True, "B1a": 3, "B2a": {"优": 1, "良": 1}, **but}


def documents_of(**but: Any) -> dict[str, Any]:
    """Proofs, statements and contacts of a plain bid to ``a_case``."""
    documents = {
        "proofs": {"T2": "社会工作师证书, 第3页", "B1": "合同三份, 第10至20页"},
        "statements": ["1", "2", "3"],
        "contact": {"project_leader": "周老师", "contact_person": "吴老师", "contact_phone": "0755-00000002"},
        "salt": "some salt",
    }
    return {**documents, **but}


def a_draft(
    work: UnitOfWork, buyer: Actor | None = None, ocid: str = "cp-2025-0001", case: Mapping[str, Any] | None = None,
    now: datetime = DRAFTED,
) -> TenderRow:  # fmt: skip
    """A tender in draft."""
    buyer = buyer or an_actor(work, Role.BUYER)
    work.session.flush()
    return draft_tender(work, DraftTender(buyer, ocid, case or a_case(), intention=date(2025, 1, 10)), now)


def a_published_tender(
    work: UnitOfWork, buyer: Actor | None = None, ocid: str = "cp-2025-0001", case: Mapping[str, Any] | None = None,
    now: datetime = PUBLISHED, bids_close: datetime = BIDS_CLOSE,
) -> TenderRow:  # fmt: skip
    """A tender whose notice was published at ``now``."""
    buyer = buyer or an_actor(work, Role.BUYER)
    a_draft(work, buyer, ocid, case, now - timedelta(days=2))
    work.session.flush()
    until = now.date() + timedelta(days=12)
    return publish_tender(work, PublishTender(buyer, ocid, bids_close, until, NOTICE), now)


def a_supplier(
    work: UnitOfWork, actor: Actor | None = None, now: datetime = DRAFTED, **but: Any
) -> tuple[Actor, SupplierRow]:
    """An agency with all proofs in its file, and its actor."""
    actor = actor or an_actor(work, Role.SUPPLIER)
    work.session.flush()
    proofs = tuple(Proof(c, c.proof, c is not Condition.OTHER) for c in Condition)
    profile = {
        "legal_representative": "陈明", "address": "示范区社工路8号", "phone": "0755-00000003", "business": "社会工作服务",
        "staff": "26", "social_workers": "18",
    }  # fmt: skip
    command: dict[str, Any] = {
        "kind": SupplierKind.SERVICE_AGENCY, "profile": profile, "registered_on": date(2015, 6, 1), "proofs": proofs,
    }  # fmt: skip
    return actor, register_supplier(work, RegisterSupplier(actor, **{**command, **but}), now)


def a_bid(
    work: UnitOfWork, ocid: str = "cp-2025-0001", actor: Actor | None = None, price: int = 90_000_000,
    now: datetime = DURING, **but: Any,
) -> Receipt:  # fmt: skip
    """A bid of 900,000 yuan by ``actor``, or by a new agency."""
    if actor is None:
        actor, _ = a_supplier(work)
    work.session.flush()
    command: dict[str, Any] = {"facts": facts_of(), "documents": documents_of()}
    return submit_bid(work, SubmitBid(actor, ocid, price, **{**command, **but}), now)


def an_opening(
    work: UnitOfWork, buyer: Actor, ocid: str = "cp-2025-0001", overseer: Actor | None = None, now: datetime = BIDS_CLOSE
) -> OpeningRow:
    """The opening of a tender, at the deadline."""
    overseer = overseer or an_actor(work, Role.OVERSEER)
    work.session.flush()
    return open_bids(work, OpenBids(buyer, ocid, overseer.person_id, NOTICE["opening_place"]), now)


def live(work: UnitOfWork, ocid: str = "cp-2025-0001") -> list[BidRow]:
    """The bids that stand, by arrival, whatever the stage."""
    from app.procurement.bids.queries import bids_to_open

    return bids_to_open(work.session, ocid)
