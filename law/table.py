"""Tables 数据表: the TOML files in which the law is written down for the machine. Each is read once."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent

Table = Mapping[str, Any]


class BadTable(Exception):
    """A data file of the law is wrong. It is our bug, so it is loud and names the file and the entry."""


@cache
def table(folder: str, name: str) -> Table:
    """The table ``law/<folder>/<name>.toml``. Raises FileNotFoundError for none, BadTable for a broken one."""
    path = ROOT / folder / f"{name}.toml"
    try:
        with path.open("rb") as file:
            return tomllib.load(file)
    except tomllib.TOMLDecodeError as error:
        raise BadTable(f"{path.name}: {error}") from error


@cache
def names(folder: str) -> tuple[str, ...]:
    """The names of the tables in ``law/<folder>``, in order."""
    return tuple(sorted(path.stem for path in (ROOT / folder).glob("*.toml")))


def entries(folder: str) -> dict[str, Table]:
    """All entries of all tables of a folder. Raises BadTable when two tables define the same entry."""
    found: dict[str, Table] = {}
    for name in names(folder):
        for key, entry in table(folder, name).items():
            if key in found:
                raise BadTable(f"{folder}/{name}.toml: “{key}” 重复")
            found[key] = entry
    return found
