"""Kinds of organisation 单位类别, and in which roles their people may act."""

from __future__ import annotations

from enum import StrEnum

from kernel.role import Role


class Kind(StrEnum):
    """What an organisation is to the procurement."""

    FINANCE = "finance"
    BUYER = "buyer"
    SUPPLIER = "supplier"
    EXPERT_POOL = "expert_pool"
    EVALUATION_BODY = "evaluation_body"
    OVERSIGHT = "oversight"
    OPERATOR = "operator"

    @property
    def zh(self) -> str:
        """The Chinese name, as pages print it."""
        return _ZH[self]

    @property
    def roles(self) -> frozenset[Role]:
        """The roles in which people of such an organisation may be appointed."""
        return _ROLES[self]


_ZH = {
    Kind.FINANCE: "财政部门",
    Kind.BUYER: "采购人（购买主体）",
    Kind.SUPPLIER: "社工机构（承接主体）",
    Kind.EXPERT_POOL: "评审专家库",
    Kind.EVALUATION_BODY: "第三方评估机构",
    Kind.OVERSIGHT: "监督机关",
    Kind.OPERATOR: "平台运行单位",
}

_ROLES = {
    Kind.FINANCE: frozenset({Role.FINANCE, Role.OVERSEER}),
    Kind.BUYER: frozenset({Role.BUYER}),
    Kind.SUPPLIER: frozenset({Role.SUPPLIER}),
    Kind.EXPERT_POOL: frozenset({Role.EXPERT}),
    Kind.EVALUATION_BODY: frozenset({Role.EVALUATION_BODY, Role.EVALUATOR}),
    Kind.OVERSIGHT: frozenset({Role.OVERSEER}),
    Kind.OPERATOR: frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN}),
}

THREE_ADMINISTRATORS = (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN)
"""三员分立: nobody may be two of them."""
