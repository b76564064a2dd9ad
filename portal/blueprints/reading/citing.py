"""How a record or one of its pages is cited, as one line of HTML in the reader's language.

Who uses an archival document names its number, how original the copy is and the body that keeps it
(duty on users, Decree 31/2026, article 11); the line does so, with fonds and file by name and code.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext
from markupsafe import Markup

from portal.catalogue.records import Crumb, RecordView
from portal.core.partial import Exactness, PartialDate
from portal.web import filters, identity, passages


@dataclass(frozen=True, slots=True)
class Source:
    """What a citation names; texts of the archive are HTML, marked as Vietnamese where the page is not."""

    id: str
    """Of the record, or of the page."""
    title: Markup
    issuer: Markup
    number: str
    issued_on: PartialDate | None
    type_name: str
    fonds: Markup
    file: Markup
    page: int | None
    originality: str
    """Empty where the reader may not know what there is beside the description."""
    archive: str
    address: str

    @property
    def shelf(self) -> Markup:
        """Return where it lies, from the fonds down."""
        return _joined(self.fonds, self.file)


def of_record(record: RecordView) -> Source:
    """Return what a citation of the record names."""
    return _source(record, record.id, None, url_for("reading.record", record_id=record.id, _external=True))


def of_page(record: RecordView, page_id: str, number: int) -> Source:
    """Return the same with the page, and its address."""
    return _source(record, page_id, number, url_for("reading.page", page_id=page_id, _external=True))


def line(source: Source) -> Markup:
    """Return the citation as people write it."""
    return _joined(
        source.issuer,
        gettext("No. %(number)s", number=source.number) if source.number else "",
        _dated(source.issued_on) if source.issued_on else "",
        source.title,
        source.shelf,
        sheet(source),
        source.originality,
        source.archive,
        source.address,
    )


def sheet(source: Source) -> str:
    """Return which page, in words; empty for a whole record."""
    if source.page is None:
        return ""
    words: str = gettext("Page %(number)s", number=filters.number(source.page)).lower()
    return words


def _source(record: RecordView, key: str, page: int | None, address: str) -> Source:
    above = record.crumbs
    # The file of a batch is where papers wait, not where they lie.
    file = above[-1] if len(above) > 1 and above[-1].kind == "file" else None
    return Source(
        id=key,
        title=Markup(passages.title_of(record.title, record.id)),  # noqa: S704 - it is HTML already
        issuer=passages.vietnamese(record.issuer),
        number=record.number,
        issued_on=record.issued_on,
        type_name=record.type_name,
        fonds=_named(gettext("fonds"), above[0]) if above else Markup(),
        file=_named(gettext("file"), file) if file else Markup(),
        page=page,
        originality=_originality(record),
        archive=gettext("Archive of %(province)s", province=identity.current().province),
        address=address,
    )


def _originality(record: RecordView) -> str:
    """Return what the reader has before them: a scan, or the description of a paper."""
    words: str = gettext("on paper") if record.on_paper_only else gettext("copy from a scan")
    return words if record.on_paper_only or record.pages else ""


def _joined(*parts: str) -> Markup:
    return Markup(", ").join(part for part in parts if part)


def _dated(issued: PartialDate) -> str:
    """Return the date as far as it is known; in Vietnamese each way of writing it has a word of its own."""
    words: dict[Exactness, str] = {
        Exactness.DAY: gettext("of %(day)s", day=issued),
        Exactness.MONTH: gettext("of %(month)s", month=issued),
        Exactness.YEAR: gettext("of %(year)s", year=issued),
    }
    return words[issued.exactness]


def _named(kind: str, place: Crumb) -> Markup:
    """Return a place with its code after what it is; many titles begin with that word themselves."""
    said = passages.vietnamese(place.title)
    begins_so = place.title.casefold().startswith(f"{kind} ")
    named = said if begins_so else Markup("{} {}").format(kind, said)
    return Markup("{} ({})").format(named, place.code) if place.code and said else named
