"""Samples that nobody could have chosen: committed before, drawn in the open, drawn again by a stranger."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.sampling import Commitment, Frame, Unit, committed, draw_sample, frame_of, proportional
from kernel.refusal import BadInput

SEED = "kX3v9QmT0bLr7WcZ2yHsNA"


def a_frame(**but: object) -> Frame:
    units = [Unit(f"个案{n:03}", "个案") for n in range(1, 61)] + [Unit(f"小组{n:03}", "小组") for n in range(1, 31)]
    facts = {"subject": "cp-2025-0001 第1年度", "units": units, "size": 9} | but
    return frame_of(**facts)


def test_a_stranger_draws_the_same_files_with_a_hash_and_a_sort():
    frame = a_frame()
    sample = draw_sample(frame, SEED, committed(frame, SEED))

    def lot(id: str) -> str:
        return hashlib.sha256(f"{SEED}|{frame.subject}#{id[:2]}|{id}".encode()).hexdigest()

    by_hand = sorted((f"个案{n:03}" for n in range(1, 61)), key=lot)[:6] + sorted((f"小组{n:03}" for n in range(1, 31)), key=lot)[:3]
    assert list(sample.drawn) == by_hand
    assert sample.shares == (("个案", 60, 6), ("小组", 30, 3))
    assert dict(sample.lots())["小组001"] == lot("小组001")


def test_the_order_of_the_list_changes_neither_its_hash_nor_the_sample():
    frame, turned = a_frame(), a_frame(units=list(reversed(a_frame().units)))

    assert frame.digest == turned.digest
    assert draw_sample(frame, SEED, committed(frame, SEED)).drawn == draw_sample(turned, SEED, committed(turned, SEED)).drawn


@pytest.mark.parametrize(
    "changed",
    [{"units": a_frame().units[1:]}, {"units": (*a_frame().units, Unit("个案061", "个案"))}, {"size": 10}, {"subject": "cp-2025-0002"}],
)
def test_a_list_that_was_changed_after_the_commitment_is_not_drawn_from(changed):
    before = committed(a_frame(), SEED)
    with pytest.raises(BadInput) as refusal:
        draw_sample(a_frame(**changed), SEED, before)

    assert [finding.field for finding in refusal.value.findings] == ["units"]


def test_another_seed_than_the_one_committed_to_is_refused_and_so_is_one_that_could_be_guessed():
    frame = a_frame()
    with pytest.raises(BadInput, match="种子与事先公布的哈希值不符"):
        draw_sample(frame, SEED + "x", committed(frame, SEED))
    with pytest.raises(BadInput, match="过短"):
        committed(frame, "2025-05-04 3372.55")


def test_everything_wrong_with_a_list_is_told_at_once():
    with pytest.raises(BadInput) as refusal:
        frame_of(" ", [Unit("甲"), Unit("甲"), Unit(" ")], 4)

    assert [finding.field for finding in refusal.value.findings] == ["units", "units", "size", "subject"]


@pytest.mark.parametrize(("size", "allowed"), [(0, False), (1, True), (90, True), (91, False)])
def test_at_least_one_and_at_most_all(size, allowed):
    if allowed:
        frame = a_frame(size=size)
        assert len(set(draw_sample(frame, SEED, committed(frame, SEED)).drawn)) == size
    else:
        with pytest.raises(BadInput):
            a_frame(size=size)


@given(st.lists(st.integers(1, 50), min_size=1, max_size=6), st.data())
def test_shares_add_up_stay_within_their_group_and_are_never_a_whole_one_off(sizes, data):
    seats = data.draw(st.integers(1, sum(sizes)))
    given_seats = proportional(sizes, seats)

    assert sum(given_seats) == seats
    for size, got in zip(sizes, given_seats, strict=True):
        assert 0 <= got <= size
        assert abs(got * sum(sizes) - size * seats) < sum(sizes)


def test_a_commitment_shows_neither_seed_nor_list():
    assert committed(a_frame(), SEED) == Commitment(hashlib.sha256(SEED.encode()).hexdigest(), a_frame().digest)
