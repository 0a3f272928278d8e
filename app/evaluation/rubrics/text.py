"""Rubric texts 指标体系文本: from a file or a pasted text to what the engine reads, once per text."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from kernel.canonical import sha256_hex
from kernel.refusal import BadInput, Finding, Missing
from rubric import library
from rubric.criterion import Rubric
from rubric.reading import load_yaml, read_rubric

MOST_BYTES = 1024 * 1024


@dataclass(frozen=True)
class LibraryEntry:
    """A rubric that ships with the product: its code (the file's name), the rubric, its text."""

    code: str
    rubric: Rubric
    text: str


def decoded(data: bytes) -> str:
    """An uploaded file as text: UTF-8, or GB 18030 as older office software writes it. Raises BadInput."""
    if not data.strip():
        raise _wrong("文件是空的", "请选择填写好的指标体系（YAML）")
    if len(data) > MOST_BYTES:
        raise _wrong("文件超过 1 MiB", "指标体系只放结构化的内容, 附件请另行上传")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise _wrong("文件不是文本文件", "请上传 YAML 文本（UTF-8 编码）")


def digest_of(text: str) -> str:
    """SHA-256 of the text's UTF-8 bytes."""
    return sha256_hex(text)


@lru_cache(maxsize=128)
def rubric_of(text: str) -> Rubric:
    """The rubric that a text holds. Raises BadInput with everything that keeps it from being one.

    The same text is read once per process: it never changes what it means.
    """
    return read_rubric(load_yaml(text))


@lru_cache(maxsize=1)
def shelf() -> tuple[LibraryEntry, ...]:
    """The rubrics that ship with the product, by code."""
    return tuple(LibraryEntry(code, library.load(code), library.text(code)) for code in library.names())


def library_entry(code: str) -> LibraryEntry:
    """One rubric of the library. Raises Missing."""
    for entry in shelf():
        if entry.code == code:
            return entry
    raise Missing("指标库中没有这一指标体系")


def _wrong(zh: str, cure: str) -> BadInput:
    return BadInput((Finding("file", zh, cure=cure),), "指标体系无法读取")
