"""Case files as people upload them: what is wrong is said with its line, in Chinese; nothing in a file can hurt."""

from __future__ import annotations

import pytest
import yaml

from app.procurement.tenders.casefile import MOST_BYTES, read_case_file
from app.procurement.tenders.models import TenderRow
from kernel.refusal import BadInput
from procurement.tender import read_tender
from tests.builders.files import a_pdf, a_png, a_workbook
from tests.builders.rooms import a_case, a_draft


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "空"),
        ("   \n", "空"),
        ("a: [1, 2", "第1行"),
        ("a: 1\n b: 2", "第2行"),
        ("a: 1\n\tb: 2", "制表符"),
        ("a: 1\na: 2", "重复"),
        ("a: &x 1\nb: *x", "别名"),
        ("a: !!python/object/apply:os.system ['true']", "标签"),
        ("- 1\n- 2", "名称: 内容"),
        ("只有一句话", "名称: 内容"),
        ("a: '没有闭合", "第1行"),
        ("a: " + "[" * 60 + "]" * 60, "层"),
    ],
)
def test_a_broken_file_is_refused_with_its_place_in_chinese(text, said):
    with pytest.raises(BadInput) as refusal:
        read_case_file(text.encode())
    [finding] = refusal.value.findings
    assert said in finding.zh
    assert finding.field == "case_file"
    assert not any(word in finding.zh for word in ("expected", "found", "could not"))


@pytest.mark.parametrize("data", [b"\x00\x01\x02PK\x03\x04", b"\xff\xfe\x00\xd8" * 40, b"PK\x03\x04" + bytes(range(256)) * 4])
def test_a_file_that_is_no_text_is_refused(data):
    with pytest.raises(BadInput):
        read_case_file(data)


@pytest.mark.parametrize("number", ["1.0e+999999999", "'1e999999999'", "1e999999999", "-.inf", ".nan"])
def test_a_number_that_would_fill_the_memory_is_only_a_text_and_then_refused(number):
    case = read_case_file(f"name: x\nnotice: {{budget_yuan: {number}}}\n".encode())
    assert len(str(case)) < 200
    with pytest.raises(BadInput):
        read_tender(case)


def test_a_file_of_more_than_a_mebibyte_is_refused_unread():
    with pytest.raises(BadInput, match="1 MiB"):
        read_case_file(b"a: 1 #" + b"x" * MOST_BYTES)


def test_a_file_in_an_older_chinese_encoding_is_read():
    assert read_case_file("name: 社会工作服务".encode("gb18030")) == {"name": "社会工作服务"}


def test_numbers_stay_exact_and_names_become_texts():
    found = read_case_file(b"share: 0.30\nranks: {1: 35, other: 0}\nwhen: 2025-03-05\nyes: 1\n")
    assert found == {"share": "0.30", "ranks": {"1": 35, "other": 0}, "when": "2025-03-05", "true": 1}


def test_a_whole_case_survives_the_way_through_file_and_database_in_its_order(work, session):
    """Levels are read as they were written: 优, 良, 差."""
    case = read_case_file(yaml.safe_dump(a_case(), allow_unicode=True, sort_keys=False).encode())
    with work() as unit:
        a_draft(unit, case=case)
    session.rollback()
    kept = session.get(TenderRow, "cp-2025-0001")
    assert read_tender(kept.case) == read_tender(a_case())
    assert [choice.value for choice in kept.facts().rubric.part("T1b").rule.choices] == ["优", "良", "差"]


@pytest.mark.parametrize(("content", "kind"), [(a_pdf(), "PDF"), (a_png(), "PNG"), (a_workbook(), "XLSX")], ids=["pdf", "png", "xlsx"])
def test_a_file_of_another_kind_is_called_what_it_is(content: bytes, kind: str) -> None:
    """Known by its content: a browser sends whatever name somebody gave it."""
    with pytest.raises(BadInput, match=f"这是{kind}文件, 不是采购文件"):
        read_case_file(content)
