"""Telling people: in the transaction of the act, each once, in the capacity that concerns them, the statutory at once."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError

from app.accounts import Actor
from app.accounts.delegation import Delegate, delegate
from app.accounts.models import OrganisationRow
from app.extensions import db
from app.messages import services
from app.messages.kinds import Channel, Delivery, Kind, Timing
from app.messages.models import EnclosureRow, EnvelopeRow, MessageRow
from app.messages.queries import inbox
from app.messages.services import Contact, Notice, Office, next_digest, notify, set_contact
from kernel.period import SHANGHAI
from kernel.refusal import Missing
from kernel.role import Role
from tests.builders.accounts import an_actor

NOW = datetime(2025, 3, 10, 9, 0, tzinfo=SHANGHAI)


def a_notice(actor: Actor, **but) -> Notice:
    facts = {
        "kind": Kind.PAYMENT, "key": "payment.pay:1", "subject": "款项已支付", "facts": [("金额", "¥1.00")], "url": "/contracts/1",
        "offices": [Office(actor.organisation_id, actor.role)],
    } | but  # fmt: skip
    return Notice(**facts)


@pytest.fixture
def supplier(work) -> Actor:
    with work() as unit:
        return an_actor(unit, Role.SUPPLIER)


def test_everybody_who_holds_the_office_is_told_and_nobody_else(work, session, supplier):
    with work() as unit:
        house = unit.session.get(OrganisationRow, supplier.organisation_id)
        colleague = an_actor(unit, Role.SUPPLIER, house)
        stranger = an_actor(unit, Role.SUPPLIER)
    with work() as unit:
        assert notify(unit.session, a_notice(supplier), NOW) == 2

    for actor, told in ((supplier, 1), (colleague, 1), (stranger, 0)):
        assert len(inbox(session, actor)) == told


def test_who_acts_by_delegation_is_told_too_until_it_ends(work, session):
    with work() as unit:
        head = an_actor(unit, Role.EVALUATION_BODY)
        house = unit.session.get(OrganisationRow, head.organisation_id)
        evaluator = an_actor(unit, Role.EVALUATOR, house)
    with work() as unit:
        delegate(unit, Delegate(head, evaluator.person_id, date(2025, 3, 12)), NOW)
    deputy = Actor(evaluator.person_id, head.organisation_id, Role.EVALUATION_BODY)
    for key, day in (("first", 11), ("last", 12), ("after", 13)):
        with work() as unit:
            notify(unit.session, a_notice(head, key=key), NOW.replace(day=day))

    told = [message.key for message in inbox(session, deputy)]
    assert [key for key in told if not key.startswith("delegation")] == ["last", "first"]
    assert len(inbox(session, head)) == 3


def test_the_same_thing_is_told_once_however_often_it_is_written(work, session, supplier):
    for _ in range(3):
        with work() as unit:
            notify(unit.session, a_notice(supplier), NOW)

    assert len(inbox(session, supplier)) == 1


def test_an_act_that_fails_has_told_nobody(work, session, supplier):
    def act_that_breaks() -> None:
        with work() as unit:
            notify(unit.session, a_notice(supplier), NOW)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        act_that_breaks()

    assert inbox(session, supplier) == []


def test_what_was_told_in_one_capacity_is_not_read_in_another(work, session, supplier):
    with work() as unit:
        notify(unit.session, [a_notice(supplier), a_notice(supplier, key="own", offices=[], people=[supplier.person_id])], NOW)
    elsewhere = Actor(supplier.person_id, supplier.organisation_id, Role.EVALUATOR)

    assert [m.key for m in inbox(session, supplier)] == ["own", "payment.pay:1"]
    assert [m.key for m in inbox(session, elsewhere)] == ["own"]
    with pytest.raises(Missing), work() as unit:
        services.mark_read(unit, elsewhere, inbox(session, supplier)[1].handle, NOW)


@pytest.mark.parametrize(
    ("timing", "statutory", "due"),
    [
        (Timing.AT_ONCE, False, NOW),
        (Timing.DAILY, False, datetime(2025, 3, 11, 8, 0, tzinfo=SHANGHAI)),
        (Timing.NEVER, False, None),
        (Timing.AT_ONCE, True, NOW),
        (Timing.DAILY, True, NOW),
        (Timing.NEVER, True, NOW),
    ],
)
def test_the_law_is_told_at_once_and_the_rest_as_one_likes(work, session, supplier, timing, statutory, due):
    with work() as unit:
        set_contact(unit, supplier, Contact("a@example.cn", timing), NOW)
    with work() as unit:
        notify(unit.session, a_notice(supplier, statutory=statutory), NOW)

    assert [row.due_at for row in session.scalars(select(EnvelopeRow))] == ([due] if due else [])
    assert len(inbox(session, supplier)) == 1


@pytest.mark.parametrize(("wanted", "statutory", "letters"), [(False, False, 0), (True, False, 1), (False, True, 1)])
def test_short_messages_cost_money_and_go_to_who_asked_or_where_the_law_asks(work, session, supplier, wanted, statutory, letters):
    with work() as unit:
        set_contact(unit, supplier, Contact(mobile="13800138000", sms=wanted), NOW)
    with work() as unit:
        notify(unit.session, a_notice(supplier, statutory=statutory), NOW)

    assert [row.channel for row in session.scalars(select(EnvelopeRow))] == [Channel.SMS] * letters


def test_a_days_messages_are_one_digest(work, session, supplier):
    with work() as unit:
        set_contact(unit, supplier, Contact("a@example.cn", Timing.DAILY), NOW)
    for number in range(3):
        with work() as unit:
            notify(unit.session, a_notice(supplier, key=f"k{number}"), NOW + timedelta(hours=number))

    [envelope] = session.scalars(select(EnvelopeRow))
    assert len(session.scalars(select(EnclosureRow)).all()) == 3
    assert envelope.key == f"digest-{supplier.person_id}-20250311"


def test_a_digest_that_is_on_its_way_takes_no_more(work, session, supplier):
    """Else what is told while it is being sent would be in no letter."""
    with work() as unit:
        set_contact(unit, supplier, Contact("a@example.cn", Timing.DAILY), NOW)
    with work() as unit:
        notify(unit.session, a_notice(supplier, key="before"), NOW)
    with work() as unit:
        [row] = unit.session.scalars(select(EnvelopeRow))
        row.state, row.leased_until, row.holder = Delivery.SENDING, NOW + timedelta(minutes=1), "somebody"
    with work() as unit:
        notify(unit.session, a_notice(supplier, key="meanwhile"), NOW)

    session.rollback()
    keys = [row.key for row in session.scalars(select(EnvelopeRow).order_by(EnvelopeRow.id))]
    assert keys == [f"digest-{supplier.person_id}-20250311", f"digest-{supplier.person_id}-20250312"]


@pytest.mark.parametrize(
    ("now", "due"), [("07:59:59", "2025-03-10"), ("08:00:00", "2025-03-11"), ("08:00:01", "2025-03-11")]
)
def test_the_digest_leaves_at_eight(now, due):
    assert next_digest(datetime.fromisoformat(f"2025-03-10T{now}+08:00")) == datetime.fromisoformat(f"{due}T08:00+08:00")


def test_thirty_bidders_cost_as_many_statements_as_two(work, statements):
    def tell(count: int) -> int:
        with work() as unit:
            actors = [an_actor(unit, Role.SUPPLIER) for _ in range(count)]
            for actor in actors:
                set_contact(unit, actor, Contact("a@example.cn"), NOW)
        with work() as unit:
            unit.session.connection()
            with statements() as seen:
                notify(unit.session, [a_notice(actor, key=f"{count}:{actor.person_id}") for actor in actors], NOW)
        return len(seen)

    assert tell(30) == tell(2)


def test_what_was_told_can_be_read_but_not_rewritten(work, session, supplier):
    with work() as unit:
        notify(unit.session, a_notice(supplier), NOW)
    with work() as unit:
        assert services.mark_read(unit, supplier, inbox(session, supplier)[0].handle, NOW).read_at == NOW
    for statement in (update(MessageRow).values(subject="另一回事"), MessageRow.__table__.delete()):
        with pytest.raises(DBAPIError, match="stays as it is"), db.engine.begin() as connection:
            connection.execute(statement)


def test_marking_all_read_leaves_what_came_later(work, session, supplier):
    for minutes in (0, 1, 2):
        with work() as unit:
            notify(unit.session, a_notice(supplier, key=f"k{minutes}"), NOW + timedelta(minutes=minutes))
    with work() as unit:
        assert services.mark_all_read(unit, supplier, NOW + timedelta(minutes=1)) == 2

    assert [m.key for m in inbox(session, supplier, unread=True)] == ["k2"]
