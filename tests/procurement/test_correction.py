"""更正: what may be changed while bids are taken, and until when. Boundaries in threes: short, exact, over."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from kernel.refusal import Finding
from procurement.correction import Correction, correction_findings
from procurement.method import Method
from tests.builders.procurement import LAW_2025, a_tender, at

TENDER = a_tender()  # issued 2025-02-10, bids close 2025-03-03 09:30
TOLD = at("2025-02-12", "10:00")


def a_correction(**but: Any) -> Correction:
    """A lawful one: told on 2025-02-12, a text is changed, the deadline stays nineteen days away."""
    made = Correction(TOLD, TENDER.bids_close, TENDER.documents_until or date(2025, 3, 3), text="第三章“80例”更正为“60例”", same_object=True)
    return replace(made, **but)


def found(**but: Any) -> list[Finding]:
    return list(correction_findings(TENDER, a_correction(**but), LAW_2025))


def test_a_correction_in_time_is_lawful() -> None:
    assert found() == []


@pytest.mark.parametrize(("told", "problems"), [("2025-02-17", 0), ("2025-02-18", 0), ("2025-02-19", 1)])
def test_what_may_affect_bids_is_told_fifteen_days_before_the_deadline(told: str, problems: int) -> None:
    """财政部令第87号 第二十七条: 2025-02-18 + 15 = 2025-03-05; calendar days, the day of the notice not counted."""
    tender = replace(TENDER, bids_close=at("2025-03-05"))
    made = correction_findings(tender, a_correction(at=at(told, "10:00"), bids_close=tender.bids_close), LAW_2025)
    assert len(made) == problems


@pytest.mark.parametrize(("closes", "problems"), [("2025-03-11", 1), ("2025-03-12", 0), ("2025-03-13", 0)])
def test_too_late_for_the_old_deadline_is_in_time_for_a_later_one(closes: str, problems: int) -> None:
    """Told on 2025-02-25, fifteen days end on 2025-03-12."""
    made = found(at=at("2025-02-25", "10:00"), bids_close=at(closes))
    assert [each.cites for each in made] == ["财政部令第87号 第二十七条"] * problems
    assert all(each.need == "最早 2025-03-12" and each.binding for each in made)


@pytest.mark.parametrize(("minutes", "problems"), [(-1, 1), (0, 0), (1, 0)])
def test_the_deadline_never_comes_earlier(minutes: int, problems: int) -> None:
    assert TENDER.bids_close is not None
    assert len(found(bids_close=TENDER.bids_close + timedelta(minutes=minutes))) == problems


@pytest.mark.parametrize(("minutes", "problems"), [(-1, 0), (0, 1), (1, 1)])
def test_at_the_deadline_nothing_is_corrected_any_more(minutes: int, problems: int) -> None:
    assert TENDER.bids_close is not None
    told = TENDER.bids_close + timedelta(minutes=minutes)
    made = found(at=told, text="", notice={"opening_place": "二楼"})
    assert len([each for each in made if each.cites == "财政部令第87号 第三十三条"]) == problems


def test_a_room_next_door_needs_no_fifteen_days_and_another_town_does() -> None:
    late = at("2025-03-02", "10:00")
    assert found(at=late, text="", notice={"opening_place": "开标二室"}) == []
    assert [each.field for each in found(at=late, text="", notice={"opening_place": "外地"}, affects=True)] == ["bids_close"]


def test_nothing_is_no_correction() -> None:
    assert [each.field for each in found(text=" ")] == ["text"]


def test_object_and_qualification_are_not_corrected() -> None:
    [finding] = found(same_object=False)
    assert (finding.field, finding.cites) == ("same_object", "财政部令第87号 第二十七条")


def test_everything_wrong_is_told_at_once() -> None:
    assert TENDER.bids_close is not None
    made = found(bids_close=TENDER.bids_close - timedelta(days=6), documents_until=date(2025, 2, 1), same_object=False)
    assert {each.field for each in made} == {"same_object", "bids_close", "documents_until"}


def test_where_another_method_has_its_own_days_this_only_warns() -> None:
    tender = replace(TENDER, method=Method.CONSULTATION)
    [finding] = correction_findings(tender, a_correction(at=at("2025-02-25", "10:00")), LAW_2025)
    assert not finding.binding
