"""`flask demo seed`, `flask demo remove`."""

from __future__ import annotations

import click

from portal.cli import speaking
from portal.demo import seed


@click.group("demo")
def demo() -> None:
    """The demo papers and accounts."""


@speaking.command("seed")
@speaking.as_json
def seed_home(as_json: bool) -> None:
    """Give an empty home its demo; the worker brings the papers."""
    accounts = seed.open_home()
    words = "\n".join(f"{role}: {one['email']}" for role, one in accounts.items())
    speaking.answer(
        {"accounts": sorted(accounts)}, as_json, words or "This home is in use; nothing was done."
    )


@speaking.command("remove")
@speaking.as_json
def remove(as_json: bool) -> None:
    """Disable the demo accounts and take the demo papers back from the public."""
    count = seed.remove()
    speaking.answer({"disabled": count}, as_json, f"{count} demo accounts disabled")


demo.add_command(seed_home)
demo.add_command(remove)

COMMANDS = (demo,)
