"""The law in force for commands that build no application: what was entered is read straight from the database, if there is one.

``flask law`` answers in a fraction of a second and needs no database. Where one is, its approved entries hold as they do on the
pages; where there is none, or none that was made already, the law is that of the tree.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

import click

from law.entry import COLUMNS, lay, revived
from law.table import SHIPPED, InForce

_ASKED = f"SELECT {', '.join(COLUMNS)} FROM law_entries WHERE approved_as IS NOT NULL ORDER BY approved_as"
SECONDS = 3


def held() -> InForce:
    """The law in force by the database that the environment names; what cannot be read is said on stderr."""
    url = os.environ.get("DATABASE_URL", "")
    try:
        if url.startswith("postgres"):
            return _laid(_postgresql(url))
        path = Path(url.removeprefix("sqlite:///")) if url.startswith("sqlite:///") else _own_file()
        return _laid(_sqlite(path)) if path.exists() else SHIPPED
    except Unreadable as reason:
        click.echo(f"补录未能读取, 只按软件自带的规定回答: {reason}", err=True)
        return SHIPPED


class Unreadable(Exception):
    """There is a database, and it does not answer."""


def _own_file() -> Path:
    """Where ``app.settings`` keeps the database when none is named, without making anything there."""
    var = Path(os.environ.get("CAIPING_VAR") or Path(__file__).resolve().parents[2] / "var")
    return (var / "training" if os.environ.get("CAIPING_TRAINING") == "1" else var) / "caiping.sqlite3"


def _laid(rows: list[Mapping[str, Any]]) -> InForce:
    return lay(revived(row) for row in rows)


def _sqlite(path: Path) -> list[Mapping[str, Any]]:
    try:
        connection = sqlite3.connect(f"file:{quote(str(path.resolve()))}?mode=ro", uri=True, timeout=SECONDS)
        try:
            return [dict(zip(COLUMNS, row, strict=True)) for row in connection.execute(_ASKED)]
        finally:
            connection.close()
    except sqlite3.Error as error:
        if "no such table" in str(error):
            return []
        raise Unreadable(str(error)) from None


def _postgresql(url: str) -> list[Mapping[str, Any]]:
    import psycopg

    address = url.replace("+psycopg", "", 1)
    try:
        with psycopg.connect(address, connect_timeout=SECONDS) as connection:
            return [dict(zip(COLUMNS, row, strict=True)) for row in connection.execute(_ASKED)]
    except psycopg.errors.UndefinedTable:
        return []
    except psycopg.Error as error:
        raise Unreadable(str(error).strip().splitlines()[0]) from None
