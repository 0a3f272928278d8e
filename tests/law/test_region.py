"""Regions: a code leads to the law that is held for it, and says where nothing is held."""

from __future__ import annotations

import pytest

from kernel.refusal import BadInput
from law.region import region


@pytest.mark.parametrize(
    ("text", "place", "level", "held"),
    [
        ("410100", "zhengzhou", "city", True),
        ("410102", "zhengzhou", "county", True),
        ("410000", "henan", "province", True),
        ("411400", "henan", "city", True),
        ("440300", "shenzhen", "city", True),
        ("440100", "national", "city", False),
        ("510000", "sichuan", "province", True),
        ("shenzhen", "shenzhen", "city", True),
        ("郑州", "zhengzhou", "city", True),
        ("", "national", "", True),
    ],
)
def test_a_code_leads_to_the_law_that_is_held(text, place, level, held):
    found = region(text)

    assert (found.place.id, found.level, found.held) == (place, level, held)


def test_a_place_without_rules_of_its_own_says_so():
    assert "广东省" in region("440100").caution
    assert "采购限额" in region("410100").caution
    assert region().caution == ""


@pytest.mark.parametrize("text", ["4101", "990000", "41010O", "atlantis", "4101000"])
def test_a_code_that_is_none_is_refused(text):
    with pytest.raises(BadInput, match="地区"):
        region(text)
