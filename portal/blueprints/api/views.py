"""Views for programs. The form of the answers is kept stable; see docs/cli.md."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request, url_for

from portal.catalogue import finding
from portal.catalogue.finding import Result
from portal.core.paging import Paging
from portal.web import actors, guards, texts
from portal.web.forms import clean

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")

LONGEST_QUERY = 300


@blueprint.get("/search")
@guards.public
def search() -> Response:
    """Search with the rights of whoever calls."""
    found = finding.search(
        actors.current(),
        clean(request.args.get("q"))[:LONGEST_QUERY],
        Paging.read(request.args.get("page"), request.args.get("per_page")),
        fonds=request.args.get("fonds") or None,
        exact=request.args.get("exact") == "1",
    )
    return jsonify(total=found.total, engine=found.engine, results=[_result(row) for row in found.rows])


def _result(row: Result) -> dict[str, object]:
    """Return one result; `page` and `number` are null for a hit in the description alone."""
    if row.page_id:
        url = url_for("reading.page", page_id=row.page_id)
    else:
        url = url_for("reading.record", record_id=row.document_id)
    return {
        "document": row.document_id,
        "page": row.page_id,
        "number": row.page_number,
        "others": [other.id for other in row.others],
        "title": texts.title_of(row.title or row.working_title, row.document_id),
        "access": row.access,
        "snippet": "".join(piece.text for piece in row.snippet),
        "url": url,
    }
