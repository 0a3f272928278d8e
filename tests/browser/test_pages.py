"""The register of pages: none is forgotten, none is a page only in name, and the text of each is drawn, not boxed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from app import create_app
from app.accounts.policy import ROUTES
from tests.browser.places import NO_PAGE, VISITS
from tests.databases import settings_for

Window = Callable[..., Page]
RARE = "䶮㛃龑堃喆昇珺"
"""Characters of people's names that common fonts lack."""


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Every endpoint of the policy that answers a GET."""
    product = create_app(settings_for("sqlite://", tmp_path_factory.mktemp("routes")))
    return {rule.endpoint for rule in product.url_map.iter_rules() if "GET" in (rule.methods or ())} & set(ROUTES)


def test_every_page_of_the_product_is_looked_at(shown: set[str]) -> None:
    assert sorted(shown - {visit.endpoint for visit in VISITS} - set(NO_PAGE)) == []


def test_every_page_is_looked_at_by_make_test(shown: set[str]) -> None:
    """More states are for the deep run; no page is."""
    assert sorted(shown - {visit.endpoint for visit in VISITS if not visit.deep} - set(NO_PAGE)) == []


def test_what_is_excused_exists_and_is_not_looked_at(shown: set[str]) -> None:
    assert sorted(set(NO_PAGE) - shown) == []
    assert sorted(set(NO_PAGE) & {visit.endpoint for visit in VISITS}) == []
    assert all(NO_PAGE.values())


def test_no_two_visits_bear_one_name() -> None:
    names = [(visit.town, str(visit)) for visit in VISITS]

    assert len(set(names)) == len(names)


def drawn_with(page: Page, place: str) -> dict[str, int]:
    """How many glyphs of which font Chromium drew the text of ``place`` with."""
    line = page.context.new_cdp_session(page)
    line.send("DOM.enable")
    line.send("CSS.enable")
    root = line.send("DOM.getDocument")["root"]["nodeId"]
    node = line.send("DOM.querySelector", {"nodeId": root, "selector": place})["nodeId"]
    return {font["familyName"]: font["glyphCount"] for font in line.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]}


def test_chinese_is_drawn_with_the_fonts_of_the_tree_and_a_box_would_be_noticed(window: Window) -> None:
    """A bare machine has no Chinese font; what no font holds is drawn as a box, by a font that is not ours."""
    page = window("")
    page.set_content(
        f'<p id="known" style="font-family: Noto Sans SC">政府采购社会工作服务</p><p id="rare" style="font-family: Noto Sans SC">{RARE}</p>'
        '<p id="serif" style="font-family: Noto Serif SC; font-weight: 700">中标通知书</p><p id="nobody">\ue123\ue124</p>'
    )

    assert drawn_with(page, "#known") == {"Noto Sans SC": 10}
    assert drawn_with(page, "#rare") == {"Noto Sans SC": len(RARE)}
    assert drawn_with(page, "#serif") == {"Noto Serif SC": 5}
    assert set(drawn_with(page, "#nobody")).isdisjoint({"Noto Sans SC", "Noto Serif SC"})


def test_the_fonts_of_the_tree_are_there() -> None:
    folder = Path(__file__).resolve().parents[2] / "static" / "fonts"

    assert {path.name for path in folder.glob("*Full.ttf")} == {"NotoSansSC-Regular-Full.ttf", "NotoSerifSC-Regular-Full.ttf"}
