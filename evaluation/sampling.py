"""Sampling 抽样: which case files are read, chosen so that nobody could have chosen.

First the list 抽样框 and the SHA-256 of a seed are published, then the sample is drawn, then the seed is published: whoever
keeps the files cannot know which will be read, whoever draws cannot try seeds until a sample pleases, and a stranger can
draw again. How many are read is the scheme's; no official text prints a share.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from kernel.canonical import canonical_json, sha256_hex
from kernel.lot import lot_number, order_by_lot
from kernel.refusal import BadInput, Finding

LEAST_SEED = 22
"""Characters of a seed: 128 random bits in base 64. A shorter one could be found by trying all that fit its hash."""


@dataclass(frozen=True)
class Unit:
    """One that may be drawn, and its stratum 层 (个案, 小组, 社区活动 …; "" where the list has none)."""

    id: str
    stratum: str = ""


@dataclass(frozen=True)
class Frame:
    """抽样框: everything that may be drawn for ``subject``, and how many will be."""

    subject: str
    units: tuple[Unit, ...]
    size: int

    @property
    def digest(self) -> str:
        """SHA-256 of the list, published with the commitment: a file cannot join or leave it afterwards."""
        listed = sorted([unit.id, unit.stratum] for unit in self.units)
        return sha256_hex(canonical_json({"subject": self.subject, "size": self.size, "units": listed}))


@dataclass(frozen=True)
class Commitment:
    """承诺, published before the seed: hash of the seed, hash of the list."""

    seed_hash: str
    frame_hash: str


@dataclass(frozen=True)
class Sample:
    """抽样结果: who was drawn, in the order of their lots within each stratum; the working is ``lots``."""

    frame: Frame
    seed: str
    commitment: Commitment
    shares: tuple[tuple[str, int, int], ...]
    drawn: tuple[str, ...]

    def lots(self) -> tuple[tuple[str, str], ...]:
        """(id, lot) of everything in the list, so that the order can be checked by hand."""
        return tuple((unit.id, lot_number(self.seed, _place(self.frame, unit.stratum), unit.id)) for unit in self.frame.units)


def frame_of(subject: str, units: Iterable[Unit], size: int) -> Frame:
    """A list that can be drawn from. Raises BadInput with everything wrong with it."""
    listed = tuple(units)
    problems = [
        Finding("units", f"编号重复: {id}", have=times, need=1)
        for id, times in Counter(unit.id for unit in listed).items()
        if times > 1
    ]
    problems += [Finding("units", "编号不能为空")] if any(not unit.id.strip() for unit in listed) else []
    if not 1 <= size <= len(listed):
        problems.append(Finding("size", "抽取数量须在 1 与清单总数之间", have=size, need=f"1 至 {len(listed)}"))
    if not subject.strip():
        problems.append(Finding("subject", "请写明为哪个项目抽取"))
    if problems:
        raise BadInput(problems, "抽样清单有误")
    return Frame(subject, listed, size)


def committed(frame: Frame, seed: str) -> Commitment:
    """What is published before the draw. Raises BadInput for a seed that could be guessed."""
    if len(seed.strip()) < LEAST_SEED:
        raise BadInput((Finding("seed", "随机种子过短, 可由其哈希值试出", have=len(seed.strip()), need=f"不少于 {LEAST_SEED} 个字符"),))
    return Commitment(sha256_hex(seed), frame.digest)


def draw_sample(frame: Frame, seed: str, commitment: Commitment) -> Sample:
    """The sample. Raises BadInput when seed or list are not those that were committed to."""
    problems = []
    if sha256_hex(seed) != commitment.seed_hash:
        problems.append(Finding("seed", "种子与事先公布的哈希值不符", have=sha256_hex(seed), need=commitment.seed_hash))
    if frame.digest != commitment.frame_hash:
        problems.append(Finding("units", "清单与事先公布的不符", have=frame.digest, need=commitment.frame_hash))
    if problems:
        raise BadInput(problems, "不能抽取")
    by_stratum: dict[str, list[str]] = {}
    for unit in frame.units:
        by_stratum.setdefault(unit.stratum, []).append(unit.id)
    names = sorted(by_stratum)
    seats = proportional([len(by_stratum[name]) for name in names], frame.size)
    drawn: list[str] = []
    for name, number in zip(names, seats, strict=True):
        drawn += order_by_lot(seed, _place(frame, name), by_stratum[name])[:number]
    shares = tuple((name, len(by_stratum[name]), number) for name, number in zip(names, seats, strict=True))
    return Sample(frame, seed, commitment, shares, tuple(drawn))


def proportional(sizes: Sequence[int], seats: int) -> tuple[int, ...]:
    """``seats`` shared over groups by their sizes: whole parts first, the rest to the largest remainders, then the first.

    >>> proportional([60, 30, 10], 7)
    (4, 2, 1)
    """
    total = sum(sizes)
    exact = [Fraction(size * seats, total) for size in sizes]
    given = [int(share) for share in exact]
    order = sorted(range(len(sizes)), key=lambda at: (given[at] - exact[at], at))
    for at in order[: seats - sum(given)]:
        given[at] += 1
    return tuple(given)


def _place(frame: Frame, stratum: str) -> str:
    """What is hashed between seed and id."""
    return f"{frame.subject}#{stratum}" if stratum else frame.subject
