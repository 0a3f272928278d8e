"""The upload gate 上传关口: every file that was sent is let in or refused with its reason; all of them are told at once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import IO, Protocol

from app.files.kinds import MEBIBYTE, FileKind, Unfit, kind_of
from app.files.name import clean_name, shown_name


class Sent(Protocol):
    """A file of a form, as werkzeug hands it over."""

    filename: str | None
    stream: IO[bytes]


@dataclass(frozen=True)
class Limits:
    """What may come in. ``file`` in bytes; ``count`` files in all."""

    file: int
    count: int
    kinds: tuple[FileKind, ...] = (FileKind.PDF, FileKind.PNG, FileKind.JPEG, FileKind.XLSX)

    def words(self) -> str:
        """The limits in one sentence."""
        kinds = "、".join(kind.zh for kind in self.kinds)
        return f"可以上传{kinds}文件, 每个不超过 {self.file // MEBIBYTE} MB, 合计不超过 {self.count} 个"


@dataclass(frozen=True)
class Upload:
    """A file that was let in. ``place``: where in the form it was chosen."""

    place: str
    name: str
    kind: FileKind
    content: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True)
class Turned:
    """A file that was refused, and why."""

    place: str
    name: str
    why: str

    def sentence(self) -> str:
        return f"“{self.name}”没有接收: {self.why}"


def receive(sent: Iterable[tuple[str, Sent]], limits: Limits, left: int | None = None) -> tuple[Sequence[Upload], Sequence[Turned]]:
    """Those let in and those refused, in the order of the form. A control without a file sends one without a name.

    left   how many more may come in; None: as many as ``limits`` says
    """
    found: list[Upload] = []
    refused: list[Turned] = []
    left = limits.count if left is None else left
    seen: set[tuple[str, str, str]] = set()
    for place, file in sent:
        if not file.filename:
            continue
        if getattr(file.stream, "let_go", False):  # app/web/arriving.py
            beyond = file.stream.sent > limits.file  # type: ignore[attr-defined]
            why = f"超过了 {limits.file // MEBIBYTE} MB" if beyond else "一次上传的文件合计过大, 请分几次上传"
            refused.append(Turned(place, shown_name(file.filename) or "附件", why))
            continue
        content = file.stream.read(limits.file + 1)
        try:
            kind = kind_of(content, limits.file)
            if kind not in limits.kinds:
                raise Unfit(f"内容是{kind.zh}")
        except Unfit as why:
            refused.append(Turned(place, shown_name(file.filename) or "附件", _too_large(content, limits) or str(why)))
            continue
        upload = Upload(place, clean_name(file.filename, kind), kind, content)
        key = (place, upload.name, upload.sha256)
        if key in seen:
            continue
        if len(found) >= left:
            refused.append(Turned(place, upload.name, f"附件合计不能超过 {limits.count} 个"))
            continue
        seen.add(key)
        found.append(upload)
    return found, refused


def _too_large(content: bytes, limits: Limits) -> str:
    """One byte more than allowed was read, so how large it is nobody knows."""
    return f"超过了 {limits.file // MEBIBYTE} MB" if len(content) > limits.file else ""
