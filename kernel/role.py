"""Roles 身份: in which capacity somebody acts. One person may hold several; every act is done in exactly one."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """The capacities of the product. The value is what the log and the database hold."""

    FINANCE = "finance"  # 财政局: supervises
    BUYER = "buyer"  # 采购人: buys (民政局, 街道, 卫生健康局)
    SUPPLIER = "supplier"  # 社工机构: bids and serves
    EXPERT = "expert"  # 评审专家: scores bids
    EVALUATION_BODY = "evaluation_body"  # 第三方评估机构: plans and leads an evaluation
    EVALUATOR = "evaluator"  # 评估人员: evaluates, on the body's assignment
    OVERSEER = "overseer"  # 监督: reads everything that may be read, changes nothing
    SYSTEM_ADMIN = "system_admin"  # 系统管理员
    SECURITY_ADMIN = "security_admin"  # 安全保密管理员
    AUDIT_ADMIN = "audit_admin"  # 安全审计员
    CLOCK = "clock"  # 系统时钟: what time alone changes

    @property
    def zh(self) -> str:
        """The Chinese name, as pages and reports print it."""
        return _ZH[self]


_ZH = {
    Role.FINANCE: "财政部门",
    Role.BUYER: "采购人",
    Role.SUPPLIER: "社工机构",
    Role.EXPERT: "评审专家",
    Role.EVALUATION_BODY: "第三方评估机构",
    Role.EVALUATOR: "评估人员",
    Role.OVERSEER: "监督人员",
    Role.SYSTEM_ADMIN: "系统管理员",
    Role.SECURITY_ADMIN: "安全保密管理员",
    Role.AUDIT_ADMIN: "安全审计员",
    Role.CLOCK: "系统时钟",
}
