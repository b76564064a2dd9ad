"""`flask calendar show`, `draft` and `publish`: the days that are worked, year by year."""

from __future__ import annotations

from pathlib import Path

import click

from portal.accounts.actors import PORTAL, Actor
from portal.accounts.roles import Role
from portal.cli import speaking
from portal.core.db import transaction
from portal.core.workdays import Special
from portal.site import calendar_lines, calendars
from portal.site.calendars import Basis

AT_THE_MACHINE = Actor(id=None, role=Role.ADMINISTRATOR, name=PORTAL.name, is_machine=True)
"""Whoever can start commands on the server can read its disk; looking is not refused."""


@click.group("calendar")
def calendar() -> None:
    """The days that the archive works, which due dates rest on."""


@speaking.command("show")
@click.argument("year", type=int)
@speaking.as_json
def show(year: int, as_json: bool) -> None:
    """Show which calendar of YEAR holds, and the versions before it."""
    versions = calendars.history(AT_THE_MACHINE, year)
    newest = versions[0] if versions else None
    known = {
        "year": year,
        "version": newest.number if newest else 0,
        "expected": newest.basis.is_expected if newest else True,
        "legal_basis": newest.basis.legal_basis if newest else "",
        "note": newest.basis.note if newest else "",
        "days": [_told(one) for one in newest.days] if newest else [],
        "versions": [
            {"version": one.number, "published_at": one.at.isoformat(), "by": one.who} for one in versions
        ],
    }
    words = calendar_lines.written(newest.days) if newest else f"{year}: no calendar is published\n"
    speaking.answer(known, as_json, words.rstrip())


@speaking.command("draft")
@click.argument("year", type=int)
@click.option("--anew", is_flag=True, help="What is computed, even where a calendar is published.")
def draft(year: int, anew: bool) -> None:
    """Print the days of YEAR as lines to correct and publish; nothing is saved."""
    days = calendars.proposal(AT_THE_MACHINE, year) if anew else calendars.draft(AT_THE_MACHINE, year)
    click.echo(calendar_lines.written(days), nl=False)


@speaking.command("publish")
@click.argument("year", type=int)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--basis", required=True, help="The law and the notice that the days stand in.")
@click.option("--note", default="", help="What else whoever looks back should know.")
@click.option("--expected", is_flag=True, help="Some days are not announced yet.")
@speaking.as_person
@speaking.as_json
def publish(year: int, file: Path, basis: str, note: str, expected: bool, email: str, as_json: bool) -> None:
    """Let the lines of FILE be the calendar of YEAR from now on, as a new version."""
    actor = speaking.acting(email)
    days = calendar_lines.read(year, calendar_lines.decoded(file.read_bytes()))
    with transaction():
        versions = calendars.history(actor, year)
        seen = versions[0].number if versions else 0
        number = calendars.publish(actor, year, days, Basis(basis, note, expected), seen)
    known = {"year": year, "version": number, "changed": number != seen, "days": len(days)}
    speaking.answer(known, as_json, f"{year}: version {number}, {len(days)} days")


def _told(one: Special) -> dict[str, str]:
    return {
        "day": one.day.isoformat(),
        "kind": one.kind.value,
        "name_vi": one.name_vi,
        "name_en": one.name_en,
    }


for command in (show, draft, publish):
    calendar.add_command(command)

COMMANDS = (calendar,)
