"""Stories 项目经历: as many procurements as one asks for, two years long whatever their number, the same for the same seed.

What lies on somebody's desk is the same in every database: buyer 1 and agency 1 have ten procurements of the last two months.
Behind them lies one in a hundred of all the older ones, whose contracts are over; in a small database two hundred. So a page
of theirs shows the same rows, and what differs is how much it has to pass by.
"""

from __future__ import annotations

import heapq
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from kernel.period import SHANGHAI
from procurement.method import Method
from procurement.service_field import ServiceField
from procurement.stage import Stage

NOW = datetime(2025, 11, 20, 10, 0, tzinfo=SHANGHAI)
"""The moment at which the database stands: a Thursday."""
YEARS = timedelta(days=730)
RECENT = timedelta(days=60)
DESK = 10
"""How many of the recent ones are buyer 1's and agency 1's."""

CLOSES, ENDS, AWARDED, SIGNED = (timedelta(days=days) for days in (22, 9, 30, 40))
TERM = timedelta(days=365)

REGIONS = ("national", "shenzhen", "fujian")
METHODS = (Method.OPEN, Method.OPEN, Method.OPEN, Method.CONSULTATION, Method.SINGLE_SOURCE)
FIELDS = tuple(ServiceField)
PLACES = ("东湖", "青山", "临江", "南屏", "北望", "安和", "长宁", "云溪", "石桥", "望海")
LEVELS = ("区", "县", "街道", "新区", "镇")
THEMES = ("社区矫正", "禁毒", "养老", "儿童保护", "精神卫生", "残疾人", "青少年事务", "司法救助", "信访", "医务", "救助管理", "婚姻家庭")
WORK = ("个案管理", "小组工作", "社区宣传", "心理疏导", "戒毒康复", "资源链接", "入户探访", "督导培训", "评估回访")


@dataclass(frozen=True)
class Story:
    """One procurement: what was bought by whom, and when it came how far. Moments to come are None."""

    number: int
    ocid: str
    title: str
    buyer: int
    agency: int
    region: str
    method: Method
    field: ServiceField
    budget: int
    price: int
    work: tuple[str, ...]
    published: datetime
    closes: datetime
    ended: datetime | None
    failed: datetime | None
    awarded: datetime | None
    signed: datetime | None

    @property
    def stage(self) -> Stage:
        reached = (
            (self.ended, Stage.TERMINATED), (self.failed, Stage.UNSUCCESSFUL), (self.signed, Stage.CONTRACTED),
            (self.awarded, Stage.AWARDED), (self.opened, Stage.OPENED),
        )  # fmt: skip
        return next((stage for moment, stage in reached if moment), Stage.TENDERING)

    @property
    def opened(self) -> datetime | None:
        return self.closes if self.closes <= NOW and not self.ended else None


@dataclass(frozen=True)
class Happening:
    """One act that was told to everybody: ``what`` is its act in the log."""

    at: datetime
    what: str
    story: Story


def sizes(procurements: int) -> tuple[int, int]:
    """(buyers, agencies): their number grows with the number of procurements, as in a country."""
    return 20 + procurements // 250, 20 + procurements // 150


def stories(procurements: int, seed: int) -> Iterator[Story]:
    """All of them, in the order of publication."""
    chance = random.Random(seed)
    buyers, agencies = sizes(procurements)
    every = min(100, max(2, procurements // 500))
    desk = {round(procurements * (1 - (2 + 5.5 * n) / YEARS.days)) for n in range(DESK)}
    for number in range(1, procurements + 1):
        at = NOW - YEARS + YEARS * (number / procurements)
        at = at.replace(microsecond=0)
        heavy = number in desk or (at < NOW - RECENT - TERM and number % every == 1)
        buyer, agency = chance.randint(2, buyers), chance.randint(2, agencies)
        fate, budget = chance.random(), chance.randint(20, 900) * 1_000_000
        title = f"{chance.choice(PLACES)}{chance.choice(LEVELS)}{chance.choice(THEMES)}社会工作服务项目（第{number % 5 + 1}期）"
        rest = chance.choice(REGIONS), chance.choice(METHODS), chance.choice(FIELDS)
        work = tuple(chance.sample(WORK, 4))
        if heavy:
            buyer, agency, fate = 1, 1, 0.9
        yield Story(
            number, f"cp-{at.year}-{number:07d}", title, buyer, agency, *rest, budget, budget * 9 // 10, work, at, at + CLOSES,
            ended=_past(at + ENDS) if fate < 0.1 else None,
            failed=_past(at + CLOSES + timedelta(hours=1)) if 0.1 <= fate < 0.3 else None,
            awarded=_past(at + AWARDED) if fate >= 0.3 else None,
            signed=_past(at + SIGNED) if fate >= 0.3 else None,
        )


def happenings(of: Iterator[Story]) -> Iterator[Happening]:
    """Every public act of every story in the order of time; of each procurement, its publication comes first."""
    waiting: list[tuple[datetime, int, str, Story]] = []
    for story in of:
        while waiting and waiting[0][0] <= story.published:
            at, _, what, earlier = heapq.heappop(waiting)
            yield Happening(at, what, earlier)
        yield Happening(story.published, "tender.publish", story)
        moments = {
            "tender.terminate": story.ended, "tender.fail": story.failed, "award.announce": story.awarded, "contract.sign": story.signed,
        }  # fmt: skip
        for what, at in moments.items():
            if at:
                heapq.heappush(waiting, (at, story.number, what, story))
    while waiting:
        at, _, what, earlier = heapq.heappop(waiting)
        yield Happening(at, what, earlier)


def buyer_name(number: int) -> str:
    return f"{PLACES[number % 10]}{LEVELS[number // 10 % 5]}第{number}民政局"


def agency_name(number: int) -> str:
    return f"{PLACES[number % 10]}第{number}社会工作服务中心"


def _past(at: datetime) -> datetime | None:
    return at if at <= NOW else None
