"""``cairn user``: the people of an authority."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import click

from cairn.cli.options import json_flag, with_actor
from cairn.cli.told import tell
from cairn.records.users import Role
from cairn.services.directory.users import (
    change_user,
    create_user,
    list_users,
    set_active,
    set_password,
    set_role,
)
from cairn.services.factors.taking_away import take_factors_away
from cairn.services.outside.names import set_outside_name
from cairn.services.visible import visible

if TYPE_CHECKING:
    from cairn.records.users import Actor
    from cairn.services.node.opening import Node

ROLES = click.Choice([each.value for each in Role])


@click.group()
def user() -> None:
    """Record the people of an authority, and what their role is."""


@user.command()
@click.argument("login")
@with_actor
@click.option("--name", required=True, help="The person's name.")
@click.option("--role", type=ROLES, required=True, help="What the person is to the node.")
@click.option(
    "--email", default="", metavar="ADDRESS", help="Where the person is sent e-mail without content."
)
@json_flag
def create(_: Node, actor: Actor, login: str, name: str, role: str, email: str, as_json: bool) -> None:
    """Record the person LOGIN; asks for the password, else reads CAIRN_NEW_PASSWORD."""
    password = _new_password()
    made = create_user(login, name=name, role=Role(role), password=password, email=email, actor=actor)
    tell(
        {"login": made.login, "role": made.role, "authority": actor.authority.code},
        [f"{made.login} is now {made.role} of {actor.authority.code}."],
        as_json=as_json,
    )


@user.command()
@click.argument("login")
@with_actor
@click.option("--name", help="The person's name.")
@click.option("--email", metavar="ADDRESS", help="Where the person is sent e-mail; '' for nowhere.")
@json_flag
def change(_: Node, actor: Actor, login: str, name: str | None, email: str | None, as_json: bool) -> None:
    """Say another name or e-mail address of LOGIN: an administrator does, or the person."""
    change_user(login, name=name, email=email, actor=actor)
    tell({"login": login, "authority": actor.authority.code}, [f"{login} is changed."], as_json=as_json)


@user.command(name="list")
@with_actor
@json_flag
def list_(_: Node, actor: Actor, as_json: bool) -> None:
    """List the people of the authority."""
    users = list_users(actor)
    if as_json:
        rows = [
            {
                "login": each.login,
                "name": each.name,
                "role": each.role,
                "email": each.email,
                "is_active": each.is_active,
            }
            for each in users
        ]
        click.echo(json.dumps(rows, indent=1))
        return
    for each in users:
        email = f"  {each.email}" if each.email else ""
        closed = "" if each.is_active else "  closed"
        click.echo(visible(f"{each.login:<20} {each.role:<16} {each.name}{email}{closed}"))


@user.command()
@click.argument("login")
@click.argument("new_role", metavar="ROLE", type=ROLES)
@with_actor
@json_flag
def role(_: Node, actor: Actor, login: str, new_role: str, as_json: bool) -> None:
    """Give the person LOGIN another role."""
    set_role(login, Role(new_role), actor=actor)
    tell(
        {"login": login, "role": new_role, "authority": actor.authority.code},
        [f"{login} is now {new_role}."],
        as_json=as_json,
    )


@user.command()
@click.argument("login")
@with_actor
@json_flag
def close(_: Node, actor: Actor, login: str, as_json: bool) -> None:
    """Close the account of LOGIN: the person can no longer act, and what they did stays theirs."""
    set_active(login, is_active=False, actor=actor)
    tell(
        {"login": login, "is_active": False, "authority": actor.authority.code},
        [f"The account of {login} is closed."],
        as_json=as_json,
    )


@user.command()
@click.argument("login")
@with_actor
@json_flag
def reopen(_: Node, actor: Actor, login: str, as_json: bool) -> None:
    """Open a closed account again."""
    set_active(login, is_active=True, actor=actor)
    tell(
        {"login": login, "is_active": True, "authority": actor.authority.code},
        [f"The account of {login} is open."],
        as_json=as_json,
    )


@user.command()
@click.argument("login")
@with_actor
@json_flag
def password(_: Node, actor: Actor, login: str, as_json: bool) -> None:
    """Give LOGIN another password; asks for it, else reads CAIRN_NEW_PASSWORD."""
    set_password(login, _new_password(), actor=actor)
    tell(
        {"login": login, "authority": actor.authority.code},
        [f"The password of {login} is changed."],
        as_json=as_json,
    )


@user.command(name="outside")
@click.argument("login")
@with_actor
@click.option(
    "--name", required=True, metavar="SUB", help="As the other service calls the person; '' for nobody."
)
@json_flag
def outside(node: Node, actor: Actor, login: str, name: str, as_json: bool) -> None:
    """Let LOGIN sign in through the other sign-in service, which knows the person as SUB."""
    set_outside_name(node, login, name, actor=actor)
    said = "signs in through the other service too" if name else "signs in through no other service any more"
    tell(
        {"login": login, "outside": bool(name), "authority": actor.authority.code},
        [f"{login} {said}."],
        as_json=as_json,
    )


@user.command(name="reset-factors")
@click.argument("login")
@with_actor
@json_flag
def reset_factors(_: Node, actor: Actor, login: str, as_json: bool) -> None:
    """Take every second factor of LOGIN away, because all are lost; the person is told at the desk."""
    removed = take_factors_away(login, actor=actor)
    tell(
        {"login": login, "removed": removed, "authority": actor.authority.code},
        [f"{login} has no second factor any more, and is signed out everywhere."],
        as_json=as_json,
    )


def _new_password() -> str:
    given = os.environ.get("CAIRN_NEW_PASSWORD")
    if given is not None:
        return given
    return str(click.prompt("New password", hide_input=True, confirmation_prompt=True, err=True))
