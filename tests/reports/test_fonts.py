"""Which characters the fonts of the tree hold, and what happens to those that none has."""

from __future__ import annotations

import pytest

from reports import fonts


def test_all_of_gb_2312_is_common() -> None:
    pairs = (bytes((row, cell)) for row in range(0xA1, 0xF8) for cell in range(0xA1, 0xFF))
    characters = {text for text in (pair.decode("gb2312", "ignore") for pair in pairs) if text}
    assert len(characters) == 7445
    assert not {c for c in characters if ord(c) not in fonts.coverage()["common"]}


@pytest.mark.parametrize("sign", "①⑳￥¥→√×÷≥≤〔〕【】（）％±≈—…“”·§△□■★℃㎡Ⅳ〇")
def test_the_signs_of_official_documents_are_common(sign: str) -> None:
    assert ord(sign) in fonts.coverage()["common"]


def test_the_list_beside_the_fonts_says_what_the_fonts_hold() -> None:
    """coverage.txt is generated; if a font is replaced without it, names would vanish again."""
    from fontTools.ttLib import TTFont

    for faces, name in ((fonts.COMMON, "common"), (fonts.FULL, "full")):
        held = [set(TTFont(fonts.FOLDER / face.file, lazy=True).getBestCmap()) for face in faces]
        assert set.intersection(*held) == fonts.coverage()[name]


def test_fonts_are_static_truetype_and_bring_their_licence() -> None:
    """woff2 costs seconds a document; variable fonts cannot be cut."""
    from fontTools.ttLib import TTFont

    for face in fonts.COMMON + fonts.FULL:
        font = TTFont(fonts.FOLDER / face.file, lazy=True)
        assert font.flavor is None
        assert "glyf" in font
        assert "fvar" not in font
        assert "Open Font License" in str(font["name"].getDebugName(13))
    for family in ("NotoSansSC", "NotoSerifSC"):
        assert "SIL OPEN FONT LICENSE" in (fonts.FOLDER / f"{family}-OFL.txt").read_text("utf-8")


def test_the_fonts_stay_below_sixty_megabytes() -> None:
    assert sum(file.stat().st_size for file in fonts.FOLDER.iterdir()) < 60_000_000


def test_the_full_fonts_are_declared_only_when_a_text_needs_them() -> None:
    assert fonts.faces_for(["精神卫生专职社工服务", "张䶮", "😀"]) == fonts.COMMON
    assert fonts.faces_for(["精神卫生", "刘龑"]) == fonts.COMMON + fonts.FULL


def test_characters_that_no_font_has_are_reported_once_each_in_order() -> None:
    assert fonts.unprintable(["很好😀😀", "\u202e", "龑"]) == ("\u202e", "😀")


def test_joiners_and_selectors_go_without_a_trace_since_they_have_no_shape() -> None:
    assert fonts.printable("一\ufe0f二\u200b三\ufeff") == "一二三"
    assert fonts.unprintable(["一\ufe0f\u200b"]) == ()


def test_line_ends_and_tabs_become_what_print_knows() -> None:
    assert fonts.printable("一\r\n二\r三\t四\u2028五") == "一\n二\n三 四\n五"
