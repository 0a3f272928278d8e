"""The gate lets in what is allowed, and tells everything it refuses at once."""

from __future__ import annotations

import io
from types import SimpleNamespace
from typing import Any

from app.files.gate import Limits, receive
from app.files.kinds import MEBIBYTE, FileKind
from tests.builders.files import a_jpeg, a_pdf, a_png, a_workbook

LIMITS = Limits(file=MEBIBYTE, count=4)


def sent(*files: tuple[str, bytes], place: str = "T1") -> Any:
    return [(place, SimpleNamespace(filename=name, stream=io.BytesIO(content))) for name, content in files]


def test_each_kind_comes_in_under_a_name_that_says_it() -> None:
    let_in, refused = receive(sent(("a.exe", a_pdf()), ("b", a_png()), ("c.jpg", a_jpeg()), ("d.xlsx", a_workbook())), LIMITS)

    assert [(u.name, u.kind) for u in let_in] == [
        ("a.exe.pdf", FileKind.PDF), ("b.png", FileKind.PNG), ("c.jpg", FileKind.JPEG), ("d.xlsx", FileKind.XLSX),
    ]  # fmt: skip
    assert refused == []


def test_everything_refused_is_told_at_once_with_name_and_reason() -> None:
    files = sent(
        ("报价.pdf", b"MZ program"), ("空.pdf", b""), ("说明.txt", "文字".encode()), ("大.pdf", a_pdf() + b" " * MEBIBYTE), ("好.pdf", a_pdf()),
        ("c:\\x\\好\n.pdf", b"\x00"),
    )  # fmt: skip

    let_in, refused = receive(files, LIMITS)

    assert [u.name for u in let_in] == ["好.pdf"]
    assert [turned.sentence() for turned in refused] == [
        "“报价.pdf”没有接收: 是Windows程序", "“空.pdf”没有接收: 文件是空的", "“说明.txt”没有接收: 内容是文本（UTF-8）",
        "“大.pdf”没有接收: 超过了 1 MB", "“好.pdf”没有接收: 不是可以识别的文件类型",
    ]  # fmt: skip
    assert LIMITS.words() == "可以上传PDF、PNG、JPEG、XLSX文件, 每个不超过 1 MB, 合计不超过 4 个"


def test_a_control_left_empty_sends_no_file() -> None:
    assert receive(sent(("", b"")), LIMITS) == ([], [])


def test_the_first_that_fit_the_number_come_in_and_the_others_are_named() -> None:
    files = [(f"{n}.pdf", a_pdf(str(n))) for n in range(6)]
    for left, names in ((None, 4), (2, 2), (0, 0)):
        let_in, refused = receive(sent(*files), LIMITS, left)
        assert (len(let_in), len(refused)) == (names, 6 - names)
        assert all("不能超过 4 个" in turned.why for turned in refused)


def test_the_same_file_chosen_twice_at_one_place_is_one() -> None:
    twice = [*sent(("a.pdf", a_pdf()), ("a.pdf", a_pdf())), *sent(("a.pdf", a_pdf()), place="T2")]

    let_in, refused = receive(twice, LIMITS)

    assert [(u.place, u.name) for u in let_in] == [("T1", "a.pdf"), ("T2", "a.pdf")]
    assert refused == []
