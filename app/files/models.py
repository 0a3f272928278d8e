"""Files as a table: who uploaded which content, under which name, for what. The bytes are in the store."""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import db
from app.files.kinds import FileKind
from app.store.columns import AwareTime, Key, Words


class FileRow(db.Model):
    """One file 附件 at one place of one subject. The same content elsewhere is another row and the same bytes.

    sha256    of the content: its address in the store
    name      as shown and downloaded: cleaned, with an ending that says what the content is
    owner_id  the organisation that uploaded it
    subject   what it belongs to, as the room that keeps it says: ``("bid", "17")``
    place     where in the subject, e.g. a criterion's id; "" = the whole
    id        drawn from all of these: a number in sequence would tell how many files others have handed in
    """

    __tablename__ = "files"
    __table_args__ = (
        CheckConstraint("size > 0", name="no_file_is_empty"),
        CheckConstraint("length(sha256) = 64", name="content_is_named_by_its_sha256"),
        CheckConstraint("kind IN ('pdf', 'png', 'jpeg', 'xlsx', 'text')", name="kind_is_known"),
        CheckConstraint("name <> ''", name="every_file_has_a_name"),
        Index("file_of_subject", "subject_kind", "subject_id", "owner_id"),
        Index("file_by_content", "sha256"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=False)
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int] = mapped_column(BigInteger)  # bytes
    kind: Mapped[FileKind] = mapped_column(Words(FileKind))
    name: Mapped[str] = mapped_column(String(200))
    owner_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    uploaded_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    uploaded_at: Mapped[datetime] = mapped_column(AwareTime)
    subject_kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[str] = mapped_column(String(80))
    place: Mapped[str] = mapped_column(Text, default="")


def file_id(owner_id: int, subject: tuple[str, str], place: str, name: str, sha256: str) -> int:
    """The id of a file: the same content under the same name at the same place is the same file."""
    text = "\x00".join((str(owner_id), *subject, place, name, sha256))
    return int(hashlib.sha256(text.encode()).hexdigest()[:13], 16)
