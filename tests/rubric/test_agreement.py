"""Agreement statistics against the tables of the papers that define them, against brute force, and where they have no value."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special, stats

from kernel.refusal import BadInput
from rubric.agreement import Metric, Ratings, agreement, ratings
from rubric.agreement.alpha import alpha
from rubric.agreement.concordance import cohen_kappas, fleiss_kappa, kendall_w
from rubric.agreement.icc import icc, icc_forms
from rubric.agreement.quantile import f_above, f_quantile, incomplete_beta
from rubric.agreement.ratings import Undefined


def table(rows: Iterable[Sequence[float | None]]) -> Ratings:
    """Units by raters, as printed in a paper."""
    return ratings(
        (f"单位{row}", f"评分人{column}", value)
        for row, marks in enumerate(rows, 1)
        for column, value in enumerate(marks, 1)
    )


def counted(rows: Iterable[Sequence[int]]) -> Ratings:
    """Units by categories, each cell how many raters chose it."""
    return table([value for value, times in enumerate(row, 1) for _ in range(times)] for row in rows)


SHROUT_FLEISS = table([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]])
N = None
KRIPPENDORFF = table(
    zip(
        [1, 2, 3, 3, 2, 1, 4, 1, 2, N, N, N],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, N, 3],
        [N, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, N],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, N],
        strict=True,
    )
)


# --- published values ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "value", "low", "high"),
    [
        ("ICC(1,1)", 0.17, -0.13, 0.72),
        ("ICC(2,1)", 0.29, 0.02, 0.76),
        ("ICC(3,1)", 0.71, 0.34, 0.95),
        ("ICC(1,k)", 0.44, -0.88, 0.91),
        ("ICC(2,k)", 0.62, 0.07, 0.93),
        ("ICC(3,k)", 0.91, 0.68, 0.99),
    ],
)
def test_shrout_and_fleiss_1979_six_forms_on_their_table(form, value, low, high):
    found = icc(SHROUT_FLEISS)[form]

    assert (round(found.value, 2), round(found.low, 2), round(found.high, 2)) == (value, low, high)


@pytest.mark.parametrize(
    ("metric", "value"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849), ("ratio", 0.797)]
)
def test_krippendorff_2011_four_metrics_on_his_table_with_gaps(metric, value):
    assert round(alpha(KRIPPENDORFF, Metric(metric)).value, 3) == value


def test_krippendorff_2011_two_observers_and_two_values():
    """His example A."""
    a, b = [0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]

    assert round(alpha(table(zip(a, b, strict=True)), Metric.NOMINAL).value, 3) == 0.095


def test_krippendorff_2011_two_observers_and_many_values():
    """His example B."""
    one, other = "aabbdcccedda", "babbbccceddd"

    assert (
        round(alpha(table([ord(x), ord(y)] for x, y in zip(one, other, strict=True)), Metric.NOMINAL).value, 3) == 0.692
    )


def test_kendalls_w_with_ties_on_kendalls_own_ranks():
    """Kendall, Rank Correlation Methods: three rankings of ten with ties, S = 591, W = 0.828."""
    x = [1, 4.5, 2, 4.5, 3, 7.5, 6, 9, 7.5, 10]
    y = [2.5, 1, 2.5, 4.5, 4.5, 8, 9, 6.5, 10, 6.5]
    z = [2, 1, 4.5, 4.5, 4.5, 4.5, 8, 8, 8, 10]
    found = kendall_w(table(zip(x, y, z, strict=True)))

    assert found.value == pytest.approx(12 * 591 / (9 * 990 - 3 * (12 + 18 + 84)))
    assert round(found.value, 3) == 0.828
    assert found.chi_square == pytest.approx(stats.friedmanchisquare(*np.transpose([x, y, z])).statistic)


FLEISS_1971 = [
    [0, 0, 0, 6, 0], [0, 3, 0, 0, 3], [0, 1, 4, 0, 1], [0, 0, 0, 0, 6], [0, 3, 0, 3, 0], [2, 0, 4, 0, 0], [0, 0, 4, 0, 2],
    [2, 0, 3, 1, 0], [2, 0, 0, 4, 0], [0, 0, 0, 0, 6], [1, 0, 0, 5, 0], [1, 1, 0, 4, 0], [0, 3, 3, 0, 0], [1, 0, 0, 5, 0],
    [0, 2, 0, 3, 1], [0, 0, 5, 0, 1], [3, 0, 0, 1, 2], [5, 1, 0, 0, 0], [0, 2, 0, 4, 0], [1, 0, 2, 0, 3], [0, 0, 0, 0, 6],
    [0, 1, 0, 5, 0], [0, 2, 0, 1, 3], [2, 0, 0, 4, 0], [1, 0, 0, 4, 1], [0, 5, 0, 1, 0], [4, 0, 0, 0, 2], [0, 2, 0, 4, 0],
    [1, 0, 5, 0, 0], [0, 0, 0, 0, 6],
]  # fmt: skip


def test_fleiss_1971_thirty_patients_six_psychiatrists():
    assert [sum(column) for column in zip(*FLEISS_1971, strict=True)] == [26, 26, 30, 55, 43], (
        "the margins that he prints"
    )
    assert round(fleiss_kappa(counted(FLEISS_1971)), 3) == 0.430


# --- against other ways of computing the same ---------------------------------------------------------------------------


@given(st.floats(0, 1), st.floats(0.05, 500), st.floats(0.05, 500))
def test_the_beta_function_is_scipys(x, a, b):
    found = float(incomplete_beta(np.array(x), np.array(a), np.array(b)))

    assert found == pytest.approx(float(special.betainc(a, b, x)), rel=1e-9, abs=1e-12)


@given(st.integers(1, 400), st.floats(0.5, 4000))
def test_the_quantile_of_f_is_scipys(above, below):
    expected = float(stats.f.ppf(0.975, above, below))

    assert float(f_quantile(0.975, above, below)) == pytest.approx(expected, rel=1e-7)
    assert float(f_above(expected, above, below)) == pytest.approx(0.025, rel=1e-6)


def _brute_alpha(given_ratings: Ratings, metric: Metric) -> float:
    """From the definition, pair by pair."""
    units = [[v for v in row if not math.isnan(v)] for row in given_ratings.table]
    units = [unit for unit in units if len(unit) > 1]
    values = [v for unit in units for v in unit]

    def apart(c: float, k: float) -> float:
        if metric is Metric.NOMINAL:
            return float(c != k)
        if metric is Metric.INTERVAL:
            return (c - k) ** 2
        if metric is Metric.RATIO:
            return ((c - k) / (c + k)) ** 2 if c + k else 0.0
        low, high = sorted((c, k))
        between = sum(low <= v <= high for v in values) - (values.count(low) + values.count(high)) / 2
        return between**2 if c != k else 0.0

    observed = sum(apart(*pair) / (len(unit) - 1) for unit in units for pair in itertools.permutations(unit, 2)) / len(
        values
    )
    expected = sum(apart(*pair) for pair in itertools.permutations(values, 2)) / (len(values) * (len(values) - 1))
    return 1 - observed / expected


@given(
    st.lists(
        st.lists(st.one_of(st.none(), st.sampled_from([0, 1, 2, 3.5, 8])), min_size=3, max_size=3),
        min_size=2,
        max_size=7,
    ),
    st.sampled_from(Metric),
)
def test_alpha_is_what_its_definition_says_pair_by_pair(rows, metric):
    several = [[v for v in row if v is not None] for row in rows]
    if len({v for row in several if len(row) > 1 for v in row}) < 2:
        return
    found = alpha(table(rows), metric, replicates=50)

    assert found.value == pytest.approx(_brute_alpha(table(rows), metric))


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=2, max_size=30))
def test_cohens_kappa_is_what_its_table_says(marks):
    if len({each for pair in marks for each in pair}) < 2:
        return
    [found] = cohen_kappas(table(marks))
    categories = sorted({each for pair in marks for each in pair})
    joint = np.zeros((len(categories), len(categories)))
    for one, other in marks:
        joint[categories.index(one), categories.index(other)] += 1 / len(marks)
    chance = np.outer(joint.sum(1), joint.sum(0))
    distance = np.abs(np.subtract.outer(np.arange(len(categories)), np.arange(len(categories))))

    for value, weights in ((found.unweighted, distance > 0), (found.linear, distance), (found.quadratic, distance**2)):
        assert value == pytest.approx(1 - (joint * weights).sum() / (chance * weights).sum())


def test_a_stack_of_tables_is_each_table_alone():
    generator = np.random.default_rng(7)
    stack = generator.normal(size=(5, 6, 3))
    together = icc_forms(stack)

    for at, each in enumerate(stack):
        for form, found in icc(table(each.tolist())).items():
            assert (found.value, found.low, found.high) == pytest.approx(tuple(part[at] for part in together[form]))


# --- what they mean -----------------------------------------------------------------------------------------------------


def test_a_lenient_rater_costs_absolute_agreement_and_not_consistency():
    kinder = SHROUT_FLEISS.table.copy()
    kinder[:, 0] += 20
    kinder_ratings = table(kinder.tolist())

    assert icc(kinder_ratings)["ICC(3,1)"].value == pytest.approx(icc(SHROUT_FLEISS)["ICC(3,1)"].value)
    assert icc(kinder_ratings)["ICC(2,1)"].value < icc(SHROUT_FLEISS)["ICC(2,1)"].value
    assert agreement(kinder_ratings).severity[0].deviation == pytest.approx(
        agreement(SHROUT_FLEISS).severity[0].deviation + 20
    )


def test_full_agreement_is_one_in_every_form():
    found = agreement(table([[1, 1, 1], [5, 5, 5], [3, 3, 3]]))

    assert {estimate.value for estimate in found.icc.values()} == {1.0}
    assert {estimate.value for estimate in found.alpha.values()} == {1.0}
    assert (found.kendall_w.value, found.fleiss_kappa, found.refused) == (1.0, 1.0, ())


def test_the_bootstrap_is_the_same_for_everybody_and_holds_its_value():
    first, again = (alpha(KRIPPENDORFF, Metric.INTERVAL) for _ in range(2))

    assert first == again
    assert first.low < first.value < first.high


def test_one_mark_far_from_all_others_is_named_and_two_who_agree_do_not_make_the_third_wrong():
    rows = [[80, 81, 79, 82], [70, 72, 71, 69], [90, 88, 91, 60], [75, 77, 76, 74]]
    alone = agreement(table(rows)).outliers
    third = agreement(table([[8, 8, 9], [7, 8, 8], [9, 9, 8], [6, 7, 6]])).outliers

    assert [(each.unit, each.rater, each.value, each.median) for each in alone] == [("单位3", "评分人4", 60, 90)]
    assert third == ()


# --- where they have no value -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "statistics", "why"),
    [
        ([[1], [2]], {"ICC(1,1)", "ICC(3,k)", "alpha.interval", "kendall_w", "kappa.fleiss", "kappa.cohen"}, "只有一名评分人"),
        ([[1, 2]], {"ICC(1,1)", "ICC(2,k)", "kendall_w"}, "只有一个被评单位"),
        ([[3, 3], [3, 3]], {"ICC(1,1)", "alpha.nominal", "kendall_w", "kappa.fleiss"}, "相同|同一类"),
        ([[1, 2], [3, None]], {"ICC(2,1)", "kendall_w"}, "缺 1 个评分"),
        ([[1, None], [None, 2]], {"alpha.nominal", "kappa.cohen"}, "由两人以上|任何一对"),
        ([[-1, 2], [3, 4]], {"alpha.ratio"}, "不小于零"),
        ([[1, 2], [2, 1]], {"ICC(1,k)", "ICC(3,k)"}, "没有差异"),
    ],
)  # fmt: skip
def test_what_has_no_value_is_refused_with_its_reason(rows, statistics, why):
    found = agreement(table(rows))
    reasons = {each.statistic: each.reason for each in found.refused}

    assert statistics <= set(reasons)
    for statistic in statistics:
        assert any(word in reasons[statistic] for word in why.split("|")), reasons[statistic]
    assert not set(reasons) & (set(found.icc) | {f"alpha.{metric}" for metric in found.alpha})


@given(
    st.lists(st.lists(st.one_of(st.none(), st.floats(-1e9, 1e9, width=32)), min_size=1, max_size=4), min_size=1, max_size=5)
    .map(lambda rows: [row[: min(map(len, rows))] for row in rows])
)  # fmt: skip
def test_whatever_is_rated_every_statistic_has_a_finite_value_or_a_reason(rows):
    found = agreement(table(rows)) if any(v is not None for row in rows for v in row) else None
    if found is None:
        return
    named = {each.statistic for each in found.refused}
    for name, estimate in [*found.icc.items(), *((f"alpha.{k}", v) for k, v in found.alpha.items())]:
        assert math.isfinite(estimate.value)
        assert name not in named
        assert (estimate.low is None) == (estimate.high is None)
    assert len(found.icc) + len(found.alpha) + sum(n.startswith(("ICC", "alpha")) for n in named) == 10


def test_the_same_mark_twice_is_a_fault_and_every_fault_is_told():
    with pytest.raises(BadInput) as refusal:
        ratings([("甲", "一", 1.0), ("甲", "一", 2.0), ("乙", "一", math.inf)])

    assert [finding.field for finding in refusal.value.findings] == ["第 2 条评分", "第 3 条评分"]


def test_an_undefined_statistic_says_why():
    with pytest.raises(Undefined) as undefined:
        icc(table([[1], [2]]))

    assert "一名评分人" in undefined.value.zh
