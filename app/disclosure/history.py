"""History 历程: what was public of one procurement at a moment, told from the dated facts on file.

Every notice carries the moment from which it stood there and the moment from which it held no longer; the stations of the
line carry theirs. So what was public on a day is computed and not kept, and can be computed for any day.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from app.disclosure.kinds import NoticeKind
from app.disclosure.models import NoticeRow
from kernel.period import SHANGHAI, aware
from procurement.stage import Stage


@dataclass(frozen=True)
class Then:
    """A procurement as everybody could see it at a moment: what ``tenders.line.line_of`` reads.

    notices   what had been published, in order; some may have held no longer
    """

    moment: datetime
    stage: Stage
    reached: dict[str, str]
    bids_close: datetime | None
    notices: tuple[NoticeRow, ...]

    def in_force(self, kind: NoticeKind) -> NoticeRow | None:
        """The notice of this kind that held; the last one where there are several."""
        return next((row for row in reversed(self.notices) if row.kind is kind and row.in_force(self.moment)), None)

    @property
    def ended_by(self) -> NoticeRow | None:
        """The notice that ended it without a contract."""
        return self.in_force(NoticeKind.UNSUCCESSFUL) or self.in_force(NoticeKind.TERMINATED)


@dataclass(frozen=True)
class Happened:
    """One line of the history.

    notice     the one that says it; None for what time or a public session did
    over       it held no longer at the moment from which one looks back
    whole_day  of its moment only the day is known
    """

    at: datetime
    zh: str
    notice: NoticeRow | None = None
    over: bool = False
    whole_day: bool = False


def end_of(day: date) -> datetime:
    """The last moment of a day in Beijing time."""
    return datetime.combine(day + timedelta(days=1), time(), SHANGHAI) - timedelta(microseconds=1)


def then(
    notices: Sequence[NoticeRow], reached: Mapping[str, str], opened_at: datetime | None, moment: datetime
) -> Then | None:
    """What was public at ``moment``; None before the first notice: not even the title was.

    reached   as ``TenderRow.reached``: station → ISO time; what came later than the moment is left out
    """
    public = tuple(row for row in notices if row.published_at <= moment)
    tender = next((row for row in public if row.kind is NoticeKind.TENDER), None)
    if tender is None:
        return None
    past = {station: at for station, at in reached.items() if _moment(at) <= moment}
    closes = next((row.said_close for row in reversed(public) if row.said_close), tender.closes_at)
    known = Then(moment, Stage.TENDERING, past, closes, public)
    if known.in_force(NoticeKind.AWARD) is None:
        past.pop("award", None)
    return Then(moment, _stage(known, opened_at), past, closes, public)


def _stage(known: Then, opened_at: datetime | None) -> Stage:
    for kind, stage in (
        (NoticeKind.TERMINATED, Stage.TERMINATED), (NoticeKind.UNSUCCESSFUL, Stage.UNSUCCESSFUL),
        (NoticeKind.CONTRACT, Stage.CONTRACTED), (NoticeKind.AWARD, Stage.AWARDED),
    ):  # fmt: skip
        if known.in_force(kind):
            return stage
    if "review" in known.reached:
        return Stage.RANKED
    if opened_at is not None and opened_at <= known.moment:
        return Stage.OPENED
    return Stage.CLOSED if known.bids_close is not None and known.bids_close <= known.moment else Stage.TENDERING


def happened(known: Then, opened_at: datetime | None) -> list[Happened]:
    """Everything that was public at the moment, in the order in which it became so."""
    found = [Happened(row.published_at, _named(row), row, over=not row.in_force(known.moment)) for row in known.notices]
    if intention := known.reached.get("intention"):
        found.append(Happened(_moment(intention), "采购意向公开", whole_day=True))
    ended = known.ended_by
    closed = known.bids_close
    if closed is not None and closed <= known.moment and (ended is None or closed <= ended.published_at):
        found.append(Happened(closed, "投标截止"))
    if opened_at is not None and opened_at <= known.moment:
        found.append(Happened(opened_at, "开标"))
    return sorted(found, key=lambda each: each.at)


def _named(row: NoticeRow) -> str:
    """A procurement has one 招标公告 and many evaluations, so of these it is said which."""
    return f"{row.name}: {row.body[0][1]}" if row.kind is NoticeKind.EVALUATION else row.name


def _moment(text: str) -> datetime:
    return aware(datetime.fromisoformat(text))
