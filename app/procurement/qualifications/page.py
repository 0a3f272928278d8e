"""The page of a review 审查: bids beside items, for both reviews. Views choose which review, and who may write."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from app.accounts import Actor
from app.procurement.bids.attachments import Attachment, attachments_of, by_place
from app.procurement.qualifications import queries
from app.procurement.qualifications.forms import FAILED, Line, lines_of, typed_lines
from app.procurement.qualifications.models import ReviewRow
from app.procurement.tenders.models import TenderRow
from kernel.refusal import Refusal
from kernel.role import Role
from procurement.qualification import Review, items_of, outcome


@dataclass(frozen=True)
class BidReview:
    """One bid on the page of a review."""

    bid_id: int
    supplier: str
    price: int | None
    lines: list[Line]
    attachments: list[tuple[str, list[Attachment]]]

    @property
    def failed(self) -> bool:
        return any(line.choice == FAILED for line in self.lines)

    @property
    def complete(self) -> bool:
        return self.failed or all(line.choice for line in self.lines)


@dataclass(frozen=True)
class ReviewPage:
    """What the page shows: every bid that came into the review, and the signature once there is one."""

    review: Review
    bids: list[BidReview]
    signed: ReviewRow | None

    @property
    def complete(self) -> bool:
        return bool(self.bids) and all(bid.complete for bid in self.bids)


def review_page(
    session: Session, row: TenderRow, review: Review, sent: tuple[int, MultiDict[str, str], Refusal] | None = None
) -> ReviewPage:
    """The page; ``sent`` puts one bid's refused form back as it was typed."""
    facts = row.facts()
    items = items_of(facts, review)
    rows = queries.conclusions(session, row.ocid, list(Review))
    opened = queries.opened_bids(session, row)
    if review is Review.CONFORMITY:
        ids = [str(bid.row.id) for bid in opened]
        still_in = set(outcome(facts, Review.QUALIFICATION, ids, queries.decisions(rows)).passed)
        opened = tuple(bid for bid in opened if str(bid.row.id) in still_in)
    kept: dict[int, dict[str, object]] = {}
    for conclusion in rows:
        if conclusion.review == review:
            kept.setdefault(conclusion.bid_id, {})[conclusion.item] = conclusion
    bids = []
    for bid in opened:
        lines = lines_of(items, kept.get(bid.row.id, {}))  # type: ignore[arg-type]
        if sent is not None and sent[0] == bid.row.id:
            errors = {finding.field.rsplit("/", 1)[-1]: finding.zh for finding in sent[2].findings}
            lines = typed_lines(items, sent[1], errors)
        files = by_place(attachments_of(bid.row.id, bid.row.documents), facts.rubric)
        bids.append(BidReview(bid.row.id, bid.supplier_name, bid.row.price, lines, files))
    return ReviewPage(review, bids, queries.signed_reviews(session, row.ocid).get(review))


def must_follow(row: TenderRow, actor: Actor) -> None:
    """Refuse (NotPermitted) another buyer: the procedure is open to its own buyer and to those who supervise or score."""
    if actor.role is Role.BUYER:
        actor.must_act_for(row.buyer_id)
