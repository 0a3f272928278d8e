"""Questions about files."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from app.files.models import FileRow


def files_of(session: Session, owner_id: int, subjects: Sequence[tuple[str, str]]) -> list[FileRow]:
    """The files that one organisation keeps for these subjects, in the order in which they came. One statement."""
    theirs = [and_(FileRow.subject_kind == kind, FileRow.subject_id == id) for kind, id in subjects]
    statement = select(FileRow).where(FileRow.owner_id == owner_id, or_(False, *theirs))
    return list(session.scalars(statement.order_by(FileRow.uploaded_at, FileRow.name, FileRow.id)))
