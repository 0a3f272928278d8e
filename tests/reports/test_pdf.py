"""A document becomes a PDF that copies out, embeds its fonts, reaches nothing outside, and is the same every time."""

from __future__ import annotations

import hashlib
import io
import os
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from reports import fonts
from reports.document import (
    Attachment,
    Block,
    Column,
    Document,
    Figure,
    GradeBadge,
    Heading,
    ItemList,
    KeyValues,
    PageBreak,
    Paragraph,
    Row,
    RowKind,
    Signature,
    Signatures,
    Table,
    rows,
)
from reports.pdf import BlockedAddress, NoPango, closed_fetcher, document_html, make_pdf

try:
    import weasyprint  # noqa: F401 - loads Pango
except OSError as error:  # pragma: no cover - a machine without Pango
    pytest.skip(f"Pango is not installed: {error}", allow_module_level=True)


def a_document(*blocks: Block, **but: Any) -> Document:
    made = Document("绩效评价报告", "明衡评估中心", date(2026, 1, 15), blocks, cover=False, contents=False)
    return replace(made, **but)


def text_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def embedded(pdf: bytes) -> dict[str, bool]:
    """Fonts by name without the subset's tag, and whether their programme is in the file."""
    found: dict[str, bool] = {}
    for page in PdfReader(io.BytesIO(pdf)).pages:
        for font in page["/Resources"].get("/Font", {}).values():
            for part in font.get_object()["/DescendantFonts"]:
                descriptor = part.get_object()["/FontDescriptor"].get_object()
                found[str(part.get_object()["/BaseFont"]).split("+")[-1]] = "/FontFile2" in descriptor
    return found


EVERY_BLOCK: tuple[Block, ...] = (
    Heading("基本情况", 1, "一、"),
    Heading("项目概况", 2, "（一）"),
    Heading("细目", 3, "1. "),
    Paragraph("服务对象二百一十六人。", cites="财政部令第87号 第五十八条"),
    KeyValues((("采购人", "示范区卫生健康局"),)),
    GradeBadge("良", "86.40", "100", "80（含）—90分为“良”", "财务一票否决"),
    Table(
        (Column("指标", 40), Column("得分", 20)),
        (Row(("决策",), RowKind.GROUP), Row(("立项依据充分性", "4.50"))),
        "表1　得分",
        Row(("合计", "86.40")),
        "四舍五入一次",
    ),
    ItemList(("第一条", "第二条"), True),
    PageBreak(),
    Signatures("确认以上内容属实。", (Signature("组长", "张三", "2026年1月15日", "同意"),)),
    Attachment("评分表与汇总", "附件1", "ab" * 32, "可以复算"),
)


def test_every_kind_of_block_prints_and_its_text_copies_out() -> None:
    pdf = make_pdf(a_document(*EVERY_BLOCK, subtitle="（期末）", number="评〔2026〕17号", cover=True, contents=True))
    text = text_of(pdf).replace("\n", "")
    for expected in (
        "绩效评价报告", "（期末）", "评〔2026〕17号", "2026年1月15日", "目　录", "一、基本情况", "（一）项目概况", "1. 细目",
        "服务对象二百一十六人。", "§ 财政部令第87号 第五十八条", "示范区卫生健康局", "86.40", "财务一票否决", "立项依据充分性",
        "合计", "四舍五入一次", "第二条", "确认以上内容属实。", "张三", "同意", "评分表与汇总", "ab" * 32,
    ):  # fmt: skip
        assert expected in text, expected


def test_pages_are_numbered_with_their_total_and_the_cover_is_not() -> None:
    pages = PdfReader(io.BytesIO(make_pdf(a_document(*EVERY_BLOCK, cover=True, contents=True)))).pages
    assert "第" not in pages[0].extract_text().replace("第一条", "")
    for number, page in enumerate(pages[1:], 2):
        assert f"第 {number} 页 共 {len(pages)} 页" in page.extract_text()


def test_a_long_table_repeats_its_head_on_every_page() -> None:
    columns = (Column("末级指标", 40), Column("得分", 20))
    long = Table(columns, rows((f"指标{n}", "4.50") for n in range(120)))
    pages = PdfReader(io.BytesIO(make_pdf(a_document(long)))).pages
    assert len(pages) >= 3
    assert all("末级指标" in page.extract_text() for page in pages)


def test_chinese_fonts_are_embedded_and_none_comes_from_the_machine() -> None:
    names = embedded(make_pdf(a_document(*EVERY_BLOCK)))
    assert names
    assert all(names.values())
    assert all(name.startswith("Caiping-") for name in names), names


@pytest.mark.parametrize("name", ["张䶮", "李㛃", "刘龑", "陳龘", "王堃", "赵喆", "孙昇", "周珺"])
def test_the_characters_of_peoples_names_print(name: str) -> None:
    """龑 and 陳 are outside the common subset: the full font is declared, and only then."""
    pdf = make_pdf(a_document(Paragraph(f"评估员{name}签字")))
    assert f"评估员{name}签字" in text_of(pdf)
    rare = any(ord(character) not in fonts.coverage()["common"] for character in name)
    assert ("Caiping-Sans-Full" in embedded(pdf)) is rare
    assert ("Full.ttf" in document_html(a_document(Paragraph(name)))) is rare


def test_a_rare_character_has_a_glyph_with_ink() -> None:
    """Text that copies out proves no ink: the embedded font must hold an outline for 龑."""
    from fontTools.ttLib import TTFont

    pdf = make_pdf(a_document(Paragraph("龑")))
    for page in PdfReader(io.BytesIO(pdf)).pages:
        for font in page["/Resources"]["/Font"].values():
            part = font.get_object()["/DescendantFonts"][0].get_object()
            if part["/BaseFont"].endswith("Caiping-Sans-Full"):
                programme = part["/FontDescriptor"].get_object()["/FontFile2"].get_object().get_data()
                glyphs = TTFont(io.BytesIO(programme))["glyf"]
                drawn = [name for name in glyphs.keys() if name != ".notdef" and glyphs[name].numberOfContours > 0]  # noqa: SIM118
                assert drawn
                return
    pytest.fail("the full font is not in the file")


def test_a_character_without_any_glyph_is_marked_and_listed() -> None:
    """Never silently dropped: 〓 stands for it, and the document says which character it was."""
    text = text_of(make_pdf(a_document(Paragraph("很好😀"))))
    assert "很好〓" in text
    assert "U+1F600" in text


def test_a_mark_that_reorders_text_is_shown_not_obeyed() -> None:
    """U+202E turns 01 into 10 for the eye; it is printed as 〓."""
    text = text_of(make_pdf(a_document(Paragraph("得分\u202e01"))))
    assert "得分〓01" in text


def test_the_same_document_gives_the_same_bytes_also_in_another_process() -> None:
    document = a_document(*EVERY_BLOCK, cover=True, contents=True)
    here = hashlib.sha256(make_pdf(document)).hexdigest()
    assert here == hashlib.sha256(make_pdf(document)).hexdigest()
    script = (
        "import hashlib, runpy; module = runpy.run_path(__import__('sys').argv[1]);"
        "d = module['a_document'](*module['EVERY_BLOCK'], cover=True, contents=True);"
        "print(hashlib.sha256(module['make_pdf'](d)).hexdigest())"
    )
    root = Path(__file__).resolve().parents[2]
    environment = {**os.environ, "PYTHONHASHSEED": "4711", "PYTHONPATH": str(root), "TZ": "America/New_York"}
    command = [sys.executable, "-c", script, __file__]
    there = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=root, check=True)
    assert there.stdout.strip() == here


def test_properties_come_from_the_document_alone() -> None:
    information = PdfReader(io.BytesIO(make_pdf(a_document(keywords=("期末",))))).metadata
    assert information is not None
    assert information.title == "绩效评价报告"
    assert information.author == "明衡评估中心"
    assert str(information["/CreationDate"]).startswith("D:20260115")
    assert "期末" in str(information["/Keywords"])


# --- the closed fetcher ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd", "FILE:///etc/passwd", "http://127.0.0.1/", "https://example.org/", "ftp://example.org/x", "//example.org/x",
        "caiping-font:../../setup.cfg", "caiping-font:NotoSansSC-OFL.txt", "caiping-font:/etc/passwd", "/etc/passwd", "",
    ],
)  # fmt: skip
def test_the_fetcher_knows_our_fonts_and_data_only(address: str) -> None:
    with pytest.raises(BlockedAddress):
        closed_fetcher().fetch(address)


def test_the_fetcher_gives_a_font_of_the_tree_and_data_in_the_page() -> None:
    assert closed_fetcher().fetch("caiping-font:NotoSansSC-Regular.ttf").read(4) == b"\x00\x01\x00\x00"
    assert closed_fetcher().fetch("data:text/plain;base64,5LiA").read() == "一".encode()


@pytest.mark.parametrize(
    "drawing",
    [
        '<image href="file:///etc/hostname" width="9" height="9"/>',
        '<image href="http://127.0.0.1:9/x.png" width="9" height="9"/>',
        '</svg><link rel="attachment" href="file:///etc/hostname"><svg>',
        '</svg><img src="file:///etc/hostname"><svg>',
        "</svg><style>@import url(http://127.0.0.1:9/x.css)</style><svg>",
    ],
)
def test_a_document_that_asks_for_an_address_is_not_printed_at_all(drawing: str) -> None:
    """Only a chart is markup, and ours ask for nothing; WeasyPrint's own fetcher would have embedded the file."""
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20">{drawing}</svg>'
    with pytest.raises(BlockedAddress):
        make_pdf(a_document(Figure(svg, "图")))


HOSTILE = '<a rel="attachment" href="file:///etc/passwd">附件</a><img src="http://127.0.0.1:9/x"><style>*{display:none}</style>{{ 7*7 }}'


def test_markup_and_addresses_in_a_users_text_are_text(tmp_path: Path) -> None:
    blocks: tuple[Block, ...] = (
        Paragraph(HOSTILE, cites=HOSTILE),
        Table((Column(HOSTILE, 10),), (Row((HOSTILE,)),), HOSTILE, Row((HOSTILE,)), HOSTILE),
        KeyValues(((HOSTILE, HOSTILE),)),
        ItemList((HOSTILE,)),
        Attachment(HOSTILE, HOSTILE, "", HOSTILE),
        Heading(HOSTILE, 1, HOSTILE),
        Signatures(HOSTILE, (Signature(HOSTILE, HOSTILE, HOSTILE, HOSTILE),)),
        GradeBadge(HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE),
    )
    pdf = make_pdf(a_document(*blocks, title=HOSTILE, subtitle=HOSTILE, number=HOSTILE, organisation=HOSTILE, cover=True, contents=True))
    reader = PdfReader(io.BytesIO(pdf))
    assert not reader.attachments
    text = text_of(pdf).replace("\n", "")
    assert "file:///etc/passwd" in text
    assert "{{ 7*7 }}" in text
    assert "root:" not in text


def test_without_pango_the_refusal_is_chinese_and_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rest of the product works; only PDF refuses, with the packages' names."""
    import builtins

    import reports.pdf

    real = builtins.__import__

    def without(name: str, *rest: Any, **named: Any) -> Any:
        if name == "weasyprint":
            raise OSError("cannot load library 'libpango-1.0-0'")
        return real(name, *rest, **named)

    reports.pdf._weasyprint.cache_clear()
    monkeypatch.setattr(builtins, "__import__", without)
    try:
        with pytest.raises(NoPango) as refusal:
            make_pdf(a_document(Paragraph("甲")))
    finally:
        monkeypatch.undo()
        reports.pdf._weasyprint.cache_clear()
    assert "Pango" in str(refusal.value)
    assert "libpango-1.0-0" in str(refusal.value)
    assert refusal.value.status == 503


def test_the_renderer_is_loaded_only_when_a_pdf_is_made() -> None:
    script = "import sys, reports.pdf, reports.workbook; print('weasyprint' in sys.modules, 'openpyxl' in sys.modules)"
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=root, check=True)
    assert done.stdout.split() == ["False", "False"]
