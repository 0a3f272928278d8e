"""``flask evaluation``: marks in, every statistic or its reason out; a case in, every figure out; a list in, a sample out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from app.cli.evaluation import evaluation

HEAD = "unit,rater,value\n"


@pytest.fixture
def run(tmp_path: Path) -> Any:
    def run(text: str | bytes) -> Any:
        file = tmp_path / "marks.csv"
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return CliRunner().invoke(evaluation, ["agreement", str(file)])

    return run


def test_a_file_with_gaps_gets_what_it_allows_and_reasons_for_the_rest(run: Any) -> None:
    result = run("\ufeff" + HEAD + "甲,一,1\n甲,二,2\n乙,一,3\n乙,二,\n丙,一,4\n丙,二,5\n")
    answer = json.loads(result.stdout)

    assert result.exit_code == 0
    assert (answer["units"], answer["raters"], answer["missing"], answer["icc"], answer["kendall_w"]) == (
        3,
        2,
        1,
        {},
        None,
    )
    assert set(answer["alpha"]) == {"nominal", "ordinal", "interval", "ratio"}
    assert answer["alpha"]["interval"]["value"] == pytest.approx(0.85)
    assert answer["severity"]["二"]["deviation"] == 1.0
    assert {each["statistic"] for each in answer["refused"]} >= {"ICC(1,1)", "ICC(3,k)", "kendall_w", "kappa.fleiss"}
    assert all(each["reason"] for each in answer["refused"])


def test_columns_may_stand_in_any_order_among_others(run: Any) -> None:
    result = run("note,value,unit,rater\n好,1,a,x\n,2,a,y\n,3,b,x\n,4,b,y\n")

    assert json.loads(result.stdout)["kendall_w"]["value"] == 1.0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "首行须有"),
        ("unit,rater\na,x\n", "value"),
        (HEAD, "没有任何评分"),
        (HEAD + "a,x,一\nb,,2\nc,x,nan\n", "第 2 行"),
        (HEAD + "a,x,1\na,x,2\n", "同一单位、同一评分人"),
        (HEAD + "a,x,nan\n", "有限的数"),
        (HEAD + 'a,"x,1\n', "CSV"),
        (HEAD.encode() + "甲,x,1\n".encode("gb18030"), "UTF-8"),
    ],
)
def test_what_cannot_be_read_is_told_on_stderr(run: Any, text: str | bytes, said: str) -> None:
    result = run(text)

    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr


def test_everything_wrong_is_told_at_once(run: Any) -> None:
    said = run(HEAD + "a,x,一\nb,,2\nc,x\n").stderr

    assert [word in said for word in ("第 2 行", "第 3 行", "第 4 行")] == [True] * 3


CASES = Path(__file__).parents[2] / "cases"


def test_a_case_is_answered_with_every_figure_exact() -> None:
    result = CliRunner().invoke(evaluation, ["score", str(CASES / "evaluation-year-and-money.yaml")])
    answer = json.loads(result.stdout)

    assert result.exit_code == 0
    assert (answer["score"], answer["score_exact"], answer["own_score"], answer["grade"]) == (
        "85.92",
        "2148/25",
        "87.20",
        "良好",
    )
    assert (answer["payment"]["deduction_fen"], answer["renewal"]["outcome"]) == (
        31411467,
        "合同未约定, 须由双方书面确定",
    )
    assert [each["self"] for each in answer["self_evaluation"]["differences"]] == ["8", "20", "40", "30"]
    assert [mark["points"] for mark in answer["working"]["working"][3]["marks"]] == ["20", "22", "24"]


def test_a_case_may_name_a_shipped_rubric_or_a_file_beside_it(tmp_path: Path) -> None:
    case, rubric = tmp_path / "case.yaml", tmp_path / "own.yaml"
    rubric.write_text(
        "id: r\nname: 表\ntotal: 10\ncriteria:\n- {id: A, name: 甲, weight: 10, rule: {kind: yes_no, points: 10}}\n",
        "utf-8",
    )
    case.write_text("kind: final\nrubric: own.yaml\nsheets: [{rater: 甲, marks: {A: true}}]\n", "utf-8")
    beside = CliRunner().invoke(evaluation, ["score", str(case)])
    case.write_text("kind: final\nrubric: performance-project\nsheets: [{rater: 甲, marks: {}}]\n", "utf-8")
    shipped = CliRunner().invoke(evaluation, ["score", str(case)])

    assert json.loads(beside.stdout)["score"] == "10.00"
    assert (shipped.exit_code, "1.1.1 立项依据充分性" in shipped.stderr) == (2, True)


def test_a_sample_is_promised_then_drawn_and_whoever_changes_list_or_seed_is_found(tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text(
        "id,stratum\n" + "".join(f"c{n},个案\n" for n in range(20)) + "".join(f"g{n},小组\n" for n in range(10)),
        "utf-8",
    )

    def draw(*options: str) -> Any:
        return CliRunner().invoke(evaluation, ["draw", str(file), "--size", "6", "--subject", "cp-2025-0001", *options])

    promised = json.loads(draw().stdout)
    published = ["--seed-hash", promised["seed_hash"], "--list-hash", promised["list_hash"]]
    drawn = json.loads(draw("--seed", promised["seed"], *published).stdout)

    assert "drawn" not in promised
    assert drawn["strata"] == [
        {"stratum": "个案", "listed": 20, "drawn": 4},
        {"stratum": "小组", "listed": 10, "drawn": 2},
    ]
    assert sorted(drawn["lots"], key=lambda id: drawn["lots"][id])[0] in drawn["drawn"]
    assert "种子与事先公布的哈希值不符" in draw("--seed", promised["seed"] + "x", *published).stderr
    file.write_text(file.read_text("utf-8").replace("c19,个案\n", ""), "utf-8")
    assert "清单与事先公布的不符" in draw("--seed", promised["seed"], *published).stderr
