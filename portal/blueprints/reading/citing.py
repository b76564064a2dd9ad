"""How a record or one of its pages is cited, as one line of HTML in the reader's language."""

from __future__ import annotations

from flask import url_for
from flask_babel import gettext
from markupsafe import Markup

from portal.catalogue.records import RecordView
from portal.core.partial import Exactness, PartialDate
from portal.web import filters, identity, passages


def of_record(record: RecordView) -> Markup:
    """Return issuer, number, date, title, fonds, file, archive and the permanent address."""
    return _line(record, "", url_for("reading.record", record_id=record.id, _external=True))


def of_page(record: RecordView, page_id: str, number: int) -> Markup:
    """Return the same with the page, and its address."""
    sheet = gettext("Page %(number)s", number=filters.number(number)).lower()
    return _line(record, sheet, url_for("reading.page", page_id=page_id, _external=True))


def _line(record: RecordView, sheet: str, address: str) -> Markup:
    above = record.crumbs
    parts = (
        passages.vietnamese(record.issuer),
        gettext("No. %(number)s", number=record.number) if record.number else "",
        _dated(record.issued_on) if record.issued_on else "",
        passages.title_of(record.title, record.id),
        _named(gettext("fonds"), above[0].title) if above else "",
        _named(gettext("file"), above[-1].title) if len(above) > 1 else "",
        sheet,
        gettext("Archive of %(province)s", province=identity.current().province),
        address,
    )
    return Markup(", ").join(part for part in parts if part)


def _dated(issued: PartialDate) -> str:
    """Return the date as far as it is known; in Vietnamese each way of writing it has a word of its own."""
    words: dict[Exactness, str] = {
        Exactness.DAY: gettext("of %(day)s", day=issued),
        Exactness.MONTH: gettext("of %(month)s", month=issued),
        Exactness.YEAR: gettext("of %(year)s", year=issued),
    }
    return words[issued.exactness]


def _named(kind: str, title: str) -> Markup:
    """Return a title after what it names; many titles begin with that word themselves."""
    said = passages.vietnamese(title)
    return said if title.casefold().startswith(f"{kind} ") else Markup("{} {}").format(kind, said)
