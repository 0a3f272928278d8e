"""Answers about scoring: a member's own sheet, and, only when all have signed, everybody's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.procurement.committees.models import MemberRow
from app.procurement.scorings.models import MarkRow, RankingRow, ScoreSheetRow
from kernel.refusal import NotPermitted


@dataclass(frozen=True)
class SheetState:
    """One member and how far their sheet is. Says nothing of what is on it."""

    member_id: int
    name: str
    capacity: str
    leader: bool
    signed: bool


def sheet_states(session: Session, ocid: str) -> tuple[SheetState, ...]:
    """Every sitting member with whether they signed, in the order in which they were seated."""
    statement = (
        select(MemberRow.id, MemberRow.name, MemberRow.capacity, MemberRow.leader, ScoreSheetRow.signed_at)
        .outerjoin(ScoreSheetRow, ScoreSheetRow.member_id == MemberRow.id)
        .where(MemberRow.ocid == ocid, MemberRow.left_at.is_(None))
        .order_by(MemberRow.id)
    )
    return tuple(SheetState(*row[:4], signed=row[4] is not None) for row in session.execute(statement))


def own_sheet(session: Session, member_id: int) -> ScoreSheetRow | None:
    """The sheet of one member, if it was begun."""
    return session.scalars(select(ScoreSheetRow).where(ScoreSheetRow.member_id == member_id)).one_or_none()


def own_marks(session: Session, sheet_id: int) -> dict[int, dict[str, MarkRow]]:
    """The marks of one sheet by bid and part."""
    found: dict[int, dict[str, MarkRow]] = {}
    for mark in session.scalars(select(MarkRow).where(MarkRow.sheet_id == sheet_id)):
        found.setdefault(mark.bid_id, {})[mark.part] = mark
    return found


def last_saved(session: Session, member_id: int, bid_id: int) -> datetime | None:
    """When the member's marks of one bid were saved last; None where there are none."""
    statement = (
        select(MarkRow.saved_at)
        .join(ScoreSheetRow, ScoreSheetRow.id == MarkRow.sheet_id)
        .where(ScoreSheetRow.member_id == member_id, MarkRow.bid_id == bid_id)
        .order_by(MarkRow.saved_at.desc())
        .limit(1)
    )
    return session.scalars(statement).one_or_none()


def all_signed(session: Session, ocid: str) -> bool:
    """Whether every sitting member has signed; False while there is no member."""
    due, signed = sheet_counts(session, ocid)
    return due > 0 and due == signed


def sheet_counts(session: Session, ocid: str) -> tuple[int, int]:
    """How many sheets are due, and how many are signed."""
    statement = (
        select(func.count(MemberRow.id), func.count(ScoreSheetRow.signed_at))
        .outerjoin(ScoreSheetRow, ScoreSheetRow.member_id == MemberRow.id)
        .where(MemberRow.ocid == ocid, MemberRow.left_at.is_(None))
    )
    due, signed = session.execute(statement).one()
    return due, signed


@dataclass(frozen=True)
class SignedMark:
    """One mark as it counts: ``value`` after correction, ``signed`` as it was signed."""

    id: int
    value: Any
    signed: Any
    correction: str
    reason: str


def signed_marks(session: Session, ocid: str) -> Mapping[int, Mapping[int, Mapping[str, SignedMark]]]:
    """Everybody's marks by member, bid and part. Raises NotPermitted until all have signed: nobody sees another's before."""
    if not all_signed(session, ocid):
        raise NotPermitted("全部成员签字前, 任何人不得查看他人的评分（财政部令第87号 第五十五条）")
    statement = (
        select(
            ScoreSheetRow.member_id, MarkRow.bid_id, MarkRow.part, MarkRow.id, MarkRow.value, MarkRow.corrected,
            MarkRow.correction, MarkRow.reason,
        )
        .join(ScoreSheetRow, ScoreSheetRow.id == MarkRow.sheet_id)
        .join(MemberRow, MemberRow.id == ScoreSheetRow.member_id)
        .where(ScoreSheetRow.ocid == ocid, MemberRow.left_at.is_(None))
        .order_by(ScoreSheetRow.member_id, MarkRow.id)
    )  # fmt: skip
    found: dict[int, dict[int, dict[str, SignedMark]]] = {}
    for member, bid, part, id, value, corrected, correction, reason in session.execute(statement):
        counts = corrected if correction else value
        found.setdefault(member, {}).setdefault(bid, {})[part] = SignedMark(id, counts, value, correction, reason)
    return found


def ranking_row(session: Session, ocid: str) -> RankingRow | None:
    """The ranking of a tender, once it was computed."""
    return session.get(RankingRow, ocid)


def settled(values: Sequence[Any], declared: Any) -> Any:
    """The value of an objective part that holds for all: what the members agree on, else what the bidder declared.

    Without a declaration it is what most members say, the first of them where they are even. Members who differ are
    flagged (财政部令第87号 第六十四条), and the report cannot be signed until it is mended.
    """
    if values and all(value == values[0] for value in values):
        return values[0]
    if declared is not None or not values:
        return declared
    return max(values, key=lambda value: sum(other == value for other in values))
