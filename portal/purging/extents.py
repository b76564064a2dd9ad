"""What goes with a thing that is purged: its records, pages, what was made of these, files and copies."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from portal.access import purged as leaves
from portal.accounts.actors import ANONYMOUS, Actor
from portal.catalogue import purged as catalogue
from portal.catalogue import tree
from portal.catalogue.models import Kind
from portal.catalogue.purged import Piece
from portal.core.errors import ConflictError, NotFoundError
from portal.ingest import purged as intake
from portal.ingest.purged import File
from portal.purging import parts
from portal.purging.rows import PurgeKind
from portal.rights import policy, protections


@dataclass(frozen=True, slots=True)
class Extent:
    """All that goes, by id; digests name the bytes that each is made of."""

    kind: PurgeKind
    object_id: str
    records: Sequence[str] = ()
    pages: Sequence[Piece] = ()
    redacted: Sequence[Piece] = ()
    files: Sequence[File] = ()
    copies: Sequence[tuple[str, str]] = ()
    """Id of the grant, digest of the copy."""
    public: frozenset[str] = field(default_factory=frozenset)
    """Those records and pages that everybody could see."""

    @property
    def digests(self) -> list[str]:
        """The digests of all bytes that any of it is made of, each once, in order."""
        images = (one.sha256 for one in (*self.pages, *self.redacted))
        files = (one.sha256 for one in self.files)
        copies = (sha256 for _, sha256 in self.copies)
        return sorted({*images, *files, *copies} - {""})

    @property
    def seen(self) -> str:
        """What a person saw who confirms it: where anything else would go, it is another one."""
        lines = [
            f"{self.kind.value} {self.object_id}",
            *(f"record {one}" for one in self.records),
            *(f"page {one.id} {one.sha256}" for one in self.pages),
            *(f"redacted {one.id} {one.sha256}" for one in self.redacted),
            *(f"file {one.id} {one.sha256}" for one in self.files),
            *(f"copy {grant_id} {sha256}" for grant_id, sha256 in self.copies),
            *(f"public {one}" for one in self.public),
        ]
        return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()[:20]

    @property
    def documents(self) -> list[str]:
        """The records that go, and those that lose a page."""
        return sorted({*self.records, *(one.document_id for one in self.pages)})

    @property
    def page_ids(self) -> list[str]:
        return [one.id for one in self.pages]


def of(actor: Actor, kind: PurgeKind, object_id: str) -> Extent:
    """Return what would go, for somebody who may know of it.

    Raises:
        NotFoundError: there is no such thing for the actor.
        ConflictError: it cannot be purged (yet): a batch that can come back, a file that was not refused, a
            document whose pages are still being counted.
    """
    match kind:
        case PurgeKind.DOCUMENT:
            _require_document(actor, object_id)
            intake.require_split([object_id])
            return _of_records(kind, object_id, [object_id])
        case PurgeKind.PAGE:
            return _of_page(actor, object_id)
        case PurgeKind.SCAN:
            file = intake.refused(actor, object_id)
            made = [file.document_id] if file.document_id and _is_only_of(file) else []
            return _of_records(kind, object_id, made, [file])
        case PurgeKind.BATCH:
            holding_id = intake.withdrawn(actor, object_id)
            records = catalogue.below(protections.of(holding_id).path)
            return _of_records(kind, object_id, records, intake.files_in(object_id))


def settled(found: Extent) -> Extent:
    """Return what goes with every copy that there will ever be of it: none that is being built is kept."""
    for part in parts.of(found.documents):
        leaves.stop_building(part)
    # Asked anew: one may have been kept since.
    return replace(found, copies=parts.gathered(leaves.copies_of, found.documents))


def _require_document(actor: Actor, document_id: str) -> None:
    if tree.by_id(document_id).kind != Kind.DOCUMENT:
        raise NotFoundError("not_found")
    if not intake.is_held(actor, document_id):
        policy.require_description(actor, document_id)


def _of_page(actor: Actor, page_id: str) -> Extent:
    asked = catalogue.pages([page_id])
    if not asked:
        raise NotFoundError("not_found")
    document_id = asked[0].document_id
    policy.require_content(actor, document_id)
    intake.require_split([document_id])
    is_public = policy.sight(ANONYMOUS, document_id).sees_content
    pages = [*asked, *catalogue.pages(intake.scans_before(page_id))]
    digests = {one.sha256 for one in pages}
    # A file that held nothing else goes with its page, and what only repeated it.
    files = [one for one in _files(pages, [document_id]) if one.sha256 in digests]
    return Extent(
        PurgeKind.PAGE,
        page_id,
        pages=pages,
        redacted=catalogue.redacted_of([one.id for one in pages]),
        files=_with_archives(files),
        copies=leaves.copies_of([document_id]),
        public=frozenset([page_id] if is_public else []),
    )


def _of_records(
    kind: PurgeKind, object_id: str, records: Sequence[str], files: Iterable[File] = ()
) -> Extent:
    aside = parts.gathered(intake.aside_of, records)
    wanted = [*parts.gathered(catalogue.pages_of, records), *parts.gathered(catalogue.pages, aside)]
    pages = list({one.id: one for one in wanted}.values())
    found = {one.id: one for one in (*files, *_files(pages, records))}
    seen = {one: policy.sight(ANONYMOUS, one) for one in records} if kind is not PurgeKind.BATCH else {}
    described = {one for one, sight in seen.items() if sight.sees_description}
    read = {one for one, sight in seen.items() if sight.sees_content}
    return Extent(
        kind,
        object_id,
        records,
        pages,
        parts.gathered(catalogue.redacted_of, [one.id for one in pages]),
        # A batch holds its ZIP files, and those it was withdrawn with are never unpacked to the end.
        list(found.values()) if kind is PurgeKind.BATCH else _with_archives(found.values()),
        parts.gathered(leaves.copies_of, records),
        frozenset({*described, *(one.id for one in pages if one.document_id in read)}),
    )


def _files(pages: Sequence[Piece], records: Sequence[str]) -> list[File]:
    """Return the files of which nothing stays: those of pages and records, but none with a page elsewhere.

    A file that was split into documents keeps its name and bytes until the last of them goes.
    """
    mine = Counter(one.scan_id for one in pages if one.scan_id)
    found = {one.id: one for one in parts.gathered(intake.files_by_id, list(mine))}
    found |= {one.id: one for one in parts.gathered(intake.files_of, records)}
    needed = {
        scan_id
        for scan_id, number in parts.gathered(catalogue.came_in, list(found))
        if number > mine[scan_id]
    }
    # What only repeated such a file stays known as what it is.
    digests = {found[scan_id].sha256 for scan_id in needed}
    return [
        one for one in found.values() if one.id not in needed and (mine[one.id] or one.sha256 not in digests)
    ]


def _with_archives(files: Iterable[File]) -> list[File]:
    """Return files, and the ZIP files that hold them; all else in those is an original by itself."""
    found = {one.id: one for one in files}
    found |= {one.id: one for one in parts.gathered(intake.archives_of, list(found))}
    return list(found.values())


def _is_only_of(file: File) -> bool:
    """Tell whether the document that a refused file made has nothing of other files."""
    if file.document_id is None:
        return False
    others = [one for one in intake.files_of([file.document_id]) if one.sha256 != file.sha256]
    if others:
        raise ConflictError("purge_not_refused")
    return True
