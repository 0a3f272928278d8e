"""Stages 环节 of a tender, and how far it has come: what later modules found, as counts that the table can judge."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kernel.refusal import Finding


class Stage(StrEnum):
    """Where a tender stands. The value is what the database and the log hold."""

    DRAFT = "draft"
    TENDERING = "tendering"
    CLOSED = "closed"
    OPENED = "opened"
    QUALIFIED = "qualified"
    COMMITTEE = "committee"
    SCORED = "scored"
    RANKED = "ranked"
    AWARDED = "awarded"
    CONTRACTED = "contracted"
    UNSUCCESSFUL = "unsuccessful"
    TERMINATED = "terminated"

    @property
    def zh(self) -> str:
        return _ZH[self]

    @property
    def is_final(self) -> bool:
        """Whether nothing leads out of it."""
        return self in (Stage.CONTRACTED, Stage.UNSUCCESSFUL, Stage.TERMINATED)

    @property
    def opened(self) -> bool:
        """Whether bids have been opened, so that names and prices are no secret any more."""
        return self in (
            Stage.OPENED, Stage.QUALIFIED, Stage.COMMITTEE, Stage.SCORED, Stage.RANKED, Stage.AWARDED, Stage.CONTRACTED,
        )  # fmt: skip


_ZH = {
    Stage.DRAFT: "采购文件编制",
    Stage.TENDERING: "招标公告",
    Stage.CLOSED: "投标截止",
    Stage.OPENED: "已开标",
    Stage.QUALIFIED: "资格审查完成",
    Stage.COMMITTEE: "评标委员会评审",
    Stage.SCORED: "评分完成",
    Stage.RANKED: "推荐中标候选人",
    Stage.AWARDED: "中标结果公告",
    Stage.CONTRACTED: "已签订合同",
    Stage.UNSUCCESSFUL: "废标",
    Stage.TERMINATED: "终止",
}


@dataclass(frozen=True)
class Progress:
    """How far a tender has come, as its table asks. None = not counted yet. A service fills in what it knows.

    bids          bids standing at the deadline (not withdrawn)
    qualified     bids that passed the qualification review 资格审查
    valid         bids that passed conformity 符合性审查 and price review too
    reviewed      bids whose qualification was decided
    sheets_due, sheets_signed   experts' score sheets
    at            the moment of the act
    reason        why: of a termination, of a failure, of going to the next candidate
    outstanding   what the module of this step found (committee.composition, scoring flags that block signing, ...)
    """

    bids: int | None = None
    qualified: int | None = None
    valid: int | None = None
    reviewed: int | None = None
    sheets_due: int | None = None
    sheets_signed: int | None = None
    at: datetime | None = None
    reason: str = ""
    outstanding: tuple[Finding, ...] = ()
