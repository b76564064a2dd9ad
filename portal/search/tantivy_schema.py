"""What tantivy keeps of a document: terms that were analysed before, columns of numbers, and its words.

Text goes in as terms with spaces between, so tantivy analyses nothing itself. Its columns are
numbers, so the id of a document and the values of facets stand there as marks (hashes
of 63 bits), and the value of a mark is read from any document that has it.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache

from tantivy import Document, Schema, SchemaBuilder  # noqa: TID251 - the adapter of tantivy

from portal.search import analysis
from portal.search.documents import Facet, SearchDocument
from portal.search.source import DESCRIPTION, YES, Terms, tie

SCHEMA_VERSION = 2
"""Raised when fields change; the indexes are then built anew."""

KEY, TIE, DOCUMENT, OWNER, DAY, RISING = "key", "tie", "document", "owner", "day", "rising"
WORDS, TITLE_WORDS, LENGTH, KIND, SAMPLE = "words", "title_words", "length", "kind", "sample"

TEXT, SHORT = "text", "short"
"""Terms of KIND: a text, over which rarity is measured, or something as short as a description."""

TEXTS = frozenset({Terms.EXACT, Terms.FOLDED, Terms.PAIRS, Terms.TITLE, Terms.TITLE_PAIRS})
"""Fields of which it is kept how often a term occurs."""

WORDS_OF = {Facet.TYPE: "type_words", Facet.ISSUER: "issuer_words"}
"""Fields with the folded words of a facet's value."""

SAMPLES = 64
"""Parts into which documents fall by chance, each with all its pages; a few of them tell of the rest."""

UNDATED = 99_999_999
"""The day in RISING of what has no date: it comes last, whichever way one looks."""


def schema() -> Schema:
    """Return the fields of a new index."""
    builder = SchemaBuilder()
    builder.add_text_field(KEY, stored=True, tokenizer_name="raw", index_option="basic")
    for name in (Terms.WITHHELD, KIND, SAMPLE):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in (Terms.UNDER, *WORDS_OF.values()):
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="basic")
    builder.add_text_field(Terms.NUMBER, stored=True, tokenizer_name="whitespace", index_option="basic")
    for name in sorted(TEXTS):
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="freq")
    for facet in Facet:
        builder.add_text_field(facet, stored=True, tokenizer_name="raw", index_option="basic")
        builder.add_integer_field(mark_of(facet), fast=True)
    builder.add_integer_field(DAY, fast=True, indexed=True)
    for name in (TIE, OWNER, RISING, LENGTH):
        builder.add_integer_field(name, fast=True)
    for name in (DOCUMENT, WORDS, TITLE_WORDS):
        builder.add_bytes_field(name, stored=True, indexed=False)
    return builder.build()


def row(document: SearchDocument) -> Document:
    """Return the document as tantivy takes it; empty fields are left out."""
    exact = analysis.exact_words(document.body)
    folded = list(map(analysis.fold_word, exact))
    title = analysis.folded_words(document.title)
    owner = mark(document.document_id)
    fields: dict[str, str | bytes | int] = {
        KEY: document.key,
        Terms.UNDER: " ".join(document.ancestors),
        Terms.WITHHELD: YES if document.withheld else "",
        Terms.NUMBER: " ".join(sorted(analysis.number_forms(document.number))),
        Terms.EXACT: " ".join(exact),
        Terms.FOLDED: " ".join(folded),
        Terms.PAIRS: " ".join(analysis.pairs(folded)),
        Terms.TITLE: " ".join(title),
        Terms.TITLE_PAIRS: " ".join(analysis.pairs(title)),
        KIND: TEXT if len(exact) >= DESCRIPTION else SHORT,
        SAMPLE: str(owner % SAMPLES),
        DOCUMENT: document.document_id.encode(),
        WORDS: " ".join(exact).encode(),
        TITLE_WORDS: " ".join(title).encode(),
    }
    for facet, value in document.facets:
        fields |= {facet: value, mark_of(facet): mark(value) if value else 0}
        if facet in WORDS_OF:
            fields[WORDS_OF[facet]] = _words_of_value(value)
    kept: dict[str, str | bytes | int] = {str(name): value for name, value in fields.items() if value}
    columns = {
        TIE: tie(document.key),
        OWNER: owner,
        DAY: document.day,
        RISING: document.day or UNDATED,
        LENGTH: len(exact),
    }
    return Document(**kept, **columns)


def mark_of(facet: Facet) -> str:
    """Return the column of a facet."""
    return f"{facet}_mark"


@lru_cache(maxsize=2_000)
def _words_of_value(value: str) -> str:
    """Return the folded words of a facet's value, which many documents share."""
    return " ".join(analysis.folded_words(value))


@lru_cache(maxsize=20_000)
def mark(text: str) -> int:
    """Return 63 bits that stand for a text; never 0, which stands for none."""
    digest = hashlib.blake2b(text.encode(), digest_size=8).digest()
    return (int.from_bytes(digest, "big") >> 1) or 1
