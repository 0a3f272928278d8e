"""What the portal's tests share: who publishes, and how many statements a page takes."""

from __future__ import annotations

import pytest

from kernel.role import Role
from tests.builders.accounts import an_actor
from tests.builders.rooms import DURING


@pytest.fixture
def buyer(work, clock_at):
    """A buyer, during the days on which bids are taken."""
    clock_at(DURING)
    with work() as unit:
        return an_actor(unit, Role.BUYER)


@pytest.fixture
def cost(client, statements):
    """``cost(address)``: how many statements the page takes."""

    def count(address: str) -> int:
        with statements() as seen:
            assert client.get(address).status_code == 200
        return len(seen)

    return count


@pytest.fixture
def titles(client):
    """``titles(address)``: the titles on a list, in order."""
    import re

    def read(address: str) -> list[str]:
        answer = client.get(address)
        assert answer.status_code == 200, address
        found = re.findall(r'<span itemprop="name">(.*?)</span></a>', answer.text, re.DOTALL)
        return [re.sub(r"</?mark>", "", title) for title in found]

    return read
