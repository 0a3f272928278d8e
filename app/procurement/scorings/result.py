"""The page of the ranking 评审结果: every number with its working, the flags with what to do, and who signs."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.procurement.committees.models import MemberRow
from app.procurement.scorings import queries
from app.procurement.scorings.models import MarkRow, RankingRow, ScoreSheetRow
from app.procurement.scorings.working import correctable, member_number, ranking_of
from app.procurement.tenders.models import TenderRow
from app.web.controls import Control, control
from kernel.points import exact_text, half_up, shortest_text
from procurement.documents import Tender
from procurement.scoring import Flag, FlagKind, LeafResult, Ranking
from reports.chart import Raters, Scores
from reports.compose.ranking_charts import bidders_by_factor, factors_of, members_by_factor
from rubric.criterion import Criterion


@dataclass(frozen=True)
class LeafLine:
    """One leaf of one bid: each member's points (one where all parts are objective) and their mean."""

    leaf: Criterion
    points: tuple[str, ...]
    mean: Fraction
    shared: bool


@dataclass(frozen=True)
class BidLine:
    """One bid of the ranking with its working as texts."""

    bid: str
    supplier: str
    rank: int
    tied: bool
    price: Fraction
    adjusted_price: Fraction
    price_points: Fraction
    price_working: str
    leaves: tuple[LeafLine, ...]
    total: Fraction
    shown: Decimal
    factors: Scores
    members: Raters

    @property
    def exact(self) -> str:
        return exact_text(self.total)

    @property
    def anchor(self) -> str:
        return f"bid-{self.bid}"


@dataclass(frozen=True)
class FlagLine:
    """One flag in words: what was found, what it means, what to do; the control for who may correct it here and now."""

    kind: FlagKind
    bid: str
    supplier: str
    text: str
    cure: str
    blocks: bool
    part: str = ""
    judged: bool | None = None
    control: Control | None = None

    @property
    def cites(self) -> str:
        return "财政部令第87号 第六十条" if self.kind is FlagKind.LOW_PRICE else "财政部令第87号 第六十四条"


@dataclass(frozen=True)
class Correction:
    """One correction as it was made; both values stay on file."""

    member: str
    supplier: str
    part: str
    signed: object
    corrected: object
    reason: str


@dataclass(frozen=True)
class RankingPage:
    """Everything the page shows."""

    kept: RankingRow
    tender: Tender
    ranking: Ranking
    members: tuple[str, ...]
    lines: tuple[BidLine, ...]
    invalid: tuple[tuple[str, str], ...]
    flags: tuple[FlagLine, ...]
    corrections: tuple[Correction, ...]
    leaves: tuple[Criterion, ...]
    side_by_side: Raters

    @property
    def signable(self) -> bool:
        """Whether nothing stands between the committee and its signature."""
        return not self.ranking.failed and not any(flag.blocks for flag in self.flags)


def ranking_page(session: Session, row: TenderRow, kept: RankingRow, seat: MemberRow | None, *, open_to_correction: bool) -> RankingPage:
    """The page for a reader who sits on ``seat`` (None: does not sit). Two statements, whatever the number of bids."""
    tender = row.facts()
    ranking = ranking_of(tender, kept)
    names = {bidder["id"]: bidder["name"] for bidder in kept.input["bidders"]}
    own = member_number(kept, seat.id) if seat is not None else None
    may = correctable(ranking, own) if own is not None and open_to_correction else frozenset()
    marks = _own_marks(session, seat) if may and seat is not None else {}
    judged = set(kept.input.get("judged", ()))
    members = tuple(member["name"] for member in kept.input["members"])
    return RankingPage(
        kept, tender, ranking, members, _lines(tender, ranking, names, members),
        tuple((names[bid], reason) for bid, reason in ranking.invalid.items()),
        _flags(tender, ranking, names, judged, may, marks, own), _corrections(session, row.ocid, names),
        tuple(tender.rubric.leaves()) if tender.rubric is not None else (), bidders_by_factor(tender, ranking, names),
    )  # fmt: skip


def _lines(tender: Tender, ranking: Ranking, names: dict[str, str], members: tuple[str, ...]) -> tuple[BidLine, ...]:
    assert tender.rubric is not None  # it was ranked by it
    leaves = {leaf.id: leaf for leaf in tender.rubric.leaves()}
    weight = shortest_text(tender.price.weight or Fraction(0))
    base = shortest_text(ranking.base_price or Fraction(0))
    return tuple(
        BidLine(
            each.bidder, names[each.bidder], each.rank, each.rank in ranking.tied_ranks, each.price, each.adjusted_price,
            each.price_points,
            f"{base} ÷ {shortest_text(each.adjusted_price)} × {weight} = {_exactly(each.price_points)}",
            tuple(_leaf_line(leaves[found.leaf], found) for found in each.leaves), each.total, each.shown,
            factors_of(tender, each), members_by_factor(tender, each, members),
        )
        for each in ranking.bids
    )  # fmt: skip


def _leaf_line(leaf: Criterion, found: LeafResult) -> LeafLine:
    return LeafLine(leaf, tuple(shortest_text(points) for points in found.points), found.mean, found.objective)


def _exactly(points: Fraction) -> str:
    """Points with six places, and exactly where they have more."""
    text = shortest_text(points)
    return text if "/" not in text else f"{half_up(points, 6)}…（{text}）"


def _flags(
    tender: Tender, ranking: Ranking, names: dict[str, str], judged: set[str], may: frozenset[tuple[str, str]],
    marks: dict[tuple[str, str], MarkRow], own: int | None,
) -> tuple[FlagLine, ...]:  # fmt: skip
    """The flags as they stand, and after them what only the reader may correct because others differ from it."""
    made = []
    shown: set[tuple[str, str]] = set()
    for flag in ranking.flags:
        place = (flag.bidder, flag.part)
        mine = place in may and place not in shown and flag.expert == own
        if mine:
            shown.add(place)
        made.append(_flag(tender, flag, names, judged, marks.get(place) if mine else None))
    for bid, part in sorted(may - shown):
        text = f"{names[bid]} {part}: 各成员评分不一致, 您的评分为 {marks[bid, part].value}" if (bid, part) in marks else ""
        if text:
            made.append(
                FlagLine(
                    FlagKind.INCONSISTENT, bid, names[bid], text, "如您的评分有误, 请更正; 无误的, 由其他成员更正", False, part,
                    control=_correction_control(tender, part, marks[bid, part]),
                )
            )  # fmt: skip
    return tuple(made)


def _flag(tender: Tender, flag: Flag, names: dict[str, str], judged: set[str], mark: MarkRow | None) -> FlagLine:
    name = names[flag.bidder]
    if flag.kind is FlagKind.LOW_PRICE:
        tests = "、".join(trigger.zh for trigger in flag.triggers)
        decided = flag.bidder in judged
        cure = "评标委员会已作出认定" if decided else "请该投标人在合理时间内提交书面说明, 由评标委员会认定"
        word = flag.accepted if decided else None
        return FlagLine(flag.kind, flag.bidder, name, f"{name}: 报价{tests}", cure, not decided, judged=word)
    where = f"{name} 第{flag.expert}位成员 {flag.part}"
    text = {
        FlagKind.INCONSISTENT: f"{where}: 客观分与认定值不一致, 该成员 {_points(flag.entered)} 分, 认定 {_points(flag.others)} 分",
        FlagKind.OUT_OF_RANGE: f"{where}: {_points(flag.entered)} 分超出评分标准",
        FlagKind.OUTLIER: f"{where}: {_points(flag.value)} 分, 与其他成员差距较大（畸高、畸低, 由评标委员会认定）",
    }[flag.kind]
    cure = "签署报告前必须由该成员更正" if flag.kind.blocks else "认定合理的可以不改, 由评标委员会在报告中说明"
    drawn = _correction_control(tender, flag.part, mark) if mark is not None else None
    return FlagLine(flag.kind, flag.bidder, name, text, cure, flag.kind.blocks, flag.part, control=drawn)


def _correction_control(tender: Tender, part: str, mark: MarkRow) -> Control:
    assert tender.rubric is not None
    counts = mark.corrected if mark.correction else mark.value
    return control(tender.rubric.part(part), counts, prefix=f"{mark.bid_id}.")


def _points(value: Fraction | None) -> str:
    return "—" if value is None else shortest_text(value)


def _own_marks(session: Session, seat: MemberRow) -> dict[tuple[str, str], MarkRow]:
    sheet = queries.own_sheet(session, seat.id)
    kept = queries.own_marks(session, sheet.id) if sheet is not None else {}
    return {(str(bid), part): mark for bid, marks in kept.items() for part, mark in marks.items()}


def _corrections(session: Session, ocid: str, names: dict[str, str]) -> tuple[Correction, ...]:
    statement = (
        select(MemberRow.name, MarkRow.bid_id, MarkRow.part, MarkRow.value, MarkRow.corrected, MarkRow.correction)
        .join(ScoreSheetRow, ScoreSheetRow.id == MarkRow.sheet_id)
        .join(MemberRow, MemberRow.id == ScoreSheetRow.member_id)
        .where(ScoreSheetRow.ocid == ocid, MarkRow.correction != "")
        .order_by(MarkRow.id)
    )
    return tuple(
        Correction(member, names.get(str(bid), ""), part, signed, corrected, reason)
        for member, bid, part, signed, corrected, reason in session.execute(statement)
    )
