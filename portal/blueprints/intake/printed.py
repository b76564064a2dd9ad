"""Sheets to be printed: the batch sheet, and separators to be laid between documents."""

from __future__ import annotations

from io import BytesIO

from flask import request, send_file
from werkzeug.wrappers import Response

from portal.accounts.roles import Permission
from portal.blueprints.intake.views import blueprint
from portal.ingest import printing
from portal.web import actors, forms, guards

USUAL_SEPARATORS = 20


@blueprint.get("/<id:batch_id>/phieu-lo.pdf")
@guards.permission(Permission.TAKE_IN)
def batch_sheet(batch_id: str) -> Response:
    """Hand out the sheet that is laid on top of the paper of a batch."""
    return _file(printing.batch_sheet(actors.current(), batch_id), f"phieu-lo-{batch_id}.pdf")


@blueprint.get("/<id:batch_id>/to-ho-so.pdf")
@guards.permission(Permission.TAKE_IN)
def folder_sheets(batch_id: str) -> Response:
    """Hand out a sheet for each folder of a batch; `ho-so` says which, if not those it was opened with."""
    written = forms.clean(request.args.get("ho-so"))
    return _file(printing.folders(actors.current(), batch_id, written), f"to-ho-so-{batch_id}.pdf")


@blueprint.get("/to-phan-cach.pdf")
@guards.permission(Permission.TAKE_IN)
def separators() -> Response:
    """Hand out a set of separators; `so` is how many."""
    asked = request.args.get("so")
    number = USUAL_SEPARATORS if asked is None else forms.whole(asked)
    return _file(printing.separators(actors.current(), number), "to-phan-cach.pdf")


def _file(pdf: bytes, name: str) -> Response:
    return send_file(BytesIO(pdf), mimetype="application/pdf", download_name=name, etag=False)
