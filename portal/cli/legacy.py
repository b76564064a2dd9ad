"""`flask load-legacy` and `flask undo-legacy`: older lists with their files, checked, loaded, taken back."""

from __future__ import annotations

import csv
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from portal.accounts.actors import OPERATOR_AT_THE_MACHINE
from portal.catalogue import tree
from portal.cli import speaking
from portal.core import messages, wording
from portal.core.db import end_reading
from portal.core.errors import NotFoundError
from portal.ingest import legacy, legacy_checks, legacy_tables, legacy_undoing
from portal.ingest.legacy import LoadView
from portal.ingest.legacy_checks import Fault, Plan
from portal.ingest.legacy_tables import LegacyTable
from portal.ingest.old_texts import Encoding

LANGUAGES = ("vi", "en")
HEADINGS = {"vi": ("Dòng", "Cột", "Đã ghi", "Cần sửa"), "en": ("Row", "Column", "Typed", "What to do")}
MOST_UNNAMED = 20


@speaking.command("load-legacy")
@click.argument("places", nargs=2, type=click.Path(path_type=Path, exists=True), metavar="FOLDER TABLE")
@click.option("--fonds", "fonds_code", required=True, metavar="CODE", help="The fonds the files belong to.")
@click.option("--encoding", type=click.Choice([one.value for one in Encoding]), help="Of a list in text.")
@click.option("--report", type=click.Path(path_type=Path), help="Write all errors into this CSV file.")
@click.option("--language", type=click.Choice(LANGUAGES), default="vi", help="Of the errors.")
@click.option("--load", "is_load", is_flag=True, help="Load what has no errors; needs --as.")
@click.option("--as", "email", default="", metavar="EMAIL", help="Whose act this is.")
@speaking.as_json
def load_legacy(
    places: tuple[Path, Path],
    fonds_code: str,
    encoding: str | None,
    report: Path | None,
    language: str,
    is_load: bool,
    email: str,
    as_json: bool,
) -> None:
    """Check the list TABLE of the files in FOLDER; with --load, load both.

    By loading them you declare that the files hold no state secret.
    """
    folder, table = places
    if not folder.is_dir() or not table.is_file():
        raise click.UsageError("give the folder first, then the list")
    if is_load and not email:
        raise click.UsageError("--load needs --as EMAIL")
    actor = speaking.acting(email) if email else OPERATOR_AT_THE_MACHINE
    fonds = tree.fonds_by_code(fonds_code)
    if fonds is None:
        raise NotFoundError("no_such_fonds", fonds=fonds_code)
    fonds_id = fonds.id
    read = legacy_tables.read(table, Encoding(encoding) if encoding else None)
    plan = legacy_checks.check(actor, fonds_id, folder.resolve(), read)
    end_reading()
    if report is not None:
        _write_report(report, plan.faults, language)
    if plan.faults or not is_load:
        _tell(read, plan, language, as_json)
        raise SystemExit(speaking.PARTLY_REFUSED if plan.faults else speaking.DONE)
    done = legacy.load(actor, fonds_id, table, plan, declared=True, tell=_count)
    _answer(done, as_json)


@speaking.command("undo-legacy")
@click.argument("load_id", metavar="LOAD")
@click.option("--reason", required=True, metavar="TEXT", help="It stays with the batch.")
@speaking.as_person
@speaking.as_json
def undo_legacy(load_id: str, reason: str, email: str, as_json: bool) -> None:
    """Take back a load, as long as nobody has worked with what it made."""
    _answer(legacy_undoing.undo(speaking.acting(email), load_id, reason, _count), as_json)


def _answer(done: LoadView, as_json: bool) -> None:
    answer = {
        "load": done.id,
        "batch": done.batch_id,
        "state": done.state.value,
        "files": done.files,
        "known": done.known,
    }
    words = f"load {done.id}: {done.state.value}, batch {done.batch_id}, {done.files} files"
    speaking.answer(answer, as_json, words)


def _count(done: int, total: int) -> None:
    """Show on a terminal how far it is."""
    if sys.stderr.isatty():
        click.echo(f"\r{done} / {total} ", nl=done >= total, err=True)


def _said(fault: Fault, language: str) -> str:
    if language == "en":
        return messages.english(fault.code, fault.values)
    return wording.say(fault.code, language, **fault.values)


def _typed(fault: Fault) -> str:
    return f"{speaking.visible(fault.typed)} – " if fault.typed else ""


def _tell(read: LegacyTable, plan: Plan, language: str, as_json: bool) -> None:
    """Say what was taken for what, what would be loaded, and every error of every row."""
    answer = {
        "encoding": read.encoding,
        "columns": {column.value: heading for column, heading in read.headings.items()},
        "unknown": list(read.unknown),
        "rows": len(read.lines),
        "files": len(plan.items),
        "new_files": sorted(plan.files),
        "unnamed": list(plan.unnamed),
        "errors": [
            {
                "row": fault.line,
                "column": fault.column.value,
                "typed": fault.typed,
                "code": fault.code,
                "message": _said(fault, language),
            }
            for fault in plan.faults
        ],
    }
    lines = [f"{column} ← {heading}" for column, heading in read.headings.items()]
    lines += [f"? {speaking.visible(heading)}" for heading in read.unknown]
    lines.append(
        f"{read.encoding}: {len(read.lines)} rows, {len(plan.items)} files, {len(plan.faults)} errors"
    )
    lines += [
        f"{fault.line:>6} {fault.column}: {_typed(fault)}{_said(fault, language)}" for fault in plan.faults
    ]
    if plan.unnamed:
        lines.append(f"{len(plan.unnamed)} files that no row names")
    lines += [f"       {speaking.visible(name)}" for name in plan.unnamed[:MOST_UNNAMED]]
    speaking.answer(answer, as_json, "\n".join(lines))


def _write_report(path: Path, faults: Sequence[Fault], language: str) -> None:
    """Write the errors as a table that spreadsheets open; nothing in it is taken for a formula."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADINGS[language])
        for fault in faults:
            cells = (str(fault.line), fault.column.value, fault.typed, _said(fault, language))
            writer.writerow(f"'{cell}" if cell.startswith(("=", "+", "-", "@")) else cell for cell in cells)


COMMANDS = (load_legacy, undo_legacy)
