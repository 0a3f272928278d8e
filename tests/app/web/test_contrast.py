"""Contrast of the palette, measured in every light: AAA for every text, AA for every line that must be seen."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from app.web.palette import LIGHTS, PAIRS, TEXT, contrast, tokens, triples

CSS = Path(__file__).resolve().parents[3] / "static" / "css"
TOKENS = (CSS / "tokens.css").read_text("utf-8")

ASKED_FOR_MORE = 9.0


def test_the_measure_is_that_of_wcag() -> None:
    """Known figures: black on white is 21, #767676 is the lightest grey that passes AA on white, and order is no matter."""
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") < 4.5 < contrast("#767676", "#ffffff")
    assert contrast("#ffffff", "#767676") == contrast("#767676", "#ffffff")
    assert contrast("#123456", "#123456") == 1


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: f"{pair.colour} on {pair.ground}")
@pytest.mark.parametrize("light", LIGHTS)
def test_what_stands_on_what_can_be_read_in_every_light(light, pair) -> None:
    colours = tokens(TOKENS, LIGHTS[light])
    wanted = ASKED_FOR_MORE if "高对比" in light and pair.least == TEXT else pair.least

    assert contrast(colours[pair.colour], colours[pair.ground]) >= wanted


def test_each_light_has_colours_of_its_own() -> None:
    """A misread condition would measure one light four times."""
    read = [tuple(sorted(tokens(TOKENS, says).items())) for says in LIGHTS.values()]

    assert len(set(read)) == len(LIGHTS)


@pytest.mark.parametrize("light", LIGHTS)
def test_the_numbers_that_bootstrap_draws_links_with_are_those_of_the_palette(light) -> None:
    colours = tokens(TOKENS, LIGHTS[light])

    for name, numbers in triples(TOKENS, LIGHTS[light]).items():
        assert "#" + "".join(f"{number:02x}" for number in numbers) == colours[name], name
    assert set(triples(TOKENS)) == {"accent", "accent-deep"}


def test_every_colour_of_a_text_is_measured() -> None:
    """Whoever gives a text a new colour, or a surface, names what it stands on."""
    sheets = "".join(sheet.read_text("utf-8") for sheet in CSS.glob("*.css"))
    colours = set(re.findall(r"(?<![-\w])color:\s*var\(--([a-z-]+)\)", sheets))
    grounds = set(re.findall(r"(?<![-\w])background(?:-color)?:\s*var\(--([a-z-]+)\)", sheets))
    measured = {pair.colour for pair in PAIRS} | {pair.ground for pair in PAIRS}

    assert colours <= {pair.colour for pair in PAIRS}
    assert grounds - {"line"} <= measured  # --line draws the way of a procurement, beside words that say the same


def test_colours_are_named_in_the_tokens_and_nowhere_else() -> None:
    """Otherwise dark, contrast and print would each forget one. What is printed on white paper may say #fff."""
    for sheet in sorted(CSS.glob("*.css")):
        if sheet.name != "tokens.css":
            assert set(re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[^{}]*[;}])", sheet.read_text("utf-8"))) <= {"#fff"}, sheet.name


def test_dark_colours_are_for_the_screen_and_never_for_paper() -> None:
    for condition in re.findall(r"@media([^{]+)\{", TOKENS):
        assert "dark" not in condition or condition.strip().startswith("screen and"), condition


def test_where_the_system_chooses_the_colours_every_token_has_a_name_of_the_system() -> None:
    [block] = re.findall(r"@media \(forced-colors: active\) \{\s*:root \{([^}]*)\}", TOKENS)
    named = dict(re.findall(r"--([a-z-]+):\s*(\w+)", block))

    assert set(named) == set(tokens(TOKENS))
    assert set(named.values()) == {"Canvas", "CanvasText", "Highlight"}
