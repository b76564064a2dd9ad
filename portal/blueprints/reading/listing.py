"""Results of a search for other programs, with the asker's rights: a table (CSV) and a feed (RSS 2.0)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree import ElementTree

from flask import Response, request, url_for
from flask_babel import gettext

from portal.catalogue.results import Result
from portal.core.paging import MOST_PER_PAGE, Paging
from portal.web import identity, tables, texts
from portal.web.asking import Asked

PAGING = Paging(1, MOST_PER_PAGE)

NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that no XML may hold, however written."""


def table(rows: Sequence[Result]) -> Response:
    """Return the results as a table for spreadsheets."""
    heading = (
        gettext("Address"),
        gettext("Title"),
        gettext("Number and symbol"),
        gettext("Date"),
        gettext("Issued by"),
        gettext("Page"),
        gettext("Access"),
    )
    cells = (
        (
            _address(row),
            _title(row),
            row.number,
            str(row.issued_on or ""),
            row.issuer,
            str(row.page_number or ""),
            texts.label(row.access, "level"),
        )
        for row in rows
    )
    return tables.file("tim-kiem.csv", heading, cells)


def feed(asked: Asked, rows: Sequence[Result]) -> Response:
    """Return the results as RSS."""
    root = ElementTree.Element("rss", version="2.0")
    channel = ElementTree.SubElement(root, "channel")
    known = identity.current()
    name = gettext("Archive of %(province)s", province=known.province)
    _tell(channel, "title", f"{asked.query} · {name}")
    _tell(channel, "link", url_for("reading.search", **asked.values, _external=True))
    _tell(channel, "description", gettext("Search"))
    for row in rows:
        item = ElementTree.SubElement(channel, "item")
        _tell(item, "title", _title(row))
        _tell(item, "link", _address(row))
        _tell(item, "guid", _address(row))
        _tell(item, "description", "".join(piece.text for piece in row.snippet))
    body = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return Response(body, content_type="application/rss+xml; charset=utf-8")


def _tell(parent: ElementTree.Element, name: str, text: str) -> None:
    """Add an element."""
    ElementTree.SubElement(parent, name).text = NO_XML.sub("", text)


def _address(row: Result) -> str:
    if row.page_id:
        return url_for("reading.page", page_id=row.page_id, q=request.args.get("q") or None, _external=True)
    return url_for("reading.record", record_id=row.document_id, _external=True)


def _title(row: Result) -> str:
    return texts.title_of(row.title or row.working_title, row.document_id)
