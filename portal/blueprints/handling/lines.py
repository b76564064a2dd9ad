"""The queues of those who handle requests: narrowed by the address, and one act on many rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template, request

from portal.access import appeal_views, assigning, bulk, drafts, queues, reviewing, rulebook
from portal.access.bulk import Bulk
from portal.access.queues import Queue
from portal.accounts.actors import Actor
from portal.accounts.roles import Permission
from portal.blueprints.handling.forms import BulkForm, FilterForm
from portal.catalogue import tree
from portal.core.db import transaction
from portal.core.errors import PortalError
from portal.core.paging import MOST_PER_PAGE, Paging
from portal.web import actors, forms, guards, locale, texts

NAMES = ("so", "han", "nguoi", "loai", "ket_qua", "phong")


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one row; `refusal` is empty where it was done."""

    request_id: str
    number: str
    refusal: str


def register(blueprint: Blueprint) -> None:
    """Add the views of the queues to the area."""
    blueprint.add_url_rule("", "queue", queue, methods=["GET"])
    blueprint.add_url_rule("/nhieu", "many", many, methods=["POST"])


@guards.permission(Permission.HANDLE)
def queue() -> str:
    """List what is open, the one that is due first before others."""
    return _shown(_bulk_form(actors.current()))


@guards.permission(Permission.HANDLE)
def many() -> str | tuple[str, int]:
    """Do one thing with all rows that were chosen, each in a transaction of its own, and tell of each."""
    actor, form = actors.current(), _bulk_form(actors.current())
    if form.is_sent():
        with forms.Refusal(form):
            order = form.order(request.form.getlist("draft"))
            chosen = bulk.check(request.form.getlist("chosen"))
            known = bulk.numbers(actor, chosen)
            results = []
            for request_id in chosen:
                refusal = ""
                try:
                    with transaction():
                        bulk.carry_out(actors.current(), request_id, order)
                except PortalError as error:
                    refusal = texts.of_error(error)
                results.append(Result(request_id, known.get(request_id, ""), refusal))
            return render_template("handling/many.html", results=results, act=order.act)
    return _shown(form), form.status


def _shown(form: BulkForm) -> str:
    actor = actors.current()
    asked = request.values.get("hang", "")
    chosen = Queue(asked) if asked in set(Queue) else Queue.ALL
    narrow = FilterForm(request.args)
    narrow.offer(assigning.colleagues(actor), _services(), {row.id: row.title for row in tree.fonds(actor)})
    narrow.validate()
    filters = narrow.filters()
    paging = Paging.read(request.args.get("page"), str(MOST_PER_PAGE))
    listing = queues.of(actor, chosen, paging, filters)
    items = [item.id for row in listing.rows for item in row.items if item.state == "proposed"]
    return render_template(
        "handling/queue.html",
        listing=listing,
        chosen=chosen,
        counts=queues.counts(actor),
        appeals=appeal_views.counts(actor),
        reviews=reviewing.count(actor),
        narrow=narrow,
        narrowed=_kept(),
        form=form,
        drafts=drafts.of_items(actor, items),
    )


def _kept() -> Mapping[str, Any]:
    """Return what narrows the list, for the way from page to page."""
    return {name: value for name in NAMES if (value := request.args.get(name))}


def _bulk_form(actor: Actor) -> BulkForm:
    is_to_sign = request.args.get("hang") == Queue.TO_SIGN.value and actor.may(Permission.DECIDE)
    form = BulkForm(data={"bulk": Bulk.SIGN.value if is_to_sign else Bulk.TAKE.value})
    form.offer(assigning.colleagues(actor), may_decide=actor.may(Permission.DECIDE))
    return form


def _services() -> dict[str, str]:
    is_vietnamese = locale.current() == locale.VIETNAMESE
    return {row.code: row.name_vi if is_vietnamese else row.name_en for row in rulebook.services()}
