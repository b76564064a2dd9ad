"""Have a search counted once its answer is on the way, so that nobody waits for it or sees it fail."""

from __future__ import annotations

import logging
import sqlite3

from flask import after_this_request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response

from portal.accounts.actors import Actor
from portal.catalogue.finding import Found
from portal.catalogue.usage import counting
from portal.catalogue.usage.counting import Narrowing, Surface
from portal.core.db import aside, db
from portal.search.documents import Facet, Order
from portal.web.asking import Asked

log = logging.getLogger(__name__)

_FACETS = {
    Facet.TYPE: Narrowing.TYPE,
    Facet.ISSUER: Narrowing.ISSUER,
    Facet.ACCESS: Narrowing.ACCESS,
    Facet.LANGUAGE: Narrowing.LANGUAGE,
}


def count(actor: Actor, surface: Surface, asked: Asked, found: Found) -> None:
    """Have the search that is being answered counted; further pages of a list are the same search."""
    if not asked.query or found.paging.page > 1:
        return
    search = counting.of(actor, surface, asked.query, _narrowings(asked), found)
    engine = db.engine

    def write() -> None:
        try:
            with aside(engine) as connection:
                counting.write(connection, search)
        except (SQLAlchemyError, sqlite3.Error) as error:
            # Nothing of the search itself: what people look for stands in no log.
            log.warning("a search was not counted: %s", type(error).__name__)

    def close(response: Response) -> Response:
        response.call_on_close(write)
        return response

    after_this_request(close)


def _narrowings(asked: Asked) -> frozenset[Narrowing]:
    found = {_FACETS[facet] for facet, _ in asked.refined.chosen if facet in _FACETS}
    others = {
        Narrowing.PLACE: asked.place or asked.fonds_code,
        Narrowing.YEARS: asked.refined.years,
        Narrowing.ORDER: asked.refined.order is not Order.BEST,
        Narrowing.MARKS: asked.is_exact,
    }
    return frozenset(found | {one for one, is_so in others.items() if is_so})
