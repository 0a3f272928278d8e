"""What the law desk puts on the workbench: entries that wait for the finance bureau."""

from __future__ import annotations

from datetime import datetime

from flask import url_for
from sqlalchemy.orm import Session

from app.accounts import Actor
from app.lawdesk import entering
from app.web import workbench
from app.web.workbench import Task
from kernel.role import Role


def to_approve(session: Session, actor: Actor, now: datetime) -> list[Task]:
    """Entries that wait to be compared with their text. One statement."""
    return [
        Task(
            None, f"批准补录: {row.document}", "打开官方原文核对, 批准后自规定的日期起按此判断; 不批准的写明理由。",
            entering.SUPERVISES, url_for("lawdesk.entry", entry_id=row.id), minutes=15, act="去核对",
        )
        for row in entering.waiting(session)
    ]  # fmt: skip


workbench.register(Role.FINANCE, to_approve)
