"""Charts say the same to the eye, to a screen reader and in print, and say it the same way every time."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import date
from fractions import Fraction
from pathlib import Path
from xml.etree import ElementTree

import pytest

from reports.chart import (
    Bar,
    Chart,
    Moment,
    Money,
    MoneyOfYear,
    Rated,
    Raters,
    Record,
    Scores,
    Standing,
    Timeline,
    Web,
    printed,
    svg,
)
from reports.chart.dress import LOOKS, wrapped

FOUR = (
    Bar("决策", Fraction(45, 4), Fraction(15)),
    Bar("过程", Fraction(88, 5), Fraction(20)),
    Bar("产出", Fraction(316, 10), Fraction(35)),
    Bar("效益", None, Fraction(30)),
)
RATERS = Raters(
    ("张评", "李估", "王审"),
    (
        Rated("决策", Fraction(15), (Fraction(12), Fraction(11), Fraction(43, 4)), Fraction(45, 4)),
        Rated("过程", Fraction(20), (Fraction(18), None, Fraction(17)), Fraction(88, 5)),
    ),
)
TIMELINE = Timeline(
    (
        Moment("招标公告", date(2025, 2, 10), until=date(2025, 3, 3)),
        Moment("投标截止", date(2025, 3, 3), "now", note="09:30"),
        Moment("开标", date(2025, 3, 4), "ahead"),
        Moment("评估", None, "ahead"),
    ),
    today=date(2025, 3, 3),
)
MONEY = Money(
    (
        MoneyOfYear("第1年度", 230_966_667, 230_966_667, 0),
        MoneyOfYear("第2年度", 230_966_667, 69_290_000, 92_386_667),
    )
)
STANDING = Standing(
    (
        Record("cp-2024-0007", "第1年度绩效评估", date(2025, 3, 2), Fraction(153, 2), "76.50", "合格"),
        Record("cp-2023-0001", "第1年度绩效评估", date(2024, 1, 20), Fraction(2203, 25), "88.12", "良"),
        Record("cp-2023-0001", "第2年度绩效评估", date(2025, 1, 18), Fraction(1847, 20), "92.35", "优"),
    )
)
ALL: dict[str, Chart] = {
    "bars": Scores(FOUR), "web": Web(FOUR[:3]), "raters": RATERS, "timeline": TIMELINE, "money": MONEY, "standing": STANDING,
}  # fmt: skip
EMPTY: list[Chart] = [Scores(()), Web(()), Raters((), ()), Timeline(()), Money(()), Standing(())]
SVG = "{http://www.w3.org/2000/svg}"
each_chart = pytest.mark.parametrize("chart", ALL.values(), ids=list(ALL))


def parsed(drawing: str) -> ElementTree.Element:
    return ElementTree.fromstring(drawing)


def texts(drawing: str) -> list[str]:
    return [each.text or "" for each in parsed(drawing).iter(f"{SVG}text")]


def of_class(drawing: str, name: str) -> list[ElementTree.Element]:
    return [each for each in parsed(drawing).iter() if each.get("class") == name]


def places(drawing: str, name: str) -> list[tuple[float, float]]:
    """Where the signs of a class stand, in the plot."""
    moved = (re.fullmatch(r"translate\((\S+) (\S+)\)", each.get("transform") or "") for each in of_class(drawing, name))
    return [(float(found[1]), float(found[2])) for found in moved if found]


# --- every kind ------------------------------------------------------------------------------------------------------


@each_chart
def test_a_chart_has_a_title_and_says_in_words_all_that_its_table_says(chart: Chart) -> None:
    root = parsed(svg(chart))
    words = root.findtext(f"{SVG}desc") or ""
    assert root.findtext(f"{SVG}title") == chart.title
    assert root.get("role") == "img"
    assert words == chart.words()
    for row in chart.rows():
        assert len(row) == len(chart.head())
        for cell in (row[0], *row[2:]):
            assert cell in words or cell in ("—", "09:30", ""), cell


@each_chart
def test_nothing_in_a_chart_needs_a_style_a_script_or_another_address(chart: Chart) -> None:
    """A page with CSP default-src 'self' and no inline style shows it as it is; two charts on a page do not meet."""
    drawing = svg(chart)
    assert {each.tag for each in parsed(drawing).iter()} <= {
        f"{SVG}{tag}" for tag in ("svg", "title", "desc", "g", "path", "rect", "text")
    }
    attributes = {name for each in parsed(drawing).iter() for name in each.attrib}
    assert not attributes & {"style", "id", "href", "onload"}
    assert "url(" not in drawing
    assert "<!--" not in drawing


@each_chart
def test_every_drawn_thing_has_a_class_that_the_page_can_colour(chart: Chart) -> None:
    """Dark mode, strong contrast and forced colours reach every line, area and letter."""
    css = (Path(__file__).resolve().parents[2] / "static" / "css" / "rooms.css").read_text("utf-8")
    for element in parsed(svg(chart)).iter():
        if element.tag in (f"{SVG}path", f"{SVG}rect", f"{SVG}text"):
            assert element.get("class") in LOOKS
            assert f".{element.get('class')}" in css


@each_chart
def test_the_same_value_gives_the_same_bytes_in_another_process(chart: Chart) -> None:
    code = "import sys; from tests.reports.test_chart import ALL; from reports.chart import svg; sys.stdout.write(svg(ALL[sys.argv[1]]))"
    kind = next(name for name, each in ALL.items() if each is chart)
    told = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", code, kind], capture_output=True, check=True, cwd=Path(__file__).parents[2]
    )
    assert told.stdout.decode("utf-8") == svg(chart)


@each_chart
def test_all_texts_stand_within_the_drawing(chart: Chart) -> None:
    root = parsed(svg(chart))
    width, height = float(root.get("width") or 0), float(root.get("height") or 0)
    for group in root.iter(f"{SVG}g"):
        moved = re.findall(r"-?\d+", group.get("transform") or "translate(0, 0)")
        for text in group.findall(f"{SVG}text"):
            size = float(text.get("font-size") or 13)
            wide = sum(size if ord(character) > 0x2E80 else size * 0.6 for character in text.text or "")
            left = (
                float(text.get("x") or 0)
                + int(moved[0])
                - {"end": wide, "middle": wide / 2}.get(text.get("text-anchor") or "", 0)
            )
            assert 0 <= left <= width - wide, text.text
            assert 0 < float(text.get("y") or 0) + int(moved[1]) < height, text.text


@pytest.mark.parametrize("chart", EMPTY, ids=lambda chart: type(chart).__name__)
def test_nothing_to_show_is_said(chart: Chart) -> None:
    assert chart.is_empty
    assert "没有数据" in svg(chart)
    assert chart.words()
    assert chart.rows() == ()


def test_the_drawing_library_is_not_loaded_by_those_who_draw_nothing() -> None:
    code = "import sys, reports.chart, reports.pdf, app.web.filters; sys.exit('pygal' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[2])


# --- hostile and rare names ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>", "甲&乙\"丙'", "{{ 7 * 7 }}", "]]><svg onload=x>", "𬭎䶮㛃龑", "%s%d{0}", ""]
)
def test_whatever_a_name_says_it_is_text(name: str) -> None:
    charts: list[Chart] = [
        Scores((Bar(name, Fraction(1), Fraction(2)),)),
        Web((Bar(name, Fraction(1), Fraction(2)), *FOUR[:2])),
        Raters((name, "乙"), (Rated(name, Fraction(2), (Fraction(1), Fraction(2))),)),
        Timeline((Moment(name, date(2025, 1, 1)), Moment("开标", date(2025, 2, 1)))),
        Money((MoneyOfYear(name, 100, 0, 0),)),
        Standing((Record(name, name, date(2025, 1, 1), Fraction(80), "80.00", name), *STANDING.records)),
    ]
    for chart in charts:
        for drawing in (svg(chart), printed(chart)):
            root = parsed(drawing)
            assert not [each for each in root.iter() if each.tag.endswith("script")]
            assert not [each for each in root.iter() if "onload" in each.attrib]
            assert "49" not in "".join(texts(drawing))


def test_control_characters_and_marks_that_turn_the_text_are_shown_as_missing() -> None:
    drawing = svg(Scores((Bar("甲\x00乙\u202e丙\x1b", Fraction(1), Fraction(2)),)))
    assert "甲〓乙〓丙〓" in texts(drawing)


def test_on_paper_a_character_without_a_font_is_shown_as_missing() -> None:
    assert "甲〓" in texts(printed(Scores((Bar("甲\U0001f600", Fraction(1), Fraction(2)),))))


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("服务成效", ["服务成效"]),
        ("服务成效与满意度情况", ["服务成效与满意", "度情况"]),
        ("服务成效与服务对象满意度及社会影响力", ["服务成效与服务", "对象满意度及…"]),
        ("服务对象满意度、社会影响", ["服务对象满意", "度、社会影响"]),
        ("abcdefghijklmnopqrstuvwxyz", ["abcdefghijkl", "mnopqrstuvw…"]),
    ],
)
def test_a_long_name_is_wrapped_once_and_then_cut_with_a_sign(name: str, lines: list[str]) -> None:
    assert wrapped(name, 7) == lines


# --- the kinds -------------------------------------------------------------------------------------------------------


def test_bars_are_as_long_as_the_rates_and_say_the_points() -> None:
    drawing = svg(Scores(FOUR))
    widths = [float(bar.get("width") or 0) for bar in of_class(drawing, "chart-fill")]
    assert [width / 168 * 100 for width in widths] == pytest.approx(
        [90.2857, 88, 75], abs=0.01
    )  # the library counts from below
    for said in ("11.25 / 15", "17.60 / 20", "31.60 / 35", "不适用"):
        assert said in texts(drawing)


@pytest.mark.parametrize(("points", "share"), [(-5, None), (0, None), (15, 1), (20, 1)])
def test_a_bar_stays_on_its_axis_whatever_bonus_or_penalty(points: int, share: float | None) -> None:
    drawing = svg(Scores((Bar("决策", Fraction(points), Fraction(15)),)))
    assert [float(bar.get("width") or 0) / 168 for bar in of_class(drawing, "chart-fill")] == (
        [] if share is None else [share]
    )
    assert f"{points}.00 / 15" in texts(drawing)


def test_a_web_needs_three_dimensions_that_apply() -> None:
    assert of_class(svg(Web(FOUR[:3])), "chart-web")
    assert not of_class(svg(Web(FOUR)), "chart-web")
    assert not of_class(svg(Web(FOUR[:2])), "chart-web")


def test_a_web_reaches_as_far_as_the_rates_clockwise_from_the_top() -> None:
    drawing = svg(Web(FOUR[:3]))
    middle = 100.0
    reach = [((x - middle) ** 2 + (y - middle) ** 2) ** 0.5 for x, y in places(drawing, "chart-mark")]
    assert reach == pytest.approx([75, 90.29, 88], abs=0.02)  # drawn against the clock: first, last, second
    assert [text for text in texts(drawing) if text in {bar.name for bar in FOUR}] == ["决策", "产出", "过程"]


def test_each_rater_has_a_sign_of_its_own_at_its_rate_and_never_covers_another() -> None:
    drawing = svg(RATERS)
    signs = of_class(drawing, "chart-mark")
    at = places(drawing, "chart-mark")
    plot = 240.0
    assert [x / plot * 100 for x, _ in at[:2]] == pytest.approx([80, 90], abs=0.01)  # 12/15, 18/20
    assert len({y for _, y in at[:5]}) == 5
    assert len({sign.get("d") for sign in signs}) == len(RATERS.raters)
    assert len(signs) == 5 + len(RATERS.raters)  # one mark is missing; each rater once more in the legend
    assert len(of_class(drawing, "chart-mean")) == 3
    for rater in RATERS.raters:
        assert rater in texts(drawing)


def test_raters_beyond_the_eighth_begin_again_hollow() -> None:
    names = tuple(f"评委{nr}" for nr in range(1, 11))
    drawing = svg(Raters(names, (Rated("决策", Fraction(15), tuple(Fraction(nr) for nr in range(10))),)))
    looks = {
        (each.get("class"), each.get("d"))
        for each in of_class(drawing, "chart-mark") + of_class(drawing, "chart-mark-hollow")
    }
    assert len(looks) == 10


def test_a_row_without_a_mark_for_every_rater_is_refused() -> None:
    with pytest.raises(ValueError, match="every rater"):
        Raters(("甲", "乙"), (Rated("决策", Fraction(15), (Fraction(1),)),))


def test_days_stand_in_proportion_and_their_dates_beside() -> None:
    drawing = svg(TIMELINE)
    [notice] = places(drawing, "chart-mark")[:1]
    [ahead] = places(drawing, "chart-mark-hollow")
    [today] = of_class(drawing, "chart-today")
    close = places(drawing, "chart-mark")[1]
    assert float(re.findall(r"[\d.]+", today.get("d") or "")[0]) == pytest.approx(close[0], abs=0.01)
    assert (close[0] - notice[0]) / (ahead[0] - notice[0]) == pytest.approx(21 / 22, abs=0.001)
    for said in ("2025年2月10日", "2025年3月3日", "未定"):
        assert said in texts(drawing)
    assert of_class(drawing, "chart-span")


def test_a_day_outside_of_what_is_shown_is_not_marked() -> None:
    later = Timeline(TIMELINE.moments, date(2026, 1, 1))
    assert not of_class(svg(later), "chart-today")
    assert "今天" not in later.sentence
    assert "今天" in TIMELINE.sentence


def test_steps_on_one_day_and_one_step_alone_can_be_drawn() -> None:
    same = Timeline(tuple(Moment(name, date(2025, 3, 3)) for name in ("开标", "评审")))
    assert [x for x, _ in places(svg(same), "chart-mark")] == pytest.approx([78, 78])
    assert len(places(svg(Timeline(same.moments[:1])), "chart-mark")) == 1


def test_money_is_as_long_as_it_is_much_and_written_to_the_fen() -> None:
    drawing = svg(MONEY)
    [paid_2, paid_1, _] = [
        float(bar.get("width") or 0) for bar in of_class(drawing, "chart-fill")
    ]  # the last is the legend's
    [due_2, _] = [float(bar.get("width") or 0) for bar in of_class(drawing, "chart-dashed")]
    assert paid_1 == 188
    assert paid_2 / paid_1 == pytest.approx(69_290_000 / 230_966_667, abs=1e-4)
    assert due_2 / paid_1 == pytest.approx(92_386_667 / 230_966_667, abs=1e-4)
    for said in ("¥2,309,666.67", "¥692,900.00", "¥923,866.67", "¥0.00", "约定", "已付", "应付未付"):
        assert said in texts(drawing)


def test_standing_is_in_order_of_its_days_and_tells_contracts_apart() -> None:
    drawing = svg(STANDING)
    assert STANDING.contracts == ("cp-2023-0001", "cp-2024-0007")
    assert [row[3] for row in STANDING.rows()] == ["88.12", "92.35", "76.50"]
    at = places(drawing, "chart-mark")
    assert at[0][1] > at[1][1]  # 88.12 stands lower than 92.35
    shapes = {each.get("d") for each in of_class(drawing, "chart-mark") if each.get("transform")}
    assert len(shapes) == 2
    for said in ("88.12 良", "92.35 优", "76.50 合格", "cp-2023-0001"):
        assert said in texts(drawing)


def test_points_above_a_hundred_and_below_the_pass_stay_in_sight() -> None:
    above = Record("甲", "第1年度", date(2025, 1, 1), Fraction(105), "105.00")
    below = Record("甲", "第2年度", date(2026, 1, 1), Fraction(0), "0.00")
    drawing = svg(Standing((above, below)))
    assert all(0 <= y <= 200 for _, y in places(drawing, "chart-mark"))
