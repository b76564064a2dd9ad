"""Look for what a redacted version hides in the whole of it: all pages, the description, the copy.

What lies within one page was looked for when the page was made (`catalogue.seeking.proof`). Behind it
stands `redactions`, which offers nothing in which a hidden word was found, and `copies`.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Iterable, Sequence

from sqlalchemy import select

from portal.catalogue import findable, seeking
from portal.catalogue.models import Node, Page
from portal.catalogue.packing import unpack
from portal.catalogue.redaction_rows import RedactedPage, Redaction
from portal.catalogue.seeking import Finding, Trace
from portal.core.db import db
from portal.core.errors import ConflictError

NAME_WORDS = 3
"""So many syllables have most names."""

_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)


def findings(row: Redaction) -> list[Finding]:
    """Return all that was found of the hidden words of a version, page by page, each once."""
    pages = db.session.execute(
        select(RedactedPage, Page.number)
        .join(Page, Page.id == RedactedPage.page_id)
        .where(RedactedPage.redaction_id == row.id)
        .order_by(Page.number)
    ).all()
    found = [one for page, _ in pages for one in seeking.read(page.findings)]
    hidden = {number: _needles(page) for page, number in pages}
    for page, number in pages:
        others = {one for other, several in hidden.items() if other != number for one in several}
        found += _on_page(page, number, others - set(hidden[number]))
    found += _in_description(row.document_id, {one for several in hidden.values() for one in several})
    return list(dict.fromkeys(found))


def digest(found: Iterable[Finding]) -> str:
    """Return what stands for the findings that the maker has to answer; another finding, another digest."""
    asked = sorted(repr(one) for one in found if one.trace in seeking.ASKED)
    return hashlib.sha256("\n".join(asked).encode()).hexdigest() if asked else ""


def check_copy(hidden: Sequence[str], content: bytes, frame: bytes) -> None:
    """Raise where a hidden word stands in a copy, in its bytes or in any of its streams unpacked.

    Args:
        frame: the same copy without the pages: what stands there, too, no page brought along.

    Raises:
        ConflictError: one does.
    """
    whole, bare = _parts(content), _parts(frame)
    for needle in hidden:
        if _stands(needle, whole) and not _stands(needle, bare):
            raise ConflictError("copy_shows_hidden")


def _stands(needle: str, parts: Sequence[bytes]) -> bool:
    return any(seeking.in_bytes(needle, part) for part in parts)


def _parts(content: bytes) -> list[bytes]:
    return [content, *(_unpacked(part) for part in _STREAM.findall(content))]


def _needles(page: RedactedPage) -> list[str]:
    words = [word[0] for word in unpack(page.hidden)]
    places = [place for place, word in enumerate(words) if word]
    # A box wider than a name hides it from a search for all that it covers.
    names = [
        " ".join(several)
        for run in seeking.runs(words, places)
        for several in zip(*(run.split(" ")[start:] for start in range(NAME_WORDS)), strict=False)
    ]
    found = [*seeking.needles(words, places), *names]
    return [one for one in dict.fromkeys(found) if seeking.tell_tale(one)]


def _on_page(page: RedactedPage, number: int, needles: Iterable[str]) -> list[Finding]:
    words = unpack(page.words)
    found = []
    for needle in sorted(needles):
        places = seeking.in_words(needle, words)
        found += [Finding(Trace.ELSEWHERE, needle, number, box) for box in places]
        if not places and seeking.in_text(needle, page.text):
            found.append(Finding(Trace.ELSEWHERE, needle, number))
    return found


def _in_description(document_id: str, needles: Iterable[str]) -> list[Finding]:
    node = db.session.get_one(Node, document_id)
    said = findable.public_description(node, "")
    return [Finding(Trace.ELSEWHERE, one, 0) for one in sorted(needles) if seeking.in_text(one, said)]


def _unpacked(stream: bytes) -> bytes:
    try:
        return zlib.decompress(stream)
    except zlib.error:
        # A picture is no such stream; its bytes were looked at as they are.
        return b""
