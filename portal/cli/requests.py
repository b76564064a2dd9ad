"""`flask request submit|decide|show`, `flask grant revoke`: asking and deciding from scripts."""

from __future__ import annotations

from datetime import datetime

import click
from flask import current_app, url_for

from portal.access import decisions, history, proposals, requests, rulebook
from portal.access.proposals import Proposal
from portal.access.results import GrantView, ItemView
from portal.access.states import Act
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
@click.argument("decision", type=click.Choice([act.value for act in proposals.OUTCOMES]))
@click.option("--reason", required=True, help="The requester reads it.")
@click.option("--until", type=Moment(), help="When the leave ends; the usual length if not given.")
@click.option("--rule", default="", metavar="CODE", help="The reason by the rules, by its code.")
@click.option("--review-on", type=click.DateTime(["%Y-%m-%d"]), help="When a refusal is looked at again.")
@speaking.as_person
@speaking.as_json
def decide(
    item: str,
    decision: str,
    reason: str,
    until: datetime | None,
    rule: str,
    review_on: datetime | None,
    email: str,
    as_json: bool,
) -> None:
    """Decide on one document of a request."""
    if decision != "grant" and until is not None:
        raise click.UsageError("--until goes with grant only")
    act, actor = Act(decision), speaking.acting(email)
    proposal = Proposal(
        act,
        reason,
        term_id=rulebook.reason_of(proposals.OUTCOMES[act], rule).id if rule else "",
        until=until,
        review_on=review_on.date() if review_on else None,
    )
    with transaction():
        decided = decisions.decide(actor, item, proposal)
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
        "status": asked.status.value,
        "resolution": asked.resolution.value if asked.resolution else None,
        "due": asked.due_on.isoformat() if asked.due_on else None,
        "overdue": asked.is_overdue,
        "purpose": asked.purpose,
        "submitted": asked.submitted_at.isoformat(),
        "items": [_item(item) | _decided(item) for item in asked.items],
        "grants": [_grant(item.grant) for item in asked.items if item.grant],
    }
    if actor.may(Permission.READ_AUDIT):
        data["trail"] = [_step(step) for step in history.of_request(actor, asked.id)]
    words = [
        " ".join(str(data[name]) for name in ("number", "state", "status", "due") if data[name]),
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


def _decided(item: ItemView) -> dict[str, object]:
    return {
        "reason": item.reason,
        "grant": item.grant.id if item.grant else None,
        "rule": item.rule.code if item.rule else None,
        "legal_basis": item.rule.legal_basis if item.rule else None,
        "review_on": item.review_on.isoformat() if item.review_on else None,
    }


for command in (submit, decide, show):
    request.add_command(command)
grant.add_command(revoke)

COMMANDS = (request, grant)
