"""Names come from strangers: they name, and steer nothing."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.files.download import disposition
from app.files.kinds import FileKind
from app.files.name import LONGEST, clean_name


@pytest.mark.parametrize(
    ("sent", "kind", "name"),
    [
        ("投标函.pdf", FileKind.PDF, "投标函.pdf"), ("投标函.PDF", FileKind.PDF, "投标函.PDF"), ("scan.jpeg", FileKind.JPEG, "scan.jpeg"),
        ("报价.pdf.exe", FileKind.PDF, "报价.pdf.exe.pdf"), ("照片.jpg", FileKind.PNG, "照片.jpg.png"), ("表", FileKind.XLSX, "表.xlsx"),
        ("C:\\Users\\me\\证书.png", FileKind.PNG, "证书.png"), ("../../../etc/passwd", FileKind.PDF, "passwd.pdf"),
        ("", FileKind.PDF, "附件.pdf"), (".pdf", FileKind.PDF, "附件.pdf"), ("..", FileKind.PDF, "附件.pdf"),
        ("a\r\nSet-Cookie: x=1.pdf", FileKind.PDF, "aSet-Cookie_ x=1.pdf"), ('a".pdf', FileKind.PDF, "a_.pdf"),
        ("fdp.\u202eexe.pdf", FileKind.PDF, "fdp.exe.pdf"), ("䶮㛃龑.pdf", FileKind.PDF, "䶮㛃龑.pdf"),
        ("e\u0301.pdf", FileKind.PDF, "é.pdf"), ("a\x00b.pdf", FileKind.PDF, "ab.pdf"),
    ],
)  # fmt: skip
def test_a_name_is_kept_as_far_as_it_names(sent: str, kind: FileKind, name: str) -> None:
    assert clean_name(sent, kind) == name


@given(st.text(max_size=400), st.sampled_from(FileKind))
def test_any_name_is_short_visible_and_ends_as_its_content(sent: str, kind: FileKind) -> None:
    name = clean_name(sent, kind)

    assert 0 < len(name) <= LONGEST
    assert name.lower().endswith(kind.endings)
    assert not set(name) & set('<>:"/\\|?*\r\n\t\x00')
    assert clean_name(name, kind) == name


@given(st.text(max_size=200))
def test_a_header_holds_one_line_of_ascii_whatever_the_name(sent: str) -> None:
    name = clean_name(sent, FileKind.PDF)
    header = disposition(name, "0123456789ab.pdf")

    assert re.fullmatch(r"attachment; filename=\"0123456789ab\.pdf\"; filename\*=UTF-8''[A-Za-z0-9%._~-]+", header)
    assert unquote(header.rsplit("''", 1)[1]) == name
