"""`flask watch-folder`: take in what scanners write into a folder, as long as it runs."""

from __future__ import annotations

import json
import math
import threading
from pathlib import Path

import click
from sqlalchemy.exc import OperationalError

from portal.accounts.actors import OPERATOR_AT_THE_MACHINE, Actor
from portal.accounts.roles import Permission
from portal.catalogue import tree
from portal.cli import signals, speaking
from portal.core import db as database
from portal.core import messages
from portal.core.db import end_reading
from portal.core.errors import NotFoundError, UnavailableError
from portal.ingest import hot_folder, watching
from portal.ingest.hot_folder import HotFolder
from portal.ingest.models import ScanState
from portal.ingest.watching import Done, Orders
from portal.rights import policy

EVERY_SECONDS, STABLE_SECONDS = 2.0, 10.0
PAUSE_SECONDS = 30.0
"""After which one looks again whether there is room, or the database is back."""


def _require_declared(context: click.Context, option: click.Parameter, declared: bool) -> None:
    """See that the declaration was given; it is written down with each batch that is opened."""
    if not declared:
        raise click.UsageError(messages.english("declare_no_secret", {}) + " (--declare-no-secret)")


@speaking.command("watch-folder")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--fonds", "fonds_code", required=True, metavar="CODE", help="The fonds the files belong to.")
@click.option(
    "--declare-no-secret",
    is_flag=True,
    expose_value=False,
    callback=_require_declared,
    help="You declare: no file is a state secret.",
)
@click.option("--batch", "batch_name", default="", metavar="NAME", help="One batch for all files.")
@click.option("--after", type=click.Choice(["keep", "remove"]), default="keep", help="Of what was taken in.")
@click.option("--stable", default=STABLE_SECONDS, type=click.FloatRange(0, 3600), metavar="SECONDS")
@click.option("--once", is_flag=True, help="Take in what is whole, and end.")
@click.option("--as", "email", default="", metavar="EMAIL", help="Whose act this is.")
@speaking.as_json
def watch_folder(
    folder: Path,
    fonds_code: str,
    batch_name: str,
    after: str,
    stable: float,
    once: bool,
    email: str,
    as_json: bool,
) -> None:
    """Take in what lies in FOLDER and what comes, when it has stopped growing.

    A subfolder is a batch; what lies in FOLDER itself is one batch a day.
    """
    hot = HotFolder(hot_folder.require_fit(folder), stable)
    orders = Orders(_fonds(_actor(email), fonds_code), batch_name, is_kept=after == "keep")
    stop = signals.told_to_stop()
    with hot.alone():
        # Two looks tell what has stopped growing, and the second one takes it in.
        looks = 2 if once else math.inf
        refused = _watch(email, hot, orders, stop, stable if once else EVERY_SECONDS, looks, as_json)
    raise SystemExit(speaking.PARTLY_REFUSED if once and refused else speaking.DONE)


def _watch(
    email: str,
    hot: HotFolder,
    orders: Orders,
    stop: threading.Event,
    pause: float,
    looks: float,
    as_json: bool,
) -> int:
    """Look at the folder so many times, or until told to stop; return how many files were refused."""
    refused = 0
    while looks > 0 and not stop.is_set():
        looks -= 1
        wait = pause
        try:
            # Asked each time: a watcher runs for months, and whose act it is may lose the right, or leave.
            actor = _actor(email)
            end_reading()
            for done in watching.turn(actor, hot, orders):
                refused += done.state is ScanState.REFUSED
                _tell(done, as_json)
                if stop.is_set():
                    break
        except (UnavailableError, OperationalError, OSError) as error:
            known = _known(error)
            if looks != math.inf:
                raise known from None
            click.echo(f"{known.code}: {messages.english(known.code, known.values)}", err=True)
            wait = max(pause, PAUSE_SECONDS)
        end_reading()
        if looks > 0:
            stop.wait(wait)
    return refused


def _actor(email: str) -> Actor:
    """Return whose act it is, if they may take in now."""
    actor = speaking.acting(email) if email else OPERATOR_AT_THE_MACHINE
    actor.must(Permission.TAKE_IN)
    return actor


def _known(error: UnavailableError | OperationalError | OSError) -> UnavailableError:
    """Return in our own words what will be well again by itself; a share may be away like a database."""
    if isinstance(error, OperationalError):
        return database.trouble(error)
    return error if isinstance(error, UnavailableError) else UnavailableError("folder_away")


def _fonds(actor: Actor, code: str) -> str:
    found = tree.fonds_by_code(code)
    if found is None:
        raise NotFoundError("no_such_fonds", fonds=code)
    policy.require_description(actor, found.id)
    fonds_id = found.id
    end_reading()
    return fonds_id


def _tell(done: Done, as_json: bool) -> None:
    """Print what became of a file, a line each."""
    why = messages.english(done.code, done.values or {}) if done.code else ""
    if not as_json:
        words = f"{done.state.value:<10} {done.scan_id or '-':<10} {speaking.visible(done.place)} {why}"
        click.echo(words.rstrip())
        return
    line = {
        "path": done.place,
        "sha256": done.sha256 or None,
        "scan": done.scan_id or None,
        "batch": done.batch_id or None,
        "status": done.state.value,
        "code": done.code or None,
        "message": why or None,
    }
    click.echo(json.dumps(line))


COMMANDS = (watch_folder,)
