"""``flask rubric``: JSON out, 0 fine, 1 faults, 2 bad input; without web or database."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from app.cli.rubric import rubric

LEAF = "{id: A, name: 甲, weight: 60, scale: 100, parts: [{id: a, rule: {kind: judgement_levels, levels: {优: 100, 差: 0}}}]}"
SOUND = f"id: r\nname: 表\ntotal: 60\nplaces: 1\ngrades: [{{grade: 优, min: 50}}, {{grade: 差, max: 50}}]\ncriteria:\n- {LEAF}\n"


@pytest.fixture
def run(tmp_path: Path) -> Any:
    def run(*words: str, **files: str) -> Any:
        for name, text in files.items():
            (tmp_path / f"{name}.yaml").write_text(text, "utf-8")
        words = tuple(str(tmp_path / f"{w}.yaml") if w in files or w == "absent" else w for w in words)
        return CliRunner().invoke(rubric, words)

    return run


def test_a_sound_rubric_is_fine(run: Any) -> None:
    result = run("check", "r", r=SOUND)
    answer = json.loads(result.stdout)

    assert result.exit_code == 0
    assert (answer["total"], answer["leaves"]["sum"], answer["levels"][0]["sum"], answer["faults"]) == ("60", "60", "60", [])


def test_faults_are_listed_with_their_place(run: Any) -> None:
    result = run("check", "r", r=SOUND.replace("total: 60", "total: 100"))
    answer = json.loads(result.stdout)

    assert result.exit_code == 1
    assert answer["usable"] is False
    assert [(f["kind"], f["zh"]) for f in answer["faults"]] == [("sum", "各部分合计60分, 应为100分")]


@pytest.mark.parametrize("text", ["a: [", "a: 1\na: 2", "", "name: 无", SOUND.replace("levels:", "level:")])
def test_bad_input_is_told_on_stderr_in_chinese(run: Any, text: str) -> None:
    result = run("check", "r", r=text)

    assert (result.exit_code, result.stdout) == (2, "")
    assert any("一" <= c <= "鿿" for c in result.stderr)


def test_a_file_that_is_not_there_is_bad_input(run: Any) -> None:
    assert run("check", "absent").exit_code == 2


def test_sheets_are_scored_with_the_whole_working(run: Any) -> None:
    result = run("score", "r", "s", r=SOUND, s="sheets: [{rater: 甲, marks: {a: 优}}, {rater: 乙, marks: {a: 优}}, {rater: 丙, marks: {a: 差}}]")
    answer = json.loads(result.stdout)

    assert result.exit_code == 0
    assert (answer["total"], answer["total_exact"]) == ("40.0", "40")
    assert answer["grade"]["final"] == "差"
    assert [m["points"] for m in answer["working"][0]["marks"]] == ["60", "60", "0"]


def test_sheets_that_cannot_be_scored_are_told_all_at_once(run: Any) -> None:
    result = run("score", "r", "s", r=SOUND, s="[{rater: 甲, marks: {a: 好, b: 1}}, {rater: 乙}]")

    assert result.exit_code == 2
    for part in ("没有“好”这一档", "评分标准中没有“b”", "评分人乙: A 甲 / a: 未评分"):
        assert part in result.stderr


def test_the_command_loads_neither_web_nor_database() -> None:
    code = "import app.cli.rubric, sys; print([m for m in ('flask', 'sqlalchemy', 'weasyprint', 'openpyxl') if m in sys.modules])"

    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
