"""The words on the cover of a copy: what it is, whose, under which conditions, and how to cite it.

A work that uses an archival document must name its number, how original the copy is and
the body that keeps it; the citation does so (duty on users, Decree 31/2026, article 11).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from portal.access import addresses
from portal.access.sheets import Cover
from portal.catalogue.records import RecordView
from portal.core import house, nameplate
from portal.core.wording import moment, say

CONDITIONS = (
    "copy_condition_person",
    "copy_condition_purpose",
    "copy_condition_cite",
    "copy_condition_machine",
)


@dataclass(frozen=True, slots=True)
class Issue:
    """One issued copy, as far as its cover tells of it."""

    record: RecordView
    """As its holder sees it, so that nothing else can come on the cover."""
    holder: str
    number: str
    purpose: str
    given_at: datetime
    until: datetime
    trace: str
    """As people read it; it stands in every mark, too."""
    pages: tuple[int, int] | None
    """Numbers of the first and the last page; None is the whole document."""


def words(issue: Issue, locale: str) -> Cover:
    """Return the words of the cover in the holder's language."""
    record, province = issue.record, nameplate.read(locale).province
    facts = [
        ("copy_title", title(record, locale)),
        ("copy_document_number", record.number),
        ("copy_pages", page_range(issue.pages)),
        ("copy_citation", citation(record, locale)),
        ("copy_holder", issue.holder),
        ("copy_request", issue.number),
        ("copy_issued", moment(issue.given_at)),
        ("copy_until", moment(issue.until)),
        ("copy_trace", issue.trace),
        ("copy_purpose", " ".join(issue.purpose.split())),
    ]
    return Cover(
        language=locale,
        archive=say("archive_name", locale, province=province),
        heading=say("copy_heading", locale),
        facts=[(say(label, locale), value) for label, value in facts],
        conditions_heading=say("copy_conditions", locale),
        conditions=[say(code, locale) for code in CONDITIONS],
    )


def title(record: RecordView, locale: str) -> str:
    """Return the public title; a document that nobody has described goes by its id."""
    return record.title or say("undescribed_document", locale, id=record.id)


def page_range(pages: tuple[int, int] | None) -> str:
    """Return which pages they are as people write it, nothing for a whole document."""
    if pages is None:
        return ""
    first, last = pages
    return str(first) if first == last else f"{first}–{last}"


def citation(record: RecordView, locale: str) -> str:
    """Return how a work that uses the copy names its source."""
    fonds = record.crumbs[0] if record.crumbs else None
    parts = [
        record.issuer,
        title(record, locale),
        record.number,
        str(record.issued_on or ""),
        say("copy_from_scan", locale),
        say("archive_name", locale, province=nameplate.read(locale).province),
        say("copy_fonds", locale, code=fonds.code, title=fonds.title) if fonds else "",
        house.settings().public_url + addresses.of_record(record.id),
    ]
    return ", ".join(part for part in parts if part) + "."


def caption(locale: str, number: int, of: int | None, mark: str, *, has_image: bool) -> str:
    """Return the line below a page: which it is (of how many, where that is known), and the mark as text."""
    code = "copy_page" if has_image else "copy_page_missing"
    place = str(number) if of is None else f"{number}/{of}"
    return say(code, locale, place=place, mark=mark)
