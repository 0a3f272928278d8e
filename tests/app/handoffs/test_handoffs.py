"""The meeting point: a signed contract's year goes to evaluation; a final result comes back as money, renewal and record."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from app.accounts.models import OrganisationRow
from app.accounts.organisation import Kind as OrganisationKind
from app.evaluation.results import queries as result_queries
from app.evaluation.results import services as results
from app.evaluation.results.services import TakeStep
from app.evaluation.schemes import queries as schemes
from app.handoffs.to_evaluation import EntrustApplicant, EntrustYear, entrust_applicant, entrust_year
from app.handoffs.to_procurement import apply_result
from app.procurement.contracts import queries as contracts
from app.procurement.suppliers import queries as suppliers
from app.store import reading, unit_of_work
from evaluation.kind import Kind, Use
from evaluation.result import ResultStage
from evaluation.subject import SubjectKind
from kernel.refusal import Missing, StillSealed, WrongStage
from kernel.role import Role
from tests.builders.accounts import an_actor, an_organisation
from tests.builders.evaluation_story import SHEET, Story, at
from tests.builders.story import Story as Procurement
from tests.builders.story import a_published_tender, contracted, opened

ENTRUSTED = date(2026, 1, 5)
LAPSED, OVER = date(2026, 2, 3), date(2026, 2, 11)


def evaluated(procurement: Procurement) -> Story:
    """The people of an evaluation around a procurement that was told elsewhere."""
    with unit_of_work() as work:
        bureau = work.session.get(OrganisationRow, procurement.buyer.organisation_id)
        centre = an_organisation(work, OrganisationKind.EVALUATION_BODY)
        return Story(
            buyer=procurement.buyer, second_buyer=an_actor(work, Role.BUYER, bureau), agency=procurement.suppliers[0],
            body=an_actor(work, Role.EVALUATION_BODY, centre),
            evaluators=[an_actor(work, Role.EVALUATOR, centre) for _ in range(3)],
        )  # fmt: skip


def entrusted(procurement: Procurement, story: Story | None = None) -> Story:
    story = story or evaluated(procurement)
    with unit_of_work() as work:
        command = EntrustYear(story.buyer, procurement.contract_id, 1, story.body.organisation_id)
        story.subject_id = entrust_year(work, command, at(ENTRUSTED))
    with unit_of_work() as work:
        story.agency = _winner(work, procurement, story)
    return story


def _winner(work: object, procurement: Procurement, story: Story) -> object:
    supplier = schemes.subject_for(reading(), story.subject_id, story.buyer).supplier_id
    return next(actor for actor in procurement.suppliers if actor.organisation_id == supplier)


def final(procurement: Procurement, points: str = "26", story: Story | None = None, **but: object) -> Story:
    """The year's result, final: 60 + ``points``."""
    story = entrusted(procurement, story).with_rubric().drafted(**but).approved().told().assigned().declared().begun()
    for n in range(3):
        story.marked(n, {**SHEET, "X1": {"X1": points}}).signed(n)
    story.computed().step(results.lapse, story.body, LAPSED).step(results.publish, story.body, LAPSED)
    return story.step(results.finalise, story.buyer, OVER)


def applied(story: Story) -> object:
    with unit_of_work() as work:
        return apply_result(work, TakeStep(story.buyer, story.result_id), at(date(2026, 2, 12)))


def test_a_year_of_the_signed_contract_arrives_with_its_own_clauses_and_bands(work) -> None:
    story = entrusted(contracted(work))

    subject = schemes.subject_for(reading(), story.subject_id, story.body).facts()

    assert subject.kind is SubjectKind.PROJECT_YEAR
    assert (subject.contract.year, subject.contract.years) == (1, 3)
    assert subject.contract.payment.base == 90
    assert (subject.contract.renewal.renews, subject.contract.renewal.stops) == ({"优秀"}, {"不合格"})
    assert [band.grade for band in subject.contract.bands] == ["优秀", "良好", "合格", "不合格"]


def test_a_year_is_entrusted_by_its_buyer_only(work) -> None:
    procurement = contracted(work)
    story = evaluated(procurement)
    with unit_of_work() as unit:
        stranger = an_actor(unit, Role.BUYER)

    with pytest.raises(Missing), unit_of_work() as unit:
        entrust_year(unit, EntrustYear(stranger, procurement.contract_id, 1, story.body.organisation_id), at(ENTRUSTED))


def test_an_applicant_is_entrusted_once_it_has_applied_and_the_bids_are_open(work) -> None:
    procurement = opened(work)
    story = evaluated(procurement)
    mine = suppliers.own_file(reading(), procurement.suppliers[0].organisation_id).id

    with unit_of_work() as unit:
        command = EntrustApplicant(story.buyer, procurement.ocid, mine, story.body.organisation_id)
        story.subject_id = entrust_applicant(unit, command, at(date(2025, 3, 4), 11))

    subject = schemes.subject_for(reading(), story.subject_id, story.body).facts()
    assert (subject.kind, subject.contract) == (SubjectKind.AGENCY, None)


def test_before_the_opening_nobody_is_told_who_applies(work) -> None:
    """Who asks for an appraisal of a bidder would reveal the bidder (财政部令第87号 第二十八条)."""
    procurement = a_published_tender(work)
    story = evaluated_without_bidders(procurement)

    with pytest.raises(StillSealed), unit_of_work() as unit:
        entrust_applicant(unit, EntrustApplicant(story.buyer, procurement.ocid, 1, story.body.organisation_id), at(date(2025, 2, 20)))


def evaluated_without_bidders(procurement: Procurement) -> Story:
    procurement.suppliers = procurement.suppliers or [procurement.buyer]
    return evaluated(procurement)


def test_a_final_result_becomes_a_deduction_a_renewal_verdict_and_a_standing_record(work) -> None:
    """86.00 under (90 − score) ÷ 90: 4.44 % of the year's amount; 良好 leaves renewal to the buyer."""
    procurement = contracted(work)
    story = final(procurement)

    consequence = applied(story)

    reading().rollback()
    year = contracts.year_facts(reading(), procurement.contract_id, 1)
    [row] = contracts.years_of(reading(), procurement.contract_id)
    assert (year.score, year.grade, row.renewal) == (Fraction(86), "良好", "buyer_decides")
    payments = contracts.payments_of(reading(), [row.id])[row.id]
    assert payments[-1].deducted == consequence.payment.deduction_fen
    [standing] = suppliers.standings_of(reading(), suppliers.own_file(reading(), story.agency.organisation_id).id)
    assert (standing.kind, standing.contract_year, standing.shown, standing.grade) == ("期末绩效评估", 1, "86.00", "良好")


def test_both_wings_deduct_the_same_fen(work) -> None:
    """Evaluation foresees what procurement settles: one clause, one published score, one rounding."""
    procurement = contracted(work)
    story = final(procurement, "26.37")

    foreseen = applied(story).payment.deduction_fen

    [row] = contracts.years_of(reading(), procurement.contract_id)
    assert contracts.payments_of(reading(), [row.id])[row.id][-1].deducted == foreseen > 0


def test_an_excellent_year_is_paid_in_full_and_may_be_renewed(work) -> None:
    procurement = contracted(work)
    story = final(procurement, "30")

    consequence = applied(story)

    [row] = contracts.years_of(reading(), procurement.contract_id)
    assert (consequence.payment.deduction_fen, row.renewal) == (0, "renew")


def test_a_mid_term_that_counts_for_the_record_only_touches_no_money(work) -> None:
    procurement = contracted(work)
    story = final(procurement, kind=Kind.MIDTERM, uses=frozenset({Use.STANDING}))

    applied(story)

    [row] = contracts.years_of(reading(), procurement.contract_id)
    assert row.score is None
    assert len(suppliers.standings_of(reading(), suppliers.own_file(reading(), story.agency.organisation_id).id)) == 1


def test_a_result_is_applied_once(work) -> None:
    story = final(contracted(work))
    applied(story)

    with pytest.raises(WrongStage):
        applied(story)


def test_what_procurement_refuses_is_not_applied_in_evaluation_either(work) -> None:
    """One act: a year whose result was applied before refuses, and the second result stays as it was."""
    procurement = contracted(work)
    story = final(procurement)
    applied(story)
    again = Story(story.buyer, story.second_buyer, story.agency, story.body, story.evaluators, subject_id=story.subject_id)
    again.rubric_id = story.rubric_id
    begins = date(2026, 3, 2)
    again.drafted(on=OVER, kind=Kind.SPOT_CHECK, work_begins=begins, sheets_due=date(2026, 3, 6))
    again.approved(OVER).told(OVER).assigned(on=OVER).declared(OVER).begun(begins)
    for n in range(3):
        again.marked(n, on=begins).signed(n, on=begins)
    again.computed(on=date(2026, 3, 6)).step(results.lapse, again.body, date(2026, 3, 16))
    again.step(results.publish, again.body, date(2026, 3, 16)).step(results.finalise, again.buyer, date(2026, 3, 25))

    with pytest.raises(WrongStage), unit_of_work() as unit:
        apply_result(unit, TakeStep(again.buyer, again.result_id), at(date(2026, 3, 26)))

    reading().rollback()
    assert result_queries.result_of_scheme(reading(), again.scheme_id).stage is ResultStage.FINAL


def test_the_buyer_entrusts_a_year_and_applies_its_result_through_the_pages(work, client, clock_at, sign_in_as) -> None:
    procurement = contracted(work)
    story = evaluated(procurement)
    clock_at(at(ENTRUSTED))
    sign_in_as(client, procurement.buyer)
    address = f"/contracts/{procurement.contract_id}/years/1/entrust"
    assert story.body.organisation_name in client.get(address).text
    assert client.post(address, data={"body": ""}).status_code == 422
    assert client.post(address, data={"body": str(story.body.organisation_id)}).status_code == 303
    assert client.get(f"/contracts/{procurement.contract_id}/years/2/entrust").status_code == 404

    told = final(procurement, story=story)
    clock_at(at(date(2026, 2, 12)))
    sign_in_as(client, procurement.buyer)
    answer = client.post(f"/results/{told.result_id}/apply")

    page = client.get(answer.location).text
    assert "结果已应用" in page
    assert client.post(f"/results/{told.result_id}/apply").status_code == 409


def test_the_buyer_entrusts_an_applicant_through_the_page(work, client, clock_at, sign_in_as) -> None:
    procurement = opened(work)
    story = evaluated(procurement)
    mine = suppliers.own_file(reading(), procurement.suppliers[0].organisation_id).id
    clock_at(at(date(2025, 3, 4), 11))
    sign_in_as(client, procurement.buyer)

    answer = client.post(
        f"/tenders/{procurement.ocid}/applicants/{mine}/entrust", data={"body": str(story.body.organisation_id)}
    )

    assert answer.status_code == 303
    sign_in_as(client, story.body)
    assert "立项" in client.get("/evaluations").text

