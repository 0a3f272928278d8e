"""Saved searches 订阅检索: ask for them, confirm, end. By an e-mail address without an account, or by a person into the inbox.

Of a stranger only the address is kept, with the filter, for as long as it subscribes. Nobody who asks learns whether an
address is known: the answer is the same, and only the mailbox is told more (双重确认: nothing is sent before its owner says so).
Limits: per address and day ``LETTERS_A_DAY`` letters of confirmation, ``MOST`` searches in all, and per network address as
many tries as sign-in allows.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.accounts import Actor
from app.accounts.admission import count_try, must_wait, token_hash
from app.disclosure import matching
from app.disclosure.filters import Asked
from app.disclosure.models import HitRow, SavedSearchRow
from app.messages.kinds import Timing
from app.messages.leaflets import Item, Leaflet, forget_address, post_leaflets
from app.messages.mail import ADDRESS
from app.store import UnitOfWork
from kernel.canonical import sha256_hex
from kernel.refusal import BadInput, Finding, Missing

LETTERS_A_DAY = 3
MOST = 20
"""Searches that one address or person may have."""
CONFIRMED_WITHIN = timedelta(days=2)
LONGEST = 1000
TIMINGS = (Timing.DAILY, Timing.AT_ONCE)


@dataclass(frozen=True)
class Subscribe:
    """订阅检索 by address. ``network``: keyed hash of where the request came from."""

    question: Asked
    email: str
    timing: Timing
    network: str


def subscribe(work: UnitOfWork, command: Subscribe, now: datetime) -> None:
    """Write to the address and ask whether it is wanted; says nothing, whatever is known of it.

    Raises BadInput for what is no address, and where too much was asked from one place.
    """
    session, email = work.session, command.email.strip().lower()
    query = _kept(command.question)
    if not ADDRESS.fullmatch(email):
        raise BadInput([Finding("email", "请填写有效的电子邮箱", have=email[:60] or "（空）")], "不能订阅")
    place = sha256_hex(f"saved-search/{command.network}")
    if must_wait(session, place, now):
        raise BadInput([Finding("", "此网络地址短时间内提交过多, 请十五分钟后再试")], "不能订阅")
    count_try(session, place, now)
    theirs = select(SavedSearchRow).where(SavedSearchRow.email == email).order_by(SavedSearchRow.id).with_for_update()
    rows = list(session.scalars(theirs))
    lately = sum(row.asked_at > now - timedelta(days=1) for row in rows)
    if any(row.query == query for row in rows) or lately >= LETTERS_A_DAY or len(rows) >= MOST:
        return
    secret = secrets.token_urlsafe(32)
    row = SavedSearchRow(
        email=email, query=query, anchor=matching.anchor(command.question), timing=command.timing, asked_at=now,
        secret_hash=token_hash(secret),
    )  # fmt: skip
    session.add(row)
    session.flush()
    ask = Item("确认订阅", f"{named(command.question)}; {command.timing.zh}", f"/saved-searches/confirm/{secret}")
    letter = Leaflet(
        f"search:{row.id}:{now.timestamp()}:confirm", email, "请确认订阅公告",
        f"有人用这个邮箱订阅了符合下列条件的公告: {named(command.question)}。请打开下面的链接确认; 不确认就不会收到任何公告。", (ask,),
        "如果不是您本人提交的, 不必理会这封信: 两天内没有确认, 这个邮箱就会从系统中删除。",
    )  # fmt: skip
    post_leaflets(session, [letter], now)


def waiting(session: Session, secret: str, now: datetime) -> SavedSearchRow:
    """What a letter of confirmation is about. Raises Missing once it is over."""
    row = session.scalars(select(SavedSearchRow).where(SavedSearchRow.secret_hash == token_hash(secret))).one_or_none()
    if row is None or row.asked_at <= now - CONFIRMED_WITHIN:
        raise Missing("这个确认链接已经用过, 或者超过两天已经失效")
    return row


def confirm(work: UnitOfWork, secret: str, now: datetime) -> SavedSearchRow:
    """确认订阅: from now on. Raises Missing."""
    row = work.lock(SavedSearchRow, waiting(work.session, secret, now).id)
    if row.confirmed_at is None:
        row.confirmed_at, row.secret_hash = now, None
    return row


def subscribe_person(work: UnitOfWork, actor: Actor, question: Asked, timing: Timing, now: datetime) -> SavedSearchRow:
    """订阅检索 into the actor's own inbox. The same filter again changes only when it is told. Raises BadInput."""
    assert actor.person_id is not None
    query = _kept(question)
    rows = {row.query: row for row in of_person(work.session, actor.person_id)}
    row = rows.get(query)
    if row is None:
        if len(rows) >= MOST:
            raise BadInput([Finding("", f"每人最多订阅{MOST}项", cure="请先取消不需要的订阅")], "不能订阅")
        row = SavedSearchRow(person_id=actor.person_id, email="", query=query, anchor=matching.anchor(question), asked_at=now, confirmed_at=now)
        work.session.add(row)
    row.timing = timing
    work.session.flush()
    work.record("search.save", row, by=actor, at=now)
    return row


def of_person(session: Session, person_id: int | None) -> list[SavedSearchRow]:
    """A person's saved searches, the newest first."""
    statement = select(SavedSearchRow).where(SavedSearchRow.person_id == person_id).order_by(SavedSearchRow.id.desc())
    return list(session.scalars(statement)) if person_id else []


def end_of_person(work: UnitOfWork, actor: Actor, search_id: int, now: datetime) -> None:
    """取消订阅. Raises Missing for anybody else's."""
    row = work.lock(SavedSearchRow, search_id)
    if row.person_id is None or row.person_id != actor.person_id:
        raise Missing("没有这项订阅")
    work.record("search.end", row, by=actor, at=now)
    _delete(work.session, row)


def end(work: UnitOfWork, search_id: int, asked: int) -> None:
    """退订 by the link in a letter: the row goes, and with an address' last one the address. Nothing happens the second time."""
    row = subscription(work.session, search_id, asked)
    if row is None:
        return
    email = row.email
    _delete(work.session, row)
    if not work.session.scalar(select(func.count()).select_from(SavedSearchRow).where(SavedSearchRow.email == email)):
        forget_address(work.session, email)


def subscription(session: Session, search_id: int, asked: int) -> SavedSearchRow | None:
    """The stranger's search that a link in a letter names; None when it has ended. ``asked``: since ids may be given anew."""
    row = session.get(SavedSearchRow, search_id)
    return row if row is not None and row.email and int(row.asked_at.timestamp()) == asked else None


def sweep(session: Session, now: datetime) -> int:
    """Forget the addresses that did not confirm in time; how many searches that were."""
    late = (SavedSearchRow.confirmed_at.is_(None), SavedSearchRow.asked_at <= now - CONFIRMED_WITHIN)
    return session.execute(delete(SavedSearchRow).where(*late).execution_options(synchronize_session=False)).rowcount


def named(question: Asked) -> str:
    """A filter in words.

    >>> from app.disclosure.filters import asked
    >>> named(asked({"q": "禁毒", "kind": "tender"})), named(asked({}))
    ('文字: 禁毒, 类型: 招标公告', '全部公告')
    """
    return ", ".join(f"{zh}: {value}" if zh else value for _, zh, value in question.words()) or "全部公告"


def _kept(question: Asked) -> str:
    query = matching.written(question)
    if len(query) > LONGEST:
        raise BadInput([Finding("", "筛选条件过长, 请缩短文字后再订阅")], "不能订阅")
    return query


def _delete(session: Session, row: SavedSearchRow) -> None:
    session.execute(delete(HitRow).where(HitRow.search_id == row.id))
    session.delete(row)
