"""Views of closing a batch, and of opening it again."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask_babel import gettext

from portal.accounts.roles import Permission
from portal.blueprints.checking.forms import CloseForm, ReopenForm
from portal.blueprints.checking.views import Page, blueprint, shown
from portal.core.db import transaction
from portal.core.errors import NotAllowedError
from portal.ingest import completing
from portal.web import actors, forms, guards


@blueprint.post("/lo/<id:batch_id>/dong")
@guards.permission(Permission.TAKE_IN)
def close(batch_id: str) -> Page:
    """Close a batch that is whole, or whose difference is explained."""
    form = CloseForm()
    if form.is_sent():
        with forms.Refusal(form):
            with transaction():
                completing.close(actors.current(), batch_id, form.explanation.data or "")
            flash(gettext("The batch is closed."))
            return redirect(url_for("checking.batch", batch_id=batch_id))
    return shown(batch_id, closing=form)


@blueprint.post("/lo/<id:batch_id>/mo-lai")
@guards.permission(Permission.TAKE_IN)
def reopen(batch_id: str) -> Page:
    """Open a closed batch again."""
    form = ReopenForm()
    if form.is_sent():
        with forms.Refusal(form, NotAllowedError):
            with transaction():
                completing.reopen(actors.current(), batch_id, form.reason.data or "")
            flash(gettext("The batch is open again."))
            return redirect(url_for("checking.batch", batch_id=batch_id))
    return shown(batch_id, reopening=form)
