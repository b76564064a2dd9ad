"""`flask backup FILE`, `flask restore FILE`."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from portal.catalogue import rebuilding
from portal.cli import speaking
from portal.core import house, schema
from portal.core.db import db, end_reading, transaction
from portal.core.errors import ConflictError
from portal.jobs import liveness
from portal.purging import again, lists
from portal.storage import backups


@speaking.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@speaking.as_json
def backup(file: Path, as_json: bool) -> None:
    """Write database and originals into a new FILE, while the portal goes on working.

    Exit code 3: the backup stands, but originals named in the answer are lost or altered.
    """
    summary = backups.write(file.resolve(), house.settings().database_url)
    _answer(summary, as_json, "saved")


@speaking.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--purged",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="List of purges (purged.jsonl) of the home that was lost; without it the list in this home is used.",
)
@speaking.as_json
def restore(file: Path, purged: Path | None, as_json: bool) -> None:
    """Check FILE from end to end, then fill an empty home from it. The index is built anew.

    What was purged since FILE was made is purged again, by the list of purges.

    Exit code 3: all was restored that the backup holds; it names originals it could not hold.
    """
    if liveness.is_worker_alive():
        raise ConflictError("backup_portal_runs")
    settings = house.settings()
    end_reading()
    summary = backups.restore(file.resolve(), settings.database_url)
    db.engine.dispose()
    schema.upgrade(settings.database_url, settings.home)
    with transaction():
        # A backup is noted after it is written, so in itself it does not stand.
        backups.note(file.resolve())
    number = again.apply(purged.resolve() if purged else lists.path())
    rebuilding.rebuild(fresh=True)
    _answer(summary, as_json, "restored", number)


@speaking.command("backups")
@click.option("--destroyed", metavar="ID", help="Note that every copy of this backup was destroyed.")
@click.option(
    "--note",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Note a backup that this home does not know, as of before it was restored.",
)
@speaking.as_json
def listed(destroyed: str | None, note: Path | None, as_json: bool) -> None:
    """List the backups that were written, the newest first: what is purged stays in those of before."""
    with transaction():
        if destroyed:
            backups.destroyed(destroyed)
        if note:
            backups.note(note.resolve())
    rows = [
        {"id": row.id, "name": row.name, "made_at": row.made_at.isoformat(), "size": row.size}
        for row in backups.listed()
    ]
    words = "\n".join(f"{row['id']}  {row['made_at']}  {row['name']}" for row in rows)
    speaking.answer(rows, as_json, words or "no backups are known")


def _answer(summary: backups.Summary, as_json: bool, done: str, purges: int = 0) -> None:
    words = f"{done} {summary.originals} originals, {summary.size} bytes"
    if purges:
        words += f"\npurged again: {purges}"
    for digest in summary.damaged:
        words += f"\nlost or altered: {digest}"
    speaking.answer(asdict(summary), as_json, words)
    if summary.damaged:
        raise SystemExit(speaking.PARTLY_REFUSED)


COMMANDS = (backup, restore, listed)
