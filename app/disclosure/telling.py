"""Telling 告知订阅者: new notices become hits, and hits become letters. The worker calls ``tell_subscribers`` every minute.

Each step is one transaction, and takes away what it worked on: a notice is news until it has been matched, a hit waits until
its letter is written. So everything is told once, also when a worker is killed; what it had not committed is done anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import delete, exists, insert, or_, select
from sqlalchemy.orm import Session

from app.disclosure import matching, queries, subscriptions
from app.disclosure.models import HitRow, NewsRow, SavedSearchRow
from app.disclosure.queries import Line
from app.messages.kinds import Kind, Timing
from app.messages.leaflets import Item, Leaflet, post_leaflets
from app.messages.services import Notice, next_digest, notify
from app.store import reading, unit_of_work
from app.web.filters import day
from kernel.money import yuan_text

AT_A_TIME = 200
"""Notices matched, and letters written, in one transaction."""
IN_A_LETTER = 50
SALT = "saved-search"


def tell_subscribers(now: datetime) -> int:
    """Do all that is due; how many letters and messages were written. One statement when nothing is."""
    session = reading()
    session.rollback()
    unconfirmed = (SavedSearchRow.confirmed_at.is_(None), SavedSearchRow.asked_at <= now - subscriptions.CONFIRMED_WITHIN)
    anything = or_(
        exists(select(NewsRow.notice_id)), exists(select(HitRow.search_id).where(HitRow.due_at <= now)),
        exists(select(SavedSearchRow.id).where(*unconfirmed)),
    )  # fmt: skip
    if not session.scalar(select(anything)):
        return 0
    with unit_of_work() as work:
        subscriptions.sweep(work.session, now)
    while _match(now):
        pass
    told = 0
    while written := _write(now):
        told += written
    return told


def _match(now: datetime) -> int:
    """Hold the oldest news against the saved searches; how many there were."""
    with unit_of_work() as work:
        session = work.session
        oldest = select(NewsRow.notice_id).order_by(NewsRow.notice_id).limit(AT_A_TIME).with_for_update()
        news = list(session.scalars(oldest))
        if not news:
            return 0
        found = matching.matches(session, news, now)
        if found:
            wanted = select(SavedSearchRow.id).where(SavedSearchRow.timing == Timing.AT_ONCE)
            at_once, digest = set(session.scalars(wanted.where(SavedSearchRow.id.in_({search for search, _ in found})))), next_digest(now)
            session.execute(
                insert(HitRow),
                [{"search_id": search, "notice_id": notice, "due_at": now if search in at_once else digest} for search, notice in found],
            )
        session.execute(delete(NewsRow).where(NewsRow.notice_id.in_(news)))
        return len(news)


def _write(now: datetime) -> int:
    """Write the letters of the searches that have waited longest; how many."""
    with unit_of_work() as work:
        session = work.session
        due = select(HitRow.search_id).where(HitRow.due_at <= now).distinct().order_by(HitRow.search_id).limit(AT_A_TIME)
        ids = list(session.scalars(due))
        if not ids:
            return 0
        searches = session.scalars(select(SavedSearchRow).where(SavedSearchRow.id.in_(ids)).order_by(SavedSearchRow.id).with_for_update())
        hits: dict[int, list[int]] = {id: [] for id in ids}
        mine = HitRow.search_id.in_(ids), HitRow.due_at <= now
        for search, notice in session.execute(select(HitRow.search_id, HitRow.notice_id).where(*mine).order_by(HitRow.notice_id)):
            hits[search].append(notice)
        lines = queries.by_ids(session, sorted({notice for found in hits.values() for notice in found}))
        leaflets, messages = [], []
        for row in searches:
            found = [lines[id] for id in reversed(hits[row.id])]
            if not found:  # another worker was quicker
                continue
            if row.person_id is None:
                leaflets.append(_leaflet(row, found))
            else:
                messages.append(_message(row, found))
        session.execute(delete(HitRow).where(*mine).execution_options(synchronize_session=False))
        post_leaflets(session, leaflets, now)
        notify(session, messages, now)
        return len(ids)


def _key(row: SavedSearchRow, found: Sequence[Line]) -> str:
    return f"search:{row.id}:{row.asked_at.timestamp()}:{found[0].id}"


def _leaflet(row: SavedSearchRow, found: Sequence[Line]) -> Leaflet:
    question = matching.read(row.query)
    items = [Item(f"{line.name}: {line.title}", detail(line), f"/notices/{line.ocid}/{line.id}") for line in found[:IN_A_LETTER]]
    if len(found) > IN_A_LETTER:
        items.append(Item(f"另有 {len(found) - IN_A_LETTER} 条", "", f"/notices?{row.query}"))
    return Leaflet(
        _key(row, found), row.email, f"{len(found)} 条新公告: {subscriptions.named(question)}"[:120],
        f"符合您订阅条件（{subscriptions.named(question)}）的新公告:", items,
        "您在采评的公开信息页面用这个邮箱订阅了以上条件的公告。退订后, 邮箱地址随即从系统中删除。", f"/saved-searches/end/{token(row)}",
    )  # fmt: skip


def _message(row: SavedSearchRow, found: Sequence[Line]) -> Notice:
    address = f"/notices?{row.query}" if row.query else "/notices"
    return Notice(
        Kind.SAVED_SEARCH, _key(row, found), f"{len(found)} 条新公告: {subscriptions.named(matching.read(row.query))}",
        [(line.name, f"{line.title}; {detail(line)}") for line in found[:IN_A_LETTER]],
        address if len(address) <= 300 else "/saved-searches", people=[row.person_id or 0],
    )  # fmt: skip


def detail(line: Line) -> str:
    """What is told of a notice beside its title: buyer, amount, deadline. No person is in it."""
    said = [line.buyer]
    if line.amount is not None:
        said.append(yuan_text(line.amount))
    said.append(f"投标截止 {day(line.closes_at)}" if line.closes_at else f"{day(line.published_at)} 公布")
    return "; ".join(said)


def token(row: SavedSearchRow) -> str:
    """The secret of the link that ends it: signed, so that nothing has to be kept for it."""
    return str(_signer().dumps([row.id, int(row.asked_at.timestamp())]))


def opened(secret: str) -> tuple[int, int] | None:
    """What such a secret names; None for one that we did not make."""
    try:
        id, asked = _signer().loads(secret)
        return int(id), int(asked)
    except (BadSignature, TypeError, ValueError):
        return None


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or "", salt=SALT)


def subscriber(session: Session, secret: str) -> SavedSearchRow | None:
    """The search that such a link ends; None when it has ended, or never was."""
    named = opened(secret)
    return subscriptions.subscription(session, *named) if named else None
