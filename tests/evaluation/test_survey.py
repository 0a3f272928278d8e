"""How many to ask, how exact the answer is, and whom a printed number could betray."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.survey import Answers, margin_of_error, printable, read_answers, sample_size
from kernel.refusal import BadInput

FIVE = Fraction(5, 100)


def the_answers(**but: object) -> Answers:
    facts = {
        "population": 410, "asked": 260, "given": {"满意": 204, "一般": 12, "不满意": 4}, "satisfied": frozenset({"满意"}), "invalid": 6,
    } | but  # fmt: skip
    return Answers(**facts)


@pytest.mark.parametrize(
    ("population", "margin", "confidence", "n"),
    [
        (1000, "0.05", "0.95", 278), (10_000, "0.05", "0.95", 370), (100_000, "0.05", "0.95", 383), (10**9, "0.05", "0.95", 385),
        (410, "0.05", "0.95", 199), (500, "0.10", "0.90", 60), (200, "0.03", "0.99", 181), (1, "0.05", "0.95", 1), (10, "0.01", "0.95", 10),
    ],
)  # fmt: skip
def test_the_sizes_that_textbooks_print(population, margin, confidence, n):
    assert sample_size(population, Fraction(margin), Fraction(confidence)) == n


@given(st.integers(2, 10_000), st.integers(1, 40))
def test_the_size_is_enough_and_one_less_is_not(population, percent):
    margin = Fraction(percent, 100)
    n = sample_size(population, margin)

    assert n == population or margin_of_error(Fraction(1, 2), n, population) <= Decimal(percent) / 100
    if 1 < n < population:
        assert margin_of_error(Fraction(1, 2), n - 1, population) > Decimal(percent) / 100 - Decimal("0.0001")


@given(st.integers(0, 200), st.integers(1, 200), st.integers(0, 2000))
def test_the_margin_is_never_printed_too_good(satisfied, answers, others):
    if satisfied > answers:
        return
    population = answers + others
    share = Fraction(satisfied, answers)
    margin = margin_of_error(share, answers, population)
    exact_square = Fraction("1.96") ** 2 * share * (1 - share) / answers * Fraction(population - answers, max(population - 1, 1))

    assert Fraction(margin) ** 2 >= exact_square
    assert margin == 0 or (Fraction(margin) - Fraction(1, 10_000)) ** 2 <= exact_square


def test_a_survey_is_read_with_its_response_its_share_and_its_margin():
    reading = read_answers(the_answers(), wanted_margin=FIVE)

    assert (reading.valid, reading.returned, reading.response) == (220, 226, Fraction(226, 260))
    assert (reading.share, reading.margin, reading.needed, reading.remarks) == (Fraction(204, 220), Decimal("0.0234"), 199, ())


@pytest.mark.parametrize(("satisfied", "remarked"), [(182, True), (183, False), (184, False)])
def test_fewer_answers_than_the_wanted_margin_needs_are_remarked(satisfied, remarked):
    """198, 199 and 200 valid answers; 199 are needed."""
    reading = read_answers(the_answers(given={"满意": satisfied, "一般": 12, "不满意": 4}), wanted_margin=FIVE)

    assert any("需要 199 份" in remark for remark in reading.remarks) is remarked


def test_people_who_chose_themselves_and_people_who_stayed_silent_are_remarked():
    reading = read_answers(the_answers(asked=410, given={"满意": 150, "不满意": 40}, random=False), wanted_margin=FIVE)

    assert ["不是随机抽取" in " ".join(reading.remarks), "不足一半" in " ".join(reading.remarks)] == [True, True]


def test_counts_that_contradict_each_other_are_refused_all_at_once():
    with pytest.raises(BadInput) as refusal:
        read_answers(
            the_answers(population=100, asked=120, given={"满意": 130, "一般": -1}, satisfied=frozenset({"很满意"})), wanted_margin=FIVE
        )

    assert [finding.field for finding in refusal.value.findings] == ["given.一般", "satisfied", "asked", "given"]


def test_no_valid_answer_is_no_share_of_zero():
    with pytest.raises(BadInput, match="满意率无从计算"):
        read_answers(the_answers(given={"满意": 0}, invalid=3), wanted_margin=FIVE)


@pytest.mark.parametrize(("number", "shown"), [(4, None), (5, 5), (6, 6)])
def test_fewer_than_five_people_are_not_printed(number, shown):
    assert printable({"儿童": number, "残障": 30, "老年": 40})["儿童"] == shown


def test_one_withheld_group_takes_another_with_it_so_that_the_sum_gives_nothing_away():
    assert printable({"儿童": 2, "老年": 40, "残障": 8}) == {"儿童": None, "老年": 40, "残障": None}
    assert printable({"儿童": 0, "老年": 40}) == {"儿童": 0, "老年": 40}


@given(st.dictionaries(st.text(min_size=1, max_size=3), st.integers(0, 30), max_size=8))
def test_what_is_withheld_cannot_be_had_from_the_sum(groups):
    shown = printable(groups)
    withheld = [group for group, number in shown.items() if number is None]

    assert all(groups[group] == number for group, number in shown.items() if number is not None)
    assert all(number is None or number == 0 or number >= 5 for number in shown.values())
    if withheld and len(withheld) < len([n for n in groups.values() if n]):
        assert sum(groups[group] for group in withheld) >= 5
        assert len(withheld) > 1
