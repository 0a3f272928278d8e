"""Letters to who has no account: once, with a way to end them, and forgotten when they have left."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import current_app
from sqlalchemy import func, select, text

from app.messages.journal import Journal
from app.messages.kinds import Channel, Delivery
from app.messages.leaflets import Item, Leaflet, forget_address, post_leaflets
from app.messages.letters import Post
from app.messages.mail import Mail, Smtp
from app.messages.models import EnvelopeRow, LeafletRow
from app.messages.outbox import KEPT, drain
from app.messages.queries import troubles
from app.messages.services import next_digest
from kernel.period import SHANGHAI
from tests.builders.post_office import nobody_there, post_office

NOW = datetime(2025, 3, 10, 9, 0, tzinfo=SHANGHAI)
LEASE = timedelta(minutes=1)
END = "/searches/7/end/abc"


def a_leaflet(key: str = "search:7:2025-03-10", address: str = "reader@example.org", **but) -> Leaflet:
    facts = {
        "subject": "2 条新公告: 禁毒社工服务", "opening": "您订阅的检索有 2 条新公告。",
        "items": [Item("龙华区禁毒社会工作服务采购公告", "公开招标 · 龙华区", "/notices/1"), Item("<b>第二条</b>", "", "/notices/2")],
        "reason": "您在采评系统登记了此邮箱。", "unsubscribe": END,
    } | but  # fmt: skip
    return Leaflet(key, address, **facts)


@pytest.fixture
def write(work):
    def written(*leaflets: Leaflet, due: datetime | None = None) -> int:
        with work() as unit:
            return post_leaflets(unit.session, leaflets, NOW, due)

    return written


@pytest.fixture
def office():
    with post_office() as opened:
        yield opened


@pytest.fixture
def send(app, office, tmp_path):
    def sent(now: datetime = NOW, port: int = 0):
        mail = Mail(Smtp("127.0.0.1", port or office.port, "none"), "caiping@example.cn")
        post = Post(current_app.jinja_env, "https://caiping.example.cn")
        return drain({Channel.EMAIL: mail}, post, Journal(tmp_path / "journal"), lambda: now, LEASE)

    return sent


def states(session) -> list[Delivery]:
    session.rollback()
    return list(session.scalars(select(EnvelopeRow.state).order_by(EnvelopeRow.id)))


def test_it_says_what_is_new_why_it_came_and_how_to_end_it(write, send, office):
    write(a_leaflet())
    assert send().sent == 1

    [letter] = office.letters
    assert office.recipients == ["reader@example.org"]
    plain, page = (letter.get_body((kind,)).get_content() for kind in ("plain", "html"))
    for part in (plain, page):
        for said in ("您订阅的检索有 2 条新公告。", "公开招标 · 龙华区", "https://caiping.example.cn/notices/2", "登记了此邮箱",
                     f"https://caiping.example.cn{END}"):  # fmt: skip
            assert said in part
    assert "<b>第二条" not in page
    assert letter["List-Unsubscribe"] == f"<https://caiping.example.cn{END}>"
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_the_letter_that_asks_first_has_nothing_to_end(write, send, office):
    write(a_leaflet(unsubscribe=""))
    send()

    assert office.letters[0]["List-Unsubscribe"] is None
    assert "退订" not in office.letters[0].get_body(("plain",)).get_content()


def test_the_same_is_written_once_and_sent_once(write, send, office):
    assert [write(a_leaflet(), a_leaflet("other")), write(a_leaflet()), write(a_leaflet(), a_leaflet("third"))] == [2, 0, 1]
    send()
    send()

    assert sorted(office.by_id.values()) == [1, 1, 1]


def test_it_is_written_with_the_act_or_not_at_all(work, session):
    def undone() -> None:
        with work() as unit:
            post_leaflets(unit.session, [a_leaflet()], NOW)
            raise LookupError

    with pytest.raises(LookupError):
        undone()
    assert states(session) == []


@pytest.mark.parametrize(("seconds", "sent"), [(-1, 0), (0, 1), (1, 1)])
def test_a_days_letter_leaves_at_eight(write, send, seconds, sent):
    eight = next_digest(NOW)
    write(a_leaflet(), due=eight)

    assert send(eight + timedelta(seconds=seconds)).sent == sent


def test_what_has_left_is_forgotten_but_for_its_proof(write, send, session):
    """个人信息保护法 第十九条: no longer than is needed."""
    write(a_leaflet())
    send()

    session.rollback()
    [row] = session.scalars(select(EnvelopeRow))
    assert (row.state, row.sent_to, len(row.letter_hash)) == (Delivery.SENT, "", 64)
    assert session.scalar(select(func.count()).select_from(LeafletRow)) == 0
    kept = " ".join(str(value) for table in ("envelopes", "log_lines") for value in session.execute(text(f"SELECT * FROM {table}")))
    assert "example.org" not in kept


def test_who_wants_nothing_more_gets_nothing_more_and_is_forgotten(write, send, work, session, office):
    write(a_leaflet(), a_leaflet("later"), due=next_digest(NOW))
    write(a_leaflet("other", address="other@example.org"))
    with work() as unit:
        assert forget_address(unit.session, "reader@example.org") == 2

    send(next_digest(NOW))
    assert office.recipients == ["other@example.org"]
    assert states(session) == [Delivery.LAPSED, Delivery.LAPSED, Delivery.SENT]
    assert session.scalar(select(func.count()).select_from(LeafletRow)) == 0


def test_a_provider_that_is_down_is_tried_later_and_the_administrator_sees_no_address(write, send, session):
    write(a_leaflet())
    assert send(port=nobody_there()).retried == 1

    session.rollback()
    [trouble] = troubles(session)
    assert trouble.about == "1–9"
    assert "example.org" not in repr(trouble)
    assert send(NOW + timedelta(minutes=2)).sent == 1


@pytest.mark.parametrize(("seconds", "left"), [(-1, 1), (0, 1), (1, 0)])
def test_an_address_that_takes_nothing_is_forgotten_after_a_week(write, send, session, office, seconds, left):
    office.says = lambda address: "550 no such user"
    write(a_leaflet())
    assert send().failed == 1
    due = session.scalars(select(EnvelopeRow.due_at)).one()

    send(due + KEPT + timedelta(seconds=seconds))

    session.rollback()
    assert session.scalar(select(func.count()).select_from(LeafletRow)) == left


def test_many_cost_as_many_statements_as_one(write, statements):
    def cost(count: int) -> int:
        with statements() as seen:
            write(*(a_leaflet(f"{count}-{n}") for n in range(count)))
        return len(seen)

    assert cost(1) == cost(200)
