"""How a record or one of its pages is cited, as one line of text in the reader's language."""

from __future__ import annotations

from flask import url_for
from flask_babel import gettext

from portal.catalogue.records import RecordView
from portal.web import filters, identity, texts


def of_record(record: RecordView) -> str:
    """Return issuer, number, date, title, fonds, file, archive and the permanent address."""
    return _line(record, "", url_for("reading.record", record_id=record.id, _external=True))


def of_page(record: RecordView, page_id: str, number: int) -> str:
    """Return the same with the page, and its address."""
    sheet = gettext("Page %(number)s", number=filters.number(number)).lower()
    return _line(record, sheet, url_for("reading.page", page_id=page_id, _external=True))


def _line(record: RecordView, sheet: str, address: str) -> str:
    day = filters.day(record.issued_on)
    above = record.crumbs
    parts = (
        record.issuer,
        gettext("No. %(number)s", number=record.number) if record.number else "",
        gettext("of %(day)s", day=day) if day else "",
        texts.title_of(record.title, record.id),
        _named(gettext("fonds"), above[0].title) if above else "",
        _named(gettext("file"), above[-1].title) if len(above) > 1 else "",
        sheet,
        gettext("Archive of %(province)s", province=identity.current().province),
        address,
    )
    return ", ".join(part for part in parts if part)


def _named(kind: str, title: str) -> str:
    """Return a title after what it names; many titles begin with that word themselves."""
    return title if title.casefold().startswith(f"{kind} ") else f"{kind} {title}"
