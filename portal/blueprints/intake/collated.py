"""Views of bringing two passes of a scanner together: say where they lie, see the sheets, confirm."""

from __future__ import annotations

from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext

from portal.accounts.roles import Permission
from portal.blueprints.intake.forms import PassesForm
from portal.blueprints.intake.views import Page, blueprint
from portal.core.db import transaction
from portal.core.paging import Listing, Paging
from portal.ingest import collating, rearranging
from portal.web import actors, forms, guards

PAGES_AT_ONCE = 60
SHEETS_AT_ONCE = PAGES_AT_ONCE // 2


@blueprint.get("/<id:batch_id>/hai-luot")
@guards.permission(Permission.TAKE_IN)
def collate(batch_id: str) -> Page:
    """Show the pages as they came, or the sheets that would come of the passes that the address names."""
    return _shown(batch_id, None, request.args)


@blueprint.post("/<id:batch_id>/hai-luot/xac-nhan")
@guards.permission(Permission.TAKE_IN)
def confirm_collation(batch_id: str) -> Page:
    """Put every back behind its front, as it was seen."""
    form = PassesForm()
    if form.is_sent():
        with forms.Refusal(form):
            with transaction():
                rearranging.collate(actors.current(), batch_id, form.passes, request.form.get("seen", ""))
            flash(gettext("Every back stands behind its front now."))
            return redirect(url_for("intake.split", batch_id=batch_id))
    return _shown(batch_id, form, request.args)


def _shown(batch_id: str, sent: PassesForm | None, said: Mapping[str, str]) -> Page:
    """Answer with the form, filled as it was sent or as the address says, and what comes of it."""
    actor, turned = actors.current(), Paging.read(said.get("page")).page
    batch, sides = collating.standing(actor, batch_id)
    form = sent or PassesForm.asked(collating.usual(len(sides)), said)
    collation = None
    if sent or "first" in said:
        # Where it was refused for another reason, what is seen now can be confirmed.
        with forms.Refusal(PassesForm() if form.errors else form):
            collation = collating.proposal(actor, batch_id, form.passes)
    paging = Paging(turned, SHEETS_AT_ONCE if collation else PAGES_AT_ONCE)
    whole = collation.sheets if collation else sides
    page = render_template(
        "intake/collate.html",
        form=form,
        batch=batch,
        sides=sides,
        collation=collation,
        listing=Listing(whole[paging.offset : paging.offset + paging.per_page], paging, len(whole)),
        standing=rearranging.latest(batch_id),
    )
    return page, form.status
