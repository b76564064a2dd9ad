"""Views of scanning a page again: what waits for it, and the form that brings the picture."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.datastructures import FileStorage

from portal.accounts.roles import Permission
from portal.blueprints.checking.forms import RescanForm, named
from portal.blueprints.checking.views import WIDTH, Page, blueprint
from portal.core.db import end_reading, transaction
from portal.core.errors import InvalidError
from portal.core.paging import Paging
from portal.ingest import rescans as store
from portal.ingest import scans
from portal.ingest.errors import UnusableFileError
from portal.ingest.sandbox import keeper
from portal.storage import originals
from portal.storage.originals import Staged
from portal.web import actors, forms, guards


@blueprint.get("/quet-lai")
@guards.permission(Permission.TAKE_IN)
def rescans() -> str:
    """List the pages that wait for a rescan."""
    listing = store.waiting(actors.current(), Paging.read(request.args.get("page")))
    return render_template("checking/rescans.html", listing=listing, named=named)


@blueprint.route("/trang/<id:check_id>/quet-lai", methods=["GET", "POST"])
@guards.permission(Permission.TAKE_IN)
def rescan(check_id: str) -> Page:
    """Show what is wrong with a page, and take in the picture that replaces it."""
    actor, form = actors.current(), RescanForm()
    wanted = store.show(actor, check_id)
    batch_id = wanted.batch.id
    if form.is_sent():
        with forms.Refusal(form, UnusableFileError):
            name, staged, pages = _sent()
            with transaction():
                store.bring(actor, check_id, name, staged, pages)
            flash(gettext("The page is replaced and read anew. A second person will look at it again."))
            return redirect(url_for("checking.batch", batch_id=batch_id))
    wanted = store.show(actor, check_id)
    objection = store.objection(wanted.page.document_id)
    page = render_template(
        "checking/rescan.html", form=form, wanted=wanted, objection=objection, width=WIDTH, named=named
    )
    return page, form.status


def _sent() -> tuple[str, Staged, int]:
    """Keep the bytes of the file, and count its pages behind the walls, before any transaction."""
    file: FileStorage | None = request.files.get("file")
    if file is None or not file.filename:
        raise InvalidError("no_files", fields={"file": "no_files"})
    # Werkzeug's stream is a binary file.
    staged = originals.stage(file.stream)  # type: ignore[arg-type]
    media_type = scans.sniff(staged)
    end_reading()
    return file.filename, staged, keeper.count_aside(originals.path(staged.sha256), media_type)
