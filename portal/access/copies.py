"""The copy that comes with a grant: built once by a job, kept by its digest, handed to its holder only.

After `decisions`, the last stop of a page's way. The slow part reads and draws outside any
transaction; whether the copy may exist at all is asked again in the transaction that keeps it.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select

from portal.access import addresses, cover, marking, proving, sheets
from portal.access.cover import Issue
from portal.access.models import Copy, Item
from portal.access.sheets import Cover, Sheet
from portal.accounts import notices, people
from portal.accounts.actors import PORTAL, Actor
from portal.accounts.roles import Role
from portal.audit import trail
from portal.catalogue import images, pages, records, redacted
from portal.catalogue.images import Pixels
from portal.catalogue.models import Page, PageState
from portal.core import clock
from portal.core.db import db, end_reading
from portal.core.errors import NotFoundError, UnavailableError
from portal.jobs import records as job_records
from portal.jobs.errors import NotReadyError
from portal.jobs.handlers import Claim
from portal.rights import grants, policy, reads, tracing
from portal.rights.levels import Level
from portal.rights.models import Grant
from portal.rights.reads import Seen, Use
from portal.storage import originals
from portal.storage.originals import Staged

JOB = "access.copy"
A4_INCHES = (8.27, 11.69)
SECONDS_TO_WAIT_FOR_IMAGES = 2.0
SECONDS_TO_WAIT_FOR_RECORD = 600.0
"""A record that is closed under a grant may open again before the grant ends."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """One page as the grant shows it, in plain values."""

    number: int
    pixels: Pixels
    inches: tuple[float, float]
    is_failed: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """What goes into one copy, read beforehand so that drawing holds no transaction."""

    cover: Cover
    mark: str
    locale: str
    pages: tuple[Leaf, ...]
    is_whole: bool
    """Whether they are all pages of the document; of a part nobody learns how many there are."""
    hidden: tuple[str, ...] = ()
    """What must stand nowhere in a copy of a redacted version."""


def build(claim: Claim) -> Callable[[], None]:
    """Build the copy of a grant, the subject of the claim; what is returned keeps it.

    Nothing is built for a grant that has ended or whose record is no longer to be seen.

    Raises:
        NotReadyError: an image of a page is being made again, or the record is closed for now.
        ConflictError: a word that its redacted version hides stands in it; the job dies of it.
    """
    grant_id = claim.subject
    if db.session.get(Copy, grant_id) is not None or not _is_due(grant_id):
        return _nothing
    plan = _plan(grant_id)
    _await_images(plan)
    with tempfile.TemporaryFile() as draft:
        sheets.write(draft, plan.cover, _sheets(plan))
        draft.seek(0)
        if plan.hidden:
            proving.check_copy(plan.hidden, draft.read(), _frame(plan))
        draft.seek(0)
        staged = originals.stage(draft)
    return lambda: _keep(grant_id, staged)


def give_up(grant_id: str, code: str) -> None:
    """Tell the holder, who decided and the administrators that building the copy failed for good.

    Runs in the transaction that gives the job up; an administrator can have it tried again.
    """
    item, grant = _item(grant_id), grants.by_id(grant_id)
    trail.record(
        PORTAL,
        "copy.give_up",
        "item",
        item.id,
        request=item.request_id,
        document=item.node_id,
        grant=grant_id,
        code=code,
    )
    if not grants.is_current(grant):
        return
    told: dict[str, Any] = {"number": item.request.number, "position": item.position}
    notices.tell(grant.person_id, "copy_failed", addresses.of_request(item.request_id), **told)
    notices.tell(grant.given_by, "copy_stuck", addresses.of_item(item.request_id, item.id), **told)
    for person_id in people.ids_of(Role.ADMINISTRATOR):
        notices.tell(person_id, "copy_stuck", **told)


def open(actor: Actor, grant_id: str) -> tuple[Path, str]:
    """Return the file of the copy and the name to save it under.

    Raises:
        NotFoundError: the actor is not the holder, the grant has ended, or the record is no
            longer to be seen; these look alike.
        UnavailableError: the copy is still being built, or building it was given up.
    """
    grant = db.session.get(Grant, grant_id)
    if grant is None or actor.id != grant.person_id or not _opens(grant, actor):
        raise NotFoundError("not_found")
    copy = db.session.get(Copy, grant_id)
    if copy is None or copy.blob_sha256 is None:
        is_lost = grant_id in job_records.given_up(JOB, [grant_id])
        raise UnavailableError("copy_given_up" if is_lost else "copy_in_work")
    item = _item(grant_id)
    return originals.path(copy.blob_sha256), f"{item.request.number}-{item.position}.pdf"


def hand_out(actor: Actor, grant_id: str) -> tuple[Path, str]:
    """Return what `open` returns and write down, in the trail and the log of reading, that it was delivered.

    Raises:
        NotFoundError, UnavailableError: as `open` does; nothing is written down then.
    """
    found = open(actor, grant_id)
    item, grant = _item(grant_id), grants.by_id(grant_id)
    reads.note(actor, Seen(grant.node_id, reads.WHOLE, Use.COPY, grant))
    trail.record(
        actor, "copy.deliver", "item", item.id, request=item.request_id, document=item.node_id, grant=grant_id
    )
    return found


def _opens(grant: Grant, holder: Actor) -> bool:
    """Tell whether the copy of the grant may be in its holder's hands at this moment."""
    sight = policy.sight(holder, grant.node_id)
    is_public = sight.published and sight.level is not Level.WITHHELD
    is_theirs = grants.is_current(grant) and grants.lets_copy(grant) and redacted.is_shown(grant)
    return is_theirs and is_public and sight.sees_content


def _is_due(grant_id: str) -> bool:
    """Tell whether the copy may exist.

    Raises:
        NotReadyError: the grant holds on, yet its record is closed for now.
    """
    grant = grants.by_id(grant_id)
    if _opens(grant, people.by_id(grant.person_id).actor):
        return True
    if grants.is_current(grant) and grants.lets_copy(grant):
        raise NotReadyError("no_longer_conditional", seconds=SECONDS_TO_WAIT_FOR_RECORD)
    return False


def _plan(grant_id: str) -> Plan:
    grant, item = grants.by_id(grant_id), _item(grant_id)
    holder = people.by_id(grant.person_id)
    issue = Issue(
        record=records.show(holder.actor, grant.node_id),
        holder=holder.name,
        number=item.request.number,
        purpose=item.request.purpose,
        given_at=grant.given_at,
        until=grant.until,
        trace=tracing.shown(grant.trace),
        pages=(grant.first_page, grant.last_page) if grant.first_page and grant.last_page else None,
    )
    leaves = tuple(
        _leaf(row, grant) for row in pages.of_document(grant.node_id) if grants.covers(grant, row.number)
    )
    return Plan(
        cover.words(issue, holder.locale),
        grant.mark,
        holder.locale,
        leaves,
        issue.pages is None,
        tuple(redacted.hidden_words(grant.redaction_id)) if grant.redaction_id else (),
    )


def _leaf(page: Page, grant: Grant) -> Leaf:
    """Return the page as the grant shows it; one that its version does not have builds no copy at all."""
    instead = redacted.of(grant, page.id)
    pixels = Pixels(instead.pixels if instead else page.id)
    is_failed = instead is None and page.state == PageState.FAILED
    return Leaf(page.number, pixels, _inches(page), is_failed)


def _sheets(plan: Plan) -> Iterator[Sheet]:
    """Yield the pages one by one, so that one image at a time is in memory."""
    # Drawing may take minutes; no read transaction stands open meanwhile.
    end_reading()
    for page in plan.pages:
        plain = _image(page)
        jpeg = marking.marked(plain, plan.mark) if plain is not None else None
        yield _sheet(plan, page, jpeg)


def _sheet(plan: Plan, page: Leaf, jpeg: bytes | None) -> Sheet:
    of = len(plan.pages) if plan.is_whole else None
    caption = cover.caption(plan.locale, page.number, of, plan.mark, has_image=jpeg is not None)
    return Sheet(jpeg, caption, page.inches)


def _frame(plan: Plan) -> bytes:
    """Return the copy as it would be without any image."""
    target = io.BytesIO()
    sheets.write(target, plan.cover, (_sheet(plan, page, None) for page in plan.pages))
    return target.getvalue()


def _await_images(plan: Plan) -> None:
    """Have all images made at once; drawing begins when the last is there."""
    end_reading()
    if not images.have_made(page.pixels for page in plan.pages if not page.is_failed):
        raise NotReadyError("image_in_work", seconds=SECONDS_TO_WAIT_FOR_IMAGES)


def _image(page: Leaf) -> bytes | None:
    try:
        return images.whole(page.pixels)
    except UnavailableError as error:
        if page.is_failed:
            return None
        raise NotReadyError(error.code, seconds=SECONDS_TO_WAIT_FOR_IMAGES, **error.values) from error


def _inches(page: Page) -> tuple[float, float]:
    """Return the size of the paper; of a page whose size nobody knows, A4."""
    if not (page.width and page.height and page.dpi):
        return A4_INCHES
    return page.width / page.dpi, page.height / page.dpi


def _keep(grant_id: str, staged: Staged) -> None:
    """Keep the built copy, unless the grant or the record changed while it was drawn."""
    if db.session.get(Copy, grant_id) is not None or not _is_due(grant_id):
        return
    originals.record(staged)
    db.session.add(Copy(grant_id=grant_id, blob_sha256=staged.sha256, built_at=clock.now()))
    db.session.flush()
    item = _item(grant_id)
    trail.record(
        PORTAL,
        "copy.build",
        "item",
        item.id,
        request=item.request_id,
        document=item.node_id,
        grant=grant_id,
        sha256=staged.sha256,
    )
    notices.tell(
        item.request.person_id,
        "copy_ready",
        addresses.of_request(item.request_id),
        number=item.request.number,
        position=item.position,
    )


def _item(grant_id: str) -> Item:
    return db.session.scalars(select(Item).where(Item.grant_id == grant_id)).one()


def _nothing() -> None:
    """Leave everything as it is: there is no copy to keep."""
