"""Views of splitting a batch into documents: see what separators make of it, move borders, confirm, undo."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext

from portal.accounts.roles import Permission
from portal.blueprints.intake.views import Page, blueprint
from portal.core.db import transaction
from portal.core.paging import Listing, Paging
from portal.ingest import rearranging, splitting, undoing
from portal.ingest.rearranging_rows import Work
from portal.ingest.splitting import Placed
from portal.web import actors, forms, guards

PAGES_AT_ONCE = 60


@blueprint.get("/<id:batch_id>/tach")
@guards.permission(Permission.TAKE_IN)
def split(batch_id: str) -> Page:
    """Show the future documents of a batch with their pages."""
    return _shown(batch_id, forms.PortalForm(), request.args.get("page"))


@blueprint.post("/<id:batch_id>/tach/ranh-gioi")
@guards.permission(Permission.TAKE_IN)
def mark_page(batch_id: str) -> Page:
    """Keep what a person says of one page: a document begins, goes on, or the page is none."""
    form, turned = forms.PortalForm(), request.form.get("page")
    with forms.Refusal(form):
        said, _, page_id = request.form.get("mark", "").partition(":")
        with transaction():
            splitting.mark(actors.current(), batch_id, page_id, splitting.mark_of(said))
        at = Paging.read(turned).page
        return redirect(url_for("intake.split", batch_id=batch_id, page=at, _anchor=f"p-{page_id}"))
    return _shown(batch_id, form, turned)


@blueprint.post("/<id:batch_id>/tach/xac-nhan")
@guards.permission(Permission.TAKE_IN)
def confirm_split(batch_id: str) -> Page:
    """Split the batch as it was seen."""
    form = forms.PortalForm()
    with forms.Refusal(form):
        with transaction():
            done = rearranging.split(actors.current(), batch_id, request.form.get("seen", ""))
        flash(
            ngettext(
                "The batch holds %(num)s document now.",
                "The batch holds %(num)s documents now.",
                done.documents,
            )
        )
        return redirect(url_for("intake.split", batch_id=batch_id))
    return _shown(batch_id, form, None)


@blueprint.post("/<id:batch_id>/tach/hoan-tac")
@guards.permission(Permission.TAKE_IN)
def undo_split(batch_id: str) -> Page:
    """Put the pages back where they stood before the last time they were put in order together."""
    form = forms.PortalForm()
    with forms.Refusal(form):
        with transaction():
            undone = undoing.undo(actors.current(), batch_id)
        flash(gettext("The pages stand where they stood before."))
        shown = "intake.collate" if undone is Work.COLLATE else "intake.split"
        return redirect(url_for(shown, batch_id=batch_id))
    return _shown(batch_id, form, None)


def _shown(batch_id: str, form: forms.PortalForm, turned: str | None) -> Page:
    """Answer with what the batch would be split into, and above it what was refused."""
    proposal = splitting.proposal(actors.current(), batch_id)
    paging = Paging(Paging.read(turned).page, PAGES_AT_ONCE)
    rows = proposal.pages[paging.offset : paging.offset + paging.per_page]
    page = render_template(
        "intake/split.html",
        form=form,
        proposal=proposal,
        batch=proposal.batch,
        listing=Listing(rows, paging, len(proposal.pages)),
        groups=list(_groups(rows)),
        standing=rearranging.latest(batch_id),
    )
    return page, form.status


def _groups(rows: Sequence[Placed]) -> Iterator[tuple[int, list[Placed]]]:
    """Yield neighbours that go into the same document, with its number; 0 is what is set aside."""
    for number, pages in groupby(rows, key=lambda one: one.group):
        yield number, list(pages)
