"""Files that others made: read with their places, or refused with a reason; none of them does harm."""

from __future__ import annotations

import io
import zipfile
from datetime import date

import pytest

from app.lawdesk.reading import read_document
from kernel.refusal import BadInput
from reports.document import Document as Report
from reports.document import Paragraph
from reports.pdf import make_pdf
from tests.builders.word_files import W, a_word_file


def refused(name: str, content: bytes) -> str:
    with pytest.raises(BadInput) as refusal:
        read_document(name, content)
    return refusal.value.findings[0].zh


def _naming(entities: str) -> str:
    """A Word document whose one word is the entity a."""
    body = "<w:body><w:p><w:r><w:t>&a;</w:t></w:r></w:p></w:body>"
    return f'<!DOCTYPE d [{entities}]><w:document xmlns:w="{W}">{body}</w:document>'


def test_paragraphs_and_cells_of_a_word_file_keep_their_places() -> None:
    read = read_document("a.docx", a_word_file("第一章 招标公告", [["评分项", "权重"], ["荣誉", "5"], ["^", "3"]], "结束。"))

    assert [line.text for line in read.lines] == ["第一章 招标公告", "评分项 | 权重", "荣誉 | 5", " | 3", "结束。"]
    assert read.place(read.text.index("权重")) == "表1第1行第2列"
    assert read.place(read.text.index("结束")) == "第2段"


def test_a_cell_of_several_paragraphs_is_one_cell() -> None:
    read = read_document("a.docx", a_word_file([["方案", "①甲\n②乙"]]))
    assert read.lines[0].cells == ("方案", "①甲 / ②乙")


def test_text_in_utf_8_and_in_gb18030_reads_the_same() -> None:
    text = "投标保证金为预算的5%。"
    assert read_document("a.txt", text.encode("utf-8-sig")).text == read_document("a.txt", text.encode("gb18030")).text == text


def test_lines_of_a_pdf_know_their_page() -> None:
    pdf = make_pdf(Report("采购文件草稿", "某区民政局", date(2026, 11, 22), (Paragraph("投标保证金为预算的百分之五。"),)))
    read = read_document("a.pdf", pdf)
    assert read.place(read.text.index("投标保证金")).startswith("第3页 第")


def test_an_entity_that_grows_is_not_read() -> None:
    assert "无法解析" in refused("a.docx", a_word_file(xml=_naming('<!ENTITY b "aaaaaaaaaa"><!ENTITY a "&b;&b;&b;&b;">')))


def test_an_entity_from_outside_is_not_fetched() -> None:
    assert "无法解析" in refused("a.docx", a_word_file(xml=_naming('<!ENTITY a SYSTEM "file:///etc/hostname">')))


def test_a_file_that_unpacks_to_much_more_is_not_unpacked() -> None:
    assert "过大" in refused("a.docx", a_word_file(xml="<a>" + " " * 20_000_000 + "</a>"))


def test_an_archive_without_a_document_says_so() -> None:
    assert "没有正文" in refused("a.docx", a_word_file("甲", entry="xl/workbook.xml"))


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "空文件"),
        (b"PK\x03\x04 broken", "损坏"),
        (b"%PDF-1.7 broken", "无法解析"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "另存为 .docx"),
        (b"\x89PNG\r\n\x1a\n", "图片"),
        (b"\x00\x01\x02\x03", "不是文本"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_reason(content: bytes, why: str) -> None:
    assert why in refused("某文件", content)


def test_a_truncated_word_file_is_refused() -> None:
    whole = a_word_file("甲" * 400)
    assert zipfile.is_zipfile(io.BytesIO(whole))
    assert refused("a.docx", whole[: len(whole) // 2])
