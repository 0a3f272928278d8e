"""Questions about drafts. Each takes the actor, and answers with the actor's own: there is no other way to ask."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts import Actor
from app.drafts.models import DraftRow


def own_draft(session: Session, actor: Actor, form: str, subject: str, *, locked: bool = False) -> DraftRow | None:
    """The actor's draft of this form about this subject; ``locked`` until the unit of work is over."""
    statement = select(DraftRow).where(
        DraftRow.person_id == actor.person_id, DraftRow.organisation_id == actor.organisation_id,
        DraftRow.form == form, DraftRow.subject == subject,
    )  # fmt: skip
    return session.scalars(statement.with_for_update() if locked else statement).one_or_none()


def own_drafts(session: Session, actor: Actor, form: str, begins: str) -> dict[str, DraftRow]:
    """The actor's drafts of this form, in one statement, by the rest of their subject after ``begins``."""
    statement = select(DraftRow).where(
        DraftRow.person_id == actor.person_id, DraftRow.organisation_id == actor.organisation_id,
        DraftRow.form == form, DraftRow.subject.startswith(begins, autoescape=True),
    )  # fmt: skip
    return {row.subject[len(begins) :]: row for row in session.scalars(statement)}
