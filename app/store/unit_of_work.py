"""The unit of work 工作单元: one act, one transaction, one audit line. All of it happens, or nothing."""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import Engine, event, inspect, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from app.extensions import db
from app.store import idempotency, law_in_force
from app.store.limits import refuse_what_does_not_fit
from app.transparency import chain
from kernel.refusal import Missing, Stale

if TYPE_CHECKING:
    from law import LawAt

Row = TypeVar("Row", bound=db.Model)  # type: ignore[name-defined]

_open: ContextVar[bool] = ContextVar("unit_of_work_is_open", default=False)

DEADLOCK_OR_SERIALIZATION = ("40P01", "40001")


Follower = Callable[[Session, Sequence[chain.Entry]], None]

_followers: dict[str, Follower] = {}


def follow(follower: Follower) -> None:
    """Let ``follower(session, entries)`` write what follows from every act, in the act's own transaction.

    It is called with the act's log entries after the act and before the log is written: for floors above the rooms, of
    which the rooms know nothing. What it raises undoes the act.
    """
    _followers[f"{follower.__module__}.{follower.__qualname__}"] = follower


class UnitOfWork:
    """What a service works with: a session inside one transaction, locks, the law, and the log.

    session  SQLAlchemy session; do not commit it
    """

    def __init__(self, session: Session) -> None:
        self.session = session
        self._entries: list[chain.Entry] = []
        self._once: Any = None

    def lock(self, kind: type[Row], key: Any) -> Row:
        """The row ``key`` (its primary key) of ``kind``, locked until this act is over. Raises Missing."""
        return self.lock_by(kind, **{inspect(kind).primary_key[0].key: key})

    def lock_by(self, kind: type[Row], **where: Any) -> Row:
        """The one row of ``kind`` with these column values, locked until this act is over. Raises Missing."""
        statement = select(kind).filter_by(**where).with_for_update(of=kind)
        row = self.session.execute(statement.execution_options(populate_existing=True)).unique().scalar_one_or_none()
        if row is None:
            raise Missing
        return row

    def expect(self, row: Any, version: int) -> None:
        """Refuse (Stale) when ``row`` is no longer at the ``version`` that the page showed."""
        if row.version != version:
            raise Stale

    def law(self, *, on: date, jurisdiction: str = "national") -> LawAt:
        """The law of that day in that place."""
        from law import law_at

        return law_at(on, jurisdiction=jurisdiction)

    def record(
        self, act: str, row: Any, *, by: chain.Doer, at: datetime, cites: str = "", facts: Any = None
    ) -> None:
        """Put ``act`` (``noun.act``) on ``row`` into the log, in this transaction.

        facts  what a stranger needs to understand the act: plain values, no names, no floats

        The line is fixed now and written when the act commits, so that the log is locked for an instant only.
        """
        state = inspect(row)
        if state.identity is None:
            self.session.add(row)
            self.session.flush()
        subject = (row.__tablename__, "/".join(str(part) for part in inspect(row).identity))
        self._entries.append(chain.entry(act, subject, by=by, at=at, cites=cites, facts=facts))

    def leads_to(self, location: str) -> None:
        """Remember where this act's answer leads: a form sent twice is led there too."""
        if self._once is not None:
            self._once.location = location

    def claim(self, once: idempotency.OnceKey) -> None:
        """Take a form's key in this transaction. Raises AlreadyDone."""
        self._once = idempotency.claim(self.session, once)

    def finish(self) -> None:
        """Write what is left and what follows from it, the log last, and commit."""
        self.session.flush()
        for follower in _followers.values():
            follower(self.session, tuple(self._entries))
        chain.append(self.session, self._entries)
        self.session.commit()


@contextmanager
def unit_of_work() -> Iterator[UnitOfWork]:
    """Begin an act; commit at the end of the block; roll all of it back when anything is raised.

    Needs an application context. Raises RuntimeError when nested: an act inside an act would not be one act.
    """
    if _open.get():
        raise RuntimeError("unit of work inside a unit of work: one act is one transaction")
    token = _open.set(True)
    try:
        law_in_force.hold()
        db.session.rollback()  # the page's snapshot ends here; what it reads afterwards is new
        with _queue(db.engine), db.engine.connect() as connection:
            session = Session(connection.execution_options(writes=True), expire_on_commit=False)
            event.listen(session, "before_flush", refuse_what_does_not_fit)
            try:
                work = UnitOfWork(session)
                if once := idempotency.pending.get():
                    idempotency.pending.set(None)
                    work.claim(once)
                yield work
                work.finish()
            except StaleDataError:
                raise Stale from None
            except OperationalError as error:
                if getattr(error.orig, "sqlstate", None) in DEADLOCK_OR_SERIALIZATION:
                    raise Stale from None
                raise
            finally:
                session.close()
    finally:
        _open.reset(token)


def reading() -> Session:
    """The request's reading session. It refuses to write: acts happen in ``unit_of_work``."""
    return db.session()  # type: ignore[return-value]


@contextmanager
def _queue(engine: Engine) -> Iterator[None]:
    """Let SQLite's writers wait in a file lock before BEGIN IMMEDIATE: busy_timeout alone starves some for seconds."""
    path = engine.url.database if engine.dialect.name == "sqlite" else None
    if not path or path == ":memory:":
        yield
        return
    with Path(f"{path}.write-lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield  # closing the file gives the lock up, also when the process is killed


@event.listens_for(db.session, "before_flush")
def _refuse_to_write(*_: Any) -> None:
    raise RuntimeError("the reading session does not write: use `with unit_of_work() as work`")
