"""``flask award``: results exactly, faults with their place, bad input in Chinese; light and without web or database."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from app.cli.award import award
from rubric.reading import load_yaml
from tests.builders.procurement import ROOT, SHARED_TENDERS

DEMO = ROOT / "demo" / "tender.yaml"
shared = pytest.mark.skipif(not SHARED_TENDERS.is_dir(), reason="没有 ../shared/data/tenders")


def run(*words: Any) -> Any:
    return CliRunner().invoke(award, [str(word) for word in words])


@pytest.fixture
def changed(tmp_path: Path) -> Any:
    """The demonstration's file with texts replaced."""

    def changed(*replacements: tuple[str, str]) -> Path:
        text = DEMO.read_text("utf-8")
        for old, new in replacements:
            assert old in text
            text = text.replace(old, new)
        file = tmp_path / "case.yaml"
        file.write_text(text, "utf-8")
        return file

    return changed


def test_the_demonstration_is_ranked() -> None:
    result = run("rank", DEMO)
    assert (result.exit_code, result.stderr) == (0, "")
    [case] = json.loads(result.stdout)
    assert [(line["bidder"], line["total"]) for line in case["ranking"]] == [
        ("D", "92.03"), ("A", "91.95"), ("B", "74.78"), ("C", "42.32"),
    ]  # fmt: skip


@shared
def test_the_reference_is_printed_exactly_and_nothing_else() -> None:
    file = SHARED_TENDERS / "longhua-demo.yaml"
    result = run("rank", file)
    assert (result.exit_code, result.stderr) == (0, "")
    assert json.loads(result.stdout) == load_yaml(file.read_text("utf-8"))["expected_results"]


@shared
@pytest.mark.parametrize("name", ["longhua-mental-health-2025", "liwan-justice-social-work-2019"])
def test_faulty_and_incomplete_files_are_refused_with_all_their_faults(name: str) -> None:
    result = run("rank", SHARED_TENDERS / f"{name}.yaml")
    told = json.loads(result.stdout)
    assert result.exit_code == 1
    assert (told["publishable"], told["scorable"], told["stage"]) == (False, False, "采购文件编制")
    assert len([f for f in told["faults"] if f["blocking"]]) > 10
    assert all(f["place"] and f["zh"] for f in told["faults"])


def test_weights_of_105_are_faults_with_their_place(changed: Any) -> None:
    result = run("rank", changed(("name: 商务部分\n    weight: 25", "name: 商务部分\n    weight: 30")))
    told = {(f["place"], f["zh"]) for f in json.loads(result.stdout)["faults"]}
    assert result.exit_code == 1
    assert {("scoring", "各部分合计105分, 应为100分"), ("scoring: 商务部分", "下级合计25分, 本级为30分")} <= told


def test_check_says_whether_documents_may_go_out() -> None:
    result = run("check", DEMO)
    told = json.loads(result.stdout)
    assert (result.exit_code, told["publishable"], told["law_of"]) == (0, True, "2025-03-05")
    assert not [f for f in told["faults"] if f["blocking"]]


def test_check_by_the_law_of_another_day(changed: Any) -> None:
    """A deduction of 10 % was lawful until 2022-06-30 only as the highest one; 15 % only from 2022-07-01 on."""
    file = changed(("sme_price_deduction: '0.10'", "sme_price_deduction: '0.15'"))
    assert run("check", file, "--on", "2022-07-01").exit_code == 0
    before = run("check", file, "--on", "2022-06-30")
    assert before.exit_code == 1
    assert "notice.sme_price_deduction" in [f["place"] for f in json.loads(before.stdout)["faults"] if f["blocking"]]


@pytest.mark.parametrize(
    ("replacements", "told"),
    [
        ([("id: cp-2025-0001", "id: [")], ["YAML"]),
        ([("price: 6780000", "price: 0")], ["cases[1].bidders[1].price", "报价须大于0"]),
        ([("price: 6780000", "price: -6780000"), ("T6a: 市级", "T6a: 世界级")], ["报价须大于0", "世界级"]),
        ([("T1b: [优, 优, 良, 优, 良]", "T1b: [优, 优, 良]")], ["T1b", "现为 3；应为 5"]),
        ([("T1b: [优, 优, 良, 优, 良]", "T1b: [优, 优, 极好, 优, 良]")], ["facts.T1b[3]", "极好"]),
        ([("method: 公开招标", "method: 抽签")], ["notice.method", "公开招标"]),
    ],
)
def test_bad_input_is_told_in_chinese_with_its_place(changed: Any, replacements: Any, told: list[str]) -> None:
    result = run("rank", changed(*replacements))
    assert (result.exit_code, result.stdout) == (2, "")
    for text in told:
        assert text in result.stderr
    assert "Traceback" not in result.stderr


def test_a_missing_fact_is_told(changed: Any) -> None:
    result = run("rank", changed(("      T6b: 省级\n", "")))
    assert result.exit_code == 2
    assert "缺少客观分事实: T6b" in result.stderr


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"- 1", b"x: &a 1\ny: *a", b"\x00"])
def test_files_that_are_no_case_file(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "x.yaml"
    file.write_bytes(content)
    result = run("rank", file)
    assert (result.exit_code, result.stdout) == (2, "")
    assert any("一" <= c <= "鿿" for c in result.stderr)


def test_a_file_that_is_not_there_and_a_folder(tmp_path: Path) -> None:
    for file in (tmp_path / "none.yaml", tmp_path):
        result = run("rank", file)
        assert result.exit_code == 2
        assert "无法读取文件" in result.stderr


def test_it_loads_neither_database_nor_application() -> None:
    script = (
        "import sys; import app.cli.award\n"
        "heavy = {'sqlalchemy', 'flask', 'flask_sqlalchemy', 'wtforms', 'weasyprint', 'openpyxl', 'jinja2'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT)
    assert found.stdout.strip() == "[]"
