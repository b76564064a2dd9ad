"""How commands answer: JSON and nothing else on stdout, words on stderr, four exit codes."""

from __future__ import annotations

import functools
import json
import unicodedata
from collections.abc import Callable
from typing import Any, NoReturn, ParamSpec

import click
from flask.cli import with_appcontext

from portal.accounts import people
from portal.accounts.actors import Actor
from portal.core import messages
from portal.core.errors import PortalError

DONE, FAILED, WRONG_USAGE, PARTLY_REFUSED = 0, 1, 2, 3

UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
"""Categories of characters that are not seen, and change what is."""

P = ParamSpec("P")

as_json = click.option("--json", "as_json", is_flag=True, help="Answer in JSON on stdout.")
as_person = click.option("--as", "email", required=True, metavar="EMAIL", help="Whose act this is.")


def command(name: str, **options: Any) -> Callable[[Callable[P, None]], click.Command]:
    """Make a command that runs inside the application and turns a portal error into exit code 1."""

    def decorate(function: Callable[P, None]) -> click.Command:
        @functools.wraps(function)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> None:
            try:
                function(*args, **kwargs)
            except PortalError as error:
                fail(error)

        inside: Callable[P, None] = with_appcontext(guarded)
        return click.command(name, cls=click.Command, **options)(inside)

    return decorate


def answer(data: object, as_json: bool, words: str) -> None:
    """Print the data as JSON, or the words for a person."""
    text = json.dumps(data, ensure_ascii=False, indent=2) if as_json else words
    # A name on disk may hold bytes that are no letters; JSON knows them as \udcxx.
    click.echo(text.encode("utf-8", "backslashreplace").decode("utf-8"))


def visible(name: str) -> str:
    """Return a name from outside as a terminal may get it: what breaks or turns a line is written out."""
    return "".join(
        one.encode("unicode_escape").decode("ascii") if unicodedata.category(one) in UNSEEN else one
        for one in name
    )


def fail(error: PortalError) -> NoReturn:
    """Say on stderr what went wrong and leave with exit code 1."""
    click.echo(f"{error.code}: {messages.english(error.code, error.values)}", err=True)
    for field, code in error.fields.items():
        click.echo(f"  {field}: {messages.english(code, error.values)}", err=True)
    raise SystemExit(FAILED)


def acting(email: str) -> Actor:
    """Return the actor of `--as EMAIL`."""
    return people.actor_of(email)
