"""``flask law add|approve|reject|entries``: entering into the law from the command line, under the same two people.

These need the database, unlike the questions to the desk. Whoever acts signs in with a password of their own: the same rules
hold as on the page, and who sits at the console is nobody's second approver.
"""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from app.cli.answer import answer, in_the_app, refuse, text_of
from kernel.role import Role

if TYPE_CHECKING:
    from app.accounts import Actor
    from app.lawdesk.entering import Shown

_LOGIN = click.option("--login", required=True, help="办理人的登录名")
_PASSWORD = click.option("--password-stdin", is_flag=True, help="从标准输入读取口令; 否则交互输入")


@click.command("add")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--source", multiple=True, metavar="KEY=TEXT", help="来源, 补充或者代替文件中的 [source]: title、number、issuer、issued、url")
@click.option("--check", is_flag=True, help="只核对会改变什么, 不提出")
@_LOGIN
@_PASSWORD
@in_the_app
def add(file: Path, source: tuple[str, ...], check: bool, login: str, password_stdin: bool) -> None:
    """提出补录: 读取 TOML 文件（一个年度、一项数额标准或者一个数值, 及其来源）, 待财政部门的另一人批准。"""
    from app.lawdesk import entering
    from app.store import reading, unit_of_work
    from app.web.clock import clock
    from law.entry_reading import read_entry

    try:
        told = tomllib.loads(text_of(file))
    except tomllib.TOMLDecodeError as error:
        refuse(f"不是 TOML 文件: {file}: {error}")
    for each in source:
        key, _, text = each.partition("=")
        told.setdefault("source", {})[key.strip()] = text.strip()
    entry = read_entry(told)
    changes = list(entering.would_change(entry, entering.held(reading())))
    if check:
        answer({"what": entry.zh, "says": entry.says, "valid_from": str(entry.valid_from), "changes": changes})
    actor = _signed_in(login, Role.SYSTEM_ADMIN, password_stdin)
    with unit_of_work() as work:
        row = entering.propose(work, entering.Propose(actor, entry), clock())
        work.session.flush()
        number = row.id
    answer({"id": number, "state": "proposed", "what": entry.zh, "says": entry.says, "valid_from": str(entry.valid_from), "changes": changes})


@click.command("approve")
@click.argument("number", type=int, metavar="ID")
@click.option("--read/--not-read", "read", required=True, default=None, help="是否已打开官方原文核对; 未核对的只作提示")
@_LOGIN
@_PASSWORD
@in_the_app
def approve(number: int, read: bool, login: str, password_stdin: bool) -> None:
    """批准补录: 由财政部门的另一人办理, 自规定的日期起生效。"""
    _decide(number, True, read, "", login, password_stdin)


@click.command("reject")
@click.argument("number", type=int, metavar="ID")
@click.option("--reason", required=True, help="理由")
@_LOGIN
@_PASSWORD
@in_the_app
def reject(number: int, reason: str, login: str, password_stdin: bool) -> None:
    """不批准补录, 写明理由。"""
    _decide(number, False, False, reason, login, password_stdin)


@click.command("entries")
@click.option("--all", "everything", is_flag=True, help="包括待批准、未批准和已撤回的")
@in_the_app
def entries(everything: bool) -> None:
    """列出补录: 内容、来源、生效日、办理情况。"""
    from app.lawdesk import entering
    from app.store import reading
    from app.web.clock import clock

    answer([_as_mapping(each) for each in entering.entries(reading(), public=not everything, today=clock().date())])


COMMANDS = (add, approve, reject, entries)


def _decide(number: int, approved: bool, read: bool, reason: str, login: str, password_stdin: bool) -> None:
    from app.lawdesk import entering
    from app.store import reading, unit_of_work
    from app.web.clock import clock

    actor = _signed_in(login, Role.FINANCE, password_stdin)
    with unit_of_work() as work:
        entering.decide(work, entering.Decide(actor, number, approved, read, reason), clock())
    reading().rollback()
    answer(_as_mapping(entering.entry(reading(), number, public=False, today=clock().date())))


def _as_mapping(shown: Shown) -> dict[str, Any]:
    source = shown.entry.source
    return {
        "id": shown.id, "state": shown.state.value, "what": shown.entry.zh, "says": shown.entry.says, "valid_from": str(shown.since),
        "status": shown.entry.status if shown.state == "approved" else None, "backdated": shown.backdated,
        "proposed_by": shown.proposed_by, "proposed_at": shown.proposed_at.isoformat(), "decided_by": shown.decided_by or None,
        "decided_at": shown.decided_at.isoformat() if shown.decided_at else None, "reason": shown.reason or None,
        "source": {
            "title": source.title, "number": source.number, "issuer": source.issuer, "issued": str(source.issued), "url": source.url,
        },
    }  # fmt: skip


def _signed_in(login: str, role: Role, password_stdin: bool) -> Actor:
    """The person of this login in this role, once the password is right; wrong tries count as they do at the door."""
    from sqlalchemy import select

    from app.accounts import Actor, admission
    from app.accounts.models import PersonRow, SignInSessionRow
    from app.store import reading, unit_of_work
    from app.web.clock import clock

    secret: str
    if password_stdin:
        secret = sys.stdin.readline().rstrip("\r\n")
    else:
        secret = click.prompt("口令", hide_input=True, err=True)
    console, now = admission.token_hash("console"), clock()
    if admission.must_wait(reading(), console, now):
        refuse("口令错误次数过多, 请稍后再试")
    attempt = admission.check(reading(), login, secret, console)
    with unit_of_work() as work:
        let_in = admission.sign_in(work, attempt, now, hours=1)
    if not let_in.token or attempt.person_id is None:
        refuse(let_in.refusal)
    with unit_of_work() as work:
        opened = work.lock_by(SignInSessionRow, token_hash=admission.token_hash(let_in.token))
        admission.end_session(work, opened.id, attempt.person_id, now)
        held = admission.appointments_of(work.session, attempt.person_id, now)
        office = next((each for each in held if each.role is role and not each.delegator), None)
        name = work.session.scalars(select(PersonRow.name).where(PersonRow.id == attempt.person_id)).one()
    if office is None:
        refuse(f"此事项由{role.zh}办理, {login} 没有这一任职（代理他人的, 请在网页上办理）")
    return Actor(attempt.person_id, office.organisation_id, role, name, office.organisation_name)
