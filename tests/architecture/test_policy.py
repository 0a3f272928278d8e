"""Every route has an entry in the policy, every entry has a route, and every act carries its keys."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from flask import Flask

from app import create_app
from app.accounts import policy
from app.accounts.policy import ARRIVING, PUBLIC, ROUTES, Access
from kernel.role import Role
from tests.databases import settings_for


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return create_app(settings_for("sqlite://", tmp_path_factory.mktemp("policy")))


def test_every_route_says_who_may(product: Flask) -> None:
    assert sorted({rule.endpoint for rule in product.url_map.iter_rules()} - set(ROUTES)) == []


def test_every_entry_has_a_route(product: Flask) -> None:
    assert sorted(set(ROUTES) - {rule.endpoint for rule in product.url_map.iter_rules()}) == []


def test_no_endpoint_is_in_two_rooms() -> None:
    rooms = [value for name, value in vars(policy).items() if name.isupper() and isinstance(value, dict)]
    named = Counter(endpoint for room in rooms if room is not ROUTES for endpoint in room)

    assert [endpoint for endpoint, times in named.items() if times > 1] == []
    assert set(named) == set(ROUTES)


def test_who_may_is_an_access_or_roles_of_people() -> None:
    for endpoint, who in ROUTES.items():
        assert isinstance(who, Access) or (who and all(isinstance(role, Role) for role in who)), endpoint
        assert isinstance(who, Access) or Role.CLOCK not in who, endpoint


def test_strangers_may_change_nothing_but_sign_in(product: Flask) -> None:
    """A public route that takes a form would be an act without an actor: but for a mailbox that asks to be told, and
    drafts that are read by the law desk and not kept."""
    acts = {rule.endpoint for rule in product.url_map.iter_rules() if rule.methods & {"POST", "PUT", "PATCH", "DELETE"}}

    assert sorted(endpoint for endpoint in acts if ROUTES.get(endpoint) is PUBLIC) == [
        "accounts.sign_in",
        "disclosure.confirm_search",
        "disclosure.end_search",
        "disclosure.save_search",
        "lawdesk.checked",
        "lawdesk.scoring_filed",
    ]


def test_only_the_entrance_is_open_without_a_role() -> None:
    assert {endpoint.split(".")[0] for endpoint, who in ROUTES.items() if who is ARRIVING} == {"accounts"}


def test_nothing_is_deleted_or_put_behind_the_forms_back(product: Flask) -> None:
    odd = {rule.rule for rule in product.url_map.iter_rules() if rule.methods - {"GET", "HEAD", "OPTIONS", "POST"}}

    assert odd == set()


def test_every_form_that_acts_carries_both_keys() -> None:
    """In a template: ``face.keys()``, ``form.hidden_tag()``, or one of the macros that write them."""
    templates = Path(__file__).resolve().parents[2] / "templates"
    for template in templates.rglob("*.html"):
        for form in re.findall(r"<form\b.*?</form>", template.read_text(encoding="utf-8"), re.DOTALL):
            if re.search(r'method="?post', form, re.IGNORECASE):
                assert re.search(r"keys\(\)|hidden_tag\(\)|form\.once", form), f"{template.name}: {form[:120]}"
