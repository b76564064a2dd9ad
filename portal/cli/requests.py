"""`flask request submit|decide|show`, `flask grant revoke`: asking and deciding from scripts."""

from __future__ import annotations

from datetime import datetime

import click
from flask import current_app, url_for

from portal.access import decisions, history, requests
from portal.access.results import GrantView, ItemView
from portal.accounts.roles import Permission
from portal.cli import speaking
from portal.core import clock
from portal.core.db import transaction


class Moment(click.ParamType[datetime]):
    """ISO 8601; without zone it is Việt Nam's time, a bare day means its last second."""

    name = "iso-8601"

    def convert(
        self, value: str | datetime, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """Read the instant, or leave with exit code 2."""
        if isinstance(value, datetime):
            return value
        try:
            return clock.read_instant(value)
        except ValueError:
            self.fail(f"{value!r} is no instant in ISO 8601", param, ctx)


@click.group("request")
def request() -> None:
    """Requests for documents that need leave."""


@click.group("grant")
def grant() -> None:
    """Leave that was given."""


@speaking.command("submit")
@click.argument("documents", nargs=-1, required=True, metavar="DOCUMENT...")
@click.option("--purpose", required=True, help="What the documents are needed for.")
@speaking.as_person
@speaking.as_json
def submit(documents: tuple[str, ...], purpose: str, email: str, as_json: bool) -> None:
    """Ask for documents."""
    actor = speaking.acting(email)
    with transaction():
        asked = requests.submit(actor, list(documents), purpose)
    data = {"request": asked.id, "number": asked.number, "items": [_item(item) for item in asked.items]}
    words = [f"{asked.number} {asked.id}", *(f"  {item.id} {item.document_id}" for item in asked.items)]
    speaking.answer(data, as_json, "\n".join(words))


@speaking.command("decide")
@click.argument("item", metavar="ITEM")
@click.argument("decision", type=click.Choice(["grant", "refuse"]))
@click.option("--reason", required=True, help="The requester reads it.")
@click.option("--until", type=Moment(), help="When the leave ends; the usual length if not given.")
@speaking.as_person
@speaking.as_json
def decide(item: str, decision: str, reason: str, until: datetime | None, email: str, as_json: bool) -> None:
    """Grant or refuse one document of a request."""
    if decision == "refuse" and until is not None:
        raise click.UsageError("--until goes with grant only")
    actor = speaking.acting(email)
    with transaction():
        if decision == "grant":
            decided = decisions.grant(actor, item, reason, until)
        else:
            decided = decisions.refuse(actor, item, reason)
    given = decided.grant.id if decided.grant else None
    data = {"item": decided.id, "state": decided.standing, "grant": given}
    speaking.answer(data, as_json, f"{decided.id} {decided.standing} {given or ''}".rstrip())


@speaking.command("show")
@click.argument("request_id", metavar="REQUEST")
@speaking.as_person
@speaking.as_json
def show(request_id: str, email: str, as_json: bool) -> None:
    """Show what became of a request; to those who may read the trail with every step."""
    actor = speaking.acting(email)
    asked = requests.show(actor, request_id)
    data: dict[str, object] = {
        "request": asked.id,
        "number": asked.number,
        "state": asked.state.value,
        "purpose": asked.purpose,
        "submitted": asked.submitted_at.isoformat(),
        "items": [_item(item) | {"reason": item.reason, "grant": _grant_id(item)} for item in asked.items],
        "grants": [_grant(item.grant) for item in asked.items if item.grant],
    }
    if actor.may(Permission.READ_AUDIT):
        data["trail"] = [_step(step) for step in history.of_request(actor, asked.id)]
    words = [
        f"{asked.number} {asked.state.value}",
        *(f"  {item.id} {item.document_id} {item.standing}" for item in asked.items),
    ]
    speaking.answer(data, as_json, "\n".join(words))


@speaking.command("revoke")
@click.argument("grant_id", metavar="GRANT")
@click.option("--reason", required=True, help="The requester reads it.")
@speaking.as_person
@speaking.as_json
def revoke(grant_id: str, reason: str, email: str, as_json: bool) -> None:
    """End leave at once."""
    actor = speaking.acting(email)
    with transaction():
        ended = decisions.revoke(actor, grant_id, reason)
    data = {"grant": grant_id, "item": ended.id, "state": ended.standing}
    speaking.answer(data, as_json, f"{grant_id} {ended.standing}")


def _item(item: ItemView) -> dict[str, object]:
    return {"id": item.id, "document": item.document_id, "state": item.standing}


def _grant(given: GrantView) -> dict[str, object]:
    with current_app.test_request_context():
        address = url_for("requesting.copy", grant_id=given.id)
    return {
        "id": given.id,
        "until": given.until.isoformat(),
        "current": given.is_current,
        "copy": address,
        "copy_ready": given.copy_ready,
        "copy_failed": given.copy_failed,
    }


def _step(step: history.Step) -> dict[str, object]:
    return {"at": step.at.isoformat(), "action": step.action, "who": step.who, "details": step.details}


def _grant_id(item: ItemView) -> str | None:
    return item.grant.id if item.grant else None


for command in (submit, decide, show):
    request.add_command(command)
grant.add_command(revoke)

COMMANDS = (request, grant)
