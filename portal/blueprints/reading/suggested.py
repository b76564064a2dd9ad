"""Suggestions as an answer to a script: what they are called, what tells them apart, where they lead."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response, jsonify, url_for
from flask_babel import gettext, ngettext

from portal.catalogue.suggesting import Suggestion
from portal.web import filters, texts

DOCUMENT = "document"


def answer(found: Sequence[Suggestion]) -> Response:
    """Return suggestions, and how many they are in words, for who does not see the list."""
    return jsonify(told=_told(len(found)), suggestions=[_one(row) for row in found])


def _told(count: int) -> str:
    words: str = (
        ngettext(
            "%(number)s suggestion. Choose by the up and down arrows.",
            "%(number)s suggestions. Choose by the up and down arrows.",
            count,
            number=filters.number(count),
        )
        if count
        else gettext("No suggestions")
    )
    return words


def _one(row: Suggestion) -> dict[str, str]:
    is_document = row.kind == DOCUMENT
    facts = (row.number, filters.day(row.issued_on)) if is_document else (texts.label(row.kind, "kind"),)
    return {
        "kind": row.kind,
        "title": texts.title_of(row.title, row.id),
        "number": row.number,
        "facts": " · ".join(fact for fact in facts if fact),
        "issuer": row.issuer,
        "url": url_for("reading.record", record_id=row.id)
        if is_document
        else url_for("browsing.node", node_id=row.id),
    }
