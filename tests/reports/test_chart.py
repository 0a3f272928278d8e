"""Charts say the same to the eye, to a screen reader and in print, and say it the same way every time."""

from __future__ import annotations

from fractions import Fraction
from xml.etree import ElementTree

import pytest

from reports.chart import Bar, bars_svg, in_words, radar_svg

FOUR = (
    Bar("决策", Fraction(45, 4), Fraction(15)),
    Bar("过程", Fraction(88, 5), Fraction(20)),
    Bar("产出", Fraction(316, 10), Fraction(35)),
    Bar("效益", None, Fraction(30)),
)
SVG = "{http://www.w3.org/2000/svg}"


def parsed(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)


@pytest.mark.parametrize("draw", [bars_svg, radar_svg])
def test_a_chart_has_a_title_and_says_in_words_what_it_shows(draw) -> None:  # type: ignore[no-untyped-def]
    root = parsed(draw(FOUR))
    assert root.find(f"{SVG}title").text == "各维度得分率"  # type: ignore[union-attr]
    words = root.find(f"{SVG}desc").text or ""  # type: ignore[union-attr]
    assert words == in_words(FOUR)
    assert "决策11.25分（满分15分，得分率75.00%）" in words
    assert "效益不适用" in words
    assert root.get("role") == "img"


def test_bars_are_as_long_as_the_rates() -> None:
    widths = [float(bar.get("width") or 0) for bar in parsed(bars_svg(FOUR)).iter(f"{SVG}rect") if bar.get("class") == "chart-bar"]
    assert widths == [240, 281.6, 288.91]  # 75 %, 88 %, 90.29 % of 320


@pytest.mark.parametrize(("points", "width"), [(-5, 0.0), (0, 0.0), (15, 320.0), (20, 320.0)])
def test_a_bar_stays_in_its_track_whatever_bonus_or_penalty(points: int, width: float) -> None:
    svg = bars_svg((Bar("决策", Fraction(points), Fraction(15)),))
    [bar] = [rect for rect in parsed(svg).iter(f"{SVG}rect") if rect.get("class") == "chart-bar"]
    assert float(bar.get("width") or 0) == width
    assert f"{points}.00 / 15" in svg


def test_markup_in_a_name_is_text() -> None:
    svg = bars_svg((Bar("<script>alert(1)</script>&", Fraction(1), Fraction(2)),))
    assert "<script" not in svg
    assert not list(parsed(svg).iter(f"{SVG}script"))


def test_nothing_in_a_chart_needs_a_style_a_script_or_another_address() -> None:
    """A page with CSP default-src 'self' and no inline style shows it as it is."""
    for svg in (bars_svg(FOUR), radar_svg(FOUR[:3])):
        assert "style=" not in svg
        assert "<style" not in svg
        assert "href" not in svg
        assert "url(" not in svg


def test_a_web_needs_three_dimensions_that_apply() -> None:
    assert "chart-web" in radar_svg(FOUR[:3])
    assert "chart-web" not in radar_svg(FOUR)
    assert "chart-web" not in radar_svg(FOUR[:2])


def test_the_same_numbers_give_the_same_drawing() -> None:
    assert bars_svg(FOUR) == bars_svg(FOUR)
    assert radar_svg(FOUR[:3]) == radar_svg(FOUR[:3])
