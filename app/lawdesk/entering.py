"""Entering into the law 补录法规: the system administrator proposes, the finance bureau approves, never the same person.

Why the finance bureau: whether the text says what was typed is a question of the law of procurement, which finance
departments supervise (政府采购法 第十三条); the security administrator decides who may sign in, not what the law is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from app.accounts import Actor
from app.accounts.models import OrganisationRow
from app.store import UnitOfWork
from app.store.law_in_force import approved
from app.store.models import EntryState, LawEntryRow
from app.transparency.models import LogHead, LogLine
from kernel.period import SHANGHAI
from kernel.refusal import BadInput, Finding, Missing, NotPermitted, WrongStage
from kernel.role import Role
from law.entry import COLUMNS, Entry, Kind, changes, lay, proved, revived
from law.table import InForce, laid_over

SUPERVISES = "政府采购法 第十三条"
MOST = 200


@dataclass(frozen=True)
class Propose:
    """Propose an entry. It changes nothing until it is approved."""

    actor: Actor
    entry: Entry


@dataclass(frozen=True)
class Decide:
    """Approve or reject. ``read``: the approver read the official text, so that it decides and does not only warn."""

    actor: Actor
    entry_id: int
    approve: bool
    read: bool = False
    reason: str = ""


def propose(work: UnitOfWork, command: Propose, now: datetime) -> LawEntryRow:
    """提出补录. Raises BadInput for what the readers of the law refuse, or what is already so."""
    actor, entry = command.actor, command.entry
    actor.must_be(Role.SYSTEM_ADMIN)
    if actor.person_id is None or actor.organisation_id is None:
        raise NotPermitted("补录须以本人的账户提出, 以便由另一人批准")
    _sound(entry, held(work.session))
    source = entry.source
    row = LawEntryRow(
        folder=entry.folder, name=entry.name, key=entry.key, body=dict(entry.body), valid_from=entry.valid_from,
        title=source.title, document=source.number, issuer=source.issuer, issued=source.issued, url=source.url,
        proposed_by=actor.person_id, proposed_for=actor.organisation_id, proposed_at=now, state=EntryState.PROPOSED,
    )  # fmt: skip
    work.record("law_entry.propose", row, by=actor, at=now, cites=SUPERVISES, facts=_told(entry))
    return row


def decide(work: UnitOfWork, command: Decide, now: datetime) -> LawEntryRow:
    """批准或者不批准. Raises NotPermitted for whoever proposed it, WrongStage when it is decided, BadInput with all that lacks."""
    actor = command.actor
    actor.must_be(Role.FINANCE)
    work.lock(LogHead, 1)  # one approval after another: what is laid over what must not be in doubt
    row = work.lock(LawEntryRow, command.entry_id)
    if row.proposed_by in actor.people:
        raise NotPermitted("提出补录的人不能批准自己提出的内容, 代理人也不能; 须由另一人办理")
    _still_open(row)
    reason, entry = command.reason.strip(), entry_of(row)
    facts: dict[str, Any] = _told(entry)
    if command.approve:
        before = held(work.session)
        _sound(entry, before)
        if entry.kind is Kind.YEAR and not command.read:
            raise BadInput([Finding("read", "放假安排批准后即据以计算工作日, 须先核对通知原文; 未核对的, 该年仍按暂定计算")], "不能批准")
        row.state, row.read_in_full, row.approved_as = EntryState.APPROVED, command.read, len(before) + 1
        facts |= {"read_in_full": command.read, "approved_as": row.approved_as, "backdated": row.valid_from <= now.date()}
    else:
        if not reason:
            raise BadInput([Finding("reason", "请写明不批准的理由")], "请写明理由")
        row.state = EntryState.REJECTED
        facts["reason"] = reason
    row.reason, row.decided_by, row.decided_for, row.decided_at = reason[:500], actor.person_id, actor.organisation_id, now
    act = "law_entry.approve" if command.approve else "law_entry.reject"
    work.record(act, row, by=actor, at=now, cites=SUPERVISES, facts=facts)
    return row


def withdraw(work: UnitOfWork, entry_id: int, actor: Actor, now: datetime) -> LawEntryRow:
    """撤回: by any system administrator, while it is not decided."""
    actor.must_be(Role.SYSTEM_ADMIN)
    row = work.lock(LawEntryRow, entry_id)
    _still_open(row)
    row.state, row.decided_by, row.decided_for, row.decided_at = EntryState.WITHDRAWN, actor.person_id, actor.organisation_id, now
    work.record("law_entry.withdraw", row, by=actor, at=now, cites=SUPERVISES, facts={"same": entry_of(row).same()})
    return row


def _still_open(row: LawEntryRow) -> None:
    if row.state is not EntryState.PROPOSED:
        raise WrongStage(f"此项补录{row.state.zh}; 批准以后不能修改, 有误的另行补录更正")


def _sound(entry: Entry, before: Sequence[Entry]) -> None:
    """Raises BadInput unless it can be laid over ``before`` and makes a difference or brings a better source."""
    laid = proved(entry, before)
    with laid_over(lay(before)):
        told = changes(entry, laid)
    if not told and any(each.same() == entry.same() for each in before):
        raise BadInput([Finding("", "同样的内容已经补录", have=f"第{_number(entry, before)}号")], "不能补录")


def _number(entry: Entry, before: Sequence[Entry]) -> int:
    return next(each.number for each in before if each.same() == entry.same())


def _told(entry: Entry) -> dict[str, Any]:
    source = entry.source
    return {
        "what": entry.kind, "folder": entry.folder, "name": entry.name, "key": entry.key, "body": entry.body, "same": entry.same(),
        "source": [source.title, source.number, source.issuer, source.issued, source.url],
    }  # fmt: skip


# --- reading ----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Shown:
    """An entry as a page shows it: offices, never names.

    backdated  its day was over when it was approved; ``acts``: how many acts stand in the log since that day
    """

    id: int
    entry: Entry
    state: EntryState
    proposed_by: str
    proposed_at: datetime
    decided_by: str
    decided_at: datetime | None
    reason: str
    backdated: bool
    changes: tuple[str, ...] = field(default=())
    acts: int = 0

    @property
    def since(self) -> date:
        return self.entry.valid_from


def entry_of(row: LawEntryRow) -> Entry:
    """The entry that a row keeps."""
    return revived({name: getattr(row, name) for name in COLUMNS})


def held(session: Session) -> list[Entry]:
    """The approved entries in the order of approval. One statement."""
    return approved(session.connection())


def entries(session: Session, *, public: bool, today: date) -> list[Shown]:
    """The entries, the newest first; ``public``: approved ones only. One statement."""
    proposer, decider = aliased(OrganisationRow), aliased(OrganisationRow)
    statement = (
        select(LawEntryRow, proposer.name, decider.name)
        .join(proposer, proposer.id == LawEntryRow.proposed_for)
        .outerjoin(decider, decider.id == LawEntryRow.decided_for)
        .order_by(LawEntryRow.id.desc())
        .limit(MOST)
    )
    if public:
        statement = statement.where(LawEntryRow.state == EntryState.APPROVED)
    return [_shown(row, at, by, today) for row, at, by in session.execute(statement)]


def waiting(session: Session, *, limit: int = 20) -> list[LawEntryRow]:
    """The proposals that wait for a decision, the oldest first. One statement."""
    statement = select(LawEntryRow).where(LawEntryRow.state == EntryState.PROPOSED).order_by(LawEntryRow.id).limit(limit)
    return list(session.scalars(statement))


def entry(session: Session, entry_id: int, *, public: bool, today: date) -> Shown:
    """One entry with what it changes, or changed. Raises Missing, for strangers also of what is not approved."""
    row = session.get(LawEntryRow, entry_id)
    if row is None or (public and row.state is not EntryState.APPROVED):
        raise Missing("没有这项补录, 或者尚未批准")
    offices = select(OrganisationRow.id, OrganisationRow.name).where(OrganisationRow.id.in_([row.proposed_for, row.decided_for or 0]))
    names = {row.id: row.name for row in session.execute(offices)}
    all_ = held(session)
    before = all_[: row.approved_as - 1] if row.approved_as else all_
    found = entry_of(row)
    told: tuple[str, ...] = ()
    if row.state in (EntryState.PROPOSED, EntryState.APPROVED):
        told = would_change(found, before)
    shown = _shown(row, names[row.proposed_for], names.get(row.decided_for or 0), today, told)
    if not shown.backdated:
        return shown
    begun = datetime.combine(row.valid_from, time(), SHANGHAI).isoformat()
    acts = session.scalar(select(func.count()).select_from(LogLine).where(LogLine.at >= begun)) or 0
    return Shown(**{**vars(shown), "acts": acts})


def would_change(entry: Entry, before: Sequence[Entry]) -> tuple[str, ...]:
    """What ``entry`` makes another, laid over ``before``. Raises BadInput for one that cannot be laid."""
    laid: InForce = proved(entry, before)
    with laid_over(lay(before)):
        return changes(entry, laid)


def _shown(row: LawEntryRow, at: str, by: str | None, today: date, told: tuple[str, ...] = ()) -> Shown:
    approver = Role.SYSTEM_ADMIN if row.state is EntryState.WITHDRAWN else Role.FINANCE
    return Shown(
        row.id, entry_of(row), row.state, f"{Role.SYSTEM_ADMIN.zh}（{at}）", row.proposed_at,
        f"{approver.zh}（{by}）" if by else "", row.decided_at, row.reason,
        row.valid_from <= (row.decided_at.date() if row.decided_at else today), told,
    )  # fmt: skip
