"""Attachments that wait to be handed in."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime

from app.accounts import Actor
from app.files import file_store
from app.files.gate import Upload
from app.files.kinds import kind_of
from app.files.services import store_uploads
from app.procurement.bids.services import KeepAttachments, keep_attachments
from app.store import UnitOfWork
from tests.builders.rooms import DURING


def attached(
    work: Callable[[], AbstractContextManager[UnitOfWork]], ocid: str, actor: Actor, *files: tuple[str, str, bytes],
    now: datetime = DURING,
) -> list[int]:  # fmt: skip
    """Keep ``files`` (place, name, content) for a bid of ``actor``; their ids."""
    stored = store_uploads(file_store(), [Upload(place, name, kind_of(content), content) for place, name, content in files])
    with work() as unit:
        return [row.id for row in keep_attachments(unit, KeepAttachments(actor, ocid, stored), now)]
