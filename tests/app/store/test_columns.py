"""What both databases must hold alike."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction

import pytest
from sqlalchemy import BigInteger, Column, MetaData, Table, insert, select
from sqlalchemy.exc import StatementError

from app.extensions import db
from app.store.columns import AwareTime, ExactPoints, Facts, Key, Words
from kernel.period import SHANGHAI
from kernel.role import Role

SHELF = Table(
    "shelf", MetaData(), Column("id", Key, primary_key=True), Column("at", AwareTime), Column("points", ExactPoints),
    Column("fen", BigInteger), Column("role", Words(Role)), Column("facts", Facts),
)


@pytest.fixture
def shelf(app):
    with db.engine.begin() as connection:
        SHELF.create(connection)
        yield connection
        connection.rollback()
    with db.engine.begin() as connection:
        SHELF.drop(connection, checkfirst=True)


def put(shelf, **values):
    shelf.execute(insert(SHELF).values(**values))
    return shelf.execute(select(SHELF)).mappings().one()


def test_a_moment_comes_back_in_beijing_time_to_the_microsecond(shelf):
    moment = datetime(2025, 3, 21, 1, 30, 0, 123456, tzinfo=UTC)

    found = put(shelf, at=moment)["at"]

    assert (found, found.tzinfo) == (moment, SHANGHAI)


def test_a_time_without_a_zone_is_nobodys_time(shelf):
    with pytest.raises(StatementError, match="时间须带时区"):
        put(shelf, at=datetime(2025, 3, 21, 9, 30))  # noqa: DTZ001


def test_moments_are_ordered_as_moments(shelf):
    early, late = datetime(2025, 3, 21, 9, 30, tzinfo=SHANGHAI), datetime(2025, 3, 21, 1, 30, 0, 1, tzinfo=UTC)
    shelf.execute(insert(SHELF), [{"at": late}, {"at": early}])

    assert shelf.scalars(select(SHELF.c.at).order_by(SHELF.c.at)).all() == [early, late]
    assert shelf.scalars(select(SHELF.c.at).where(SHELF.c.at <= early)).all() == [early]


def test_points_are_kept_exactly_and_floats_are_refused(shelf):
    with pytest.raises(StatementError, match="精确分数"):
        put(shelf, points=0.1)
    assert put(shelf, points=Fraction(1, 3))["points"] == Fraction(1, 3)


def test_a_hundred_billion_yuan_fits(shelf):
    assert put(shelf, fen=10_000_000_000_000)["fen"] == 10_000_000_000_000


def test_a_word_that_is_none_of_the_words_is_refused(shelf):
    assert put(shelf, role=Role.BUYER)["role"] is Role.BUYER
    with pytest.raises(StatementError):
        put(shelf, role="king")


def test_facts_come_back_as_they_went_in(shelf):
    facts = {"乙": [1, 2], "甲": {"份额": "1/3"}}
    assert put(shelf, facts=facts)["facts"] == facts
