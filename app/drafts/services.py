"""Acts on drafts: keep what was typed, close the draft with the act, put it away. None of them is in the log.

Two windows on one form: each says with its ``Ticket`` what it had before its eyes when it was opened. Whoever has not seen
what the other window saved is told so, and nothing is overwritten.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, exists, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts import Actor
from app.drafts.models import DraftRow
from app.drafts.queries import own_draft
from app.store import UnitOfWork, idempotency, reading, unit_of_work
from kernel.canonical import canonical_json
from kernel.refusal import BadInput, Stale, WrongStage

MOST = 300_000
"""Characters of one draft, names included: a bid with every proof filled to its limit has less."""
KEPT = timedelta(days=400)
"""What nobody touched for longer than a year is put away."""


class Overtaken(Stale):
    """另一窗口已保存: this form was saved from another window, and this window has not seen it."""

    zh = "这张表已在另一窗口保存过, 与本窗口打开时不同。为免覆盖, 本窗口的内容没有保存"

    def __init__(self, at: datetime | None = None) -> None:
        self.at = at
        super().__init__(self.zh)


@dataclass(frozen=True)
class Ticket:
    """What a window had before it: the draft's version, the window's own random name, and what the form was drawn from.

    base   changes when the act is done (a receipt's hash, the moment of the last mark); "" where nothing was done yet
    """

    version: int
    writer: str
    base: str = ""

    def text(self) -> str:
        return f"{self.version}.{self.writer}.{self.base}"

    @classmethod
    def read(cls, text: str) -> Ticket | None:
        """The ticket of a form; None where there is none, or not one of ours."""
        version, _, rest = text.partition(".")
        writer, _, base = rest.partition(".")
        if not (version.isascii() and version.isdecimal() and len(version) < 10 and 0 < len(writer) <= 40):
            return None
        return cls(int(version), writer, base)


@dataclass(frozen=True)
class KeepDraft:
    """保存草稿. ``base`` is what the form would be drawn from now; ``fields`` what was typed.

    path   where the form is sent to, when its window has the name of the form's once-key: a window whose form was acted
           upon saves no more; what was still on its way then would come back as a draft of what is done
    """

    actor: Actor
    form: str
    subject: str
    base: str
    ticket: Ticket
    fields: Mapping[str, Sequence[str]]
    path: str = ""


def keep_draft(work: UnitOfWork, command: KeepDraft, now: datetime) -> DraftRow:
    """Keep what was typed. Raises Overtaken, BadInput for more than a form holds, WrongStage after the act.

    The same content again is no conflict.
    """
    fields = {name: list(texts) for name, texts in command.fields.items()}
    if len(canonical_json(fields)) > MOST:
        raise BadInput((), "内容过长, 没有自动保存")
    row = own_draft(work.session, command.actor, command.form, command.subject, locked=True)
    if command.path and _acted(work.session, command, now):
        raise WrongStage("这张表已经办理, 不再自动保存")
    if _overtaken(row, command.ticket, command.base) and (row is None or row.fields != fields):
        raise Overtaken(row.saved_at if row is not None else None)
    fresh = row is None
    if row is None:
        row = DraftRow(
            person_id=command.actor.person_id, organisation_id=command.actor.organisation_id,
            form=command.form, subject=command.subject, version=0,
        )  # fmt: skip
        work.session.add(row)
    row.base, row.fields, row.saved_at = command.base, fields, now
    row.version, row.writer = row.version + 1, command.ticket.writer
    try:
        work.session.flush()
    except IntegrityError:
        if fresh:  # the other window wrote its first word in the same instant
            raise Overtaken from None
        raise
    return row


def close_draft(work: UnitOfWork, actor: Actor, form: str, subject: str, base: str, ticket: Ticket | None) -> None:
    """The act is being done: its draft goes, in the act's own transaction.

    Raises Overtaken where another window saved what this one has not seen. Without a ticket (not sent from a page of ours)
    nothing is compared.
    """
    row = own_draft(work.session, actor, form, subject, locked=True)
    if ticket is not None and _overtaken(row, ticket, base):
        raise Overtaken(row.saved_at if row is not None else None)
    if row is not None:
        work.session.delete(row)


def put_away(work: UnitOfWork, actor: Actor, form: str, subject: str) -> None:
    """放弃草稿: what was handed in or saved before stands."""
    row = own_draft(work.session, actor, form, subject, locked=True)
    if row is not None:
        work.session.delete(row)


def forget_old(now: datetime) -> int:
    """Put away what nobody touched for as long as it is kept; how many. One statement when there is none: the worker asks often."""
    session = reading()
    session.rollback()
    old = DraftRow.saved_at < now - KEPT
    if not session.scalar(select(exists().where(old))):
        return 0
    with unit_of_work() as work:
        return work.session.execute(delete(DraftRow).where(old)).rowcount


def _acted(session: Session, command: KeepDraft, now: datetime) -> bool:
    once = idempotency.OnceKey(command.actor.person_id, command.path[:300], command.ticket.writer, now)
    return idempotency.outcome(session, once) is not None


def _overtaken(row: DraftRow | None, ticket: Ticket, base: str) -> bool:
    """Whether somebody's newer word would be lost. A draft that was put away is nobody's word."""
    if ticket.base != base:
        return True
    return row is not None and row.base == base and ticket.writer != row.writer and ticket.version != row.version
