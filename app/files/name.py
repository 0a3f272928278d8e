"""Names of files 文件名: what a person may see and save, whatever was sent."""

from __future__ import annotations

import unicodedata

from app.files.kinds import FileKind

LONGEST = 120
_NEVER = set('<>:"/\\|?*')


def clean_name(sent: str, kind: FileKind) -> str:
    """``sent`` without its folders and without characters that steer a terminal, a header or the reading direction.

    The ending says what the content is: a PDF that was called ``表.exe`` becomes ``表.exe.pdf``.

    >>> clean_name("../../etc/投标函.pdf", FileKind.PDF)
    '投标函.pdf'
    """
    name = shown_name(sent)
    lower = name.lower()
    ending = next((each for each in kind.endings if lower.endswith(each)), "")
    stem = name[: len(name) - len(ending)] if ending else name
    stem = "".join("_" if c in _NEVER else c for c in stem).strip(" .") or "附件"
    ending = name[len(name) - len(ending) :] if ending else kind.endings[0]
    return stem[: LONGEST - len(ending)].rstrip(" .") + ending


def shown_name(sent: str) -> str:
    """``sent`` as a message may quote it: the last part of a path, on one line, nothing invisible, not too long."""
    last = unicodedata.normalize("NFC", sent).replace("\\", "/").rsplit("/", 1)[-1]
    text = "".join(c for c in last if unicodedata.category(c)[0] not in "CZ" or c == " ")
    return " ".join(text.split())[: LONGEST + 80]
