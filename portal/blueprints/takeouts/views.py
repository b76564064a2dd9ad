"""Views of the register: what is out, what is late, handing over and taking back."""

from __future__ import annotations

from io import BytesIO

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from portal.accounts import people
from portal.accounts.roles import Permission
from portal.blueprints.takeouts.forms import LeavingForm, NoteForm, ReturnForm, TieForm, return_form
from portal.catalogue import records, tree
from portal.core.db import transaction
from portal.core.paging import Paging
from portal.ingest import batches, takeout_lists, takeout_minutes, takeouts
from portal.ingest.takeout_lists import Shown
from portal.web import actors, forms, guards

blueprint = Blueprint("takeouts", __name__, url_prefix="/so-xuat")

Page = Response | tuple[str, int]


@blueprint.get("")
@guards.permission(Permission.TAKE_IN)
def register() -> str:
    """List what is out of the store, what is late, what is open, or what is closed."""
    actor, asked = actors.current(), request.args.get("xem")
    which = Shown(asked) if asked in set(Shown) else Shown.OUT
    listing = takeout_lists.listing(actor, which, Paging.read(request.args.get("page")))
    return render_template(
        "takeouts/register.html",
        listing=listing,
        which=which,
        counts=takeout_lists.counts(actor),
        places=records.titles(actor, [row.fonds_id for row in listing.rows]),
    )


@blueprint.route("/moi", methods=["GET", "POST"])
@guards.permission(Permission.TAKE_IN)
def enter() -> Page:
    """Enter originals that leave the store."""
    actor, form = actors.current(), LeavingForm()
    form.fonds.choices = forms.choices(
        ((row.id, f"{row.code} {row.title}") for row in tree.fonds(actor)), none="–"
    )
    if form.is_sent():
        with forms.Refusal(form):
            with transaction():
                takeout_id = takeouts.enter(actor, form.leaving()).id
            flash(gettext("The entry is made. Print the minutes, and have both sign."))
            return redirect(url_for("takeouts.one", takeout_id=takeout_id))
    return render_template("takeouts/new.html", form=form), form.status


@blueprint.get("/<id:takeout_id>")
@guards.permission(Permission.TAKE_IN)
def one(takeout_id: str) -> Page:
    """Show an entry, file by file."""
    return _shown(takeout_id, NoteForm())


@blueprint.route("/<id:takeout_id>/tra", methods=["GET", "POST"])
@guards.permission(Permission.TAKE_IN)
def take_back(takeout_id: str) -> Page:
    """Enter that the originals came back, file by file."""
    actor = actors.current()
    row = takeouts.of(actor, takeout_id)
    form: ReturnForm = return_form(row.files)
    if form.is_sent():
        with forms.Refusal(form):
            returning = form.returning(row.files)
            with transaction():
                takeouts.take_back(actor, takeout_id, returning)
            flash(gettext("The return is entered. Print the minutes, and have both sign."))
            return redirect(url_for("takeouts.one", takeout_id=takeout_id))
        row = takeouts.of(actor, takeout_id)
    return render_template("takeouts/back.html", form=form, row=row), form.status


@blueprint.post("/<id:takeout_id>/xong")
@guards.permission(Permission.TAKE_IN)
def settle(takeout_id: str) -> Page:
    """Say how what was wrong was made good."""
    form = NoteForm()
    if form.is_sent():
        with forms.Refusal(form):
            with transaction():
                takeouts.settle(actors.current(), takeout_id, form.note.data or "")
            flash(gettext("What was open about these originals is settled."))
            return redirect(url_for("takeouts.one", takeout_id=takeout_id))
    return _shown(takeout_id, form)


@blueprint.post("/<id:takeout_id>/gach")
@guards.permission(Permission.TAKE_IN)
def strike(takeout_id: str) -> Page:
    """Strike an entry that was a mistake."""
    form = NoteForm()
    if form.is_sent():
        with forms.Refusal(form):
            with transaction():
                takeouts.strike(actors.current(), takeout_id, form.note.data or "")
            flash(gettext("The entry is struck through. It stays in the register."))
            return redirect(url_for("takeouts.one", takeout_id=takeout_id))
    return _shown(takeout_id, form)


@blueprint.get("/<id:takeout_id>/bien-ban.pdf")
@guards.permission(Permission.TAKE_IN)
def minutes(takeout_id: str) -> Response:
    """Hand out the minutes to be signed; `chieu=tra` is the way back."""
    is_back = request.args.get("chieu") == "tra"
    pdf = takeout_minutes.draw(actors.current(), takeout_id, is_back=is_back)
    name = f"bien-ban-{'tra' if is_back else 'xuat'}-{takeout_id}.pdf"
    return send_file(BytesIO(pdf), mimetype="application/pdf", download_name=name, etag=False)


@blueprint.route("/lo/<id:batch_id>", methods=["GET", "POST"])
@guards.permission(Permission.TAKE_IN)
def of_batch(batch_id: str) -> Page:
    """Say by which entry the originals of a batch left the store."""
    actor = actors.current()
    batch = batches.known(actor, batch_id)
    form = TieForm(data={"takeout": batch.takeout_id or ""})
    offered = takeout_lists.of_fonds(actor, batch.fonds_id)
    form.takeout.choices = forms.choices(
        (
            (one.id, f"{one.number}. {one.box or one.store} ({one.files[0].code if one.files else ''} …)")
            for one in offered
        ),
        none="–",
    )
    if form.is_sent():
        with forms.Refusal(form):
            with transaction():
                takeouts.tie(actor, batch_id, form.takeout.data or "")
            flash(gettext("It is written down where the originals of this batch came from."))
            return redirect(url_for("takeouts.of_batch", batch_id=batch_id))
    page = render_template("takeouts/of_batch.html", form=form, batch=batch, offered=offered)
    return page, form.status


def _shown(takeout_id: str, form: NoteForm) -> Page:
    actor = actors.current()
    row = takeouts.of(actor, takeout_id)
    page = render_template(
        "takeouts/one.html",
        row=row,
        form=form,
        fonds=records.titles(actor, [row.fonds_id]).get(row.fonds_id),
        batches=takeouts.batches_of(actor, takeout_id),
        names=people.names([one for one in (row.entered_by, row.back_by, row.settled_by) if one]),
    )
    return page, form.status
