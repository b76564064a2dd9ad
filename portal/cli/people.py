"""`flask user create` and `invite`, `flask login-link`, `flask token create` and `revoke`."""

from __future__ import annotations

import click

from portal.accounts import details, invitations, letters, people, signing, tokens
from portal.accounts.actors import PORTAL
from portal.accounts.roles import STAFF, Role
from portal.cli import speaking
from portal.core import house
from portal.core.db import transaction


@click.group("user")
def user() -> None:
    """People who can sign in."""


@speaking.command("create")
@click.argument("email")
@click.option("--role", required=True, type=click.Choice([role.value for role in Role]))
@click.option("--name", default="", help="Full name; shown on marked pages and copies.")
@speaking.as_json
def create(email: str, role: str, name: str, as_json: bool) -> None:
    """Make an account; its holder signs in by `flask login-link EMAIL`."""
    with transaction():
        person = people.create(PORTAL, email, Role(role), name=name)
        made = {"id": person.id, "email": person.email, "role": person.role}
    speaking.answer(made, as_json, f"{made['email']} ({made['role']}) {made['id']}")


@speaking.command("login-link")
@click.argument("email")
@speaking.as_json
def login_link(email: str, as_json: bool) -> None:
    """Print an address that signs EMAIL in once, within 15 minutes."""
    with transaction():
        secret = signing.make_link(email)
    address = f"{house.settings().public_url}/vao/{secret}"
    speaking.answer({"url": address}, as_json, address)


@speaking.command("invite")
@click.argument("address", metavar="EMAIL")
@click.option("--role", required=True, type=click.Choice(sorted(role.value for role in STAFF)))
@click.option("--name", required=True, help="Full name.")
@speaking.as_person
@speaking.as_json
def invite(address: str, role: str, name: str, email: str, as_json: bool) -> None:
    """Invite EMAIL to the staff and print the address at which they choose a password."""
    actor = speaking.acting(email)
    with transaction():
        row = invitations.invite(actor, address, name, Role(role), "vi")
        link = f"{house.settings().public_url}{letters.path_of(row)}"
        until = row.expires_at.isoformat()
    speaking.answer({"url": link, "until": until}, as_json, link)


@speaking.command("seal-anew")
@speaking.as_json
def seal_anew(as_json: bool) -> None:
    """Seal by the data key in use what hangs on an older one."""
    sealed, after, is_first = 0, "", True
    while is_first or after:
        is_first = False
        with transaction():
            number, after = details.seal_anew(after)
        sealed += number
    speaking.answer({"sealed": sealed}, as_json, f"{sealed} sealed anew")


@click.group("token")
def token() -> None:
    """Tokens by which programs ask the API."""


@speaking.command("create")
@click.argument("email")
@click.option("--name", default="", help="What it is for.")
@click.option("--days", default=90, show_default=True, help="How long it lasts.")
@speaking.as_json
def create_token(email: str, name: str, days: int, as_json: bool) -> None:
    """Print a token with the rights of EMAIL; it is shown this once."""
    with transaction():
        secret = tokens.make(email, name, days)
    speaking.answer({"token": secret, "days": days}, as_json, secret)


@speaking.command("revoke")
@click.argument("email")
@speaking.as_json
def revoke_tokens(email: str, as_json: bool) -> None:
    """End all tokens of EMAIL at once."""
    with transaction():
        ended = tokens.revoke_all(email)
    speaking.answer({"revoked": ended}, as_json, f"{ended} tokens ended")


user.add_command(create)
user.add_command(invite)
user.add_command(seal_anew)
token.add_command(create_token)
token.add_command(revoke_tokens)

COMMANDS = (user, login_link, token)
