"""flask jobs 后台作业: the worker process, and one round by hand."""

from __future__ import annotations

import click

from app.cli.answer import answer, in_the_app


@click.group()
def jobs() -> None:
    """后台作业: 到期事项与对外消息。"""


@jobs.command()
@in_the_app
def work() -> None:
    """启动工作进程, 直到收到中断信号: 办理到期事项, 发送消息。"""
    from flask import current_app

    from app.jobs.queue import work

    work(current_app._get_current_object())  # type: ignore[attr-defined]


@jobs.command()
@in_the_app
def once() -> None:
    """办理一轮后退出（可由 cron 调用）。"""
    from dataclasses import asdict
    from datetime import timedelta

    from flask import current_app

    from app.jobs import rounds

    app = current_app._get_current_object()  # type: ignore[attr-defined]
    ticked = rounds.tick(app)
    drained = rounds.drain(app, lease=timedelta(seconds=app.extensions["settings"].lease_seconds))
    answer({"clock": asdict(ticked), "outbox": asdict(drained)}, 1 if ticked.broken or drained.failed else 0)
