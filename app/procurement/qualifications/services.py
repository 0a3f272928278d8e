"""Acts of the reviews: conclude on bids, and sign. 资格审查 is the buyer's; the committee's room borrows the same acts
for 符合性审查 after it has checked who acts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from app.accounts import Actor
from app.procurement.qualifications import queries
from app.procurement.qualifications.models import ReviewItemRow, ReviewRow
from app.procurement.qualifications.queries import Reviewed, reviewed
from app.procurement.tenders.models import TenderRow
from app.procurement.tenders.services import FailTender, fail_tender
from app.store import UnitOfWork
from kernel.period import aware
from kernel.refusal import BadInput, WrongStage
from kernel.role import Role
from procurement.qualification import Decision, Review, decision_findings
from procurement.stage import Progress, Stage
from procurement.tender import TENDER


@dataclass(frozen=True)
class Conclusion:
    """One conclusion as the page sends it. A failed item needs its reason."""

    bid_id: int
    item: str
    passed: bool
    reason: str = ""


@dataclass(frozen=True)
class Conclude:
    """作出审查结论 for any number of bids and items at once; what was concluded before is replaced until signing."""

    actor: Actor
    ocid: str
    conclusions: Sequence[Conclusion]


@dataclass(frozen=True)
class SignReview:
    """审查签字: the review is closed; bids that failed are out."""

    actor: Actor
    ocid: str


@dataclass(frozen=True)
class FailForTooFewQualified:
    """废标 because fewer than three bids are qualified (财政部令第87号 第四十三条)."""

    actor: Actor
    ocid: str
    branch: str
    reason: str


def conclude(work: UnitOfWork, command: Conclude, now: datetime) -> None:
    """Keep the buyer's conclusions of 资格审查. Raises BadInput listing everything wrong, WrongStage, NotPermitted."""
    row = _buyers_review(work, command.ocid, command.actor)
    keep_conclusions(work, row, Review.QUALIFICATION, command.conclusions, command.actor, now)


def sign_review(work: UnitOfWork, command: SignReview, now: datetime) -> None:
    """Sign 资格审查 in which every bid has its conclusions; the tender moves on to QUALIFIED.

    With fewer than three qualified bids it is refused, and failing the tender is the lawful way (财政部令第87号
    第四十三条). Raises BadInput listing every gap, Unlawful, WrongStage, NotPermitted.
    """
    row = _buyers_review(work, command.ocid, command.actor)
    found = reviewed(work.session, row, Review.QUALIFICATION)
    progress = Progress(at=now, bids=found.bids, reviewed=found.bids, qualified=len(found.passed))
    proposed = replace(row.facts(), progress=progress)
    law = work.law(on=aware(now).date(), jurisdiction=row.jurisdiction)
    taken = TENDER.take(proposed, "qualify", by=command.actor.role, law=law)
    row.adopt(proposed, stage=taken.target)
    close_review(work, row, Review.QUALIFICATION, found, command.actor, now)


def fail_for_too_few_qualified(work: UnitOfWork, command: FailForTooFewQualified, now: datetime) -> None:
    """废标 when fewer than three bids are qualified. Raises Unlawful when there are enough, BadInput without branch or reason."""
    row = _buyers_review(work, command.ocid, command.actor)
    qualified = len(reviewed(work.session, row, Review.QUALIFICATION).passed)
    fail_tender(work, FailTender(command.actor, row.ocid, command.branch, command.reason, Progress(qualified=qualified)), now)


def keep_conclusions(
    work: UnitOfWork, row: TenderRow, review: Review, conclusions: Sequence[Conclusion], actor: Actor, now: datetime
) -> None:
    """Keep conclusions on a locked tender whose review is not signed yet. The caller has checked who acts."""
    refuse_if_signed(work, row, review)
    bids = tuple(str(bid.row.id) for bid in queries.opened_bids(work.session, row))
    proposed = [Decision(str(c.bid_id), review, c.item, c.passed, c.reason.strip()) for c in conclusions]
    if problems := decision_findings(row.facts(), bids, proposed):
        raise BadInput(problems, f"{review.zh}结论未能保存")
    kept = {(c.bid_id, c.item): c for c in queries.conclusions(work.session, row.ocid, [review])}
    for decision in proposed:
        bid_id = int(decision.bid)
        conclusion = kept.get((bid_id, decision.item)) or ReviewItemRow(bid_id=bid_id, review=review, item=decision.item)
        conclusion.passed, conclusion.reason = decision.passed, decision.reason
        conclusion.decided_by, conclusion.decided_at = actor.person_id, now
        work.session.add(conclusion)
    facts = {"review": review, "bids": sorted({d.bid for d in proposed}), "failed": sorted({d.bid for d in proposed if not d.passed})}
    work.record("review.conclude", row, by=actor, at=now, cites=review.cites, facts=facts)


def close_review(work: UnitOfWork, row: TenderRow, review: Review, found: Reviewed, actor: Actor, now: datetime) -> None:
    """Write down that a review was signed, with its outcome in the log."""
    work.session.add(ReviewRow(ocid=row.ocid, review=review, signed_by=actor.person_id, signed_at=now))
    facts = {"review": review, "passed": list(found.passed), "failed": found.failed}
    work.record("review.sign", row, by=actor, at=now, cites=review.cites, facts=facts)


def refuse_if_signed(work: UnitOfWork, row: TenderRow, review: Review) -> None:
    """Raises WrongStage when the review was signed: nobody changes it afterwards."""
    if review in queries.signed_reviews(work.session, row.ocid):
        raise WrongStage(f"{review.zh}已经签字, 不能再改")


def stage_is(row: TenderRow, *stages: Stage) -> None:
    """Raises WrongStage unless the tender stands in one of ``stages``."""
    if row.stage not in stages:
        raise WrongStage(f"现处“{row.stage.zh}”环节, 不能办理此事项; 应处“{'、'.join(s.zh for s in stages)}”环节")


def _buyers_review(work: UnitOfWork, ocid: str, actor: Actor) -> TenderRow:
    actor.must_be(Role.BUYER)
    row = work.lock(TenderRow, ocid)
    actor.must_act_for(row.buyer_id)
    stage_is(row, Stage.OPENED)
    return row
