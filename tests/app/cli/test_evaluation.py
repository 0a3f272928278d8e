"""``flask evaluation agreement``: columns unit, rater, value in; every statistic or its reason out."""

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
