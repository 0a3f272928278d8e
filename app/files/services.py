"""Acts on files: keep, hand over to another subject, discard. Bytes are in the store before the row is committed.

A crash in between leaves bytes that no row names: they promise nothing to anybody, and the same upload finds them again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.accounts import Actor
from app.files.gate import Upload
from app.files.kinds import FileKind
from app.files.models import FileRow, file_id
from app.files.store import FileStore
from app.store import UnitOfWork


@dataclass(frozen=True)
class Stored:
    """A file whose bytes are in the store."""

    place: str
    name: str
    kind: FileKind
    sha256: str
    size: int


@dataclass(frozen=True)
class KeepFiles:
    """保存附件 of ``subject`` in the name of the actor's organisation."""

    actor: Actor
    subject: tuple[str, str]
    files: tuple[Stored, ...]


def store_uploads(store: FileStore, uploads: Iterable[Upload]) -> tuple[Stored, ...]:
    """Write the bytes: before the unit of work, so that nobody waits for a disk behind a lock."""
    return tuple(Stored(u.place, u.name, u.kind, store.put(u.content), len(u.content)) for u in uploads)


def keep_files(work: UnitOfWork, command: KeepFiles, now: datetime) -> list[FileRow]:
    """A row for each file; a file that is there already stays as it is. The caller holds a lock on the subject."""
    owner, person = command.actor.organisation_id, command.actor.person_id
    assert owner is not None
    assert person is not None
    kept = []
    for file in command.files:
        id = file_id(owner, command.subject, file.place, file.name, file.sha256)
        row = work.session.get(FileRow, id)
        if row is None:
            row = FileRow(
                id=id, sha256=file.sha256, size=file.size, kind=file.kind, name=file.name, owner_id=owner,
                uploaded_by=person, uploaded_at=now, subject_kind=command.subject[0], subject_id=command.subject[1],
                place=file.place,
            )  # fmt: skip
            # no hash in the line: whoever holds a copy of a paper could tell from it who has handed it in
            work.record("file.keep", row, by=command.actor, at=now)
        kept.append(row)
    return kept


def hand_over(work: UnitOfWork, rows: Sequence[FileRow], subject: tuple[str, str]) -> None:
    """Let ``subject`` have these files too: who uploaded them, and when, stays as it was."""
    for row in rows:
        id = file_id(row.owner_id, subject, row.place, row.name, row.sha256)
        if work.session.get(FileRow, id) is None:
            copied = {c: getattr(row, c) for c in ("sha256", "size", "kind", "name", "owner_id", "uploaded_by", "uploaded_at", "place")}
            work.session.add(FileRow(id=id, subject_kind=subject[0], subject_id=subject[1], **copied))
            work.session.flush()


def discard(work: UnitOfWork, rows: Iterable[FileRow]) -> None:
    """Forget files of a subject that was never handed in. The bytes stay: another row may name them."""
    for row in rows:
        work.session.delete(row)
