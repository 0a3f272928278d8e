"""The extensions, each once: database, migrations, CSRF, sign-in, Bootstrap."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask_bootstrap import Bootstrap5
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase

if TYPE_CHECKING:
    from flask import Flask


def _spoken(constraint: Any, table: Any) -> str:
    """The sentence a constraint or index was named with; the columns' names where it was given none."""
    if isinstance(constraint.name, str):
        return constraint.name
    return "_".join(column.name for column in constraint.columns)


class Base(DeclarativeBase):
    """The base of every table.

    Constraints have the same names on both databases, so that migrations can name them; and the table's name in front,
    since PostgreSQL shares one room of names among all indexes.
    """

    metadata = MetaData(
        naming_convention={
            "constraint_name": _spoken,
            "ix": "ix_%(table_name)s_%(constraint_name)s",
            "uq": "uq_%(table_name)s_%(constraint_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(constraint_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


# The request's session only reads: nothing is flushed by accident. Acts are written by app.store.unit_of_work.
db = SQLAlchemy(model_class=Base, session_options={"autoflush": False, "expire_on_commit": False})
migrate = Migrate()
csrf = CSRFProtect()
login_manager = LoginManager()
bootstrap = Bootstrap5()


def init_app(app: Flask) -> None:
    """Bind every extension to ``app``."""
    db.init_app(app)
    migrate.init_app(app, db, directory=str(app.extensions["settings"].root / "migrations"), render_as_batch=False)
    csrf.init_app(app)
    login_manager.init_app(app)
    bootstrap.init_app(app)
