"""Documents are data: complete, frozen, and every text in them can be looked through."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from datetime import date

import pytest

from reports.document import Column, Document, Figure, Heading, Paragraph, Row, Table, rows
from reports.numerals import chapter, chinese_date, ordinal, section


def test_every_text_of_a_document_is_found_however_deep_it_stands() -> None:
    inner = Table((Column("栏名",),), rows([["格一"]]), "表题", Row(("合计",)), "表注")
    document = Document(
        "题", "单位", date(2026, 1, 15), (Heading("标题", 1, "一、"), Figure("<svg/>", "图意", "图题", inner), Paragraph("段", cites="条")),
        subtitle="副题", number="编号", facts=(("名", "值"),),
    )  # fmt: skip
    expected = {"题", "单位", "副题", "编号", "名", "值", "标题", "一、", "图意", "图题", "栏名", "格一", "表题", "合计", "表注", "段", "条"}
    assert expected <= set(document.texts())


def test_a_row_longer_than_the_head_is_a_mistake_and_says_where() -> None:
    with pytest.raises(ValueError, match=r"得分汇总.*一行有3格.*2栏"):
        Table((Column("甲"), Column("乙")), rows([["1", "2", "3"]]), "得分汇总")


def test_a_document_cannot_be_changed_after_it_was_hashed() -> None:
    with pytest.raises(FrozenInstanceError):
        Paragraph("甲").text = "乙"  # type: ignore[misc]


def test_numerals_of_chapters_sections_and_dates() -> None:
    assert [ordinal(n) for n in (1, 9, 10, 11, 19, 20, 21, 99)] == ["一", "九", "十", "十一", "十九", "二十", "二十一", "九十九"]
    assert (chapter(3), section(12), chinese_date(date(2026, 3, 5))) == ("三、", "（十二）", "2026年3月5日")


@pytest.mark.parametrize("number", [0, 100])
def test_numerals_outside_one_to_ninety_nine_are_refused(number: int) -> None:
    with pytest.raises(ValueError, match="1至99"):
        ordinal(number)
