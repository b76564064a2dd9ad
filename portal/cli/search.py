"""`flask search rebuild`, `flask search load`."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from portal.catalogue import corpus, indexing, mending, outbox, rebuilding
from portal.cli import speaking
from portal.core.errors import UnavailableError

BUSY = "index_busy"


@click.group("search")
def search() -> None:
    """The search indexes."""


@speaking.command("rebuild")
@click.option("--fresh", is_flag=True, help="Begin anew even where a rebuild was cut off.")
@speaking.as_json
def rebuild(fresh: bool, as_json: bool) -> None:
    """Build both indexes anew from the catalogue; the old ones serve until they are done.

    A rebuild that was cut off goes on from its last chunk.
    """
    count = rebuilding.rebuild(fresh, _tell)
    _catch_up()
    speaking.answer({"indexed": count, "index": indexing.counts()}, as_json, f"{count} things indexed")


@speaking.command("mend")
@speaking.as_json
def mend(as_json: bool) -> None:
    """Compare the indexes with the catalogue and have the worker index what differs."""
    found = mending.mend()
    words = f"{found.missing} missing, {found.misplaced} in the wrong place, {found.superfluous} too much"
    speaking.answer(asdict(found), as_json, words)


@speaking.command("load")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--wait", is_flag=True, help="Index it here and now instead of leaving it to the worker.")
@speaking.as_json
def load(folder: Path, wait: bool, as_json: bool) -> None:
    """Load a corpus (BEIR layout) as open documents of one page each."""
    count = corpus.load(folder)
    if wait:
        _catch_up()
    data = {"documents": count, "pending": outbox.pending()}
    speaking.answer(data, as_json, f"{count} documents loaded, {data['pending']} wait for the indexer")


def _tell(progress: rebuilding.Progress) -> None:
    """Say how far it came, one line for each chunk."""
    share = 100 * progress.looked_at // max(progress.total, 1)
    seconds = progress.seconds_left
    left = f"{seconds / 60:.0f} min" if seconds > 90 else f"{seconds:.0f} s"
    done = f"{progress.looked_at:,} of {progress.total:,} ({share} %)"
    click.echo(f"{done}, {progress.a_second:.0f} a second, {left} left", err=True)


def _catch_up() -> None:
    """Index whatever waits. Where the worker is at it for long, it does our work too: wait for it."""
    while True:
        try:
            if not indexing.drain():
                return
        except UnavailableError as error:
            if error.code != BUSY:
                raise


search.add_command(rebuild)
search.add_command(mend)
search.add_command(load)

COMMANDS = (search,)
