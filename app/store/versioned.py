"""Versioned rows: somebody else's change in between is noticed, not overwritten."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Integer
from sqlalchemy.orm import Mapped, declared_attr, mapped_column


class Versioned:
    """Mixin: a version that counts changes. The unit of work raises Stale when it moved under our feet."""

    version: Mapped[int] = mapped_column(Integer, nullable=False)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.__table__.c.version if hasattr(cls, "__table__") else cls.version}
