"""flask demo 演示: the whole story in a fresh database, its papers under var/demo/, and then the site."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from demo.story import Ending


@click.command()
@click.option("--serve/--no-serve", default=True, help="讲完后在 127.0.0.1 开放网站（默认开放）。")
@click.option("--port", default=8000, show_default=True, help="网站端口。")
@click.option("--folder", type=click.Path(path_type=Path, file_okay=False), default=None, help="数据和文件写到哪里, 默认 var/demo。")
def demo(serve: bool, port: int, folder: Path | None) -> None:
    """一个真实社工项目的全过程: 公告、投标、开标、评审、中标、合同、立项评估、中期和期末绩效评估、续签和履约记录。"""
    from app.settings import ROOT
    from demo.story import CHAPTERS, tell

    folder = (folder or ROOT / "var" / "demo").resolve()
    click.echo("采评 Caiping 演示: 示范市购买精神卫生社会工作服务。单位、人员和投标均为虚构; 每一步都通过正式业务接口办理。\n")
    began, chapter, count = time.perf_counter(), "", 0
    story = tell(folder)
    while True:
        try:
            told = next(story)
        except StopIteration as end:
            ending: Ending = end.value
            break
        count += 1
        if told.chapter != chapter:
            chapter = told.chapter
            place = CHAPTERS.index(chapter) + 1
            click.secho(f"\n{'■' * place}{'□' * (len(CHAPTERS) - place)}  {place}/{len(CHAPTERS)}  {chapter}", bold=True)
        line = f"  {told.at:%Y-%m-%d %H:%M}  {told.zh}"
        click.echo(line + (f" — {told.detail}" if told.detail else "") + (click.style(f"  § {told.cites}", fg="red") if told.cites else ""))
    _conclude(ending, count, time.perf_counter() - began)
    if serve:
        _serve(folder, port, ending)


def _conclude(ending: Ending, count: int, seconds: float) -> None:
    click.secho("\n结果", bold=True)
    for name, value in ending.table:
        click.echo(f"  {_padded(name, 24)}{value}")
    click.secho("\n文件（同样的输入, 同样的字节）", bold=True)
    for path, digest in ending.files:
        click.echo(f"  {digest[:16]}…  {path}")
    click.secho("\n演示账号（口令均为 " + ending.password + "）", bold=True)
    for login, name, role, organisation in ending.accounts:
        click.echo(f"  {_padded(login, 12)}{_padded(role, 18)}{_padded(name, 8)}{organisation}")
    click.echo(f"\n共 {count} 步, {seconds:.1f} 秒。核对日志: CAIPING_VAR={ending.folder} flask log verify")


def _padded(text: str, width: int) -> str:
    """``text`` filled to ``width`` columns; a Chinese character takes two."""
    return text + " " * max(1, width - sum(2 if ord(c) > 0x2E80 else 1 for c in text))


def _serve(folder: Path, port: int, ending: Ending) -> None:
    """Give this process to the server; its clock starts where the story ends."""
    click.echo(f"\n网站: http://127.0.0.1:{port}   时钟从 {ending.now:%Y-%m-%d %H:%M} 走起; 按 Ctrl+C 结束。")
    sys.stdout.flush()
    environment = {**os.environ, "CAIPING_VAR": str(folder), "CAIPING_NOW": ending.now.isoformat()}
    environment.pop("DATABASE_URL", None)
    granian = str(Path(sys.executable).with_name("granian"))
    os.chdir(Path(__file__).resolve().parents[2])
    os.execve(
        granian,
        [granian, "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--workers", "1", "wsgi:app"],
        environment,
    )
