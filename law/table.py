"""Tables 数据表: the TOML files in which the law is written down for the machine, and what was laid over them.

The files are the base. What administrators entered since (``law.entry``) is laid over them as one immutable value,
``InForce``; whatever is read from the tables is kept with that value (``kept``), so nothing read under one law is ever given
under another. The core asks for no clock and no database: who starts a request, a job or a command says which value holds.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, update_wrapper
from pathlib import Path
from typing import Any, ParamSpec, TypeVar, cast

ROOT = Path(__file__).parent

Table = Mapping[str, Any]
P = ParamSpec("P")
T = TypeVar("T")


class BadTable(Exception):
    """A data file of the law is wrong. It is our bug, so it is loud and names the file and the entry."""


class InForce:
    """The tables that stand over the shipped ones, by (folder, name), each whole; ``mark`` names what they hold.

    Never changed once it is made; ``_made`` remembers what was read from it.
    """

    __slots__ = ("_made", "mark", "over")

    def __init__(self, over: Mapping[tuple[str, str], Table] | None = None, mark: str = "") -> None:
        self.over: Mapping[tuple[str, str], Table] = over or {}
        self.mark = mark
        self._made: dict[Any, dict[Any, Any]] = {}

    def made(self, by: Any) -> dict[Any, Any]:
        """What the function ``by`` has read from these tables so far, by its arguments."""
        try:
            return self._made[by]
        except KeyError:
            return self._made.setdefault(by, {})


SHIPPED = InForce()
"""Nothing laid over: the law as it is in the tree."""

_in_force: ContextVar[InForce] = ContextVar("law_in_force", default=SHIPPED)


def in_force() -> InForce:
    """The tables that hold here and now."""
    return _in_force.get()


def lay_over(laid: InForce) -> None:
    """From now on ``laid`` holds in this context: one request, one thread of a worker, one command."""
    _in_force.set(laid)


@contextmanager
def laid_over(laid: InForce) -> Iterator[None]:
    """``laid`` holds inside the block: to try what is only proposed."""
    token = _in_force.set(laid)
    try:
        yield
    finally:
        _in_force.reset(token)


def kept(most: int = 4096) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Decorator: keep up to ``most`` answers of a function of the law, with the tables they were read from."""

    def decorate(function: Callable[P, T]) -> Callable[P, T]:
        def ask(*args: Hashable, **named: Hashable) -> T:
            made = _in_force.get().made(function)
            key = (args, tuple(named.items())) if named else args
            try:
                return cast(T, made[key])
            except KeyError:
                pass
            found = cast(Callable[..., T], function)(*args, **named)
            if len(made) >= most:
                made.clear()
            made[key] = found
            return found

        return cast(Callable[P, T], update_wrapper(ask, function))

    return decorate


@cache
def shipped(folder: str, name: str) -> Table:
    """The table ``law/<folder>/<name>.toml``. Raises FileNotFoundError for none, BadTable for a broken one."""
    path = ROOT / folder / f"{name}.toml"
    try:
        with path.open("rb") as file:
            return tomllib.load(file)
    except tomllib.TOMLDecodeError as error:
        raise BadTable(f"{path.name}: {error}") from error


def table(folder: str, name: str) -> Table:
    """The table of that name as it is in force. Raises FileNotFoundError for none, BadTable for a broken one."""
    over = _in_force.get().over.get((folder, name))
    return shipped(folder, name) if over is None else over


@cache
def _shipped_names(folder: str) -> tuple[str, ...]:
    return tuple(sorted(path.stem for path in (ROOT / folder).glob("*.toml")))


def names(folder: str) -> tuple[str, ...]:
    """The names of the tables of a folder, in order."""
    over = {name for where, name in _in_force.get().over if where == folder}
    return tuple(sorted(over.union(_shipped_names(folder)))) if over else _shipped_names(folder)


def entries(folder: str) -> dict[str, Table]:
    """All entries of all tables of a folder. Raises BadTable when two tables define the same entry."""
    found: dict[str, Table] = {}
    for name in names(folder):
        for key, entry in table(folder, name).items():
            if key in found:
                raise BadTable(f"{folder}/{name}.toml: “{key}” 重复")
            found[key] = entry
    return found
