"""A document that bears the mark of a state secret: held back without a trace, released or purged."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path

import pytest
from sqlalchemy import select

from config import Settings
from portal.accounts.actors import Actor
from portal.accounts.roles import Role
from portal.audit import trail
from portal.catalogue import finding, images, indexing, outbox, pages
from portal.catalogue.images import Pixels
from portal.catalogue.models import Page, PageText
from portal.catalogue.readings import Reading
from portal.catalogue.search_rows import OutboxEntry
from portal.core import house
from portal.core.db import db, transaction
from portal.core.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from portal.core.paging import Paging
from portal.ingest import contents, progress, reading, scans, secret_holds, withdrawing, worklists
from portal.ingest.contents import Show
from portal.ingest.models import Scan
from portal.ingest.progress import Status
from portal.ingest.scans import Received
from portal.ingest.secret_rows import SecretHold
from portal.ingest.secret_states import TRANSITIONS, HoldAct, HoldState, next_state
from portal.jobs import handlers, leases, loop
from portal.jobs.handlers import Claim, Work
from portal.jobs.models import Job, Lane
from portal.mail.models import Message
from portal.rights import policy
from portal.storage import originals
from tests.fixtures import papers, stamped

Bring = Callable[..., Received]
UseEngine = Callable[[str | Path], None]

WORD = "nghìn"
REASON = "Giải mật theo Quyết định 12/QĐ-UBND"


@pytest.fixture(autouse=True)
def table() -> Iterator[None]:
    handlers.install(
        {
            scans.SPLIT: Work(reading.split, when_dead=reading.split_given_up),
            scans.READ: Work(reading.read, when_dead=reading.read_given_up),
            images.RENDER: Work(reading.render_again),
        }
    )
    yield
    handlers.install({})


@pytest.fixture(autouse=True)
def engine(use_engine: UseEngine) -> None:
    use_engine("tesseract")


@pytest.fixture
def approver(people: dict[str, Actor]) -> Actor:
    return people[Role.APPROVER]


def work() -> None:
    while claim := leases.claim("test/1", Lane.READ):
        loop.perform(claim)
    while outbox.pending():
        indexing.drain()


def kept(settings: Settings) -> list[str]:
    """Return every image that is kept of any page."""
    rooms = (settings.uploads_folder / room for room in ("derived", "passing"))
    return [path.name for room in rooms for path in room.rglob("*") if path.is_file()]


def hits(actor: Actor) -> int:
    return len(finding.search(actor, WORD, Paging()).rows)


def held() -> SecretHold:
    db.session.expire_all()
    return db.session.scalars(select(SecretHold)).one()


RED = ("stamp", lambda: papers.png(stamped.sheet("MẬT", 200, -2), dpi=200), "mat")
PRINTED = (
    "header",
    lambda: papers.png(
        papers.picture((papers.LINES[0], "T Ố I   M Ậ T", *papers.LINES[1:]), dpi=200), dpi=200
    ),
    "toi_mat",
)


@pytest.mark.parametrize(("name", "make", "mark"), [RED, PRINTED], ids=["red stamp", "header"])
def test_a_marked_page_is_held_back_without_a_trace(
    bring: Bring,
    people: dict[str, Actor],
    caplog: pytest.LogCaptureFixture,
    name: str,
    make: Callable[[], bytes],
    mark: str,
) -> None:
    caplog.set_level(logging.DEBUG)
    received = bring(make(), "ke-hoach-phong-thu.png")
    assert received.document_id is not None
    work()
    assert (held().mark, held().page_number, held().state) == (mark, 1, "held")
    assert db.session.query(PageText).count() == 0
    assert kept(house.settings()) == []
    assert db.session.query(OutboxEntry).count() == 0
    for role in Role:
        assert hits(people[role]) == 0
        assert not policy.sight(people[role], received.document_id).sees_description
    told = caplog.text + str(db.session.execute(select(Job.payload, Job.error_code)).all())
    assert not any(word in told for word in ("Giao", "trường", "phong-thu", "UBND"))
    # The bytes as they came are all that is there.
    assert originals.verify(db.session.get_one(Scan, received.scan_id).blob_sha256)


def test_the_word_in_running_text_is_read_and_found(bring: Bring, people: dict[str, Actor]) -> None:
    lines = (papers.LINES[0], "Về việc bảo vệ bí mật nhà nước", "Danh mục tối mật, mật: một nghìn tờ")
    bring(papers.png(papers.picture(lines, dpi=200), dpi=200), "a.png")
    work()
    assert db.session.query(SecretHold).count() == 0
    assert hits(people[Role.ARCHIVIST]) == 1
    assert len(kept(house.settings())) == 2


def marked(bring: Bring) -> Received:
    """Bring a document of three pages, whose second one bears the mark; the first is read before."""
    sheets = [papers.picture(dpi=150, mode="RGB"), stamped.sheet("TUYỆT MẬT", 150), papers.blank(150)]
    return bring(papers.tiff(sheets), "ba-trang.tif")


def test_what_was_known_of_other_pages_goes_too(bring: Bring, people: dict[str, Actor]) -> None:
    received = marked(bring)
    for _ in range(2):
        claim = leases.claim("test/1", Lane.READ)
        assert claim is not None
        loop.perform(claim)
    indexing.drain()
    assert hits(people[Role.ARCHIVIST]) == 1
    assert len(kept(house.settings())) == 2
    claim = leases.claim("test/1", Lane.READ)
    assert claim is not None
    loop.perform(claim)
    # At once, before the index has caught up; then out of the index as well.
    assert hits(people[Role.ARCHIVIST]) == 0
    work()
    assert hits(people[Role.ARCHIVIST]) == 0
    assert indexing.counts()["restricted"] == 0
    assert (held().mark, held().page_number) == ("tuyet_mat", 2)
    assert db.session.query(PageText).count() == 0
    assert kept(house.settings()) == []
    assert {page.failure_code for page in db.session.query(Page)} == {"page_held_back"}
    assert progress.outcome(received.scan_id).status is Status.FAILED
    assert db.session.query(Message).filter_by(template="secret_held").count() == len(told(people))


def told(people: dict[str, Actor]) -> set[str]:
    return {people[role].id or "" for role in (Role.APPROVER, Role.ADMINISTRATOR)}


def test_who_answers_for_it_is_told_once_and_without_a_name(bring: Bring, people: dict[str, Actor]) -> None:
    received = marked(bring)
    work()
    messages = db.session.query(Message).filter_by(template="secret_held").all()
    assert {message.person_id for message in messages} >= told(people)
    assert len({message.person_id for message in messages}) == len(messages)
    assert all(message.values == {} and message.link == "/bi-mat-nha-nuoc" for message in messages)
    (entry,) = trail.of("secret_hold", held().id)
    assert entry.details == {"document": received.document_id, "mark": "tuyet_mat"}


def test_staff_see_that_a_file_is_closed_and_not_its_name(
    bring: Bring, operator: Actor, people: dict[str, Actor]
) -> None:
    received = marked(bring)
    work()
    batch_id = db.session.get_one(Scan, received.scan_id).batch_id
    (file,) = contents.files(operator, batch_id, Show.ALL, Paging()).rows
    assert (file.name, file.pages, file.size) == ("", {}, 0)
    assert contents.overview(operator, batch_id).retryable == 0
    assert sum(contents.overview(operator, batch_id).pages.values()) == 0
    (far,) = worklists.progress(operator, [batch_id])
    assert far.is_settled
    page = db.session.scalars(select(Page)).first()
    assert page is not None
    for role in Role:
        with pytest.raises(NotFoundError):
            pages.known(people[role], page.id)


def test_only_who_answers_for_it_may_know_and_release(
    bring: Bring, people: dict[str, Actor], approver: Actor
) -> None:
    marked(bring)
    work()
    for role in (Role.CITIZEN, Role.OPERATOR, Role.ARCHIVIST):
        for act in (
            lambda actor: secret_holds.listing(actor, Paging()),
            lambda actor: secret_holds.show(actor, held().id),
            lambda actor: secret_holds.release(actor, held().id, REASON),
            lambda actor: secret_holds.purged(actor, held().id),
        ):
            with pytest.raises(NotAllowedError):
                act(people[role])
    (view,) = secret_holds.listing(approver, Paging()).rows
    assert (view.file_name, view.batch_name, view.page_number) == ("ba-trang.tif", "Lô thử", 2)
    with pytest.raises(InvalidError), transaction():
        secret_holds.release(approver, held().id, " ")


def test_what_is_released_is_read_anew_and_held_back_no_more(
    bring: Bring, people: dict[str, Actor], approver: Actor
) -> None:
    received = marked(bring)
    work()
    with transaction():
        secret_holds.release(approver, held().id, REASON)
    work()
    assert (held().state, held().reason, held().ended_by) == ("released", REASON, approver.id)
    assert secret_holds.is_released(received.document_id or "")
    assert hits(people[Role.ARCHIVIST]) == 1
    assert not hits(people[Role.CITIZEN])
    assert sorted(page.state for page in db.session.query(Page)) == ["blank", "read", "read"]
    assert secret_holds.waiting(approver) == 0
    (over,) = secret_holds.listing(approver, Paging(), is_over=True).rows
    assert over.reason == REASON


def test_a_batch_that_comes_back_does_not_bring_it_along(
    bring: Bring, operator: Actor, people: dict[str, Actor], approver: Actor
) -> None:
    received = marked(bring)
    other = bring(papers.png(), "b.png")
    work()
    batch_id = db.session.get_one(Scan, received.scan_id).batch_id
    with transaction():
        withdrawing.withdraw(operator, batch_id, "nhầm")
    with transaction():
        withdrawing.restore(operator, batch_id)
    archivist = people[Role.ARCHIVIST]
    assert policy.sight(archivist, other.document_id or "").sees_content
    assert not policy.sight(archivist, received.document_id or "").sees_description
    # Released while its batch is withdrawn, it is gone with the batch.
    with transaction():
        withdrawing.withdraw(operator, batch_id, "nhầm")
    with transaction():
        secret_holds.release(approver, held().id, REASON)
    assert not policy.sight(archivist, received.document_id or "").sees_description
    with transaction():
        withdrawing.restore(operator, batch_id)
    assert policy.sight(archivist, received.document_id or "").sees_content


def test_a_page_that_was_being_read_meanwhile_leaves_nothing(bring: Bring) -> None:
    marked(bring)
    claim = leases.claim("test/1", Lane.READ)
    assert claim is not None
    loop.perform(claim)
    first, second, _ = pages.of_document(db.session.scalars(select(Page.document_id)).first() or "")
    late = reading.read(of(first))
    with transaction():
        secret_holds.hold(second.id, "mat")
    with transaction():
        late()
    assert db.session.query(PageText).count() == 0
    assert kept(house.settings()) == []
    with pytest.raises(NotFoundError):
        reading.render_again(of(first))
    with transaction():
        secret_holds.hold(first.id, "toi_mat")
    assert held().mark == "mat"


def test_an_image_that_was_being_made_meanwhile_is_forgotten(bring: Bring) -> None:
    bring(papers.png(), "a.png")
    work()
    (page,) = db.session.query(Page).all()
    late = reading.render_again(of(page))
    assert images.have_made([Pixels(page.id)])
    with transaction():
        secret_holds.hold(page.id, "mat")
        late()
    assert kept(house.settings()) == []


def of(page: Page) -> Claim:
    return Claim("job0000000", scans.READ, page.id, {}, Lane.READ, "worker", 1, 0, 0)


def test_the_table_of_states_is_walked(bring: Bring, approver: Actor) -> None:
    for state, act in product(HoldState, HoldAct):
        if (state, act) in TRANSITIONS:
            assert next_state(state, act) == TRANSITIONS[state, act]
        else:
            with pytest.raises(ConflictError):
                next_state(state, act)
    bring(papers.png(), "a.png")
    with transaction():
        claim = leases.claim("test/1", Lane.READ)
        assert claim is not None
    loop.perform(claim)
    (page,) = db.session.query(Page).all()
    with transaction():
        pages.keep(page.id, Reading("ocr", "test", WORD, [], 600, 800, 300, 5))
        secret_holds.hold(page.id, "mat")
    with transaction():
        secret_holds.purged(approver, held().id)
    assert held().state == "purged"
    for act in (secret_holds.purged, lambda one, hold: secret_holds.release(one, hold, REASON)):
        with pytest.raises(ConflictError), transaction():
            act(approver, held().id)
