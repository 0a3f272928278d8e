"""The supplier file: its own organisation keeps it, others check credit, and standing is only ever added."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest

from app.procurement.suppliers import queries
from app.procurement.suppliers.file import supplier_of
from app.procurement.suppliers.services import (
    RecordCreditCheck,
    RecordStanding,
    UpdateSupplierFile,
    record_credit_check,
    record_standing,
    update_supplier_file,
)
from kernel.refusal import BadInput, Missing, NotPermitted, Stale, Unlawful
from kernel.role import Role
from procurement.supplier import Condition, CreditCheck, CreditList, Proof, SupplierKind, qualification_findings
from tests.builders.accounts import an_actor
from tests.builders.rooms import DRAFTED, DURING, a_supplier


@pytest.fixture
def agency(work):
    with work() as unit:
        actor, row = a_supplier(unit)
        unit.session.flush()
        return actor, row.id, row.version


def kept(session, supplier_id):
    session.rollback()
    row = queries.supplier(session, supplier_id)
    return supplier_of(row, queries.standings_of(session, supplier_id))


def a_check(*listed, on=date(2025, 3, 1)):
    return CreditCheck("信用中国", on, listed, "截图1")


def test_a_file_with_all_proofs_qualifies_and_says_so(session, agency):
    """政府采购法 第二十二条."""
    assert qualification_findings(kept(session, agency[1]), DURING.date()) == ()


def test_a_proof_that_is_missing_or_has_run_out_is_found(work, session, agency):
    actor, id, version = agency
    proofs = [Proof(c, "材料") for c in Condition if c not in (Condition.ABILITY, Condition.LIABILITY)]
    proofs.append(Proof(Condition.LIABILITY, "登记证书", True, date(2025, 1, 31)))
    with work() as unit:
        update_supplier_file(unit, UpdateSupplierFile(actor, id, version, SupplierKind.SERVICE_AGENCY, proofs=proofs), DURING)
    found = {finding.field for finding in qualification_findings(kept(session, id), DURING.date())}
    assert found == {"ability", "liability"}


def test_only_the_own_organisation_changes_its_file(work, agency):
    _, id, version = agency
    with work() as unit:
        other, buyer = an_actor(unit, Role.SUPPLIER), an_actor(unit, Role.BUYER)
    for actor in (other, buyer):
        with pytest.raises(NotPermitted), work() as unit:
            update_supplier_file(unit, UpdateSupplierFile(actor, id, version, SupplierKind.SERVICE_AGENCY), DURING)


def test_a_change_on_top_of_an_older_page_is_refused(work, agency):
    actor, id, version = agency
    with work() as unit:
        update_supplier_file(unit, UpdateSupplierFile(actor, id, version, SupplierKind.SERVICE_AGENCY), DURING)
    with pytest.raises(Stale), work() as unit:
        update_supplier_file(unit, UpdateSupplierFile(actor, id, version, SupplierKind.SERVICE_AGENCY), DURING)


def test_an_organisation_has_one_file(work, agency):
    with pytest.raises(BadInput, match="已有供应商档案"), work() as unit:
        a_supplier(unit, agency[0])


def test_a_social_organisation_cannot_declare_itself_a_small_enterprise(work):
    """财库〔2020〕46号 第二条."""
    with pytest.raises(Unlawful, match="财库〔2020〕46号 第二条"), work() as unit:
        a_supplier(unit, small_or_micro=True)


def test_a_file_says_no_birthday_in_the_future(work):
    with pytest.raises(BadInput, match="登记日期"), work() as unit:
        a_supplier(unit, registered_on=DRAFTED.date() + timedelta(days=1))


def test_credit_is_checked_by_others_and_survives_the_suppliers_own_changes(work, session, agency):
    """财库〔2016〕125号; nobody vouches for oneself."""
    actor, id, version = agency
    with work() as unit:
        buyer = an_actor(unit, Role.BUYER)
    with pytest.raises(NotPermitted), work() as unit:
        record_credit_check(unit, RecordCreditCheck(actor, id, a_check()), DURING)
    with work() as unit:
        record_credit_check(unit, RecordCreditCheck(buyer, id, a_check(CreditList.DEFAULTER)), DURING)
    with pytest.raises(Stale), work() as unit:
        update_supplier_file(unit, UpdateSupplierFile(actor, id, version, SupplierKind.SERVICE_AGENCY), DURING)
    session.rollback()
    version = queries.supplier(session, id).version
    with work() as unit:
        update_supplier_file(unit, UpdateSupplierFile(actor, id, version, SupplierKind.SERVICE_AGENCY), DURING)

    [check] = kept(session, id).credit
    assert check.listed == (CreditList.DEFAULTER,)
    assert "credit" in {finding.field for finding in qualification_findings(kept(session, id), DURING.date())}


@pytest.mark.parametrize(("days", "allowed"), [(-1, True), (0, True), (1, False)])
def test_nobody_looked_up_tomorrow(work, agency, days, allowed):
    with work() as unit:
        finance = an_actor(unit, Role.FINANCE)
    command = RecordCreditCheck(finance, agency[1], a_check(on=DURING.date() + timedelta(days=days)))
    if allowed:
        with work() as unit:
            record_credit_check(unit, command, DURING)
    else:
        with pytest.raises(BadInput), work() as unit:
            record_credit_check(unit, command, DURING)


def a_standing(actor, id, **but):
    made = {
        "tender_ocid": "cp-2025-0001", "contract_year": 1, "kind": "期末绩效评估", "score": Fraction(8641, 100),
        "shown": "86.41", "grade": "良好",
    }  # fmt: skip
    return RecordStanding(actor, id, **{**made, **but})


def test_standing_is_kept_exactly_and_read_by_the_next_round(work, session, agency):
    """民发〔2015〕88号: the result of an evaluation counts in later procurements."""
    with work() as unit:
        body = an_actor(unit, Role.EVALUATION_BODY)
    with work() as unit:
        record_standing(unit, a_standing(body, agency[1], score=Fraction(2, 3), shown="0.67"), DURING)
    [standing] = kept(session, agency[1]).standings
    assert (standing.score, standing.shown, standing.grade) == (Fraction(2, 3), "0.67", "良好")


def test_standing_of_one_year_and_kind_is_recorded_once(work, agency):
    with work() as unit:
        body = an_actor(unit, Role.EVALUATION_BODY)
    with work() as unit:
        record_standing(unit, a_standing(body, agency[1]), DURING)
    with pytest.raises(BadInput, match="不能更改"), work() as unit:
        record_standing(unit, a_standing(body, agency[1], grade="优秀"), DURING)
    with work() as unit:
        record_standing(unit, a_standing(body, agency[1], contract_year=2), DURING)


def test_a_supplier_does_not_write_its_own_standing(work, agency):
    with pytest.raises(NotPermitted), work() as unit:
        record_standing(unit, a_standing(agency[0], agency[1]), DURING)
    with work() as unit:
        body = an_actor(unit, Role.EVALUATION_BODY)
    with pytest.raises(Missing), work() as unit:
        record_standing(unit, a_standing(body, 99999), DURING)


def test_the_list_counts_standing_in_one_statement_and_pages_by_the_order_of_opening(work, session):
    with work() as unit:
        ids = []
        for _ in range(5):
            _, row = a_supplier(unit)
            unit.session.flush()
            ids.append(row.id)
        body = an_actor(unit, Role.EVALUATION_BODY)
    with work() as unit:
        record_standing(unit, a_standing(body, ids[1]), DURING)
        record_standing(unit, a_standing(body, ids[1], contract_year=2), DURING)
    first = queries.suppliers(session, limit=3)
    assert [(line.id, line.standings) for line in first] == [(ids[0], 0), (ids[1], 2), (ids[2], 0), (ids[3], 0)]
    assert [line.id for line in queries.suppliers(session, after=ids[2])] == ids[3:]
