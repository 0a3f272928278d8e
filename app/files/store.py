"""The file store 文件库: bytes under their SHA-256 in a local folder. What is there is whole, and is never changed."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import tempfile
from pathlib import Path

from kernel.refusal import Refusal

_NAME = re.compile(r"[0-9a-f]{64}")


class Damaged(Refusal):
    """文件缺失或损坏: the bytes in the store are not those that were promised. An administrator brings them back."""

    status = 503
    zh = "文件缺失或者与登记的校验值不符, 请联系系统管理员从备份恢复"


class FileStore:
    """Put bytes in, get them back by their SHA-256. Once ``put`` has returned they outlive a loss of power."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, content: bytes) -> str:
        """Keep ``content`` and give its SHA-256. The same content twice is stored once."""
        sha256 = hashlib.sha256(content).hexdigest()
        path = self._path(sha256)
        if self._holds(path, content):
            return sha256
        self._make_folder(path.parent)
        handle, temporary = tempfile.mkstemp(prefix=".", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, path)  # at no moment does the name hold half a file
        except BaseException:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(temporary)
            raise
        _sync(path.parent)
        return sha256

    def get(self, sha256: str) -> bytes:
        """The bytes of this SHA-256, computed again. Raises Damaged."""
        try:
            content = self._path(sha256).read_bytes()
        except FileNotFoundError:
            raise Damaged from None
        if hashlib.sha256(content).hexdigest() != sha256:
            raise Damaged
        return content

    def has(self, sha256: str, size: int) -> bool:
        """Whether a file of this name and size is there; its bytes are not read."""
        try:
            return self._path(sha256).stat().st_size == size
        except FileNotFoundError:
            return False

    def _path(self, sha256: str) -> Path:
        if not _NAME.fullmatch(sha256):
            raise ValueError(f"no SHA-256: {sha256!r}")
        return self.folder / sha256[:2] / sha256[2:]

    @staticmethod
    def _holds(path: Path, content: bytes) -> bool:
        """A damaged file of the same name is written anew."""
        try:
            return path.stat().st_size == len(content) and path.read_bytes() == content
        except FileNotFoundError:
            return False

    def _make_folder(self, folder: Path) -> None:
        if folder.is_dir():
            return
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
        _sync(self.folder)


def _sync(folder: Path) -> None:
    """A new name is durable once its folder is."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
