"""Every page of evaluation, of contracts, of the portal and of the house: no serious fault, no sideways scrolling, no small target."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.pages import a_page, look_in_every_light, look_over, visits_of
from tests.browser.places import Visit
from tests.browser.towns import Town, evaluating


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    made = evaluating(tmp_path_factory.mktemp("evaluating"))
    yield made
    made.site.close()


@pytest.fixture(scope="module")
def page(browser: Browser, town: Town) -> Iterator[Page]:
    opened = a_page(browser, town)
    yield opened
    opened.context.close()


@pytest.mark.parametrize("visit", visits_of("evaluating"))
def test_a_page_can_be_read_by_everybody(page: Page, town: Town, visit: Visit) -> None:
    look_over(page, town, visit, lights=visit.lights)


@pytest.mark.deep
@pytest.mark.parametrize("visit", visits_of("evaluating"))
def test_a_page_can_be_read_in_every_light(page: Page, town: Town, visit: Visit) -> None:
    for advice in look_in_every_light(page, town, visit):
        print(advice)  # not demanded: shown with -rP
