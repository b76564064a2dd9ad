"""`flask trace`: whose a page is that turned up somewhere."""

from __future__ import annotations

import click

from portal.access import cover, traced
from portal.cli import speaking
from portal.core.db import transaction
from portal.core.wording import moment


@speaking.command("trace")
@click.argument("code", metavar="CODE")
@speaking.as_person
@speaking.as_json
def trace(code: str, email: str, as_json: bool) -> None:
    """Say to whom pages with this trace code were given; the question is written down."""
    actor = speaking.acting(email)
    with transaction():
        found = traced.find(actor, code)
    data = {
        "code": found.code,
        "request": found.request_id,
        "number": found.number,
        "item": found.item_id,
        "person": found.person_id,
        "name": found.person_name,
        "document": found.document_id,
        "title": found.title,
        "pages": list(found.pages) if found.pages else None,
        "grant": found.grant_id,
        "state": found.state.value,
        "given": found.given_at.isoformat(),
        "from": found.valid_from.isoformat(),
        "until": found.until.isoformat(),
    }
    covered = f"{found.document_id} {cover.page_range(found.pages)}".rstrip()
    words = [
        f"{found.code} {found.number}-{found.position} {found.state.value}",
        f"  {found.person_name} {found.person_id}",
        f"  {covered} {speaking.visible(found.title or '')}".rstrip(),
        f"  {moment(found.given_at)}, {moment(found.valid_from)} – {moment(found.until)}",
    ]
    speaking.answer(data, as_json, "\n".join(words))


COMMANDS = (trace,)
