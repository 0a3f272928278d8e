"""Attachments 投标文件附件: the files of a bid, on its form before it is handed in and in its receipt afterwards.

A file that was let in stays a draft of its supplier for this tender, whatever else is refused on the form; handing in
moves those with a tick into the bid and forgets the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import FileStorage, MultiDict

from app.files.gate import Limits, Turned, Upload, receive
from app.files.kinds import FileKind
from app.files.models import FileRow
from procurement.documents import Tender
from rubric.criterion import Rubric

DRAFT, BID = "bid_draft", "bid"
"""Kinds of subjects that files belong to: uploaded and not handed in yet, with the tender's number; and of a bid."""
WHOLE = ""
"""The place of a file that belongs to no criterion."""
MOST_DRAFTS = 2
"""How many times the number of files of a bid may lie on the form without being handed in."""


@dataclass(frozen=True)
class Attachment:
    """One attachment of a bid as its receipt names it. ``number`` counts from 1; ``place`` is a criterion's id or ""."""

    bid_id: int
    number: int
    place: str
    name: str
    kind: FileKind
    size: int
    sha256: str


def attachments_of(bid_id: int, documents: Mapping[str, Any]) -> tuple[Attachment, ...]:
    """The attachments that the documents of a bid name, in their order."""
    return tuple(
        Attachment(bid_id, number, each["place"], each["name"], FileKind(each["kind"]), each["size"], each["sha256"])
        for number, each in enumerate(documents.get("attachments", ()), 1)
    )


def by_place(attachments: Iterable[Any], rubric: Rubric | None) -> list[tuple[str, list[Any]]]:
    """(label, attachments) for the whole bid first, then criterion by criterion; places without any are left out."""
    labels = {WHOLE: "投标文件"} | {leaf.id: leaf.label for leaf in (rubric.leaves() if rubric is not None else ())}
    found: dict[str, list[Any]] = {place: [] for place in labels}
    for each in attachments:
        found.get(each.place, found[WHOLE]).append(each)
    return [(labels[place], files) for place, files in found.items() if files]


def as_documents(rows: Iterable[FileRow], tender: Tender) -> list[dict[str, Any]]:
    """What the receipt says of these files, in the order of the scoring table."""
    places = [WHOLE, *(leaf.id for leaf in (tender.rubric.leaves() if tender.rubric is not None else ()))]
    ordered = sorted(rows, key=lambda row: (places.index(row.place), row.uploaded_at, row.name, row.id))
    return [
        {"place": row.place, "name": row.name, "sha256": row.sha256, "size": row.size, "kind": row.kind.value} for row in ordered
    ]


@dataclass
class Held:
    """A file that is there already 已上传, with its tick. ``draft``: not in any bid yet."""

    id: int
    place: str
    name: str
    kind: FileKind
    size: int
    sha256: str
    draft: bool
    ticked: bool


class Folder:
    """The attachments on the form: one control for the whole bid and one for each criterion."""

    def __init__(self, tender: Tender, rows: Sequence[FileRow], limits: Limits, ticked: Sequence[str] | None = None) -> None:
        """``rows``: what is there; ``ticked``: ids that the form sent, None for a fresh form, where all are ticked."""
        self.places = (WHOLE, *(leaf.id for leaf in (tender.rubric.leaves() if tender.rubric is not None else ())))
        self.limits = limits
        self.held: list[Held] = []
        self.refused: list[Turned] = []
        for row in rows:
            self.add(row, ticked=ticked is None or str(row.id) in set(ticked))

    def add(self, row: FileRow, *, ticked: bool = True) -> None:
        """Put a file on the form. The same content under the same name at the same place is there once."""
        same = (row.place, row.name, row.sha256)
        for held in self.held:
            if (held.place, held.name, held.sha256) == same:
                held.ticked = held.ticked or ticked
                return
        draft = row.subject_kind == DRAFT
        self.held.append(Held(row.id, row.place, row.name, row.kind, row.size, row.sha256, draft, ticked))

    def receive(self, sent: MultiDict[str, FileStorage]) -> Sequence[Upload]:
        """The uploads of a form that were let in; those refused are told by ``problems``."""
        left = min(
            self.limits.count - len(self.chosen),
            MOST_DRAFTS * self.limits.count - sum(held.draft for held in self.held),
        )
        files = ((place, file) for place in self.places for file in sent.getlist(self.control(place)))
        uploads, self.refused = (list(each) for each in receive(files, self.limits, max(left, 0)))
        return uploads

    @property
    def chosen(self) -> tuple[int, ...]:
        """The ids of the files with a tick."""
        return tuple(held.id for held in self.held if held.ticked)

    def control(self, place: str) -> str:
        """The name of the control at ``place``."""
        return f"files.{place}"

    def id(self, place: str) -> str:
        """Its id in the page."""
        return f"files-{self.places.index(place)}"

    def at(self, place: str) -> Iterator[Held]:
        return (held for held in self.held if held.place == place)

    def errors(self, place: str) -> list[str]:
        return [turned.sentence() for turned in self.refused if turned.place == place]

    def problems(self) -> list[tuple[str, str, str]]:
        """(control id, label, sentence) of every file that was refused; then once what may come in."""
        found = [(self.id(turned.place), "附件", turned.sentence()) for turned in self.refused]
        return [*found, ("", "", self.limits.words())] if found else []
