"""Views of reject rates, for those who may read the audit trail."""

from __future__ import annotations

from flask import Response, render_template, request
from flask_babel import gettext

from portal.accounts.roles import Permission
from portal.blueprints.checking.forms import named
from portal.blueprints.checking.views import blueprint
from portal.core.paging import Paging
from portal.ingest import reject_rates
from portal.ingest.reject_rates import DAYS, Span
from portal.web import actors, guards, tables

PEOPLE, BATCHES = "nguoi", "lo"
"""By whom or by what rates are counted, as the address has it."""

SPANS = (7, 30, 90, 365)
"""Days until today that can be chosen."""


@blueprint.get("/ty-le-loai")
@guards.permission(Permission.READ_AUDIT)
def rates() -> str:
    """Show how many looks ended with a rejection, by who brought the pages and by batch."""
    actor, span = actors.current(), _span()
    key = BATCHES if request.args.get("theo") == BATCHES else PEOPLE
    list_of = reject_rates.by_batch if key == BATCHES else reject_rates.by_operator
    return render_template(
        "checking/rates.html",
        span=span,
        offered=SPANS,
        listing=list_of(actor, span, Paging.read(request.args.get("page"))),
        of=key,
        reasons=reject_rates.by_reason(actor, span),
        named=named,
    )


@blueprint.get("/ty-le-loai.csv")
@guards.permission(Permission.READ_AUDIT)
def rates_table() -> Response:
    """Hand out the rates of those who brought pages."""
    rows = (
        (one.name, one.looks, one.rejected, round(one.share, 2))
        for one in reject_rates.table(actors.current(), _span())
    )
    heading = [gettext("Brought by"), gettext("Looks"), gettext("Rejected"), gettext("Rejected, in percent")]
    return tables.file("ty-le-loai.csv", heading, rows)


def _span() -> Span:
    """Return the days that the address names; anything odd is a month."""
    asked = request.args.get("ky", "")
    return Span.until_today(next((days for days in SPANS if str(days) == asked), DAYS))
