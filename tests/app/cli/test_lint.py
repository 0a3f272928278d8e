"""``flask law lint``: JSON lines in and out, a labelled file measured, a whole document read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.cli.lint import lint
from tests.builders.word_files import a_word_file

ON = ("--date", "2026-11-22")


def run(*options: str, said: str = "") -> Result:
    return CliRunner().invoke(lint, [*options, *ON], input=said)


def test_each_line_is_answered_with_its_id_and_findings() -> None:
    asked = [{"id": "a", "text": "投标保证金为采购预算的5%。"}, {"id": 7, "text": "不得设定最低限价。"}]
    result = run(said="\n".join(json.dumps(each, ensure_ascii=False) for each in asked) + "\n")

    first, second = (json.loads(line) for line in result.stdout.splitlines())
    [found] = first["findings"]
    assert first["id"] == "a"
    assert {"rule", "severity", "why", "rewrite", "span"} <= found.keys()
    assert (found["rule"], found["severity"]) == ("R-33", "violation")
    assert asked[0]["text"][slice(*found["span"])] == "投标保证金为采购预算的5%"
    assert second == {"id": 7, "findings": []}


@pytest.mark.parametrize("said", ["no json", '{"id": 1}', "[1]", '{"id": 1, "text": 5}'])
def test_a_line_that_cannot_be_used_is_named_on_stderr(said: str) -> None:
    result = run(said=said + "\n")
    assert result.exit_code == 2
    assert "第1行" in result.stderr


def test_a_labelled_file_is_measured_by_clause_by_rule_and_by_family(tmp_path: Path) -> None:
    labelled = tmp_path / "labelled.yaml"
    labelled.write_text(
        "clauses:\n"
        "- {id: A, text: 投标保证金为采购预算的5%。, label: R-33}\n"
        "- {id: B, text: 投标人获得市级以上表彰的得2分。, label: R-20(2), also: [R-20(7)]}\n"
        "- {id: C, text: 本项目不收取投标保证金。, label: none}\n"
        "- {id: D, text: 投标人应按时上交作业。, label: L-50}\n",
        encoding="utf-8",
    )
    told = json.loads(run("--evaluate", str(labelled)).stdout)

    assert told["clause"]["recall_of"] == "2/3"
    assert told["clause"]["precision_of"] == "2/2"
    assert told["rule"]["recall_of"] == "1/3"  # R-20(4) is neither the label nor accepted beside it
    assert told["family"]["recall_of"] == "2/3"
    assert told["by_family"]["R-20"]["recall"] == 1.0
    assert told["missed"] == ["D"]
    assert told["false_alarms_per_100_clean"] == 0.0


def test_a_word_file_is_read_whole(tmp_path: Path) -> None:
    file = tmp_path / "草稿.docx"
    table = [["评分项", "分值"], ["价格", "10"], ["技术", "60"], ["商务", "25"], ["合计", "100"]]
    file.write_bytes(a_word_file("项目名称：某区社会工作服务项目", table))
    told = json.loads(run("--file", str(file)).stdout)
    [found] = told["findings"]
    assert told["subject"] == "某区社会工作服务项目"
    assert (found["rule"], found["place"]) == ("87-55", "表1第5行第1列")


@pytest.mark.parametrize("options", [("--file", "没有.docx"), ("--evaluate", "没有.yaml"), ("--file", "a", "--evaluate", "b")])
def test_what_is_not_there_is_refused_in_chinese(options: tuple[str, ...]) -> None:
    result = run(*options)
    assert result.exit_code == 2
    assert any("\u4e00" <= sign <= "\u9fff" for sign in result.stderr)
