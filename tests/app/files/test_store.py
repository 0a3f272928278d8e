"""What the store has promised it keeps, whole; what it has not finished it does not show."""

from __future__ import annotations

import hashlib
import os
import signal
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from app.files.store import Damaged, FileStore
from tests.architecture.tree import ROOT


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "files")


def test_bytes_come_back_by_their_sha256(store: FileStore) -> None:
    content = os.urandom(300_000)

    sha256 = store.put(content)

    assert sha256 == hashlib.sha256(content).hexdigest()
    assert store.get(sha256) == content
    assert store.has(sha256, 300_000)
    assert not store.has(sha256, 299_999)
    assert (store.folder / sha256[:2] / sha256[2:]).is_file()


def test_the_same_content_is_stored_once(store: FileStore) -> None:
    first = store.put(b"one")
    kept = (store.folder / first[:2] / first[2:]).stat()
    assert store.put(b"one") == first
    assert [path for path in store.folder.rglob("*") if path.is_file()] == [store.folder / first[:2] / first[2:]]
    assert (store.folder / first[:2] / first[2:]).stat().st_ino == kept.st_ino


def test_only_its_own_account_reads_the_store(store: FileStore) -> None:
    sha256 = store.put(b"secret")
    for path in (store.folder, store.folder / sha256[:2], store.folder / sha256[:2] / sha256[2:]):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0


def test_a_damaged_file_is_never_given_out_and_the_same_upload_mends_it(store: FileStore) -> None:
    sha256 = store.put(b"as handed in")
    path = store.folder / sha256[:2] / sha256[2:]
    path.write_bytes(b"as forged in")
    with pytest.raises(Damaged):
        store.get(sha256)
    path.unlink()
    with pytest.raises(Damaged):
        store.get(sha256)
    store.put(b"as handed in")
    path.write_bytes(b"as forged in")
    assert store.put(b"as handed in") == sha256
    assert store.get(sha256) == b"as handed in"


@pytest.mark.parametrize("name", ["", "../../secret", "A" * 64, "0" * 63, "0" * 65, "0" * 64 + "\n"])
def test_nothing_but_a_sha256_names_a_file(store: FileStore, name: str) -> None:
    with pytest.raises(ValueError, match="no SHA-256"):
        store.get(name)


def test_many_who_put_the_same_at_once_leave_one_whole_file(store: FileStore) -> None:
    content, given = os.urandom(2_000_000), []
    threads = [threading.Thread(target=lambda: given.append(store.put(content))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(given) == 8
    assert set(given) == {hashlib.sha256(content).hexdigest()}
    assert [path.read_bytes() == content for path in store.folder.rglob("*") if path.is_file()] == [True]


def test_a_process_killed_while_writing_leaves_no_half_file(store: FileStore) -> None:
    """Killed at the moment before the name is given: there is a temporary file, and no promise."""
    program = (
        "import os, signal, sys; from pathlib import Path; from app.files.store import FileStore\n"
        "os.replace = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
        "FileStore(Path(sys.argv[1])).put(b'x' * 1000)"
    )
    killed = subprocess.run([sys.executable, "-c", program, str(store.folder)], cwd=ROOT, check=False)
    sha256 = hashlib.sha256(b"x" * 1000).hexdigest()

    assert killed.returncode == -signal.SIGKILL
    assert not store.has(sha256, 1000)
    with pytest.raises(Damaged):
        store.get(sha256)
    assert store.put(b"x" * 1000) == sha256
    assert store.get(sha256) == b"x" * 1000
