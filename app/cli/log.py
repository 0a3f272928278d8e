"""flask log 透明日志: check that nobody touched it."""

from __future__ import annotations

import click

from app.cli.answer import FAULTS, FINE, answer, in_the_app


@click.group()
def log() -> None:
    """透明日志。"""


@log.command()
@in_the_app
def verify() -> None:
    """核验日志: 是否有被改动、删除、插入、调换次序或截断的行。退出码 0 完好, 1 有问题, 2 无法核验。"""
    from app.store import reading
    from app.transparency import chain

    found = chain.verify(reading())
    result = {"holds": found.holds, "lines": found.lines, "head": found.head}
    if not found.holds:
        result |= {"first_bad": found.first_bad, "reason": found.reason}
    answer(result, FINE if found.holds else FAULTS)
