"""How Whoosh's segments are written, and put together without making anybody wait.

Each commit is a segment of its own, and a search pays for every segment. Whoosh would
put small ones together within any commit, thousands of things at a time: minutes in
which a page just read is not found. Here a commit puts no more together than it takes
half a second to; the rest is done when the indexer has nothing else to do, and given up
at once when something fresh comes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Any

from whoosh.index import FileIndex  # noqa: TID251 - the adapter of Whoosh
from whoosh.reading import SegmentReader  # noqa: TID251 - the adapter of Whoosh
from whoosh.writing import SegmentWriter  # noqa: TID251 - the adapter of Whoosh

from portal.search import whoosh_keys, whoosh_postings, whoosh_schema
from portal.search.documents import SearchDocument
from portal.search.whoosh_postings import GaveWay
from portal.search.whoosh_storage import DurableStorage

WRITER_SECONDS = 10.0
"""How long to wait for Whoosh's own lock, which only a writer outside the rules could hold."""

FACTOR = 8
"""So many segments of about one size become one."""

MOST_AT_ONCE = 256
"""Things put together within a commit: half a second's worth, for some 600 a second are copied."""

MOST_SEGMENTS = 800
"""From here on segments are put together even if something fresh waits, `MOST_PRESSED` things at a time."""

MOST_PRESSED = 1_000


class SealedWriter(SegmentWriter):  # type: ignore[misc]
    """A writer that tells its storage which segments a commit keeps, and can give way.

    Postings go term by term, those of segments put together too; see `whoosh_postings`.
    """

    def __init__(self, folder: Path) -> None:
        self.must_give_way: Callable[[], bool] = _never
        self._copied: list[tuple[Any, int, dict[int, int] | None]] = []
        super().__init__(FileIndex(DurableStorage(folder)), timeout=WRITER_SECONDS)
        self.pool = whoosh_postings.Added()

    def add_postings_to_pool(self, reader: Any, startdoc: int, docmap: dict[int, int] | None) -> None:
        self._copied.append((reader, startdoc, docmap))

    def _flush_segment(self) -> None:
        self.perdocwriter.close()
        copies = (whoosh_postings.copied(one[0], at, *one[1:]) for at, one in enumerate(self._copied, 1))
        whoosh_postings.write(self.fieldwriter, [self.pool.parts(0), *copies], self.must_give_way)
        self.fieldwriter.close()

    def _commit_toc(self, segments: Sequence[Any]) -> None:
        self.storage.segments = frozenset(str(segment.segment_id()) for segment in segments)
        super()._commit_toc(segments)

    def _finish(self) -> None:
        super()._finish()
        for reader, _, _ in self._copied:
            reader.close()


def change(folder: Path, documents: Mapping[str, SearchDocument], removed: AbstractSet[str]) -> None:
    """Replace and remove in one commit.

    Old versions are deleted before any new one is added, since Whoosh would not see
    what one writer added before.
    """
    if not documents and not removed:
        return
    writer = SealedWriter(folder)
    try:
        whoosh_keys.delete(writer, folder, [*documents, *removed])
        for document in documents.values():
            writer.add_document(**whoosh_schema.row(document))
        writer.commit(mergetype=_put_small_together)
    except BaseException:
        _cancel(writer)
        raise


def tidy(folder: Path, must_give_way: Callable[[], bool]) -> bool:
    """Put one group of segments together, the smallest first; tell whether there was one.

    Raises:
        GaveWay: something fresh came; nothing was changed.
    """
    # Asked before there is a writer, since one that is given up leaves files behind until the next commit.
    segments = FileIndex(DurableStorage(folder))._segments()
    group, is_pressed = _next_group(segments)
    if not group:
        return False
    if not is_pressed and must_give_way():
        raise GaveWay
    writer = SealedWriter(folder)
    try:
        writer.must_give_way = _never if is_pressed else must_give_way
        writer.commit(mergetype=lambda busy, known: _joined(busy, known, _next_group(known)[0]))
    except BaseException:
        _cancel(writer)
        raise
    return True


def scrub(folder: Path) -> None:
    """Write anew every segment from which something was removed, each by itself, so that nothing stays of it.

    The cost grows with the segments that held it, not with the index.
    """
    while (hollow := _first_hollow(FileIndex(DurableStorage(folder))._segments())) is not None:
        name = hollow.segment_id()

        def anew(busy: SealedWriter, known: list[Any], name: object = name) -> list[Any]:
            kept = [one for one in known if one.doc_count()]
            return _joined(busy, kept, [one for one in kept if one.segment_id() == name])

        writer = SealedWriter(folder)
        try:
            writer.commit(mergetype=anew)
        except BaseException:
            _cancel(writer)
            raise


def _first_hollow(segments: Sequence[Any]) -> Any | None:
    """Return a segment that holds what was removed; None where there is none."""
    return next((one for one in segments if one.doc_count() < one.doc_count_all()), None)


def _next_group(segments: Sequence[Any]) -> tuple[list[Any], bool]:
    """Return the segments to put together next, and whether they are too many to wait with it."""
    if len(segments) <= MOST_SEGMENTS:
        groups = _groups(segments)
        return (groups[0] if groups else []), False
    smallest: list[Any] = []
    for segment in sorted(segments, key=lambda one: int(one.doc_count())):
        if len(smallest) > 1 and _size([*smallest, segment]) > MOST_PRESSED:
            break
        smallest.append(segment)
    return smallest, _size(smallest) <= MOST_PRESSED


def _put_small_together(writer: SealedWriter, segments: list[Any]) -> list[Any]:
    """Put together what is small and empty out what is wholly deleted: Whoosh's way to say how to merge."""
    kept = [segment for segment in segments if segment.doc_count()]
    for group in _groups(kept):
        if _size(group) <= MOST_AT_ONCE:
            return _joined(writer, kept, group)
    return kept


def _groups(segments: Sequence[Any]) -> list[list[Any]]:
    """Return the groups of segments worth putting together, those of the smallest segments first.

    A segment of which more than half is deleted is written anew even alone.
    """
    levels: dict[int, list[Any]] = {}
    for segment in segments:
        levels.setdefault(_level(segment.doc_count()), []).append(segment)
    groups = [levels[level][:FACTOR] for level in sorted(levels) if len(levels[level]) >= FACTOR]
    hollow = [one for one in segments if one.doc_count() < one.doc_count_all() / 2]
    return [*groups, *([one] for one in hollow)]


def _level(count: int) -> int:
    level = 0
    while count >= FACTOR:
        count //= FACTOR
        level += 1
    return level


def _size(group: Sequence[Any]) -> int:
    return sum(int(segment.doc_count()) for segment in group)


def _joined(writer: SealedWriter, segments: Sequence[Any], group: Sequence[Any]) -> list[Any]:
    """Copy the group into the segment being written; return those that stay."""
    for segment in group:
        writer.add_reader(SegmentReader(writer.storage, writer.schema, segment))
    names = {segment.segment_id() for segment in group}
    return [segment for segment in segments if segment.segment_id() not in names]


def _cancel(writer: SealedWriter) -> None:
    if not writer.is_closed:
        writer.cancel()


def _never() -> bool:
    return False
