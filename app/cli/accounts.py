"""flask accounts 账户: register, appoint, unlock, from the command line of whoever runs the installation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from app.cli.answer import answer, in_the_app, refuse
from kernel.role import Role

if TYPE_CHECKING:
    from app.accounts import Actor

KINDS = ("finance", "buyer", "supplier", "expert_pool", "evaluation_body", "oversight", "operator")
ROLES = tuple(role.value for role in Role if role is not Role.CLOCK)


@click.group()
def accounts() -> None:
    """单位、人员、任职与登录。"""


@accounts.command("list")
@in_the_app
def list_() -> None:
    """列出单位、人员及现有任职。"""
    from app.accounts import queries
    from app.store import reading
    from app.web.clock import clock

    answer(queries.register_of(reading(), clock()))


@accounts.command()
@click.option("--kind", required=True, type=click.Choice(KINDS), help="单位类别")
@click.option("--name", required=True, help="单位名称")
@click.option("--credit-code", default="", help="统一社会信用代码")
@in_the_app
def add_organisation(kind: str, name: str, credit_code: str) -> None:
    """登记单位。"""
    from app.accounts.organisation import Kind
    from app.accounts.services import RegisterOrganisation, register_organisation

    _act(register_organisation, RegisterOrganisation(Kind(kind), name, credit_code, _console()))


@accounts.command()
@click.option("--name", required=True, help="姓名")
@click.option("--login", required=True, help="登录名")
@click.option("--password-stdin", is_flag=True, help="从标准输入读取口令; 否则交互输入")
@in_the_app
def add_person(name: str, login: str, password_stdin: bool) -> None:
    """登记人员。口令不作为参数, 以免留在命令历史中。"""
    from app.accounts.services import RegisterPerson, register_person

    if password_stdin:
        password = click.get_text_stream("stdin").readline().rstrip("\r\n")
    else:
        password = click.prompt("口令", hide_input=True, confirmation_prompt="再次输入口令", err=True)
    if not password:
        refuse("口令不能为空")
    _act(register_person, RegisterPerson(name, login, password, _console()))


@accounts.command()
@click.option("--login", required=True, help="登录名")
@click.option("--organisation", required=True, help="单位名称")
@click.option("--role", required=True, type=click.Choice(ROLES), help="身份")
@in_the_app
def appoint(login: str, organisation: str, role: str) -> None:
    """任职: 某人在某单位担任某一身份。"""
    from app.accounts import queries, services
    from app.store import reading

    person_id = queries.person_with_login(reading(), login)
    organisation_id = queries.organisation_named(reading(), organisation)
    _act(services.appoint, services.Appoint(person_id, organisation_id, Role(role), _console()))


@accounts.command()
@click.argument("login")
@in_the_app
def revoke_sessions(login: str) -> None:
    """强制某人在所有设备上退出登录。"""
    from app.accounts import admission, queries
    from app.store import reading, unit_of_work
    from app.web.clock import clock

    person_id = queries.person_with_login(reading(), login)
    with unit_of_work() as work:
        ended = admission.revoke_sessions(work, person_id, _console(), clock())
    answer({"person": person_id, "sessions_ended": ended})


@accounts.command()
@click.argument("login")
@in_the_app
def unlock(login: str) -> None:
    """解除某人因口令错误造成的锁定。"""
    from app.accounts import admission, queries
    from app.store import reading, unit_of_work
    from app.web.clock import clock

    person_id = queries.person_with_login(reading(), login)
    with unit_of_work() as work:
        admission.unlock(work, person_id, _console(), clock())
    answer({"person": person_id, "locked": False})


def _act(service: Any, command: Any) -> None:
    from app.store import unit_of_work
    from app.web.clock import clock

    with unit_of_work() as work:
        number = service(work, command, clock()).id
    answer({"id": number})


def _console() -> Actor:
    """Whoever runs commands on the machine: the system administrator, without a sign-in."""
    from app.accounts import Actor

    return Actor(None, None, Role.SYSTEM_ADMIN)
