"""flask training 训练: the training installation, peopled once, and its site with the clock that the learner moves."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click


@click.command()
@click.option("--serve/--no-serve", default=True, help="准备好以后在 127.0.0.1 开放网站（默认开放）。")
@click.option("--port", default=8000, show_default=True, help="网站端口。")
@click.option("--restart", is_flag=True, help="清空训练数据, 从头开始。")
def training(serve: bool, port: int, restart: bool) -> None:
    """训练模式: 独立的数据库（var/training）, 每页有提示, 时钟由学员向前拨, 其他角色由陪练办理。"""
    import shutil

    from app import create_app
    from app.cli.answer import refuse
    from app.settings import HalfConfigured, Settings
    from demo.training import START, prepare

    environment = {**os.environ, "CAIPING_TRAINING": "1", "CAIPING_NOW": START.isoformat()}
    try:
        settings = Settings.from_env(environment)
        if restart:
            shutil.rmtree(settings.var, ignore_errors=True)
            settings = Settings.from_env(environment)
    except HalfConfigured as reason:
        refuse(str(reason))
    app = create_app(settings)
    with app.app_context():
        import flask_migrate

        flask_migrate.upgrade()
        accounts, password = prepare()
    click.secho(f"训练账号（口令均为 {password}）", bold=True)
    for login, name, role, organisation in accounts:
        click.echo("  ".join((login.ljust(12), role, name, organisation)))
    click.echo(f"\n数据: {settings.var}   时钟: {app.extensions['clock'].now():%Y-%m-%d %H:%M}")
    if serve:
        _serve(port, environment)


def _serve(port: int, environment: dict[str, str]) -> None:
    """Give this process to the server."""
    click.echo(f"网站: http://127.0.0.1:{port}   按 Ctrl+C 结束。")
    sys.stdout.flush()
    granian = str(Path(sys.executable).with_name("granian"))
    os.chdir(Path(__file__).resolve().parents[2])
    arguments = [granian, "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--workers", "1", "wsgi:app"]
    os.execve(granian, arguments, environment)
