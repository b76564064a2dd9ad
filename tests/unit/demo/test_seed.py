"""The demo of a fresh home: accounts once, papers by the worker, a bar meanwhile, and its end."""

from __future__ import annotations

import io
from collections import Counter
from functools import cache

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import func, select

from portal.access import appeal_views, askable, basket, exposure_views, requests
from portal.access.auto_rows import AutoRule
from portal.access.letters import issuing
from portal.access.letters.rows import IssuedLetter
from portal.accounts import people
from portal.accounts.actors import PORTAL
from portal.accounts.roles import Role
from portal.catalogue import agencies, aliases, hiding, images, pages, redacted, tree
from portal.catalogue import documents as catalogue
from portal.catalogue.images import Pixels
from portal.catalogue.models import Kind, Node, Page
from portal.catalogue.readings import Reading
from portal.catalogue.redacted import Proved
from portal.catalogue.redaction_rows import Redaction
from portal.core import clock, house
from portal.core.db import db, transaction
from portal.core.paging import Paging
from portal.demo import asking, documents, intake, scanning, seed, serving
from portal.demo.documents import DemoDocument
from portal.ingest import batches, counting, reading, scans
from portal.ingest.models import Batch
from portal.jobs import handlers, leases, ledger, loop, records
from portal.jobs.handlers import Apply, Claim, Work
from portal.jobs.models import Lane
from portal.rights.models import Protection
from portal.storage import originals
from tests.unit.redaction.desk import words

SHEETS = 1 + len(intake.FOLDERS)
"""What the portal prints lies among the paper of the batch that is at work."""
TABLE = {
    seed.JOB: Work(seed.plant),
    seed.PAPER_JOB: Work(seed.bring),
    asking.JOB: Work(asking.ask),
    serving.JOB: Work(serving.follow),
    serving.BEGIN: Work(serving.begin),
    serving.GIVE: Work(serving.give),
    intake.JOB: Work(intake.bring),
    intake.LOOK: Work(intake.look),
    "ingest.split": Work(reading.split),
}


@pytest.fixture
def environment(environment: dict[str, str]) -> dict[str, str]:
    return environment | {"DEMO": "1"}


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> tuple[DemoDocument, ...]:
    """The papers that are asked for and one that nobody may see: tests draw no more than they need."""
    wanted = {name for wish in asking.WISHES for name in wish.file_names}
    wanted |= {name for behind in intake.PAPERS for name in behind}
    wanted |= {documents.OPEN.file_name, documents.WITHHELD.file_name, asking.COVERED}
    chosen = tuple(one for one in documents.every() if one.file_name in wanted)
    monkeypatch.setattr(documents, "every", lambda: chosen)
    monkeypatch.setattr(scanning, "file_of", _drawn_once)
    return chosen


_drawn_once = cache(scanning.file_of)
"""A paper is the same bytes every time, and takes a second to draw."""


def work(lane: Lane) -> int:
    """Do what is due in a lane; return how many jobs that was."""
    handlers.install(TABLE)
    done = 0
    while (claim := leases.claim("test/1", lane)) is not None:
        loop.perform(claim)
        done += 1
    return done


def test_the_bar_stands_while_the_demo_is_read(
    app: Flask, client: FlaskClient, few: tuple[DemoDocument, ...]
) -> None:
    assert "<progress" not in client.get("/").text
    accounts = seed.open_home()
    assert set(accounts) == {"citizen", "operator", "archivist", "approver", "administrator"}
    assert "<progress" in client.get("/").text
    work(Lane.DESK)
    work(Lane.READ)
    page = client.get("/").text
    count = db.session.scalar(select(func.count()).select_from(Page))
    assert count is not None
    assert count > len(few)
    assert f"0 trên {count} trang" in page
    assert "<progress" in page
    assert "<progress" not in client.get("/khong-co").text


def test_the_bar_counts_no_page_of_other_records(
    app: Flask, client: FlaskClient, few: tuple[DemoDocument, ...]
) -> None:
    seed.open_home()
    work(Lane.DESK)
    work(Lane.READ)
    own = db.session.scalar(select(func.count()).select_from(Page))
    with transaction():
        fonds = tree.create_fonds(asking.actor(Role.ARCHIVIST), code="RIENG", name="Phông riêng")
        holding = tree.open_holding(asking.actor(Role.OPERATOR), fonds.id, "Lô riêng")
        document = catalogue.add_scanned(asking.actor(Role.OPERATOR), holding.id, "rieng.pdf")
        staged = originals.stage(io.BytesIO(b"rieng"))
        originals.record(staged)
        pages.add(document.id, staged.sha256, 40)
    assert f"0 trên {own} trang" in client.get("/").text


def test_a_second_start_gives_the_same_accounts_and_no_second_demo(app: Flask) -> None:
    first = seed.open_home()
    kept = house.settings().demo_accounts_file
    assert kept.stat().st_mode & 0o777 == 0o600
    assert seed.open_home() == first


def test_a_home_in_use_gets_no_demo(app: Flask, people: dict[str, object]) -> None:
    assert seed.open_home() == {}
    assert not house.settings().demo_accounts_file.exists()


def test_the_tree_has_four_fonds_and_an_agency_that_another_succeeded(
    app: Flask, few: tuple[DemoDocument, ...]
) -> None:
    seed.open_home()
    work(Lane.DESK)
    rows = {row.id: row for row in agencies.listing()}
    assert len(rows) == 4
    ended = [row for row in rows.values() if row.valid_to is not None]
    assert [rows[row.successor_id or ""].code for row in ended] == ["SNV"]
    kinds = Counter(db.session.scalars(select(Node.kind)))
    described = Node.kind == Kind.DOCUMENT.value, Node.title != ""
    places = db.session.scalars(select(Node.parent_id).where(*described)).all()
    assert (kinds[Kind.FONDS.value], len(places)) == (4, len(few))
    files = set(db.session.scalars(select(Node.id).where(Node.kind == Kind.FILE.value)))
    assert set(places) <= files, "every paper lies in a file, none in the holding of its batch"


def test_a_start_that_was_broken_off_goes_on_and_brings_nothing_twice(
    app: Flask, few: tuple[DemoDocument, ...]
) -> None:
    handlers.install(TABLE)
    seed.open_home()
    for _ in range(3):
        claim = leases.claim("test/1", Lane.DESK)
        assert claim is not None
        loop.perform(claim)
    lost = leases.claim("test/1", Lane.DESK)
    assert lost is not None
    apply = handlers.of(lost.kind).handler(lost)  # type: ignore[union-attr]
    leases.give_back("test/")
    with pytest.raises(Exception, match="lease_lost"):
        ledger.finish(lost, apply)
    seed.open_home()
    work(Lane.DESK)
    titles = Counter(db.session.scalars(select(Node.title).where(Node.kind == Kind.DOCUMENT.value)))
    assert titles.pop("") == SHEETS + sum(map(len, intake.PAPERS)), "the batch that is at work, once"
    assert titles == {one.title: 1 for one in few}


def test_requests_stand_in_all_states(app: Flask, few: tuple[DemoDocument, ...]) -> None:
    seed.open_home()
    work(Lane.DESK)
    citizen = asking.actor(Role.CITIZEN)
    assert requests.mine(citizen, Paging(1, 20)).total == 0, "nothing is asked for before there are pages"
    work(Lane.READ)
    with transaction():
        ledger.requeue(asking.JOB, seed.SUBJECT)
    work(Lane.DESK)
    with clock.held_at(clock.now() + 2 * asking.SHORT_LEAVE):
        asked = requests.mine(citizen, Paging(1, 20))
        standing = Counter(item.standing for one in asked.rows for item in one.items)
    assert all(one.answers.purpose_kind and one.answers.undertaken_at for one in asked.rows)
    kept = {asking.document_of(name) for name in asking.IN_BASKET}
    assert kept == set(basket.of(citizen)), "the demo begins with a basket"
    (offered,) = [one for one in askable.of(citizen, list(kept)) if one.offer]
    assert offered.node_id == asking.document_of(asking.COVERED), "one of it is granted at once"
    assert offered.offer is not None
    assert not offered.offer.needs_identity
    assert standing == {"submitted": 3, "granted": 1, "refused": 1, "revoked": 1, "expired": 1}


LIST = "TT Họ tên Xã 1 Cao Thị Nhiễu Lạc Sơn 2 Hồ Sĩ Hòe Bến Đò"


def _as_kept(claim: Claim) -> Apply:
    """Keep a page of a version as the job does: drawn anew, with what is read beside the black."""
    pixels = Pixels(claim.subject)
    order = redacted.order(claim.subject)
    assert order is not None
    hidden = [word for word in order.words if word[0] in ["Cao", "Thị", "Nhiễu", "Hồ", "Sĩ", "Hòe"]]
    sheet = Image.new("RGB", (2000, 300), "white")
    staged = originals.stage(io.BytesIO(hiding.png(sheet, 150)))
    said = Reading("ocr", "test", "TT Họ tên Xã", [], *sheet.size, 150, 1)
    images.keep(pixels, sheet)
    return lambda: redacted.keep(pixels, Proved(staged, said, hidden, []))


def _served() -> None:
    """Have the whole demo done: papers split and read, all asked for, and what follows from it."""
    seed.open_home()
    work(Lane.DESK)
    work(Lane.READ)
    with transaction():
        for page in db.session.scalars(select(Page)):
            pages.keep(page.id, Reading("ocr", "test", LIST, words(LIST), 2000, 300, 150, 1))
        ledger.requeue(asking.JOB, seed.SUBJECT)
    work(Lane.DESK)
    handlers.install(TABLE | {redacted.JOB: Work(_as_kept)})
    while claim := leases.claim("test/1", Lane.READ):
        loop.perform(claim)
    with transaction():
        ledger.requeue(serving.GIVE, db.session.scalars(select(Redaction.id)).one())
    work(Lane.DESK)


def test_every_page_of_the_portal_has_something_to_show(app: Flask, few: tuple[DemoDocument, ...]) -> None:
    _served()
    citizen, approver = asking.actor(Role.CITIZEN), asking.actor(Role.APPROVER)
    (appeal,) = appeal_views.waiting(approver, Paging()).rows
    assert appeal.person_id == citizen.id
    (report,) = exposure_views.waiting(approver, Paging()).rows
    assert report.row.node_id == asking.document_of(documents.OPEN.file_name)
    items = [item for one in requests.mine(citizen, Paging(1, 20)).rows for item in one.items]
    (version,) = [item.grant for item in items if item.grant and item.grant.redacted]
    assert version.is_current
    letters = [issuing.of_request(citizen, one.id) for one in requests.mine(citizen, Paging(1, 20)).rows]
    assert [letter.kind for several in letters for letter in several] == ["answer"]


def _batch() -> Batch:
    return db.session.scalars(select(Batch).where(Batch.name == intake.NAME)).one()


def test_a_batch_is_left_at_work(app: Flask, few: tuple[DemoDocument, ...]) -> None:
    _served()
    with transaction():
        ledger.requeue(intake.LOOK, _batch().id)
    work(Lane.DESK)
    standing = counting.of(asking.actor(Role.OPERATOR), _batch().id)
    assert standing.looked_at == standing.to_rescan == 1
    assert standing.to_check > 0
    assert not standing.is_whole


def test_removing_the_demo_leaves_nothing_in_the_queues_of_the_staff(
    app: Flask, few: tuple[DemoDocument, ...]
) -> None:
    _served()
    assert seed.remove() == 5
    assert _batch().withdrawn_at is not None
    with transaction():
        approver = people.create(PORTAL, "duyet@example.vn", Role.APPROVER).actor
    assert requests.waiting(approver, Paging()).total == 0
    assert appeal_views.waiting(approver, Paging()).total == 0
    assert exposure_views.waiting(approver, Paging()).total == 0
    assert db.session.scalars(select(Redaction.state)).all() == ["withdrawn"]
    assert db.session.scalars(select(AutoRule.state)).all() == ["ended"]
    assert None not in db.session.scalars(select(IssuedLetter.cancelled_at)).all()
    with transaction():
        ledger.requeue(serving.BEGIN, serving.JOB)
    work(Lane.DESK)
    assert not [kind for kind in records.dead_kinds() if kind.startswith("demo.")]
    assert len(db.session.scalars(select(Redaction.id)).all()) == 1, "what still comes stays away"


def test_removing_the_demo_closes_its_accounts_and_papers(
    app: Flask, client: FlaskClient, few: tuple[DemoDocument, ...]
) -> None:
    seed.open_home()
    work(Lane.DESK)
    assert "Sơn Hà" in client.get("/cay").text
    assert aliases.rewritten("xã khe nứa") == ("xã Đá Nứa",)
    assert seed.remove() == 5
    assert aliases.rewritten("xã khe nứa") == ()
    assert seed.open_home() == {}
    assert "Sơn Hà" not in client.get("/cay").text
    published = select(func.count()).select_from(Protection).where(Protection.published_at.is_not(None))
    assert db.session.scalar(published) == 0


def test_papers_that_are_still_to_come_stay_away_when_the_demo_is_removed(
    app: Flask, few: tuple[DemoDocument, ...]
) -> None:
    seed.open_home()
    handlers.install(TABLE)
    claim = leases.claim("test/1", Lane.DESK)
    assert claim is not None
    loop.perform(claim)
    seed.remove()
    assert work(Lane.DESK) == len(few) + 2
    assert db.session.scalar(select(Node.id).where(Node.kind == Kind.DOCUMENT.value)) is None
    assert ledger.overview()["jobs"]["dead"] == 0


@pytest.mark.parametrize("document", [documents.OPEN, documents.by_file_name("2006-27-tb-ubnd.tif")])
def test_the_files_are_the_same_on_every_run(document: DemoDocument) -> None:
    assert scanning.file_of(document) == scanning.file_of(document)


def test_a_paper_of_ones_own_is_read_before_those_of_the_demo(
    app: Flask, few: tuple[DemoDocument, ...]
) -> None:
    seed.open_home()
    work(Lane.DESK)
    operator = asking.actor(Role.OPERATOR)
    with transaction():
        fonds = tree.create_fonds(asking.actor(Role.ARCHIVIST), code="RIENG", name="Phông riêng")
        batch = batches.open_batch(operator, fonds.id, "Lô riêng", declared=True)
        staged = originals.stage(io.BytesIO(scanning.file_of(documents.OPEN, "riêng")))
        own = scans.receive(operator, batch.id, "rieng.pdf", staged, media_type="application/pdf")
    assert own.document_id is not None
    handlers.install(TABLE)
    while not pages.of_document(own.document_id):
        claim = leases.claim("test/1", Lane.READ)
        assert claim is not None
        loop.perform(claim)
    claim = leases.claim("test/2", Lane.READ)
    assert claim is not None
    assert claim.subject == pages.of_document(own.document_id)[0].id


@pytest.mark.parametrize(
    ("row", "hidden"),
    [
        ("1 Cao Thị Nhiễu An Thạch 79 840 Bổ sung", "Cao Thị Nhiễu"),
        ("8 CaoSĩHòe Trà Leng 18 474", "CaoSĩHòe"),
        ("[39 Đinh CôngBường Lạc Sơn", "Đinh CôngBường"),
        ("840 Bổ Sung Thêm", ""),
        ("7 UBND TỈNH SƠN HÀ", ""),
        ("Danh sách này lập để theo dõi", ""),
    ],
)
def test_names_in_the_lists_of_the_demo_are_found_however_they_were_read(row: str, hidden: str) -> None:
    read = words(row)
    assert " ".join(read[place][0] for place in serving._names(read)) == hidden
