"""Leaflets 订阅邮件: letters to a bare e-mail address, to somebody who asked for them and has no account.

They leave by the same outbox as every letter: once per key, under a lease, tried again later and later. Once one has left,
or is not wanted any more, its address and its words are deleted (个人信息保护法 第十九条); hash and time of the letter stay.
Whoever writes one sees to it that the address asked for it, and that it says nothing that is not public at that moment.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.messages.kinds import Channel, Delivery
from app.messages.models import EnvelopeRow, LeafletRow
from kernel.canonical import sha256_hex


@dataclass(frozen=True)
class Item:
    """One line of a leaflet. ``path``: its page on this site; "" for none."""

    title: str
    detail: str = ""
    path: str = ""


@dataclass(frozen=True)
class Leaflet:
    """What is to be written to an address.

    key          what it tells of: the same key is written once, whatever the address
    opening      its first sentences; reason: its last ones, why this address gets it
    unsubscribe  path of the page that ends it, with its secret: a GET shows a button, a POST without cookie and token ends it
                 (RFC 8058: mail programs post there themselves). "" for the letter that asks whether it is wanted
    """

    key: str
    address: str
    subject: str
    opening: str
    items: Sequence[Item]
    reason: str
    unsubscribe: str = ""


def post_leaflets(session: Session, leaflets: Iterable[Leaflet], now: datetime, due: datetime | None = None) -> int:
    """Write ``leaflets`` inside the caller's transaction, to leave at ``due`` (now); how many are new.

    A constant number of statements, however many leaflets.
    """
    wanted = {_envelope_key(leaflet.key): leaflet for leaflet in leaflets}
    if not wanted:
        return 0
    envelopes = [
        {
            "key": key, "person_id": None, "channel": Channel.EMAIL, "statutory": False, "state": Delivery.WAITING,
            "written_at": now, "due_at": due or now, "tries": 0, "doubts": 0, "holder": "", "sent_to": "", "answer": "",
            "answer_hash": "", "letter_hash": "",
        }
        for key in wanted
    ]  # fmt: skip
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    written = dialect.insert(EnvelopeRow).on_conflict_do_nothing(index_elements=["key"]).returning(EnvelopeRow.id, EnvelopeRow.key)
    fresh = list(session.execute(written, envelopes))
    if fresh:
        session.execute(insert(LeafletRow), [{"envelope_id": id, **_values(wanted[key])} for id, key in fresh])
    return len(fresh)


def forget_address(session: Session, address: str) -> int:
    """It wants nothing more: what has not left for it is deleted, with the address; how many letters that are."""
    kept = select(EnvelopeRow.id).where(EnvelopeRow.state == Delivery.SENDING)  # gone in a moment, or tried no more
    theirs = select(LeafletRow.envelope_id).where(LeafletRow.address == address, LeafletRow.envelope_id.not_in(kept))
    waiting = update(EnvelopeRow).where(EnvelopeRow.id.in_(theirs), EnvelopeRow.state == Delivery.WAITING)
    session.execute(waiting.values(state=Delivery.LAPSED), execution_options={"synchronize_session": False})
    return _delete(session, theirs)


def sweep(session: Session, now: datetime, older_than: timedelta) -> int:
    """Delete the words and addresses of what could not be sent for so long."""
    return _delete(session, stuck(now, older_than))


def stuck(now: datetime, older_than: timedelta) -> Select[tuple[int]]:
    """Which those are."""
    return select(LeafletRow.envelope_id).join(EnvelopeRow, EnvelopeRow.id == LeafletRow.envelope_id).where(
        EnvelopeRow.state.not_in((Delivery.WAITING, Delivery.SENDING)), EnvelopeRow.due_at < now - older_than
    )  # fmt: skip


def _delete(session: Session, ids: Any) -> int:
    gone = delete(LeafletRow).where(LeafletRow.envelope_id.in_(ids)).execution_options(synchronize_session=False)
    return session.execute(gone).rowcount


def _values(leaflet: Leaflet) -> dict[str, Any]:
    return {
        "address": leaflet.address, "subject": leaflet.subject[:300], "opening": leaflet.opening, "reason": leaflet.reason,
        "items": [list(astuple(item)) for item in leaflet.items], "unsubscribe": leaflet.unsubscribe,
    }  # fmt: skip


def _envelope_key(key: str) -> str:
    return sha256_hex(f"leaflet/{key}")[:40]
