"""Views of purges: what waits for a second person, what is done, and the proposal itself."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from portal.accounts import own, signing
from portal.accounts.roles import Permission
from portal.blueprints.purging.forms import ConfirmForm, DeclineForm, ProposeForm
from portal.core.db import transaction
from portal.core.errors import NotAllowedError, NotFoundError
from portal.core.paging import Paging
from portal.purging import bases, deciding, extents, views
from portal.purging.rows import PurgeKind
from portal.purging.views import Shown
from portal.web import actors, forms, guards, locale

blueprint = Blueprint("purging", __name__, url_prefix="/xoa-han")

Page = Response | tuple[str, int]

THINGS = {
    "tai-lieu": PurgeKind.DOCUMENT,
    "trang": PurgeKind.PAGE,
    "tep": PurgeKind.SCAN,
    "lo": PurgeKind.BATCH,
}
"""How addresses name what is purged."""


@blueprint.get("")
@guards.permission(Permission.PROPOSE_PURGE)
def queue() -> str:
    """List the purges that wait, those that are decided, or those that came to nothing."""
    actor, asked = actors.current(), request.args.get("xem")
    which = Shown(asked) if asked in set(Shown) else Shown.WAITING
    listing = views.listing(actor, which, Paging.read(request.args.get("page")))
    return render_template("purging/queue.html", listing=listing, which=which, counts=views.counts(actor))


@blueprint.route("/moi/<thing>/<id:object_id>", methods=["GET", "POST"])
@guards.permission(Permission.PROPOSE_PURGE)
def propose(thing: str, object_id: str) -> Page:
    """Say what would go, and propose it."""
    if thing not in THINGS:
        raise NotFoundError("not_found")
    actor, form, kind = actors.current(), ProposeForm(), THINGS[thing]
    offered = bases.holding()
    is_vietnamese = locale.current() == locale.VIETNAMESE
    form.basis.choices = forms.choices(
        (one.id, one.name_vi if is_vietnamese else one.name_en) for one in offered
    )
    if form.is_sent():
        with forms.Refusal(form):
            with transaction():
                purge_id = deciding.propose(
                    actor, kind, object_id, form.basis.data or "", form.reason.data or ""
                ).id
            flash(gettext("The purge waits for a second person. Until then nothing changes."))
            return redirect(url_for("purging.one", purge_id=purge_id))
    extent = extents.of(actor, kind, object_id)
    page = render_template(
        "purging/propose.html",
        form=form,
        kind=kind,
        thing=thing,
        object_id=object_id,
        extent=extent,
        seen=views.seen(actor, extent),
        bases=offered,
    )
    return page, form.status


@blueprint.get("/<id:purge_id>")
@guards.permission(Permission.PROPOSE_PURGE)
def one(purge_id: str) -> Page:
    """Show a purge: who proposed it on what law, what goes or went, and which backups still hold it."""
    return _shown(purge_id, ConfirmForm(), DeclineForm())


@blueprint.post("/<id:purge_id>/xac-nhan")
@guards.permission(Permission.CONFIRM_PURGE)
def confirm(purge_id: str) -> Page:
    """Decide, as the second person, that it goes."""
    form, origin = ConfirmForm(), request.remote_addr or ""
    if form.is_sent():
        email = own.data(actors.current()).email
        with forms.Refusal(form, NotAllowedError) as refusal:
            with transaction():
                deciding.confirm(
                    actors.current(),
                    purge_id,
                    form.present.data or "",
                    origin,
                    seen=form.seen.data or "",
                    is_sure=bool(form.sure.data),
                )
            flash(gettext("Nobody sees it any more. The last bytes go within minutes."))
            return redirect(url_for("purging.one", purge_id=purge_id))
        if refusal.code == "wrong_password":
            with transaction():
                signing.remember_failure(email, origin)
        if refusal.code == "changed_meanwhile":
            # The tick was for what they saw then.
            form.sure.data = False
    return _shown(purge_id, form, DeclineForm(data={}))


@blueprint.post("/<id:purge_id>/giu-lai")
@guards.permission(Permission.CONFIRM_PURGE)
def decline(purge_id: str) -> Page:
    """Say, as the second person, that it stays."""
    form = DeclineForm()
    if form.is_sent():
        with forms.Refusal(form):
            with transaction():
                deciding.decline(actors.current(), purge_id, form.end_reason.data or "")
            flash(gettext("It stays. The proposal is declined."))
            return redirect(url_for("purging.one", purge_id=purge_id))
    return _shown(purge_id, ConfirmForm(), form)


@blueprint.post("/<id:purge_id>/rut")
@guards.permission(Permission.PROPOSE_PURGE)
def withdraw(purge_id: str) -> Response:
    """Take one's own proposal back."""
    with transaction():
        deciding.withdraw(actors.current(), purge_id)
    flash(gettext("You took the proposal back. Nothing was purged."))
    return redirect(url_for("purging.one", purge_id=purge_id))


def _shown(purge_id: str, form: ConfirmForm, declining: DeclineForm) -> Page:
    actor = actors.current()
    purge = views.show(actor, purge_id)
    waits = bool(purge.acts)
    extent = views.extent(actor, purge.row) if waits else None
    form.seen.data = extent.seen if extent else ""
    page = render_template(
        "purging/one.html",
        purge=purge,
        form=form,
        declining=declining,
        email=own.data(actor).email,
        extent=extent,
        seen=views.seen(actor, extent),
        remains=None if waits else views.remains(actor, purge_id),
    )
    return page, max(form.status, declining.status)
