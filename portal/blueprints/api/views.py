"""Views for programs. The form of the answers is kept stable; see docs/cli.md."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, jsonify, request, url_for

from portal.accounts.actors import Actor
from portal.catalogue import tree
from portal.catalogue.results import Result
from portal.catalogue.usage.counting import Surface
from portal.core.paging import Paging
from portal.search.documents import Facet
from portal.web import actors, asking, counting, guards, texts
from portal.web.asking import Asked

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")


@blueprint.get("/search")
@guards.public
def search() -> Response:
    """Search with the rights of whoever calls, narrowed and sorted by what the page of results takes."""
    actor = actors.current()
    paging = Paging.read(request.args.get("page"), request.args.get("per_page"))
    asked = Asked.read(actor)
    found = asked.find(actor, paging)
    counting.count(actor, Surface.API, asked, found)
    return jsonify(
        total=found.total,
        engine=found.engine,
        is_cut=found.is_cut,
        is_estimate=found.is_estimate,
        is_loosened=found.is_loosened,
        repairs=[str(repair) for repair in found.repairs],
        counts={
            "fonds": _by_code(actor, found.counts.facets.get(Facet.FONDS, {})),
            **{name: found.counts.facets.get(facet, {}) for facet, name in asking.NAMES.items()},
            "years": found.counts.years,
        },
        results=[_result(row) for row in found.rows],
    )


def _by_code(actor: Actor, counts: Mapping[str, int]) -> dict[str, int]:
    """Return counts by the codes of those fonds that the actor may know of, for one narrows by code."""
    if not counts:
        return {}
    return {fonds.code: counts[fonds.id] for fonds in tree.fonds(actor) if fonds.id in counts}


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
