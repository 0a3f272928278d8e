"""The outbox: what is due leaves once, what fails is tried again later and later, and everything can be proven."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest
from flask import current_app
from sqlalchemy import select

from app.accounts import Actor
from app.messages import outbox
from app.messages.journal import Journal
from app.messages.kinds import Channel, Delivery, Kind
from app.messages.letters import Letter, Post
from app.messages.mail import Mail, Smtp
from app.messages.models import EnvelopeRow
from app.messages.outbox import Refused, claim, drain, settle, settle_failure, try_again
from app.messages.services import Contact, Notice, notify, set_contact
from app.messages.webhook import Webhook
from app.transparency.chain import verify
from app.transparency.models import LogLine
from kernel.canonical import sha256_hex
from kernel.period import SHANGHAI
from kernel.refusal import WrongStage
from kernel.role import Role
from tests.builders.accounts import an_actor
from tests.builders.post_office import nobody_there, post_office, sms_gateway

NOW = datetime(2025, 3, 10, 9, 0, tzinfo=SHANGHAI)
LEASE = timedelta(minutes=1)
SECRET = "shared with the gateway"


class Time:
    """A clock that stands still until it is moved."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def reader(work) -> Actor:
    with work() as unit:
        actor = an_actor(unit, Role.SUPPLIER)
        set_contact(unit, actor, Contact("reader@example.cn"), NOW)
    return actor


@pytest.fixture
def tell(work, reader):
    def write(*keys: str, statutory: bool = True, now: datetime = NOW, subject: str = "中标通知书") -> None:
        with work() as unit:
            for key in keys:
                notice = Notice(
                    Kind.AWARD_LETTER, key, subject, [("金额", "¥692,900.00")], "/tenders/x/award", people=[reader.person_id],
                    statutory=statutory, cites="财政部令第87号 第六十九条",
                )  # fmt: skip
                notify(unit.session, notice, now)

    return write


@pytest.fixture
def post(app) -> Post:
    return Post(current_app.jinja_env, "https://caiping.example.cn")


@pytest.fixture
def journal(tmp_path) -> Journal:
    return Journal(tmp_path / "handed-over")


@pytest.fixture
def office():
    with post_office() as opened:
        yield opened


@pytest.fixture
def mail(office) -> dict:
    return {Channel.EMAIL: Mail(Smtp("127.0.0.1", office.port, "none"), "caiping@example.cn")}


def envelopes(session) -> list[EnvelopeRow]:
    session.rollback()
    return list(session.scalars(select(EnvelopeRow).order_by(EnvelopeRow.id)))


def test_a_letter_leaves_as_text_and_html_and_its_receipt_is_kept(session, tell, office, mail, post, journal):
    tell("award:1")

    assert drain(mail, post, journal, Time(), LEASE).sent == 1

    [letter] = office.letters
    assert office.recipients == ["reader@example.cn"]
    assert letter["Subject"] == "【采评】中标通知书"
    text, page = (letter.get_body((kind,)).get_content() for kind in ("plain", "html"))
    for part in (text, page):
        assert "¥692,900.00" in part
        assert "财政部令第87号 第六十九条" in part
        assert "https://caiping.example.cn/tenders/x/award" in part
    [row] = envelopes(session)
    assert (row.state, row.tries, row.doubts, row.sent_at, row.sent_to) == (Delivery.SENT, 1, 0, NOW, "reader@example.cn")
    assert row.answer_hash == sha256_hex("250 2.0.0 taken as 1")


def test_what_the_law_asks_is_proven_in_the_log_and_the_rest_is_not(session, tell, office, mail, post, journal):
    tell("award:1")
    tell("other", statutory=False)
    drain(mail, post, journal, Time(), LEASE)

    [line] = session.scalars(select(LogLine).where(LogLine.act == "envelope.send"))
    row = envelopes(session)[0]
    facts = json.loads(line.facts)
    assert (facts["answer"], facts["letter"], facts["tries"]) == (row.answer_hash, row.letter_hash, 1)
    assert verify(session).holds


def test_nothing_is_sent_twice_however_often_the_outbox_is_emptied(tell, office, mail, post, journal):
    tell(*(f"award:{n}" for n in range(20)))
    for _ in range(3):
        drain(mail, post, journal, Time(), LEASE)

    assert sorted(office.by_id.values()) == [1] * 20


def test_the_subject_of_an_act_cannot_add_a_recipient(tell, office, mail, post, journal):
    tell("award:1", subject="中标\r\nBcc: everybody@example.cn")
    drain(mail, post, journal, Time(), LEASE)

    [letter] = office.letters
    assert letter["Bcc"] is None
    assert office.recipients == ["reader@example.cn"]


def test_html_in_a_title_is_text_in_the_letter(tell, office, mail, post, journal):
    tell("award:1", subject="<script>alert(1)</script>")
    drain(mail, post, journal, Time(), LEASE)

    assert "<script>" not in office.letters[0].get_body(("html",)).get_content()


def test_a_provider_that_is_down_is_tried_later_and_later_and_given_up_visibly(session, tell, post, journal, monkeypatch):
    monkeypatch.setattr(outbox.random, "random", lambda: 0.0)
    down, time, pauses = {Channel.EMAIL: Mail(Smtp("127.0.0.1", nobody_there(), "none"), "caiping@example.cn")}, Time(), []
    tell("award:1")
    while envelopes(session)[0].state is Delivery.WAITING:
        drain(down, post, journal, time, LEASE)
        assert drain(down, post, journal, time, LEASE).retried == 0
        [row] = envelopes(session)
        pauses.append((row.due_at - time.now).total_seconds() / 60)
        time.now = row.due_at

    assert pauses == [1, 2, 4, 8, 16, 32, 64, 128, 256, 360, 360, 360, 360, 360]
    assert row.state is Delivery.FAILED
    assert "Refused" in row.answer
    assert session.scalar(select(LogLine.act).where(LogLine.act == "envelope.fail"))


def test_a_mailbox_that_does_not_exist_is_not_tried_again(session, tell, office, mail, post, journal):
    office.says = lambda address: "550 5.1.1 no such user"
    tell("award:1")

    assert drain(mail, post, journal, Time(), LEASE).failed == 1
    assert envelopes(session)[0].state is Delivery.FAILED
    assert "550" in envelopes(session)[0].answer


def test_a_mailbox_that_is_busy_is_tried_again_and_the_next_letter_goes(session, tell, office, mail, post, journal):
    answers = iter(("450 4.2.1 busy", "250 OK"))
    office.says = lambda address: next(answers)
    tell("award:1", "award:2")

    assert drain(mail, post, journal, Time(), LEASE).sent == 1
    assert [row.state for row in envelopes(session)] == [Delivery.WAITING, Delivery.SENT]


def test_a_channel_that_fails_three_times_in_a_row_rests(session, tell, post, journal):
    tell(*(f"award:{n}" for n in range(10)))
    drain({Channel.EMAIL: Mail(Smtp("127.0.0.1", nobody_there(), "none"), "caiping@example.cn")}, post, journal, Time(), LEASE)

    assert [row.tries for row in envelopes(session)] == [1] * 3 + [0] * 7


def test_what_the_administrator_sends_again_keeps_its_id(work, session, tell, office, mail, post, journal, reader):
    office.says = lambda address: "550 no such user"
    tell("award:1")
    drain(mail, post, journal, Time(), LEASE)
    office.says = lambda address: "250 OK"
    [before] = envelopes(session)
    with work() as unit:
        try_again(unit, Channel.EMAIL, Delivery.FAILED, "550 no such user", reader, NOW)
    drain(mail, post, journal, Time(), LEASE)

    [letter] = office.letters
    assert letter["Message-ID"] == f"<{before.key}@example.cn>"
    with pytest.raises(WrongStage), work() as unit:
        try_again(unit, Channel.EMAIL, Delivery.FAILED, "550 no such user", reader, NOW)


def test_without_a_way_out_letters_wait_and_after_a_week_they_are_old_news(session, tell, office, mail, post, journal):
    tell("award:1", now=NOW - timedelta(days=7, seconds=1))
    tell("award:2", now=NOW - timedelta(days=7))
    assert drain({}, post, journal, Time(), LEASE).lapsed == 0

    drained = drain(mail, post, journal, Time(), LEASE)

    assert (drained.lapsed, drained.sent) == (1, 1)
    assert [row.state for row in envelopes(session)] == [Delivery.LAPSED, Delivery.SENT]


def test_who_took_away_the_address_gets_no_letter(work, session, tell, office, mail, post, journal, reader):
    tell("award:1")
    with work() as unit:
        set_contact(unit, reader, Contact(), NOW)

    assert drain(mail, post, journal, Time(), LEASE).failed == 1
    assert office.letters == []


@pytest.mark.parametrize(("seconds", "taken"), [(59, False), (60, True), (61, True)])
def test_a_letter_is_one_workers_until_its_lease_ends(tell, mail, seconds, taken):
    tell("award:1")
    assert claim(mail, NOW, "one", LEASE) is not None
    assert claim(mail, NOW, "two", LEASE) is None

    again = claim(mail, NOW + timedelta(seconds=seconds), "two", LEASE)

    assert (again is not None) is taken


def test_who_comes_back_after_its_lease_changes_nothing(work, session, tell, mail, post, journal):
    """The slow worker's answer is not the envelope's any more: somebody else has it in hand."""
    tell("award:1")
    slow = claim(mail, NOW, "slow", LEASE)
    quick = claim(mail, NOW + LEASE, "quick", LEASE)
    letter = post.letter(slow.key, slow.channel, slow.address, slow.name, slow.written_at, slow.messages)
    with work() as unit:
        assert not settle(unit, slow, "slow", letter, "250 late", NOW + LEASE)
    settle_failure(slow, "slow", "late", NOW + LEASE, Delivery.FAILED)
    with work() as unit:
        assert settle(unit, quick, "quick", letter, "250 ok", NOW + LEASE)

    [row] = envelopes(session)
    assert (row.state, row.answer, row.tries, row.doubts) == (Delivery.SENT, "250 ok", 2, 1)


def test_a_letter_is_the_same_in_every_try(tell, mail, post, journal):
    """Byte by byte, so that whoever gets it twice can see that it is one."""
    tell("award:1")
    letters = []
    for at in (NOW, NOW + LEASE):
        claimed = claim(mail, at, "worker", LEASE)
        letters.append(post.letter(claimed.key, claimed.channel, claimed.address, claimed.name, claimed.written_at, claimed.messages))

    assert letters[0] == letters[1]
    assert letters[0].hash == letters[1].hash


# --- a worker died with a letter in hand -------------------------------------------------------------------------------


class Dying(BaseException):
    """As good as kill -9: nothing after it runs."""


class Killed:
    """A provider whose worker dies before the letter is out, at its last byte, before the answer is noted, or after."""

    def __init__(self, mail: Mail, moment: str) -> None:
        self._mail, self._moment = mail, moment

    def send(self, letter, handed):
        def handed_and_killed() -> None:
            handed()
            if self._moment == "at the last byte":
                raise Dying

        if self._moment == "before":
            raise Dying
        answer = self._mail.send(letter, handed_and_killed)
        if self._moment == "unheard":
            raise Dying
        return answer

    def close(self) -> None:
        self._mail.close()


@pytest.mark.parametrize(
    ("moment", "state", "mails"),
    [("before", Delivery.SENT, 1), ("at the last byte", Delivery.UNANSWERED, 0), ("unheard", Delivery.UNANSWERED, 1),
     ("after", Delivery.SENT, 1)],
)  # fmt: skip
def test_whenever_a_worker_dies_the_letter_is_not_sent_twice_nor_forgotten(
    session, tell, office, mail, post, journal, monkeypatch, moment, state, mails
):
    tell("award:1")
    if moment == "after":
        monkeypatch.setattr(outbox, "settle", lambda *_: (_ for _ in ()).throw(Dying()))
    with pytest.raises(Dying):
        drain({Channel.EMAIL: Killed(mail[Channel.EMAIL], moment)}, post, journal, Time(), LEASE)
    monkeypatch.undo()

    assert drain(mail, post, journal, Time(NOW + LEASE - timedelta(seconds=1)), LEASE).sent == 0
    drain(mail, post, journal, Time(NOW + LEASE), LEASE)
    drain(mail, post, journal, Time(NOW + LEASE * 2), LEASE)

    [row] = envelopes(session)
    assert (row.state, row.doubts, len(office.letters)) == (state, 1, mails)
    told = session.scalars(select(LogLine.act).where(LogLine.act.like("envelope.%"))).all()
    assert told == ["envelope.send" if state is Delivery.SENT else "envelope.unanswered"]
    if moment == "after":
        assert row.answer == "250 2.0.0 taken as 1", "the answer that the dead worker had heard"


def test_on_another_machine_a_letter_that_left_is_not_sent_again_either(session, tell, office, mail, post, journal, tmp_path):
    """Its journal is not there; that the letter had left stands in the database."""
    tell("award:1")
    with pytest.raises(Dying):
        drain({Channel.EMAIL: Killed(mail[Channel.EMAIL], "unheard")}, post, journal, Time(), LEASE)

    drain(mail, post, Journal(tmp_path / "elsewhere"), Time(NOW + LEASE), LEASE)

    assert envelopes(session)[0].state is Delivery.UNANSWERED
    assert len(office.letters) == 1


def test_who_was_too_slow_stops_before_the_last_byte(session, tell, office, mail, post, journal):
    """Its lease had ended and somebody else has the letter: one of the two sends it."""

    class Slow:
        def send(self, letter, handed):
            assert drain(mail, post, journal, Time(NOW + LEASE), LEASE).sent == 1
            return mail[Channel.EMAIL].send(letter, handed)

        def close(self) -> None: ...

    tell("award:1")
    assert drain({Channel.EMAIL: Slow()}, post, journal, Time(), LEASE) == outbox.Drained()

    assert len(office.letters) == 1
    assert envelopes(session)[0].state is Delivery.SENT


def test_an_answer_that_comes_after_the_lease_is_heard_all_the_same(session, tell, office, mail, post, journal, tmp_path):
    class Slow:
        def send(self, letter, handed):
            answer = mail[Channel.EMAIL].send(letter, handed)
            assert drain(mail, post, Journal(tmp_path / "elsewhere"), Time(NOW + LEASE), LEASE).unanswered == 1
            return answer

        def close(self) -> None: ...

    tell("award:1")
    assert drain({Channel.EMAIL: Slow()}, post, journal, Time(), LEASE).sent == 1

    assert (envelopes(session)[0].state, len(office.letters)) == (Delivery.SENT, 1)


def test_a_server_that_hangs_up_after_the_letter_has_not_taken_it(session, tell, post, journal, office, mail):
    """RFC 5321 4.1.1.4: only its 250 takes responsibility; the worker lives, and tries again under the same id."""

    class HangsUp:
        def send(self, letter, handed):
            handed()
            raise ConnectionResetError

        def close(self) -> None: ...

    tell("award:1")
    assert drain({Channel.EMAIL: HangsUp()}, post, journal, Time(), LEASE).retried == 1
    assert drain(mail, post, journal, Time(NOW + timedelta(minutes=2)), LEASE).sent == 1


# --- SMS ---------------------------------------------------------------------------------------------------------------


@pytest.fixture
def by_phone(work, reader) -> None:
    with work() as unit:
        set_contact(unit, reader, Contact(mobile="13800138000"), NOW)


def test_a_short_message_is_signed_has_no_facts_and_happens_once(session, by_phone, tell, post, journal):
    tell("award:1")
    with sms_gateway(SECRET) as gateway:
        assert drain({Channel.SMS: Webhook(gateway.url, SECRET)}, post, journal, Time(), LEASE).sent == 1

    [sent] = gateway.sent.values()
    assert (sent["to"], sent["id"]) == ("13800138000", envelopes(session)[0].key)
    assert sent["text"] == "【采评】中标通知书。请登录系统查看。\n"
    assert envelopes(session)[0].answer.startswith("200")


@pytest.mark.parametrize(
    ("status", "state"),
    [(500, Delivery.WAITING), (503, Delivery.WAITING), (429, Delivery.WAITING), (400, Delivery.FAILED), (302, Delivery.FAILED)],
)
def test_what_the_gateway_answers_decides_whether_it_is_asked_again(session, by_phone, tell, post, journal, status, state):
    tell("award:1")
    with sms_gateway(SECRET) as gateway:
        gateway.status = status
        drain({Channel.SMS: Webhook(gateway.url, SECRET)}, post, journal, Time(), LEASE)

    assert envelopes(session)[0].state is state


def test_a_gateway_that_does_not_know_the_secret_sends_nothing():
    letter = Letter("k", Channel.SMS, "13800138000", "", "x", "", NOW)
    with sms_gateway(SECRET) as gateway, pytest.raises(Refused, match="401"):
        Webhook(gateway.url, "another secret").send(letter, lambda: None)

    assert gateway.sent == {}


# --- settings of the server ----------------------------------------------------------------------------------------------


def test_where_mail_goes_is_one_address():
    assert Smtp.from_url("smtps://user%40x:p%3Aw@mail.example.cn") == Smtp("mail.example.cn", 465, "tls", "user@x", "p:w")
    assert Smtp.from_url("smtp+starttls://mail.example.cn:2525") == Smtp("mail.example.cn", 2525, "starttls")
    assert Smtp.from_url("smtp://localhost") == Smtp("localhost", 25, "none")
    with pytest.raises(ValueError, match="smtp"):
        Smtp.from_url("http://mail.example.cn")
