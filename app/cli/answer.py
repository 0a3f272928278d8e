"""How a command answers: JSON on stdout, plain words on stderr, and the exit code says which."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from functools import wraps
from typing import Any, NoReturn, ParamSpec, TypeVar

import click

from kernel.refusal import Refusal

FINE, FAULTS, BAD_INPUT = 0, 1, 2

P = ParamSpec("P")
T = TypeVar("T")


def answer(value: Any, code: int = FINE) -> NoReturn:
    """Print ``value`` as JSON and leave with ``code``."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))
    sys.exit(code)


def refuse(message: str) -> NoReturn:
    """Say ``message`` on stderr and leave with 2."""
    click.echo(message, err=True)
    sys.exit(BAD_INPUT)


def in_the_app(command: Callable[P, T]) -> Callable[P, T]:
    """Run ``command`` inside the application that ``flask`` finds. What is refused is said in plain words, exit 2."""

    @click.pass_context
    @wraps(command)
    def run(context: click.Context, *args: P.args, **kwargs: P.kwargs) -> T:
        from flask.cli import ScriptInfo
        from sqlalchemy.exc import OperationalError, ProgrammingError

        from app.settings import HalfConfigured

        try:
            with context.ensure_object(ScriptInfo).load_app().app_context():
                return command(*args, **kwargs)
        except HalfConfigured as reason:
            refuse(str(reason))
        except Refusal as refusal:
            refuse("\n".join([refusal.message, *(finding.sentence() for finding in refusal.findings)]))
        except (OperationalError, ProgrammingError) as error:
            refuse(f"数据库不可用, 或尚未建立（请先运行 flask db upgrade）: {str(error.orig).strip().splitlines()[0]}")

    return run  # type: ignore[return-value]
