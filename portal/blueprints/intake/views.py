"""Views of taking in scans by browser."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, flash, jsonify, redirect, render_template, request, send_file, url_for
from flask_babel import gettext, ngettext
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from portal.accounts.roles import Permission
from portal.blueprints.intake import live, staging
from portal.blueprints.intake.forms import BatchForm
from portal.catalogue import records, tree
from portal.core.db import transaction
from portal.core.errors import InvalidError
from portal.core.paging import MOST_PER_PAGE, Paging
from portal.ingest import batches as store
from portal.ingest import by_form, contents, flagging, quarantine, signed, unpacking, worklists
from portal.web import actors, flags, forms, guards, headers

blueprint = Blueprint("intake", __name__, url_prefix="/tiep-nhan")

Page = Response | tuple[str, int]


@blueprint.route("", methods=["GET", "POST"])
@guards.permission(Permission.TAKE_IN)
def batches() -> Page:
    """List the batches, and open a new one; its first files may come along."""
    actor = actors.current()
    form = BatchForm()
    form.fonds.choices = forms.choices(
        ((row.id, f"{row.code} {row.title}") for row in tree.fonds(actor)), none="–"
    )
    if form.is_sent():
        with forms.Refusal(form):
            _refuse_undeclared(form)
            files = _files()
            arrivals = staging.stage(files) if files else []
            with transaction():
                batch = store.open_batch(
                    actor, form.fonds.data or "", form.name.data or "", bool(form.declared.data), form.paper
                )
                refused = by_form.receive(actor, batch.id, arrivals)
                batch_id = batch.id
            if not files:
                flash(gettext("The batch is open. Send its files here."))
                return redirect(url_for("intake.batch", batch_id=batch_id))
            return _received(batch_id, refused)
    listing = store.listing(actor, Paging.read(request.args.get("page")))
    places = records.titles(actor, [batch.fonds_id for batch in listing.rows])
    return render_template("intake/batches.html", form=form, listing=listing, places=places), form.status


@blueprint.route("/<id:batch_id>", methods=["GET", "POST"])
@guards.permission(Permission.TAKE_IN)
def batch(batch_id: str) -> Page:
    """Show how far a batch is and what it holds, and take in more files."""
    actor = actors.current()
    overview = contents.overview(actor, batch_id)
    if request.method == "POST":
        arrivals = staging.stage(_files())
        with transaction():
            refused = by_form.receive(actor, batch_id, arrivals)
        return _received(batch_id, refused)
    show = _shown()
    files = contents.files(actor, batch_id, show, Paging.read(request.args.get("page"), str(MOST_PER_PAGE)))
    (far,) = worklists.progress(actor, [batch_id])
    return (
        render_template(
            "intake/batch.html",
            overview=overview,
            files=files,
            show=show,
            far=far,
            flag_counts=flagging.counts(actor, batch_id),
            flag_label=flags.label,
            signed_count=signed.count(actor, batch_id),
            not_unpacked=unpacking.refused(actor, batch_id),
        ),
        200,
    )


@blueprint.post("/<id:batch_id>/thu-lai")
@guards.permission(Permission.TAKE_IN)
def retry(batch_id: str) -> Response:
    """Have the failed pages and the refused files tried once more."""
    with transaction():
        number = store.retry(actors.current(), batch_id)
    flash(ngettext("%(num)s is tried again.", "%(num)s are tried again.", number))
    return redirect(url_for("intake.batch", batch_id=batch_id))


@blueprint.get("/tien-do")
@guards.permission(Permission.TAKE_IN)
def progress() -> Response:
    """Tell how far some batches are, to pages that ask from time to time."""
    return jsonify(live.told(actors.current(), live.wanted()))


@blueprint.get("/tien-do/truc-tiep")
@guards.permission(Permission.TAKE_IN)
def live_progress() -> Response:
    """Tell how far some batches are, as it happens."""
    return live.stream(live.wanted())


@blueprint.get("/tep-bi-tu-choi/<id:scan_id>")
@guards.permission(Permission.TAKE_IN)
def refused(scan_id: str) -> Response:
    """Hand out a refused file as it came, to be saved, not shown."""
    quarantine.look_through(actors.current(), scan_id)
    with transaction():
        path, name = quarantine.hand_out(actors.current(), scan_id)
    kind = "application/octet-stream"
    response = send_file(path, mimetype=kind, as_attachment=True, download_name=name, etag=False)
    response.headers["Content-Security-Policy"] = headers.SANDBOX
    return response


def _shown() -> contents.Show:
    """Return which files the address asks for; anything odd is all."""
    wanted = request.args.get("tep", "")
    return contents.Show(wanted) if wanted in set(contents.Show) else contents.Show.ALL


def _files() -> Sequence[FileStorage]:
    """Return the files of the form. An empty input sends one without a name."""
    return [file for file in request.files.getlist("files") if file.filename]


def _refuse_undeclared(form: BatchForm) -> None:
    """Ask for the declaration before a byte is kept: what is undeclared must not enter the house."""
    if not form.declared.data:
        raise InvalidError("declare_no_secret", fields={"declared": "declare_no_secret"})


def _received(batch_id: str, refused: int) -> Response:
    """Answer only now: rows and bytes are durable. Refused files stand in the batch, each with its reason."""
    if refused:
        flash(
            ngettext(
                "%(num)s file was refused; the reason stands beside it. The others are being read.",
                "%(num)s files were refused; the reason stands beside each. The others are being read.",
                refused,
            )
        )
    else:
        flash(gettext("The files have arrived and are being read."))
    return redirect(url_for("intake.batch", batch_id=batch_id))
