"""How a command answers: JSON on stdout, plain words on stderr, and the exit code says which."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, NoReturn, ParamSpec, TypeVar

import click

from kernel.refusal import BadInput, Finding, Refusal

FINE, FAULTS, BAD_INPUT = 0, 1, 2
MOST_BYTES = 8_000_000
"""Of a file that a command reads."""

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


def refuse_with(refusal: Refusal) -> NoReturn:
    """Say on stderr everything that ``refusal`` found, a line each, and leave with 2."""
    refuse("\n".join([refusal.message, *(f"  - {_placed(finding)}" for finding in refusal.findings)]))


def _placed(finding: Finding) -> str:
    """A finding with its place in front, unless its sentence starts with it."""
    sentence = finding.sentence()
    return sentence if not finding.field or sentence.startswith(finding.field) else f"{finding.field}: {sentence}"


def text_of(file: Path) -> str:
    """The UTF-8 text of ``file``, without its byte order mark. Raises BadInput."""
    try:
        with file.open("rb") as stream:
            content = stream.read(MOST_BYTES + 1)
    except OSError as error:
        raise BadInput((), f"无法读取文件 {file}: {error.strerror or error}") from None
    if len(content) > MOST_BYTES:
        raise BadInput((), f"文件过大（超过{MOST_BYTES // 1_000_000}MB）: {file}")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadInput((), f"文件不是 UTF-8 文本: {file}") from None


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
                from app.store import law_in_force

                law_in_force.hold()
                return command(*args, **kwargs)
        except HalfConfigured as reason:
            refuse(str(reason))
        except Refusal as refusal:
            refuse("\n".join([refusal.message, *(finding.sentence() for finding in refusal.findings)]))
        except (OperationalError, ProgrammingError) as error:
            refuse(f"数据库不可用, 或尚未建立（请先运行 flask db upgrade）: {str(error.orig).strip().splitlines()[0]}")

    return run  # type: ignore[return-value]
