"""Whatever is pasted: the check answers, and every span lies in the text."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from law import law_at
from procurement.clauses import check
from procurement.clauses.document import document_of
from procurement.clauses.whole import check_document

CASES = Path(__file__).parents[2] / "cases" / "clauses"
LAW = law_at(date(2026, 11, 22))


def _pieces() -> list[str]:
    """Pieces of clauses, and what is written around them."""
    read = [tomllib.loads(path.read_text("utf-8")) for path in sorted(CASES.glob("*.toml"))]
    texts = [text for each in read for text in (*(text for _, text in each["broken"]), *each["clean"])]
    cut = [text[n : n + 7] for text in texts for n in range(0, len(text), 7)]
    odd = ["百分之点", "2026年13月45日", "获取文件时间：2026年2月30日至", "五十(五)人", "90-99分", "合计", "1.5%"]
    return cut + [*odd, "\n", "\t", " | ", "①", "（", "％", "．"] * 20


@given(st.lists(st.sampled_from(_pieces()), max_size=40).map("".join))
def test_any_mixture_of_words_is_answered_inside_its_bounds(text: str) -> None:
    for found in check(text, LAW):
        assert 0 <= found.span[0] < found.span[1] <= len(text)
    document = document_of(text)
    for placed in check_document(document, LAW).findings:
        assert 0 <= placed.finding.span[0] <= placed.finding.span[1] <= document.characters


@given(st.text(max_size=300))
def test_any_text_at_all_is_answered(text: str) -> None:
    check(text, LAW)
    check_document(document_of(text), LAW)
